from dataclasses import dataclass, field

from django.db.models import Count
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from centres import reports
from centres.models import Centre, Country, Criterion, Purpose, Verification
from centres.models.centre import EXPIRING_DAYS
from finder.record import criterion_title

#: What each purpose comes to, for somebody who reads of it here first.
PURPOSES = {
    Purpose.LISTED: (
        gettext_lazy("To be listed"),
        gettext_lazy("Every centre that meets this is listed, for nothing."),
    ),
    Purpose.CLAIMED: (
        gettext_lazy("To be confirmed by the centre"),
        gettext_lazy(
            "A person at the centre tells us that the basics are right. It is their word: we have "
            "not checked it, and it is not verification."
        ),
    ),
    Purpose.VERIFIED: (
        gettext_lazy("To be verified"),
        gettext_lazy("What has to hold before the word “Verified” stands beside a centre."),
    ),
    Purpose.ADVERTISER: (
        gettext_lazy("To advertise"),
        gettext_lazy("Asked in addition of a centre that is verified already."),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A criterion in words. evidence: what counts as such, a line each."""

    title: str
    lasts: str
    unless: str
    evidence: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What is asked for one purpose."""

    slug: str
    title: str
    about: str
    asked: list[Asked] = field(default_factory=list)


def verification(request):
    """What “verified” means here: what is asked, for how long it holds, and of how many it does."""
    now = timezone.now()
    counts = _counts(now=now)
    context = {
        "countries": [(country.value.lower(), country.label) for country in Country],
        "counts": counts,
        "listed": sum(counts[0][1]),
        "verified": sum(counts[1][1]),
        "asked": _asked(),
        "expiring_days": EXPIRING_DAYS,
        "record": reports.record(now=now),
        "now": now,
    }
    return render(request, "finder/verification.html", context)


def _counts(*, now):
    """(what is counted, [how many centres in each `Country`]); a query each."""
    claims = (
        Verification.objects.latest_approvals()
        .in_force(today=timezone.localdate(now))
        .filter(purpose=Purpose.CLAIMED, centre__in=Centre.objects.visible())
    )
    counted = [
        (_("Listed"), Centre.objects.visible(), "country"),
        (_("Verified now"), Centre.objects.verified(now=now), "country"),
        (_("Of these, due again soon"), Centre.objects.expiring(now=now), "country"),
        (_("Verification lapsed"), Centre.objects.lapsed(now=now), "country"),
        (_("Basics confirmed by the centre"), claims, "centre__country"),
    ]
    return [(words, _by_country(rows, name)) for words, rows, name in counted]


def _by_country(rows, name):
    found = dict(rows.order_by().values_list(name).annotate(Count("pk")))
    return [found.get(country, 0) for country in Country.values]


def _asked():
    """(slug, name of a country, its groups that ask anything), in one query."""
    criteria = list(Criterion.objects.in_force())
    return [
        (country.value.lower(), country.label, _groups(criteria, country)) for country in Country
    ]


def _groups(criteria, country):
    groups = []
    for purpose, (title, about) in PURPOSES.items():
        rows = [row for row in criteria if (row.country, row.purpose) == (country, purpose)]
        if rows:
            asked = [_in_words(row) for row in rows]
            groups.append(Group(slug=purpose, title=title, about=about, asked=asked))
    return groups


def _in_words(criterion):
    return Asked(
        title=criterion_title(criterion.title),
        lasts=_lasts(criterion),
        unless=_unless(criterion),
        evidence=[
            pgettext("evidence", line)
            for line in criterion.accepted_evidence.splitlines()
            if line.strip()
        ],
    )


def _lasts(criterion):
    if criterion.has_own_date:
        return _("Holds until the date on the evidence itself.")
    if criterion.months == 1:
        return _("Holds for a month.")
    if criterion.months:
        return _("Holds for %(months)d months.") % {"months": criterion.months}
    return _("Has no end date of its own.")


def _unless(criterion):
    if not criterion.is_required:
        return _("Not needed; said where we know.")
    if criterion.may_not_apply:
        return _("Where it does not apply, we say so.")
    return ""
