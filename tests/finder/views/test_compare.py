import datetime
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from finder import questions
from tests import factories
from tests.finder import towns

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TODAY = timezone.localdate(NOW)
DAY = datetime.timedelta(days=1)


def text_of(client, path):
    response = client.get(path)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    return unescape(" ".join(response.content.decode().split()))


def comparing(client, *references, more=""):
    return text_of(client, "/compare/?" + "&".join(f"c={name}" for name in references) + more)


def heads(text):
    """Names of the columns, in order."""
    return [part.split("</a>")[0].split(">")[-1] for part in text.split("compare-centre")[1:]]


def houses(count):
    return [
        factories.centre(name=f"House {number}", slug=f"house-{number}")
        for number in range(1, count + 1)
    ]


def test_it_works(client):
    centre = factories.centre(
        name="Holbeck House", slug="holbeck", street="1 Example Street", town="Leeds",
        verified_from=TODAY - DAY, verified_until=TODAY + 90 * DAY,
        rating="Good", rating_on=datetime.date(2025, 3, 9), regulator="cqc",
    )  # fmt: skip
    factories.phone(centre, number="+441632960123", answered_by="third-party")
    factories.programme(
        centre, length_min_days=28, length_max_days=28, price=9800, currency="GBP",
        price_on=datetime.date(2026, 5, 3), substances=["alcohol", "ketamine"],
        dual_diagnosis="capable", exclusions=["psychosis"], medication="does-not-accept",
    )  # fmt: skip
    other = factories.centre(name="Quiet House", slug="quiet")
    text = comparing(client, "holbeck", other.slug)
    assert "<h1>2 centres side by side</h1>" in text
    assert heads(text) == ["Holbeck House", "Quiet House"]
    for words in (
        "Alcohol, Ketamine", "Psychosis", "Treats mental health alongside", "£9,800",
        "As of 3 May 2026, with every charge that cannot be avoided.", "28 days (4 weeks)",
        "Does not accept", "1 Example Street, Leeds", "Verified</span> until",
        "Good, 9 March 2025", "By Care Quality Commission.", "01632 960123",
        "Answered by another company",
        "This centre pays us nothing.",
    ):  # fmt: skip
        assert words in text, words


def test_questions_stand_in_the_order_people_ask(client):
    houses(1)
    text = comparing(client, "house-1")
    asked = [
        "Can they take me?", "What does it cost in total?", "How soon?", "Where?",
        "What happens there?", "Who checked?", "Who answers the phone?", "Who pays?",
    ]  # fmt: skip
    places = [text.index(f">{question}</th>") for question in asked]
    assert places == sorted(places)


def test_what_is_not_known_is_a_question_to_ask_and_never_no(client):
    centre = factories.centre(slug="bare")
    factories.programme(centre)
    text = comparing(client, "bare")
    assert (
        'Price not published.</span> <span class="ask">Ask: “What is the whole price, with '
        "everything that cannot be avoided?”" in text
    )
    assert "Ask: “May I keep taking the medication I am prescribed?”" in text
    assert "Telephone number not known" in text
    assert '<td role="cell"> <span class="compare-whose">No' not in text


def test_every_fact_of_a_programme_that_is_compared_has_its_question(client):
    factories.centre(slug="empty")
    text = comparing(client, "empty")
    for name in ("level", "substances", "price", "earliest_admission", "length", "therapies"):
        assert f"Ask: “{questions.ASKED[name]}”" in text


def test_programmes_that_differ_are_told_apart_and_those_alike_are_said_once(client):
    centre = factories.centre(slug="two")
    factories.programme(centre, name="Stage one", length_min_days=28, medication="accepts")
    factories.programme(centre, name="Stage two", length_min_days=84, medication="accepts")
    text = comparing(client, "two")
    assert '<span class="whose">Stage one:</span> 28 days or longer' in text
    assert '<span class="whose">Stage two:</span> 84 days or longer' in text
    assert text.count("Accepts, does not prescribe") == 1


def test_programmes_of_one_name_are_numbered(client):
    centre = factories.centre(slug="twins")
    factories.programme(centre, length_min_days=28)
    factories.programme(centre, length_min_days=84)
    text = comparing(client, "twins")
    assert "Residential rehab (1):" in text
    assert "Residential rehab (2):" in text


def test_detox_stands_beside_its_warnings(client):
    centre = factories.centre(slug="detox")
    factories.programme(centre, level="residential-detox", detoxes=["alcohol"])
    text = comparing(client, "detox")
    assert "Detox alone is not treatment." in text
    assert "should not stop suddenly without medical advice" in text
    houses(1)
    assert "should not stop suddenly" not in comparing(client, "house-1").split("help-lines")[0]


def test_the_order_is_the_visitors_whoever_advertises(client):
    houses(2)
    advertiser = factories.centre(
        name="Paying House", slug="paying", verified_from=TODAY - DAY,
        verified_until=TODAY + 90 * DAY, advertiser_from=TODAY, advertiser_until=TODAY + 9 * DAY,
    )  # fmt: skip
    text = comparing(client, "house-2", "paying", "house-1")
    assert heads(text) == ["House 2", "Paying House", "House 1"]
    assert text.count('<span class="badge badge-advertiser">Advertiser</span>') == 2
    assert "this centre pays us a flat fee (under £250 a month)" in text
    sheet = text_of(client, f"/compare/print/?c={advertiser.slug}")
    assert '<span class="badge badge-advertiser">Advertiser</span> It pays us a flat fee.' in sheet


def test_a_centre_may_be_named_by_its_uuid_and_stands_once(client):
    (centre,) = houses(1)
    text = comparing(client, centre.uuid, str(centre.uuid).upper(), "house-1")
    assert heads(text) == ["House 1"]


def test_of_more_than_four_the_first_four_stand_and_the_rest_are_named(client):
    houses(6)
    text = comparing(client, *(f"house-{number}" for number in range(6, 0, -1)))
    assert heads(text) == ["House 6", "House 5", "House 4", "House 3"]
    assert "4 centres fit side by side. Left out here:" in text
    assert (
        '<a href="/centres/house-2/">House 2</a>, <a href="/centres/house-1/">House 1</a>.' in text
    )


def test_a_closed_centre_takes_no_place_and_names_its_successor(client):
    successor = factories.centre(name="New House", slug="new")
    factories.centre(
        name="Old House", slug="old", status="closed", closed_on=TODAY, successor=successor
    )
    houses(4)
    text = comparing(client, "old", *(f"house-{number}" for number in range(1, 5)))
    assert heads(text) == ["House 1", "House 2", "House 3", "House 4"]
    assert "Old House</a> has closed, so it is not compared." in text
    assert 'Its work goes on at <a href="/centres/new/">New House</a>.' in text


def test_a_successor_without_a_page_is_not_named(client):
    hidden = factories.centre(name="Hidden House", status="withdrawn")
    factories.centre(slug="old", status="closed", closed_on=TODAY, successor=hidden)
    assert "Hidden House" not in comparing(client, "old")


def test_a_suspended_centre_is_said_to_be(client):
    factories.centre(name="Asked House", slug="asked", status="suspended")
    text = comparing(client, "asked")
    assert "Asked House</a> is not compared: its listing is suspended" in text
    assert heads(text) == []


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_a_hidden_centre_is_as_unknown_as_one_that_never_was(client, status):
    centre = factories.centre(name="Secret House", slug="hidden", status=status)
    houses(1)
    texts = [comparing(client, "house-1", name) for name in ("hidden", centre.uuid, "never-was")]
    for text in texts:
        assert "1 of the names in this link is of no centre that is listed here." in text
        assert "Secret House" not in text


@pytest.mark.parametrize(
    "query",
    ["c=", "c=%00", "c=../..", "c=" + "x" * 3000, "c=%F0%9F%8F%A0", "c=a&c=b&c=a", "c"],
)
def test_what_is_no_name_is_no_error(client, query):
    assert "Nothing to compare" in text_of(client, f"/compare/?{query}")
    assert "No centre to call yet" in text_of(client, f"/compare/print/?{query}")


def test_a_link_of_hundreds_of_names_costs_what_one_of_twenty_does(client):
    houses(1)
    names = [f"name-{number}" for number in range(500)]
    with CaptureQueriesContext(connection) as captured:
        text = comparing(client, "house-1", *names)
    assert len(captured) <= 25
    assert "This link holds 481 names more than we look up." in text


def test_how_far_is_said_where_a_place_is_given(client):
    towns.leeds(), towns.newports()
    factories.centre(slug="placed", latitude=53.79648, longitude=-1.6)
    factories.centre(
        slug="hidden-place", precision="withheld", region="Fife", street="1 Secret Way"
    )
    names = ["placed", "hidden-place"]
    assert "How far from" not in comparing(client, *names)
    text = comparing(client, *names, more="&near=Leeds")
    assert "How far from Leeds" in text
    assert "about 2 miles" in text
    assert "Its place is not known here" in text
    assert "Not published, for the safety of the people who live there" in text
    assert "Secret Way" not in text
    ambiguous = comparing(client, *names, more="&near=Newport")
    assert "There is more than one “Newport”. Say which:" in ambiguous
    assert "We do not know that place" in comparing(client, *names, more="&near=Qwxyzzy")


def test_the_link_holds_the_centres_and_not_the_visitors_place(client, settings):
    towns.leeds()
    houses(2)
    text = comparing(client, "house-2", "gone", "house-1", more="&near=Leeds")
    assert f'value="{settings.SITE_URL}/compare/?c=house-2&c=house-1"' in text
    assert "Whoever has the link sees which centres are in it" in text
    assert "the place you typed is not in it" in text


def test_without_a_link_the_shortlist_is_compared(client):
    houses(3)
    for slug in ("house-3", "house-1"):
        client.post("/shortlist/", {"keep": slug})
    assert heads(text_of(client, "/compare/")) == ["House 3", "House 1"]
    assert "House 1</h2>" in text_of(client, "/compare/print/")
    assert heads(comparing(client, "house-2")) == ["House 2"]


def test_a_call_sheet_has_ten_questions_and_what_stands_behind_them(client):
    centre = factories.centre(name="Holbeck House", slug="holbeck")
    factories.phone(centre, number="+441632960123", label="admissions", answered_by="provider")
    factories.centre(name="Boston House", slug="boston", country="US", region="MA")
    text = text_of(client, "/compare/print/?c=holbeck&c=boston")
    british, american = text.split('<section class="sheet"')[1:]
    for sheet in (british, american):
        assert sheet.count("sheet-room") == 10
        assert "SAMHSA, TIP 45" in sheet
    assert "01632 960123" in british
    assert "Admissions: answered by the organisation that runs the centre" in british
    assert "CMA209" in british
    assert "CMA209" not in american.split("help-lines")[0]
    assert "Telephone number not known" in american


def test_the_questions_lead_nobody():
    assert len(questions.TEN) == 10
    for text in [*questions.ASKED.values(), *(one.text for one in questions.TEN)]:
        assert text.endswith("?")
        assert not text.startswith(("Don’t", "Isn’t", "Surely"))


def test_it_is_not_for_crawlers(client):
    houses(1)
    for path in ("/compare/?c=house-1", "/compare/print/?c=house-1", "/shortlist/"):
        assert '<meta name="robots" content="noindex">' in text_of(client, path)
    robots = client.get("/robots.txt").content.decode()
    assert "Disallow: /compare/" in robots
    assert "Disallow: /shortlist/" in robots


def test_costs_the_same_with_one_centre_as_with_four_full_ones(client):
    def queries(slugs):
        with CaptureQueriesContext(connection) as captured:
            comparing(client, *slugs)
        return len(captured)

    for number in range(1, 5):
        centre = factories.centre(
            slug=f"full-{number}", provider=factories.provider(), languages=["en"],
            verified_from=TODAY - DAY, verified_until=TODAY + 90 * DAY,
            advertiser_from=TODAY, advertiser_until=TODAY + 9 * DAY,
        )  # fmt: skip
        factories.phone(centre)
        for _ in range(number * 2):
            programme = factories.programme(centre, substances=["alcohol"], funding=["self-pay"])
            factories.insurance(programme)
            factories.provenance(centre, programme=programme, fact="level")
    assert queries(["full-1"]) == queries([f"full-{number}" for number in range(1, 5)]) <= 22
