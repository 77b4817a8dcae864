"""Ways on from an empty or a thin result: what one change would find, counted exactly.

The rule. A result is thin below three: three places worth calling is what a search is for. Then
each suggestion changes one thing only, says how many centres that finds, and is a link to the very
search that finds them; none is made that finds no more than there is. The counts are the one
search's own (`Results.answer`), so no second definition can promise what the search does not keep,
and advertising changes nothing in them (P3). `given` is as in `narrowing`.
"""

import math
from dataclasses import dataclass

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centres.models import Country

from . import narrowing
from .search import Hit, read

#: Fewer centres than this are few enough to suggest more.
THIN = 3
#: At most so many filters to leave out, so many centres from further away, and so many that lack
#: one filter.
MOST_FILTERS, MOST_BEYOND, MOST_NEARLY = 4, 3, 3
_EVERY_CENTRE = {
    Country.GB: gettext_lazy("Every centre in the United Kingdom"),
    Country.US: gettext_lazy("Every centre in the United States"),
}
#: How many more centres a greater distance should bring: any, and three to choose from.
WORTH_GOING_FURTHER = (1, 3)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A change in words, how many centres the search with it finds, and its address.

    count: None where that search cannot be answered as it stands.
    """

    text: str
    count: int
    address: str


@dataclass(frozen=True, slots=True)
class Suggestions:
    """without: single filters to leave out, the most gained first. further: greater distances, the
    smallest first. everything: every centre there is, near the place if there is one, or None.
    beyond: the nearest `Hit`s that meet every filter and lie beyond the radius. nearly: (`Hit`, the
    filter it lacks) of the nearest within it that meet every filter but one.
    """

    without: list[Suggestion]
    further: list[Suggestion]
    everything: Suggestion | None
    beyond: list[Hit]
    nearly: list[tuple[Hit, str]]


def suggestions(found):
    """`Suggestions` for `Results` that are empty or thin; None for any other."""
    if found.count >= THIN:
        return None
    without, further = _without(found), _further(found)
    everything = _everything(
        found, most=max((way.count for way in (*without, *further)), default=0)
    )
    return Suggestions(without, further, everything, *_centres(found))


def _without(found):
    in_words = narrowing.filters_in_words(found)
    ways = [
        Suggestion(
            _("Without %(filters)s") % {"filters": get_text_list(in_words[name], _("or"))},
            found.answer.count_without(name),
            narrowing.address(found.query.given, **{name: None}),
        )
        for name in found.query.values
    ]
    gaining = [way for way in ways if way.count > found.count]
    gaining.sort(key=lambda way: -way.count)
    return gaining[:MOST_FILTERS]


def _further(found):
    """The smallest distances on offer that bring enough more to be worth it."""
    if found.query.radius is None:
        return []
    ways, wanted = [], [found.count + more for more in WORTH_GOING_FURTHER]
    for miles in (*(m for m in narrowing.RADIUSES if m > found.query.radius), None):
        count = found.answer.within(miles).count
        if count < wanted[0]:
            continue
        ways.append(_at_distance(found.query.given, miles, count))
        wanted = [least for least in wanted if least > count]
        if not wanted:
            break
    return ways


def _at_distance(given, miles, count):
    if miles is None:
        return Suggestion(_("At any distance"), count, narrowing.address(given, radius=None))
    text = narrowing.within_miles(miles)
    return Suggestion(text, count, narrowing.address(given, radius=f"{miles:g}"))


def _everything(found, *, most):
    """None where the search itself, or one change that finds `most`, finds them all already."""
    count = found.answer.within(None).unfiltered().count
    if count <= max(found.count, most):
        return None
    text = _EVERY_CENTRE[found.query.country]
    if found.origin is not None:
        near = {"everything": text, "place": found.origin.label}
        text = _("%(everything)s, nearest to %(place)s first") % near
    return Suggestion(text, count, narrowing.address(narrowing.place_of(found.query.given)))


def _centres(found):
    """(beyond, nearly), read together: three queries, however many there are."""
    beyond, nearly = _beyond(found), _nearly(found)
    hits = read([*beyond, *(place for place, _lacks in nearly)], now=found.query.now)
    by_id = {hit.centre.pk: hit for hit in hits}
    return (
        [by_id[place.centre_id] for place in beyond if place.centre_id in by_id],
        [(by_id[place.centre_id], lacks) for place, lacks in nearly if place.centre_id in by_id],
    )


def _beyond(found):
    """In order of distance, the centres within the radius come before all that are not."""
    if found.query.radius is None:
        return []
    return found.answer.within(None).page("distance", found.count, found.count + MOST_BEYOND)


def _nearly(found):
    """[(`Place`, the filter it lacks)]: nearest first, by name without a place.

    Of one filter, all but one is none: then there is no reason to show anybody.
    """
    if len(found.query.values) < 2:
        return []
    sort = "name" if found.origin is None else "distance"
    most = found.count + MOST_NEARLY
    there = {place.centre_id for place in found.answer.page(sort, 0, most)}
    lacking = {}
    for name in found.query.values:
        for place in found.answer.without(name).page(sort, 0, most):
            if place.centre_id not in there:
                lacking.setdefault(place.centre_id, (place, name))
    return sorted(lacking.values(), key=_nearest_first)[:MOST_NEARLY]


def _nearest_first(lacking):
    place = lacking[0]
    far = math.inf if place.distance is None else place.distance
    return far, place.name, place.centre_id
