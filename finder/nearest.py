"""Other centres near one that offer the same level of care: the one search asks, adverts change
nothing (P3), and the link given finds exactly what is promised.

Where a centre's coordinates are coarse, the search looks from its postcode or town instead, so that
no distance, here or behind the link, is said finer than it is known. None of a withheld place.
"""

from dataclasses import dataclass

from django.http import QueryDict

from centres.models import Country, LevelOfCare

from . import directions, narrowing
from .cards import Card, cards
from .search import SearchProblem, search

MOST = 3


@dataclass(frozen=True, slots=True)
class Way:
    """A search: how many centres it finds, of which level, and its address."""

    level: str
    count: int
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """level: "" where the centre's own is not known; then the cards are of any level.

    measured_from: the place that distances are from, "" where it is the centre itself. whole: the
    search that found the cards. others: the same search for each other level the centre offers.
    """

    level: str
    measured_from: str
    country: str
    cards: list[Card]
    whole: Way
    others: list[Way]
    has_demo: bool


def nearest(centre, *, now):
    """`Nearest` to a centre whose programmes are loaded; None where it has no place to look from,
    or the search finds nobody else.
    """
    if centre.is_withheld or centre.latitude is None:
        return None
    programmes = centre.programmes.all()
    levels = list(dict.fromkeys(one.level for one in programmes if one.level))
    for near in _places(centre):
        asked = {"near": near, "country": centre.country}
        found = _found(asked, levels[:1], now)
        if found is not None:
            return _nearest(centre, found, asked, levels)
    return None


def _places(centre):
    """Texts to look from, the finest first."""
    if directions.is_fine(centre):
        return [directions.point(centre)]
    return [text for text in (centre.postcode, centre.town) if text]


def _found(asked, levels, now):
    """`Results`, with room for the centre itself; None where the place is not understood."""
    params = QueryDict(mutable=True)
    params.update({**asked, "page_size": str(MOST + 1)})
    params.setlist("level", levels)
    try:
        return search(params, now=now)
    except SearchProblem:
        return None


def _nearest(centre, found, asked, levels):
    others = [hit for hit in found.hits if hit.centre.pk != centre.pk][:MOST]
    if not others:
        return None
    counts = {option.value: option.count for option in found.facets["level"]}
    level = levels[0] if levels else ""
    return Nearest(
        level=str(LevelOfCare(level).label) if level else "",
        measured_from="" if directions.is_fine(centre) else found.origin.label,
        country=Country(centre.country).label,
        cards=cards(found, others),
        whole=_way(asked, level, found.count),
        others=[_way(asked, other, counts[other]) for other in levels[1:]],
        has_demo=found.has_demo,
    )


def _way(asked, level, count):
    label = str(LevelOfCare(level).label) if level else ""
    given = {name: [text] for name, text in asked.items()}
    return Way(label, count, narrowing.address(given, level=level or None))
