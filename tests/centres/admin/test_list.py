"""Finding the centre to work on."""

import datetime
from itertools import product

import pytest
from django.urls import reverse
from django.utils import timezone

from centres.admin.filters import in_state
from centres.models import Centre, VerificationState
from tests import factories

NOW = datetime.datetime(2025, 6, 1, 9, tzinfo=datetime.UTC)


@pytest.fixture
def listed(admin_client):
    """The names the list shows for a query string."""

    def names(**query):
        response = admin_client.get(reverse("admin:centres_centre_changelist"), query)
        assert response.status_code == 200
        return [centre.name for centre in response.context["cl"].result_list]

    return names


@pytest.mark.parametrize(
    "typed",
    [
        "Oak",
        "oak house",
        "Otley",
        "LS21 3AB",
        "ls213ab",
        "LS21",
        "1-4567890123",
        "01632 960123",
        "(01632) 960-123",
        "+44 1632 960123",
        "960123",
        "oak-house-otley",
        "0f4c1f7e-1111-4222-8333-0123456789ab",
        "0f4c1f7e",
    ],
)
def test_a_search_finds_by_whatever_somebody_has_in_hand(listed, typed):
    oak = factories.centre(
        name="Oak House",
        town="Otley",
        postcode="LS21 3AB",
        slug="oak-house-otley",
        uuid="0f4c1f7e-1111-4222-8333-0123456789ab",
        regulator="cqc",
        registration_number="1-4567890123",
    )
    factories.phone(oak, number="+441632960123")
    factories.phone(oak, number="+441632960124")
    other = factories.centre(name="Elm Lodge", town="York", postcode="YO1 7HH")
    factories.phone(other, number="+441632960777")

    assert listed(q=typed) == ["Oak House"]


def test_a_search_for_nothing_known_finds_nothing(listed):
    factories.centre()

    assert listed(q="99999999") == []


def one_of_each_status():
    closed_on = datetime.date(2025, 6, 1)
    for status in ("draft", "listed", "suspended", "withdrawn"):
        factories.centre(name=f"A {status}", status=status)
    factories.centre(name="A closed", status="closed", closed_on=closed_on)


def test_closed_and_withdrawn_wait_until_asked_for_and_the_list_says_so(listed, admin_client):
    one_of_each_status()

    assert listed() == ["A draft", "A listed", "A suspended"]
    assert listed(status="closed") == ["A closed"]
    assert len(listed(status="all")) == 5
    page = admin_client.get(reverse("admin:centres_centre_changelist")).content.decode()
    assert "Closed and withdrawn centres are not shown. A search finds them too." in page


def test_a_search_looks_through_every_status_unless_one_is_chosen(listed):
    one_of_each_status()

    assert len(listed(q="A")) == 5
    assert listed(q="A", status="withdrawn") == ["A withdrawn"]
    assert listed(q="A", status="current") == ["A draft", "A listed", "A suspended"]


@pytest.mark.parametrize("name", ["status", "verification", "missing"])
def test_a_filter_nobody_offers_shows_nothing(listed, name):
    factories.centre()

    assert listed(**{name: "nonsense"}) == []


def test_the_filter_and_the_centre_agree_on_every_state(db):
    days = [None, *(NOW.date() + datetime.timedelta(days=d) for d in (-9, -1, 0, 1, 29, 30, 31))]
    for start, end in product(days, days):
        if (start is None) == (end is None) and (start is None or start <= end):
            factories.centre(verified_from=start, verified_until=end)

    for state in VerificationState:
        expected = {c.pk for c in Centre.objects.all() if c.verification_state(now=NOW) == state}
        found = Centre.objects.filter(in_state(state, now=NOW))
        assert {centre.pk for centre in found} == expected
        assert expected


def test_the_list_names_states_and_advertisers(listed, admin_client):
    today = timezone.localdate()
    year = datetime.timedelta(days=365)
    factories.centre(name="Plain")
    factories.centre(name="Sure", verified_from=today - year, verified_until=today + year)
    factories.centre(name="Soon", verified_from=today - year, verified_until=today)
    factories.centre(name="Lapsed", verified_from=today - year, verified_until=today - year)
    dates = {
        f"{kind}_{end}": today for kind in ("verified", "advertiser") for end in ("from", "until")
    }
    factories.centre(name="Advert", **dates)

    assert listed(verification="unverified") == ["Plain"]
    assert listed(verification="verified") == ["Sure"]
    assert listed(verification="expiring") == ["Advert", "Soon"]
    assert listed(verification="lapsed") == ["Lapsed"]
    assert listed(verification="advertiser") == ["Advert"]
    assert listed(verification="advertiser-expiring") == ["Advert"]
    page = admin_client.get(reverse("admin:centres_centre_changelist")).content.decode()
    assert "due to be checked again soon · advertiser" in page


def complete(**facts):
    """A centre of which nothing is missing."""
    centre = factories.centre(
        **{
            "latitude": 53.8,
            "longitude": -1.5,
            "website": "https://example.org",
            "registration": "outside",
            **facts,
        }
    )
    factories.phone(centre)
    factories.programme(
        centre,
        length_min_days=28,
        dual_diagnosis="none",
        price=0,
        currency="GBP",
        price_on=datetime.date(2025, 6, 1),
    )
    return centre


def test_what_is_missing_is_found_once_each(listed):
    complete(name="Complete")
    bare = factories.centre(name="Bare")
    vague = complete(name="Vague")
    for _ in range(2):
        factories.programme(vague, level="")

    assert listed(missing="phone") == ["Bare"]
    assert listed(missing="coordinates") == ["Bare"]
    assert listed(missing="website") == ["Bare"]
    assert listed(missing="registration") == ["Bare"]
    assert listed(missing="programme") == ["Bare"]
    for fact in ("level", "length", "price", "dual-diagnosis"):
        assert listed(missing=fact) == ["Vague"]
    assert not bare.programmes.exists()


def test_a_withheld_place_and_an_open_end_are_not_missing(listed):
    complete(latitude=None, longitude=None, precision="withheld")
    centre = complete()
    centre.programmes.update(length_min_days=None, open_ended=True)

    assert listed(missing="coordinates") == []
    assert listed(missing="length") == []


def test_by_country_and_source(listed):
    register = factories.source()
    factories.centre(name="There", country="US", source=register)
    factories.centre(name="Here")

    assert listed(country__exact="US") == ["There"]
    assert listed(source__id__exact=str(register.pk)) == ["There"]
    assert listed(source__isnull="True") == ["Here"]
