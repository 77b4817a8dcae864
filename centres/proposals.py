"""Changes that wait for a second person: proposed with evidence, then approved or turned down.

The centre's row holds approved values only, so nothing a visitor sees changes before approval. An
approval applies every change or none, says where the facts now come from, and has checked again
what checks had vouched for, in one transaction.
"""

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from .changes import Moved, Unfit, Words, label, settle, tidied, write
from .models import (
    Act,
    AuditEntry,
    Centre,
    Method,
    Origin,
    Proposal,
    ProposalState,
)
from .workflow import NotAllowed, NotPossible, Overtaken, ReasonOwed, noting_refusal

PROPOSE = "centres.propose_change"
APPROVE = "centres.approve_proposal"


class Stale(NotPossible):
    """What is there is no longer what the proposal was to change."""


class _TriedOut(Exception):
    """Ends the rehearsal of a proposal: all that it wrote is rolled back."""


def propose(centre, changes, *, by, origin=Origin.TEAM, method, as_of, evidence="", link="", now):
    """Propose changes of a centre; the row of the `Proposal`. The centre stays as it is.

    changes: as `centres.changes` says. by: who of the team proposes, None for a request from
    outside. method, as_of: how it was learnt, and the day it was true. Raises `NotAllowed`,
    `Stale`, `NotPossible`, or `ValidationError` with a sentence a field.
    """
    if by is None and origin == Origin.TEAM:
        raise NotAllowed("A change is proposed by somebody.")
    if by is not None and not by.has_perm(PROPOSE):
        raise NotAllowed("You may not propose changes.")
    _refuse_evidence(method, as_of, now=now)
    with transaction.atomic():
        centre = _locked(centre.pk)
        try:
            changes = tidied(centre, changes)
        except Unfit as problem:
            raise NotPossible(str(problem)) from problem
        _try_out(centre, changes)
        proposal = Proposal(
            centre=centre,
            origin=origin,
            proposed_at=now,
            proposer=by,
            changes=changes,
            method=method,
            as_of=as_of,
            evidence=evidence.strip(),
            link=link.strip(),
        )
        proposal.full_clean(exclude=["centre", "proposer"])
        proposal.save()
        AuditEntry.objects.note(Act.ADDED, person=by, row=proposal, centre=centre, now=now)
    return proposal


def _refuse_evidence(method, as_of, *, now):
    if method == Method.MADE_UP:
        raise ValidationError({"method": "Nobody makes up a fact."})
    if as_of is None or as_of > timezone.localdate(now):
        raise ValidationError({"as_of": "Give the day it was true, today at the latest."})


def _locked(centre_id):
    """The centre as it is now; until the transaction ends nobody else writes it or its rows."""
    centre = Centre.objects.select_for_update().get(pk=centre_id)
    for rows in (centre.programmes, centre.phones):
        list(rows.select_for_update().values_list("pk"))
    return centre


def _try_out(centre, changes):
    """Raise what applying the changes would raise, and leave no trace."""
    try:
        with transaction.atomic():
            _write(centre, changes)
            raise _TriedOut
    except _TriedOut:
        pass


def _write(centre, changes):
    try:
        with transaction.atomic():
            return write(centre, changes)
    except Moved as problem:
        raise Stale(_what_moved(problem.differences)) from problem
    except Unfit as problem:
        raise NotPossible(str(problem)) from problem
    except (IntegrityError, DataError, OverflowError) as error:
        raise NotPossible("The database refused these changes.") from error


def _what_moved(differences):
    words = Words()
    return " ".join([*(_moved_in_words(words, entry) for entry in differences), "Nothing changed."])


def _moved_in_words(words, entry):
    if entry.row is None:
        return f"A {entry.kind} that this was to change is no longer there."
    name = label(entry.kind, entry.field)
    where = "" if entry.kind == "centre" else f" of {entry.row}"
    seen, now = (words.of(entry.kind, entry.field, value) for value in (entry.seen, entry.now))
    return f"The {name}{where} was “{seen}” when this was proposed, and is “{now}” now."


def approve(proposal, *, by, now):
    """Apply a proposal that somebody else made; the rows it touched, as `centres.changes.Touched`.

    Raises `NotAllowed`, `Overtaken` (it is decided), `Stale` or `NotPossible`, and nothing changes.
    """
    with noting_refusal(proposal, "approve", by=by, now=now), transaction.atomic():
        centre, proposal = _pending(proposal)
        _refuse_deciding(proposal, by)
        try:
            changes = tidied(centre, proposal.changes)
        except Unfit as problem:
            raise NotPossible(str(problem)) from problem
        touched = _write(centre, changes)
        settle(
            centre,
            touched,
            by=by,
            learnt_by=proposal.proposer,
            method=proposal.method,
            as_of=proposal.as_of,
            now=now,
            note=f"Proposal {proposal.pk}",
        )
        _decide(proposal, ProposalState.APPROVED, by=by, now=now)
    return touched


def reject(proposal, *, by, reason, now):
    """Turn down a proposal that somebody else made. Raises `Refused`."""
    with noting_refusal(proposal, "reject", by=by, now=now), transaction.atomic():
        _, proposal = _pending(proposal)
        _refuse_deciding(proposal, by)
        if not reason.strip():
            raise ReasonOwed("Give the reason.")
        _decide(proposal, ProposalState.REJECTED, by=by, now=now, reason=reason.strip())


def withdraw(proposal, *, by, now, reason=""):
    """Take back a proposal of one's own. Raises `Refused`."""
    with noting_refusal(proposal, "withdraw", by=by, now=now), transaction.atomic():
        _, proposal = _pending(proposal)
        if proposal.proposer_id is None or proposal.proposer_id != by.pk:
            raise NotAllowed("Only whoever proposed it withdraws it.")
        _decide(proposal, ProposalState.WITHDRAWN, by=by, now=now, reason=reason.strip())


def steps_for(proposal, *, by):
    """What to offer a person on a proposal: some of "approve", "reject" and "withdraw"."""
    if proposal.state != ProposalState.PENDING:
        return []
    if proposal.proposer_id == by.pk:
        return ["withdraw"]
    return ["approve", "reject"] if by.has_perm(APPROVE) else []


def _pending(proposal):
    """The centre and the proposal as they are now, locked. Raises `Overtaken` where decided."""
    centre = _locked(proposal.centre_id)
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if proposal.state != ProposalState.PENDING:
        did = proposal.get_state_display().lower()
        day = timezone.localtime(proposal.decided_at)
        raise Overtaken(f"{did.capitalize()} by {proposal.decided_by}, {day:%-d %B %Y at %H:%M}.")
    return centre, proposal


def _refuse_deciding(proposal, by):
    if not by.has_perm(APPROVE):
        raise NotAllowed("You may not decide about proposals.")
    if proposal.proposer_id == by.pk:
        raise NotAllowed("You proposed this, so somebody else decides it.")


def _decide(proposal, state, *, by, now, reason=""):
    proposal.state, proposal.decided_at, proposal.decided_by = state, now, by
    proposal.reason = reason
    proposal.save(update_fields=["state", "decided_at", "decided_by", "reason"])
    AuditEntry.objects.note(
        Act.DECIDED,
        person=by,
        row=proposal,
        centre=proposal.centre,
        now=now,
        note=f"{proposal.get_state_display()}. {reason}".strip(),
    )
