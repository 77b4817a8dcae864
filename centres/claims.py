"""Claims: somebody at a centre proves it by a code or a document, and gets a link of their own.

First everybody enters a code sent to the address they gave, so that no link goes to one that was
mistyped or is somebody else's. Where the address is at the centre's own domain, that is the proof.
Else a person of the team reads a code out on the published telephone, or looks at a document. A
proven claim opens a case, which two people decide as any other. What the team decides is in
`claim_decisions.py`, and what a claimant may then do in `claimants.py`.
"""

import base64
import datetime
import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import cases, claim_mail, daily, evidence, own_domain, tokens, working_days
from .models import (
    Act,
    AnsweredBy,
    Attempt,
    AuditEntry,
    Centre,
    Claim,
    ClaimDocument,
    ClaimState,
    OpenedFor,
    Proof,
    Purpose,
    State,
    Status,
    Verification,
)
from .models.claim import LINK_LASTS
from .workflow import NotPossible, Overtaken, Refused

#: Digits of a code that is read out; what one that is mailed is made of, without what looks alike.
DIGITS = 6
MAIL_CODE_LENGTH, MAIL_CODE_OF = 8, "ACDEFGHJKMNPQRTUVWXY34679"
#: How often a code may be mistyped; how many are made for the address, and again for all the rest.
MOST_TRIES, MOST_CODES = 5, 3
#: Wrong digits in 24 hours over all claims of one centre: fifteen guesses at a million codes.
MOST_WRONG_A_DAY = 15
MAIL_CODE_LASTS = datetime.timedelta(minutes=30)
#: A code that is read out waits for a person of the team so many working days.
PHONE_CODE_DAYS = 3
#: Claims of one centre in 24 hours, so that none is flooded.
MOST_CLAIMS_A_DAY = 20
DAY = datetime.timedelta(days=1)
#: A document of a claim: a letter or a photograph of one.
MOST_BYTES = 4 * evidence.MEGABYTE
#: What a claimant reads whose number came into doubt, or was removed, since they chose it.
NO_NUMBER = gettext_lazy(
    "The number you chose no longer serves as proof: it is being checked, or has gone from the "
    "page, or somebody else answers it. Please choose another way."
)


class TooMany(Refused):
    """So many were asked for today that this one is not taken."""


def ask(centre, *, token, name, role, email, now):
    """Ask to keep a listed centre's facts fresh; a code is sent to `email`. Returns the `Claim`.

    token: for its link; asked again with the same one, it is the claim there is. Raises `TooMany`,
    `NotPossible`.
    """
    with transaction.atomic():
        centre = Centre.objects.select_for_update().get(pk=centre.pk)
        known = Claim.objects.filter(token=tokens.digest(token)).first()
        if known is not None:
            return known
        if centre.status != Status.LISTED:
            raise NotPossible(_("This centre is not listed now, so it cannot be claimed."))
        if Claim.objects.filter(centre=centre, asked_at__gt=now - DAY).count() >= MOST_CLAIMS_A_DAY:
            raise TooMany(_("Too many people asked for this centre today. Please try tomorrow."))
        claim = Claim(centre=centre, token=tokens.digest(token), name=name, role=role, email=email)
        claim.asked_at = now
        claim.save()
        _send_code(claim, now=now)
        note(Act.ADDED, claim, by=None, now=now)
    return claim


def note(act, claim, *, by, now, words="", changes=None):
    """An entry of the audit about a claim: never a name, an address or a code."""
    AuditEntry.objects.note(
        act, person=by, row=claim, centre=claim.centre, now=now, changes=changes, note=words
    )


def by_token(token):
    """The claim whose link holds `token`, or None."""
    found = Claim.objects.select_related("centre", "phone")
    return found.filter(token=tokens.digest(token)).first()


def locked(claim, *, rows=None):
    """The claim as it is now; until the transaction ends nobody else writes it or its centre.

    rows: `Claim.objects.sealed()` where nothing private is wanted.
    """
    Centre.objects.select_for_update().get(pk=claim.centre_id)
    rows = Claim.objects.all() if rows is None else rows
    row = rows.select_for_update(of=("self",)).select_related("centre")
    row = row.filter(pk=claim.pk, token=claim.token).first()
    if row is None:
        raise Overtaken(_("This link no longer works: a newer one has taken its place."))
    return row


def phones_to_ring(centre):
    """The published numbers on which a code proves something: none that others answer."""
    return [phone for phone in centre.shown_phones() if phone.answered_by != AnsweredBy.THIRD_PARTY]


def number_serves(claim):
    """Whether the number chosen for a claim still proves something: it may have come into doubt."""
    return claim.phone_id in {phone.pk for phone in phones_to_ring(claim.centre)}


def awaits_code(claim, *, now):
    """Whether there is a code to enter."""
    return (
        claim.state == ClaimState.ASKED
        and claim.code_expires_at is not None
        and now < claim.code_expires_at
    )


def enter_code(claim, typed, *, token, now):
    """Try a code; whether it was right. Wrong ones count, and after `MOST_TRIES` the code is gone.

    Right on the address, it proves the claim where that is at the centre's own domain; right on the
    telephone, it does once it was read out, while the number serves. Raises `NotPossible` where
    there is no code to enter, `TooMany`.
    """
    with transaction.atomic():
        claim = locked(claim)
        if not awaits_code(claim, now=now):
            raise NotPossible(_("This code has run out. Ask for another."))
        if claim.proof == Proof.PHONE and not number_serves(claim):
            raise NotPossible(str(NO_NUMBER))
        if claim.proof == Proof.PHONE:
            _refuse_guesses(claim, now=now)
        if not constant_time_compare(claim.code, typed):
            _count_wrong(claim, now=now)
            return False
        if claim.proof == Proof.PHONE:
            prove(claim, Proof.PHONE, token=token, now=now)
            return True
        claim.email_confirmed_at, claim.codes = now, 0
        wipe_code(claim)
        claim.save(update_fields=["email_confirmed_at", "codes", *CODE_FIELDS])
        if own_domain.is_own(claim.email, claim.centre.website):
            prove(claim, Proof.EMAIL, token=token, now=now)
    return True


CODE_FIELDS = ["code", "code_expires_at", "tries", "rung_at", "rung_by", "read_out_at"]
#: Under which action and sender wrong digits are counted: the centre's, whoever enters them.
WRONG, WRONG_FOR = "claim-wrong-code", "centre {}"


def _refuse_guesses(claim, *, now):
    """Refuse digits that nobody can have been read yet, or where too many were wrong."""
    if claim.read_out_at is None:
        raise NotPossible(_("We have not rung yet. Enter the digits when we have read them out."))
    sender = WRONG_FOR.format(claim.centre_id)
    wrong = Attempt.objects.filter(action=WRONG, sender=sender, at__gt=now - DAY)
    if wrong.count() >= MOST_WRONG_A_DAY:
        raise TooMany(
            _("Many wrong codes were entered for this centre today. Please try again tomorrow.")
        )


def _count_wrong(claim, *, now):
    if claim.proof == Proof.PHONE:
        sender = WRONG_FOR.format(claim.centre_id)
        Attempt.objects.create(action=WRONG, sender=sender, at=now)
    claim.tries += 1
    if claim.tries >= MOST_TRIES:
        wipe_code(claim)
    claim.save(update_fields=CODE_FIELDS)


def wipe_code(claim):
    claim.code, claim.code_expires_at, claim.tries = "", None, 0
    claim.rung_at, claim.rung_by, claim.read_out_at = None, None, None


def _new_code(claim, code, *, until):
    if claim.codes >= MOST_CODES:
        raise TooMany(
            _("We have made several codes already, and make no more. Please try another way.")
        )
    wipe_code(claim)
    claim.codes += 1
    claim.code = code
    claim.code_expires_at = until
    claim.save(update_fields=["codes", *CODE_FIELDS])


def _send_code(claim, *, now):
    count_mail(claim.email, now=now)
    code = "".join(secrets.choice(MAIL_CODE_OF) for _place in range(MAIL_CODE_LENGTH))
    _new_code(claim, code, until=now + MAIL_CODE_LASTS)
    claim_mail.send_code(claim, code=claim.code, now=now)


def count_mail(email, *, now):
    """Count a mail that a stranger has us send to an address. Raises `TooMany`."""
    if not daily.count_mail(email, now=now):
        raise TooMany(
            _("We have sent several mails to this address today. Please try again tomorrow.")
        )


def send_another_code(claim, *, now):
    """Send a new code to the address, in place of the last. Raises `TooMany`, `NotPossible`."""
    with transaction.atomic():
        claim = locked(claim)
        if claim.state != ClaimState.ASKED or claim.email_confirmed_at is not None:
            raise NotPossible(_("Your address is confirmed already."))
        _send_code(claim, now=now)
    return claim


def choose_phone(claim, phone, *, now):
    """Have a code read out on one of the centre's published numbers. Raises `TooMany`, …"""
    with transaction.atomic():
        claim = _to_prove(claim)
        if phone.pk not in {each.pk for each in phones_to_ring(claim.centre)}:
            raise NotPossible(_("This number is no longer on the centre’s page."))
        last = working_days.after(timezone.localdate(now), PHONE_CODE_DAYS)
        ends = datetime.datetime.combine(last, datetime.time(18), timezone.get_current_timezone())
        claim.proof, claim.phone = Proof.PHONE, phone
        _new_code(claim, f"{secrets.randbelow(10**DIGITS):0{DIGITS}}", until=ends)
        claim.save(update_fields=["proof", "phone"])
        ClaimDocument.objects.filter(claim=claim).delete()
    return claim


def send_document(claim, upload, *, now):
    """Keep a document for the team to look at, in place of an earlier one.

    It is told by its first bytes, whatever it is called. Raises `ValidationError` with a sentence.
    """
    content = upload.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ValidationError(_("This document is larger than 4 MB."))
    try:
        content_type, _ending = evidence.kind_of(content[: evidence.LONGEST_SIGNATURE])
    except ValidationError:
        raise ValidationError(_("Please send a PDF, a PNG or a JPEG picture.")) from None
    with transaction.atomic():
        claim = _to_prove(claim)
        wipe_code(claim)
        claim.proof, claim.phone = Proof.DOCUMENT, None
        claim.save(update_fields=["proof", "phone", *CODE_FIELDS])
        ClaimDocument.objects.filter(claim=claim).delete()
        ClaimDocument.objects.create(
            claim=claim,
            content_type=content_type,
            size=len(content),
            content=base64.b64encode(content).decode("ascii"),
            sent_at=now,
        )
    return claim


def _to_prove(claim):
    """The claim, locked, if its address is confirmed and nothing is proven yet."""
    claim = locked(claim)
    if claim.state != ClaimState.ASKED or claim.email_confirmed_at is None:
        raise NotPossible(_("Please confirm your address first."))
    if claim.centre.status != Status.LISTED:
        raise NotPossible(_("This centre is not listed now, so it cannot be claimed."))
    return claim


def prove(claim, proof, *, token, now, by=None, reason=""):
    """The claim stands: its link serves, the team has a case to decide, and a mail says so."""
    claim.proof, claim.state, claim.proven_at = proof, ClaimState.PROVEN, now
    claim.link_expires_at, claim.token = now + LINK_LASTS, tokens.digest(token)
    claim.decided_at, claim.decided_by, claim.reason = (now, by, reason) if by else (None, None, "")
    wipe_code(claim)
    claim.save()
    note(Act.DECIDED, claim, by=by, now=now, words=f"Proven: {Proof(proof).value}.")
    open_case(claim.centre, now=now)
    claim_mail.send_link(claim, token=token, now=now)


def open_case(centre, *, now):
    """The case in which the team decides whether a centre is shown as claimed, or None.

    None where no claim in force wants one, or while another case of the centre is open: then it
    waits, and the daily job tries again.
    """
    waiting = Claim.objects.in_force(now=now).filter(centre=centre)
    waiting = waiting.sealed().select_related("case")
    claims = [claim for claim in waiting if _wants_case(claim, now=now)]
    if not claims:
        return None
    case = cases.latest_approval(centre, Purpose.CLAIMED)
    if case is None or not case.holds(today=timezone.localdate(now)):
        how = "; ".join(f"claim {claim.pk}, proven by {claim.proof}" for claim in claims)
        try:
            case = cases.open_case(
                centre,
                purpose=Purpose.CLAIMED,
                opened_for=OpenedFor.CLAIM,
                by=None,
                now=now,
                note=f"Somebody at the centre asks to be shown as having claimed it: {how}.",
            )
        except cases.AlreadyOpen as already:
            if already.case.purpose != Purpose.CLAIMED:
                return None
            case = already.case
        except Refused:
            return None
    Claim.objects.filter(pk__in=[claim.pk for claim in claims]).update(case=case)
    return case


def _wants_case(claim, *, now):
    """It has had none, or the approval that its case led to has lapsed."""
    case = claim.case
    if case is None:
        return True
    lapsed = case.state == State.APPROVED and case.revoked_at is None
    return lapsed and case.valid_until < timezone.localdate(now)


def case_waits(claim):
    """Whether the claim's case waits for another of the centre to close."""
    return (
        claim.case_id is None
        and Verification.objects.open().filter(centre=claim.centre_id).exists()
    )
