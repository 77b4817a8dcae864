"""Where a centre's coordinates put it, without any map from elsewhere: the centres around it."""

import math
from dataclasses import dataclass

from geopy.distance import geodesic

from centres.models import Centre, Country, Precision

#: How far around a centre its neighbours are shown.
WITHIN_MILES = 10
MOST_NEIGHBOURS = 30
#: About how far, in metres, coordinates of each precision may be from the door.
RADIUS_METRES = {
    Precision.EXACT: 30,
    Precision.STREET: 250,
    Precision.POSTCODE: 250,
    Precision.SECTOR: 2_000,
    Precision.OUTCODE: 5_000,
    Precision.TOWN: 5_000,
}
ZIP_RADIUS_METRES = 5_000
MILES_A_DEGREE = 68.7  # of latitude at the equator, where it is shortest


@dataclass(frozen=True)
class Neighbour:
    pk: int
    name: str
    town: str
    latitude: float
    longitude: float
    miles: float


def radius_metres(centre):
    """About how far, in metres, the coordinates may be from the door."""
    if centre.country == Country.US and centre.precision == Precision.POSTCODE:
        return ZIP_RADIUS_METRES
    return RADIUS_METRES[centre.precision]


def neighbours(centre):
    """The `Neighbour`s within `WITHIN_MILES` of a placed centre, nearest first, by geodesic.

    It does not look across the 180th meridian, where neither country has a centre.
    """
    degrees = WITHIN_MILES / MILES_A_DEGREE
    shrink = max(math.cos(math.radians(centre.latitude)), 0.0005)
    around = (
        Centre.objects.exclude(pk=centre.pk)
        .filter(
            latitude__range=(centre.latitude - degrees, centre.latitude + degrees),
            longitude__range=(
                centre.longitude - degrees / shrink,
                centre.longitude + degrees / shrink,
            ),
        )
        .values_list("pk", "name", "town", "latitude", "longitude")
    )
    here = (centre.latitude, centre.longitude)
    found = (Neighbour(*row, geodesic(here, row[3:]).miles) for row in around)
    nearest = sorted(
        (place for place in found if place.miles <= WITHIN_MILES),
        key=lambda place: (place.miles, place.name, place.pk),
    )
    return nearest[:MOST_NEIGHBOURS]


def map_of(centre):
    """What the map and the words beside it show, or None where the centre has no coordinates."""
    if centre.latitude is None:
        return None
    around = neighbours(centre)
    return {
        "radius_metres": radius_metres(centre),
        "radius_km": radius_metres(centre) // 1000,
        "within_miles": WITHIN_MILES,
        "neighbours": around,
        "same_point": [place for place in around if place.miles < 0.01],
        "drawing": {
            "name": centre.name,
            "latitude": centre.latitude,
            "longitude": centre.longitude,
            "radius": radius_metres(centre),
            "neighbours": [
                [f"{place.name}, {place.miles:.1f} miles", place.latitude, place.longitude]
                for place in around
            ],
        },
    }
