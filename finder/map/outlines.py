"""The outlines that ship with the project, as points. Pure.

Each is a TopoJSON file made by `manage.py build_outlines`.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from . import topology

#: A line on the ground bends on the map: none is drawn straight for longer than this, degrees.
LONGEST_STRAIGHT = 1.0
FOLDER = Path(__file__).resolve().parent.parent.parent / "fixtures" / "outlines"


@dataclass(frozen=True)
class Outline:
    """Arrays of (longitude, latitude) in degrees, shape (n, 2).

    land, context: closed rings of the country and of its neighbours. borders: lines within it.
    """

    land: tuple
    context: tuple
    borders: tuple


@cache
def of(country):
    """The `Outline` of "GB" or "US"."""
    stored = _stored(country)
    arcs, objects = topology.arcs_of(stored), stored["objects"]
    return Outline(
        land=_rings(arcs, objects["land"]),
        context=_rings(arcs, objects["context"]),
        borders=tuple(_dense(arcs[number]) for (number,) in objects["borders"]["arcs"]),
    )


def _stored(country):
    return json.loads((FOLDER / f"{country.lower()}.json").read_text())


def _rings(arcs, geometry):
    return tuple(
        _dense(topology.ring_points(arcs, ring)) for rings in geometry["arcs"] for ring in rings
    )


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
    """The outline as the text of a GeoJSON file: features whose `kind` is land, context, border."""
    outline = of(country)
    features = [
        _feature("context", "MultiPolygon", [[_degrees(ring)] for ring in outline.context]),
        _feature("land", "MultiPolygon", [[_degrees(ring)] for ring in outline.land]),
        _feature("border", "MultiLineString", [_degrees(line) for line in outline.borders]),
    ]
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, separators=(",", ":"))


def _degrees(points):
    return np.round(points, 3).tolist()


def _feature(kind, form, coordinates):
    return {
        "type": "Feature",
        "properties": {"kind": kind},
        "geometry": {"type": form, "coordinates": coordinates},
    }
