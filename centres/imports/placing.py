"""Coordinates for listings whose file has none, from any geopy geocoder."""

import math

from django.conf import settings
from django.utils.module_loading import import_string
from geopy.distance import great_circle
from geopy.exc import GeopyError

from ..models import Precision
from .listing import LeftOut

#: Coordinates farther than this from their own postcode are a mistake, whichever of the two it is.
FARTHEST_KM = 100


def geocoder():
    """The geopy geocoder that the setting CENTRES_GEOCODER names, or None where it names none."""
    path = getattr(settings, "CENTRES_GEOCODER", "")
    return import_string(path)() if path else None


def place(listings, geocoder, *, progress):
    """Give each listing without coordinates those of its postcode, where the geocoder knows it.

    Coordinates of the file that are far from where the postcode is are not taken. Returns a list
    of `LeftOut`, one for each of these.
    """
    if geocoder is None:
        return []
    known, wrong = {}, []
    for number, listing in enumerate(listings, start=1):
        progress("placing", number, len(listings))
        postcode = listing.facts.get("address", {}).get("postcode")
        if not postcode:
            continue
        asked = (postcode, listing.country)
        if asked not in known:
            known[asked] = _coordinates(geocoder, *asked)
        if known[asked] is None:
            continue
        stated = listing.facts.get("coordinates")
        if stated and _distance(stated, known[asked]) <= FARTHEST_KM:
            continue
        if stated:
            reason = f"Its coordinates are more than {FARTHEST_KM} km from {postcode}."
            wrong.append(LeftOut(listing.line, "coordinates", reason, is_row=False))
        listing.facts["coordinates"] = known[asked]
        listing.derived.add("coordinates")
    return wrong


def _distance(one, other):
    return great_circle(
        (one["latitude"], one["longitude"]), (other["latitude"], other["longitude"])
    ).km


def _coordinates(geocoder, postcode, country):
    try:
        location = geocoder.geocode(postcode, country=country)
    except GeopyError:
        return None
    if location is None or not _is_on_earth(location.latitude, location.longitude):
        return None
    precision = location.raw.get("precision", "")
    if precision not in Precision.values or precision == Precision.WITHHELD:
        return None
    return {
        "latitude": round(location.latitude, 6),
        "longitude": round(location.longitude, 6),
        "precision": str(precision),
        "source": str(location.raw.get("source") or "gazetteer")[:80],
    }


def _is_on_earth(latitude, longitude):
    return math.isfinite(latitude) and abs(latitude) <= 90 and abs(longitude) <= 180
