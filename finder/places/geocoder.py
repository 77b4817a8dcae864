"""Geocoders for commands and imports, with the interface every geopy geocoder has.

`GazetteerGeocoder` looks nowhere but in our own tables. `nominatim` asks OpenStreetMap's public
server, for staff commands only: its policy forbids bulk use and personal data, so it is off unless
an operator has named a contact, asks once a second at most, and asks nothing twice.
https://operations.osmfoundation.org/policies/nominatim/
"""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from geopy.exc import GeocoderQueryError
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import Nominatim
from geopy.geocoders.base import Geocoder
from geopy.location import Location

from . import precision
from .answers import Ambiguous, Doubtful, Understood
from .models import RemoteLookup
from .resolve import resolve

LONGEST_QUERY = RemoteLookup._meta.get_field("query").max_length
SECONDS_BETWEEN_REQUESTS = 1
NOMINATIM_PRECISION = {
    "house": precision.EXACT,
    "building": precision.EXACT,
    "amenity": precision.EXACT,
    "office": precision.EXACT,
    "healthcare": precision.EXACT,
    "place": precision.EXACT,
    "road": precision.STREET,
    "postcode": precision.POSTCODE,
}


class GazetteerGeocoder(Geocoder):
    """Our own gazetteer as a geopy geocoder: offline, and needing no configuration.

    A `Location`'s `raw` is `{"precision", "country", "source", "note"}`; precisions are those of
    `finder.places.precision`.
    """

    def __init__(self, **options):
        super().__init__(**options)

    def geocode(self, query, *, exactly_one=True, country=None, timeout=None):
        """The `Location` of a place, or None where it is not known, ambiguous or doubtful.

        With `exactly_one=False`, a list: of one, or of all that may be meant, likeliest first.
        `timeout` is taken because every geocoder takes it.
        """
        answer = resolve(query, country=country)
        if isinstance(answer, Understood):
            found = [location(answer.place, answer.note)]
            return found[0] if exactly_one else found
        if exactly_one:
            return None
        return [location(spot) for spot in _possible(answer)] or None


def _possible(answer):
    if isinstance(answer, Ambiguous):
        return [choice.place for choice in answer.choices]
    if isinstance(answer, Doubtful):
        return [choice.place for choice in answer.suggestions]
    return []


def location(spot, note=""):
    raw = {
        "precision": spot.precision,
        "country": spot.country,
        "source": spot.source,
        "note": note,
    }
    return Location(spot.label, (spot.latitude, spot.longitude), raw)


class RememberingGeocoder(Geocoder):
    """Another geocoder, asked slowly, and never twice for the same thing."""

    def __init__(self, name, geocoder, *, seconds_between=SECONDS_BETWEEN_REQUESTS, **options):
        super().__init__(**options)
        self.name = name
        self._ask = RateLimiter(
            geocoder.geocode, min_delay_seconds=seconds_between, swallow_exceptions=False
        )

    def geocode(self, query, *, exactly_one=True, country=None, timeout=None):
        """As geopy's; a `Location`'s `raw` has our `precision` beside the other's own fields.

        Raises geopy's `GeocoderServiceError` and its kin where the server does not answer, and
        `GeocoderQueryError` for a query longer than any address.
        """
        key = f"{country or ''}|{' '.join(query.split())}"
        if len(key) > LONGEST_QUERY:
            raise GeocoderQueryError(f"A query may have {LONGEST_QUERY} characters at most.")
        kept = RemoteLookup.objects.filter(geocoder=self.name, query=key).first()
        if kept is None:
            kept = self._remember(key, query, country)
        if kept.answer is None:
            return None
        found = _from_answer(kept.answer, self.name)
        return found if exactly_one else [found]

    def _remember(self, key, query, country):
        limits = {"country_codes": country.lower()} if country else {}
        found = self._ask(query, **limits)
        answer = found and {
            "address": found.address,
            "latitude": found.latitude,
            "longitude": found.longitude,
            "raw": found.raw,
        }
        return RemoteLookup.objects.create(geocoder=self.name, query=key, answer=answer)


def _from_answer(answer, name):
    raw = answer["raw"]
    fineness = NOMINATIM_PRECISION.get(raw.get("addresstype"), precision.TOWN)
    raw = {**raw, "precision": fineness, "source": name}
    return Location(answer["address"], (answer["latitude"], answer["longitude"]), raw)


def nominatim():
    """OpenStreetMap, for staff commands. Raises `ImproperlyConfigured` while it is off."""
    if not settings.NOMINATIM_CONTACT:
        raise ImproperlyConfigured(
            "Nominatim is off. Set NOMINATIM_CONTACT to an e-mail address at which its operators"
            " can reach you, and read https://operations.osmfoundation.org/policies/nominatim/"
        )
    agent = f"treatment-centre-finder ({settings.NOMINATIM_CONTACT})"
    return RememberingGeocoder("nominatim", Nominatim(user_agent=agent))
