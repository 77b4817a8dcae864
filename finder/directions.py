"""The way to a centre: addresses of maps elsewhere, which only the visitor's own press asks for."""

from dataclasses import dataclass
from urllib.parse import urlencode

from centres.models import Centre, Country, Precision, Status

#: Coordinates this fine lead to the right street; in the US a ZIP code may be miles wide.
FINE = {
    Country.GB: {Precision.EXACT, Precision.STREET, Precision.POSTCODE},
    Country.US: {Precision.EXACT, Precision.STREET},
}
OPENSTREETMAP = "https://www.openstreetmap.org/directions?"


@dataclass(frozen=True, slots=True)
class Directions:
    """map_app: a geo: address (RFC 5870), which a telephone gives to its own map."""

    map_app: str
    openstreetmap: str


def is_fine(centre: Centre):
    """Whether its coordinates are close enough to find it by."""
    return centre.latitude is not None and centre.precision in FINE[centre.country]


def point(centre):
    """Its coordinates as text, to a tenth of a metre."""
    return f"{centre.latitude:.6f},{centre.longitude:.6f}"


def directions(centre):
    """`Directions` to a listed centre; None where its place is not published, or too coarse."""
    if centre.status != Status.LISTED or centre.is_withheld or not is_fine(centre):
        return None
    there = point(centre)
    return Directions(
        map_app=f"geo:{there}?{urlencode({'q': there})}",
        openstreetmap=OPENSTREETMAP + urlencode({"to": there}),
    )
