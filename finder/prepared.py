"""Searches prepared for a page: each in words, with exactly the number that its link finds."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from centres.models import Country, LevelOfCare

from . import narrowing
from .search import InvalidSearch, count, search

#: Both kinds of programme that treat mental health as well.
DUAL_DIAGNOSIS = ["capable", "enhanced"]
#: What is free or nearly so, by country: what is asked of the search, and in words.
FREE = {
    Country.GB: [
        ({"funding": "nhs-community"}, _("free, from the NHS or the council")),
        ({"funding": "council-placement"}, _("where the council can pay for a place")),
    ],
    Country.US: [
        ({"funding": "free"}, _("free of charge")),
        ({"funding": "medicaid"}, _("that take Medicaid")),
        ({"funding": "sliding-fee"}, _("with a fee that follows what you earn")),
    ],
}
WHERE = [
    ({"setting": "residential"}, _("where you stay and sleep (residential)")),
    ({"setting": "outpatient"}, _("where you go home at night")),
    ({"setting": "online"}, _("online")),
]
MIND = [({"dual_diagnosis": DUAL_DIAGNOSIS}, _("that treat mental health as well"))]
#: Lengths people search by.
LENGTHS = [
    ({"length": "7"}, _("with a programme that can last 7 days")),
    ({"length": "14"}, _("with a programme that can last 14 days")),
    ({"length": "28"}, _("with a programme that can last 28 days")),
    ({"length": "84"}, _("with a programme that can last 12 weeks")),
]
LEVELS = [({"level": level.value}, level.label) for level in LevelOfCare]


@dataclass(frozen=True, slots=True)
class Way:
    """A prepared search. address: "" where it would find nothing."""

    words: str
    count: int
    address: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """found: the `Results` of the search itself. ways: narrower ones, in the order asked for."""

    found: object
    whole: Way
    ways: dict


def prepare(base, groups, *, now, page_size=1):
    """A `Prepared` search for `base`, {parameter: value or values}.

    groups: {name: [({parameter: value or values}, words)]}. Its own facets count what asks for one
    value of a parameter that `base` does not name; anything else is counted by a search.
    """
    found = search(_params({**base, "page_size": str(page_size)}), now=now)
    ways = {
        name: [_way(found, base, asked, words, now) for asked, words in each]
        for name, each in groups.items()
    }
    return Prepared(found, Way("", found.count, _address(base)), ways)


def _way(found, base, asked, words, now):
    number = _counted(found, asked)
    if number is None:
        number = _searched({**base, **asked}, now)
    return Way(words, number, _address({**base, **asked}) if number else "")


def _counted(found, asked):
    """What the facets of a search say of one more value; None where they do not."""
    if len(asked) != 1:
        return None
    [(parameter, value)] = asked.items()
    if not isinstance(value, str):
        return None
    return next((o.count for o in found.facets.get(parameter, ()) if o.value == value), None)


def _searched(asked, now):
    try:
        return count(_params(asked), now=now)
    except InvalidSearch:  # a term that is not in the vocabulary here
        return 0


def _params(asked):
    params = QueryDict(mutable=True)
    for parameter, value in asked.items():
        params.setlist(parameter, value if isinstance(value, list) else [value])
    return params


def _address(asked):
    return narrowing.address({name: v if isinstance(v, list) else [v] for name, v in asked.items()})
