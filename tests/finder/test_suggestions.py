"""Every suggestion is a link that finds exactly as many centres as it says, whatever is asked."""

import math
import random
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from centres.models import Centre
from finder import index, narrowing
from finder.search import count, search
from finder.suggestions import MOST_BEYOND, MOST_FILTERS, MOST_NEARLY, THIN, suggestions
from tests import factories, many

from . import directories, towns
from .asking import NOW, TODAY, ask

pytestmark = pytest.mark.django_db
HERE = {"latitude": 53.8, "longitude": -1.55}
NEAR = "53.8,-1.55"
SEARCHES_A_DIRECTORY = 40


class _RollBack(Exception):
    pass


def follow(suggestion):
    """`Results` of a suggestion's link."""
    return search(QueryDict(urlsplit(suggestion.address).query), now=NOW)


def made(**asked):
    return suggestions(ask(**asked))


def said(ways):
    return [(way.text, way.count) for way in ways]


def centre_with(*, miles=0, **programme):
    """A centre so many miles north of here, with one programme."""
    centre = factories.centre(latitude=53.8 + miles / 69.2, longitude=-1.55)
    factories.programme(centre, **programme)
    return centre


class TestLeavingOneThingOut:
    def test_each_filter_says_what_the_search_without_it_finds_the_most_first(self):
        for _ in range(4):
            centre_with(level="residential", length_max_days=7)
        for _ in range(2):
            centre_with(level="online", length_max_days=28)

        way = made(near=NEAR, level="residential", length="28")

        assert said(way.without) == [("Without “28 days”", 4), ("Without “Residential rehab”", 2)]
        assert [follow(one).count for one in way.without] == [4, 2]

    def test_a_filter_that_would_gain_nothing_is_not_named(self):
        centre_with(level="residential", length_max_days=28)

        way = made(level="residential", length="28", q="nothing")

        assert said(way.without) == [("Without “nothing” in the name", 1)]

    def test_the_values_of_one_filter_go_together(self):
        centre_with(level="residential", length_min_days=60)

        (way,) = made(length=["7", "14"], level="residential").without

        assert (way.text, way.count) == ("Without “7 days” or “14 days”", 1)

    def test_at_most_four(self):
        directories.vocabulary()
        centre_with(level="residential")
        asked = {
            "verified": "yes", "language": "en", "access": "step-free", "q": "zzz", "length": "7",
        }  # fmt: skip
        for name in asked:
            for _ in range(2):
                _all_but(name, asked)

        way = made(**asked)

        assert len(way.without) == MOST_FILTERS
        assert {one.count for one in way.without} == {2}

    def test_a_full_result_suggests_nothing(self):
        for _ in range(THIN):
            centre_with(level="residential")
        centre_with(level="online")

        assert made(level="residential") is None

    def test_a_thin_one_does(self):
        for _ in range(THIN - 1):
            centre_with(level="residential")
        centre_with(level="online")

        assert said(made(level="residential").without) == [("Without “Residential rehab”", 3)]


def _all_but(left_out, asked):
    """A centre that meets every filter of `asked` but one."""
    centre = factories.centre(
        name="x" if left_out == "q" else "zzz",
        languages=[] if left_out == "language" else ["en"],
        access=[] if left_out == "access" else ["step-free"],
    )
    if left_out != "verified":
        factories.verify(centre, TODAY, TODAY)
    factories.programme(centre, length_max_days=1 if left_out == "length" else 7)


class TestLookingFurther:
    def test_the_smallest_distances_for_one_more_and_for_three_more(self):
        for miles in (8, 40, 45, 200):
            centre_with(miles=miles)

        way = made(near=NEAR, radius="5")

        assert said(way.further) == [("Within 10 miles", 1), ("Within 50 miles", 3)]
        assert [follow(one).count for one in way.further] == [1, 3]

    def test_one_distance_that_does_for_both_is_named_once(self):
        for _ in range(5):
            centre_with(miles=8)

        assert said(made(near=NEAR, radius="5").further) == [("Within 10 miles", 5)]

    def test_any_distance_is_the_last_and_counts_what_has_no_published_place(self):
        centre_with(miles=1)
        centre_with(miles=150)
        factories.centre(precision="withheld")

        way = made(near=NEAR, radius="5")

        assert said(way.further) == [("At any distance", 3)]
        assert follow(way.further[0]).count == 3

    def test_without_a_radius_there_is_no_further(self):
        centre_with()

        assert made(near=NEAR, level="online").further == []


class TestBeyond:
    def test_the_nearest_that_meet_every_filter_and_no_nearer_one_twice(self):
        near = centre_with(miles=1, level="residential")
        centre_with(miles=7, level="online")
        beyond = [centre_with(miles=miles, level="residential") for miles in (60, 20, 40, 80)]

        found = ask(near=NEAR, radius="5", level="residential")
        way = suggestions(found)

        assert [hit.centre.pk for hit in found.hits] == [near.pk]
        nearest = sorted(beyond, key=lambda centre: centre.latitude)[:MOST_BEYOND]
        assert [hit.centre.pk for hit in way.beyond] == [centre.pk for centre in nearest]
        assert [round(hit.distance_miles) for hit in way.beyond] == [20, 40, 60]

    def test_the_order_chosen_for_the_page_does_not_change_them(self):
        for miles in (60, 20, 40):
            centre_with(miles=miles)

        by_name = made(near=NEAR, radius="5", sort="name").beyond

        assert [round(hit.distance_miles) for hit in by_name] == [20, 40, 60]

    def test_none_without_a_radius(self):
        centre_with()

        assert made(near=NEAR, level="online").beyond == []


class TestNearly:
    def test_the_nearest_that_lack_one_filter_each_with_the_one_it_lacks(self):
        asked = {"level": "residential", "length": "28", "verified": "yes"}
        unverified = centre_with(miles=3, level="residential", length_max_days=28)
        longer = centre_with(miles=1, level="residential", length_min_days=60)
        factories.verify(longer, TODAY, TODAY)
        centre_with(miles=2, level="residential", length_min_days=60)  # lacks two

        nearly = made(near=NEAR, **asked).nearly

        assert [(hit.centre.pk, lacks) for hit, lacks in nearly] == [
            (longer.pk, "length"),
            (unverified.pk, "verified"),
        ]

    def test_two_programmes_that_meet_a_filter_each_do_not_lack_only_one_of_three(self):
        centre = centre_with(level="residential", length_max_days=28, price=None)
        factories.programme(centre, level="online", length_min_days=60)

        assert made(level="online", length="28", dual_diagnosis="enhanced").nearly == []

    def test_never_a_result_and_none_beyond_the_distance(self):
        found = centre_with(miles=1, level="residential", length_max_days=28)
        centre_with(miles=9, level="residential")

        way = made(near=NEAR, radius="5", level="residential", length="28")

        assert way.nearly == []
        assert found.pk not in [hit.centre.pk for hit in way.beyond]

    def test_none_that_lack_the_only_filter(self):
        centre_with(level="residential")

        assert made(near=NEAR, level="online").nearly == []

    def test_they_are_read_together_with_those_beyond(self, django_assert_num_queries):
        centre_with(miles=1, level="residential")
        centre_with(miles=20, level="residential", length_max_days=28)
        found = ask(near=NEAR, radius="5", level="residential", length="28")

        with django_assert_num_queries(3):
            way = suggestions(found)

        assert (len(way.beyond), len(way.nearly)) == (1, 1)


class TestEverything:
    def test_every_centre_of_the_country_near_the_place(self):
        centre_with(level="residential")
        factories.centre(country="US", latitude=42.0, longitude=-71.0)

        way = made(near=NEAR, level="online", q="nothing").everything

        assert way.text == "Every centre in the United Kingdom, nearest to 53.8000, -1.5500 first"
        assert (way.count, follow(way).count) == (1, 1)

    def test_a_place_in_america_stays_there(self):
        towns.boston()
        for _ in range(2):
            factories.centre(country="US", latitude=42.0, longitude=-71.0)
        centre_with()

        way = made(near="Boston", radius="5", level="online", q="nothing").everything

        assert follow(way).count == way.count == 2
        assert follow(way).query.country == "US"

    def test_not_where_the_search_or_one_change_of_it_finds_them_all(self):
        centre_with()

        assert made(near=NEAR).everything is None
        assert made(near=NEAR, level="online").everything is None


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32), size=st.integers(0, 30))
def test_every_link_finds_exactly_what_it_promises(db, seed, size):
    try:
        with transaction.atomic():
            directories.build(seed, size)
            index.forget()
            rng = random.Random(seed)
            for _ in range(SEARCHES_A_DIRECTORY):
                keeps_its_promises(directories.random_query(rng))
            raise _RollBack
    except _RollBack:
        index.forget()


def keeps_its_promises(asked):
    found = ask(**asked)
    way = suggestions(found)
    assert (way is None) == (found.count >= THIN)
    if way is None:
        return
    single = [*way.without, *way.further]
    for one in [*single, *filter(None, [way.everything])]:
        there = follow(one)
        assert there.count == one.count > found.count, (asked, one)
        assert there.query.country == found.query.country
    for one in single:
        assert len(_differences(found.query.given, follow(one).query.given)) == 1
    _names_every_gain(asked, found, way)
    _nothing_nearer(asked, found, way)
    _lack_one(asked, found, way)


def _differences(given, other):
    names = (given.keys() | other.keys()) - {"page"}
    return {name for name in names if given.get(name) != other.get(name)}


def _names_every_gain(asked, found, way):
    """By the search itself, asked again for each filter and each distance."""
    gains = []
    for name in found.query.values:
        fewer = QueryDict(narrowing.query_of(found.query.given, **{name: None}))
        gains.append(count(fewer, now=NOW))
    gains = sorted((n for n in gains if n > found.count), reverse=True)
    assert [one.count for one in way.without] == gains[:MOST_FILTERS]
    if found.query.radius is None:
        assert way.further == []
        return
    wider = [f"{m}" for m in narrowing.RADIUSES if m > found.query.radius] + ["any"]
    counts = [ask(**{**asked, "radius": [radius]}).count for radius in wider]
    least = {next((n for n in counts if n >= found.count + more), None) for more in (1, 3)}
    assert [one.count for one in way.further] == sorted(least - {None})


def _nothing_nearer(asked, found, way):
    if found.query.radius is None:
        assert way.beyond == []
        return
    whole = ask(**{**asked, "radius": ["any"], "sort": ["distance"], "page_size": ["100"]})
    inside = {hit.centre.pk for hit in found.hits}
    outside = [hit.centre.pk for hit in whole.hits if hit.centre.pk not in inside]
    assert [hit.centre.pk for hit in way.beyond] == outside[:MOST_BEYOND]


def _lack_one(asked, found, way):
    """The nearest of all that some search without one of the filters finds besides."""
    given, lacking = found.query.given, {}
    names = list(found.query.values) if len(found.query.values) > 1 else []
    order = {"sort": "distance" if found.origin else "name", "page_size": "100"}
    for name in names:
        there = search(QueryDict(narrowing.query_of({**given, name: []}, **order)), now=NOW)
        for hit in there.hits:
            far = math.inf if hit.distance_miles is None else hit.distance_miles
            place = (far, hit.centre.name, hit.centre.pk)
            lacking.setdefault(place, name)
    for hit in found.hits:
        lacking = {place: name for place, name in lacking.items() if place[2] != hit.centre.pk}
    nearest = [(place[2], lacking[place]) for place in sorted(lacking)][:MOST_NEARLY]
    assert [(hit.centre.pk, lacks) for hit, lacks in way.nearly] == nearest


def test_adverts_change_no_suggestion():
    directories.build(seed=35, size=40)
    rng = random.Random(5)
    searches = [directories.random_query(rng) for _ in range(200)]

    def answers():
        made = [suggestions(ask(**asked)) for asked in searches]
        return [
            (
                one.without,
                one.further,
                one.everything,
                [(hit.centre.pk, lacks) for hit, lacks in one.nearly],
                [hit.centre.pk for hit in one.beyond],
            )
            for one in made
            if one
        ]

    before = answers()
    many.advertise(list(Centre.objects.verified(now=NOW)), TODAY)

    assert Centre.objects.advertisers(now=NOW).exists()
    assert sum(bool(without) for without, *_ in before) > 20
    assert sum(bool(beyond) for *_, beyond in before) > 10
    assert answers() == before
