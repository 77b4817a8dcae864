"""What lies under the marks: land, borders, and the names of towns. Pure."""

import csv
import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from . import clipping, outlines, views
from .projection import unwrapped
from .topology import KM_A_DEGREE

#: Land is cut this far beyond a panel's sides, so that no side is drawn as a coast.
BEYOND = 4
TOWNS = outlines.FOLDER.parent / "places" / "towns.csv"
MOST_NAMES, MOST_TRIED = 9, 54
#: The largest towns about a panel are known, so many of them.
MOST_KNOWN = 400
#: Rough width of a letter and height of a line, in units.
LETTER, LINE = 5.2, 11.0
#: A name keeps this far from its town's point, or from the mark that covers that.
OFFSET, OFFSET_OF_MARK = 5.0, 13.0
#: What is no further from a mark than this may be called by its name.
AT = 15.0
#: A mark takes so much room to each side.
MARK = 11.0


@dataclass(frozen=True)
class Ground:
    """SVG paths of one panel, in tenths of a unit."""

    panel: views.Panel
    land: str
    context: str
    borders: str


@dataclass(frozen=True)
class Name:
    """A town: its point, and where its name begins, or ends where that is to the left of it.

    covered: a mark stands on the point.
    """

    text: str
    x: float
    y: float
    text_x: float
    on_left: bool
    covered: bool


@dataclass(frozen=True)
class Towns:
    """The largest first. Arrays of degrees, and their names."""

    names: list
    latitudes: np.ndarray
    longitudes: np.ndarray

    def near(self, panel):
        """Numbers of the largest about a panel: all that are in it, and some beside it."""
        left, top, right, bottom = panel.box
        x = np.array([left, (left + right) / 2, right] * 2)
        latitudes, longitudes = panel.ground(x, np.array([top] * 3 + [bottom] * 3))
        longitudes = unwrapped(longitudes, panel.projection.longitude)
        inside = (self.latitudes >= latitudes.min()) & (self.latitudes <= latitudes.max())
        own = unwrapped(self.longitudes, panel.projection.longitude)
        inside &= (own >= longitudes.min()) & (own <= longitudes.max())
        return np.flatnonzero(inside)[:MOST_KNOWN]

    def about(self, panel, latitudes, longitudes):
        """The name of the largest town at each place, or of the nearest; "" where there is none.

        At a place is what a mark there may hold.
        """
        known = self.near(panel)
        if not len(known):
            return [""] * len(latitudes)
        shrink = np.cos(np.radians(latitudes))[:, None]
        east = (self.longitudes[known] - np.asarray(longitudes)[:, None] + 180) % 360 - 180
        north = self.latitudes[known] - np.asarray(latitudes)[:, None]
        apart = np.hypot(east * shrink, north)
        at = apart < AT / panel.scale / KM_A_DEGREE
        chosen = np.where(at.any(axis=1), at.argmax(axis=1), apart.argmin(axis=1))
        return [self.names[known[number]] for number in chosen]


def grounds(country, view):
    """The `Ground` of each panel of a view."""
    return _of_country(country) if view.whole else _grounds(country, view)


@cache
def _of_country(country):
    return _grounds(country, views.whole(country))


def _grounds(country, view):
    outline = outlines.of(country)
    return [
        Ground(
            panel,
            land=_areas(outline.land, panel),
            context=_areas(outline.context, panel),
            borders=_lines(outline.borders, panel),
        )
        for panel in view.panels
    ]


def _box(panel):
    left, top, right, bottom = panel.box
    return (left - BEYOND, top - BEYOND), (right + BEYOND, bottom + BEYOND)


def _placed(points, panel):
    return np.stack(panel.place(points[:, 1], points[:, 0]), axis=1)


def _areas(rings, panel):
    low, high = _box(panel)
    cut = (clipping.clipped(ring, low, high) for ring in _drawn(rings, panel))
    return "".join(clipping.path(ring, closed=True) for ring in cut if len(ring))


def _lines(lines, panel):
    low, high = _box(panel)
    return "".join(
        clipping.path(run, closed=False)
        for line in _drawn(lines, panel)
        for run in clipping.runs(line, low, high)
    )


def _drawn(shapes, panel):
    """The shapes in units: those that reach into the panel and, of an inset, into what it is of."""
    low, high = _box(panel)
    for shape in shapes:
        if panel.bounds is not None and not _within(shape, panel.bounds):
            continue
        drawn = _placed(shape, panel)
        if clipping.touches(drawn, low, high):
            yield drawn


def _within(shape, bounds):
    south, west, north, east = bounds
    longitudes = unwrapped(shape[:, 0], (west + east) / 2)
    inside = (longitudes >= west) & (longitudes <= east)
    return bool((inside & (shape[:, 1] >= south) & (shape[:, 1] <= north)).any())


@cache
def towns(country):
    """The `Towns` of a country's gazetteer file."""
    with TOWNS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["country"] == country]
    rows.sort(key=lambda row: (-int(row["population"]), row["name"]))
    return Towns(
        names=[row["name"] for row in rows],
        latitudes=np.array([float(row["latitude"]) for row in rows]),
        longitudes=np.array([float(row["longitude"]) for row in rows]),
    )


def names(country, view, taken):
    """The `Name`s of the largest towns in the main panel that have room.

    taken: array of shape (m, 2): marks, which no name covers.
    """
    known, panel = towns(country), view.panels[0]
    inside = known.near(panel)
    held = panel.holds(known.latitudes[inside], known.longitudes[inside])
    inside = inside[held][:MOST_TRIED]
    x, y = panel.place(known.latitudes[inside], known.longitudes[inside])
    taken = taken.tolist()
    named = []
    boxes = [(mx - MARK, my - MARK, mx + MARK, my + MARK) for mx, my in taken]
    chosen = []
    for number, tx, ty in zip(inside.tolist(), x.tolist(), y.tolist(), strict=True):
        on = next((mark for mark in taken if math.dist(mark, (tx, ty)) < MARK), None)
        if on in named:  # after the largest town there, whether that had room or not
            continue
        named += [on] if on else []
        name = _name(known.names[number], (tx, ty), on, boxes, view)
        if name is not None:
            chosen.append(name)
        if len(chosen) == MOST_NAMES:
            break
    return chosen


def _name(text, point, mark, boxes, view):
    """The name beside its point, or beside the mark on that; None where neither side has room."""
    (x, y), offset = (mark, OFFSET_OF_MARK) if mark else (point, OFFSET)
    for on_left in (False, True):
        starts = x - offset if on_left else x + offset
        box = _text_box(text, starts, y, on_left)
        if _fits(box, view) and not any(_overlap(box, other) for other in boxes):
            boxes.append(box)
            return Name(text, round(x, 1), round(y, 1), round(starts, 1), on_left, mark is not None)
    return None


def _text_box(text, x, y, on_left):
    reach = LETTER * len(text)
    left, right = (x - reach, x + 1) if on_left else (x - 1, x + reach)
    return left, y - LINE / 2, right, y + LINE / 2


def _fits(box, view):
    left, top, right, bottom = box
    _, high, _, low = view.panels[0].box
    return left >= 2 and right <= view.width - 2 and top >= high + 2 and bottom <= low - 20


def _overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
