"""The towns that have a page of their own, and the addresses of those pages.

A town's slug is the shortest of its names that, typed into the search box, means it and no other:
"leeds", "newport-isle-of-wight"; in the United States always with its state, as people there write
it: "boston-massachusetts". A town that none of its names means for sure has no page.
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import islice

from django.utils.text import slugify

from . import gazetteer, names
from .answers import Ambiguous, Choice, Doubtful, Spot, Understood
from .gazetteer import Named
from .precision import TOWN
from .resolve import resolve

#: People a town has at least, to have a page: around smaller ones there is little to tell apart.
FEWEST_PEOPLE = {names.GB: 10_000, names.US: 50_000}


@dataclass(frozen=True, slots=True)
class Town:
    """A town with a page. near: what to search by, so that it and nothing else is found."""

    slug: str
    place: Named

    @property
    def near(self):
        return self.place.full_name

    @property
    def country(self):
        return self.place.country

    @property
    def label(self):
        """ "Leeds", "Newport, Isle of Wight", "Boston, Massachusetts"."""
        if self.country == names.GB and self.slug == slugify(self.place.name):
            return self.place.name
        return self.place.full_name

    @property
    def spot(self) -> Spot:
        return self.place.spot


class _Towns:
    """Those of one gazetteer, with their slugs as far as they were asked for."""

    def __init__(self, held):
        self.held = held
        self.places = [p for p in held.places if _is_large(p)]
        self.at = {_where(place): place for place in self.places}
        self.slugs = {}

    def town(self, place):
        if place.code not in self.slugs:
            self.slugs[place.code] = _slug_of(place)
        slug = self.slugs[place.code]
        return Town(slug, place) if slug else None


_held = None


def _current():
    global _held
    now = gazetteer.current()
    if _held is None or _held.held is not now:
        _held = _Towns(now)
    return _held


def look_up(slug):
    """(`Town` or None, choices): the town an address means, by whichever of its names.

    Where it means none for sure, the choices are what it may mean, `answers.Choice`s.
    """
    towns = _current()
    match resolve(_text(slug)):
        case Understood(place, note):
            if note:  # a slip of the pen, which an address does not forgive
                return None, (Choice(query=place.label, place=place),)
            found = towns.at.get(_where(place)) if place.precision == TOWN else None
            return (None, (Choice(place.label, place),)) if found is None else _page(towns, found)
        case Ambiguous(_, choices) | Doubtful(_, choices):
            return None, choices
    return None, ()


def _page(towns, found):
    town = towns.town(found)
    return town, () if town else (found.choice,)


def of_choice(choice):
    """The `Town` that a choice is, or None where that has no page."""
    towns = _current()
    place = towns.at.get(_where(choice.place))
    return towns.town(place) if place is not None else None


def largest(areas):
    """[towns] of each of the areas (country, region "ENG" or "MA", how many at most), largest
    first."""
    towns = _current()
    of = defaultdict(list)
    for place in sorted(towns.places, key=lambda p: (-p.population, p.code)):
        of[place.country, place.region].append(place)
    return [_first(towns, of[country, region], number) for country, region, number in areas]


def _first(towns, places, number):
    found = (town for place in places if (town := towns.town(place)))
    return list(islice(found, number))


def everything():
    """Every town that has a page, in the order of the gazetteer."""
    towns = _current()
    return [town for place in towns.places if (town := towns.town(place))]


def _is_large(place):
    return place.kind == TOWN and place.population >= FEWEST_PEOPLE[place.country]


def _where(place):
    return place.country, place.latitude, place.longitude


def _text(slug):
    return slug.replace("-", " ")


def _slug_of(place):
    """The shortest of its names that means it alone; None where none does."""
    full = f"{place.name} {place.within}", place.full_name
    for name in full if place.country == names.US else (place.name, *full):
        slug = slugify(name)
        match resolve(_text(slug)):
            case Understood(found, "") if _where(found) == _where(place):
                return slug
    return None
