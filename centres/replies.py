"""Right of reply: a centre says what it disputes, and its words stand beside the fact.

A person of the team reads a reply before anybody else does. It never changes the fact.
"""

import re

import phonenumbers
from django.core.exceptions import ValidationError
from django.db import transaction

from . import outbox
from .models import Act, AuditEntry, Centre, Claim, ClaimState, Programme, Reply, ReplyState
from .workflow import NotAllowed, NotPossible, Overtaken, ReasonOwed, noting_refusal

REVIEW = "centres.review_reply"
MOST_CHARACTERS = 600
#: What stands before a fact of a programme, as in `Criterion.facts`.
OF_PROGRAMME = "programme."
#: A link or an address: a reply speaks of the fact, and is no place to lead callers elsewhere.
_LINK = re.compile(r"(?i)https?:|www\.|\S@\S|\b[a-z0-9-]+\.(?:com|org|net|info|io|co|uk|us)\b")
#: As people write telephone numbers; a register's number or a date is none.
_TELEPHONE = re.compile(
    r"(?:\+\d|\b0|\(0)(?:[\s().-]*\d){8,}|\(?\b\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}\b"
)


def refuse_text(text, *, country):
    """Raise `ValidationError` with a sentence where `text` may not stand as a reply."""
    if not text.strip():
        raise ValidationError("Write what you say about it.")
    if len(text) > MOST_CHARACTERS:
        raise ValidationError(f"Write at most {MOST_CHARACTERS} characters.")
    if _LINK.search(text):
        raise ValidationError(
            "Leave out links and addresses. A reply says what is so; the page has the centre’s "
            "website already."
        )
    if _TELEPHONE.search(text) or any(phonenumbers.PhoneNumberMatcher(text, country)):
        raise ValidationError(
            "Leave out telephone numbers. Every number on the page is checked and says who "
            "answers it; propose a change to add one."
        )


def ask(centre, fact, text, *, claim, now, programme=None):
    """Ask to have `text` shown beside a fact; the `Reply`, which waits for review.

    fact: as `Criterion.facts` names it, such as "beds", or "programme.price" of a `programme`. One
    that waits already for the same fact is replaced; asked again alike, it is one. Raises
    `NotAllowed`, `NotPossible` or `ValidationError`.
    """
    with transaction.atomic():
        Centre.objects.select_for_update().get(pk=centre.pk)
        _refuse_outsider(claim, centre, now=now)
        if not _is_fact(centre, fact, programme):
            raise NotPossible("There is no such fact on the page.")
        refuse_text(text, country=centre.country)
        waiting = Reply.objects.pending().filter(centre=centre, fact=fact, programme=programme)
        already = waiting.filter(text=text.strip()).first()
        if already is not None:
            return already
        waiting.update(state=ReplyState.WITHDRAWN)
        reply = Reply.objects.create(
            centre=centre,
            claim=claim,
            fact=fact,
            programme=programme,
            text=text.strip(),
            replied_at=now,
        )
        AuditEntry.objects.note(Act.ADDED, person=None, row=reply, centre=centre, now=now)
    return reply


def _refuse_outsider(claim, centre, *, now):
    if not Claim.objects.in_force(now=now).filter(pk=claim.pk, centre=centre).exists():
        raise NotAllowed("Only somebody who has shown that they speak for the centre replies.")


def _is_fact(centre, fact, programme):
    """Whether it is one now. The centre is locked; so is the programme, if it still has it."""
    if programme is None:
        return fact in Centre.FACTS
    held = centre.programmes.select_for_update().filter(pk=programme.pk).first()
    return held is not None and fact in {f"{OF_PROGRAMME}{name}" for name in Programme.FACTS}


def withdraw(reply, *, claim, now):
    """The centre takes its reply back, shown or not. Raises `NotAllowed` or `Overtaken`."""
    with transaction.atomic():
        reply = _locked(reply)
        _refuse_outsider(claim, reply.centre, now=now)
        if reply.state not in {ReplyState.PENDING, ReplyState.SHOWN}:
            raise Overtaken("This reply is not shown any more.")
        reply.state = ReplyState.WITHDRAWN
        reply.save(update_fields=["state"])
        _note(reply, "Taken back by the centre.", by=None, now=now)


def end_with(claim, *, by, now):
    """Take down what came by a claim that has ended; the centre of the claim is locked.

    What waits was never shown and goes with any. What stands on the page goes where the team, `by`,
    found that they do not speak for the centre; by None, they did, and their words stay.
    """
    states = [ReplyState.PENDING, *([ReplyState.SHOWN] if by is not None else [])]
    for reply in Reply.objects.filter(claim=claim, state__in=states).select_related("centre"):
        reply.state = ReplyState.WITHDRAWN
        reply.save(update_fields=["state"])
        _note(reply, "Taken down: the claim it came by is over.", by=by, now=now)


def _speaks_for_nobody(reply):
    """Whether the claim it came by stands no longer. One taken down by the team has none."""
    return reply.claim is not None and reply.claim.state != ClaimState.PROVEN


def show(reply, *, by, now):
    """Have a reply stand beside its fact, in place of an earlier one. Raises `Refused`."""
    with noting_refusal(reply, "show", by=by, now=now), transaction.atomic():
        reply = _to_decide(reply, by=by, of=(ReplyState.PENDING,))
        if _speaks_for_nobody(reply):
            raise NotPossible("Whoever wrote it does not speak for the centre any more.")
        Reply.objects.shown().filter(
            centre=reply.centre, fact=reply.fact, programme=reply.programme
        ).update(state=ReplyState.WITHDRAWN)
        _decide(reply, ReplyState.SHOWN, by=by, now=now)
        words = f"What you wrote stands on the page now, beside the fact:\n\n{reply.text}\n"
        _tell(reply, "Your reply is on the page", words, now=now)


def reject(reply, *, reason, by, now):
    """Do not show a reply, or not any more; the centre reads why. Raises `Refused`."""
    with noting_refusal(reply, "reject", by=by, now=now), transaction.atomic():
        reply = _to_decide(reply, by=by, of=(ReplyState.PENDING, ReplyState.SHOWN))
        if not reason.strip():
            raise ReasonOwed("Give the reason: the centre reads it.")
        _decide(reply, ReplyState.REJECTED, by=by, now=now, reason=reason.strip())
        words = f"You wrote:\n\n{reply.text}\n\nWhy it is not shown:\n\n{reply.reason}\n"
        _tell(reply, "Your reply is not shown", words, now=now)


def steps_for(reply, *, by):
    """What to offer a person on a reply: some of "show" and "reject"."""
    if not by.has_perm(REVIEW):
        return []
    if reply.state == ReplyState.PENDING and not _speaks_for_nobody(reply):
        return ["show", "reject"]
    return ["reject"] if reply.state in {ReplyState.PENDING, ReplyState.SHOWN} else []


def _locked(reply):
    """The reply as it is now, its centre locked."""
    Centre.objects.select_for_update().get(pk=reply.centre_id)
    return Reply.objects.select_related("centre", "claim").get(pk=reply.pk)


def _to_decide(reply, *, by, of):
    if not by.has_perm(REVIEW):
        raise NotAllowed("You may not decide about replies.")
    reply = _locked(reply)
    if reply.state not in of:
        raise Overtaken(f"This reply is: {reply.get_state_display().lower()}.")
    return reply


def _decide(reply, state, *, by, now, reason=""):
    reply.state, reply.reason = state, reason
    reply.decided_at, reply.decided_by = now, by
    reply.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    _note(reply, f"{reply.get_state_display()}. {reason}".strip(), by=by, now=now)


def _note(reply, words, *, by, now):
    AuditEntry.objects.note(
        Act.DECIDED, person=by, row=reply, centre=reply.centre, now=now, note=words
    )


def _tell(reply, subject, words, *, now):
    """Write to whoever replied, if they still speak for the centre."""
    claim = reply.claim
    if claim is None or claim.state != ClaimState.PROVEN:
        return
    outbox.post(
        "reply-decided",
        to=claim.email,
        subject=subject,
        body=f"Your reply about {reply.centre}.\n\n{words}",
        now=now,
        once=f"reply-{reply.pk}-{reply.state}",
    )
