from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap, views
from django.urls import reverse

from centres.models import Centre, Guide, RevisionState
from finder.places import towns
from finder.views.rehab import with_centres

PAGES = (
    "home",
    "search",
    "treatment-index",
    "rehab-index",
    "help",
    "data",
    "verification",
    "advertising",
    "privacy",
    "accessibility",
)
#: Most addresses one file may hold (sitemaps.org/protocol.html).
MOST_A_FILE = 50_000
#: Room that the towns and guides of it may take.
MOST_WRITTEN = 5_000


class _Site(Sitemap):
    protocol = urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site=None):
        return urlsplit(settings.SITE_URL).netloc


class PageSitemap(_Site):
    def items(self):
        return PAGES

    def location(self, item):
        return reverse(item)


class GuideSitemap(_Site):
    """The substances that we have written about."""

    def items(self):
        live = Guide.objects.filter(revisions__state=RevisionState.PUBLISHED)
        return live.values_list("substance__slug", flat=True)

    def location(self, item):
        return reverse("treatment", args=[item])


class TownSitemap(_Site):
    """The towns with a centre around them."""

    def items(self):
        return with_centres(towns.everything())

    def location(self, item):
        return reverse("rehab", args=[item.slug])


class CentreSitemap(_Site):
    limit = MOST_A_FILE - len(PAGES) - MOST_WRITTEN

    def items(self):
        return Centre.objects.visible().only("slug").order_by("pk")


def sitemap(request):
    """The pages, the guides, the towns and the visible centres, at the site's public address."""
    sections = {
        "pages": PageSitemap,
        "guides": GuideSitemap,
        "towns": TownSitemap,
        "centres": CentreSitemap,
    }
    return views.sitemap(request, sections)
