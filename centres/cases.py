"""Cases: opened, taken from the queue, filled with checks, opened again when a fact changes."""

import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from . import evidence
from .consequences import GONE, changed_checks
from .models import (
    Centre,
    Check,
    Criterion,
    OpenedFor,
    Outcome,
    Provenance,
    Purpose,
    State,
    Verification,
)
from .workflow import (
    OPEN,
    REVIEW,
    NotAllowed,
    NotPossible,
    Overtaken,
    Refused,
    locked,
    move,
    note_refusal,
    perform,
    write_event,
)

#: Days until a case is due, by what opened it. One that lapses is due on the verification's day.
DUE_DAYS = {
    OpenedFor.HAND: 14,
    OpenedFor.NEW_LISTING: 14,
    OpenedFor.CLAIM: 7,
    OpenedFor.REPORT: 7,
    OpenedFor.CHANGED_FACT: 7,
    OpenedFor.ADVERTISER: 14,
}
#: Days before a verification lapses on which a case is opened, if none was since the notice before.
NOTICE_DAYS = (60, 30, 7)
#: States in which checks may be made.
IN_REVIEW = (State.IN_REVIEW, State.AWAITING_PROVIDER)


class AlreadyOpen(Refused):
    """The centre has an open case; `case` is it."""

    def __init__(self, case):
        self.case = case
        super().__init__(f"This centre has an open case already: case {case.pk}.")


def open_case(
    centre, *, purpose=Purpose.VERIFIED, opened_for=OpenedFor.HAND, by, now, note="", due_on=None
):
    """Open a case, with the checks of the last approval that still hold carried over.

    by: who opens it, None for a command. Raises `AlreadyOpen`, `NotAllowed`, `NotPossible`.
    """
    if by is not None and not by.has_perm(OPEN):
        refusal = NotAllowed("You may not open a case.")
        note_refusal(centre, "open", by=by, now=now, refusal=refusal)
        raise refusal
    today = timezone.localdate(now)
    with transaction.atomic():
        centre = Centre.objects.select_for_update().get(pk=centre.pk)
        _refuse_opening(centre, purpose, now=now)
        case = Verification.objects.create(
            centre=centre,
            purpose=purpose,
            opened_for=opened_for,
            opened_at=now,
            opener=by,
            note=note,
            due_on=due_on or today + datetime.timedelta(days=DUE_DAYS.get(opened_for, 14)),
        )
        write_event(case, "open", came_from="", by=by, now=now, reason=note)
        _carry_checks(case, today=today)
    return case


def _refuse_opening(centre, purpose, *, now):
    if centre.status in GONE:
        raise NotPossible(f"The centre is {centre.get_status_display().lower()}.")
    if purpose == Purpose.ADVERTISER and not centre.is_verified(now=now):
        raise NotPossible("Only a verified centre may apply to advertise.")
    already = Verification.objects.open().filter(centre=centre).first()
    if already:
        raise AlreadyOpen(already)


def latest_approval(centre, purpose=Purpose.VERIFIED):
    """The approval of a centre that no later one has replaced, or None; it may have lapsed.

    None where it was revoked: what it had replaced does not come back.
    """
    latest = Verification.objects.latest_approvals().filter(centre=centre, purpose=purpose)
    return latest.filter(revoked_at=None).first()


def _carry_checks(case, *, today):
    last = latest_approval(case.centre, case.purpose)
    if last is None:
        return
    until = today
    if case.opened_for == OpenedFor.LAPSING:  # what lapses soon is what the case is for
        until += datetime.timedelta(days=NOTICE_DAYS[0])
    changed = {check.pk for check in changed_checks(last)}
    asked = Criterion.objects.asked_of(country=case.centre.country, purpose=case.purpose)
    for check in last.checks.filter(criterion__in=asked).select_related("criterion"):
        if check.pk in changed or not check.is_met(today=until):
            continue
        if check.outcome == Outcome.PASSED and not check.expires_on and check.criterion.lapses:
            continue  # it was made when a pass did not lapse
        check.carried_from_id, check.pk = check.pk, None
        check.verification, check._state.adding = case, True
        check.save()


def take_next(*, by, now):
    """Take the case that is due first, or None where the queue is empty.

    Two people who ask at once get two cases: of the two, one takes it and the other goes on.
    """
    if not by.has_perm(REVIEW):
        raise NotAllowed("You may not take cases.")
    passed = []
    # One at a time: while the rest of a longer answer is unread, SQLite refuses to write.
    while case := Verification.objects.unassigned().exclude(pk__in=passed).in_order().first():
        try:
            return perform(case, "take", by=by, now=now)
        except (Overtaken, NotPossible):
            passed.append(case.pk)
    return None


#: What whoever records a check says about it.
CHECK_FIELDS = (
    "outcome", "method", "note", "public_note", "link", "register_reference", "file",
    "captured_on", "is_public", "facts",
)  # fmt: skip
#: Right to keep a document.
KEEP = "centres.add_evidencefile"


def record_check(case, criterion, *, by, now, version=None, upload=None, expires_on=None, **said):
    """Record the outcome of a criterion in a case, in place of what the case has for it.

    said: fields named in `CHECK_FIELDS`. expires_on: only of a criterion with a date of its own.
    upload: a file to keep as its evidence, instead of `file`. version: that of the case as the
    person saw it; the check is refused where this criterion or the case has moved on since.
    Raises `Refused`, or `ValidationError` with a sentence a field. A refusal of a person's right is
    noted in the audit.
    """
    try:
        with transaction.atomic():
            case = locked(case)
            _refuse_check(case, by, upload)
            if criterion.is_retired:
                raise NotPossible("This criterion is no longer asked.")
            _refuse_overtaken(case, criterion, version)
            said["file"] = _kept(upload, by=by, now=now) if upload else said.get("file")
            return _record(case, criterion, by=by, now=now, expires_on=expires_on, said=said)
    except NotAllowed as refusal:
        note_refusal(case, "check", by=by, now=now, refusal=refusal)
        raise
    except IntegrityError as error:
        raise NotPossible("The database refused this check.") from error


def may_record(case, *, by):
    """Whether this person may record checks in the case as it stands."""
    return by.has_perm(REVIEW) and case.state in IN_REVIEW and case.reviewer == by


def refuse_check(case, *, by, now, upload=None):
    """Raise the `Refused` that `record_check` would, before anything of the check is looked at."""
    try:
        _refuse_check(case, by, upload)
    except NotAllowed as refusal:
        note_refusal(case, "check", by=by, now=now, refusal=refusal)
        raise


def _record(case, criterion, *, by, now, expires_on, said):
    check = Check.objects.filter(verification=case, criterion=criterion).first()
    before = in_brief(check) if check else None
    check = check or Check(verification=case, criterion=criterion)
    for name in CHECK_FIELDS:
        setattr(check, name, said.get(name, Check._meta.get_field(name).get_default()))
    check.title, check.carried_from = criterion.title, None
    check.recorded_at, check.checked_on, check.checked_by = now, timezone.localdate(now), by
    check.expires_on = _expiry(check, criterion, expires_on)
    check.full_clean(exclude=["verification", "criterion", "checked_by"])
    check.save()
    move(case)
    detail = {"check": in_brief(check), "before": before}
    write_event(case, "check", came_from=case.state, by=by, now=now, detail=detail)
    return check


def _refuse_check(case, by, upload):
    if not by.has_perm(REVIEW):
        raise NotAllowed("You may not record checks.")
    if upload and not by.has_perm(KEEP):
        raise NotAllowed("You may not keep documents.")
    if case.state not in IN_REVIEW:
        raise NotPossible(f"This case is {case.get_state_display().lower()}.")
    if case.reviewer != by:
        raise NotAllowed(f"This case is with {case.reviewer}.")


def _refuse_overtaken(case, criterion, version):
    """Checks of other criteria may have been recorded since `version`; nothing else may."""
    if version is None or version == case.version:
        return
    for event in case.events.filter(version__gt=version).select_related("person"):
        of_another = event.action == "check" and (
            event.detail["check"]["criterion"] != criterion.slug
        )
        if not of_another:
            who = event.person or "A command"
            raise Overtaken(f"{who} was here meanwhile. Look at it again before you record it.")
    if version > case.version:
        raise Overtaken("This form is not of this case. Look at it again.")


def _kept(upload, *, by, now):
    try:
        return evidence.keep(upload, by=by, now=now)
    except ValidationError as error:
        raise ValidationError({"file": error.messages}) from error


def _expiry(check, criterion, own_date):
    if check.outcome == Outcome.FAILED or not check.captured_on:
        return None
    if check.outcome == Outcome.NOT_APPLICABLE or not criterion.has_own_date:
        return criterion.expiry(captured_on=check.captured_on)
    if own_date is None:
        raise ValidationError({"expires_on": "Give the date until which the evidence holds."})
    return own_date


def in_brief(check):
    """What an event keeps of a check."""
    return {
        "criterion": check.criterion.slug,
        "title": check.title,
        "outcome": check.outcome,
        "method": check.method,
        "note": check.note,
        "public_note": check.public_note,
        "link": check.link,
        "register_reference": check.register_reference,
        "file": check.file.sha256 if check.file else "",
        "captured_on": f"{check.captured_on:%Y-%m-%d}",
        "expires_on": f"{check.expires_on:%Y-%m-%d}" if check.expires_on else None,
        "checked_by": check.checked_by.get_username(),
        "is_public": check.is_public,
        "facts": check.facts,
    }


def reopen_changed(centre_ids=None, *, now):
    """Have checked again what checks vouch for and somebody has changed since.

    Called wherever facts are written. Of each centre (of all, or of some) that is verified at
    `now`: opens a case without those checks, or takes them out of the one that is open. Returns
    the cases.
    """
    cases = [_reopen(centre, now=now) for centre in _changed_centres(now=now, among=centre_ids)]
    return [case for case in cases if case is not None]


def _changed_centres(*, now, among=None):
    """Verified centres of which a fact was recorded since their last case began, not by its end."""
    approvals = (
        Verification.objects.standing()
        .filter(centre=OuterRef("pk"), purpose=Purpose.VERIFIED)
        .order_by("-decided_at")
    )
    newer = Provenance.objects.filter(
        centre=OuterRef("pk"), recorded_at__gt=OuterRef("begun")
    ).exclude(recorded_at=OuterRef("approved"))
    centres = Centre.objects.verified(now=now).annotate(
        begun=Subquery(approvals.values("opened_at")[:1]),
        approved=Subquery(approvals.values("decided_at")[:1]),
    )
    if among is not None:
        centres = centres.filter(pk__in=among)
    return centres.filter(Exists(newer))


def _reopen(centre, *, now):
    if not _to_check_again(centre)[1]:
        return None
    with transaction.atomic():
        still = Centre.objects.verified(now=now).select_for_update().filter(pk=centre.pk).first()
        already, stale = _to_check_again(centre)
        if still is None or not stale:  # somebody saw to it in the meantime
            return None
        if already is not None:
            return _take_out(locked(already), stale, now=now)
        words = _changed_since(stale)
        return open_case(centre, opened_for=OpenedFor.CHANGED_FACT, by=None, now=now, note=words)


def _to_check_again(centre):
    """(the open case or None, the checks that no longer stand in it, or in the last approval)."""
    already = Verification.objects.open().filter(centre=centre).first()
    case = already or latest_approval(centre)
    return already, changed_checks(case) if case else []


def _changed_since(checks):
    return f"Changed since it was checked: {', '.join(check.title for check in checks)}."


def _take_out(case, stale, *, now):
    """Take out of an open case the checks that no longer stand; sent for approval, it comes back.

    A case of another purpose stays as it is: `open_due_cases` opens one when it has closed.
    """
    if case.purpose != Purpose.VERIFIED:
        return None
    came_from = case.state
    move(case, **({"state": State.IN_REVIEW} if came_from == State.AWAITING_APPROVAL else {}))
    Check.objects.filter(pk__in=[check.pk for check in stale]).delete()
    words = _changed_since(stale)
    write_event(case, "fact-changed", came_from=came_from, by=None, now=now, reason=words)
    return case


def due_for_renewal(*, now):
    """Verified centres that lapse within the first notice, and have no open case."""
    last = timezone.localdate(now) + datetime.timedelta(days=NOTICE_DAYS[0])
    return (
        Centre.objects.verified(now=now)
        .filter(verified_until__lte=last)
        .exclude(pk__in=Verification.objects.open().values("centre"))
    )


def open_due_cases(*, now):
    """Open a case for each verification that lapses soon, or whose facts changed. Returns them.

    Safe to repeat: at each notice one case at most, however often it was cancelled since.
    """
    today = timezone.localdate(now)
    opened = []
    for centre in due_for_renewal(now=now).order_by("verified_until", "pk"):
        left = (centre.verified_until - today).days
        notice = min(days for days in NOTICE_DAYS if days >= left)
        begun = centre.verified_until - datetime.timedelta(days=notice)
        told = centre.verifications.filter(opened_for=OpenedFor.LAPSING, opened_at__date__gte=begun)
        if told.exclude(state=State.APPROVED).exists():  # one that was approved, was for earlier
            continue
        words = f"The verification lapses on {centre.verified_until:%-d %B %Y}."
        try:
            opened.append(
                open_case(
                    centre,
                    opened_for=OpenedFor.LAPSING,
                    by=None,
                    now=now,
                    note=words,
                    due_on=centre.verified_until,
                )
            )
        except Refused:  # somebody opened one in the meantime
            continue
    return opened + reopen_changed(now=now)
