DATE_FORMAT = "j F Y"  # 22 November 2026
