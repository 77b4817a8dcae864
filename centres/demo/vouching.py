"""Facts of the demo that its checks vouch for, dated by those checks."""

from ..consequences import OF_PROGRAMMES
from ..models import Outcome


def vouch(row, cases, *, today):
    """Let a row of the file, and its programmes, say when each fact was last vouched for.

    `facts_on` has the day of the evidence; `vouched` maps the fact to the time of the approval.
    The last approval says when the centre was last checked.
    """
    owners = [row, *row.get("programmes", [])]
    for owner in owners:
        owner["vouched"] = {}
    approved = [case for case in cases if case.approval]
    for case in sorted(approved, key=lambda case: case.approval.at):
        approval = case.approval
        row["checked_on"] = -(today - approval.day).days
        for check in (step.check for step in case.steps if step.check):
            if check.outcome == Outcome.PASSED:
                _vouch_for(check, owners, today=today, at=approval.at)


def _vouch_for(check, owners, *, today, at):
    for fact in check.facts:
        of_programmes = fact.startswith(OF_PROGRAMMES)
        name = fact.removeprefix(OF_PROGRAMMES)
        for owner in owners[1:] if of_programmes else owners[:1]:
            owner["facts_on"] = {**owner["facts_on"], name: -(today - check.captured_on).days}
            owner["vouched"][name] = at
