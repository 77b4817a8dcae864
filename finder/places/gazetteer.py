"""Every named place, held in the process: names to places, and the nearest place to a point.

Some 30,000 places, 25 MB, read in half a second on the first look-up and again when a
loader has stored others: each look-up compares one small row (`Loaded`), so that no worker has
to be told. `forget()` drops it by hand, for whoever writes to the table in another way.
"""

import threading
from collections import defaultdict
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from . import names
from .answers import Choice, Spot
from .assembly import Nearest
from .loading import GAZETTEER
from .models import Place
from .precision import NATION, REGION, TOWN
from .sources import GEONAMES, OUR_OWN

COLUMNS = (
    "code", "kind", "country", "name", "folded", "alternates", "region", "county", "near",
    "population", "latitude", "longitude",
)  # fmt: skip

_lock = threading.Lock()
_held = None  # the Gazetteer, with the digest it was read under


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """A place as it is looked up. Two are the same only if they are the same row."""

    code: str
    kind: str
    country: str
    name: str
    folded: str
    alternates: str
    region: str
    county: str
    near: str
    population: int
    latitude: float
    longitude: float

    @property
    def nation(self):
        return names.NATIONS.get(self.region, "") if self.country == names.GB else ""

    @property
    def within(self):
        """What its name is followed by to tell it from others: "Isle of Wight", "Ohio"."""
        if self.kind == NATION:
            return "UK" if self.country == names.GB else ""
        if self.kind == REGION:
            return "USA" if self.country == names.US else ""
        if self.county and names.fold(self.county) != self.folded:
            return self.county
        return self.nation

    @property
    def full_name(self):
        """A name that, looked up again, means this place alone."""
        name = f"{self.name} state" if self.code.startswith("state-") else self.name
        said = f"{name}, {self.within}" if self.within else name
        return f"{said}, near {self.near}" if self.near else said

    @property
    def label(self):
        """What a visitor is shown: places of our table by name, others with where they are."""
        if self.code.startswith("state-") or self.kind != TOWN:
            return self.name
        return self.full_name

    @property
    def spot(self):
        return self._spot(self.label)

    @property
    def plain_spot(self):
        """By its name alone, for where no other place could be meant."""
        return self._spot(self.name if self.country == names.GB else self.label)

    def _spot(self, label):
        source = GEONAMES if self.code.startswith("geonames-") else OUR_OWN
        return Spot(label, self.latitude, self.longitude, self.kind, self.country, source.name)

    @property
    def choice(self):
        is_state = self.code.startswith("state-")
        label = _("%(name)s state") % {"name": self.name} if is_state else self.label
        return Choice(query=self.full_name, place=self._spot(label))


class Gazetteer:
    """An index of places, never changed once made."""

    def __init__(self, places, digest=None):
        self.digest = digest
        self.places = places
        self.by_name = defaultdict(list)
        self.by_other_name = defaultdict(list)
        for place in places:
            self.by_name[place.folded].append(place)
            short = names.short_form(place.folded) if place.kind == TOWN else ""
            for other in {short, *place.alternates.split("\n")} - {"", place.folded}:
                self.by_other_name[other].append(place)
        self.spellings = {
            country: list(dict.fromkeys(p.folded for p in places if country in (None, p.country)))
            for country in (None, names.GB, names.US)
        }
        self._nearest = None

    def named(self, folded):
        """Places of exactly this name, then those that also go by it."""
        return [*self.by_name.get(folded, ()), *self.by_other_name.get(folded, ())]

    def country_at(self, latitude, longitude):
        """The country of the nearest place; "GB" while there are no places at all."""
        if not self.places:
            return names.GB
        if self._nearest is None:
            self._nearest = Nearest(
                [p.latitude for p in self.places], [p.longitude for p in self.places]
            )
        return self.places[next(self._nearest.indexes(latitude, longitude))].country


def current():
    """The gazetteer as it is stored now. One small query; all of them when it has changed."""
    global _held
    digest = _digest()
    held = _held
    if held is not None and digest is not None and held.digest == digest:
        return held
    with _lock:
        if _held is None or digest is None or _held.digest != digest:
            _held = Gazetteer(_stored(), digest)
        return _held


def _digest():
    """Of the places that are stored, or None where none are.

    In SQL, as every search asks it: a queryset takes ten times as long to put together.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest FROM places_loaded WHERE name = %s", [GAZETTEER])
        row = cursor.fetchone()
    return row[0] if row else None


def forget():
    """Read the places afresh at the next look-up."""
    global _held
    _held = None


def _stored():
    rows = Place.objects.order_by("code").values_list(*COLUMNS)
    return [Named(*row) for row in rows.iterator(chunk_size=5_000)]
