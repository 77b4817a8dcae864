"""The facts a centre corrects itself, a group at a time: what was typed, as changes to propose.

Nothing typed here is shown before somebody of the team has approved it.
"""

import hashlib
import json
import re
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from centres.changes import all_held, as_json, held
from centres.models import AnsweredBy, Centre, Country, Currency, Programme, Term
from centres.rules import stored_number

from . import telephone, wording
from .public_form import PublicForm

CHANGED_MEANWHILE = _(
    "What we show has changed since you opened this page. What you typed is still here: please "
    "look it over and send it again."
)
NOTHING = _("Nothing is different from what we show now.")

#: Name of a group: (its title, the fields of the centre in it).
OF_CENTRE = {
    "page": (_("Website, description and beds"), ("website", "about", "beds")),
    "address": (_("Address"), ("street", "locality", "town", "region", "postcode")),
    "access": (_("Languages, access and daily life"), ("languages", "access", "amenities")),
}
PHONES = "phones"
#: What a programme is, what it treats, for whom.
OF_KIND = (
    "name", "level", "length_min_days", "length_max_days", "open_ended", "dual_diagnosis",
    "medication", "age_min", "age_max",
)  # fmt: skip
OF_TREATING = ("substances", "detoxes")
OF_PEOPLE = ("funding", "people")
OF_NEW = (*OF_KIND, "substances")
OF_PRICE = ("price", "price_includes", "price_extras")
#: What follows from a price being given, and by whom it is not typed.
WITH_PRICE = ("currency", "price_on")

LABELS = {
    "website": _("Website"),
    "about": _("Description"),
    "beds": _("Beds"),
    "street": _("Building and street"),
    "locality": _("District"),
    "town": _("Town"),
    "region": _("County or state"),
    "postcode": _("Postcode or ZIP code"),
    "languages": _("Languages spoken by staff"),
    "access": _("Getting in and around"),
    "amenities": _("Rooms and daily life"),
    "name": _("Name of the programme"),
    "level": _("Kind of programme"),
    "length_min_days": _("Shortest stay, in days"),
    "length_max_days": _("Longest stay, in days"),
    "open_ended": _("As long as somebody needs"),
    "substances": _("What it treats"),
    "detoxes": _("Detox from"),
    "dual_diagnosis": _("Mental health treated alongside"),
    "medication": _("Medication for addiction"),
    "funding": _("Ways to pay"),
    "people": _("Who it is for"),
    "age_min": _("Youngest age"),
    "age_max": _("Oldest age"),
    "price": _("The whole price of a stay"),
    "price_includes": _("What it includes"),
    "price_extras": _("What may come on top, and how it is set"),
}
HELP = {
    "about": _("Plain facts in a few sentences, without praise."),
    "open_ended": _("Then leave the two numbers of days empty."),
    "detoxes": _("Substances whose withdrawal is managed in this programme."),
    "price": _(
        "In whole pounds or dollars, with every charge that nobody can avoid. 0 if it is free to "
        "the person treated. Empty if you would rather not say: it is then shown as not known."
    ),
}
LONGEST_TEXT = 2000
#: What the key of a term looks like; a longer number would be none to a database.
KEY = r"[0-9]{1,17}"


def _field(model, name):
    """The form's field for a field of the model; none of them has to be filled in."""
    column = model._meta.get_field(name)
    words = {"label": LABELS[name], "help_text": HELP.get(name, ""), "required": False}
    if column.many_to_many:
        kind = column.remote_field.limit_choices_to["kind"]
        return TermsField(
            queryset=Term.objects.filter(kind=kind), widget=forms.CheckboxSelectMultiple, **words
        )
    field = column.formfield(**words)
    if isinstance(field, forms.CharField) and field.max_length is None:
        field.max_length = LONGEST_TEXT
        field.validators.append(forms.fields.validators.MaxLengthValidator(LONGEST_TEXT))
    return field


class TermsField(forms.ModelMultipleChoiceField):
    def clean(self, value):
        for each in value or ():
            if not re.fullmatch(KEY, each):
                said = self.error_messages["invalid_choice"]
                raise ValidationError(said, code="invalid_choice", params={"value": each})
        return super().clean(value)

    def label_from_instance(self, term):
        return wording.term(term.label)


class FactsForm(PublicForm):
    """Fields of one row. `seen` holds what the page showed: another's change is not undone by it.

    row: a saved row, or None for a new programme.
    """

    action = "claim-facts"

    def __init__(self, *args, centre, kind, row, names, **kwargs):
        self.centre, self.kind, self.row, self.names = centre, kind, row, names
        self.model = {"centre": Centre, "programme": Programme}[kind]
        super().__init__(*args, **kwargs)
        for name in names:
            self.fields[name] = _field(self.model, name)
            if row is not None:
                self.initial.setdefault(name, _shown(row, name))
        if names is OF_KIND:
            self.fields["gone"] = forms.BooleanField(
                label=_("We no longer offer this programme"), required=False
            )
        _add_common(self)

    @property
    def shown_values(self):
        return {} if self.row is None else {name: held(self.row, name) for name in self.names}

    def clean(self):
        said = super().clean()
        _refuse_changed(self)
        low, high = said.get("length_min_days"), said.get("length_max_days")
        if low and high and low > high:
            self.add_error("length_max_days", _("The longest stay is shorter than the shortest."))
        if said.get("open_ended") and (low or high):
            self.add_error("open_ended", _("Give days, or say that it is open-ended: not both."))
        low, high = said.get("age_min"), said.get("age_max")
        if low is not None and high is not None and low > high:
            self.add_error("age_max", _("The oldest age is below the youngest."))
        if not self.errors and not self.changes():
            self.add_error(None, NOTHING)
        return said

    def changes(self):
        """Of what was typed: changes as `centres.changes` says."""
        if self.cleaned_data.get("gone"):
            return [_whole(self.kind, self.row.pk, all_held(self.kind, self.row), None)]
        to = {name: as_json(self.model, name, self.cleaned_data.get(name)) for name in self.names}
        if "price" in to:
            to |= self._with_price(to["price"])
        if self.row is None:
            given = {
                name: value for name, value in to.items() if _is_given(self.model, name, value)
            }
            return [_whole(self.kind, None, None, given)] if given else []
        return [
            {"object": self.kind, "id": self.row.pk, "field": name, "from": before, "to": value}
            for name, value in to.items()
            if value != (before := held(self.row, name))
        ]

    def _with_price(self, price):
        """A price is that of today; one that is as before keeps its day unless it is sent again."""
        if price is None:
            return {"currency": "", "price_on": None}
        currency = Currency.GBP if self.centre.country == Country.GB else Currency.USD
        return {"currency": currency.value, "price_on": timezone.localdate(self.now).isoformat()}


class PhonesForm(PublicForm):
    """A centre's numbers: each with who answers it, one to add, any to take out."""

    action = "claim-facts"
    names = ("phones",)

    def __init__(self, *args, centre, **kwargs):
        self.centre, self.phones = centre, list(centre.phones.all())
        super().__init__(*args, **kwargs)
        for phone in self.phones:
            self._add(str(phone.pk), phone)
            self.fields[f"gone-{phone.pk}"] = forms.BooleanField(
                label=_("Take this number out"), required=False
            )
        self._add("new", None)
        _add_common(self)

    def _add(self, key, phone):
        shown = telephone.shown(phone.number, self.centre.country) if phone else ""
        who = _("Who answers %(number)s") % {"number": shown} if phone else _("Who answers that")
        self.fields[f"number-{key}"] = forms.CharField(
            label=_("Number") if phone else _("Another number"),
            max_length=30,
            required=phone is not None,
            initial=shown,
            widget=forms.TextInput(attrs={"type": "tel"}),
            error_messages={"required": _("Give the number, or tick that it is to be taken out.")},
        )
        self.fields[f"who-{key}"] = forms.ChoiceField(
            label=who,
            choices=[(value, capfirst(words)) for value, words in AnsweredBy.choices],
            initial=phone.answered_by if phone else AnsweredBy.CENTRE,
        )

    @property
    def shown_values(self):
        return {str(phone.pk): all_held("phone", phone) for phone in self.phones}

    def clean(self):
        said = super().clean()
        _refuse_changed(self)
        for name in [name for name in said if name.startswith("number-") and said[name]]:
            try:
                said[name] = stored_number(said[name], self.centre.country)
            except ValidationError:
                self.add_error(name, _("This is not a telephone number."))
        numbers = [said[name] for name in said if name.startswith("number-") and said[name]]
        if len(numbers) != len(set(numbers)):
            self.add_error(None, _("One number stands here twice."))
        if not self.errors and not self.changes():
            self.add_error(None, NOTHING)
        return said

    def changes(self):
        found = []
        for phone in self.phones:
            if self.cleaned_data.get(f"gone-{phone.pk}"):
                found.append(_whole("phone", phone.pk, all_held("phone", phone), None))
                continue
            to = {
                "number": self.cleaned_data[f"number-{phone.pk}"],
                "answered_by": self.cleaned_data[f"who-{phone.pk}"],
            }
            found += [
                {"object": "phone", "id": phone.pk, "field": name, "from": before, "to": value}
                for name, value in to.items()
                if value != (before := held(phone, name))
            ]
        if self.cleaned_data.get("number-new"):
            new = {
                "number": self.cleaned_data["number-new"],
                "answered_by": self.cleaned_data["who-new"],
                "position": max((phone.position for phone in self.phones), default=-1) + 1,
            }
            found.append(_whole("phone", None, None, new))
        return found


def _add_common(form):
    form.fields["words"] = forms.CharField(
        label=_("Anything our team should know"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Where we can see that it is so, for example. It is not shown in public."),
    )
    form.fields["seen"] = forms.CharField(
        max_length=64, required=False, widget=forms.HiddenInput, initial=_digest(form.shown_values)
    )


def _refuse_changed(form):
    now = _digest(form.shown_values)
    if form.cleaned_data.get("seen") != now:
        form.data["seen"] = now
        form.add_error(None, CHANGED_MEANWHILE)


def _digest(values):
    told = json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()


def _shown(row, name):
    column = row._meta.get_field(name)
    return list(getattr(row, name).all()) if column.many_to_many else getattr(row, name)


def _whole(kind, key, before, after):
    return {"object": kind, "id": key, "field": "", "from": before, "to": after}


def _is_given(model, name, value):
    """Whether something was said of a field of a new row."""
    column = model._meta.get_field(name)
    return value not in (None, "", [], False) and value != column.get_default()


@dataclass(frozen=True)
class Group:
    """A page of facts. slug: in its address; of: the programme's name, "" for the centre's own
    facts; form: function (data, now) to its form."""

    slug: str
    title: str
    of: str
    form: object


#: Of a programme: what stands before its key in an address, what the page is called, its fields.
_OF_PROGRAMME = (
    ("price", _("Price"), OF_PRICE),
    ("programme", _("Kind, length and ages"), OF_KIND),
    ("treats", _("What it treats"), OF_TREATING),
    ("people", _("Who it is for, and ways to pay"), OF_PEOPLE),
)


def groups(centre):
    """The `Group`s of a centre in the order of its page; its address not, where it is withheld."""
    found = [Group(PHONES, _("Telephone numbers"), "", _phones(centre))]
    for slug, (title, names) in OF_CENTRE.items():
        if slug != "address" or not centre.is_withheld:
            found.append(Group(slug, title, "", _facts(centre, "centre", centre, names)))
    new = _facts(centre, "programme", None, OF_NEW)
    found.append(Group("programme-new", _("A programme that is missing"), "", new))
    programmes = list(centre.programmes.all())
    for row, name in zip(programmes, wording.names(programmes), strict=True):
        found += [
            Group(f"{slug}-{row.pk}", title, name, _facts(centre, "programme", row, names))
            for slug, title, names in _OF_PROGRAMME
        ]
    return found


def _facts(centre, kind, row, names):
    return lambda data, now: FactsForm(
        data, now=now, centre=centre, kind=kind, row=row, names=names
    )


def _phones(centre):
    return lambda data, now: PhonesForm(data, now=now, centre=centre)
