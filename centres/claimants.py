"""What a proven claim's own link may do: propose facts, say when there is room, take callbacks.

One thing is written without the team: the earliest admission of a programme, which is a date or
nothing, never text, and turns unknown by itself. All else waits for approval.
"""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from . import claims, proposals, withdrawals
from .changes import Unfit, held, settle, tidied, write
from .models import Act, AuditEntry, Claim, Method, Origin, Programme, Proposal, Status
from .workflow import NotPossible, Overtaken

#: An admission further off than this is a mistake.
FURTHEST = datetime.timedelta(days=365)
#: What one claim may write or propose in 24 hours; what may wait of one centre.
MOST_ADMISSIONS_A_DAY, MOST_PROPOSALS_A_DAY, MOST_PENDING = 60, 20, 30


def locked(claim, *, now):
    """The claim as it is now, in a transaction, if it may act. Raises `Refused`."""
    claim = claims.locked(claim)
    if not claim.is_in_force(now=now):
        raise NotPossible(_("This link no longer serves."))
    if claim.centre.status != Status.LISTED:
        raise NotPossible(_("This centre is not listed now, so nothing of it can be changed."))
    return claim


def note_of(claim):
    """How the audit and proposals name the claim: by its number, and nothing of the person."""
    return f"Claim {claim.pk}"


def state_admission(claim, programme_id, *, day, now):
    """State the earliest admission of a programme of the claim's centre; None: no places now.

    It is written at once, as told by the centre at `now`. Raises `NotPossible`, `Overtaken`.
    """
    today = timezone.localdate(now)
    if day is not None and not today <= day <= today + FURTHEST:
        raise NotPossible(_("Give a day from today to a year from now."))
    with transaction.atomic():
        claim = locked(claim, now=now)
        programme = Programme.objects.select_for_update().filter(
            centre=claim.centre_id, pk=programme_id
        )
        programme = programme.first()
        if programme is None:
            raise Overtaken(_("This programme is no longer on the centre’s page."))
        _refuse_too_often(claim, now=now)
        _write_admission(claim, programme, day=day, now=now)
    return programme


def _refuse_too_often(claim, *, now):
    written = AuditEntry.objects.filter(
        centre_id=claim.centre_id, at__gt=now - claims.DAY, kind="programme", note=note_of(claim)
    )
    if written.count() >= MOST_ADMISSIONS_A_DAY:
        raise claims.TooMany(
            _("You have changed these dates many times today. Please try again tomorrow.")
        )


def _write_admission(claim, programme, *, day, now):
    to = {
        "earliest_admission": day and day.isoformat(),
        "earliest_admission_stated_at": now.isoformat() if day else None,
    }
    said = [_change("programme", programme, name, value) for name, value in to.items()]
    try:
        touched = write(claim.centre, tidied(claim.centre, said))
    except Unfit:  # it said so already
        return
    settle(
        claim.centre,
        touched,
        by=None,
        method=Method.CENTRE,
        as_of=timezone.localdate(now),
        now=now,
        note=note_of(claim),
    )


def _change(kind, row, name, value):
    return {"object": kind, "id": row.pk, "field": name, "from": held(row, name), "to": value}


def propose(claim, said, *, words="", now):
    """Propose changes of the centre (see `centres.changes`) as its own word; the `Proposal`.

    words: what else the claimant wants the team to know. Raises `Refused`, with a sentence.
    """
    with transaction.atomic():
        claim = locked(claim, now=now)
        made = Proposal.objects.filter(centre=claim.centre, origin=Origin.CENTRE)
        waiting = list(made.pending())
        if same := [row for row in waiting if _is_same(row, said)]:  # sent twice
            return same[0]
        is_many = made.filter(proposed_at__gt=now - claims.DAY).count() >= MOST_PROPOSALS_A_DAY
        if is_many or len(waiting) >= MOST_PENDING:
            raise claims.TooMany(
                _("Many changes wait for us already. Please send more when we have looked at them.")
            )
        return proposals.propose(
            claim.centre,
            said,
            by=None,
            origin=Origin.CENTRE,
            method=Method.CENTRE,
            as_of=timezone.localdate(now),
            evidence=f"{note_of(claim)}, through its own link. {words}".strip(),
            now=now,
        )


def _is_same(proposal, said):
    """Whether a proposal is of the very changes that are proposed again."""
    try:
        return proposal.changes == tidied(proposal.centre, said)
    except Unfit:
        return False


def confirm_basics(claim, *, now):
    """Say that the name, the numbers and the programmes shown are so today."""
    with transaction.atomic():
        claim = locked(claim, now=now)
        claim.basics_confirmed_at = now
        claim.save(update_fields=["basics_confirmed_at"])
        claims.note(Act.CHANGED, claim, by=None, now=now, words="Confirmed the basics.")
    return claim


def switch_callbacks(claim, *, on, now):
    """Have notices of callback requests sent to the claim's address, or no longer.

    One person of a centre has them at a time. Raises `NotPossible` where somebody else has, or two
    people of the team have not decided about the claim yet (see `Claim.may_take_callbacks`).
    """
    with transaction.atomic():
        claim = locked(claim, now=now)
        if on and not claim.may_take_callbacks(today=timezone.localdate(now)):
            raise NotPossible(
                _(
                    "You can switch this on when two people of our team have decided that the "
                    "centre is shown as claimed."
                )
            )
        others = Claim.objects.standing().filter(centre=claim.centre, takes_callbacks=True)
        for other in others.exclude(pk=claim.pk) if on else ():
            if other.is_in_force(now=now):
                raise NotPossible(
                    _(
                        "Somebody else at your centre has these notices. They can switch them off, "
                        "or write to us."
                    )
                )
            Claim.objects.filter(pk=other.pk).update(takes_callbacks=False)
        if claim.takes_callbacks == on:
            return claim
        claim.takes_callbacks = on
        claim.save(update_fields=["takes_callbacks"])
        changes = {"takes_callbacks": [not on, on]}
        claims.note(Act.CHANGED, claim, by=None, now=now, changes=changes)
    return claim


def ask_to_withdraw(claim, *, reason, now):
    """Ask that the centre be taken out of the directory; a person decides. The `Withdrawal`."""
    with transaction.atomic():
        claim = locked(claim, now=now)
        who = f"Somebody at the centre, through its own link (claim {claim.pk})"
        return withdrawals.ask(claim.centre, asked_for_by=who, reason=reason, now=now)
