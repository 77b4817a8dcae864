"""What we checked of a centre, as anybody may read it (P5), and what it pays us (P4).

Of a check, the outcome and the method are public always, its source and its note only where it says
so. Who made it, what the team noted for itself and the documents it saw never leave this module.
"""

import datetime
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from centres.consequences import changes_since
from centres.models import (
    Advertisement,
    Check,
    Criterion,
    Method,
    Outcome,
    Purpose,
    Status,
    Verification,
    VerificationState,
)


class Standing(StrEnum):
    """How the verification of a centre stands, as its page says it."""

    VERIFIED = "verified"
    EXPIRING = "expiring"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    UNVERIFIED = "unverified"
    SUSPENDED = "suspended"  # the listing is, and no verification counts meanwhile
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A check, without what is not public.

    criterion: its slug. link, register_reference, note: "" where there is none or it is not public.
    expires_on: None where it does not lapse. changed_on: the day a fact it vouches for was changed.
    """

    criterion: str
    title: str
    outcome: Outcome
    method: Method
    is_public: bool
    link: str
    register_reference: str
    note: str
    captured_on: datetime.date
    checked_on: datetime.date
    expires_on: datetime.date | None
    is_carried: bool
    has_lapsed: bool
    changed_on: datetime.date | None

    @property
    def found(self):
        """Its outcome, as the public reads it."""
        return OUTCOMES[self.outcome]

    @property
    def host(self):
        """Where its link leads, in brief."""
        return urlsplit(self.link).hostname or self.link


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What we checked of one centre; dates are None where nothing of the kind happened.

    approved_on, until: of the verification that stands or has lapsed. unchecked: titles of criteria
    that it says nothing about. is_being_checked: somebody is to look at it again.
    """

    standing: Standing
    approved_on: datetime.date | None = None
    until: datetime.date | None = None
    withdrawn_on: datetime.date | None = None
    claimed_on: datetime.date | None = None
    findings: list[Finding] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    is_being_checked: bool = False

    @property
    def is_verified(self):
        return self.standing in {Standing.VERIFIED, Standing.EXPIRING}

    def groups(self):
        """(what was found, its findings): what has changed since, then an outcome at a time."""
        groups = {CHANGED: [], **{words: [] for words in OUTCOMES.values()}}
        for finding in self.findings:
            groups[CHANGED if finding.changed_on else finding.found].append(finding)
        return [(words, findings) for words, findings in groups.items() if findings]


#: What the public reads of an outcome, in the order in which outcomes are shown.
OUTCOMES = {
    Outcome.PASSED: _("Checked and confirmed"),
    Outcome.FAILED: _("Checked and not confirmed"),
    Outcome.NOT_APPLICABLE: _("Does not apply to this centre"),
}
CHANGED = _("Changed since we checked")
#: Facts whose evidence may show where a centre is.
PLACE = {"address", "coordinates"}


def of(centre, *, now):
    """The `Record` of a centre at `now`, an aware datetime; in a fixed number of queries."""
    today = timezone.localdate(now)
    checks = Check.objects.select_related("criterion")
    latest = {
        case.purpose: case
        for case in Verification.objects.latest_approvals()
        .filter(centre=centre, purpose__in=[Purpose.VERIFIED, Purpose.CLAIMED])
        .prefetch_related(Prefetch("checks", queryset=checks))
    }
    case = latest.get(Purpose.VERIFIED)
    standing = _standing(centre, case, now=now)
    claimed_on = _claimed_on(centre, latest.get(Purpose.CLAIMED), today=today)
    if standing == Standing.WITHDRAWN:
        withdrawn_on = timezone.localdate(case.revoked_at)
        return Record(standing=standing, withdrawn_on=withdrawn_on, claimed_on=claimed_on)
    if standing not in {Standing.VERIFIED, Standing.EXPIRING, Standing.LAPSED}:
        return Record(standing=standing, claimed_on=claimed_on)
    return Record(
        standing=standing,
        approved_on=timezone.localdate(case.decided_at),
        until=centre.verified_until,
        claimed_on=claimed_on,
        findings=_findings(centre, case, today=today),
        unchecked=_unchecked(centre, case),
        is_being_checked=_is_being_checked(centre),
    )


def _standing(centre, case, *, now):
    if centre.status == Status.CLOSED:
        return Standing.CLOSED
    if centre.status == Status.SUSPENDED:
        return Standing.SUSPENDED
    if case is not None and case.revoked_at is not None:
        return Standing.WITHDRAWN
    state = centre.verification_state(now=now)
    if case is None or state == VerificationState.UNVERIFIED:
        return Standing.UNVERIFIED
    return Standing(state.value)


def _claimed_on(centre, case, *, today):
    """The day somebody at the centre confirmed the basics: of several, the first."""
    if centre.status != Status.LISTED or case is None or not case.holds(today=today):
        return None
    told = [check.captured_on for check in case.checks.all() if check.outcome == Outcome.PASSED]
    return min(told, default=case.valid_from)


def _findings(centre, case, *, today):
    changed = changes_since(case)
    return [
        _finding(
            check,
            today=today,
            is_public=_is_public(check, centre),
            changed_on=timezone.localdate(changed[check]) if check in changed else None,
        )
        for check in case.checks.all()
    ]


def _is_public(check, centre):
    """A source that shows where a place is stays with us where its address is not published."""
    return check.is_public and not (centre.is_withheld and PLACE & set(check.facts))


def _finding(check, *, today, is_public, changed_on):
    return Finding(
        criterion=check.criterion.slug,
        title=criterion_title(check.title),
        outcome=Outcome(check.outcome),
        method=Method(check.method),
        is_public=is_public,
        link=check.link if is_public else "",
        register_reference=check.register_reference if is_public else "",
        note=check.public_note if is_public else "",
        captured_on=check.captured_on,
        checked_on=check.checked_on,
        expires_on=check.expires_on,
        is_carried=check.carried_from_id is not None,
        has_lapsed=check.expires_on is not None and check.expires_on < today,
        changed_on=changed_on,
    )


def _unchecked(centre, case):
    """Titles of what would be asked today and this verification says nothing about."""
    answered = {check.criterion_id for check in case.checks.all()}
    asked = Criterion.objects.asked_of(country=centre.country, purpose=Purpose.VERIFIED)
    return [criterion_title(criterion.title) for criterion in asked if criterion.pk not in answered]


def _is_being_checked(centre):
    return Verification.objects.open().filter(centre=centre, purpose=Purpose.VERIFIED).exists()


def criterion_title(title):
    """What a criterion is called, in the page's language; as it stands, where that has none."""
    return pgettext("criterion", title)


def agreement(centre, *, now):
    """The advert that runs, else the next to run, else None: then the centre pays us nothing.

    One may run whose mark does not stand, as while the listing is suspended.
    """
    return agreements([centre], now=now).get(centre.pk)


def agreements(centres, *, now):
    """{id of a centre: its `agreement`} of those that have one, in one query."""
    rows = Advertisement.objects.not_over(now=now).filter(centre__in=centres)
    found = {}
    for row in rows:
        found.setdefault(row.centre_id, row)
    return found
