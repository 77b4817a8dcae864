from django.apps import AppConfig


class CentresConfig(AppConfig):
    """What is true about treatment centres, and who vouched for it."""

    name = "centres"
    verbose_name = "Treatment centres"
    default_auto_field = "django.db.models.BigAutoField"
