"""Facts of the demo that its checks vouch for, dated by those checks."""

from ..models import Outcome

OF_PROGRAMMES = "programme."


def vouch(row, cases, *, today):
    """Let a row of the file, and its programmes, say when each fact was last vouched for.

    `facts_on` has the day of the evidence; `vouched` maps the fact to the time of the approval.
    The last approval of its verification says when the centre was last checked.
    """
    owners = [row, *row.get("programmes", [])]
    for owner in owners:
        owner["vouched"] = {}
    for case in cases:
        approval = case.approval
        if approval is None:
            continue
        row["checked_on"] = -(today - approval.day).days
        for check in (step.check for step in case.steps if step.check):
            if check.outcome != Outcome.PASSED:
                continue
            days = -(today - check.captured_on).days
            for fact in check.facts:
                of_programmes = fact.startswith(OF_PROGRAMMES)
                for owner in owners[1:] if of_programmes else owners[:1]:
                    name = fact.removeprefix(OF_PROGRAMMES)
                    owner["facts_on"] = {**owner["facts_on"], name: days}
                    owner["vouched"][name] = approval.at
