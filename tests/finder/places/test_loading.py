import pytest
from django.core.management import call_command

from finder.places import loading
from finder.places.models import Loaded, Outcode, Place, ZipCode

pytestmark = pytest.mark.django_db


@pytest.fixture
def fixtures(tmp_path):
    """A small gazetteer of its own."""
    (tmp_path / "towns.csv").write_text(
        "geonameid,name,country,region,population,latitude,longitude,alternates\n"
        "1,Leeds,GB,ENG,500000,53.80,-1.55,\n2,Otley,GB,ENG,14000,53.90,-1.69,\n"
        "3,Akron,US,OH,190000,41.08,-81.52,\n"
    )
    (tmp_path / "regions.csv").write_text(
        "kind,name,nation,lat,lng,population,alternates,towns\n"
        "county,West Yorkshire,ENG,53.75,-1.65,2350000,,Leeds;Otley\n"
    )
    (tmp_path / "localities.csv").write_text(
        "name,qualifier,latitude,longitude\nHyde Park,Leeds,53.81,-1.57\n"
    )
    (tmp_path / "outcodes.csv").write_text(
        "outcode,localities,nation\nLS6,Hyde Park (Leeds),ENG\nLS21,Otley,ENG\n"
    )
    return tmp_path


def codes(model):
    return set(model.objects.values_list("pk", flat=True))


def test_it_works(fixtures):
    assert loading.load_all(fixtures=fixtures)[0] == "gazetteer"

    assert {"geonames-1", "locality-hyde-park-leeds", "state-oh", "county-west-yorkshire"} <= codes(
        Place
    )
    assert codes(Outcode) == {"LS", "LS6", "LS21"}
    assert Place.objects.get(name="Hyde Park").county == "West Yorkshire"


def test_loading_again_does_nothing_and_asks_little(fixtures, django_assert_num_queries):
    loading.load_all(fixtures=fixtures)

    with django_assert_num_queries(2):
        assert loading.load_all(fixtures=fixtures) == []


def test_a_changed_fixture_is_loaded_and_what_is_gone_goes(fixtures):
    loading.load_all(fixtures=fixtures)
    towns = fixtures / "towns.csv"
    towns.write_text(towns.read_text().replace("2,Otley", "4,Ilkley").replace("53.80", "53.81"))

    assert loading.load_all(fixtures=fixtures) == ["gazetteer"]
    assert "geonames-2" not in codes(Place)
    assert Place.objects.get(pk="geonames-1").latitude == 53.81


def test_a_load_that_fails_leaves_what_was_there(fixtures):
    loading.load_all(fixtures=fixtures)
    before = codes(Place)
    (fixtures / "outcodes.csv").write_text("nothing,of,use\n1,2,3\n")

    with pytest.raises(KeyError):
        loading.load_all(fixtures=fixtures)
    assert codes(Place) == before


def test_zips_of_the_united_states_are_loaded_and_no_others(gazetteer):
    boston = ZipCode.objects.get(pk="02108")

    assert (boston.city, boston.state) == ("Boston", "MA")
    assert ZipCode.objects.count() > 40_000
    assert not ZipCode.objects.filter(state__in=["AE", "AP", "AA"]).exists()
    assert not ZipCode.objects.filter(latitude=0, longitude=0).exists()


def test_the_command_says_what_it_does(gazetteer, capsys):
    call_command("load_places")

    assert capsys.readouterr().out == "Places: already loaded\n"


def test_every_district_of_the_shipped_table_has_a_place(gazetteer):
    assert Loaded.objects.get(name="gazetteer").skipped == 0
    rows = loading.read_rows(loading.FIXTURES, "outcodes")
    listed = [row["outcode"] for row in rows]

    assert len(listed) == len(set(listed)) > 2_900
    assert set(listed) <= codes(Outcode)
