from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.core.paginator import EmptyPage
from django.db.models import OuterRef, Subquery
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from centres.models import Centre, GuideRevision, Provenance
from finder.places import towns
from finder.views.rehab import with_centres

#: Pages that are always there. Of `search` that is the list of all: what anybody asks it is theirs.
PAGES = (
    "home",
    "search",
    "treatment-index",
    "rehab-index",
    "help",
    "data",
    "verification",
    "advertising",
    "list-a-centre",
    "privacy",
    "accessibility",
)
#: Most addresses in one part. The protocol allows ten times as many (sitemaps.org/protocol.html);
#: a part of this size is made in a moment.
MOST_A_PART = 5_000


class _Part(Sitemap):
    """One kind of address, at the site's public address whichever host was asked."""

    protocol = urlsplit(settings.SITE_URL).scheme
    limit = MOST_A_PART

    def get_domain(self, site=None):
        return urlsplit(settings.SITE_URL).netloc


class PageSitemap(_Part):
    def items(self):
        return PAGES

    def location(self, item):
        return reverse(item)


class GuideSitemap(_Part):
    """The substances that we have written about, with the day each text was published."""

    def items(self):
        live = GuideRevision.objects.live().order_by("guide_id")
        return live.values_list("guide__substance__slug", "published_at")

    def location(self, item):
        return reverse("treatment", args=[item[0]])

    def lastmod(self, item):
        return timezone.localdate(item[1])


class TownSitemap(_Part):
    """The towns with a centre around them."""

    def items(self):
        return with_centres(towns.everything())

    def location(self, item):
        return reverse("rehab", args=[item.slug])


class CentreSitemap(_Part):
    """The visible centres, with the newest day on which a fact of theirs was true or checked."""

    def items(self):
        newest = Provenance.objects.filter(centre=OuterRef("pk")).order_by("-as_of")
        rows = Centre.objects.visible().only("slug", "checked_on").order_by("pk")
        return rows.annotate(newest_fact_on=Subquery(newest.values("as_of")[:1]))

    def lastmod(self, item):
        return max(filter(None, (item.checked_on, item.newest_fact_on)), default=None)


PARTS = {
    "pages": PageSitemap,
    "guides": GuideSitemap,
    "towns": TownSitemap,
    "centres": CentreSitemap,
}


def sitemap(request):
    """Where each part of the sitemap is; kinds of which there are none have no part."""
    parts = [
        {"location": f"{settings.SITE_URL}{reverse('sitemap-part', args=[kind, number])}"}
        for kind, part in PARTS.items()
        for number in _numbers(part())
    ]
    return _xml(request, "sitemap_index.xml", {"sitemaps": parts})


def sitemap_part(request, kind, number):
    """One part: at most `MOST_A_PART` addresses of a kind."""
    if kind not in PARTS:
        raise Http404(f"no sitemap of {kind}")
    try:
        addresses = PARTS[kind]().get_urls(page=number)
    except EmptyPage as error:
        raise Http404(f"no part {number} of {kind}") from error
    return _xml(request, "sitemap.xml", {"urlset": addresses})


def _numbers(part):
    pages = part.paginator
    return pages.page_range if pages.count else ()


def _xml(request, template, context):
    headers = {"X-Robots-Tag": "noindex"}
    return TemplateResponse(
        request, template, context, content_type="application/xml", headers=headers
    )
