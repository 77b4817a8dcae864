import datetime
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from finder.places.models import Outcode
from tests import factories
from tests.finder import towns

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = datetime.timedelta(days=1)


def text_of(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return unescape(" ".join(response.content.decode().split()))


@pytest.fixture
def leeds():
    towns.leeds()


def test_it_works(client, leeds):
    centre = factories.centre(
        name="Holbeck House", town="Leeds", latitude=53.7965, longitude=-1.5778
    )
    factories.programme(
        centre,
        length_min_days=28,
        length_max_days=28,
        price=9800,
        currency="GBP",
        price_on=TODAY,
    )
    factories.phone(centre, number="+441632960123", answered_by="centre")
    text = text_of(client, "/search/?near=Leeds&setting=residential&length=28")
    assert "<h1>Centres near Leeds" in text
    assert "<strong>1</strong> centre" in text
    assert "Holbeck House" in text
    assert "about 1 mile" in text
    assert "Residential rehab" in text
    assert "28 days (4 weeks)" in text
    assert "£9,800" in text
    assert 'href="tel:+441632960123"' in text
    assert "01632 960123" in text
    assert "answered at the centre" in text


def test_the_place_as_it_was_understood_and_the_way_to_change_it(client, leeds):
    factories.centre(latitude=53.79, longitude=-1.55)
    text = text_of(client, "/search/?near=leeds")
    assert "<h1>Centres near Leeds</h1>" in text
    assert '<a href="#near">Change the place</a>' in text
    assert '<input id="near" name="near" type="search" value="leeds"' in text
    assert '<a href="#near">Search near a place</a>' in text_of(client, "/search/")


def test_the_order_is_said_with_what_does_not_decide_it(client, leeds):
    factories.centre(latitude=53.79, longitude=-1.55)
    near = text_of(client, "/search/?near=Leeds")
    assert "<strong>Nearest first</strong>; adverts change nothing." in near
    by_price = text_of(client, "/search/?near=Leeds&sort=price")
    assert "<strong>Lowest whole price first</strong>; adverts change nothing." in by_price


def test_a_card_answers_what_people_ask_in_their_order(client, leeds):
    until = TODAY + 90 * DAY
    centre = factories.centre(
        name="Holbeck House",
        town="Leeds",
        latitude=53.7965,
        longitude=-1.5778,
        rating="Good",
        rating_on="2024-03-09",
        regulator="cqc",
        verified_from=TODAY - DAY,
        verified_until=until,
        advertiser_from=TODAY - DAY,
        advertiser_until=TODAY + DAY,
    )
    factories.programme(centre, length_min_days=28, length_max_days=28)
    factories.programme(centre, level="aftercare")
    factories.phone(centre, number="+441632960123", answered_by="third-party")
    text = text_of(client, "/search/?near=Leeds&setting=residential&length=28&verified=yes")
    card = text[text.index('id="card-') : text.index("Keep this centre")]
    said = [
        "Holbeck House", "Leeds · ", "about 1 mile", "Matches 3 of 3 things asked for",
        "in 1 of 2 programmes", "<li>Lives in (residential)</li><li>28 days</li><li>Verified</li>",
        "Residential rehab", "28 days (4 weeks)", "price not published",
        f"until {until:%-d %B %Y}", "Advertiser", "Advertising does not change the order.",
        "Rated “Good” by Care Quality Commission, 9 March 2024", "01632 960123",
        "answered by another company",
    ]  # fmt: skip
    places = [card.find(words) for words in said]
    assert -1 not in places, said[places.index(-1)]
    assert places == sorted(places)


def test_what_is_written_by_hand_is_escaped(client):
    ill = "<b>&'\""
    centre = factories.centre(name=ill, town=ill, rating=ill, rating_on="2024-03-09")
    factories.programme(centre, level="residential")
    factories.phone(centre, number="+441632960123")
    text = client.get("/search/", {"q": ill, "level": "residential"}).content.decode()
    assert 'class="card"' in text
    assert "<b>" not in text


def test_distance_is_never_finer_than_either_end_is_known(client, leeds):
    factories.centre(latitude=53.80, longitude=-1.48, precision="exact")
    factories.centre(latitude=53.81, longitude=-1.50, precision="town")
    text = text_of(client, "/search/?near=53.8,-1.55")
    assert "2.9 miles" in text
    assert "about 2 miles" in text


def test_a_centre_with_no_published_place_says_so(client, leeds):
    factories.centre(precision="withheld", street="1 Secret Street", town="Hidden", region="Fife")
    text = text_of(client, "/search/?near=Leeds")
    assert "place not published" in text
    assert "Secret" not in text
    assert "Hidden" not in text


def test_what_is_not_known_is_said_and_never_no(client):
    factories.programme(factories.centre(), level="")
    text = text_of(client, "/search/")
    assert "price not published" in text
    assert "length not known" in text
    assert "Kind of programme not known" in text
    assert "Telephone number not known" in text
    assert "Not verified by us" in text


def test_a_centre_without_programmes_says_they_are_not_known(client):
    factories.centre()
    assert "Programmes not known" in text_of(client, "/search/")


def test_an_advertiser_is_named_in_words_and_the_order_stays(client):
    verified = {"verified_from": TODAY - DAY, "verified_until": TODAY + 90 * DAY}
    advert = {"advertiser_from": TODAY - DAY, "advertiser_until": TODAY + DAY}
    factories.centre(name="Alder House")
    factories.centre(name="Birch House", **verified, **advert)
    text = text_of(client, "/search/")
    assert text.index("Alder House") < text.index("Birch House")
    assert text.count(">Advertiser<") == 1
    assert "Advertising does not change the order." in text


def test_the_marks_go_the_day_after_verification_ends(client):
    past = {"verified_from": TODAY - 90 * DAY, "verified_until": TODAY - DAY}
    factories.centre(**past, advertiser_from=TODAY - 9 * DAY, advertiser_until=TODAY - DAY)
    text = text_of(client, "/search/")
    assert "Verification lapsed" in text
    assert ">Verified<" not in text
    assert ">Advertiser<" not in text


def test_verified_says_until_when(client):
    until = TODAY + 90 * DAY
    factories.centre(verified_from=TODAY, verified_until=until)
    assert f"until {until:%-d %B %Y}" in text_of(client, "/search/")


def test_a_rating_never_stands_without_its_date(client):
    factories.centre(rating="Good", rating_on="2024-03-09", regulator="cqc")
    text = text_of(client, "/search/")
    assert "Rated “Good” by Care Quality Commission, 9 March 2024" in text


def test_every_option_shows_how_many_centres_it_would_leave(client):
    for days in (28, 28, 84):
        factories.programme(factories.centre(), length_min_days=days, length_max_days=days)
    text = text_of(client, "/search/?length=28")
    assert '28 days <span class="option-count">(2)</span>' in text
    assert '84 days <span class="option-count">(1)</span>' in text


def test_each_filter_in_force_can_be_taken_out_alone(client):
    factories.programme(factories.centre(), length_min_days=28, length_max_days=28)
    text = text_of(client, "/search/?setting=residential&length=28&page=1")
    assert 'href="/search/?length=28"' in text
    assert 'href="/search/?setting=residential"' in text


def test_a_value_that_is_no_option_is_kept_by_the_form(client):
    factories.programme(factories.centre(), length_min_days=28, length_max_days=84)
    text = text_of(client, "/search/?length=30")
    assert '<input type="hidden" name="length" value="30">' in text
    assert "30 days" in text


def test_centres_left_out_for_an_unknown_price_are_counted(client):
    priced = {"price": 900, "currency": "GBP", "price_on": TODAY}
    factories.programme(factories.centre(), **priced)
    factories.programme(factories.centre())
    text = text_of(client, "/search/?max_price=1000")
    assert "<strong>1</strong> centre" in text
    assert "1 more centre would be here, but no whole price is published." in text


def test_detox_alone_is_said_not_to_be_treatment_with_its_source(client):
    factories.programme(factories.centre(), level="residential-detox", length_max_days=7)
    text = text_of(client, "/search/?level=residential-detox")
    assert "Detox alone is not treatment." in text
    assert "SAMHSA, TIP 45" in text
    assert "Anyone who drinks heavily every day should not stop suddenly" in text


def test_american_results_bring_american_help_lines(client):
    towns.boston()
    factories.centre(country="US", latitude=42.36, longitude=-71.06)
    text = text_of(client, "/search/?near=Boston")
    assert 'href="tel:988"' in text
    assert 'href="tel:911"' in text
    assert 'href="tel:116123"' not in text


def test_only_visible_centres_are_listed(client):
    for status in ("draft", "suspended", "withdrawn"):
        factories.centre(name=f"A {status} one", status=status)
    factories.centre(name="A closed one", status="closed", closed_on=TODAY)
    assert "No centre matches" in text_of(client, "/search/")


def test_pages_follow_one_another_and_keep_the_filters(client):
    for _ in range(25):
        factories.programme(factories.centre())
    first = text_of(client, "/search/?setting=residential")
    assert 'rel="next" href="/search/?setting=residential&page=2"' in first
    second = text_of(client, "/search/?setting=residential&page=2")
    assert 'rel="prev" href="/search/?setting=residential&page=1"' in second
    assert second.count('class="card"') == 5


@pytest.mark.parametrize("size", [1, 40])
def test_costs_at_most_six_queries_whatever_there_is(client, size, leeds):
    """With a map that has marks of centres on other pages."""
    Outcode.objects.create(outcode="LS1", label="LS1 (Leeds)", latitude=53.8, longitude=-1.55)
    for number in range(size):
        centre = factories.centre(
            latitude=53.8 + number / 20, longitude=-1.5, provider=factories.provider()
        )
        factories.phone(centre)
        for days in (7, 28, 84):
            factories.programme(centre, length_min_days=days, substances=["alcohol"])
    for near in ("Leeds", "LS1", "LS1 4DY", "53.8,-1.55", ""):
        address = f"/search/?near={near}&setting=residential&length=28"
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        assert len(queries) <= 6, (near, [query["sql"] for query in queries])


def test_the_address_of_a_search_leaves_out_what_was_not_chosen(client):
    factories.programme(factories.centre())
    text = text_of(client, "/search/?near=&setting=residential&max_price=")
    assert 'data-address="/search/?setting=residential"' in text


def test_a_refresh_that_meets_a_dead_end_goes_to_its_page(client):
    response = client.get("/search/?level=palace", headers={"hx-request": "true"})
    assert response["HX-Redirect"] == "/search/?level=palace"
