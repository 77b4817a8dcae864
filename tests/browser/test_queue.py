"""The admin's front page in a real browser: a day's work without a mouse."""

import datetime

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from centres import cases
from centres.models import Proposal, State, Verification
from centres.roles import ROLES
from tests import factories

from .axe import beyond, problems

pytestmark = pytest.mark.django_db(transaction=True)

NEXT = "Take the next one"


def days(number):
    return timezone.localdate() + datetime.timedelta(days=number)


@pytest.fixture
def as_role(page, live_server):
    """Logs the page in as somebody of a role, and opens the front page."""

    def log_in(role):
        person = factories.member("rosa", role)
        client = Client()
        client.force_login(person)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
        )
        page.goto(reverse("admin:index"))
        return page

    return log_in


@pytest.fixture
def waiting(db):
    """A case for every list, and a name as long as they come."""
    for due in (5, -2):
        centre = factories.centre(name=f"Due in {due}", town="Otley", postcode="LS21 3AB")
        cases.open_case(centre, by=None, now=timezone.now(), due_on=days(due))
    centre = factories.centre(
        name="St Werburgh’s Community Alcohol and Drug Recovery and Family Support Partnership",
        town="Llanfairpwllgwyngyll",
        verified_from=days(-30),
        verified_until=days(3),
    )
    cases.open_case(centre, purpose="advertiser", by=None, now=timezone.now())
    Proposal.objects.create(centre=centre, changes=[{}], method="phone", as_of=days(0))


@pytest.mark.parametrize("role", [*ROLES, None])
def test_it_breaks_no_accessibility_rule_and_fits_any_screen(as_role, waiting, role):
    page = as_role(role)

    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 800})
            assert problems(page) == [], (scheme, width)
            assert beyond(page) == 0
    assert page.console_messages == []
    assert page.foreign_requests == []


def test_the_button_comes_first_and_enter_takes_the_case_due_first(as_role, waiting):
    page = as_role("Researcher")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name=NEXT)).to_be_focused()
    expect(page.get_by_role("button", name=NEXT)).to_have_attribute("accesskey", "n")
    page.keyboard.press("Enter")

    case = Verification.objects.get(centre__name="Due in -2")
    expect(page.get_by_text("You have taken this case. It is 2 days overdue.")).to_be_visible()
    assert page.url.endswith(case.get_absolute_url())
    case.refresh_from_db()
    assert (case.state, case.reviewer.username) == (State.IN_REVIEW, "rosa")


def test_the_last_case_taken_leaves_an_empty_queue(as_role):
    cases.open_case(factories.centre(), by=None, now=timezone.now())
    page = as_role("Researcher")
    page.get_by_role("button", name=NEXT).press("Enter")
    expect(page.get_by_text("You have taken this case.")).to_be_visible()

    page.goto(reverse("admin:index"))

    expect(page.get_by_text("The queue is empty: no case is waiting to be taken.")).to_be_visible()
    expect(page.get_by_role("button", name=NEXT)).to_have_count(0)


def test_a_list_leads_to_the_whole_of_it(as_role, waiting):
    page = as_role("Approver")

    page.get_by_role("region", name="Overdue").get_by_role("link", name="All 1").press("Enter")

    expect(page.get_by_role("link", name="Due in -2")).to_be_visible()
    expect(page.get_by_role("link", name="Due in 5")).to_have_count(0)


def test_cells_keep_their_table_on_a_narrow_screen(as_role, waiting):
    page = as_role("Researcher")
    page.set_viewport_size({"width": 320, "height": 800})

    table = page.get_by_role("region", name="Overdue").get_by_role("table")

    expect(table.get_by_role("rowheader")).to_have_text("Due in -2")
    expect(table.get_by_role("columnheader", name="Due", exact=True)).to_have_count(1)
    expect(table.get_by_role("cell", name="2 days overdue")).to_be_visible()
