from django.apps import AppConfig


class FinderConfig(AppConfig):
    """How people find a centre."""

    name = "finder"
