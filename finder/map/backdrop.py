"""What lies under the marks: land, borders, and the names of towns. Pure."""

import csv
from dataclasses import dataclass
from functools import cache

import numpy as np

from . import clipping, outlines, views
from .projection import unwrapped
from .topology import KM_A_DEGREE

#: Land is cut this far beyond a panel's sides, so that no side is drawn as a coast.
BEYOND = 4
TOWNS = outlines.FOLDER.parent / "places" / "towns.csv"
MOST_NAMES, MOST_TRIED = 9, 30
#: The largest towns about a panel are known, so many of them.
MOST_KNOWN = 250
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
    """The largest first: names, and arrays of degrees, longitudes counted from `counted_from`."""

    names: list
    latitudes: np.ndarray
    longitudes: np.ndarray
    counted_from: float

    def near(self, panel):
        """Numbers of the largest about a panel: all that are in it, and some beside it."""
        south, west, north, east = panel.degrees(self.counted_from)
        inside = (self.latitudes >= south) & (self.latitudes <= north)
        inside &= (self.longitudes >= west) & (self.longitudes <= east)
        return np.flatnonzero(inside)[:MOST_KNOWN]

    def about(self, panel, latitudes, longitudes):
        """The name of the largest town at each place, or of the nearest; "" where there is none.

        At a place is what a mark there may hold.
        """
        known = self.near(panel)
        if not len(known):
            return [""] * len(latitudes)
        shrink = np.cos(np.radians(latitudes))[:, None]
        longitudes = unwrapped(longitudes, self.counted_from)[:, None]
        apart = ((self.longitudes[known] - longitudes) * shrink) ** 2
        apart += (self.latitudes[known] - np.asarray(latitudes)[:, None]) ** 2
        at = apart < (AT / panel.scale / KM_A_DEGREE) ** 2
        chosen = np.where(at.any(axis=1), at.argmax(axis=1), apart.argmin(axis=1))
        return [self.names[known[number]] for number in chosen]


def grounds(country, view):
    """The `Ground` of each panel of a view."""
    return _of_country(country) if view.whole else _grounds(country, view)


@cache
def _of_country(country):
    return _grounds(country, views.whole(country))


def _grounds(country, view):
    outline, about = outlines.of(country), outlines.ABOUT[country]
    grounds = []
    for panel in view.panels:
        shown = panel.bounds or panel.degrees(about)
        grounds.append(
            Ground(
                panel,
                land=_areas(outline.land, panel, shown),
                context=_areas(outline.context, panel, shown),
                borders=_lines(outline.borders, panel, shown),
            )
        )
    return grounds


def _areas(rings, panel, shown):
    low, high = _box(panel)
    cut = (clipping.clipped(ring, low, high) for ring in _drawn(rings, panel, shown))
    return "".join(clipping.path(ring, closed=True) for ring in cut if len(ring))


def _lines(lines, panel, shown):
    low, high = _box(panel)
    return "".join(
        clipping.path(run, closed=False)
        for line in _drawn(lines, panel, shown)
        for run in clipping.runs(line, low, high)
    )


def _drawn(shapes, panel, shown):
    """The points in units of those shapes that reach into what a panel shows, degrees."""
    for shape in shapes:
        if shape.meets(shown):
            longitudes, latitudes = shape.points.T
            yield np.stack(panel.place(latitudes, longitudes), axis=1)


def _box(panel):
    left, top, right, bottom = panel.box
    return (left - BEYOND, top - BEYOND), (right + BEYOND, bottom + BEYOND)


@cache
def towns(country):
    """The `Towns` of a country's gazetteer file."""
    with TOWNS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["country"] == country]
    rows.sort(key=lambda row: (-int(row["population"]), row["name"]))
    return Towns(
        names=[row["name"] for row in rows],
        latitudes=np.array([float(row["latitude"]) for row in rows]),
        longitudes=unwrapped([float(row["longitude"]) for row in rows], outlines.ABOUT[country]),
        counted_from=outlines.ABOUT[country],
    )


def names(country, view, taken):
    """The `Name`s of the largest towns in the main panel that have room.

    taken: array of shape (m, 2): marks, which no name covers.
    """
    known, panel = towns(country), view.panels[0]
    inside = known.near(panel)
    x, y = panel.place(known.latitudes[inside], known.longitudes[inside])
    held = np.flatnonzero(panel.reaches(x, y))[:MOST_TRIED]
    inside, x, y = inside[held], x[held], y[held]
    chosen, named = [], set()
    boxes = [(mx - MARK, my - MARK, mx + MARK, my + MARK) for mx, my in taken.tolist()]
    for number, point, on in zip(
        inside, np.stack([x, y], axis=1), _covers(x, y, taken), strict=True
    ):
        if on in named:  # after the largest town there, whether that had room or not
            continue
        named |= {on} - {None}
        mark = None if on is None else taken[on].tolist()
        name = _name(known.names[number], point.tolist(), mark, boxes, view)
        if name is not None:
            chosen.append(name)
        if len(chosen) == MOST_NAMES:
            break
    return chosen


def _covers(x, y, taken):
    """The number of the mark that covers each place, None where none does."""
    if not len(taken):
        return [None] * len(x)
    apart = (x[:, None] - taken[:, 0]) ** 2 + (y[:, None] - taken[:, 1]) ** 2
    nearest = apart.argmin(axis=1)
    covered = apart.min(axis=1) < MARK**2
    return [int(mark) if is_so else None for mark, is_so in zip(nearest, covered, strict=True)]


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
