"""What a visitor typed, understood as a place: the one entrance to everything in this package.

`resolve("Leeds")`, `resolve("LS1 4DY")`, `resolve("Boston, MA")`, `resolve("53.8,-1.55")`. At most
two small queries once the gazetteer is in memory; nothing typed leaves the machine.
"""

import math
import re

from . import codes, gazetteer, names, postcodes, precision
from .answers import Ambiguous, Choice, Doubtful, OtherCountry, Spot, Understood, Unknown
from .naming import NamedLookup

_NUMBER = r"[-+−]?(?:\d{1,6}(?:\.\d{0,20})?|\.\d{1,20}|nan|inf(?:inity)?)"
_COORDINATES = re.compile(
    rf"\(?\s*({_NUMBER})°?(?:\s*[,;]\s*|\s+(?=\S*\.))({_NUMBER})°?\s*\)?", re.IGNORECASE | re.ASCII
)
_COUNTRY_LAST = re.compile(
    r"[\s,]+(?:u\.?k\.?|u\.?s\.?(?:a\.?)?|united (?:kingdom|states)|england|scotland"
    r"|wales|northern ireland)$",
    re.IGNORECASE,
)


def resolve(text, *, country=None, home=names.GB):
    """One of the answers of `answers`, for any text; "" is `Unknown`.

    `country` ("GB" or "US") is the country asked for: what is surely elsewhere is `OtherCountry`.
    `home` is the visitor's own: it comes first where several places may be meant.
    """
    text = tidied(text)
    answer = _coordinates(text) or _code(text, country) or NamedLookup(text, country, home).answer()
    if isinstance(answer, Understood) and country and answer.place.country != country:
        return OtherCountry(answer.place)
    return answer


def tidied(text):
    """Single spaces, nothing unprintable, no longer than an address."""
    if not isinstance(text, str):
        return ""
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text[: postcodes.LONGEST]).split())


def _coordinates(text):
    """A bare "latitude, longitude" in degrees; one that is nowhere on Earth is `Unknown`."""
    match = _COORDINATES.fullmatch(text)
    if not match:
        return None
    latitude, longitude = (float(number.replace("−", "-")) for number in match.groups())
    if not (math.isfinite(latitude) and abs(latitude) <= 90):
        return Unknown(text)
    if not (math.isfinite(longitude) and abs(longitude) <= 180):
        return Unknown(text)
    country = gazetteer.current().country_at(latitude, longitude)
    label = f"{latitude:.4f}, {longitude:.4f}"
    return Understood(Spot(label, latitude, longitude, precision.EXACT, country, "as typed"))


def _code(text, country):
    """A postcode or ZIP, alone or inside an address; two letters may be a state as well."""
    bare = _COUNTRY_LAST.sub("", text)
    code = postcodes.parse(bare)
    if code is None:
        inside = postcodes.find(bare)
        return codes.look_up(inside) if inside else None
    if bare != text and getattr(code, "kind", "") == "area":
        return None  # "AL, USA" is no postcode area
    found = codes.look_up(code)
    if found is None:
        return _unknown_code(text, codes.alternatives(code), country)
    if getattr(code, "kind", "") == "area" and text.upper() in names.STATES:
        return _area_or_state(text, found, country)
    return found


def _unknown_code(text, offered, country):
    """A code nobody has, in words: its neighbours are known, and so is its country."""
    if not offered:
        return Unknown(text)
    if country and offered[0].place.country != country:
        return OtherCountry(offered[0].place)
    return Doubtful(text, offered)


def _area_or_state(text, area, country):
    """ "CO" is Colchester's postcodes, and Colorado."""
    state = next((p for p in gazetteer.current().named(names.fold(text)) if p.region), None)
    if state is None or country == names.GB:
        return area
    if country == names.US:
        return Understood(state.spot)
    asked = Choice(query=area.place.label, place=area.place)
    return Ambiguous(text, (asked, state.choice))


__all__ = ["Ambiguous", "Doubtful", "OtherCountry", "Understood", "Unknown", "resolve"]
