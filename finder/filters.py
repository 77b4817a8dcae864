"""The one definition of every search filter.

They serve the page, the API, the exports and the admin. A filter says what it is called, which
values it takes, and what a programme or a centre must be to meet it. `CentreFilterSet.qs` is that
meaning written plainly, in SQL: it is the reference that the facet index is held to by tests.

Unknown never meets a filter. Repeating a parameter means OR; different ones mean AND, and all that
speak of a programme must hold for one and the same programme (P11).
"""

import datetime

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from centres.models import Centre, DualDiagnosis, LevelOfCare, MedicationStance, Programme, Setting
from centres.models.programme import ADMISSION_FRESH_FOR, HIGHEST_PRICE, LONGEST_DAYS

from . import index
from .index import names

LONGEST_WAIT_DAYS = 365
LONGEST_TEXT = 100


class NumbersField(forms.MultipleChoiceField):
    """Whole numbers within bounds; those offered as choices are only suggestions."""

    def __init__(self, *, least, most, **kwargs):
        self.least, self.most = least, most
        super().__init__(**kwargs)

    def clean(self, value):
        numbers = []
        for text in self.to_python(value):
            if not (text.isascii() and text.isdigit() and len(text) <= 9):
                raise forms.ValidationError(
                    _("“%(text)s” is not a whole number."), params={"text": text[:40]}
                )
            if not self.least <= int(text) <= self.most:
                raise forms.ValidationError(
                    _("%(number)s is not between %(least)s and %(most)s."),
                    params={
                        "number": f"{int(text):,}",
                        "least": f"{self.least:,}",
                        "most": f"{self.most:,}",
                    },
                )
            numbers.append(int(text))
        return numbers


class TextsField(forms.MultipleChoiceField):
    """Any text, so long as there is a letter or digit in it."""

    def clean(self, value):
        texts = self.to_python(value)
        for text in texts:
            if len(text) > LONGEST_TEXT:
                raise forms.ValidationError(
                    _("Use at most %(most)d characters."), params={"most": LONGEST_TEXT}
                )
            if not any(c.isalnum() for c in text) or "\0" in text:
                raise forms.ValidationError(_("Type at least one letter or number."))
        return texts


class YesField(forms.MultipleChoiceField):
    """A filter that is asked for, or not mentioned."""

    YES = frozenset({"yes", "true", "1", "on"})

    def clean(self, value):
        for text in self.to_python(value):
            if text.lower() not in self.YES:
                raise forms.ValidationError(
                    _("“%(text)s” is not a choice here. Use “yes”."), params={"text": text[:40]}
                )
        return ["yes"] if value else []


class ChoicesField(forms.MultipleChoiceField):
    default_error_messages = {"invalid_choice": _("“%(value)s” is not one of the choices.")}

    def clean(self, value):
        return list(dict.fromkeys(super().clean([text[:80] for text in self.to_python(value)])))


class _Filter(django_filters.MultipleChoiceFilter):
    """A filter with any number of values. `condition` gives a Q for a non-empty list of them."""

    field_class = ChoicesField

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("required", False)
        super().__init__(*args, **kwargs)

    def read(self, texts, terms):
        """The values that `texts` name; raises ValidationError."""
        return self.field.clean(texts)

    def condition(self, values, now):
        return Q(**{f"{self.field_name}__in": values})


class CentreFilter(_Filter):
    """What the centre itself must be."""


class ProgrammeFilter(_Filter):
    """What one programme must be."""


class _OfTerms:
    """Offers a vocabulary's terms, those that the FilterSet knows."""

    def __init__(self, parameter, field_name, **kwargs):
        self.parameter = parameter
        super().__init__(field_name=f"{field_name}__slug", **kwargs)

    @property
    def field(self):
        self.extra["choices"] = self._choices(self.parent.terms)
        return super().field

    def read(self, texts, terms):
        return self.field_class(required=False, choices=self._choices(terms)).clean(texts)

    def _choices(self, terms):
        return [(term.slug, term.label) for term in terms[self.parameter].values()]


class TermFilter(_OfTerms, ProgrammeFilter):
    pass


class CentreTermFilter(_OfTerms, CentreFilter):
    pass


class SettingFilter(ProgrammeFilter):
    def condition(self, values, now):
        return Q(level__in=[level for value in values for level in LevelOfCare.in_setting(value)])


class LengthFilter(ProgrammeFilter):
    """A programme whose length range holds that many days; no range known holds none."""

    field_class = NumbersField

    def condition(self, values, now):
        condition = Q()
        for days in values:
            condition |= (
                Q(length_min_days__isnull=True, length_max_days__gte=days)
                | Q(length_min_days__lte=days, length_max_days__isnull=True)
                | Q(length_min_days__lte=days, length_max_days__gte=days)
            )
        return condition


class PriceFilter(ProgrammeFilter):
    """The whole price, in whole pounds or dollars."""

    field_class = NumbersField

    def condition(self, values, now):
        return Q(price__lte=max(values))


class AvailableFilter(ProgrammeFilter):
    """An admission date within that many days, stated in the last 72 hours."""

    field_class = NumbersField

    def condition(self, values, now):
        last = timezone.localdate(now) + datetime.timedelta(days=max(values))
        return Q(
            earliest_admission__lte=last,
            earliest_admission_stated_at__lte=now,
            earliest_admission_stated_at__gt=now - ADMISSION_FRESH_FOR,
        )


class VerifiedFilter(CentreFilter):
    field_class = YesField

    def condition(self, values, now):
        return Q(pk__in=Centre.objects.verified(now=now).values("pk"))


class NameFilter(CentreFilter):
    """Each word of the text occurs somewhere in the name, whatever its case or accents."""

    field_class = TextsField

    def condition(self, values, now):
        wanted = [names.words(text) for text in values]
        named = Centre.objects.values_list("pk", "name").iterator()
        return Q(
            pk__in=[
                pk
                for pk, name in named
                if any(words and all(w in names.fold(name) for w in words) for words in wanted)
            ]
        )


def _known(enumeration):
    return [choice for choice in enumeration.choices if choice[0] != "unknown"]


class CentreFilterSet(django_filters.FilterSet):
    """Every filter, by its parameter's name.

    now: the search's own clock, an aware datetime. terms: {parameter: {id: Term}}, those that a
    value may name; unless given, those of the index, which costs a small query.
    """

    level = ProgrammeFilter(label=_("Kind of programme"), choices=LevelOfCare.choices)
    setting = SettingFilter(label=_("Where you sleep"), choices=Setting.choices)
    length = LengthFilter(label=_("Length in days"), least=1, most=LONGEST_DAYS)
    dual_diagnosis = ProgrammeFilter(
        label=_("Mental health as well"),
        field_name="dual_diagnosis",
        choices=_known(DualDiagnosis),
    )
    substance = TermFilter("substance", "substances", label=_("Substance or behaviour"))
    therapy = TermFilter("therapy", "therapies", label=_("Therapy"))
    condition = TermFilter("condition", "conditions", label=_("Other condition treated"))
    funding = TermFilter("funding", "funding", label=_("Ways to pay"))
    people = TermFilter("people", "people", label=_("People it is for"))
    language = CentreTermFilter("language", "languages", label=_("Language"))
    access = CentreTermFilter("access", "access", label=_("Access"))
    medication = ProgrammeFilter(
        label=_("Prescribed medication"), field_name="medication", choices=_known(MedicationStance)
    )
    max_price = PriceFilter(label=_("Whole price at most"), least=0, most=HIGHEST_PRICE)
    available = AvailableFilter(label=_("Admits within days"), least=0, most=LONGEST_WAIT_DAYS)
    verified = VerifiedFilter(label=_("Verified"))
    q = NameFilter(label=_("Name of the centre"))

    class Meta:
        model = Centre
        fields = []

    def __init__(self, data=None, queryset=None, *, now, terms=None, **kwargs):
        self.now = now
        self.terms = index.current().terms if terms is None else terms
        super().__init__(data, queryset, **kwargs)

    @classmethod
    def read(cls, given, *, terms):
        """(values, errors), both {parameter: list}, of {parameter: texts}; others are passed over.

        What the form would say, of the parameters given and no others: to make the form of all
        filters anew for every search costs more than the search.
        """
        values, errors = {}, {}
        for name in given.keys() & cls.base_filters.keys():
            try:
                values[name] = cls.base_filters[name].read(given[name], terms)
            except forms.ValidationError as error:
                errors[name] = error.messages
        return values, errors

    def filter_queryset(self, queryset):
        """Centres that meet every filter given. Call only after `is_valid()`."""
        programme = Q()
        for name, values in self.form.cleaned_data.items():
            if not values:
                continue
            condition = self.filters[name].condition(values, self.now)
            if isinstance(self.filters[name], ProgrammeFilter):
                programme &= condition
            else:
                queryset = queryset.filter(pk__in=Centre.objects.filter(condition).values("pk"))
        if not programme:
            return queryset
        met = Programme.objects.filter(programme, centre=OuterRef("pk"))
        return queryset.filter(Exists(met))
