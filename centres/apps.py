from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _install_triggers(*, using, **kwargs):
    from .models.change import install_triggers

    install_triggers(using=using)


class CentresConfig(AppConfig):
    """What is true about treatment centres, and who vouched for it."""

    name = "centres"
    verbose_name = "Treatment centres"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        post_migrate.connect(_install_triggers, sender=self)
