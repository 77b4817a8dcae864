from django.shortcuts import render
from django.utils import timezone

from centres.models import Centre
from centres.models.centre import EXPIRING_DAYS


def verification(request):
    """What "verified" means here, and how many centres are today."""
    now = timezone.now()
    context = {
        "verified": Centre.objects.verified(now=now).count(),
        "listed": Centre.objects.visible().count(),
        "expiring_days": EXPIRING_DAYS,
    }
    return render(request, "finder/verification.html", context)
