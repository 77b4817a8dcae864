"""Requests to the directory's own team: one open at a time for each person, and what came of it.

Those to a centre are read by the centre alone; the team sees that they are there, can send the
centre another link, and can delete them.
"""

from contextlib import contextmanager

from django.db import IntegrityError, transaction

from . import callback_notices, callbacks
from .models import Act, AuditEntry, CallbackRequest, CallbackState
from .workflow import NotAllowed, NotPossible, Overtaken

ANSWER = "centres.answer_callback"
#: What somebody of the team may say became of a request.
MARKS = (CallbackState.TRIED, CallbackState.REACHED, CallbackState.CLOSED)


def open_up(request, *, by, now):
    """Have a request open, to read it and call. Noted in the audit before anything is shown.

    Raises `NotAllowed`, `Overtaken` where somebody else has it or it is gone, and `NotPossible`
    where this person has another open.
    """
    with _noting_refusal(request, "open", by=by, now=now), transaction.atomic():
        row = _locked(request, by=by, now=now)
        if row.centre_id:
            raise NotAllowed("Only the centre it is addressed to reads this request.")
        if row.is_open(now=now) and row.opened_by_id != by.pk:
            raise Overtaken(f"{row.opened_by} has this request open.")
        _leave_others(row, by=by, now=now)
        row.opened_at, row.opened_by = now, by
        row.read_at = row.read_at or now
        try:
            with transaction.atomic():
                row.save(update_fields=["opened_at", "opened_by", "read_at"])
        except IntegrityError:
            raise NotPossible("You have another request open. Put it back first.") from None
        AuditEntry.objects.note(Act.SAW, person=by, row=row, now=now, note="Opened it to call.")


def _leave_others(row, *, by, now):
    """Put back what this person left open long ago. Raises `NotPossible` for what they have now."""
    others = CallbackRequest.objects.sealed().filter(opened_by=by).exclude(pk=row.pk)
    for other in others:
        if other.is_open(now=now) and other.delete_at > now:
            raise NotPossible(f"You have {other} open. Put it back first.")
        # By its moment too: this person may have opened it anew just now, elsewhere.
        left = CallbackRequest.objects.filter(pk=other.pk, opened_at=other.opened_at)
        left.update(opened_at=None, opened_by=None)


def words_of(request, *, by, now):
    """The request with what was written, where `by` has it open; else None. Raises `Closed`."""
    if not by.has_perm(ANSWER):
        return None
    rows = CallbackRequest.objects.kept(now=now).for_team()
    row = rows.sealed().filter(pk=request.pk, opened_by=by).first()
    if row is None or not row.is_open_to(by, now=now):
        return None
    return rows.filter(pk=row.pk, opened_by=by).first()


def put_back(request, *, by, now):
    """Leave a request to whoever is next. Raises `NotAllowed` or `Overtaken`."""
    with _noting_refusal(request, "put back", by=by, now=now), transaction.atomic():
        row = _open_to(request, by=by, now=now)
        row.opened_at = row.opened_by = None
        row.save(update_fields=["opened_at", "opened_by"])


def say(request, state, *, by, now):
    """Write down what became of a request that `by` has open, and put it back.

    state: one of `MARKS`. Raises `NotAllowed`, `NotPossible` or `Overtaken`.
    """
    with _noting_refusal(request, "mark", by=by, now=now), transaction.atomic():
        row = _open_to(request, by=by, now=now)
        if state not in MARKS:
            raise NotPossible("Say what became of it.")
        callbacks.mark(row, state, by=by, now=now)


def send_new_notice(request, *, by, now):
    """Send a request's centre another link; those sent before no longer serve.

    Raises `NotAllowed`, `NotPossible` or `Overtaken`.
    """
    with _noting_refusal(request, "send a notice", by=by, now=now), transaction.atomic():
        row = _locked(request, by=by, now=now)
        if row.centre is None:
            raise NotPossible("This request is to the team.")
        claim = callbacks.taker(row.centre, now=now)
        if claim is None:
            raise NotPossible("Nobody at this centre takes callback requests now.")
        callback_notices.tell_centre(row, claim=claim, now=now)
        AuditEntry.objects.note(
            Act.DECIDED, person=by, row=row, centre=row.centre, now=now, note="Sent a new link."
        )


def delete_now(request, *, by, now):
    """Delete a request before its time. Raises `NotAllowed` or `Overtaken`."""
    with _noting_refusal(request, "delete", by=by, now=now), transaction.atomic():
        row = _locked(request, by=by, now=now)
        if row.is_open(now=now) and row.opened_by_id != by.pk:
            raise Overtaken(f"{row.opened_by} has this request open.")
        callbacks.drop([row], by=by, now=now, note="Deleted before its time.")


def _open_to(request, *, by, now):
    row = _locked(request, by=by, now=now)
    if not row.is_open_to(by, now=now):
        raise Overtaken("You no longer have this request open.")
    return row


def _locked(request, *, by, now):
    if not by.has_perm(ANSWER):
        raise NotAllowed("You may not answer callback requests.")
    rows = CallbackRequest.objects.sealed().kept(now=now).select_related("centre", "opened_by")
    row = rows.select_for_update(of=("self",)).filter(pk=request.pk).first()
    if row is None:
        raise Overtaken("This request is no longer there: it was withdrawn or deleted.")
    return row


@contextmanager
def _noting_refusal(request, step, *, by, now):
    """Notes in the audit, after all is rolled back, that somebody was not allowed to."""
    try:
        yield
    except NotAllowed as refusal:
        AuditEntry.objects.note(
            Act.REFUSED, person=by, row=request, now=now, note=f"{step}: {refusal}"
        )
        raise
