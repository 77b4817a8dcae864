import csv

import pytest
from django.core.management import call_command

from finder.places.management.commands.build_gazetteer import TOWNS, as_csv

LEEDS = {
    "geonameid": 2644688, "name": "Leeds", "countrycode": "GB", "admin1code": "ENG",
    "population": 536_280, "latitude": 53.79648, "longitude": -1.54785,
    "alternatenames": ["LBA", "Lids", "Лидс"],
}  # fmt: skip


def rows(*cities):
    return as_csv(cities).splitlines()[1:]


def test_it_works():
    assert rows(LEEDS) == ["2644688,Leeds,GB,ENG,536280,53.7965,-1.5478,"]


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({"countrycode": "US", "admin1code": "ME", "alternatenames": ["Loidis"]}, "US,ME,"),
        ({"countrycode": "IM", "alternatenames": ["Lîds"]}, "GB,IM,Lîds"),
        ({"admin1code": "WLS", "alternatenames": ["Caerlidys", "lids", "LDS"]}, "GB,WLS,Caerlidys"),
        ({"name": "Kingston upon Leeds", "alternatenames": ["Leeds", "Loidis"]}, "GB,ENG,Leeds"),
        ({"geonameid": 4300488}, "GB,ENG,"),
    ],
)
def test_of_other_names_those_are_kept_that_a_visitor_may_type(changes, kept):
    (row,) = csv.reader(rows(LEEDS | changes))

    assert ",".join([row[2], row[3], row[-1]]) == kept


def test_a_count_known_to_be_wrong_is_unknown():
    assert ",0," in rows(LEEDS | {"geonameid": 4300488})[0]


def test_other_countries_and_bases_abroad_are_left_out():
    assert rows(LEEDS | {"countrycode": "FR"}, LEEDS | {"admin1code": ""}) == []


def test_the_order_is_by_number_whatever_the_order_given():
    other = LEEDS | {"geonameid": 1, "name": "Other"}

    assert as_csv([LEEDS, other]) == as_csv([other, LEEDS])


def test_the_shipped_fixture_is_what_the_package_gives():
    call_command("build_gazetteer", check=True)
    assert TOWNS.stat().st_size < 2_000_000
