"""Approved cases and agreements of many centres at once, by the steps that a case takes."""

import datetime
from itertools import count

from django.db.models import F
from django.utils import timezone

from centres.models import (
    Advertisement,
    Centre,
    Check,
    Criterion,
    FeeBand,
    Method,
    Purpose,
    State,
    Verification,
)
from tests import factories

_number = count(1)


def approve(spans, *, purpose=Purpose.VERIFIED):
    """An approved case with one check for each centre. spans: [(centre, first day, last day)]."""
    ruth, alan = factories.person("ruth"), factories.person("alan")
    asked = {country: _criterion(country, purpose) for country in {c.country for c, *_ in spans}}
    cases = Verification.objects.bulk_create(
        Verification(centre=centre, purpose=purpose, due_on=begins) for centre, begins, _ in spans
    )
    _move(cases, state=State.IN_REVIEW, reviewer=ruth)
    Check.objects.bulk_create(
        Check(
            verification=case,
            criterion=asked[centre.country],
            title="Seen",
            outcome="passed",
            method=Method.PHONE,
            note="Seen.",
            captured_on=begins,
            checked_on=begins,
            checked_by=ruth,
        )
        for case, (centre, begins, _) in zip(cases, spans, strict=True)
    )
    _move(cases, state=State.AWAITING_APPROVAL)
    by_dates = {}
    for case, (_, *dates) in zip(cases, spans, strict=True):
        by_dates.setdefault(tuple(dates), []).append(case)
    decided = {"state": State.APPROVED, "decided_at": timezone.now(), "decided_by": alan}
    for (begins, ends), alike in by_dates.items():
        _move(alike, **decided, valid_from=begins, valid_until=ends)


def verify(centres, begins, ends):
    """Make centres verified from one day until another, whatever they were before."""
    approve([(centre, begins, ends) for centre in centres])
    Centre.objects.filter(pk__in=[centre.pk for centre in centres]).update(
        verified_from=begins, verified_until=ends
    )


def advertise(centres, begins: datetime.date):
    """Make verified centres advertisers from a day until the last of their verification."""
    spans = [(centre, begins, centre.verified_until) for centre in centres]
    approve(spans, purpose=Purpose.ADVERTISER)
    alan = factories.person("alan")
    Advertisement.objects.bulk_create(
        Advertisement(
            centre=centre,
            fee_band=FeeBand.LARGE,
            runs_from=begins,
            runs_until=ends,
            reference=f"MANY-{next(_number)}",
            seller=alan,
            recorded_by=alan,
        )
        for centre, begins, ends in spans
    )
    Centre.objects.filter(pk__in=[centre.pk for centre in centres]).update(
        advertiser_from=begins, advertiser_until=F("verified_until")
    )


def _criterion(country, purpose):
    return Criterion.objects.get_or_create(
        country=country,
        purpose=purpose,
        slug="seen",
        defaults={"title": "Seen", "is_required": False},
    )[0]


def _move(cases, **columns):
    Verification.objects.filter(pk__in=[case.pk for case in cases]).update(
        version=F("version") + 1, **columns
    )
