from django.apps import AppConfig


class FinderConfig(AppConfig):
    """How people find a centre."""

    name = "finder"

    def ready(self):
        from . import checks  # noqa: F401 - its checks register themselves
