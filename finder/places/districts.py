"""Where each postcode district lies: the mean of the towns and localities it covers. Pure.

The table names a district's localities; many names are borne by several places, so each is read as
the namesake nearest to the rest of its postcode area. A district none of whose localities is
known lies at the middle of its area's others.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from . import names
from .assembly import km_between
from .postcodes import UMBRELLAS

FURTHEST_KM = 90  # from the middle of an area (Inverness's is wider than any other)
WIDE_AREAS = {"IV": 200, "PA": 200, "KW": 200, "PH": 160, "HS": 160, "BT": 160, "SA": 140}
ISLANDS = {"IMN": "IM", "JEY": "JE", "GGY": "GG"}  # no name of theirs is sought elsewhere
_LOCALITY = re.compile(r"\s*(?P<name>[^()]+?)\s*(?:\((?P<qualifier>[^()]*)\))?\s*")
_AREA = re.compile(r"[A-Z]+")


@dataclass(frozen=True, slots=True)
class District:
    """An outcode, umbrella or area with its label and middle, degrees."""

    outcode: str
    label: str
    latitude: float
    longitude: float
    guessed: bool = False  # no locality of it was known


@dataclass(frozen=True, slots=True)
class _Point:
    latitude: float
    longitude: float


def place_districts(rows, entries, localities):
    """`[District]` for the table's rows, with the umbrellas and areas they make up, in order.

    `rows` are dictionaries of outcode, localities, nation; `entries` every named place;
    `localities` the rows of our own coordinates, which come before a namesake elsewhere.
    """
    gazetteer = _Gazetteer(entries, localities)
    found = []
    ordered = sorted(rows, key=lambda row: (area_of(row["outcode"]), row["outcode"]))
    for area, group in groupby(ordered, key=lambda row: area_of(row["outcode"])):
        found += _place_area(area, list(group), gazetteer)
    return sorted(found, key=lambda d: d.outcode)


def area_of(outcode):
    return _AREA.match(outcode)[0]


def _place_area(area, rows, gazetteer):
    candidates = {row["outcode"]: gazetteer.candidates(row) for row in rows}
    middle = _middle_of_sure([c for options in candidates.values() for c in options])
    reach = WIDE_AREAS.get(area, FURTHEST_KM)
    districts = []
    for row in rows:
        points = [_nearest(options, middle, reach) for options in candidates[row["outcode"]]]
        points = [point for point in points if point]
        names_said = ", ".join(said(row["localities"]))
        label = f"{row['outcode']} ({names_said})" if names_said else row["outcode"]
        at = _mean(points) if points else middle
        if at:
            districts.append(
                District(row["outcode"], label[:160], at.latitude, at.longitude, not points)
            )
    return districts + _umbrellas(districts) + _whole(area, districts)


def said(localities):
    """The names alone, at most three: what a visitor is shown."""
    return [_LOCALITY.fullmatch(part)["name"] for part in localities.split(";") if part.strip()][:3]


def _umbrellas(districts):
    """Central London's numbers ("W1") out of the districts that split them ("W1A", "W1B")."""
    parts = defaultdict(list)
    for district in districts:
        if district.outcode[:-1] in UMBRELLAS:
            parts[district.outcode[:-1]].append(district)
    return [
        District(outcode, f"{outcode} (central London)", m.latitude, m.longitude)
        for outcode, inside in parts.items()
        if (m := _mean(inside))
    ]


def _whole(area, districts):
    middle = _mean(districts)
    if not middle:
        return []
    return [District(area, f"{area} postcode area", middle.latitude, middle.longitude)]


class _Gazetteer:
    """Candidates for a locality of a district, by name, nation and qualifier."""

    def __init__(self, entries, localities):
        self.named = defaultdict(list)
        self.otherwise = defaultdict(list)
        for entry in entries:
            if entry.country != names.GB or entry.kind not in ("town", "borough", "county"):
                continue
            self.named[entry.folded].append(entry)
            for other in {*entry.alternates, names.short_form(entry.folded)}:
                self.otherwise[other].append(entry)
        self.ours = defaultdict(list)
        for row in localities:
            key = names.fold(row["name"]), names.fold(row["qualifier"])
            self.ours[key].append(_Point(float(row["latitude"]), float(row["longitude"])))
        self.ours_by_name = defaultdict(list)
        for (name, _), points in self.ours.items():
            self.ours_by_name[name] += points

    def candidates(self, row):
        """For each locality of the row the points it may mean; no entry for one nobody knows."""
        options = []
        for part in row["localities"].split(";"):
            if match := _LOCALITY.fullmatch(part):
                options.append(self._meant(match["name"], match["qualifier"] or "", row["nation"]))
        return [o for o in options if o]

    def _meant(self, name, qualifier, nation):
        name, qualifier = names.fold(name), names.fold(qualifier)
        if ours := self.ours.get((name, qualifier)):
            return ours
        found = self.named[name] or self.otherwise[name]
        if nation in ISLANDS:
            found = [e for e in found if e.region == ISLANDS[nation]]
        found = found + self.ours_by_name[name]
        towns = [e for e in found if getattr(e, "kind", "town") == "town"]
        found = towns or found
        return self._near(found, qualifier, nation) if qualifier else found

    def _near(self, found, qualifier, nation):
        """Those the qualifier allows: nearest to the place it names; all, where it names none."""
        in_county = [e for e in found if names.fold(getattr(e, "county", "")) == qualifier]
        if in_county:
            return in_county
        places = [e for e in self.named[qualifier] if e.region == nation]
        places = places or self.otherwise[qualifier]
        if not places:
            return found
        if not found:
            # A suburb nobody placed: the town it belongs to is the best there is.
            towns = [e for e in places if e.kind == "town"]
            return towns or places
        return [min(found, key=lambda e: min(km_between(e, place) for place in places))]


def _middle_of_sure(options):
    """The median of the localities with one meaning; of all where none has."""
    sure = [o[0] for o in options if len(o) == 1] or [p for o in options for p in o]
    if not sure:
        return None
    return _Point(
        float(np.median([p.latitude for p in sure])), float(np.median([p.longitude for p in sure]))
    )


def _nearest(options, middle, reach):
    point = min(options, key=lambda p: km_between(p, middle))
    return point if km_between(point, middle) <= reach else None


def _mean(points):
    if not points:
        return None
    return _Point(
        round(float(np.mean([p.latitude for p in points])), 4),
        round(float(np.mean([p.longitude for p in points])), 4),
    )
