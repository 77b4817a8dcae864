"""Who pays: every advertiser of today by name, with the fee and the dates (P4)."""

import datetime

import pytest
from django.utils import timezone

from centres.models import Advertisement
from tests import factories

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = datetime.timedelta(days=1)


def advertiser(**facts):
    return factories.centre(
        verified_from=TODAY - 400 * DAY,
        verified_until=TODAY + 90 * DAY,
        **{"advertiser_from": TODAY, "advertiser_until": TODAY, **facts},
    )


def text_of(client):
    return " ".join(client.get("/advertising/").content.decode().split())


def day(date):
    return f"{date:%-d %B %Y}"


def today_part(client):
    """The list of today, without what comes after it."""
    return text_of(client).split('id="today"')[1].split('id="adverts"')[0]


def gone_part(client):
    return text_of(client).partition('id="gone"')[2]


def test_lists_every_advertiser_of_today_with_town_fee_and_dates(client):
    centre = advertiser(name="Alder House", town="Leeds", advertiser_until=TODAY + 9 * DAY)
    listed = today_part(client)
    assert f'<a href="{centre.get_absolute_url()}">Alder House</a>' in listed
    assert "Leeds" in listed
    dates = f"from {day(TODAY)} to {day(TODAY + 9 * DAY)}"
    assert f"<td>under £250 a month, {dates}</td>" in listed


def test_the_fee_is_in_the_money_of_the_centres_country(client):
    centre = factories.centre(
        name="Maple House", country="US", verified_from=TODAY, verified_until=TODAY + DAY
    )
    factories.advertise(centre, TODAY, TODAY + DAY, fee_band="250-to-999")
    advertiser(name="Alder House")
    listed = today_part(client)
    assert "<td>$250 to $999 a month, " in listed
    order = ["United Kingdom: 1 advertiser<", "Alder", "United States: 1 advertiser<", "Maple"]
    assert sorted(order, key=listed.index) == order


def test_says_so_where_nobody_does(client):
    factories.centre()
    assert "Nobody advertises now." in today_part(client)
    assert "None of them pays us for anything." in text_of(client)


def test_says_how_many_are_listed_for_free(client):
    advertiser(), factories.centre(), factories.centre(status="suspended")
    text = text_of(client)
    assert "2 centres are listed here today, every one of them for free." in text
    assert "1 of them also pays for an advert." in text


@pytest.mark.parametrize("days", [(-9, -1), (1, 9)])
def test_leaves_out_adverts_that_are_over_or_not_yet_begun(client, days):
    advertiser(advertiser_from=TODAY + days[0] * DAY, advertiser_until=TODAY + days[1] * DAY)
    assert "Nobody advertises now." in today_part(client)


@pytest.mark.parametrize("status", ["suspended", "withdrawn", "draft"])
def test_leaves_out_a_centre_that_is_not_listed(client, status):
    centre = advertiser(name="Alder House")
    factories.set_status(centre, status)
    assert "Nobody advertises now." in today_part(client)
    assert "Alder House" not in text_of(client)


def test_leaves_it_out_the_moment_it_was_ended_and_tells_that_it_was(client):
    centre = advertiser(name="Alder House", advertiser_until=TODAY + 9 * DAY)
    agreement = Advertisement.objects.get(centre=centre)
    agreement.end(by=agreement.seller, reason="A reason for the team.", now=timezone.now())
    assert "Nobody advertises now." in today_part(client)
    assert f"from {day(TODAY)} to {day(TODAY)}; ended early</td>" in gone_part(client)
    assert "A reason for the team." not in text_of(client)


@pytest.mark.parametrize(("ago", "is_shown"), [(1, True), (365, True), (366, False)])
def test_what_ended_in_the_last_year_is_shown_apart(client, ago, is_shown):
    last = TODAY - ago * DAY
    advertiser(name="Alder House", advertiser_from=last - 9 * DAY, advertiser_until=last)
    assert ("Alder House" in gone_part(client)) == is_shown


def test_an_advert_that_was_ended_before_it_began_never_was(client):
    centre = advertiser(advertiser_from=TODAY + 5 * DAY, advertiser_until=TODAY + 9 * DAY)
    agreement = Advertisement.objects.get(centre=centre)
    agreement.end(by=agreement.seller, reason="They asked.", now=timezone.now())
    assert gone_part(client) == ""


def test_a_made_up_advertiser_is_said_to_be(client):
    demo = factories.source(is_demo=True)
    advertiser(name="Alder House", source=demo)
    advertiser(name="Beech House")
    text = today_part(client)
    assert text.count("Made up for the demo") == 1
    assert text.index("Alder House") < text.index("Made up") < text.index("Beech House")


def test_a_place_that_is_withheld_is_not_given_away(client):
    advertiser(name="Alder House", town="Leeds", region="Yorkshire", precision="withheld")
    assert "Alder House" in today_part(client)
    assert "Leeds" not in text_of(client)


def test_says_what_an_advert_does_not_buy(client):
    text = text_of(client)
    assert "Nobody pays us per person, per call or per click" in text
    for not_bought in (
        "place in the results",
        "higher place",
        "count in any search",
        "Better words",
    ):
        assert not_bought in text.split('id="not"')[1]


def test_costs_the_same_however_many_there_are(client, django_assert_num_queries):
    for number in range(9):
        advertiser(source=factories.source())
        last = TODAY - (number + 1) * DAY
        advertiser(advertiser_from=last - DAY, advertiser_until=last, source=factories.source())
    with django_assert_num_queries(4):
        client.get("/advertising/")
