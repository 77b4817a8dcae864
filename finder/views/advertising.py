from django.shortcuts import render
from django.utils import timezone

from centres.models import Advertisement, Centre


def advertising(request):
    """Who pays us: what an advert is and does not buy, each advertiser of today and of the last
    year, with the fee and the dates."""
    now = timezone.now()
    running = Advertisement.objects.running(now=now)
    gone = Advertisement.objects.lately_over(now=now)
    context = {
        "advertisers": _with_centres(running).order_by(
            "centre__country", "centre__name", "centre_id"
        ),
        "gone": _with_centres(gone).order_by("-runs_until", "centre__name", "pk"),
        "listed": Centre.objects.visible().count(),
        "now": now,
    }
    return render(request, "finder/advertising.html", context)


def _with_centres(agreements):
    return agreements.select_related("centre__source")
