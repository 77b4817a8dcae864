import pytest

from finder.places import gazetteer
from finder.places.models import Loaded, Place
from finder.places.resolve import resolve

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _read_afresh():
    gazetteer.forget()
    yield
    gazetteer.forget()


def stored(name, **fields):
    defaults = {
        "code": f"test-{name}", "kind": "town", "country": "GB", "name": name,
        "folded": name.lower(),
        "region": "ENG", "population": 50_000, "latitude": 53.0, "longitude": -1.0,
    }  # fmt: skip
    return Place.objects.create(**defaults | fields)


def emptied():
    Place.objects.all().delete()
    Loaded.objects.all().delete()


def test_it_works():
    emptied()
    stored("Testhampton")

    assert resolve("testhampton").place.label == "Testhampton"


def test_with_no_places_loaded_nothing_is_known_and_nothing_breaks():
    emptied()

    assert gazetteer.current().places == []
    assert resolve("1.5,2.5").place.country == "GB"


def test_the_next_look_up_after_a_load_sees_it():
    emptied()
    stored("Testhampton")
    Loaded.objects.create(name="gazetteer", digest="one", rows=1)
    first = gazetteer.current()
    stored("Testborough")

    assert gazetteer.current() is first
    Loaded.objects.update(digest="two")
    assert gazetteer.current().named("testborough")


def test_a_point_is_in_the_country_of_the_nearest_place(gazetteer):
    assert gazetteer.country_at(54.6, -5.9) == "GB"
    assert gazetteer.country_at(42.3, -71.1) == "US"
    assert gazetteer.country_at(21.3, -157.9) == "US"
    assert gazetteer.country_at(51.9, 179.9) == "US"
    assert gazetteer.country_at(0.0, 0.0) == "GB"


def test_every_place_is_a_place_on_earth_and_bears_a_name(gazetteer):
    assert len(gazetteer.places) > 29_000
    for place in gazetteer.places:
        assert -90 <= place.latitude <= 90
        assert -180 <= place.longitude <= 180
        assert place.folded
        assert place.label
