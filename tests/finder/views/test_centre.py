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

NOW = timezone.now()
TODAY = timezone.localdate(NOW)
DAY = datetime.timedelta(days=1)


def text_of(client, centre, status=200):
    response = client.get(centre.get_absolute_url())
    assert response.status_code == status
    return unescape(" ".join(response.content.decode().split()))


def section(text, slug):
    """What the page says under one question."""
    begins = text.index(f'<h2 id="{slug}"')
    return text[begins : text.index("</section>", begins)]


def test_it_works(client):
    centre = factories.centre(
        name="Holbeck House", street="1 Example Street", town="Leeds", postcode="LS1 4DY"
    )
    factories.phone(centre, number="+441632960123", label="admissions", answered_by="third-party")
    factories.programme(
        centre,
        name="Stage one",
        length_min_days=28,
        length_max_days=84,
        price=9800,
        currency="GBP",
        price_on=TODAY,
        price_extras="a psychiatrist's letter, £150",
        substances=["alcohol", "ketamine"],
        exclusions=["psychosis"],
    )
    text = text_of(client, centre)
    assert "<h1>Holbeck House</h1>" in text
    assert "1 Example Street" in text
    assert 'href="tel:+441632960123"' in text
    assert "Admissions: answered by another company" in text
    assert "28 to 84 days (4 to 12 weeks)" in text
    assert "£9,800" in text
    assert "May come on top: a psychiatrist's letter, £150." in text
    assert "<li>Ketamine</li>" in text


def test_a_fact_shows_where_it_comes_from_and_how_old_it_is(client):
    register = factories.source(name="The Register of Houses", url="https://example.org/register")
    centre = factories.centre(street="1 Example Street", town="Leeds", source=register)
    factories.provenance(centre, fact="address", source=register, as_of=datetime.date(2025, 3, 9))
    text = text_of(client, centre)
    assert 'From an official register: <a href="https://example.org/register"' in text
    assert "True on 9 March 2025" in text
    assert "First came from The Register of Houses" in text


def test_a_fact_without_a_source_says_so(client):
    text = text_of(client, factories.centre(town="Leeds"))
    assert "Sources: no source noted" in text
    assert "<strong>Address.</strong> No source noted." in text


def test_one_disclosure_a_question_holds_the_source_and_age_of_each_fact(client):
    register, told = factories.source(name="The Register"), factories.source(name="A Leaflet")
    centre = factories.centre()
    day, night = (factories.programme(centre, name=name, price=9, currency="GBP", price_on=TODAY)
                  for name in ("Day", "Night"))  # fmt: skip
    old, new = datetime.date(2025, 3, 9), datetime.date(2025, 4, 9)
    for programme, source, as_of in ((day, register, old), (night, told, new)):
        factories.provenance(centre, programme=programme, fact="price", source=source, as_of=as_of)
    cost = section(text_of(client, centre), "cost")
    assert cost.count("<summary>") == 1
    assert "Sources: the oldest of 9 March 2025" in cost
    assert "<strong>Whole price (Day).</strong>" in cost
    assert "The Register. True on 9 March 2025" in cost
    assert "<strong>Whole price (Night).</strong>" in cost
    assert "A Leaflet. True on 9 April 2025" in cost


def test_every_known_fact_is_named_in_some_disclosure(client):
    centre = factories.centre(
        street="1 Example Street", latitude=53.8, longitude=-1.55, beds=9, website="https://a.test/",
        about="A house.", languages=["en"], access=["hoist"], amenities=["pets"],
        provider=factories.provider(), rating="Good", rating_on=TODAY,
        registration="registered", regulator="cqc", registration_number="1-1",
    )  # fmt: skip
    factories.phone(centre)
    factories.programme(
        centre, length_min_days=28, price=1, currency="GBP", price_on=TODAY, age_min=18,
        approach="secular", medication="prescribes", dual_diagnosis="capable",
        substances=["a"], detoxes=["a"], therapies=["b"], conditions=["c"], funding=["e"],
        excluded_conditions=["d"], people=["f"], exclusions=["g"], medicines=["h"],
        earliest_admission=TODAY, earliest_admission_stated_at=NOW,
    )  # fmt: skip
    text = text_of(client, centre)
    listed = " ".join(re.findall(r"<strong>([^<]*)\.</strong> No source noted", text))
    for label in (
        "Kind of programme", "How long", "Treats", "Mental health", "Treated alongside", "Ages",
        "Who it is for", "Conditions they cannot take", "People they cannot take", "Whole price",
        "Ways to pay", "Earliest start", "Detox from", "Approach", "Therapies", "Medicines used",
        "Medication for addiction", "Languages spoken", "Getting in and around", "Beds",
        "Rooms and daily life", "Run by", "Registration", "Regulator's rating", "Address",
        "Place on the map", "Telephone numbers", "Website", "Description",
    ):  # fmt: skip
        assert label in listed


def test_what_is_not_known_is_shown_as_not_known(client):
    centre = factories.centre(name="Bare House")
    factories.programme(centre, level="")
    text = text_of(client, centre)
    main = text[text.index("<main") : text.index("</main>")]
    assert "Price not published" in main
    assert "Telephone number not known" in main
    assert "Address not known" in main
    assert main.count("Not known") >= 15
    assert ">No<" not in main


def test_an_unknown_centre_has_no_programmes_rather_than_none(client):
    assert "Its programmes are not known." in text_of(client, factories.centre())


@pytest.mark.parametrize(
    ("country", "band", "fee", "day", "word"),
    [
        ("GB", "under-250", "under £250 a month", "%-d %B %Y", "centre"),
        ("GB", "1000-or-more", "£1,000 or more a month", "%-d %B %Y", "centre"),
        ("US", "250-to-999", "$250 to $999 a month", "%B %-d, %Y", "center"),
    ],
)
def test_an_advertiser_is_named_with_its_fee_and_dates(client, country, band, fee, day, word):
    dates = {"verified_from": TODAY - DAY, "verified_until": TODAY + 90 * DAY}
    centre = factories.centre(country=country, **dates)
    factories.advertise(centre, TODAY - DAY, TODAY + 2 * DAY, fee_band=band)
    text = text_of(client, centre)
    assert (
        f"Advertiser</span>: this {word} pays us a flat fee ({fee}) from "
        f"{TODAY - DAY:{day}} to {TODAY + 2 * DAY:{day}}. "
        "It changes nothing in the order of results." in text
    )
    assert f"This {word} pays us nothing" not in text


@pytest.mark.parametrize("status", ["listed", "suspended", "closed"])
def test_every_other_centre_pays_us_nothing_and_says_so(client, status):
    closed_on = TODAY if status == "closed" else None
    centre = factories.centre(status=status, closed_on=closed_on)
    text = text_of(client, centre)
    assert text.count("This centre pays us nothing.") == 1
    assert "Advertiser" not in text


def test_an_advert_that_is_over_is_paid_for_no_more(client):
    dates = {"verified_from": TODAY - 9 * DAY, "verified_until": TODAY + 90 * DAY}
    over, ended = factories.centre(**dates), factories.centre(**dates)
    factories.advertise(over, TODAY - 9 * DAY, TODAY - DAY)
    agreement = factories.advertise(ended, TODAY - 9 * DAY, TODAY + 9 * DAY, reference="BOOKS-1")
    agreement.end(by=factories.person("alan"), reason="They asked for it, at length.", now=NOW)
    for centre in (over, ended):
        text = text_of(client, centre)
        assert "This centre pays us nothing." in text
        for private in ("BOOKS-1", "at length"):
            assert private not in text


def test_an_advert_whose_mark_does_not_stand_is_not_called_nothing(client):
    dates = {"verified_from": TODAY - 9 * DAY, "verified_until": TODAY + 90 * DAY}
    to_come = factories.centre(**dates)
    factories.advertise(to_come, TODAY + DAY, TODAY + 9 * DAY)
    suspended = factories.centre(status="suspended", **dates)
    factories.advertise(suspended, TODAY - DAY, TODAY + 9 * DAY)
    for centre in (to_come, suspended):
        text = text_of(client, centre)
        assert "Not an advertiser today. It has agreed to pay us a flat fee" in text
        assert "pays us nothing" not in text


@pytest.mark.parametrize(
    ("begins", "ends", "words"),
    [
        (None, None, ">Not verified by us</span>"),
        (-10, 90, "Verified</span> until"),
        (-10, 9, "due to be checked again soon"),
        (-90, -1, ">Verification lapsed</span> on"),
    ],
)
def test_verified_is_said_with_its_date(client, begins, ends, words):
    dates = {}
    if begins is not None:
        dates = {"verified_from": TODAY + begins * DAY, "verified_until": TODAY + ends * DAY}
    assert words in text_of(client, factories.centre(**dates))


def test_a_withheld_address_is_not_shown(client):
    centre = factories.centre(
        street="1 Secret Street",
        town="Hidden",
        postcode="KY1 1AA",
        region="Fife",
        precision="withheld",
    )
    text = text_of(client, centre)
    assert "The address is not published" in text
    assert "Fife" in text
    for secret in ("Secret", "Hidden", "KY1"):
        assert secret not in text


def test_an_admission_date_turns_unknown_after_three_days(client):
    centre = factories.centre()
    stated = {"earliest_admission": TODAY + 4 * DAY}
    hours = datetime.timedelta(hours=1)
    programme = factories.programme(centre, **stated, earliest_admission_stated_at=NOW - 71 * hours)
    assert f"{TODAY + 4 * DAY:%-d %B %Y}" in text_of(client, centre)
    programme.earliest_admission_stated_at = NOW - 73 * hours
    programme.save()
    text = text_of(client, centre)
    assert f"{TODAY + 4 * DAY:%-d %B %Y}" not in text
    assert "No date given in the last 72 hours" in text


def test_detox_stands_beside_its_warning(client):
    centre = factories.centre()
    factories.programme(centre, level="residential-detox", detoxes=["alcohol"])
    text = text_of(client, centre)
    for slug in ("take", "there"):
        assert "should not stop suddenly without medical advice" in section(text, slug)
    assert "Detox alone is not treatment." in section(text, "take")


def test_a_detox_from_something_else_says_nothing_of_alcohol(client):
    centre = factories.centre()
    factories.programme(centre, level="residential-detox", detoxes=["ketamine"])
    text = text_of(client, centre)
    assert "Detox alone is not treatment." in text
    assert "should not stop suddenly" not in text


def test_a_closed_centre_says_so_and_names_its_successor(client):
    successor = factories.centre(name="New House")
    closed = factories.centre(
        name="Old House", status="closed", closed_on=datetime.date(2025, 3, 9), successor=successor
    )
    factories.phone(closed, number="+441632960123")
    text = text_of(client, closed)
    assert "This centre has closed" in text
    assert "9 March 2025" in text
    assert f'<a href="{successor.get_absolute_url()}">New House</a>' in text
    assert "01632 960123" not in text


def test_a_successor_without_a_page_is_not_named(client):
    successor = factories.centre(name="Hidden House", status="withdrawn")
    closed = factories.centre(status="closed", closed_on=TODAY, successor=successor)
    assert "Hidden House" not in text_of(client, closed)


def test_a_suspended_centre_says_so_and_shows_no_mark(client):
    dates = {"verified_from": TODAY, "verified_until": TODAY + 90 * DAY}
    text = text_of(client, factories.centre(status="suspended", **dates))
    assert "This listing is suspended" in text
    assert ">Verified</span>" not in text


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_a_draft_or_withdrawn_centre_has_no_page(client, status):
    text = text_of(client, factories.centre(name="Quiet House", status=status), status=404)
    assert "Quiet House" not in text


def test_an_address_that_never_was_offers_a_search(client):
    response = client.get("/centres/never-was/")
    assert response.status_code == 404
    assert 'action="/search/"' in response.content.decode()


def test_american_telephone_numbers_and_addresses_are_written_as_there(client):
    centre = factories.centre(
        country="US", town="Boston", region="MA", postcode="02101", street="1 Example Street"
    )
    factories.phone(centre, number="+16175550123")
    text = text_of(client, centre)
    assert "(617) 555-0123" in text
    assert "Boston, MA 02101" in text
    assert 'href="tel:988"' in text


def test_costs_the_same_with_one_programme_as_with_thirty(client):
    def queries(programmes):
        centre = factories.centre(
            provider=factories.provider(), languages=["en"], latitude=53.8, longitude=-1.55
        )
        factories.phone(centre)
        for _ in range(programmes):
            programme = factories.programme(
                centre, substances=["alcohol"], therapies=["cbt"], funding=["self-pay"]
            )
            factories.insurance(programme)
            factories.provenance(centre, programme=programme, fact="level")
        client.get(centre.get_absolute_url())  # the index hears of it
        with CaptureQueriesContext(connection) as captured:
            client.get(centre.get_absolute_url())
        return len(captured)

    towns.leeds()
    factories.programme(factories.centre(latitude=53.9, longitude=-1.5), level="residential")
    assert queries(1) == queries(30) <= 28
