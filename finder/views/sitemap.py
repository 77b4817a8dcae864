from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap, views
from django.urls import reverse

from centres.models import Centre

PAGES = (
    "home",
    "search",
    "help",
    "data",
    "verification",
    "advertising",
    "privacy",
    "accessibility",
)
#: Most addresses one file may hold (sitemaps.org/protocol.html).
MOST_A_FILE = 50_000


class _Site(Sitemap):
    protocol = urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site=None):
        return urlsplit(settings.SITE_URL).netloc


class PageSitemap(_Site):
    def items(self):
        return PAGES

    def location(self, item):
        return reverse(item)


class CentreSitemap(_Site):
    limit = MOST_A_FILE - len(PAGES)

    def items(self):
        return Centre.objects.visible().only("slug").order_by("pk")


def sitemap(request):
    """The pages and the visible centres, at the site's public address."""
    return views.sitemap(request, {"pages": PageSitemap, "centres": CentreSitemap})
