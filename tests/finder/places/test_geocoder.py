import pytest
from django.core.exceptions import ImproperlyConfigured
from geopy.exc import GeocoderQueryError
from geopy.geocoders.base import Geocoder
from geopy.location import Location

from finder.places.geocoder import GazetteerGeocoder, RememberingGeocoder, nominatim
from finder.places.models import RemoteLookup

pytestmark = pytest.mark.django_db


class CountingGeocoder(Geocoder):
    """A geocoder of somebody else, which counts how often it is asked."""

    def __init__(self, found):
        super().__init__()
        self.found, self.asked = found, []

    def geocode(self, query, **limits):
        self.asked.append((query, limits))
        return self.found


def test_it_works(gazetteer):
    found = GazetteerGeocoder().geocode("Leeds")

    assert found.address == "Leeds"
    assert (found.latitude, found.longitude) == pytest.approx((53.80, -1.55), abs=0.02)
    assert found.raw["precision"] == "town"
    assert found.raw["country"] == "GB"
    assert found.raw["source"].startswith("GeoNames")


def test_it_is_a_geopy_geocoder_in_all_that_callers_use(gazetteer):
    geocoder = GazetteerGeocoder()

    assert isinstance(geocoder, Geocoder)
    assert geocoder.geocode("LS1 4DY", timeout=3).raw["precision"] == "outcode"
    assert [found.address for found in geocoder.geocode("Leeds", exactly_one=False)] == ["Leeds"]


def test_what_is_unknown_ambiguous_doubtful_or_abroad_is_not_placed(gazetteer):
    geocoder = GazetteerGeocoder()

    assert geocoder.geocode("asdfgh") is None
    assert geocoder.geocode("Newcastle") is None
    assert geocoder.geocode("Manch") is None
    assert geocoder.geocode("Chicago", country="GB") is None
    assert len(geocoder.geocode("Newcastle", exactly_one=False)) > 1


def test_nominatim_is_off_until_an_operator_names_a_contact(settings):
    settings.NOMINATIM_CONTACT = ""

    with pytest.raises(ImproperlyConfigured, match="Set NOMINATIM_CONTACT"):
        nominatim()


def test_nominatim_is_asked_slowly_and_by_name(settings):
    settings.NOMINATIM_CONTACT = "staff@example.org"
    geocoder = nominatim()

    assert geocoder._ask.min_delay_seconds == 1


def test_another_geocoder_is_asked_nothing_twice():
    found = Location("1 Test Road", (53.8, -1.5), {"addresstype": "road"})
    other = CountingGeocoder(found)
    geocoder = RememberingGeocoder("other", other, seconds_between=0)

    first = geocoder.geocode("1 Test  Road", country="GB")
    again = RememberingGeocoder("other", other, seconds_between=0).geocode(
        "1 Test Road", country="GB"
    )

    assert other.asked == [("1 Test  Road", {"country_codes": "gb"})]
    assert (again.latitude, again.longitude, again.raw) == (53.8, -1.5, first.raw)
    assert again.raw["precision"] == "street"


def test_that_another_geocoder_found_nothing_is_remembered_too():
    other = CountingGeocoder(None)
    geocoder = RememberingGeocoder("other", other, seconds_between=0)

    assert geocoder.geocode("Nowhere") is None
    assert geocoder.geocode("Nowhere") is None
    assert len(other.asked) == 1
    assert RemoteLookup.objects.get().answer is None


def test_a_query_longer_than_an_address_is_refused():
    with pytest.raises(GeocoderQueryError):
        RememberingGeocoder("other", CountingGeocoder(None)).geocode("x" * 400)
