"""The outlines that ship with the project, as points. Pure.

Each is a TopoJSON file made by `manage.py build_outlines`.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from . import topology
from .projection import unwrapped

#: A line on the ground bends on the map: none is drawn straight for longer than this, degrees.
LONGEST_STRAIGHT = 1.0
#: Where longitudes are counted from, half a turn to each side.
ABOUT = {"GB": -3.0, "US": -100.0}
FOLDER = Path(__file__).resolve().parent.parent.parent / "fixtures" / "outlines"


@dataclass(frozen=True)
class Outline:
    """Shapes: closed rings of the country and of its neighbours, and lines within it."""

    land: list
    context: list
    borders: list


class Shape:
    """points: an array of (longitude, latitude) in degrees, shape (n, 2), longitudes counted on
    from `ABOUT`. box: (south, west, north, east).
    """

    def __init__(self, points, about):
        self.points = np.stack([unwrapped(points[:, 0], about), points[:, 1]], axis=1)
        (west, south), (east, north) = self.points.min(axis=0), self.points.max(axis=0)
        self.box = float(south), float(west), float(north), float(east)

    def meets(self, box):
        """Whether its own box and this one have anything in common."""
        south, west, north, east = self.box
        return south <= box[2] and north >= box[0] and west <= box[3] and east >= box[1]


@cache
def of(country):
    """The `Outline` of "GB" or "US"."""
    stored = json.loads((FOLDER / f"{country.lower()}.json").read_text())
    arcs, objects, about = topology.arcs_of(stored), stored["objects"], ABOUT[country]

    def rings(name):
        return [
            Shape(_dense(topology.ring_points(arcs, ring)), about)
            for polygon in objects[name]["arcs"]
            for ring in polygon
        ]

    borders = [Shape(_dense(arcs[number]), about) for (number,) in objects["borders"]["arcs"]]
    return Outline(land=rings("land"), context=rings("context"), borders=borders)


def _dense(points):
    """The points as an array, with others between those far apart."""
    points = np.array(points)
    steps = np.diff(points, axis=0)
    pieces = np.maximum(np.ceil(np.abs(steps).max(axis=1) / LONGEST_STRAIGHT), 1).astype(int)
    segment = np.repeat(np.arange(len(pieces)), pieces)
    place = np.arange(len(segment)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    between = points[segment] + steps[segment] * (place / pieces[segment])[:, None]
    return np.concatenate([between, points[-1:]])


@cache
def geojson(country):
    """The outline as the text of a GeoJSON file: features whose `kind` is land, context, border.

    Longitudes run on past 180, so that a map on a screen shows the Aleutians in one piece.
    """
    outline = of(country)
    features = [
        _feature("context", "MultiPolygon", [[_degrees(ring)] for ring in outline.context]),
        _feature("land", "MultiPolygon", [[_degrees(ring)] for ring in outline.land]),
        _feature("border", "MultiLineString", [_degrees(line) for line in outline.borders]),
    ]
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, separators=(",", ":"))


def _degrees(shape):
    return shape.points.round(3).tolist()


def _feature(kind, form, coordinates):
    return {
        "type": "Feature",
        "properties": {"kind": kind},
        "geometry": {"type": form, "coordinates": coordinates},
    }
