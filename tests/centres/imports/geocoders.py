"""Geocoders for tests: real geopy geocoders over a few places, which need no gazetteer."""

from geopy.geocoders.base import Geocoder
from geopy.location import Location

PLACES = {
    "LS1 4DY": (53.796, -1.547, "postcode"),
    "LS2 7DJ": (53.8, -1.54, "sector"),
    "02118": (42.336, -71.07, "postcode"),
}


class FewPlaces(Geocoder):
    def geocode(self, query, *, exactly_one=True, country=None, timeout=None):
        if query not in PLACES:
            return None
        latitude, longitude, precision = PLACES[query]
        raw = {"precision": precision, "source": "Places for tests"}
        return Location(query, (latitude, longitude), raw)


class NoPlaces(Geocoder):
    def geocode(self, query, *, exactly_one=True, country=None, timeout=None):
        return None
