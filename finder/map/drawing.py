"""The map of a search: which marks it has, what each leads to, and what is not on it.

Every result is in exactly one mark, or counted as lying beyond the map, or as without a published
place. Adverts are not looked at (P3).
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from django.urls import reverse

from centres.admin.map import radius_metres
from centres.models import Centre

from .. import narrowing
from . import backdrop, clusters, views
from .projection import unwrapped

#: A place less fine than this is drawn as an area, metres.
COARSE_METRES = 1_000
#: Centres no further apart than this are one place: looking closer would not part them, miles.
ONE_PLACE_MILES = 0.5
#: A map's scale is not the same all over it: what is asked for is so much wider than what is seen.
ALLOWANCE = 1.05


@dataclass(frozen=True)
class Mark:
    """One or more results. x, y: units of the view. words: what it is, and where its link goes.

    cards: slugs of those of its results that have a card on this page. metres: how far from the
    point a coarsely known place may be, else None; reach: the same in units.
    """

    x: float
    y: float
    latitude: float
    longitude: float
    count: int
    words: str
    address: str
    cards: tuple
    metres: int | None = None
    reach: float | None = None


@dataclass(frozen=True)
class Drawing:
    """origin: (x, y) of the place searched near; ring: radius in units of the circle searched.

    on_map, beyond, unplaced: how many results; together all there are. beyond_address: a search
    whose map shows those beyond this one.
    """

    view: views.View
    grounds: list
    names: list
    marks: list
    origin: tuple | None
    ring: float | None
    on_map: int
    beyond: int
    beyond_address: str
    unplaced: int

    @property
    def coarse(self):
        """How many marks are areas."""
        return sum(mark.metres is not None for mark in self.marks)

    @property
    def degrees(self):
        """ "south,west,north,east" of the main panel; longitudes may pass 180, as screens count."""
        panel = self.view.panels[0]
        left, top, right, bottom = panel.box
        x, y = np.array([left, right, left, right]), np.array([top, top, bottom, bottom])
        latitudes, longitudes = panel.ground(x, y)
        longitudes = unwrapped(longitudes, panel.projection.longitude)
        sides = latitudes.min(), longitudes.min(), latitudes.max(), longitudes.max()
        return ",".join(f"{side:.4f}" for side in sides)

    @property
    def bar(self):
        """(words, units, how far down it stands) of the scale bar."""
        miles, units = self.view.bar
        words = "1 mile" if miles == 1 else f"{miles} miles"
        return words, round(units, 1), self.view.panels[0].box[3] - 9


@dataclass(frozen=True)
class _Placed:
    """The results that have a place: ids and degrees, and those whose card is on this page."""

    ids: np.ndarray
    latitudes: np.ndarray
    longitudes: np.ndarray
    carded: dict  # {centre id: Centre}, in the order of the page

    def of(self, chosen):
        return _Placed(
            self.ids[chosen], self.latitudes[chosen], self.longitudes[chosen], self.carded
        )


def placed(found):
    """The results of a search that have a place."""
    carded = {hit.centre.pk: hit.centre for hit in found.hits if hit.centre.latitude is not None}
    return _Placed(*found.answer.placed, carded)


def draw(found):
    """The `Drawing` of a page of `Results`, or None where no result has a place."""
    results = placed(found)
    if not len(results.ids):
        return None
    country = found.query.country
    view = _view(found, results)
    panel_of = view.panel_of(results.latitudes, results.longitudes)
    marks = gather(found, results.of(panel_of >= 0), view)
    beyond = results.of(panel_of < 0)
    origin, ring = _circle(found, view)
    points = [(mark.x, mark.y) for mark in marks] + ([origin] if origin else [])
    return Drawing(
        view=view,
        grounds=backdrop.grounds(country, view),
        names=backdrop.names(country, view, np.array(points).reshape(-1, 2)),
        marks=marks,
        origin=origin,
        ring=ring,
        on_map=sum(mark.count for mark in marks),
        beyond=len(beyond.ids),
        beyond_address=_beyond(found.query, beyond) if len(beyond.ids) else "",
        unplaced=found.count - len(results.ids),
    )


def _view(found, results):
    """The circle searched; or this page's results about the place; or all results."""
    country, origin, radius = found.query.country, found.origin, found.query.radius
    if origin and radius:
        return views.around(country, origin.latitude, origin.longitude, radius * views.KM_A_MILE)
    if origin and results.carded:
        shown = list(results.carded.values())
        latitudes = np.array([origin.latitude, *(centre.latitude for centre in shown)])
        longitudes = np.array([origin.longitude, *(centre.longitude for centre in shown)])
        return views.local(country, latitudes, longitudes)
    return views.local(country, results.latitudes, results.longitudes)


def _circle(found, view):
    """((x, y) of the place searched near, radius in units of the circle), None where not drawn."""
    if found.origin is None:
        return None, None
    here = np.array([found.origin.latitude]), np.array([found.origin.longitude])
    number = view.panel_of(*here)
    if number[0] < 0:
        return None, None
    x, y = view.place(*here, number)
    radius = found.query.radius
    scale = view.panels[number[0]].scale * views.KM_A_MILE
    return (round(x[0], 1), round(y[0], 1)), radius and round(radius * scale, 1)


def gather(found, results, view):
    """The `Mark`s of results that are all in the view; one more query where some stand alone."""
    if not len(results.ids):
        return []
    panel_of = view.panel_of(results.latitudes, results.longitudes)
    x, y = view.place(results.latitudes, results.longitudes, panel_of)
    middles, mark_of = clusters.gather(x, y)
    counts = np.bincount(mark_of, minlength=len(middles))
    away = np.hypot(x - middles[mark_of, 0], y - middles[mark_of, 1])
    spread = np.zeros(len(middles))
    np.maximum.at(spread, mark_of, away)
    panel = np.zeros(len(middles), dtype=int)
    panel[mark_of] = panel_of
    first = np.zeros(len(middles), dtype=int)
    first[mark_of] = np.arange(len(mark_of))
    alone = results.of(first[counts == 1])
    rows = _rows(alone, found.query.country)
    spots = _spots(found, results, view, middles, panel)
    cards = _cards(results, mark_of)
    marks = []
    for number, count in enumerate(counts.tolist()):
        spot = replace(spots[number], count=count, cards=cards.get(number, ()))
        if count == 1:
            row = rows.get(int(results.ids[first[number]]))
            marks += [_single(spot, row, view.panels[panel[number]])] if row else []
            continue
        miles = spread[number] / view.panels[panel[number]].scale / views.KM_A_MILE
        marks.append(_several(spot, miles, results, found.query))
    return marks


def _spots(found, results, view, middles, panel):
    """A mark of each middle, yet without its results; `words` is the town."""
    latitudes, longitudes = np.zeros(len(middles)), np.zeros(len(middles))
    towns = [""] * len(middles)
    known = backdrop.towns(found.query.country)
    for number in np.unique(panel):
        here = np.flatnonzero(panel == number)
        own = view.panels[number]
        latitudes[here], longitudes[here] = own.ground(middles[here, 0], middles[here, 1])
        near = known.about(own, latitudes[here], longitudes[here])
        for place, town in zip(here.tolist(), near, strict=True):
            towns[place] = town
    return [
        Mark(round(x, 1), round(y, 1), round(lat, 5), round(lon, 5), 0, town, "", ())
        for (x, y), lat, lon, town in zip(
            middles.tolist(), latitudes.tolist(), longitudes.tolist(), towns, strict=True
        )
    ]


def _cards(results, mark_of):
    """{mark: (slugs of its results on this page, in their order)}."""
    order = {pk: place for place, pk in enumerate(results.carded)}
    on_page = np.flatnonzero(np.isin(results.ids, list(order)))
    held = {}
    for place in sorted(on_page.tolist(), key=lambda place: order[int(results.ids[place])]):
        slug = results.carded[int(results.ids[place])].slug
        held.setdefault(int(mark_of[place]), []).append(slug)
    return {mark: tuple(slugs) for mark, slugs in held.items()}


def _rows(alone, country):
    """{id: (slug, name, metres)} of results that stand alone, read where no card has them."""
    rows = {pk: _row(centre) for pk, centre in alone.carded.items()}
    wanted = [pk for pk in alone.ids.tolist() if pk not in rows]
    if wanted:
        read = Centre.objects.visible().filter(pk__in=wanted).order_by()
        for centre in read.only("slug", "name", "country", "precision"):
            rows[centre.pk] = _row(centre)
    return rows


def _row(centre):
    return centre.slug, centre.name, radius_metres(centre)


def _single(spot, row, panel):
    slug, name, metres = row
    if metres < COARSE_METRES:
        metres = None
    about = ", known only roughly" if metres else ""
    return replace(
        spot,
        words=f"{name}{about}",
        address=f"#card-{slug}" if spot.cards else reverse("centre", args=[slug]),
        metres=metres,
        reach=metres and round(metres / 1000 * panel.scale, 1),
    )


def _several(spot, miles, results, query):
    """A cluster leads to its cards, or to the same search about it, whose map parts it."""
    about = f" about {spot.words}" if spot.words else ""
    count = f"{spot.count:,} centres{about}"
    if miles < ONE_PLACE_MILES and len(spot.cards) == spot.count:
        return replace(spot, words=f"{count}, all in this list", address=f"#card-{spot.cards[0]}")
    radius = max(1, math.ceil(miles * ALLOWANCE))
    near = f"{spot.latitude:.5f},{spot.longitude:.5f}"
    given = query.given
    if radius == query.radius and near == query.near:
        return replace(spot, words=f"{count}, all in this list", address="#results-heading")
    return replace(
        spot, words=f"{count}: look closer", address=closer(given, near, radius, query.country)
    )


def closer(given, near, radius, country):
    """The same search within `radius` miles of `near`, nearest first."""
    return narrowing.address(given, near=near, radius=radius, country=country, sort=None)


def _beyond(query, beyond):
    """A search whose map shows what this one's does not."""
    if query.near:
        return narrowing.address(
            query.given, near=None, radius=None, sort=None, country=query.country
        )
    there = beyond.latitudes[0], beyond.longitudes[0]
    return closer(query.given, f"{there[0]:.5f},{there[1]:.5f}", "any", query.country)
