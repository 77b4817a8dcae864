"""What follows from a decision about a case: marks, adverts, and where facts come from.

Called by `workflow` inside the transaction of the step, with the centre's row locked.
"""

from django.db import transaction
from django.utils import timezone

from .models import (
    Advertisement,
    Centre,
    Programme,
    Provenance,
    Purpose,
    Source,
    State,
    Status,
    Verification,
)
from .models.criterion import months_after
from .models.provenance import FIELDS_OF_FACT

#: A centre that has gone is not checked any more.
GONE = (Status.CLOSED, Status.WITHDRAWN)
#: No approval lasts longer than this, whatever its checks say.
LONGEST_VALIDITY_MONTHS = 24
#: In `Check.facts`, what stands before a fact of every programme of the centre.
OF_PROGRAMMES = "programme."


def validity(case, *, now):
    """(first day, last day) of an approval given at `now`: until a required check lapses first."""
    today = timezone.localdate(now)
    lapses = case.checks.filter(
        criterion__is_required=True, criterion__is_retired=False, expires_on__isnull=False
    ).values_list("expires_on", flat=True)
    return today, min([*lapses, months_after(today, LONGEST_VALIDITY_MONTHS)])


def of_approval(case, by, now):
    """What an approval brings about, by the purpose of the case."""
    if case.purpose in {Purpose.LISTED, Purpose.VERIFIED}:  # what is verified may be listed
        Centre.objects.filter(pk=case.centre_id, status=Status.DRAFT).update(status=Status.LISTED)
    if case.purpose == Purpose.VERIFIED:
        _verify(case, now=now)
    if case.purpose == Purpose.ADVERTISER:
        shorter = f"The approval to advertise now ends on {case.valid_until:%-d %B %Y}, before it."
        end_adverts(case.centre, by=None, now=now, reason=shorter, beyond=case.valid_until)
    _vouch(case, now=now)
    if case.purpose != Purpose.CLAIMED:  # that is the centre's word, and none of it was checked
        Centre.objects.filter(pk=case.centre_id).update(checked_on=timezone.localdate(now))


def _verify(case, *, now):
    """Write the centre's dates. One that had lapsed begins anew, and revives no advert."""
    centre, today = Centre.objects.get(pk=case.centre_id), timezone.localdate(now)
    begins = case.valid_from
    if centre.verified_until is None:
        pass
    elif centre.verified_until < today:
        lapsed = f"The verification lapsed on {centre.verified_until:%-d %B %Y}."
        end_adverts(centre, by=None, now=now, reason=lapsed)
    else:
        begins = centre.verified_from
        shorter = f"The verification now ends on {case.valid_until:%-d %B %Y}, before the advert."
        end_adverts(centre, by=None, now=now, reason=shorter, beyond=case.valid_until)
    Centre.objects.filter(pk=centre.pk).update(
        verified_from=begins, verified_until=case.valid_until
    )


def _vouch(case, *, now):
    """The facts that new passed checks vouch for come from those checks from now on."""
    fresh = case.checks.filter(outcome="passed", carried_from=None).select_related("checked_by")
    programmes = list(Programme.objects.filter(centre=case.centre_id))
    for check in fresh:
        _record(case.centre, None, set(check.facts), check, now=now)
        of_programmes = {
            fact.removeprefix(OF_PROGRAMMES)
            for fact in check.facts
            if fact.startswith(OF_PROGRAMMES)
        }
        for programme in programmes if of_programmes else ():
            _record(case.centre, programme, of_programmes, check, now=now)


def _states(row, fact):
    """Whether a centre or programme says anything of a fact: a check vouches for no unknown."""
    for name in FIELDS_OF_FACT.get(fact, (fact,)):
        value = getattr(row, name)
        if hasattr(value, "exists"):
            value = value.exists()
        if value not in (None, "", False, "unknown"):
            return True
    return False


def _record(centre, programme, facts, check, *, now):
    row = programme or centre
    stated = [fact for fact in row.FACTS if fact in facts and _states(row, fact)]
    if not stated:
        return
    Provenance.objects.record(
        centre=centre,
        programme=programme,
        facts=stated,
        source=Source.objects.research_team(),
        method=check.method,
        as_of=check.captured_on,
        by=check.checked_by,
        now=now,
    )


def end_what_rests_on(case, *, by, now, reason):
    """Before a case is revoked: the mark goes, and the adverts that need it (P2)."""
    centre = Centre.objects.get(pk=case.centre_id)
    if case.purpose == Purpose.VERIFIED:
        end_adverts(centre, by=by, now=now, reason=reason)
        Centre.objects.filter(pk=centre.pk).update(verified_from=None, verified_until=None)
    if case.purpose == Purpose.ADVERTISER:
        end_adverts(centre, by=by, now=now, reason=reason)


def end_adverts(centre, *, by, now, reason, beyond=None):
    """End every agreement of a centre that is running or to come, and its mark with it.

    beyond: only those that would run past this day.
    """
    ending = Advertisement.objects.not_over(now=now).filter(centre=centre)
    if beyond is not None:
        ending = ending.filter(runs_until__gt=beyond)
    if beyond is None or (centre.advertiser_until and centre.advertiser_until > beyond):
        Centre.objects.filter(pk=centre.pk).update(advertiser_from=None, advertiser_until=None)
    ending.end_all(by=by, reason=reason, now=now)


def end_adverts_of_unlisted(*, now, by=None, centres=None):
    """End the adverts of centres that were suspended, closed or withdrawn; being listed again
    revives none. Called wherever a status is written, and daily for what was not.

    centres: only those of these ids. Returns the agreements, as they are now.
    """
    left = Advertisement.objects.not_over(now=now).exclude(centre__status=Status.LISTED)
    if centres is not None:
        left = left.filter(centre__in=centres)
    agreements = list(left)
    for pk in {agreement.centre_id for agreement in agreements}:
        with transaction.atomic():
            centre = Centre.objects.select_for_update().get(pk=pk)
            if centre.status != Status.LISTED:
                gone = f"The centre is {centre.get_status_display().lower()}."
                end_adverts(centre, by=by, now=now, reason=gone)
    return list(Advertisement.objects.filter(pk__in=[row.pk for row in agreements]))


def changed_checks(case):
    """Checks of a case that vouch for a fact somebody has changed since it was checked."""
    return list(changes_since(case))


def changes_since(case):
    """{check: when}: the checks of a case of which a fact was changed since, and when last.

    A fact that an approval vouched for anew has not changed, though its provenance is younger.
    """
    approvals = set(
        Verification.objects.filter(centre=case.centre_id, state=State.APPROVED).values_list(
            "decided_at", flat=True
        )
    )
    changed = {}
    for entry in Provenance.objects.filter(centre=case.centre_id).exclude(
        recorded_at__in=approvals
    ):
        fact = f"{OF_PROGRAMMES}{entry.fact}" if entry.programme_id else entry.fact
        changed[fact] = max(changed.get(fact, entry.recorded_at), entry.recorded_at)
    since = {}
    for check in case.checks.all():
        times = [changed[fact] for fact in check.facts if fact in changed]
        if times and max(times) > check.recorded_at:
            since[check] = max(times)
    return since
