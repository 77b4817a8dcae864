from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

#: Searches and comparisons are private to those who make them, and endless to a crawler.
KEPT_OUT = (
    "/admin/", "/api/", "/search/?", "/shortlist/", "/compare/", "/cy/search/?", "/cy/shortlist/",
    "/cy/compare/",
)  # fmt: skip


def robots(request):
    """What crawlers may read, and where the sitemap is."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in KEPT_OUT), ""]
    lines.append(f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
