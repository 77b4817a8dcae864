"""The parts of the map that its script asks for; the page needs neither."""

import math

import numpy as np
from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control, never_cache

from centres.models import Country
from finder.languages import speaking_of
from finder.map import backdrop, drawing, outlines
from finder.map.projection import EARTH_KM, Mercator
from finder.map.views import EDGE, Panel, View
from finder.search import SearchProblem, search

SIDES = ("west", "south", "east", "north")
DEEPEST_ZOOM, TILE_PIXELS, LARGEST_PIXELS = 19, 256, 4_000


@cache_control(public=True, max_age=24 * 3600)
def outline(request, country):
    """The outline of a country, the same that pages of results draw, as GeoJSON."""
    if country.upper() not in Country.values:
        raise Http404
    return HttpResponse(outlines.geojson(country.upper()), content_type="application/geo+json")


@never_cache
def points(request):
    """The marks of a search within a box of degrees, as a square Mercator map of a zoom has them.

    Answers {marks: [{latitude, longitude, count, words, address, cards, metres}], names: [{text,
    latitude, longitude, on_left, covered}]}, names being towns that have room. 400 where the box
    or the search is not understood.
    """
    asked = request.GET.copy()
    given = [asked.pop(name, [""])[-1] for name in ("zoom", *SIDES)]
    view = _view(given)
    if view is None:
        return JsonResponse({"errors": {"box": ["Give a box of degrees and a zoom."]}}, status=400)
    try:
        found = search(asked, now=timezone.now())
    except SearchProblem as problem:
        return JsonResponse({"errors": problem.errors}, status=400)
    with speaking_of(found.query.country):
        marks = drawing.marks_within(found, view)
    names = backdrop.names(found.query.country, view, drawing.points_of(marks))
    return JsonResponse(
        {"marks": [_shown(mark) for mark in marks], "names": [_named(one, view) for one in names]}
    )


def _shown(mark):
    """A mark without its place on the view: the script has its own."""
    return {
        name: value for name, value in mark._asdict().items() if name not in {"x", "y", "reach"}
    }


def _named(name, view):
    (latitude,), (longitude,) = view.panels[0].ground(np.array([name.x]), np.array([name.y]))
    return {
        "text": name.text,
        "latitude": round(float(latitude), 5),
        "longitude": round(float(longitude), 5),
        "on_left": name.on_left,
        "covered": name.covered,
    }


def _view(given):
    """The view of a map on a screen, or None of what is no box. given: zoom, then the sides."""
    try:
        zoom, west, south, east, north = map(float, given)
    except ValueError:
        return None
    if not all(map(math.isfinite, (zoom, west, south, east, north))):
        return None
    if not (0 <= zoom <= DEEPEST_ZOOM and west < east <= west + 360 and south < north):
        return None
    projection = Mercator((west + east) / 2)
    scale = TILE_PIXELS * 2**zoom / (2 * math.pi * EARTH_KM)
    half = math.radians(east - west) / 2 * EARTH_KM * scale
    _, (low, high) = projection.flat([south, north], [west, west])
    width, height = 2 * half, float(high - low) * scale
    if max(width, height) > LARGEST_PIXELS:
        return None
    box = (-EDGE, -EDGE, width + EDGE, height + EDGE)
    panel = Panel(projection, scale, half, float(high) * scale, box)
    return View(round(height), (panel,), False, round(width))
