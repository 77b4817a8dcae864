"""The people of the workflow's tests, each in the role they have at work, and what they do."""

import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from centres import cases, workflow
from centres.models import Verification
from tests import factories

ROLES = {
    "ruth": "Researcher",
    "rob": "Researcher",
    "alan": "Approver",
    "amy": "Approver",
    "mona": "Advertising manager",
    "audrey": "Auditor",
    "carol": "Callback team",
    "nobody": None,
}
#: A superuser, who may do anything but decide about work of their own.
ROOT = "root"
EVERYONE = (*ROLES, ROOT)

DAY = datetime.date(2026, 3, 2)
A_DAY = datetime.timedelta(days=1)
REASON = "The address is a mailbox."


def at(day, hour=12, minute=0):
    """A time of a day in London."""
    time = datetime.time(hour, minute)
    return datetime.datetime.combine(day, time, tzinfo=ZoneInfo("Europe/London"))


NOW = at(DAY)


def cast():
    """Everyone, by name."""
    people = {ROOT: factories.person(ROOT, is_superuser=True)}
    for name, role in ROLES.items():
        people[name] = factories.member(name, role)
    return SimpleNamespace(**people)


def required(**facts):
    """A criterion that a verification needs."""
    return factories.criterion(is_required=True, **facts)


def passed(case, criterion, *, by, now=NOW, **said):
    """Record a pass with evidence of the day."""
    said = {"outcome": "passed", "method": "phone", "note": "Rang and asked.", **said}
    said.setdefault("captured_on", now.date())
    return cases.record_check(case, criterion, by=by, now=now, **said)


def do(case, *steps, now=NOW):
    """Take steps (name, person) one after the other, each with a reason; the case as it is then."""
    for name, by in steps:
        case.refresh_from_db()
        case = workflow.perform(case, name, by=by, now=now, reason=REASON)
    return Verification.objects.get(pk=case.pk)


def sent(centre, people, *, now=NOW, purpose="verified", **said):
    """A case opened and sent for approval by ruth, every criterion that is asked passed."""
    opened_for = "advertiser" if purpose == "advertiser" else "by-hand"
    case = cases.open_case(centre, purpose=purpose, opened_for=opened_for, by=people.ruth, now=now)
    do(case, ("take", people.ruth), now=now)
    for answer in workflow.answers(case, required_only=False):
        if answer.check is None:
            passed(case, answer.criterion, by=people.ruth, now=now, **said)
    return do(case, ("submit", people.ruth), now=now)


def approved(centre, people, *, now=NOW, by="alan", **facts):
    """A case that ruth worked on and alan approved."""
    return do(sent(centre, people, now=now, **facts), ("approve", getattr(people, by)), now=now)


def case_in(state, people, *, centre=None, now=NOW):
    """A case that came to a state by the workflow's own steps; its criterion was passed by ruth."""
    centre = centre or factories.centre()
    if state == "queued":
        return cases.open_case(centre, by=people.ruth, now=now)
    if state == "approved":
        return approved(centre, people, now=now)
    if state in ("in_review", "awaiting_provider"):
        case = do(sent(centre, people, now=now), ("return", people.amy), now=now)
        return do(case, *([("ask", people.ruth)] if state != "in_review" else []), now=now)
    case = sent(centre, people, now=now)
    decision = {"rejected": "reject", "cancelled": "cancel"}.get(state)
    return do(case, *([(decision, people.amy)] if decision else []), now=now)
