"""Exact distances on the WGS84 ellipsoid, and bounds that spare most of them. No Django here.

The geodesic is Karney's (C. F. F. Karney, Algorithms for geodesics, J. Geodesy 87, 2013), which
geopy computes through geographiclib and pyproj a hundred times faster. The two differ in the last
bits, so wherever those decide, geopy's is asked: order and membership are those of
`geopy.distance.geodesic`.
"""

import math

import numpy as np
import pyproj
from geopy.distance import geodesic

#: WGS84 semi-axes, km.
A, B = 6378.137, 6356.752314245
#: The least radius of curvature any geodesic has (along the meridian at the equator), km.
LEAST_RADIUS = B * B / A
#: The greatest is A * A / B, 6399.594 km, at the poles. A geodesic is not quite a plane curve; the
#: margin above that covers its torsion, and a property test holds the bound.
GREATEST_RADIUS = 6400.5
#: No two points are further apart, km (half a meridian), and none closer than LONG_CHORD is.
FURTHEST, LONG_CHORD = 20_004.0, 12_000.0
#: Rounding of coordinates and chords, km: a hundred times what was ever seen.
SLACK = 1e-9
#: Distances closer than this, miles, are told apart by geopy itself.
SAME = 1e-9
KM_A_MILE = 1.609344

#: Side of a cell of the grid, degrees.
CELL = 0.25
CELL_ROWS, CELL_COLUMNS = round(180 / CELL), round(360 / CELL)

_GEOD = pyproj.Geod(ellps="WGS84")


def to_space(latitudes, longitudes):
    """Earth-centred coordinates in km, shape (n, 3), of degrees."""
    phi, lam = np.radians(latitudes), np.radians(longitudes)
    n = A * A / np.hypot(A * np.cos(phi), B * np.sin(phi))
    return np.stack(
        [
            n * np.cos(phi) * np.cos(lam),
            n * np.cos(phi) * np.sin(lam),
            n * (B / A) ** 2 * np.sin(phi),
        ],
        axis=-1,
    )


def chords(origin, points):
    """Straight-line km through the earth from `origin` (3,) to `points` (n, 3)."""
    return np.sqrt(((points - origin) ** 2).sum(axis=-1))


def surely_within(radius_km):
    """Every point whose chord is at most this many km is within `radius_km` on the ground.

    By Schur's comparison theorem: of two arcs of one length, the one that bends no more than a
    circle of radius LEAST_RADIUS has a chord no shorter than that circle's.
    """
    return 2 * LEAST_RADIUS * math.sin(min(radius_km / (2 * LEAST_RADIUS), math.pi / 2)) - SLACK


def surely_beyond(radius_km):
    """Every point whose chord is more than this many km is beyond `radius_km` on the ground."""
    if radius_km >= FURTHEST:
        return math.inf
    return 2 * GREATEST_RADIUS * math.sin(radius_km / (2 * GREATEST_RADIUS)) + SLACK


def bounds(chord_km):
    """Arrays (least, most): the ground distance in km lies between them."""
    least = 2 * GREATEST_RADIUS * np.arcsin(np.minimum(chord_km / (2 * GREATEST_RADIUS), 1)) - SLACK
    most = 2 * LEAST_RADIUS * np.arcsin(np.minimum(chord_km / (2 * LEAST_RADIUS), 1)) + SLACK
    return least, np.where(chord_km > LONG_CHORD, FURTHEST, most)


def miles_between(origin, latitudes, longitudes, *, limit=None):
    """Geodesic miles from `origin` (latitude, longitude) to each point, geopy's where it matters.

    limit: a radius in miles that the caller compares with.
    """
    count = len(latitudes)
    metres = _GEOD.inv(np.full(count, origin[1]), np.full(count, origin[0]), longitudes, latitudes)[
        2
    ]
    return settled(metres / 1000 / KM_A_MILE, origin, latitudes, longitudes, limit=limit)


def settled(distances, origin, latitudes, longitudes, *, limit=None):
    """The miles given, with geopy's in place of those whose last bits decide. Changes its input."""
    for place in _undecided(distances, limit):
        distances[place] = geodesic(origin, (latitudes[place], longitudes[place])).miles
    return distances


def _undecided(distances, limit):
    """Places where the last bits decide: near ties in the order, or about the limit."""
    order = np.argsort(distances)
    gaps = np.diff(distances[order])
    close = np.flatnonzero(gaps <= SAME)
    chosen = set(order[close]) | set(order[close + 1])
    if limit is not None:
        chosen |= set(np.flatnonzero(np.abs(distances - limit) <= SAME))
    return chosen


def cells(latitudes, longitudes):
    """The number of the grid cell of each point; a row of cells is numbered from west to east."""
    rows = np.clip(((np.asarray(latitudes) + 90) / CELL).astype(np.int64), 0, CELL_ROWS - 1)
    columns = ((np.asarray(longitudes) + 180) / CELL).astype(np.int64) % CELL_COLUMNS
    return rows * CELL_COLUMNS + columns


def cell_ranges(origin, radius_km):
    """Ranges [(first, last)] of cell numbers, both included, that hold all within the radius.

    A path of r km changes the latitude by at most r / LEAST_RADIUS, and where it stays below
    latitude p the longitude by at most r / (A cos p), for the radius along a parallel is A or more.
    """
    latitude, longitude = origin
    reach = math.degrees(radius_km / LEAST_RADIUS) + 1e-9
    bottom = max(0, math.floor((latitude - reach + 90) / CELL))
    top = min(CELL_ROWS - 1, math.floor((latitude + reach + 90) / CELL))
    highest = abs(latitude) + reach
    if highest < 90:
        width = math.degrees(radius_km / (A * math.cos(math.radians(highest)))) + 1e-9
    else:  # the circle holds a pole, where all longitudes meet
        width = 180
    if width >= 180 - CELL:
        return [(bottom * CELL_COLUMNS, (top + 1) * CELL_COLUMNS - 1)]
    west = math.floor((longitude - width + 180) / CELL)
    east = math.floor((longitude + width + 180) / CELL)
    ranges = []
    for row in range(bottom, top + 1):
        start = row * CELL_COLUMNS
        for low, high in _wrapped(west, east):
            ranges.append((start + low, start + high))
    return ranges


def _wrapped(west, east):
    """Columns west to east, cut at the antimeridian."""
    if west < 0:
        return [(0, east), (west + CELL_COLUMNS, CELL_COLUMNS - 1)]
    if east >= CELL_COLUMNS:
        return [(0, east - CELL_COLUMNS), (west, CELL_COLUMNS - 1)]
    return [(west, east)]
