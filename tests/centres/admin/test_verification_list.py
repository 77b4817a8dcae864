"""The list of cases."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from centres import cases
from centres.models import Verification
from centres.workflow import perform
from tests import factories

LIST = "admin:centres_verification_changelist"


def days(number):
    return timezone.localdate() + datetime.timedelta(days=number)


def a_case(name, *, due=14, **facts):
    return opened(factories.centre(name=name, **facts), due=due)


def opened(centre, *, due=14, **facts):
    facts = {"by": None, "now": timezone.now(), "due_on": days(due), **facts}
    return cases.open_case(centre, **facts)


def step(case, name, by, **said):
    return perform(case, name, by=by, now=timezone.now(), **said)


@pytest.fixture
def listed(admin_client):
    """The centres whose cases the list shows for a query string, in its order."""

    def names(**query):
        response = admin_client.get(reverse(LIST), query)
        assert response.status_code == 200
        return [case.centre.name for case in response.context["cl"].result_list]

    return names


@pytest.fixture
def page(admin_client):
    def text(**query):
        return admin_client.get(reverse(LIST), query).content.decode()

    return text


@pytest.fixture
def one_cancelled(superuser):
    a_case("Open")
    return step(a_case("Closed"), "cancel", superuser, reason="Opened by mistake.")


def test_open_cases_stand_in_the_order_they_are_due(listed):
    for name, due in (("Late", 9), ("Soon", 2), ("Overdue", -3)):
        a_case(name, due=due)

    assert listed() == ["Overdue", "Soon", "Late"]


def test_closed_cases_wait_until_asked_for_and_the_list_says_so(listed, page, one_cancelled):
    assert listed() == ["Open"]
    assert "<h1>Cases</h1>" in page()
    assert "Closed cases are not shown. A search finds them too." in page()
    assert listed(state="cancelled") == ["Closed"]
    assert sorted(listed(state="all")) == ["Closed", "Open"]
    assert f"decided {timezone.localdate():%-d %B %Y}" in page(state="cancelled")


def test_a_search_looks_through_closed_cases_too(listed, page, one_cancelled):
    assert listed(q="Closed") == ["Closed"]
    assert "Searched all cases, closed ones too." in page(q="Closed")
    assert listed(q="Closed", state="current") == []


@pytest.mark.parametrize("typed", ["oak house", "Otley", "LS21 3AB", "ls213ab", "LS21"])
def test_a_search_finds_by_the_centre(listed, typed):
    a_case("Oak House", town="Otley", postcode="LS21 3AB")
    a_case("Elm Lodge", town="York", postcode="YO1 7HH")

    assert listed(q=typed) == ["Oak House"]


def test_it_is_narrowed_by_who_has_it(listed, superuser):
    other = factories.person("other", is_superuser=True)
    a_case("Nobody’s")
    step(a_case("Mine"), "take", superuser)
    step(a_case("Another’s"), "take", other)
    step(step(a_case("To approve"), "take", other), "submit", other)
    step(step(a_case("My own work"), "take", superuser), "submit", superuser)

    assert listed(whose="mine") == ["Mine"]
    assert listed(whose="nobody") == ["Nobody’s"]
    assert listed(whose="approval") == ["To approve"]


def test_it_is_narrowed_by_when_it_is_due(listed, one_cancelled):
    for name, due in (("Overdue", -1), ("Today", 0), ("In a week", 7), ("Later", 8)):
        a_case(name, due=due)

    assert listed(due="overdue") == ["Overdue"]
    assert listed(due="week") == ["Today", "In a week"]


def test_it_is_narrowed_by_what_led_to_it(listed):
    until = {"verified_from": days(-30), "verified_until": days(9)}
    opened(factories.centre(name="Lapsing", **until), opened_for="lapsing")
    opened(factories.centre(name="Seller", **until), purpose="advertiser", opened_for="advertiser")
    a_case("Plain")

    assert listed(verification="lapsing") == ["Lapsing", "Seller"]
    assert listed(purpose__exact="advertiser") == ["Seller"]
    assert listed(opened_for__exact="lapsing") == ["Lapsing"]


@pytest.mark.parametrize("name", ["state", "whose", "due", "verification"])
def test_a_filter_nobody_offers_shows_nothing(listed, name):
    a_case("Plain")

    assert listed(**{name: "nonsense"}) == []


def test_nothing_is_done_to_several_at_once_nor_added_nor_deleted(admin_client, page, db):
    case = a_case("Plain")

    assert "action-toggle" not in page()
    assert admin_client.get(reverse("admin:centres_verification_add")).status_code == 403
    gone = admin_client.post(
        reverse("admin:centres_verification_delete", args=[case.pk]), {"post": "yes"}
    )
    assert gone.status_code == 403
    assert Verification.objects.filter(pk=case.pk).exists()


def test_it_costs_the_same_however_many_it_shows(admin_client, django_assert_max_num_queries):
    a_case("One")
    admin_client.get(reverse(LIST))
    with django_assert_max_num_queries(6):
        admin_client.get(reverse(LIST))
    other = factories.person("other", is_superuser=True)
    for number in range(30):
        step(a_case(f"Case {number}"), "take", other)

    with django_assert_max_num_queries(6):
        admin_client.get(reverse(LIST))
