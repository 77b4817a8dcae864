"""Callback requests: made with consent, withdrawn by a link, deleted when they have served (P10).

A request is to one centre, read there by a link that serves once (`callback_links.py`), or to the
directory's own team (`callback_queue.py`). Whoever else works here sees that there is one, and not
a word of it. Nobody pays for one, and nothing that sells adverts reads these tables.
"""

import datetime
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from . import callback_notices, daily, tokens
from .models import (
    Act,
    AuditEntry,
    CallbackLink,
    CallbackRequest,
    CallbackState,
    Centre,
    Claim,
)
from .models.callback import KEPT_CLOSED_FOR, KEPT_FOR, PRIVATE
from .workflow import NotPossible, Overtaken

#: Requests deleted in one transaction.
DELETED_AT_ONCE = 200
#: So long before its time a request is deleted: the clock may be held up, and never is it late.
AHEAD = datetime.timedelta(minutes=15)
#: Requests to one centre in 24 hours; above it somebody floods it, and it is to be rung.
MOST_A_DAY = 60


class NotTaken(NotPossible):
    """This centre has not told us where to pass a request on."""


class TooManyToday(NotTaken):
    """So many asked this centre today that no more are passed on."""


def taker(centre, *, now):
    """The claim to whose address notices of requests to a centre go, or None: it takes none.

    The centre is listed, and somebody there proved who they are and asked for callbacks; where no
    code to its own domain proved it, two people of the team decided that they may.
    """
    proven = Claim.objects.in_force(now=now).may_take_callbacks(today=timezone.localdate(now))
    found = proven.filter(centre=centre, centre__in=Centre.objects.visible(), takes_callbacks=True)
    return found.order_by("-proven_at", "-pk").first()


def takes(centre, *, now):
    """Whether a centre can be asked to call somebody back."""
    return taker(centre, now=now) is not None


@dataclass(frozen=True)
class Consents:
    """What somebody agreed to, as it was worded for them; each names who will call."""

    to_call: str
    to_keep: str


def ask(centre, said, *, token, consents, language, now, shown=None, email="", link=""):
    """Keep a request, once a token, and post the notice of it; the row.

    centre: None for the team. said: {name of each of `PRIVATE`: text}. token: see
    `tokens.from_nonce`. shown: when the form was shown whose consents name the last day, from which
    the time to deletion runs; else from `now`. email, link: where to send the withdrawal link, if
    that was asked for. Sent again with other words it says those, until somebody has read it.
    Raises `NotTaken`, `TooManyToday`, `Overtaken` where what was sent again has been read, and
    `Closed`.
    """
    digest = tokens.digest(token)
    try:
        with transaction.atomic():
            row = CallbackRequest.objects.select_for_update().filter(token=digest).first()
            if row is not None:
                return _asked_again(row, said, consents=consents)
            return _made(
                centre,
                said,
                digest=digest,
                consents=consents,
                language=language,
                email=email,
                link=link,
                shown=shown or now,
                now=now,
            )
    except IntegrityError:  # the same form, sent twice at once
        row = CallbackRequest.objects.sealed().filter(token=digest).first()
        if row is None:
            raise
        return row


def _made(centre, said, *, digest, consents, language, email, link, shown, now):
    claim = None if centre is None else taker(centre, now=now)
    if centre is not None and claim is None:
        raise NotTaken("This centre has not told us where to pass a request on.")
    if centre is not None and not _has_room(centre, now=now):
        raise TooManyToday("So many asked this centre today that no more are passed on.")
    row = CallbackRequest.objects.create(
        centre=centre,
        token=digest,
        asked_at=now,
        delete_at=shown + KEPT_FOR,
        state_at=now,
        language=language,
        consent_to_call=consents.to_call,
        consent_to_keep=consents.to_keep,
        **{name: said[name] for name in PRIVATE},
    )
    AuditEntry.objects.note(
        Act.ADDED, person=None, row=row, centre=centre, now=now, note="Asked for on the site."
    )
    if claim is not None:
        callback_notices.tell_centre(row, claim=claim, now=now)
    else:
        callback_notices.tell_team(row, now=now)
    if email:
        callback_notices.send_withdrawal_link(row, to=email, link=link, now=now)
    return row


def _has_room(centre, *, now):
    return daily.count("callback-to-centre", str(centre.pk), most=MOST_A_DAY, now=now)


def _asked_again(row, said, *, consents):
    said = {name: said[name] for name in PRIVATE}
    if all(getattr(row, name) == text for name, text in said.items()):
        return row
    if row.read_at is not None:
        raise Overtaken("Your request was read already.")
    CallbackRequest.objects.filter(pk=row.pk).update(
        consent_to_call=consents.to_call, consent_to_keep=consents.to_keep, **said
    )
    return row


def found(token, *, now):
    """The request that a withdrawal link is of, without its words, or None where none is kept."""
    rows = CallbackRequest.objects.sealed().kept(now=now).select_related("centre__provider")
    return rows.filter(token=tokens.digest(token)).first()


@dataclass(frozen=True)
class Withdrawn:
    """request: as it was. is_centre_told: whether whoever had read it was sent word not to call."""

    request: CallbackRequest
    is_centre_told: bool


def withdraw(token, *, now):
    """Delete the request of a withdrawal link there and then; a `Withdrawn`, None where none was.

    A centre that had read it is asked not to call.
    """
    is_told = False
    with transaction.atomic():
        row = _locked(token=tokens.digest(token))
        if row is None:
            return None
        if row.centre_id and row.read_at and row.state != CallbackState.CLOSED:
            is_told = callback_notices.tell_centre_to_stop(row, now=now)
        drop([row], by=None, now=now, note="Withdrawn by whoever asked.")
    return Withdrawn(row, is_told)


def delete_due(now):
    """Delete what is due: 30 days after it was asked, 72 hours after it was closed, or just before.

    Answers how many. Nothing is decrypted, so it needs no key.
    """
    deleted = 0
    while True:
        with transaction.atomic():
            rows = (
                CallbackRequest.objects.sealed().overdue(now=now + AHEAD).select_related("centre")
            )
            due = list(rows.select_for_update(of=("self",)).order_by("pk")[:DELETED_AT_ONCE])
            drop(due, by=None, now=now, note="Deleted on time.")
        deleted += len(due)
        if len(due) < DELETED_AT_ONCE:
            return deleted


def _locked(**which):
    rows = CallbackRequest.objects.sealed().select_related("centre")
    return rows.select_for_update(of=("self",)).filter(**which).first()


def drop(rows, *, by, now, note):
    """Delete rows with their links and the mail that waits about them; a line of audit each."""
    for row in rows:
        AuditEntry.objects.note(
            Act.DELETED, person=by, row=row, centre=row.centre, now=now, note=note
        )
        callback_notices.forget(row)
    pks = [row.pk for row in rows]
    CallbackLink.objects.filter(request__in=pks).delete()
    CallbackRequest.objects.filter(pk__in=pks).only("pk").delete()


def mark(row, state, *, by, now, note=""):
    """Write down what became of a locked request. A closed one is deleted in 72 hours."""
    old = row.state
    row.state, row.state_at, row.opened_at, row.opened_by = state, now, None, None
    if state == CallbackState.CLOSED:
        row.delete_at = min(row.delete_at, now + KEPT_CLOSED_FOR)
    row.save(update_fields=["state", "state_at", "delete_at", "opened_at", "opened_by"])
    AuditEntry.objects.note(
        Act.CHANGED,
        person=by,
        row=row,
        centre=row.centre,
        now=now,
        changes={"state": [old, state]},
        note=note,
    )
