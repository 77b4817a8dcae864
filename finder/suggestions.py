"""Ways on from an empty or a thin result: what one change would find, counted exactly.

The rule. A result is thin below three: three places worth calling is what a search is for. Then
each suggestion changes one thing only, says how many centres that finds, and is a link to the very
search that finds them; none is made that finds no more than there is. The counts are the one
search's own (`Results.answer`), so no second definition can promise what the search does not keep,
and advertising changes nothing in them (P3). `given` is as in `narrowing`.
"""

from dataclasses import dataclass

from django.utils.text import get_text_list

from centres.models import Country

from . import narrowing
from .search import Hit, read

#: Fewer centres than this are few enough to suggest more.
THIN = 3
#: At most so many filters to leave out, and so many centres from further away.
MOST_FILTERS, MOST_BEYOND = 4, 3
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
    beyond: the nearest `Hit`s that meet every filter and lie beyond the radius.
    """

    without: list[Suggestion]
    further: list[Suggestion]
    everything: Suggestion | None
    beyond: list[Hit]


def suggestions(found):
    """`Suggestions` for `Results` that are empty or thin; None for any other."""
    if found.count >= THIN:
        return None
    without, further = _without(found), _further(found)
    everything = _everything(
        found, most=max((way.count for way in (*without, *further)), default=0)
    )
    return Suggestions(without, further, everything, _beyond(found))


def _without(found):
    in_words = narrowing.filters_in_words(found)
    ways = [
        Suggestion(
            f"Without {get_text_list(in_words[name])}",
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
        return Suggestion("At any distance", count, narrowing.address(given, radius=None))
    text = narrowing.within_miles(miles)
    return Suggestion(text, count, narrowing.address(given, radius=f"{miles:g}"))


def _everything(found, *, most):
    """None where the search itself, or one change that finds `most`, finds them all already."""
    count = found.answer.within(None).unfiltered().count
    if count <= max(found.count, most):
        return None
    where = f"the {Country(found.query.country).label}"
    text = f"Every centre in {where}"
    if found.origin is not None:
        text = f"{text}, nearest to {found.origin.label} first"
    return Suggestion(text, count, narrowing.address(narrowing.place_of(found.query.given)))


def _beyond(found):
    """In order of distance, the centres within the radius come before all that are not."""
    if found.query.radius is None:
        return []
    anywhere = found.answer.within(None)
    places = anywhere.page("distance", found.count, found.count + MOST_BEYOND)
    return read(places, now=found.query.now)
