from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate, pre_migrate


def _install_triggers(*, using, **kwargs):
    from .models.change import install_triggers
    from .models.triggers import install_guards

    install_triggers(using=using)
    install_guards(using=using)


def _install_roles(*, using, **kwargs):
    from .roles import install_roles

    install_roles(using=using)


def _lift_triggers(*, using, plan, **kwargs):
    from .models.change import lift_triggers

    if plan:
        lift_triggers(using=using)


class CentresConfig(AppConfig):
    """What is true about treatment centres, and who vouched for it."""

    name = "centres"
    verbose_name = "Treatment centres"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        pre_migrate.connect(_lift_triggers, sender=self)
        post_migrate.connect(_install_triggers, sender=self)
        # The last of the apps whose rights a role holds: by then all permissions are made.
        post_migrate.connect(_install_roles, sender=apps.get_app_config("auth"))
