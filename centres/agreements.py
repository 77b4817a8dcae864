"""Agreements to advertise: what a centre may sign, the signing and the ending, in plain words.

What the database refuses by itself is in `models/guards.py`; here stand the same rules with a
sentence each.
"""

import datetime
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from .models import Advertisement, Centre, Purpose, Status, Verification
from .workflow import NotAllowed, NotPossible, Overtaken, ReasonOwed

SIGN = "centres.add_advertisement"
END = "centres.change_advertisement"


class NotSigned(NotPossible):
    """An agreement breaks rules. problems: {field of the agreement: sentence}."""

    def __init__(self, problems):
        self.problems = problems
        super().__init__(" ".join(problems.values()))


@dataclass(frozen=True)
class Allowance:
    """Until when a centre may advertise, if at all.

    verified_until, approved_until: None where it is not verified, or not approved to advertise,
    now. why_not: a sentence, "" where it may advertise. open_case: its open case, or None.
    """

    centre: Centre
    verified_until: datetime.date | None
    approved_until: datetime.date | None
    why_not: str
    open_case: Verification | None

    @property
    def last_day(self):
        """The last day an agreement may run, or None."""
        return None if self.why_not else min(self.verified_until, self.approved_until)

    @property
    def may_apply(self):
        """Whether an application to advertise can be opened."""
        return self.verified_until is not None and self.open_case is None

    def __str__(self):
        if self.why_not:
            return self.why_not
        return (
            f"Verified until {_day(self.verified_until)}; "
            f"may advertise until {_day(self.last_day)}."
        )


def allowance(centre, *, now):
    return allowances([centre], now=now)[centre.pk]


def allowances(centres, *, now):
    """{pk: Allowance} of centres; two queries."""
    cases = Verification.objects.filter(centre__in=centres)
    approvals = {
        case.centre_id: case for case in cases.latest_approvals().filter(purpose=Purpose.ADVERTISER)
    }
    open_cases = {case.centre_id: case for case in cases.open()}
    return {
        centre.pk: _allowance(centre, approvals.get(centre.pk), open_cases.get(centre.pk), now=now)
        for centre in centres
    }


def _allowance(centre, approval, open_case, *, now):
    verified = centre.is_verified(now=now)
    approved = approval is not None and approval.holds(today=timezone.localdate(now))
    why_not = "" if verified else _why_not_verified(centre, now=now)
    if verified and not approved:
        why_not = f"Verified until {_day(centre.verified_until)}. {_why_not_approved(approval)}"
    return Allowance(
        centre=centre,
        verified_until=centre.verified_until if verified else None,
        approved_until=approval.valid_until if approved else None,
        why_not=why_not,
        open_case=open_case,
    )


def _why_not_verified(centre, *, now):
    if centre.status != Status.LISTED:
        status = centre.get_status_display().lower()
        return f"This centre is {status}: only a listed and verified one may advertise."
    if centre.verified_until and centre.verified_until < timezone.localdate(now):
        lapsed = _day(centre.verified_until)
        return f"Its verification lapsed on {lapsed}: only a verified centre may advertise."
    return "This centre is not verified: only a verified one may advertise."


def _why_not_approved(approval):
    if approval is None:
        return "It is not approved to advertise: it has to apply first."
    if approval.revoked_at is not None:
        on = _day(timezone.localdate(approval.revoked_at))
        return f"Its approval to advertise was revoked on {on}: it has to apply again."
    lapsed = _day(approval.valid_until)
    return f"Its approval to advertise ended on {lapsed}: it has to apply again."


def problems(centre, *, runs_from, runs_until, now):
    """{field: sentence} of what keeps an agreement of these days from being signed now."""
    allowed, found = allowance(centre, now=now), {}
    if allowed.why_not:
        found["centre"] = allowed.why_not
    if runs_from < timezone.localdate(now):
        found["runs_from"] = (
            "An advert begins today or later: on the days before, its page said that the centre "
            "pays us nothing."
        )
    if runs_until < runs_from:
        found["runs_until"] = "The last day is before the first."
    elif not allowed.why_not and runs_until > allowed.last_day:
        found["runs_until"] = _too_long(allowed)
    other = _other_on(centre, runs_from, runs_until)
    if other and not found:
        found["runs_from"] = (
            f"This centre has an agreement for some of these days: {other.reference}, "
            f"{_day(other.runs_from)} to {_day(other.runs_until)}. Begin after it, or end it first."
        )
    return found


def _too_long(allowed):
    if allowed.verified_until < allowed.approved_until:
        until = f"verified until {_day(allowed.verified_until)}"
    else:
        until = f"approved to advertise until {_day(allowed.approved_until)}"
    return f"The centre is {until}, and an advert cannot outlast that."


def _other_on(centre, runs_from, runs_until):
    agreements = Advertisement.objects.not_ended().filter(centre=centre)
    return agreements.filter(runs_from__lte=runs_until, runs_until__gte=runs_from).first()


def sign(*, centre, fee_band, runs_from, runs_until, reference, seller, by, now):
    """Sign an agreement; the mark stands from its first day. Returns it.

    Raises `NotAllowed`, or `NotSigned` with a sentence a field; of two who sign for the same days
    at once, one.
    """
    if not by.has_perm(SIGN):
        raise NotAllowed("You may not sign agreements.")
    if not seller.has_perm(SIGN):
        raise NotSigned({"seller": f"{seller} may not sell adverts."})
    try:
        with transaction.atomic():
            centre = Centre.objects.select_for_update().get(pk=centre.pk)
            found = problems(centre, runs_from=runs_from, runs_until=runs_until, now=now)
            if found:
                raise NotSigned(found)
            return Advertisement.objects.agree(
                centre=centre,
                fee_band=fee_band,
                runs_from=runs_from,
                runs_until=runs_until,
                reference=reference,
                seller=seller,
                by=by,
                now=now,
            )
    except IntegrityError as error:
        raise NotSigned(_refused_by_the_database(error, reference)) from error


def _refused_by_the_database(error, reference):
    if Advertisement.objects.filter(reference=reference).exists():
        return {"reference": "Another agreement has this reference."}
    first = str(error).splitlines()[0]
    words = first.split(": ", 1)[-1] if first.startswith("centres_") else "it breaks a rule"
    return {"centre": f"The database refused this: {words}."}


def end(agreement, *, by, reason, now):
    """End an agreement before its time; the mark goes at once, the reason is kept. Returns it anew.

    Raises `NotAllowed`, `ReasonOwed`, `Overtaken` (somebody ended it in the meantime),
    `NotPossible` (it is over).
    """
    if not by.has_perm(END):
        raise NotAllowed("You may not end agreements.")
    if not reason.strip():
        raise ReasonOwed("Give the reason. It is kept with the agreement.")
    with transaction.atomic():
        Centre.objects.select_for_update().get(pk=agreement.centre_id)
        agreement = Advertisement.objects.select_related("centre", "ender").get(pk=agreement.pk)
        if agreement.ended_on is not None:
            raise Overtaken(f"It was ended already: {ending_in_words(agreement)}")
        if agreement.runs_until < timezone.localdate(now):
            raise NotPossible(f"It ended by itself on {_day(agreement.runs_until)}.")
        agreement.end(by=by, reason=reason.strip(), now=now)
    return agreement


def ending_in_words(agreement):
    """When, by whom and why an agreement ended before its time; "" where it did not."""
    if agreement.ended_on is None:
        return ""
    who = f"by {agreement.ender}" if agreement.ender else "with the verification"
    return f"on {_day(agreement.ended_on)}, {who}. {agreement.end_reason}"


def _day(day):
    return f"{day:%-d %B %Y}"
