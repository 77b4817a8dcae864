"""Ways to narrow the list of centres."""

import datetime

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from centres.models import Centre, DualDiagnosis, Precision, Programme, Registration, Status
from centres.models.centre import EXPIRING_DAYS, VerificationState

#: What somebody works on from day to day.
CURRENT = [Status.DRAFT, Status.LISTED, Status.SUSPENDED]


class DefaultFilter(admin.SimpleListFilter):
    """Has a value before anybody chooses one, and says in words above the list what that leaves
    out. There is no "any": a value of its own says so."""

    default = ""

    def value(self):
        return super().value() or self.default

    @property
    def is_chosen(self):
        return bool(super().value())

    def choices(self, changelist):
        for value, label in self.lookup_choices:
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }


class CurrentFilter(DefaultFilter):
    """What is done with is out of the way until asked or searched for.

    A filter of this kind says by `only_current(queryset)` what is not done with. A search looks
    through all of it: who cannot find a withdrawn centre would enter it anew.
    """

    #: Every value there is, and what "current" is called.
    values, current = None, ""
    #: What is said of a list of the current, and of a search.
    left_out, searched = "", ""

    def __init__(self, request, params, model, model_admin):
        self.is_search = bool(request.GET.get("q", "").strip())
        self.default = "all" if self.is_search else "current"
        super().__init__(request, params, model, model_admin)

    def lookups(self, request, model_admin):
        return [("current", self.current), *self.values.choices, ("all", "All")]

    @property
    def says(self):
        """What the list leaves out, in words above it; "" where it is what was asked for."""
        if self.value() == "current":
            return f"{self.left_out} are not shown. A search finds them too."
        if self.is_search and not self.is_chosen:
            return self.searched
        return ""

    def queryset(self, request, queryset):
        value = self.value()
        if value == "all":
            return queryset
        if value == "current":
            return self.only_current(queryset)
        return self.only(queryset, value) if value in self.values.values else queryset.none()

    def only(self, queryset, value):
        return queryset.filter(**{self.parameter_name: value})


class StatusFilter(CurrentFilter):
    title = parameter_name = "status"
    values, current = Status, "Draft, listed or suspended"
    left_out = "Closed and withdrawn centres"
    searched = "Searched all centres, closed and withdrawn ones too."

    def only_current(self, queryset):
        return queryset.filter(status__in=CURRENT)


class SourceFilter(admin.RelatedFieldListFilter):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.empty_value_display = "Entered by hand"


class VerifiedFilter(admin.SimpleListFilter):
    """By what the verification's dates say today; the four states leave no centre out."""

    title = "verification"
    parameter_name = "verification"

    def lookups(self, request, model_admin):
        return [
            *VerificationState.choices,
            ("advertiser", "Advertiser now"),
            ("advertiser-expiring", "Advertiser, due to be checked again soon"),
        ]

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        now = timezone.now()
        advertisers = Centre.objects.advertisers(now=now).values("pk")
        if self.value() == "advertiser":
            return queryset.filter(pk__in=advertisers)
        if self.value() == "advertiser-expiring":
            expiring = in_state(VerificationState.EXPIRING, now=now)
            return queryset.filter(expiring, pk__in=advertisers)
        return queryset.filter(in_state(self.value(), now=now))


def in_state(state, *, now):
    """A condition on centres: `verification_state(now=now)` is `state`."""
    today = timezone.localdate(now)
    soon = today + datetime.timedelta(days=EXPIRING_DAYS)
    begun = Q(verified_from__lte=today)
    conditions = {
        VerificationState.UNVERIFIED: Q(verified_from=None) | Q(verified_from__gt=today),
        VerificationState.VERIFIED: begun & Q(verified_until__gt=soon),
        VerificationState.EXPIRING: begun & Q(verified_until__range=(today, soon)),
        VerificationState.LAPSED: begun & Q(verified_until__lt=today),
    }
    return conditions.get(state, Q(pk__in=[]))


def _some_programme(**facts):
    return Q(Exists(Programme.objects.filter(centre=OuterRef("pk"), **facts)))


#: What may be missing: parameter value: (words, condition on centres).
MISSING = {
    "phone": ("No telephone number", Q(phones=None)),
    "coordinates": (
        "No coordinates",
        Q(latitude=None) & ~Q(precision=Precision.WITHHELD),
    ),
    "website": ("No website", Q(website="")),
    "registration": ("Registration not known", Q(registration=Registration.UNKNOWN)),
    "programme": ("No programme", Q(programmes=None)),
    "level": ("A programme without level of care", _some_programme(level="")),
    "length": (
        "A programme without length",
        _some_programme(length_min_days=None, length_max_days=None, open_ended=False),
    ),
    "price": ("A programme without price", _some_programme(price=None)),
    "dual-diagnosis": (
        "A programme with dual diagnosis unknown",
        _some_programme(dual_diagnosis=DualDiagnosis.UNKNOWN),
    ),
}


class MissingFilter(admin.SimpleListFilter):
    """Centres that lack a fact somebody could find out."""

    title = "what is missing"
    parameter_name = "missing"

    def lookups(self, request, model_admin):
        return [(value, words) for value, (words, _) in MISSING.items()]

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        if self.value() not in MISSING:
            return queryset.none()
        return queryset.filter(MISSING[self.value()][1])
