import pytest
from django.http import QueryDict
from django.utils import timezone

from finder import narrowing
from finder.search import search
from tests import factories
from tests.finder import towns

GIVEN = {"near": ["Leeds"], "length": ["28", "84"], "page": ["3"]}


def test_an_address_begins_at_the_first_page_unless_told_otherwise():
    assert narrowing.address(GIVEN) == "/search/?near=Leeds&length=28&length=84"
    assert narrowing.address(GIVEN, page=2) == "/search/?near=Leeds&length=28&length=84&page=2"


def test_an_address_can_do_without_a_parameter_or_one_of_its_values():
    assert narrowing.address(GIVEN, length=None) == "/search/?near=Leeds"
    assert narrowing.address(GIVEN, length=["84"]) == "/search/?near=Leeds&length=84"
    assert narrowing.address({}) == "/search/"


def test_an_address_holds_what_was_typed_whatever_it_is():
    address = narrowing.address({"near": ["a&b=c #?“"]})
    assert QueryDict(address.split("?", 1)[1]).getlist("near") == ["a&b=c #?“"]


@pytest.mark.django_db
def test_what_is_allowed_is_listed_where_it_is_a_closed_list():
    assert narrowing.allowed("setting") == ["residential", "outpatient", "online"]
    assert narrowing.allowed("country") == ["GB", "US"]
    assert narrowing.allowed("colour") == []


@pytest.mark.django_db
def test_a_chip_says_in_words_what_is_in_force_and_how_to_be_rid_of_it():
    towns.leeds()
    factories.term("substance", "ketamine", label="Ketamine")
    params = QueryDict("near=Leeds&radius=25&max_price=9000&substance=ketamine&verified=yes&q=oak")
    results = search(params, now=timezone.now())
    chips = narrowing.chips(results)
    assert [chip.text for chip in chips] == [
        "Within 25 miles",
        "Up to £9,000",
        "Ketamine",
        "Verified",
        "Name has “oak”",
    ]
    for chip in chips:
        assert f"{chip.parameter}=" not in chip.address


@pytest.mark.django_db
def test_nearest_first_is_offered_only_where_there_is_a_place():
    towns.leeds()
    near = search(QueryDict("near=Leeds"), now=timezone.now()).query
    anywhere = search(QueryDict(""), now=timezone.now()).query
    assert "distance" in [sort.value for sort in narrowing.sorts(near)]
    assert "distance" not in [sort.value for sort in narrowing.sorts(anywhere)]
