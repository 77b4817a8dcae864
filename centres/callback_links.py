"""How a centre reads a request to it: a notice without content, and a link that serves once.

The link opens a page with a button, for programs that look through mail follow links; pressing it
shows the request once, with another link of the same kind by which to say what became of it.
"""

from dataclasses import dataclass

from django.db import transaction

from . import tokens
from .callback_notices import make_link
from .callbacks import mark
from .models import (
    Act,
    AuditEntry,
    CallbackLink,
    CallbackRequest,
    CallbackState,
    Centre,
    Claim,
    LinkPurpose,
    Status,
)
from .models.callback import PRIVATE
from .workflow import NotPossible

BY_CENTRE = "By the centre, through the link it was sent."
#: What a centre may say became of a request.
ANSWERS = (CallbackState.TRIED, CallbackState.REACHED, CallbackState.CLOSED)


class Spent(NotPossible):
    """The link no longer serves, with a sentence that says why."""


@dataclass(frozen=True)
class Reading:
    """A request as the centre sees it once. answer: the token by which to say what became of it."""

    request: CallbackRequest
    answer: str


def standing(token, purpose, *, now):
    """The link of a token, which still serves; nothing of the request's words is fetched.

    Raises `Spent`.
    """
    links = CallbackLink.objects.select_related("request__centre")
    links = links.defer(*(f"request__{name}" for name in PRIVATE))
    link = links.filter(token=tokens.digest(token), purpose=purpose).first()
    if why := _why_spent(link, now=now):
        raise Spent(why)
    return link


def can_reach(request, *, now):
    """Whether a request was read, or whoever it is addressed to can still open it.

    To a centre: by a link that serves, of a claim that stands, while the centre is listed.
    """
    if request.centre_id is None or request.read_at is not None:
        return True
    links = CallbackLink.objects.filter(
        request=request, purpose=LinkPurpose.READ, used_at=None, expires_at__gt=now
    )
    return links.filter(
        claim__in=Claim.objects.standing(), request__centre__in=Centre.objects.visible()
    ).exists()


def _why_spent(link, *, now):
    if link is None or link.request.delete_at <= now:
        return "There is nothing under this link: the request was withdrawn or deleted."
    if link.used_at is not None:
        return "This link has been used. It serves once."
    if link.expires_at <= now:
        return "This link has run out. It serves for three days."
    claimed = Claim.objects.standing().filter(pk=link.claim_id).exists()
    if not claimed or link.request.centre.status != Status.LISTED:
        return "This link is no longer valid."
    return ""


def read(token, *, now):
    """Show a request to its centre, once; a `Reading`. Raises `Spent`, or `Closed`."""
    with transaction.atomic():
        link = _use(token, LinkPurpose.READ, now=now)
        request = CallbackRequest.objects.select_related("centre").get(pk=link.request_id)
        if request.read_at is None:
            request.read_at = now
            request.save(update_fields=["read_at"])
        AuditEntry.objects.note(
            Act.SAW, person=None, row=request, centre=request.centre, now=now, note=BY_CENTRE
        )
        answer, _ = make_link(request, LinkPurpose.ANSWER, claim_id=link.claim_id, now=now)
    return Reading(request, answer)


def answer(token, state, *, now):
    """Write down what a centre says became of a request; the token for its next word.

    state: one of `ANSWERS`; "" after the last, which closes. Raises `Spent`.
    """
    if state not in ANSWERS:
        raise NotPossible("Say what became of it.")
    with transaction.atomic():
        link = _use(token, LinkPurpose.ANSWER, now=now)
        request = CallbackRequest.objects.sealed().select_related("centre").get(pk=link.request_id)
        mark(request, state, by=None, now=now, note=BY_CENTRE)
        if state == CallbackState.CLOSED:
            return ""
        following, _ = make_link(request, LinkPurpose.ANSWER, claim_id=link.claim_id, now=now)
    return following


def _use(token, purpose, *, now):
    """Use a link up; of two at once one does. The request is locked. Raises `Spent`."""
    link = standing(token, purpose, now=now)
    locked = CallbackRequest.objects.sealed().select_for_update().filter(pk=link.request_id)
    if locked.first() is None or not _mark_used(link, now=now):
        standing(token, purpose, now=now)  # which says why
        raise Spent("This link no longer serves.")
    return link


def _mark_used(link, *, now):
    unused = CallbackLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=now)
    return unused.update(used_at=now)
