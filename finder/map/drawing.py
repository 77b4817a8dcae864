"""The map of a search: which marks it has, what each leads to, and what is not on it.

Every result is in exactly one mark, or counted as lying beyond the map, or as without a published
place. Adverts are not looked at (P3).
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _

from centres.admin.map import radius_metres
from centres.models import Centre

from .. import narrowing, wording
from . import backdrop, clusters, views

#: A place less fine than this is drawn as an area, metres.
COARSE_METRES = 1_000
#: Centres no further apart than this are one place: looking closer would not part them, miles.
ONE_PLACE_MILES = 0.5
#: Round a far-off territory that is on no inset.
FAR_OFF_MILES = 500
#: A map's scale is not the same all over it: what is asked for is so much wider than what is seen.
ALLOWANCE = 1.05


class Mark(NamedTuple):
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
    whose map shows those beyond this one, the first of them where they are far apart.
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
        return ",".join(f"{side:.4f}" for side in panel.degrees(panel.projection.longitude))

    @property
    def bar(self):
        """(words, units, how far down it stands) of the scale bar."""
        miles, units = self.view.bar
        words = wording.miles(miles)
        return words, round(units, 1), self.view.panels[0].box[3] - 9


@dataclass(frozen=True)
class _Results:
    """The results that have a place: ids and degrees, and those whose card is on this page."""

    ids: np.ndarray
    latitudes: np.ndarray
    longitudes: np.ndarray
    carded: dict  # {centre id: Centre}, in the order of the page

    def of(self, chosen):
        return _Results(
            self.ids[chosen], self.latitudes[chosen], self.longitudes[chosen], self.carded
        )


@dataclass(frozen=True)
class _Spread:
    """The results on a view, with each one's panel and units; beyond: those that are not on it."""

    results: _Results
    view: views.View
    panel_of: np.ndarray
    x: np.ndarray
    y: np.ndarray
    beyond: np.ndarray


def _spread(results, view):
    panel_of, x, y = view.place(results.latitudes, results.longitudes)
    on = np.flatnonzero(panel_of >= 0)
    return _Spread(results.of(on), view, panel_of[on], x[on], y[on], np.flatnonzero(panel_of < 0))


def marks_within(found, view):
    """The `Mark`s of those of a search's results that are on a view."""
    return _gather(found, _spread(_placed(found), view))


def points_of(marks):
    """An array of shape (n, 2): where marks stand, in units."""
    return np.array([(mark.x, mark.y) for mark in marks]).reshape(-1, 2)


def _placed(found):
    """The results of a search that have a place."""
    carded = {hit.centre.pk: hit.centre for hit in found.hits if hit.centre.latitude is not None}
    return _Results(*found.answer.placed, carded)


def draw(found):
    """The `Drawing` of a page of `Results`, or None where no result has a place."""
    results = _placed(found)
    if not len(results.ids):
        return None
    country = found.query.country
    view = _view(found, results)
    spread = _spread(results, view)
    marks = _gather(found, spread)
    beyond = results.of(spread.beyond)
    origin, ring = _circle(found, view)
    taken = points_of(marks)
    if origin:
        taken = np.concatenate([taken, [origin]])
    return Drawing(
        view=view,
        grounds=backdrop.grounds(country, view),
        names=backdrop.names(country, view, taken),
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
    number, x, y = view.place(*here)
    if number[0] < 0:
        return None, None
    radius = found.query.radius
    scale = view.panels[number[0]].scale * views.KM_A_MILE
    return (round(x[0], 1), round(y[0], 1)), radius and round(radius * scale, 1)


def _gather(found, spread):
    """The `Mark`s of results; one more query where some stand alone that have no card here."""
    results, view = spread.results, spread.view
    if not len(results.ids):
        return []
    middles, mark_of = clusters.gather(spread.x, spread.y)
    counts = np.bincount(mark_of)
    furthest = np.zeros(len(middles))
    centred = middles.T[:, mark_of]
    np.maximum.at(furthest, mark_of, (spread.x - centred[0]) ** 2 + (spread.y - centred[1]) ** 2)
    panel, member = np.zeros((2, len(middles)), dtype=int)
    panel[mark_of], member[mark_of] = spread.panel_of, np.arange(len(mark_of))
    rows = _rows(results.of(member[counts == 1]))
    spots = _spots(found, view, middles, panel)
    cards = _cards(results, mark_of)
    closer = _Closer(found.query)
    marks = []
    for number, count in enumerate(counts.tolist()):
        spot, slugs, on = spots[number], cards.get(number, ()), view.panels[panel[number]]
        if count > 1:
            miles = math.sqrt(furthest[number]) / on.scale / views.KM_A_MILE
            marks.append(_several(spot, count, slugs, miles, closer))
        elif (pk := int(results.ids[member[number]])) in rows:
            marks.append(_single(spot, rows[pk], slugs, on))
    return marks


class _Spot(NamedTuple):
    """Where a mark stands, in units and in degrees, and the town that is there."""

    x: float
    y: float
    latitude: float
    longitude: float
    town: str


def _spots(found, view, middles, panel):
    """The `_Spot` of each middle."""
    degrees = np.zeros((2, len(middles)))
    towns = np.full(len(middles), "", dtype=object)
    known = backdrop.towns(found.query.country)
    for number in np.unique(panel):
        here, own = np.flatnonzero(panel == number), view.panels[number]
        degrees[:, here] = own.ground(middles[here, 0], middles[here, 1])
        towns[here] = known.about(own, *degrees[:, here])
    units, degrees = middles.round(1).tolist(), degrees.round(5).T.tolist()
    return [
        _Spot(*where, *there, town)
        for where, there, town in zip(units, degrees, towns, strict=True)
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


def _rows(alone):
    """{id: (slug, name, metres)} of results that stand alone, read where no card has them."""
    rows = {pk: _row(centre) for pk, centre in alone.carded.items()}
    wanted = [pk for pk in alone.ids.tolist() if pk not in rows]
    if wanted:
        read = Centre.objects.visible().filter(pk__in=wanted).order_by()
        for row in read.values_list("pk", "slug", "name", "country", "precision", named=True):
            rows[row.pk] = _row(row)
    return rows


def _row(centre):
    return centre.slug, centre.name, radius_metres(centre)


def _single(spot, row, cards, panel):
    slug, name, metres = row
    is_coarse = metres >= COARSE_METRES
    words = _("%(name)s, known only roughly") % {"name": name} if is_coarse else name
    return Mark(
        *spot[:4],
        count=1,
        # Told from the card's own link, which has the name alone and leads to the centre's page.
        words=_("%(marked)s, in this list") % {"marked": words} if cards else words,
        address=f"#card-{slug}" if cards else reverse("centre", args=[slug]),
        cards=cards,
        metres=metres if is_coarse else None,
        reach=round(metres / 1000 * panel.scale, 1) if is_coarse else None,
    )


class _Closer:
    """The same search about another place, nearest first: written once, led to by many marks."""

    def __init__(self, query):
        self.near, self.radius = query.near, query.radius
        kept = narrowing.query_of(
            query.given, near=None, radius=None, sort=None, country=query.country
        )
        self.address = f"{reverse('search')}?{kept}"

    def within(self, miles, latitude, longitude):
        """The address, or "" where this very search is the one."""
        if (f"{latitude:.5f},{longitude:.5f}", miles) == (self.near, self.radius):
            return ""
        return f"{self.address}&near={latitude:.5f}%2C{longitude:.5f}&radius={miles}"


def _several(spot, count, cards, miles, closer):
    """A cluster leads to its cards, or to the same search about it, whose map parts it."""
    words, address = _those(count, spot.town), ""
    radius = max(1, math.ceil(miles * ALLOWANCE))
    if miles < ONE_PLACE_MILES and len(cards) == count:
        words, address = _("%(marked)s, all in this list") % {"marked": words}, f"#card-{cards[0]}"
    elif address := closer.within(radius, spot.latitude, spot.longitude):
        words = _("%(marked)s: look closer") % {"marked": words}
    else:
        words, address = _("%(marked)s, all in this list") % {"marked": words}, "#results-heading"
    return Mark(*spot[:4], count=count, words=words, address=address, cards=cards)


def _those(count, town):
    """ "12 centres about Leeds"; "12 centres" where there is no town."""
    words = wording.centres(count)
    return _("%(centres)s about %(town)s") % {"centres": words, "town": town} if town else words


def _beyond(query, beyond):
    """A search whose map shows what this one's does not."""
    if query.near:
        return narrowing.address(
            query.given, near=None, radius=None, sort=None, country=query.country
        )
    first = float(beyond.latitudes[0]), float(beyond.longitudes[0])
    return _Closer(query).within(FAR_OFF_MILES, *first)
