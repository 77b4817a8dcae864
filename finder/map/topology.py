"""Outlines as TopoJSON, whose neighbours share the arcs between them: cut down and written.

Pure. The format: https://github.com/topojson/topojson-specification. An arc is simplified once for
both its sides and keeps its ends, so shared borders stay shared. What goes first is the point whose
triangle with its neighbours is smallest (M. Visvalingam and J. D. Whyatt, Line generalisation by
repeated elimination of points, The Cartographic Journal 30, 1993).
"""

import heapq
import math
from dataclasses import dataclass, field
from itertools import pairwise

KM_A_DEGREE = 111.2
#: A ring needs so many points, the last being the first again.
LEAST_OF_A_RING = 4


@dataclass
class Sheet:
    """What an outline is drawn from. Points are (longitude, latitude) in degrees.

    arcs: lists of points. land, context: polygons, each a list of rings, each a list of numbers of
    arcs (~n: arc n backwards). borders: numbers of arcs. kept: {arc: {places of points}} that no
    simplification takes.
    """

    arcs: list
    land: list = field(default_factory=list)
    context: list = field(default_factory=list)
    borders: list = field(default_factory=list)
    kept: dict = field(default_factory=dict)


def arcs_of(topology):
    """The arcs of a topology as lists of (longitude, latitude)."""
    if "transform" not in topology:
        return [[tuple(point) for point in arc] for arc in topology["arcs"]]
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy, *_ in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)
    return arcs


def polygons_of(geometry):
    """The polygons of a geometry, each a list of rings of arc numbers."""
    if geometry["type"] == "Polygon":
        return [geometry["arcs"]]
    if geometry["type"] == "MultiPolygon":
        return geometry["arcs"]
    return []


def numbers_in(polygons):
    """The arcs of polygons, without their direction."""
    return {a if a >= 0 else ~a for rings in polygons for ring in rings for a in ring}


def shared(geometries):
    """The arcs that two of several geometries have between them, ascending."""
    once, twice = set(), set()
    for geometry in geometries:
        numbers = numbers_in(polygons_of(geometry))
        twice |= once & numbers
        once |= numbers
    return sorted(twice)


def ring_points(arcs, ring):
    """The points of a ring, closed: the last is the first."""
    points = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points.extend(arc[1:] if points else arc)
    return points


def area_km2(points):
    """The area a ring of points encloses, roughly: to leave out what is too small to see."""
    shrink = math.cos(math.radians(points[0][1]))
    twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(points))
    return abs(twice) / 2 * shrink * KM_A_DEGREE**2


def add_borders(sheet, lines):
    """Add lines that end on coasts: each end moves to the nearest point of the land's arcs."""
    coast = [
        (number, place, point)
        for number in sorted(numbers_in(sheet.land))
        for place, point in enumerate(sheet.arcs[number])
    ]
    for line in lines:
        ends = []
        for end in (line[0], line[-1]):
            number, place, point = min(coast, key=lambda item: _apart(item[2], end))
            sheet.kept.setdefault(number, set()).add(place)
            ends.append(point)
        sheet.borders.append(len(sheet.arcs))
        sheet.arcs.append([ends[0], *line[1:-1], ends[1]])


def _apart(one, other):
    shrink = math.cos(math.radians(other[1]))
    return math.hypot((one[0] - other[0]) * shrink, one[1] - other[1])


def cut_down(sheet, *, tolerance_km2, smallest_km2, step):
    """A topology of the sheet: islands below `smallest_km2` gone, the rest simplified and rounded.

    tolerance_km2: points whose triangle is smaller go. step: degrees of one unit of the file.
    """
    land = _large_enough(sheet.arcs, sheet.land, smallest_km2)
    context = _large_enough(sheet.arcs, sheet.context, smallest_km2)
    closed = {ring[0] for rings in land + context for ring in rings if len(ring) == 1}
    used = sorted(numbers_in(land) | numbers_in(context) | set(sheet.borders))
    new = {number: place for place, number in enumerate(used)}
    arcs = []
    for number in used:
        least = LEAST_OF_A_RING if {number, ~number} & closed else 2
        points = simplified(
            sheet.arcs[number], tolerance_km2, kept=sheet.kept.get(number, ()), least=least
        )
        arcs.append(_stepped(points, step))
    return {
        "type": "Topology",
        "transform": {"scale": [step, step], "translate": [0, 0]},
        "objects": {
            "land": _multipolygon(land, new),
            "context": _multipolygon(context, new),
            "borders": {
                "type": "MultiLineString",
                "arcs": [[new[number]] for number in sheet.borders],
            },
        },
        "arcs": arcs,
    }


def _large_enough(arcs, polygons, smallest_km2):
    return [rings for rings in polygons if area_km2(ring_points(arcs, rings[0])) >= smallest_km2]


def _multipolygon(polygons, new):
    def renumbered(a):
        return new[a] if a >= 0 else ~new[~a]

    return {
        "type": "MultiPolygon",
        "arcs": [[[renumbered(a) for a in ring] for ring in rings] for rings in polygons],
    }


def _stepped(points, step):
    """Whole steps, each but the first from the point before; without steps of nothing."""
    rounded = [(round(x / step), round(y / step)) for x, y in points]
    deltas = [rounded[0]]
    for before, here in pairwise(rounded):
        move = (here[0] - before[0], here[1] - before[1])
        if move != (0, 0):
            deltas.append(move)
    return [list(delta) for delta in deltas]


def simplified(points, tolerance_km2, *, kept=(), least=2):
    """`points` without those whose triangles are smaller than the tolerance, smallest first.

    The ends and the places `kept` stay, and no fewer than `least` points.
    """
    last = len(points) - 1
    before, after = list(range(-1, last)), list(range(1, last + 2))
    fixed = {0, last, *kept}
    areas = {i: _triangle(points, i - 1, i, i + 1) for i in range(1, last) if i not in fixed}
    queue = [(area, i) for i, area in areas.items()]
    heapq.heapify(queue)
    left = len(points)
    while queue and left > least:
        area, i = heapq.heappop(queue)
        if areas.get(i) != area:
            continue
        if area >= tolerance_km2:
            break
        del areas[i]
        left -= 1
        a, b = before[i], after[i]
        after[a], before[b] = b, a
        for j in (a, b):
            if j in areas:  # never less than what has gone: so flat runs do not unravel
                areas[j] = max(area, _triangle(points, before[j], j, after[j]))
                heapq.heappush(queue, (areas[j], j))
    place, chosen = 0, []
    while place <= last:
        chosen.append(points[place])
        place = after[place]
    return chosen


def _triangle(points, a, b, c):
    (ax, ay), (bx, by), (cx, cy) = points[a], points[b], points[c]
    shrink = math.cos(math.radians(by))
    return abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2 * shrink * KM_A_DEGREE**2
