"""What tests of adverts begin with: a manager, a centre that may advertise, an agreement."""

import datetime

from django.utils import timezone

from centres import agreements, workflow
from centres.models import Advertisement, Centre, Purpose, Verification
from tests import factories

NOW = timezone.now()
TODAY = timezone.localdate(NOW)
DAY = datetime.timedelta(days=1)


def manager():
    """An advertising manager."""
    return factories.member("mona", "Advertising manager")


def alder_house():
    """A centre that is verified and approved to advertise for 90 days."""
    centre = factories.centre(
        name="Alder House", verified_from=TODAY - 9 * DAY, verified_until=TODAY + 90 * DAY
    )
    factories.approved(centre, TODAY - 9 * DAY, TODAY + 90 * DAY, purpose=Purpose.ADVERTISER)
    return centre


def sign(centre, by, first=0, last=30, *, now=NOW, **facts):
    """Days are counted from today."""
    said = {"fee_band": "under-250", "reference": f"R{first}-{last}", "seller": by, **facts}
    begins, ends = TODAY + first * DAY, TODAY + last * DAY
    return agreements.sign(centre=centre, runs_from=begins, runs_until=ends, by=by, now=now, **said)


def at(days):
    """A moment so many days from now."""
    return NOW + days * DAY


def approve_anew(centre, ends, *, purpose=Purpose.VERIFIED, now=NOW):
    """Have the centre approved by the workflow, on one check that lasts until `ends`."""
    asked = factories.criterion(purpose=purpose, is_required=True)
    rita, aldo = factories.member("rita", "Researcher"), factories.member("aldo", "Approver")
    case = taken_case(centre, purpose, rita, now=now)
    pass_check(case, asked, rita, ends, now=now)
    case = workflow.perform(case, "submit", by=rita, now=now)
    case = workflow.perform(case, "approve", by=aldo, now=now)
    asked.is_retired = True
    asked.save()
    return case


def taken_case(centre, purpose, by, *, now):
    case = Verification.objects.create(
        centre=centre, purpose=purpose, due_on=timezone.localdate(now), opened_at=now
    )
    return workflow.perform(case, "take", by=by, now=now)


def pass_check(case, asked, by, ends, *, now):
    today = timezone.localdate(now)
    case.checks.create(
        criterion=asked,
        title=asked.title,
        outcome="passed",
        method="phone",
        note="Seen.",
        captured_on=today,
        checked_on=today,
        checked_by=by,
        expires_on=ends,
    )


def marked(centre):
    centre.refresh_from_db()
    return centre.advertiser_from, centre.advertiser_until


def is_advertiser(centre, *, now=NOW):
    """By the row and by the queryset, which agree."""
    centre.refresh_from_db()
    by_row = centre.is_advertiser(now=now)
    assert by_row == Centre.objects.advertisers(now=now).filter(pk=centre.pk).exists()
    assert by_row == Advertisement.objects.running(now=now).filter(centre=centre).exists()
    return by_row
