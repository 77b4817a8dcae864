"""Writes fixtures/outlines/ afresh: the coasts and borders that maps of results are drawn on.

    manage.py build_outlines --countries countries-10m.json \\
        --nations ne_10m_admin_0_boundary_lines_map_units.geojson --states states-10m.json

The files: Natural Earth's countries at 1:10 million as TopoJSON (world-atlas 2.0.2 on npm), its
boundary lines of map units as GeoJSON (the borders of Scotland and Wales), and the US Census
Bureau's cartographic boundaries of states as TopoJSON (us-atlas 3.0.1 on npm). All three are in
the public domain. The same files give the same outlines, byte for byte.
"""

import json
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from finder.map import topology
from finder.map.outlines import FOLDER

#: ISO 3166 numbers: the United Kingdom, Isle of Man, Jersey, Guernsey; Ireland is drawn beside it.
BRITISH, IRISH = ("826", "833", "832", "831"), ("372",)
#: Too far from the rest to be drawn with it.
FAR_OFF = {"American Samoa", "Guam", "Commonwealth of the Northern Mariana Islands"}
#: What keeps each file within 25 KB: triangles and islands in square km, steps in degrees.
GB = {"tolerance_km2": 2.9, "smallest_km2": 10.0, "step": 0.002}
US = {"tolerance_km2": 72.0, "smallest_km2": 150.0, "step": 0.01}


class Command(BaseCommand):
    help = "Writes the outlines of the UK and the US afresh from public-domain files."

    def add_arguments(self, parser):
        parser.add_argument("--countries", type=Path, required=True, help="world-atlas, TopoJSON")
        parser.add_argument("--nations", type=Path, required=True, help="Natural Earth, GeoJSON")
        parser.add_argument("--states", type=Path, required=True, help="us-atlas, TopoJSON")
        parser.add_argument("--check", action="store_true", help="compare only, write nothing")

    def handle(self, *, countries, nations, states, check, **options):
        made = {
            "gb": british(_read(countries), _read(nations)),
            "us": american(_read(states)),
        }
        for name, outline in made.items():
            path = FOLDER / f"{name}.json"
            text = json.dumps(outline, separators=(",", ":")) + "\n"
            if check and path.read_text() != text:
                raise CommandError(f"{path.name} differs from what these files give.")
            if not check:
                path.write_text(text)
            self.stdout.write(f"{path.relative_to(settings.BASE_DIR)}: {len(text):,} bytes")


def _read(path):
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error


def british(countries, nations):
    """The topology of the United Kingdom and Crown dependencies, with Ireland as its context."""
    geometries = {one.get("id"): one for one in countries["objects"]["countries"]["geometries"]}
    sheet = topology.Sheet(
        arcs=topology.arcs_of(countries),
        land=[polygon for code in BRITISH for polygon in topology.polygons_of(geometries[code])],
        context=[polygon for code in IRISH for polygon in topology.polygons_of(geometries[code])],
    )
    lines = [
        [tuple(point) for point in feature["geometry"]["coordinates"]]
        for feature in nations["features"]
        if feature["properties"]["ADM0_A3"] == "GBR"
    ]
    topology.add_borders(sheet, lines)
    return topology.cut_down(sheet, **GB)


def american(states):
    """The topology of the states, the District of Columbia, Puerto Rico and the Virgin Islands."""
    units = [
        one
        for one in states["objects"]["states"]["geometries"]
        if one["properties"]["name"] not in FAR_OFF
    ]
    ours = set().union(*(topology.numbers_in(topology.polygons_of(one)) for one in units))
    nation = states["objects"]["nation"]["geometries"][0]
    sheet = topology.Sheet(
        arcs=topology.arcs_of(states),
        land=[
            rings for rings in topology.polygons_of(nation) if topology.numbers_in([rings]) & ours
        ],
        borders=topology.shared(units),
    )
    return topology.cut_down(sheet, **US)
