"""“Do not list”: asked for, decided by a person with a reason, and lifted only by another.

While a withdrawal stands the database keeps the centre withdrawn (`models/withdrawal_guards.py`),
imports leave it alone, and whoever submits it anew is told that it asked not to be listed.
"""

from django.db import IntegrityError, transaction

from .cases import open_case
from .changes import Touched, audit
from .consequences import GONE, end_adverts_of_unlisted
from .models import (
    Act,
    AuditEntry,
    Centre,
    OpenedFor,
    Provenance,
    Status,
    Verification,
    Withdrawal,
)
from .workflow import OPEN, NotAllowed, NotPossible, Overtaken, ReasonOwed, note_refusal, perform

WITHDRAW = "centres.withdraw_centre"


def ask(centre, *, asked_for_by, reason, now):
    """Ask that a centre not be listed; a person decides. Asked again, it is the request there is.

    asked_for_by: in which role, such as “The manager, through the centre's own link”; no name.
    reason: in their words, or that they gave none. Raises `NotPossible` where it is withdrawn.
    """
    with transaction.atomic():
        centre = _locked(centre)
        if centre.status == Status.WITHDRAWN:
            raise NotPossible("The centre is withdrawn already.")
        waiting = Withdrawal.objects.waiting().filter(centre=centre).first()
        if waiting is not None:
            return waiting
        row = Withdrawal.objects.create(
            centre=centre,
            asked_for_by=asked_for_by,
            reason=reason.strip() or "They gave no reason.",
            asked_at=now,
        )
        AuditEntry.objects.note(Act.ADDED, person=None, row=row, centre=centre, now=now)
    return row


def withdraw(centre, *, by, asked_for_by, reason, now):
    """Take a centre out of the directory for good; the standing `Withdrawal`.

    Its adverts end and its open case is cancelled, in the same transaction. A request that waits
    is the one decided. Raises `Refused`: `NotAllowed`, `Overtaken`, `ReasonOwed`, `NotPossible`.
    """
    _refuse_who_may_not(centre, "do not list", by=by, now=now)
    asked_for_by, reason = asked_for_by.strip(), reason.strip()
    if not asked_for_by or not reason:
        raise ReasonOwed("Say who asked for it, and why.")
    try:
        with transaction.atomic():
            centre = _locked(centre)
            if Withdrawal.objects.standing().filter(centre=centre).exists():
                raise Overtaken("The centre is withdrawn already.")
            _cancel_open_case(centre, by=by, reason=reason, now=now)
            before = centre.status
            _unseen(centre)
            row = _decided(centre, by=by, asked_for_by=asked_for_by, reason=reason, now=now)
            Centre.objects.filter(pk=centre.pk).update(status=Status.WITHDRAWN)
            end_adverts_of_unlisted(now=now, by=by, centres=[centre.pk])
            _note(row, "Withdrawn.", before, Status.WITHDRAWN, by=by, now=now)
    except IntegrityError as error:
        raise NotPossible("The database refused this.") from error
    return row


def decline(row, *, by, reason, now):
    """Leave a centre as it is though somebody asked. Raises `Refused`."""
    _refuse_who_may_not(row.centre, "keep listed", by=by, now=now)
    with transaction.atomic():
        row = _current(row, reason)
        if row.stands:
            raise Overtaken("The centre was withdrawn meanwhile.")
        _end(row, by=by, reason=reason, now=now)
        AuditEntry.objects.note(
            Act.DECIDED, person=by, row=row, centre=row.centre, now=now, note="Declined."
        )


def lift(row, *, by, reason, now):
    """End a withdrawal that somebody else decided: the centre is a draft again, with a case.

    Nobody sees it until that is approved. Returns the case, or the centre's open one. Raises
    `Refused`.
    """
    _refuse_who_may_not(row.centre, "lift", by=by, now=now)
    if row.withdrawn_by_id == by.pk:
        refusal = NotAllowed("You withdrew this centre, so somebody else lifts it.")
        note_refusal(row.centre, "lift", by=by, now=now, refusal=refusal)
        raise refusal
    with transaction.atomic():
        row = _current(row, reason)
        if not row.stands:
            raise Overtaken("This withdrawal does not stand.")
        Centre.objects.filter(pk=row.centre_id).update(status=Status.DRAFT)
        _end(row, by=by, reason=reason, now=now)
        _note(row, "Lifted.", Status.WITHDRAWN, Status.DRAFT, by=by, now=now)
        return open_case(
            row.centre,
            opened_for=OpenedFor.HAND,
            by=by if by.has_perm(OPEN) else None,
            now=now,
            note="Its withdrawal was lifted.",
        )


def of(centre):
    """The withdrawal of a centre that stands or waits, or None."""
    return Withdrawal.objects.filter(centre=centre, ended_at=None).first()


def _refuse_who_may_not(centre, step, *, by, now):
    if by.has_perm(WITHDRAW):
        return
    refusal = NotAllowed("You may not decide whether a centre is withdrawn.")
    note_refusal(centre, step, by=by, now=now, refusal=refusal)
    raise refusal


def _locked(centre):
    return Centre.objects.select_for_update().get(pk=centre.pk)


def _current(row, reason):
    """The row as it is now, with its centre locked."""
    if not reason.strip():
        raise ReasonOwed("Give the reason.")
    centre = _locked(row.centre)
    row = Withdrawal.objects.select_for_update().get(pk=row.pk)
    row.centre = centre
    if row.ended_at is not None:
        raise Overtaken(f"Somebody was here meanwhile: {row.standing_in_words}.")
    return row


def _cancel_open_case(centre, *, by, reason, now):
    case = Verification.objects.open().filter(centre=centre).first()
    if case is not None:
        perform(case, "cancel", by=by, now=now, reason=f"Not to be listed. {reason}")


def _unseen(centre):
    """A draft, as the database needs it before a withdrawal can stand."""
    if centre.status in GONE:
        Provenance.objects.filter(centre=centre, fact="closed_on").delete()
    Centre.objects.filter(pk=centre.pk).update(status=Status.DRAFT, closed_on=None, successor=None)


def _decided(centre, *, by, asked_for_by, reason, now):
    row = Withdrawal.objects.waiting().filter(centre=centre).first() or Withdrawal(
        centre=centre, asked_at=now
    )
    row.asked_for_by, row.reason = asked_for_by, reason
    row.withdrawn_at, row.withdrawn_by = now, by
    row.save()
    return row


def _end(row, *, by, reason, now):
    row.ended_at, row.ended_by, row.ended_because = now, by, reason.strip()
    row.save(update_fields=["ended_at", "ended_by", "ended_because"])


def _note(row, words, before, after, *, by, now):
    centre = row.centre
    AuditEntry.objects.note(Act.DECIDED, person=by, row=row, centre=centre, now=now, note=words)
    values = {"status": [str(before), str(after)]}
    audit(centre, [Touched("centre", centre, centre.pk, "changed", values)], by=by, now=now)
