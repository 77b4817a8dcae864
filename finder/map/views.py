"""Which part of a country a map shows, and where on it a place stands. Pure.

A view is 288 units wide: as wide as a map is on the narrowest phone, where a unit is a pixel.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from .outlines import ABOUT
from .projection import Albers, unwrapped

WIDTH = 288
#: A local map is no flatter and no taller than this.
FLATTEST, TALLEST = 210, 330
#: Marks keep this far from a side, so that none is cut.
EDGE = 15
#: A local map shows at least so many km across.
LEAST_KM = 16.0
#: A map that would show nearly the whole country shows the whole of it.
NEARLY_ALL = 1.5
#: Lengths of the scale bar, miles, and the most units it may take.
BARS, LONGEST_BAR = (500, 200, 100, 50, 20, 10, 5, 2, 1), 84
KM_A_MILE = 1.609344


@dataclass(frozen=True)
class Panel:
    """A part of a view. box: its (left, top, right, bottom) in units.

    scale: units a km. x, y: where the projection's own origin is, in units. bounds: the (south,
    west, north, east) it is for, in degrees; without any, whatever falls in its box.
    """

    projection: object
    scale: float
    x: float
    y: float
    box: tuple
    bounds: tuple | None = None

    def place(self, latitudes, longitudes):
        """Arrays (x, y) in units; y grows downwards."""
        east, north = self.projection.flat(latitudes, longitudes)
        return self.x + east * self.scale, self.y - north * self.scale

    def ground(self, x, y):
        """Arrays (latitudes, longitudes) of units."""
        return self.projection.round((x - self.x) / self.scale, (self.y - y) / self.scale)

    def reaches(self, x, y):
        """Whether a mark at each place in units is whole within the box."""
        left, top, right, bottom = self.box
        slack = EDGE - 1
        inside = (x >= left + slack) & (x <= right - slack)
        return inside & (y >= top + slack) & (y <= bottom - slack)

    def is_of(self, latitudes, longitudes):
        """Whether each place is within the bounds, and so within the box: it was fitted to them."""
        south, west, north, east = self.bounds
        longitudes = unwrapped(longitudes, (west + east) / 2)
        inside = (latitudes >= south) & (latitudes <= north)
        return inside & (longitudes >= west) & (longitudes <= east)

    def degrees(self, about):
        """(south, west, north, east) of what its box shows, longitudes counted from `about`."""
        left, top, right, bottom = self.box
        x = np.array([left, (left + right) / 2, right] * 2)
        latitudes, longitudes = self.ground(x, np.array([top] * 3 + [bottom] * 3))
        longitudes = unwrapped(longitudes, about)
        return tuple(
            float(side)
            for side in (latitudes.min(), longitudes.min(), latitudes.max(), longitudes.max())
        )

    @property
    def width(self):
        return self.box[2] - self.box[0]

    @property
    def height(self):
        return self.box[3] - self.box[1]


@dataclass(frozen=True)
class View:
    """panels: the first is the main one, any others are insets. whole: it shows the country."""

    height: int
    panels: tuple
    whole: bool
    width: int = WIDTH

    def holds(self, latitudes, longitudes):
        """Whether each place is on it."""
        return self.place(latitudes, longitudes)[0] >= 0

    def place(self, latitudes, longitudes):
        """Arrays (panel, x, y) of each place: -1 where it is beyond all panels; units."""
        if len(self.panels) == 1 and self.panels[0].bounds is None:
            x, y = self.panels[0].place(latitudes, longitudes)
            return np.where(self.panels[0].reaches(x, y), 0, -1), x, y
        number, x, y = np.full(len(latitudes), -1), *np.zeros((2, len(latitudes)))
        for place, panel in enumerate(self.panels):
            is_here = panel.is_of(latitudes, longitudes)
            if is_here.all():  # as in one country nearly always
                return np.full(len(latitudes), place), *panel.place(latitudes, longitudes)
            here = np.flatnonzero(is_here & (number < 0))
            number[here] = place
            x[here], y[here] = panel.place(latitudes[here], longitudes[here])
        return number, x, y

    @property
    def bar(self):
        """(miles, units) of the scale bar of the main panel."""
        units_a_mile = self.panels[0].scale * KM_A_MILE
        miles = next((m for m in BARS if m * units_a_mile <= LONGEST_BAR), BARS[-1])
        return miles, miles * units_a_mile


def fitted(projection, east, north, box, *, bounds=None):
    """A panel whose box holds places of these km, with room for marks."""
    left, top, right, bottom = box
    wide, high = max(np.ptp(east), 1e-6), max(np.ptp(north), 1e-6)
    scale = min((right - left - 2 * EDGE) / wide, (bottom - top - 2 * EDGE) / high)
    return Panel(
        projection,
        float(scale),
        float((left + right) / 2 - (east.min() + east.max()) / 2 * scale),
        float((top + bottom) / 2 + (north.min() + north.max()) / 2 * scale),
        box,
        bounds,
    )


def _of_bounds(projection, bounds, box):
    return fitted(projection, *projection.flat(*_edges(*bounds)), box, bounds=bounds)


def _edges(south, west, north, east):
    """Degrees all round a box of them: what holds these on a map holds all that is within."""
    along, up = np.linspace(west, east, 33), np.linspace(south, north, 33)
    latitudes = np.concatenate([np.full(33, south), np.full(33, north), up, up])
    return latitudes, np.concatenate([along, along, np.full(33, west), np.full(33, east)])


@cache
def whole(country):
    """The `View` of all of "GB" or "US", the latter with three insets."""
    if country == "GB":
        bounds = (49.0, -8.65, 61.0, 2.0)
        return View(440, (_of_bounds(Albers(55, -3.2, 51, 58), bounds, (0, 0, WIDTH, 440)),), True)
    return View(
        282,
        (
            _of_bounds(Albers(38, -96, 29.5, 45.5), (24.3, -125, 49.6, -66.7), (0, 0, WIDTH, 196)),
            _of_bounds(Albers(60, -154, 55, 65), (51, -188, 71.6, -130), (0, 198, 118, 282)),
            _of_bounds(Albers(20, -157, 8, 18), (18.7, -160.6, 22.5, -154.5), (122, 198, 206, 282)),
            _of_bounds(Albers(18, -66, 17, 19), (17.4, -67.6, 18.8, -64.3), (210, 198, 288, 282)),
        ),
        True,
    )


def local(country, latitudes, longitudes):
    """A `View` that holds all these places, of the whole country where they spread over it."""
    longitudes = unwrapped(longitudes, ABOUT[country])
    south, north = float(latitudes.min()), float(latitudes.max())
    west, east = float(longitudes.min()), float(longitudes.max())
    projection = Albers.about(
        (south + north) / 2, (west + east) / 2, reach=max((north - south) / 2, 0.05)
    )
    x, y = (_at_least(km) for km in projection.flat(*_edges(south, west, north, east)))
    tall = (WIDTH - 2 * EDGE) * np.ptp(y) / np.ptp(x) + 2 * EDGE
    height = round(min(max(tall, FLATTEST), TALLEST))
    panel = fitted(projection, x, y, (0, 0, WIDTH, height))
    country_view = whole(country)
    if panel.scale >= NEARLY_ALL * country_view.panels[0].scale:
        return View(height, (panel,), False)
    return country_view


def around(country, latitude, longitude, radius_km):
    """A `View` of the circle around a place."""
    projection = Albers.about(latitude, longitude, reach=min(max(radius_km / 111, 0.05), 20))
    reach = np.array([-radius_km, radius_km])
    panel = fitted(projection, reach, reach, (0, 0, WIDTH, WIDTH))
    country_view = whole(country)
    if panel.scale < country_view.panels[0].scale:
        return country_view
    return View(WIDTH, (panel,), False)


def _at_least(km):
    short = LEAST_KM - np.ptp(km)
    if short <= 0:
        return km
    return np.concatenate([km, [km.min() - short / 2, km.max() + short / 2]])
