"""The verification state machine: one table of transitions, one function that performs them.

A case goes through the criteria of one purpose for one centre. Whoever reviews it records checks;
somebody else approves. What the database refuses by itself is in `models/guards.py`; here stand the
same rules with plain words, and what follows from a decision.
"""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from . import consequences
from .consequences import changed_checks
from .models import (
    Act,
    AuditEntry,
    Centre,
    Check,
    Criterion,
    Outcome,
    ProposalState,
    Purpose,
    State,
    Verification,
    VerificationEvent,
)
from .models.verification import OPEN_STATES

REVIEW = "centres.review_verification"
APPROVE = "centres.approve_verification"
OPEN = "centres.open_verification"


class Refused(Exception):
    """A step that is not taken, with a sentence for whoever asked for it."""


class NotAllowed(Refused):
    """This person may not."""


class NotPossible(Refused):
    """The case is not where, or not as, the step needs it."""


class Overtaken(Refused):
    """Somebody else took a step in the meantime."""


class ReasonOwed(Refused):
    """The step needs a reason."""


@dataclass(frozen=True)
class Transition:
    """A step of a case.

    guards: functions (case, by, now) that give a sentence where the step is refused, or "".
    before: function (case, by, now, reason) run first; gives further columns of the case.
    after: function (case, by, now) for what follows from the step.
    """

    name: str
    label: str
    sources: tuple
    target: State
    permission: str
    reason_owed: bool = False
    guards: tuple[Callable, ...] = ()
    before: Callable | None = None
    after: Callable | None = None


def held_by_reviewer(case, by, now):
    return "" if case.reviewer == by else f"This case is with {case.reviewer}."


def not_own_work(case, by, now):
    made = case.checks.filter(checked_by=by, carried_from=None).exists()
    if case.reviewer == by or made:
        return "You worked on this case, so somebody else decides it."
    return ""


def every_criterion_answered(case, by, now):
    titles = [entry.criterion.title for entry in answers(case) if entry.check is None]
    return f"Not yet checked: {', '.join(titles)}." if titles else ""


def every_criterion_met(case, by, now):
    today = timezone.localdate(now)
    titles = [
        entry.criterion.title
        for entry in answers(case)
        if entry.check is None or not entry.check.is_met(today=today)
    ]
    return f"Not met, or no longer: {', '.join(titles)}." if titles else ""


def something_was_checked(case, by, now):
    passed = case.checks.filter(outcome=Outcome.PASSED).exists()
    return "" if passed else "Nothing was checked with evidence."


def carried_from_what_stands(case, by, now):
    revoked = case.checks.filter(carried_from__verification__revoked_at__isnull=False)
    titles = [check.title for check in revoked]
    return f"Carried from an approval that was revoked: {', '.join(titles)}." if titles else ""


def nothing_changed_since(case, by, now):
    titles = [check.title for check in changed_checks(case)]
    return f"Changed since it was checked: {', '.join(titles)}." if titles else ""


def still_in_its_place(case, by, now):
    """A centre that has closed or asked not to be listed is not approved for anything."""
    if case.centre.status in consequences.GONE:
        return f"The centre is {case.centre.get_status_display().lower()}."
    return ""


def nothing_sent_in_waits(case, by, now):
    """Else a centre would be listed without anything that was said of it."""
    waiting = case.centre.submissions.filter(proposal__state=ProposalState.PENDING)
    return "What was sent in is still a proposal: decide that first." if waiting.exists() else ""


def advertiser_is_verified(case, by, now):
    if case.purpose == Purpose.ADVERTISER and not case.centre.is_verified(now=now):
        return "Only a verified centre may advertise, and this one is not verified now."
    return ""


def no_other_open_case(case, by, now):
    other = Verification.objects.open().filter(centre=case.centre_id).first()
    return f"The centre has an open case already: case {other.pk}." if other else ""


def latest_of_its_purpose(case, by, now):
    if case.revoked_at is not None:
        return "This approval was revoked already."
    later = Verification.objects.filter(
        centre=case.centre_id,
        purpose=case.purpose,
        state=State.APPROVED,
        decided_at__gt=case.decided_at,
    )
    return "A later approval has taken its place." if later.exists() else ""


def _taken(case, by, now, reason):
    return {"reviewer": by}


def _put_back(case, by, now, reason):
    return {"reviewer": None}


def _decided(case, by, now, reason):
    return {"decided_at": now, "decided_by": by, "reason": reason}


def _approved(case, by, now, reason):
    begins, ends = consequences.validity(case, now=now)
    return {"decided_at": now, "decided_by": by, "valid_from": begins, "valid_until": ends}


def _reopened(case, by, now, reason):
    return {"reviewer": None, "decided_at": None, "decided_by": None, "reason": ""}


def _revoked(case, by, now, reason):
    consequences.end_what_rests_on(case, by=by, now=now, reason=reason)
    return {"revoked_at": now, "revoked_by": by, "revoked_reason": reason}


TRANSITIONS = (
    Transition(
        "take", "Take it", (State.QUEUED,), State.IN_REVIEW, REVIEW, before=_taken,
    ),
    Transition(
        "put-back", "Put it back", (State.IN_REVIEW, State.AWAITING_PROVIDER), State.QUEUED,
        REVIEW, guards=(held_by_reviewer,), before=_put_back,
    ),
    Transition(
        "hand-back", "Take it from its reviewer",
        (State.IN_REVIEW, State.AWAITING_PROVIDER), State.QUEUED, APPROVE, reason_owed=True,
        before=_put_back,
    ),
    Transition(
        "ask", "Return to the provider", (State.IN_REVIEW,), State.AWAITING_PROVIDER, REVIEW,
        reason_owed=True, guards=(held_by_reviewer,),
    ),
    Transition(
        "answered", "The centre has answered", (State.AWAITING_PROVIDER,), State.IN_REVIEW, REVIEW,
        guards=(held_by_reviewer,),
    ),
    Transition(
        "submit", "Send for approval", (State.IN_REVIEW,), State.AWAITING_APPROVAL, REVIEW,
        guards=(held_by_reviewer, every_criterion_answered),
    ),
    Transition(
        "return", "Return to the reviewer", (State.AWAITING_APPROVAL,), State.IN_REVIEW, APPROVE,
        reason_owed=True,
    ),
    Transition(
        "approve", "Approve", (State.AWAITING_APPROVAL,), State.APPROVED, APPROVE,
        guards=(
            not_own_work, still_in_its_place, nothing_sent_in_waits, advertiser_is_verified,
            something_was_checked, carried_from_what_stands, nothing_changed_since,
            every_criterion_met,
        ),
        before=_approved, after=consequences.of_approval,
    ),
    Transition(
        "reject", "Reject",
        (State.IN_REVIEW, State.AWAITING_PROVIDER, State.AWAITING_APPROVAL), State.REJECTED,
        APPROVE, reason_owed=True, guards=(not_own_work,), before=_decided,
    ),
    Transition(
        "cancel", "Cancel", OPEN_STATES, State.CANCELLED, APPROVE, reason_owed=True,
        before=_decided,
    ),
    Transition(
        "reopen", "Reopen", (State.REJECTED, State.CANCELLED), State.QUEUED, APPROVE,
        reason_owed=True, guards=(no_other_open_case, still_in_its_place), before=_reopened,
    ),
    Transition(
        "revoke", "Revoke", (State.APPROVED,), State.APPROVED, APPROVE, reason_owed=True,
        guards=(latest_of_its_purpose,), before=_revoked,
    ),
)  # fmt: skip
BY_NAME = {transition.name: transition for transition in TRANSITIONS}


def perform(case, name, *, by, now, reason=""):
    """Take the step `name` of a case, as `by` saw it: at `case.version`. Returns the case anew.

    Raises `Refused`: `NotAllowed`, `Overtaken` (the case has moved since), `NotPossible`,
    `ReasonOwed`. A refusal of a person's right is noted in the audit; nothing else is written.
    """
    if name not in BY_NAME:
        raise NotPossible("There is no such step.")
    try:
        with transaction.atomic():
            return _perform(case, BY_NAME[name], by=by, now=now, reason=reason.strip())
    except NotAllowed as refusal:
        note_refusal(case, name, by=by, now=now, refusal=refusal)
        raise
    except IntegrityError as error:
        raise NotPossible(_in_words(error)) from error


def _perform(seen, transition, *, by, now, reason):
    case = locked(seen)
    if not by.has_perm(transition.permission):
        raise NotAllowed(f"You may not do this: {transition.label.lower()}.")
    if case.version != seen.version:
        raise Overtaken(f"{_latest_step(case)} Look at it again before you decide.")
    if case.state not in transition.sources:
        raise NotPossible(f"This case is {case.get_state_display().lower()}.")
    if transition.reason_owed and not reason:
        raise ReasonOwed("Give the reason.")
    for guard in transition.guards:
        sentence = guard(case, by, now)
        if sentence:
            kind = NotAllowed if guard in {not_own_work, held_by_reviewer} else NotPossible
            raise kind(sentence)
    columns = transition.before(case, by, now, reason) if transition.before else {}
    came_from = case.state
    move(case, state=transition.target, **columns)
    write_event(case, transition.name, came_from=came_from, by=by, now=now, reason=reason)
    if transition.after:
        transition.after(case, by, now)
    return case


def may_perform(case, name, *, by):
    """Whether the step is open to this person in the case's state; its guards are not asked."""
    transition = BY_NAME[name]
    return case.state in transition.sources and by.has_perm(transition.permission)


def steps_for(case, *, by):
    """The transitions to offer a person on a case."""
    return [
        transition
        for transition in TRANSITIONS
        if may_perform(case, transition.name, by=by)
        and not (transition.name == "hand-back" and case.reviewer == by)
        and not (held_by_reviewer in transition.guards and case.reviewer != by)
        and not (transition.name == "revoke" and latest_of_its_purpose(case, by, None))
    ]


def locked(case):
    """The case as it is now; until the transaction ends nobody else writes it or its centre."""
    Centre.objects.select_for_update().get(pk=case.centre_id)
    return (
        Verification.objects.select_for_update(of=("self",))
        .select_related("centre", "reviewer")
        .get(pk=case.pk)
    )


def move(case, **columns):
    """Write columns of a case, one version on. Raises `Overtaken` where another got there first."""
    moved = Verification.objects.filter(pk=case.pk, version=case.version).update(
        version=case.version + 1, **columns
    )
    if not moved:
        raise Overtaken("Somebody else took a step in the meantime.")
    case.version += 1
    for name, value in columns.items():
        setattr(case, name, value)


def write_event(case, action, *, came_from, by, now, reason="", detail=None):
    return VerificationEvent.objects.create(
        verification=case,
        action=action,
        from_state=came_from,
        to_state=case.state,
        version=case.version,
        happened_at=now,
        person=by,
        reason=reason,
        detail=detail or {},
    )


def _latest_step(case):
    event = case.events.select_related("person").last()
    who = event.person if event and event.person else "A command"
    return f"{who} took a step meanwhile: {case.get_state_display().lower()}."


def note_refusal(row, name, *, by, now, refusal):
    """Note in the audit that somebody asked for what they may not do. row: a case or a centre."""
    AuditEntry.objects.note(
        Act.REFUSED,
        person=by,
        row=row,
        centre=getattr(row, "centre", row),
        now=now,
        note=f"{name}: {refusal}",
    )


@contextmanager
def noting_refusal(row, name, *, by, now):
    """Notes a `NotAllowed` in the audit after all is rolled back, and passes it on."""
    try:
        yield
    except NotAllowed as refusal:
        note_refusal(row, name, by=by, now=now, refusal=refusal)
        raise


def _in_words(error):
    """A guard's sentence, from what the database said."""
    first = str(error).splitlines()[0]
    sentence = first.split(": ", 1)[-1] if first.startswith("centres_") else "it breaks a rule"
    return f"The database refused this: {sentence}."


@dataclass
class Answer:
    """A criterion asked in a case, and the check that answers it, or None."""

    criterion: object
    check: Check | None


def answers(case, *, required_only=True):
    """An `Answer` for every criterion that is asked of this case now, in order; two queries."""
    asked = Criterion.objects.asked_of(country=case.centre.country, purpose=case.purpose)
    if required_only:
        asked = asked.filter(is_required=True)
    checks = {check.criterion_id: check for check in case.checks.select_related("criterion")}
    return [Answer(criterion, checks.get(criterion.pk)) for criterion in asked]
