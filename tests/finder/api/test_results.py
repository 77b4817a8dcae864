"""A search as JSON: what it answers, in which order, and what never changes it."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from geopy.distance import geodesic

from centres.models import Centre
from tests import factories, many
from tests.finder import directories

from .reading import answer, names

pytestmark = pytest.mark.django_db

PATH = "/api/centres/"
TODAY = timezone.localdate()
DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)

RESULT_KEYS = {
    "id", "slug", "name", "country", "distance_miles", "latitude", "longitude", "verified",
    "verified_until", "advertiser", "languages", "access", "programmes",
}  # fmt: skip
PROGRAMME_KEYS = {
    "level", "setting", "length_min_days", "length_max_days", "dual_diagnosis", "substances",
    "therapies", "conditions", "funding", "people", "medication", "price", "currency",
    "earliest_admission",
}  # fmt: skip


def test_it_works(client, leeds):
    centre = factories.centre(
        name="Holbeck House",
        latitude=53.7965,
        longitude=-1.5778,
        languages=["en"],
        access=["step-free"],
        verified_from=TODAY - DAY,
        verified_until=TODAY + 90 * DAY,
        advertiser_from=TODAY,
        advertiser_until=TODAY + 30 * DAY,
    )
    factories.programme(
        centre,
        level="residential",
        length_min_days=28,
        length_max_days=84,
        dual_diagnosis="capable",
        medication="accepts",
        substances=["alcohol"],
        therapies=["cbt"],
        conditions=["anxiety"],
        funding=["self-pay"],
        people=["women"],
        price=9800,
        currency="GBP",
        price_on=TODAY,
        earliest_admission=TODAY + 3 * DAY,
        earliest_admission_stated_at=timezone.now() - HOUR,
    )

    found = answer(client, PATH, near="Leeds", setting="residential", length="28")

    (result,) = found.pop("results")
    miles = result.pop("distance_miles")
    assert miles == pytest.approx(geodesic((53.79648, -1.54785), (53.7965, -1.5778)).miles)
    assert result == {
        "id": str(centre.uuid),
        "slug": centre.slug,
        "name": "Holbeck House",
        "country": "GB",
        "latitude": 53.7965,
        "longitude": -1.5778,
        "verified": True,
        "verified_until": (TODAY + 90 * DAY).isoformat(),
        "advertiser": True,
        "languages": ["en"],
        "access": ["step-free"],
        "programmes": [
            {
                "level": "residential",
                "setting": "residential",
                "length_min_days": 28,
                "length_max_days": 84,
                "dual_diagnosis": "capable",
                "substances": ["alcohol"],
                "therapies": ["cbt"],
                "conditions": ["anxiety"],
                "funding": ["self-pay"],
                "people": ["women"],
                "medication": "accepts",
                "price": 9800,
                "currency": "GBP",
                "earliest_admission": (TODAY + 3 * DAY).isoformat(),
            }
        ],
    }
    facets = found.pop("facets")
    assert facets["substance"] == {"alcohol": 1}
    assert facets["setting"] == {"residential": 1, "outpatient": 0, "online": 0}
    assert facets["verified"] == {"yes": 1}
    assert found == {
        "origin": {
            "label": "Leeds",
            "latitude": 53.79648,
            "longitude": -1.54785,
            "precision": "town",
        },
        "count": 1,
        "next": None,
        "previous": None,
    }


def test_what_is_not_known_is_null_or_empty_and_never_no(client):
    factories.programme(factories.centre(), level="")

    found = answer(client, PATH)

    (result,) = found["results"]
    (programme,) = result.pop("programmes")
    assert set(result) | {"programmes"} == RESULT_KEYS
    assert set(programme) == PROGRAMME_KEYS
    lists = {"substances", "therapies", "conditions", "funding", "people"}
    assert programme == {name: [] if name in lists else None for name in PROGRAMME_KEYS}
    assert result["distance_miles"] is result["latitude"] is result["longitude"] is None
    assert result["verified_until"] is None
    assert (result["verified"], result["advertiser"]) == (False, False)
    assert (result["languages"], result["access"]) == ([], [])
    assert found["origin"] is None


def test_a_withheld_place_has_neither_coordinates_nor_a_distance(client, leeds):
    factories.centre(precision="withheld", street="1 Secret Street", town="Hidden", region="Fife")

    response = client.get(PATH, {"near": "Leeds"})

    (result,) = response.json()["results"]
    assert result["distance_miles"] is result["latitude"] is result["longitude"] is None
    assert "Secret" not in response.content.decode()
    assert "Hidden" not in response.content.decode()


def test_addiction_only_is_something_known(client):
    factories.programme(factories.centre(), dual_diagnosis="none")

    (result,) = answer(client, PATH)["results"]

    assert result["programmes"][0]["dual_diagnosis"] == "none"


def test_coordinate_zero_is_a_place(client):
    factories.centre(latitude=0.0, longitude=0.0)

    (result,) = answer(client, PATH, near="0,0", country="GB")["results"]

    assert (result["latitude"], result["longitude"], result["distance_miles"]) == (0, 0, 0)


@pytest.mark.parametrize(
    ("begins", "ends", "verified"),
    [(-9, 0, True), (0, 9, True), (-9, -1, False), (1, 9, False)],
)
def test_verified_is_judged_today_and_its_last_day_is_told(client, begins, ends, verified):
    until = TODAY + ends * DAY
    factories.centre(verified_from=TODAY + begins * DAY, verified_until=until)

    (result,) = answer(client, PATH)["results"]

    assert result["verified"] is verified
    assert result["verified_until"] == until.isoformat()


@pytest.mark.parametrize(("hours", "known"), [(71, True), (73, False), (-1, False)])
def test_an_admission_date_is_null_unless_stated_in_the_last_72_hours(client, hours, known):
    date = TODAY + 5 * DAY
    factories.programme(
        factories.centre(),
        earliest_admission=date,
        earliest_admission_stated_at=timezone.now() - hours * HOUR,
    )

    (result,) = answer(client, PATH)["results"]

    assert result["programmes"][0]["earliest_admission"] == (date.isoformat() if known else None)


@pytest.mark.parametrize("status", ["draft", "withdrawn", "suspended", "closed"])
def test_only_what_is_listed_is_ever_found(client, leeds, status):
    closed = {"closed_on": TODAY} if status == "closed" else {}
    factories.centre(name="Gone", status=status, latitude=53.8, longitude=-1.55, **closed)
    factories.centre(name="There", latitude=53.8, longitude=-1.55)

    for parameters in ({}, {"near": "Leeds"}, {"near": "Leeds", "radius": "5"}, {"q": "e"}):
        found = answer(client, PATH, **parameters)
        assert names(found) == ["There"]
        assert found["count"] == 1


SEARCHES = (
    {},
    {"near": "53.8,-1.55"},
    {"near": "53.8,-1.55", "radius": "100", "setting": "residential"},
    {"verified": "yes", "sort": "price"},
    {"substance": ["alcohol", "cannabis"], "sort": "available"},
    {"country": "US", "sort": "checked"},
)


def test_adverts_change_no_membership_order_count_or_facet(client):
    many.verify(directories.build(7, 60), TODAY - 30 * DAY, TODAY + 400 * DAY)
    before = [answer(client, PATH, page_size=100, **asked) for asked in SEARCHES]

    many.advertise([centre for centre in Centre.objects.all() if centre.pk % 2], TODAY)

    after = [answer(client, PATH, page_size=100, **asked) for asked in SEARCHES]
    marks = [result.pop("advertiser") for found in after for result in found["results"]]
    assert {result.pop("advertiser") for f in before for result in f["results"]} == {False}
    assert set(marks) == {True, False}
    assert after == before


def test_the_pages_together_are_the_whole_without_repeats(client):
    directories.build(3, 70)
    for asked in SEARCHES:
        whole = answer(client, PATH, page_size=100, **asked)

        pages = list(read_on(client, answer(client, PATH, page_size=7, **asked)))

        together = [result for page in pages for result in page["results"]]
        assert len(pages) == max(1, -(-whole["count"] // 7))
        assert together == whole["results"], asked
        assert len({result["id"] for result in together}) == len(together) == whole["count"]
        assert all(page["facets"] == whole["facets"] for page in pages)


def read_on(client, page):
    """The first page and all after it, by their links, which lead back as well."""
    assert page["previous"] is None
    while page["next"]:
        yield page
        later = answer(client, page["next"])
        assert answer(client, later["previous"]) == page
        page = later
    yield page


def test_links_keep_what_was_asked_and_do_not_trust_the_host(client, leeds):
    for _ in range(3):
        factories.programme(factories.centre(), substances=["alcohol", "opioids"])
    asked = {"near": "Leeds", "substance": ["alcohol", "opioids"], "page_size": 1, "page": 2}

    found = client.get(PATH, asked, headers={"host": "localhost"}).json()

    kept = "/api/centres/?near=Leeds&substance=alcohol&substance=opioids&page_size=1&page="
    assert (found["previous"], found["next"]) == (f"{kept}1", f"{kept}3")


def test_twenty_a_page_and_at_most_a_hundred(client):
    for _ in range(21):
        factories.centre()

    assert len(answer(client, PATH)["results"]) == 20
    assert len(answer(client, PATH, page_size=100)["results"]) == 21


def test_nothing_found_is_an_answer(client):
    found = answer(client, PATH, q="nothing is called this")

    assert (found["count"], found["results"], found["next"]) == (0, [], None)


def test_it_costs_the_same_queries_for_one_result_and_for_a_hundred(client, leeds):
    def queries():
        answer(client, PATH, near="Leeds", page_size=100)  # the index is read anew here
        with CaptureQueriesContext(connection) as captured:
            found = answer(client, PATH, near="Leeds", page_size=100)
        return len(found["results"]), len(captured)

    def grow(number):
        for _ in range(number):
            centre = factories.centre(
                provider=factories.provider(), latitude=53.8, longitude=-1.5, languages=["en"]
            )
            factories.phone(centre)
            factories.programme(centre, substances=["alcohol"], therapies=["cbt", "dbt"])
            factories.programme(centre, people=["women"])

    grow(1)
    one = queries()
    grow(99)
    hundred = queries()

    assert (one[0], hundred[0]) == (1, 100)
    assert one[1] == hundred[1] <= 6
