"""Casework is made up for the day of loading: it has to hold on every day, whatever is asked."""

import datetime
import json
from itertools import pairwise

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils import timezone

from centres.demo.build import CENTRES
from centres.demo.casework import Casework
from centres.models import Criterion, Outcome, Purpose

User = get_user_model()
DAYS = ["2026-01-31", "2026-03-29", "2026-05-31", "2026-11-22", "2026-12-31", "2028-02-29"]


def criteria(**facts):
    """Those of the fixture, unsaved, by (country, purpose); `facts` are laid over each."""
    text = (settings.BASE_DIR / "fixtures" / "criteria.json").read_text(encoding="utf-8")
    found = {}
    for number, row in enumerate(json.loads(text), start=1):
        fields = row["fields"]
        if fields.get("months"):
            fields |= facts
        criterion = Criterion(pk=number, **fields)
        found.setdefault((criterion.country, criterion.purpose), []).append(criterion)
    return found


def casework(day, **facts):
    now = timezone.make_aware(datetime.datetime.fromisoformat(f"{day}T00:05"))
    return Casework(
        now=now,
        today=now.date(),
        criteria=criteria(**facts),
        researcher=User(pk=1, username="a"),
        approver=User(pk=2, username="b"),
    )


def all_cases(work):
    rows = json.loads(CENTRES.read_text(encoding="utf-8"))["centres"]
    return [(row, work.of(row)) for row in rows]


def refusals(case, *, work):
    """What the database would refuse of an approved case, or nobody would believe."""
    dates = case.approval.columns
    for check in case.checks:
        if check.captured_on > check.checked_on or check.checked_on > case.approval.day:
            yield "evidence of a day to come", check
        lapses = check.expires_on is not None and check.expires_on < dates["valid_until"]
        if check.criterion.is_required and (lapses or check.outcome == Outcome.FAILED):
            yield "not met", check
    answered = {check.criterion for check in case.checks}
    asked = work.criteria[case.checks[0].criterion.country, case.row.purpose]
    yield from (("not answered", c) for c in asked if c.is_required and c not in answered)
    times = [step.at for step in case.steps]
    if times != sorted(times) or times[-1] > work.now:
        yield "steps out of order", times


@pytest.mark.parametrize(("day", "months"), [(day, None) for day in DAYS] + [(DAYS[2], 1)])
def test_every_approval_would_be_accepted(day, months):
    work = casework(day, **({"months": months} if months else {}))
    for row, cases in all_cases(work):
        approved = [case for case in cases if case.approval]
        assert [found for case in approved for found in refusals(case, work=work)] == []
        if "verified_from" not in row:
            continue
        spans = [
            (case.approval.columns["valid_from"], case.approval.columns["valid_until"])
            for case in approved
            if case.row.purpose == Purpose.VERIFIED
        ]
        assert spans[0][0] == work.day(row["verified_from"])
        assert spans[-1][1] == work.day(row["verified_until"])
        assert all(before[1] >= after[0] > before[0] for before, after in pairwise(spans))


@pytest.mark.parametrize("day", DAYS)
def test_a_centre_has_one_open_case_at_most_and_it_is_the_last(day):
    for _, cases in all_cases(casework(day)):
        closed = {"approve", "reject", "cancel", "revoke"}
        still_open = [case for case in cases if case.steps[-1].action not in closed]
        assert still_open in ([], cases[-1:])
