"""Bad input never widens a search: each dead end is a page of its own with a way on (P8)."""

import datetime
import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories
from tests.finder import towns

pytestmark = pytest.mark.django_db


@pytest.fixture
def directory():
    towns.leeds(), towns.boston(), towns.newports()
    factories.programme(factories.centre(name="Holbeck House", latitude=53.79, longitude=-1.55))


def page(client, path, status):
    response = client.get(path)
    assert response.status_code == status
    assert 'class="card"' not in response.content.decode()
    return unescape(" ".join(response.content.decode().split()))


def links(text):
    return [part.split('"')[0] for part in text.split('<li><a href="')[1:]]


def test_an_unknown_place_asks_for_another(client, directory):
    text = page(client, "/search/?near=Qwxyzzy&setting=residential", 404)
    assert "We do not know a place called “Qwxyzzy”" in text
    assert '<input type="hidden" name="setting" value="residential">' in text


def test_a_doubtful_place_offers_what_may_be_meant(client, directory):
    text = page(client, "/search/?near=Bostin Spa&setting=residential", 404)
    if "Did you mean" in text:
        (link, *_) = [link for link in links(text) if link.startswith("/search/?")]
        assert client.get(link).status_code == 200


def test_an_ambiguous_place_gives_choices_that_keep_the_filters(client, directory):
    text = page(client, "/search/?near=Newport&setting=residential", 200)
    assert "Which “Newport” do you mean?" in text
    choices = [link for link in links(text) if "near=Newport%2C" in link]
    assert len(choices) == 2
    for choice in choices:
        assert "setting=residential" in choice
        assert "<h1>Centres near Newport" in client.get(choice).content.decode()
    assert text.count(": 1 centre</a>") == 2


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("level=palace", "level"),
        ("colour=blue", "colour"),
        ("length=many", "length"),
        ("sort=distance", "sort"),
        ("radius=10", "radius"),
        ("page=0", "page"),
        ("page=999", "page"),
        ("country=FR", "country"),
        ("verified=perhaps", "verified"),
    ],
)
def test_an_invalid_filter_is_named_and_can_be_taken_out(client, directory, query, named):
    text = page(client, f"/search/?setting=residential&{query}", 400)
    assert f"<code>{named}</code>" in text
    assert '<a href="/search/?setting=residential">Search without it: 1 centre</a>' in text


def test_an_invalid_filter_says_what_is_allowed(client, directory):
    text = page(client, "/search/?setting=castle", 400)
    assert "It may be: residential, outpatient, online." in text


def test_what_was_typed_is_never_markup(client, directory):
    for path in ("/search/?near=<script>x</script>", "/search/?<b>=1", "/search/?level=<b>"):
        assert "<script>x" not in client.get(path).content.decode()
        assert "<b>" not in client.get(path).content.decode()


def test_an_empty_result_names_the_filters_to_take_out(client, directory):
    text = page(client, "/search/?near=Leeds&radius=10&setting=online", 200)
    assert "Nothing matches all of this at once" in text
    assert '<a href="/search/?near=Leeds&radius=10">Without “Online”: 1 centre</a>' in text
    assert "Every centre in" not in text


def test_where_no_single_change_finds_them_all_there_is_a_link_to_all(client, directory):
    factories.centre()
    text = page(client, "/search/?near=Leeds&radius=10&setting=online&length=28", 200)
    everything = "Every centre in the United Kingdom, nearest to Leeds first: 2 centres"
    assert f'<a href="/search/?near=Leeds">{everything}</a>' in text


def test_a_place_in_another_country_offers_both(client, directory):
    text = page(client, "/search/?near=Boston&country=GB", 400)
    assert "is not in the United Kingdom" in text
    assert "in the United States: 0 centres" in text
    assert "Stay in the United Kingdom, at any place: 1 centre" in text
    there, here = [link for link in links(text) if link.startswith("/search/?")]
    assert "country=US" in there
    assert here == "/search/?country=GB"
    assert client.get(there).status_code == 200


@pytest.mark.parametrize(
    "query",
    ["near=%00", "near=" + "a" * 5000, "near=%F0%9F%98%80", "page=1e9", "near=999,999", "q=%00"],
)
def test_nothing_a_visitor_types_breaks_the_page(client, directory, query):
    assert client.get(f"/search/?{query}").status_code in {200, 400, 404}


class TestEmergencyWords:
    def lines(self, client, path):
        text = client.get(path).content.decode()
        head, found, box = text.partition('aria-label="If this is an emergency"')
        assert not found or "<h1" not in head
        return unescape(box.split("</section>")[0])

    @pytest.mark.parametrize(
        "path",
        [
            "/search/?q=overdose",
            "/search/?near=suicide",
            "/search/?near=Leeds&q=dying",
            "/search/?near=can%E2%80%99t%20breathe",
            "/search/?near=Leeds&q=overdose&level=palace",
        ],
    )
    def test_they_bring_the_help_lines_above_the_heading(self, client, directory, path):
        box = self.lines(client, path)
        assert box.index("999") < box.index("116 123")

    def test_the_page_answers_as_it_would(self, client, directory):
        text = page(client, "/search/?near=overdose", 404)
        assert "We do not know a place called “overdose”" in text
        text = page(client, "/search/?near=Leeds&q=overdose", 200)
        assert "Nothing matches all of this at once" in text

    def test_american_words_and_places_bring_american_lines(self, client, directory):
        for path in ("/search/?near=911", "/search/?near=Boston&q=overdose"):
            box = self.lines(client, path)
            assert box.index('href="tel:911"') < box.index('href="tel:988"')
            assert "tel:999" not in box

    @pytest.mark.parametrize("path", ["/search/", "/search/?near=Leeds&q=crisis+house"])
    def test_ordinary_words_bring_no_box(self, client, directory, path):
        assert self.lines(client, path) == ""

    def test_nothing_typed_is_logged_or_kept(self, client, directory, caplog):
        with caplog.at_level("DEBUG"), CaptureQueriesContext(connection) as queries:
            response = client.get("/search/?near=Leeds&q=overdose")
        assert "overdose" not in caplog.text
        assert not [q for q in queries if q["sql"].startswith(("INSERT", "UPDATE"))]
        assert response.cookies == {}
        assert response["Cache-Control"].count("no-store") == 1


class TestNoPlaceForADistance:
    def test_it_says_so_and_links_to_the_search_without_it(self, client, directory):
        factories.programme(factories.centre())
        text = page(client, "/search/?near=&radius=10&setting=residential", 400)
        assert "Near which place?" in text
        assert "Without a place there is no distance" in text
        link = '<a href="/search/?setting=residential">Search without it: 2 centres</a>'
        assert link in text
        assert (
            "<strong>2</strong> centres"
            in client.get("/search/?setting=residential").content.decode()
        )

    def test_the_distance_waits_for_the_place(self, client, directory):
        text = page(client, "/search/?radius=10&setting=residential", 400)
        assert '<input type="hidden" name="radius" value="10">' in text
        assert '<input type="hidden" name="setting" value="residential">' in text

    def test_a_distance_that_is_none_does_not(self, client, directory):
        text = page(client, "/search/?radius=far&radius=near&setting=residential", 400)
        assert '<input type="hidden" name="radius"' not in text


def test_a_way_on_that_is_a_dead_end_itself_promises_no_number(client, directory):
    text = page(client, "/search/?near=Qwxyzzy&level=palace", 400)
    assert '<a href="/search/?near=Qwxyzzy">Search without it</a>' in text


COUNTED = re.compile(r'<a href="(/search/[^"]*)">[^<]*: ([\d,]+) centres?</a>')


@pytest.mark.parametrize(
    "path",
    [
        "/search/?near=Newport",
        "/search/?near=Newport&radius=25&setting=residential",
        "/search/?near=Newport&country=GB&setting=residential&page=3",
        "/search/?near=Boston&country=GB&radius=10",
        "/search/?near=Leedz&radius=10",
        "/search/?radius=10&setting=residential",
        "/search/?near=Leeds&colour=blue",
        "/search/?near=Leeds&radius=5&setting=online&length=28",
        "/search/?near=Leeds&radius=10",
    ],
)
def test_every_number_beside_a_link_is_what_the_link_finds(client, directory, path):
    for latitude in (50.7, 52.8, 53.9, 54.2, 54.6):
        factories.programme(factories.centre(latitude=latitude, longitude=-1.5))
    factories.programme(factories.centre(latitude=52.77, longitude=-2.38))
    text = unescape(client.get(path).content.decode())
    promised = COUNTED.findall(text)
    assert promised
    for link, number in promised:
        assert client.get(link).context["results"].count == int(number.replace(",", "")), link


def test_a_list_of_places_costs_the_same_however_long(client):
    def queries(name, number):
        for county in range(number):
            towns.town(name, 50 + county, -1, county=f"County {county}", population=9_000)
        client.get(f"/search/?near={name}")
        with CaptureQueriesContext(connection) as captured:
            text = client.get(f"/search/?near={name}").content.decode()
        assert text.count(": 0 centres") == number
        return len(captured)

    assert queries("Ashby", 2) == queries("Thorpe", 6)


class TestThin:
    def test_two_results_are_followed_by_what_would_find_more(self, client, directory):
        for latitude in (53.85, 54.2, 54.3, 54.4, 54.5):
            factories.programme(factories.centre(latitude=latitude, longitude=-1.55))
        text = client.get("/search/?near=Leeds&radius=10").content.decode()
        after = text[text.index('<ol class="cards">') :]
        assert "Only 2 centres match" in after
        assert "Within 50 miles: 6 centres" in after
        assert after.count('class="card card-short"') == 3

    def test_three_results_are_not(self, client, directory):
        for _ in range(2):
            factories.centre(latitude=53.8, longitude=-1.55)
        text = client.get("/search/?near=Leeds&radius=10").content.decode()
        assert "more-ways" not in text

    def test_an_advertiser_further_away_is_named_as_one(self, client, directory):
        today, day = timezone.localdate(), datetime.timedelta(days=1)
        factories.centre(
            latitude=54.3,
            longitude=-1.55,
            verified_from=today - day,
            verified_until=today + 90 * day,
            advertiser_from=today - day,
            advertiser_until=today + day,
        )
        text = client.get("/search/?near=Leeds&radius=10").content.decode()
        short = text[text.index('class="card card-short"') :]
        assert ">Advertiser<" in short
        assert "Advertising does not change the order." in short

    def test_it_costs_three_more_queries_at_most(self, client, directory):
        for _ in range(9):
            centre = factories.centre(latitude=54.3, longitude=-1.55)
            factories.phone(centre)
            factories.programme(centre)
        path = "/search/?near=Leeds&radius=10"
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        assert len(queries) <= 9


@pytest.mark.parametrize(
    ("near", "line", "route", "day"),
    [
        ("Leeds", "0300 123 6600", "NHS and council drug and alcohol services", "22 November"),
        ("Boston", "1-800-662-4357", "FindTreatment.gov", "November 22,"),
    ],
)
def test_free_help_stands_on_an_empty_result_with_its_source(
    client, directory, near, line, route, day
):
    text = page(client, f"/search/?near={near}&setting=online", 200)
    section = text[text.index('class="free-route"') :].split("</section>")[0]
    assert route in section
    assert line in section
    assert "Source: <a href=" in section
    assert f"looked at on {day} 2026" in section
