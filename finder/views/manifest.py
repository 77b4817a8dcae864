from django.http import JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control

from finder.templatetags.site import SITE_NAME


@cache_control(public=True, max_age=24 * 3600)
def manifest(request):
    """What a telephone shows where somebody keeps this site among their programs."""
    return JsonResponse(
        {
            "name": SITE_NAME,
            "short_name": SITE_NAME,
            "start_url": reverse("home"),
            "display": "browser",
            "background_color": "#fbf6ee",
            "theme_color": "#ffffff",
            "icons": [{"src": static("finder/icon.svg"), "type": "image/svg+xml", "sizes": "any"}],
        },
        content_type="application/manifest+json",
    )
