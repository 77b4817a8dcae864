"""Which towns have a page, over the whole gazetteer that ships."""

import re

import pytest

from finder.places import towns
from finder.places.resolve import resolve

pytestmark = pytest.mark.django_db


@pytest.fixture
def every(gazetteer):
    return towns.everything()


def where(place):
    return place.country, place.latitude, place.longitude


def test_the_larger_towns_have_one_each(every):
    slugs = {town.slug for town in every}

    assert {"leeds", "manchester", "glasgow", "cardiff", "belfast", "london"} <= slugs
    assert {"boston-massachusetts", "newport-isle-of-wight", "birmingham-alabama"} <= slugs
    assert len(slugs) == len(every) > 2_000
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) for slug in slugs)
    assert not {"newport", "boston", "england", "yorkshire", "camden"} & slugs


def test_each_address_and_each_search_means_that_town_alone(every):
    for town in every:
        assert towns.look_up(town.slug) == (town, ()), town.slug
        assert where(resolve(town.near, country=town.country).place) == where(town.place), town.slug


def test_small_towns_have_none(every):
    assert min(town.place.population for town in every) >= min(towns.FEWEST_PEOPLE.values())


def test_the_largest_come_first(gazetteer):
    english, absent = towns.largest([("GB", "ENG", 3), ("GB", "nowhere", 3)])

    assert english[0].slug == "london"
    assert len(english) == 3
    assert absent == []


@pytest.mark.parametrize(
    ("slug", "label"),
    [
        ("leeds", "Leeds"),
        ("newport-isle-of-wight", "Newport, Isle of Wight"),
        ("boston-massachusetts", "Boston, Massachusetts"),
    ],
)
def test_a_town_is_called_what_tells_it_from_others(gazetteer, slug, label):
    assert towns.look_up(slug)[0].label == label


@pytest.mark.parametrize("slug", ["qwxyzzy", "ls1-4dy", "53-8", "-", "a" * 200])
def test_what_is_no_town_is_none(gazetteer, slug):
    assert towns.look_up(slug)[0] is None
