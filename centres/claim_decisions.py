"""What the team decides about claims, how they end, and the renewal of their links."""

from contextlib import suppress

from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from . import claim_mail, replies, tokens
from .claims import (
    DAY,
    awaits_code,
    count_mail,
    locked,
    note,
    number_serves,
    open_case,
    prove,
    wipe_code,
)
from .models import Act, Centre, Claim, ClaimDocument, ClaimState, Closed, Proof
from .models.claim import KEPT_FOR, LINK_LASTS, RENEWABLE_FOR
from .workflow import NotAllowed, NotPossible, Overtaken, ReasonOwed, Refused, note_refusal

DECIDE = "centres.decide_claim"


def _refuse_who_may_not(claim, step, *, by, now):
    if by.has_perm(DECIDE):
        return
    refusal = NotAllowed("You may not decide about claims.")
    note_refusal(claim, step, by=by, now=now, refusal=refusal)
    raise refusal


def ring(claim, *, by, now):
    """Open the code of a claim to be read out: one at a time a person, and noted who read it."""
    _refuse_who_may_not(claim, "ring", by=by, now=now)
    with transaction.atomic():
        claim = locked(claim)
        if claim.proof != Proof.PHONE or not awaits_code(claim, now=now):
            raise NotPossible("There is no code to read out.")
        if not number_serves(claim):
            raise NotPossible(
                "The number it was asked for is not to be rung: it is in doubt, has gone from the "
                "page, or others answer it. The claimant can choose another proof."
            )
        if claim.rung_by is not None and claim.rung_by != by:
            raise Overtaken(f"{claim.rung_by} has this code open.")
        Claim.objects.filter(rung_by=by).update(rung_at=None, rung_by=None)
        claim.rung_at, claim.rung_by, claim.read_out_at = now, by, now
        claim.save(update_fields=["rung_at", "rung_by", "read_out_at"])
        note(Act.SAW, claim, by=by, now=now, words="The code.")
    return claim


def put_back(claim, *, by, now):
    """Close the code again; it may be opened anew while it lasts."""
    _refuse_who_may_not(claim, "put back", by=by, now=now)
    Claim.objects.filter(pk=claim.pk, rung_by=by).update(rung_at=None, rung_by=None)


def accept(claim, *, by, reason, now):
    """Find that the document shows that they speak for the centre. Raises `Refused`."""
    _refuse_who_may_not(claim, "accept", by=by, now=now)
    with transaction.atomic():
        claim = _to_decide(claim, reason)
        if claim.proof != Proof.DOCUMENT or not hasattr(claim, "document"):
            raise NotPossible("There is no document to decide about.")
        prove(claim, Proof.DOCUMENT, token=tokens.new(), now=now, by=by, reason=reason.strip())
    return claim


def reject(claim, *, by, reason, now):
    """Find a claim not proven; they are told why. Raises `Refused`."""
    _refuse_who_may_not(claim, "reject", by=by, now=now)
    with transaction.atomic():
        claim = _to_decide(claim, reason)
        wipe_code(claim)
        claim.state, claim.reason = ClaimState.REJECTED, reason.strip()
        claim.decided_at, claim.decided_by = now, by
        claim.save()
        ClaimDocument.objects.filter(claim=claim).delete()
        replies.end_with(claim, by=by, now=now)
        note(Act.DECIDED, claim, by=by, now=now, words="Rejected.")
        if claim.email_confirmed_at is not None:
            claim_mail.send_refusal(claim, now=now)
    return claim


def _to_decide(claim, reason):
    if not reason.strip():
        raise ReasonOwed("Give the reason.")
    claim = locked(claim)
    if claim.state != ClaimState.ASKED:
        raise Overtaken(f"This claim is {claim.get_state_display().lower()} already.")
    return claim


def end(claim, *, by, reason, now):
    """End a proven claim: its link no longer serves. by: None for the claimant."""
    if by is not None:
        _refuse_who_may_not(claim, "end", by=by, now=now)
    if not reason.strip():
        raise ReasonOwed("Give the reason.")
    with transaction.atomic():
        claim = locked(claim)
        if claim.state != ClaimState.PROVEN:
            raise Overtaken(f"This claim is {claim.get_state_display().lower()}.")
        _finish(claim, by=by, reason=reason, now=now)
        if by is not None:
            claim_mail.send_end(claim, now=now)
    return claim


def _finish(claim, *, by, reason, now):
    claim.state, claim.ended_at, claim.reason = ClaimState.ENDED, now, reason.strip()
    claim.takes_callbacks = False
    claim.save(update_fields=["state", "ended_at", "reason", "takes_callbacks"])
    replies.end_with(claim, by=by, now=now)
    note(Act.DECIDED, claim, by=by, now=now, words="Ended.")


def renew(claim, *, now):
    """Send a new link for 90 days to the claim's address; the last one no longer works.

    Raises `TooMany`, `NotPossible`.
    """
    with transaction.atomic():
        claim = locked(claim)
        if not claim.may_renew(now=now):
            raise NotPossible(_("This link has ended and cannot be renewed. Please claim anew."))
        count_mail(claim.email, now=now)
        token = tokens.new()
        claim.token, claim.link_expires_at = tokens.digest(token), now + LINK_LASTS
        claim.save(update_fields=["token", "link_expires_at"])
        claim_mail.send_link(claim, token=token, now=now)
    return claim


def send_link_again(centre, *, email, now):
    """Renew what somebody with this address has of the centre, if anything; it says not whether."""
    for claim in Claim.objects.standing().filter(centre=centre).select_related("centre"):
        if claim.may_renew(now=now) and constant_time_compare(claim.email.lower(), email.lower()):
            with suppress(Refused):
                renew(claim, now=now)
            return


#: A mail says so long before that a link ends.
REMINDED = 14 * DAY


def expire(*, now):
    """What time brings: codes and links end, claims that came to nothing are deleted, cases open.

    Returns {what: how many}. Safe to repeat. What is private is read for reminders alone, so that
    one claim whose key is lost holds up nothing.
    """
    return {
        "deleted": _delete(now=now),
        "codes": _end_codes(now=now),
        "links": _end_links(now=now),
        "reminders": _remind(now=now),
        "cases": _open_cases(now=now),
    }


def _end_codes(*, now):
    over = Claim.objects.open().filter(code_expires_at__lte=now)
    nothing = dict.fromkeys(["code_expires_at", "rung_at", "rung_by", "read_out_at"])
    return over.update(code="", tries=0, **nothing)


def _remind(*, now):
    ending = Claim.objects.in_force(now=now).filter(link_expires_at__lte=now + REMINDED)
    number = 0
    for key in list(ending.values_list("pk", flat=True)):
        with suppress(Closed, Claim.DoesNotExist):
            claim = Claim.objects.select_related("centre").get(pk=key)
            claim_mail.send_ending_soon(claim, now=now)
            number += 1
    return number


def _end_links(*, now):
    over = Claim.objects.standing().filter(link_expires_at__lte=now - RENEWABLE_FOR)
    number = 0
    for found in list(over.sealed()):
        with transaction.atomic():
            claim = locked(found, rows=Claim.objects.sealed())
            if claim.state != ClaimState.PROVEN or claim.may_renew(now=now):
                continue
            _finish(claim, by=None, reason="Its link ran out and was not renewed.", now=now)
            number += 1
    return number


def _delete(*, now):
    """Delete what came to nothing, with its document; the audit keeps that there was a claim."""
    last = now - KEPT_FOR
    gone = (
        Claim.objects.open().filter(asked_at__lte=last)
        | Claim.objects.filter(state=ClaimState.REJECTED, decided_at__lte=last)
        | Claim.objects.filter(state=ClaimState.ENDED, ended_at__lte=last)
    )
    number = 0
    for claim in gone.sealed().select_related("centre"):
        with transaction.atomic():
            note(Act.DELETED, claim, by=None, now=now, words="Its time was over.")
            claim.delete()
        number += 1
    return number


def _open_cases(*, now):
    waiting = Claim.objects.in_force(now=now).values_list("centre", flat=True).distinct()
    opened = 0
    for centre in Centre.objects.visible().filter(pk__in=waiting):
        before = set(centre.verifications.values_list("pk", flat=True))
        with transaction.atomic():
            case = open_case(centre, now=now)
        opened += case is not None and case.pk not in before
    return opened
