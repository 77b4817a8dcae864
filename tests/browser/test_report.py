"""Telling us that something is wrong, in a real browser: from the fact to the correction on it."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from centres import replies
from centres.models import Report
from tests import factories
from tests.centres.reporting import hidden, replied

from .axe import assert_in_nobodys_way, in_each_way

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def oak():
    """A centre with a number, beds and a programme, each with its source."""
    centre = factories.centre(name="Oak House", slug="oak", town="York", beds=12)
    factories.phone(centre, answered_by="centre")
    factories.programme(centre, name="Twelve weeks", price=900, currency="GBP",
                        price_on=timezone.localdate())  # fmt: skip
    for fact in ("phones", "beds"):
        factories.provenance(centre, fact=fact)
    return centre


def signed_in(page, live_server, person):
    """The page's context with the session of one of the team."""
    client = Client()
    client.force_login(person)
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page.context.add_cookies([{**session, "url": live_server.url}])


def test_from_a_fact_by_keyboard_without_javascript_to_the_correction(browser, live_server, oak):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/centres/oak/")
    summary = page.locator("#there ~ .sources summary, section:has(#there) .sources summary").first
    summary.focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Beds", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Something on the page is wrong")).to_be_checked()
    expect(page.get_by_label("Which fact or number?")).to_have_value("beds")
    page.get_by_label("In your words").focus()
    page.keyboard.type("There are 14: I counted them.")
    page.wait_for_timeout(2000)  # nobody types faster
    page.get_by_role("button", name="Send").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("We are looking into it")).to_be_visible()
    link = page.url
    assert context.cookies() == []

    ruth = factories.member("ruth", "Researcher")
    signed_in(page, live_server, ruth)
    page.goto(reverse("admin:index"))
    page.locator("#reports").get_by_role("link", name="Oak House").click()
    expect(page.get_by_text("There are 14: I counted them.")).to_be_visible()
    page.get_by_label("They are right").check()
    page.get_by_label("Your answer").fill("We rang: there are 14 now.")
    page.get_by_label("Corrected on").fill(f"{timezone.localdate()}")
    page.get_by_role("button", name="Answer").click()
    expect(page.get_by_text("Whoever reported it reads it by their link")).to_be_visible()
    context.clear_cookies()

    page.goto(link)
    expect(page.get_by_text("We rang: there are 14 now.")).to_be_visible()
    page.goto("/centres/oak/")
    beds = page.locator(".fact", has=page.get_by_text("Beds", exact=True))
    expect(beds.get_by_text(re.compile("Corrected on"))).to_be_visible()
    assert Report.objects.get().decided_by == ruth
    context.close()


@in_each_way
def test_its_pages_are_in_nobodys_way(page, way, oak):
    now = timezone.now()
    hidden(oak, number="+441632960987", now=now)
    claim = factories.claim(oak, token="a-token", proven_at=now)  # noqa: S106
    reply = replied(oak, text="We have 14 beds. " * 20, claim=claim, now=now)
    replies.show(reply, by=factories.member("ruth", "Researcher"), now=now)
    replied(oak, text="We have 15 beds.", claim=claim, now=now)
    page.goto("/centres/oak/report/?about=beds")
    page.wait_for_timeout(2000)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("We are looking into it")).to_be_visible()

    paths = [page.url, "/centres/oak/", "/centres/oak/report/", "/claims/a-token/reply/"]

    assert_in_nobodys_way(page, way, paths)
