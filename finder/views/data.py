from django.db.models import Count
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from centres.models import Centre, Programme, Source
from finder.map.sources import OUTLINES
from finder.places.sources import SOURCES


def data(request):
    """Where facts and places come from, what is held and what is not, and how to use it."""
    now = timezone.now()
    visible = Centre.objects.visible()
    listed = dict(visible.order_by().values_list("source").annotate(Count("pk")))
    sources = Source.objects.order_by("is_demo", "name")
    context = {
        "sources": [(source, listed.get(source.pk, 0)) for source in sources],
        "places": [(source, pgettext("source", source.what)) for source in SOURCES + OUTLINES],
        "counts": [
            (_("Centres listed in the United Kingdom"), visible.filter(country="GB").count()),
            (_("Centres listed in the United States"), visible.filter(country="US").count()),
            (
                _("Programmes of those centres"),
                Programme.objects.filter(centre__in=visible).count(),
            ),
            (_("Centres verified today"), Centre.objects.verified(now=now).count()),
            (_("Advertisers today"), Centre.objects.advertisers(now=now).count()),
        ],
        "now": now,
    }
    return render(request, "finder/data.html", context)
