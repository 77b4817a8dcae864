"""What a look-up answers with: exactly one of five things. Pure.

A place is `Understood`, or `Ambiguous` (several bear the name), or `Doubtful` (perhaps
misspelt), or in another country than was asked for, or `Unknown`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the map: degrees WGS84, and how fine they are (see `precision`)."""

    label: str
    latitude: float
    longitude: float
    precision: str
    country: str  # "GB" (with the Crown dependencies) or "US"
    source: str = ""  # what the coordinates rest on, as named in `sources`


@dataclass(frozen=True, slots=True)
class Understood:
    place: Spot
    note: str = ""  # what was assumed, as a sentence; empty when nothing was


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several places: searching again for `query` finds it and nothing else."""

    query: str
    place: Spot

    @property
    def label(self):
        return self.place.label


@dataclass(frozen=True, slots=True)
class Ambiguous:
    text: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Doubtful:
    text: str
    suggestions: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class OtherCountry:
    place: Spot


@dataclass(frozen=True, slots=True)
class Unknown:
    text: str
