"""Checks of the demo's cases: what was looked into, when, and until when it holds."""

import datetime

from ..models import Check, Method, Outcome
from .chance import draw, once_in

NOTE = "Made up for the demo."
#: Whether a criterion that may not apply is asked of a centre, by the row of the file.
APPLIES = {
    "registration": lambda row: row.get("registration") == "registered",
    "rating": lambda row: "rating" in row,
    "clinical-lead": lambda row: _any_programme(row, "medicines"),
    "therapists": lambda row: _any_programme(row, "therapies"),
    "detox": lambda row: _any_programme(row, "detoxes"),
    "dual-diagnosis": lambda row: _any_programme(row, "conditions"),
}


def _any_programme(row, fact):
    return any(fact in programme for programme in row.get("programmes", []))


def made_up(criteria, row, *, first, until, by):
    """Checks of those criteria that were looked into, in the order of days from `first` to `by`.

    until: the last day of the approval, if any: a check of those that last shortest decides it.
    """
    asked = [criterion for criterion in criteria if _is_asked(criterion, row)]
    lapsing = [c for c in asked if c.is_required and c.months and not _is_excused(c, row)]
    deciding = min(lapsing, key=lambda criterion: criterion.months, default=None)
    days = max((by - first).days, 1)
    made = []
    for criterion in asked:
        later = 0 if criterion is deciding else draw(row["slug"], criterion.slug) % days
        seen = min(first + datetime.timedelta(days=later), by)
        check = _check(criterion, row, seen=seen, until=until)
        if criterion is deciding and until is not None:
            check.expires_on = until
        made.append(check)
    return sorted(made, key=lambda check: check.captured_on)


def lapse(criteria, seen):
    """The last day of an approval on evidence of the day `seen`."""
    lapses = [c.expiry(captured_on=seen) for c in criteria if c.is_required and c.months]
    return min(lapses, default=seen + datetime.timedelta(days=90))


def earliest(criteria, until):
    """The first day of which evidence holds until `until`."""
    shortest = min((c.months for c in criteria if c.is_required and c.months), default=None)
    if shortest is None:
        return until - datetime.timedelta(days=90)
    day = until - datetime.timedelta(days=31 * shortest)
    while lapse(criteria, day) < until:
        day += datetime.timedelta(days=1)
    return day


def _is_asked(criterion, row):
    """Whether the team looked into it: always where it is required, at times where it is not."""
    return criterion.is_required or once_in(2, row["slug"], criterion.slug, "asked")


def _is_excused(criterion, row):
    applies = APPLIES.get(criterion.slug)
    return criterion.may_not_apply and applies is not None and not applies(row)


def _check(criterion, row, *, seen, until):
    if _is_excused(criterion, row):
        return new(criterion, Outcome.NOT_APPLICABLE, seen=seen)
    if not criterion.is_required:
        return _optional(criterion, row, seen=seen)
    check = new(criterion, Outcome.PASSED, seen=seen)
    check.facts = list(criterion.facts)
    if criterion.has_own_date:
        check.expires_on = seen + datetime.timedelta(days=365)
    if criterion.months:
        check.expires_on = criterion.expiry(captured_on=seen)
    if check.expires_on and until:
        check.expires_on = max(check.expires_on, until)
    return check


def _optional(criterion, row, *, seen):
    turn = draw(row["slug"], criterion.slug, "outcome") % 3
    if turn == 0:
        return new(criterion, Outcome.FAILED, seen=seen)
    if turn == 1 and criterion.may_not_apply:
        return new(criterion, Outcome.NOT_APPLICABLE, seen=seen)
    check = new(criterion, Outcome.PASSED, seen=seen)
    check.facts = list(criterion.facts)
    if criterion.months:
        check.expires_on = criterion.expiry(captured_on=seen)
    if criterion.has_own_date:
        days = 100 + draw(row["slug"], criterion.slug, "lasts") % 600
        check.expires_on = seen + datetime.timedelta(days=days)
    return check


def new(criterion, outcome, *, seen):
    return Check(
        criterion=criterion,
        title=criterion.title,
        outcome=outcome,
        method=Method.MADE_UP,
        note=NOTE,
        public_note=NOTE,
        captured_on=seen,
        checked_on=seen,
    )


def holds(check, *, until):
    """Whether a check may be carried over to a case that is to hold until then."""
    lasts = check.expires_on is None or check.expires_on >= until
    return lasts and check.outcome != Outcome.FAILED


def carry(check, row):
    names = ("criterion", "title", "outcome", "method", "note", "public_note", "facts",
             "captured_on", "expires_on", "checked_on", "checked_by")  # fmt: skip
    copied = {name: getattr(check, name) for name in names}
    return Check(verification=row, carried_from=check, recorded_at=row.opened_at, **copied)
