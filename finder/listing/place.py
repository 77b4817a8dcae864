"""Where the centre would stand on a map, from what was typed; and that map."""

from dataclasses import dataclass

import numpy as np

from centres.admin.map import RADIUS_METRES, ZIP_RADIUS_METRES
from centres.models import Country, Precision
from finder.map import backdrop, views

from .forms import YES, place_of

#: The map shows at least so much about the point, kilometres; and as much as it is unsure of.
LEAST_KM = 6


def spot_of(answers):
    """The `Spot` that the answers come to, or None: what was typed last, else the postcode, the
    town."""
    centre, address = answers["centre"], answers.get("address", {})
    typed = answers.get("place", {}).get("elsewhere", "")
    for text in (typed, centre["postcode"], _town(address)):
        spot = place_of(text, centre["country"])
        if spot:
            return spot
    return None


def _town(address):
    return ", ".join(filter(None, [address.get("town", ""), address.get("region", "")]))


def coordinates(answers):
    """The fields of `Centre` that say where it is; none where nobody agreed to a place."""
    if answers.get("address", {}).get("withheld"):
        return {"precision": Precision.WITHHELD.value}
    if answers.get("place", {}).get("right") != YES:
        return {}
    spot = spot_of(answers)
    if spot is None:
        return {}
    return {
        "latitude": round(spot.latitude, 6),
        "longitude": round(spot.longitude, 6),
        "precision": spot.precision,
        "coordinates_source": "Given by the sender" if spot.precision == "exact" else spot.source,
    }


@dataclass(frozen=True)
class PlaceMap:
    """x, y: where the point stands; reach: how far it may be off, in units; metres: the same."""

    view: views.View
    grounds: list
    names: list
    x: float
    y: float
    reach: float
    metres: int

    @property
    def km(self):
        return self.metres / 1000


def draw(spot):
    """The `PlaceMap` of a spot, or None where the country's outline does not reach it."""
    metres = RADIUS_METRES[spot.precision]
    if spot.country == Country.US and spot.precision == Precision.POSTCODE:
        metres = ZIP_RADIUS_METRES
    radius = max(LEAST_KM, 3 * metres / 1000)
    view = views.around(spot.country, spot.latitude, spot.longitude, radius)
    number, x, y = view.place(np.array([spot.latitude]), np.array([spot.longitude]))
    if number[0] < 0:
        return None
    point = round(float(x[0]), 1), round(float(y[0]), 1)
    return PlaceMap(
        view=view,
        grounds=backdrop.grounds(spot.country, view),
        names=backdrop.names(spot.country, view, np.array([point])),
        x=point[0],
        y=point[1],
        reach=round(metres / 1000 * view.panels[number[0]].scale, 1),
        metres=metres,
    )
