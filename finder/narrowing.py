"""Ways to narrow a search and to undo it, as the results page offers them: no counting here.

`given` is everywhere {parameter: [texts]}, as typed.
"""

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple
from urllib.parse import urlencode

from django import forms
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from centres.models import Country

from . import wording
from .filters import CentreFilterSet, ChoicesField, ProgrammeFilter
from .forms import SORTS, SearchForm

#: In the order people ask. `radio`: one value at a time.
CHECKBOXES = (
    "setting", "level", "length", "substance", "dual_diagnosis", "condition", "funding", "people",
    "medication", "therapy", "language", "access",
)  # fmt: skip
RADIOS = ("max_price", "available")
#: Longer lists leave out what would find nothing.
SHORT_LIST = 12
RADIUSES = (5, 10, 25, 50, 100)
#: Not filters: they choose the order and the page, and are no reason for an empty result.
ORDERING = frozenset({"sort", "page", "page_size"})


class Option(NamedTuple):
    """`count`: centres left if chosen, exactly; None where it is not counted."""

    value: str
    label: str
    count: int | None
    selected: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A filter with its options. `kept`: values in force that are not among them.

    chosen: how many values are in force.
    """

    name: str
    label: str
    one_only: bool
    options: list[Option]
    kept: list[str]
    chosen: int


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, and the address of the same search without it."""

    parameter: str
    label: str
    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Misuse:
    """A parameter that was not understood. `allowed`: the values it may have, if they are few."""

    parameter: str
    label: str
    messages: list[str]
    allowed: list[str]


@dataclass(frozen=True, slots=True)
class Sort:
    value: str
    label: str
    address: str
    current: bool


def address(given, **changes):
    """The results page for `given` with some parameters changed, as `query_of` does."""
    query = query_of(given, **changes)
    path = _path(get_language())
    return f"{path}?{query}" if query else path


@cache
def _path(language):
    """Of the results page in a language: a page of results names it some twenty times."""
    return reverse("search")


def query_of(given, **changes):
    """The query string of `given` with some parameters changed; None or "" takes one out.

    It begins at the first page unless `page` is among the changes.
    """
    changes = {"page": None, **changes}
    pairs = [(name, text) for name, texts in given.items() if name not in changes for text in texts]
    for name, value in changes.items():
        texts = value if isinstance(value, list) else [value]
        pairs += [(name, text) for text in texts if text not in {None, ""}]
    return urlencode(pairs)


def label_of(parameter):
    """What a parameter is called on the page."""
    if parameter in CentreFilterSet.base_filters:
        return str(CentreFilterSet.base_filters[parameter].label)
    names = {
        "near": _("Place"), "radius": _("How far"), "country": _("Country"), "sort": _("Order"),
    }  # fmt: skip
    return names.get(parameter, parameter)


def allowed(parameter):
    """The values a parameter may have; none where they are not a closed list."""
    fields = {**SearchForm.base_fields, **CentreFilterSet(now=None).form.fields}
    field = fields.get(parameter)
    if isinstance(field, (ChoicesField, forms.ChoiceField)):
        return [value for value, _ in field.choices if value]
    return []


def groups(results):
    """The filters of a page of `Results`, each with its options and their exact counts."""
    return [_group(results, name) for name in (*CHECKBOXES, *RADIOS) if name in results.facets]


def _group(results, name):
    facet = results.facets[name]
    few = len(facet) <= SHORT_LIST
    options = [
        Option(o.value, _words(name, o.value, results.query.country, o.label), o.count, o.selected)
        for o in facet
        if o.count or o.selected or few
    ]
    offered = {option.value for option in facet}
    kept = [text for text in results.query.given.get(name, ()) if text not in offered]
    chosen = len(kept) + sum(option.selected for option in options)
    return Group(name, label_of(name), name in RADIOS, options, kept, chosen)


def radiuses(query):
    """Distances to choose from, in miles, with the one in force."""
    chosen = f"{query.radius:g}" if query.radius else ""
    values = sorted({*RADIUSES, *([query.radius] if query.radius else [])})
    return [
        Option("", _("Any distance"), None, not chosen),
        *(Option(f"{v:g}", within_miles(v), None, f"{v:g}" == chosen) for v in values),
    ]


def in_words(results):
    """{parameter: [words]} of what is in force, apart from the place and the order, as given."""
    query, facets = results.query, results.facets
    known = {(name, o.value): o.label for name in query.given for o in facets.get(name, ())}
    for name in results.terms.keys() & query.given.keys():
        for term in results.terms[name].values():
            known.setdefault((name, term.slug), wording.term(term.label))
    return {
        name: [
            _words(name, text, query.country, known.get((name, text), text))
            for text in dict.fromkeys(texts)
        ]
        for name, texts in query.given.items()
        if name not in ORDERING and name != "near" and (name != "radius" or query.radius)
    }


def chips(results):
    """What is in force, apart from the place and the order, each with the search without it."""
    given = results.query.given
    return [
        Chip(name, label_of(name), words, _without(given, name, text))
        for name, in_force in in_words(results).items()
        for text, words in zip(dict.fromkeys(given[name]), in_force, strict=True)
    ]


def _without(given, name, text):
    return address(given, **{name: [other for other in given[name] if other != text]})


def filters_in_words(results):
    """{parameter: [words]} of the filters in force, each quoted."""
    found = {
        name: [f"“{words}”" for words in in_force]
        for name, in_force in in_words(results).items()
        if name in results.query.values
    }
    if "q" in found:
        given = results.query.given["q"]
        found["q"] = [_("“%(text)s” in the name") % {"text": text} for text in given]
    return {name: list(dict.fromkeys(texts)) for name, texts in found.items()}


def place_of(given):
    """What is left of a search without its filters: where it looks."""
    return {name: texts for name, texts in given.items() if name in {"near", "country"}}


def sorts(query):
    """The orders to choose from; nearest first only where there is a place to be near to."""
    return [
        Sort(value, label, address(query.given, sort=value), value == query.sort)
        for value, label in SORTS
        if value != "distance" or query.near
    ]


def asks_of_programmes(query):
    """Whether some filter in force has to be met by a programme."""
    filters = CentreFilterSet.base_filters
    return any(isinstance(filters[name], ProgrammeFilter) for name in query.values)


def within_miles(miles):
    """ "Within 1 mile", "Within 2.5 miles"."""
    if miles != int(miles):
        return _("Within %(number)s miles") % {"number": f"{miles:g}"}
    words = ngettext("Within %(number)s mile", "Within %(number)s miles", int(miles))
    return words % {"number": wording.number(int(miles))}


def _words(name, value, country, label):
    """An option in words: a number gets its unit."""
    if name == "length":
        return wording.days(int(value))
    if name == "available":
        words = ngettext("Within %(number)d day", "Within %(number)d days", int(value))
        return words % {"number": int(value)}
    if name == "max_price" and value.isdigit():
        price = wording.money(int(value), Country(country).currency)
        return _("Up to %(price)s") % {"price": price}
    if name == "radius":
        return within_miles(float(value))
    if name == "country":
        return str(Country(value).label)
    if name == "verified":
        return _("Verified")
    if name == "q":
        return _("Name has “%(text)s”") % {"text": value}
    return label
