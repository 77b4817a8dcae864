from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Text to coordinates, looked up locally."""

    name = "finder.places"
    verbose_name = "Places"
    default_auto_field = "django.db.models.BigAutoField"
