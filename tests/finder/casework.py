"""Verifications made as the team makes them: by the workflow's own steps, at any moment."""

from centres.cases import open_case, record_check
from centres.models import Purpose, Verification
from centres.workflow import perform
from tests import factories


def ruth():
    return factories.member("ruth", "Researcher")


def alan():
    return factories.member("alan", "Approver")


def said(criterion, *, at, **facts):
    """What is recorded of a criterion: a pass with a note, unless `facts` say otherwise."""
    defaults = {"outcome": "passed", "method": "phone", "note": "Seen.", "captured_on": at.date()}
    return criterion, {**defaults, **facts}


def approve(centre, *checks, at, purpose=Purpose.VERIFIED, opened_for="by-hand"):
    """An approved case of `centre` with `checks` (see `said`), gone through at one moment."""
    case = open_case(centre, purpose=purpose, opened_for=opened_for, by=None, now=at)
    case = perform(case, "take", by=ruth(), now=at)
    for criterion, facts in checks:
        record_check(case, criterion, by=ruth(), now=at, **facts)
    case = perform(_now(case), "submit", by=ruth(), now=at)
    perform(case, "approve", by=alan(), now=at)
    centre.refresh_from_db()
    return _now(case)


def revoke(case, *, at, reason="A complaint we looked into."):
    perform(_now(case), "revoke", by=alan(), now=at, reason=reason)
    case.centre.refresh_from_db()
    return _now(case)


def _now(case):
    return Verification.objects.select_related("centre").get(pk=case.pk)
