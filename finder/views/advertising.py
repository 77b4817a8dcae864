from django.shortcuts import render
from django.utils import timezone

from centres.models import Centre


def advertising(request):
    """Who pays, and every advertiser of today with the dates of its advert."""
    now = timezone.now()
    advertisers = Centre.objects.advertisers(now=now).order_by("name", "pk")
    return render(request, "finder/advertising.html", {"advertisers": advertisers, "now": now})
