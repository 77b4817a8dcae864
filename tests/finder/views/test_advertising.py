import datetime

import pytest
from django.utils import timezone

from tests import factories

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = datetime.timedelta(days=1)


def advertiser(**facts):
    return factories.centre(
        verified_from=TODAY - 90 * DAY,
        verified_until=TODAY + 90 * DAY,
        **{"advertiser_from": TODAY, "advertiser_until": TODAY, **facts},
    )


def text_of(client):
    return " ".join(client.get("/advertising/").content.decode().split())


def test_lists_every_advertiser_of_today_with_its_dates(client):
    advertiser(name="Alder House", advertiser_until=TODAY + 9 * DAY)
    text = text_of(client)
    assert "Alder House" in text
    assert f"<td>{TODAY:%-d %B %Y} to {TODAY + 9 * DAY:%-d %B %Y}</td>" in text


def test_leaves_out_adverts_that_are_over_or_not_yet_begun(client):
    advertiser(advertiser_from=TODAY - 9 * DAY, advertiser_until=TODAY - DAY)
    advertiser(advertiser_from=TODAY + DAY, advertiser_until=TODAY + 9 * DAY)
    assert "There are none." in text_of(client)


def test_leaves_out_a_centre_that_is_not_listed(client):
    advertiser(status="suspended")
    assert "There are none." in text_of(client)


def test_costs_the_same_however_many_there_are(client, django_assert_num_queries):
    for _ in range(9):
        advertiser()
    with django_assert_num_queries(2):
        client.get("/advertising/")
