"""What tests of the case's page share: who asks, what they post, what a refusal leaves alone."""

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from centres import cases, workflow
from centres.models import Centre, Check, EvidenceFile, Verification, VerificationEvent
from tests import factories

PDF = b"%PDF-1.7\n%%EOF\n"
REASON = "The centre asked to wait."


def log_in(person):
    client = Client()
    client.force_login(person)
    return client


def taken(by, **facts):
    case = cases.open_case(factories.centre(**facts), by=by, now=timezone.now())
    return workflow.perform(case, "take", by=by, now=timezone.now())


def step(client, case, name, **posted):
    url = reverse("admin:centres_verification_step", args=[case.pk, name])
    posted = {"version": Verification.objects.get(pk=case.pk).version, **posted}
    return client.post(url, posted)


def typed(case, **changes):
    values = {
        "version": Verification.objects.get(pk=case.pk).version,
        "outcome": "passed",
        "method": "phone",
        "captured_on": timezone.localdate().isoformat(),
        "note": "The manager answered.",
        "public_note": "We rang the number.",
        "is_public": "on",
        "facts": ["phones"],
        **changes,
    }
    return {name: value for name, value in values.items() if value is not None}


def check(client, case, criterion, **changes):
    url = reverse("admin:centres_verification_check", args=[case.pk, criterion.pk])
    return client.post(url, typed(case, **changes))


def text(response):
    return " ".join(response.content.decode().split())


def everything():
    """What a refusal leaves as it was."""
    return (
        list(Verification.objects.order_by("pk").values()),
        list(Check.objects.order_by("pk").values()),
        list(EvidenceFile.objects.order_by("pk").values()),
        VerificationEvent.objects.count(),
        list(Centre.objects.order_by("pk").values("status", "verified_from", "verified_until")),
    )
