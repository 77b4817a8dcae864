"""Which of several places of one name is meant, if any surely is. Pure.

The rule, for places that all bear the name typed:

1. Two of one name close together are one place under two heads (Leeds, and Leeds the borough;
   New York and its state): the town stands for both, unless only the other bears the very name
   typed (Camden, not Camden Town).
2. With a country given, or all of them in one: the biggest is meant if no other is more than a
   tenth of its size. Newport in Wales is six times the next, so a visitor is asked.
3. With none given, the biggest of the visitor's own country (Britain, unless said) is meant if 2
   holds at home, and every namesake abroad is less than 40 % of its size and has fewer than
   150,000 people. Manchester is meant, New Hampshire's being small; Birmingham is not, for
   Alabama's is a city known by that name, nor Cambridge, Boston or Richmond.
4. A short name ("Newcastle") never decides between several. Nor, where no country is given, does
   a name known to everybody for more than one place (`HOUSEHOLD`).
"""

from . import names
from .assembly import km_between
from .precision import BOROUGH, COUNTY, NATION, REGION, TOWN

RANK = {TOWN: 0, BOROUGH: 1, COUNTY: 2, REGION: 3, NATION: 4}
ABSORBED_KM = {BOROUGH: 15, COUNTY: 60, REGION: 0, NATION: 0, TOWN: 0}
NEGLIGIBLE_AT_HOME = 0.1
NEGLIGIBLE_ABROAD = 0.4
CITY_KNOWN_ABROAD = 150_000  # people
UNKNOWN_PEOPLE = 4_000  # what a place of unknown size is taken to have: Kensington in London
MOST_CHOICES = 12
# Known to everybody as a city of a third country, which is in no table of ours; and Wales, whose
# village a search near a town may mean.
_HOUSEHOLD = """amsterdam athens berlin cairo delhi dublin florence geneva havana lima lisbon madrid
    milan moscow naples odessa paris perth rome sydney toronto venice vienna wales warsaw"""
HOUSEHOLD = frozenset(_HOUSEHOLD.split())


def distinct(places, folded):
    """Without those that a finer or better named place close by stands for (rule 1)."""

    def importance(place):
        local = place.kind in (TOWN, BOROUGH)
        return not local, local and place.folded != folded, RANK[place.kind], -place.population

    kept = []
    for place in sorted(places, key=lambda p: (*importance(p), p.code)):
        if not any(is_one_place(place, other) for other in kept):
            kept.append(place)
    return kept


def is_one_place(place, other):
    """Whether two of one name and different kinds are the same place: near, or city and state."""
    if place.country != other.country or place.kind == other.kind:
        return False
    if place.country == names.US:
        return place.region == other.region
    return km_between(place, other) <= max(ABSORBED_KM[place.kind], ABSORBED_KM[other.kind])


def meant(places, folded, *, country=None, home=names.GB):
    """The one place that is surely meant by its bare name, or None (rules 2 to 4)."""
    if not places:
        return None
    if len(places) == 1:
        return places[0]
    inside = [p for p in places if p.country == (country or home)] or places
    best = max(inside, key=lambda p: (p.population, -RANK[p.kind]))
    at_home = [p for p in inside if p is not best]
    if at_home and is_short_for(best, folded):
        return None
    abroad = [p for p in places if p.country != best.country]
    if any(people(p) > best.population * NEGLIGIBLE_AT_HOME for p in at_home):
        return None
    if any(
        people(p) > best.population * NEGLIGIBLE_ABROAD or people(p) >= CITY_KNOWN_ABROAD
        for p in abroad
    ):
        return None
    return best if best.population else None


def people(place):
    return place.population or UNKNOWN_PEOPLE


def is_short_for(place, folded):
    return place.folded != folded and names.short_form(place.folded) == folded


def ranked(places, *, home=names.GB):
    """The visitor's country first; nations and states, towns, boroughs, counties; then by size."""
    # Where there are too many, small towns give way, those abroad first.
    shown = sorted(places, key=lambda p: (p.country != home, p.kind == TOWN, -p.population, p.code))
    return sorted(
        shown[:MOST_CHOICES],
        key=lambda p: (p.country != home, standing(p), -p.population, p.name, p.code),
    )


def standing(place):
    """Where a kind stands among choices: a nation or state of the name is hardly ever missed."""
    is_state = place.kind == REGION and place.country == names.US
    return -1 if is_state or place.kind == NATION else RANK[place.kind]
