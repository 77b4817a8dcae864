DATE_FORMAT = "j F Y"  # 22 Tachwedd 2026
