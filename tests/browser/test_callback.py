"""Asking to be called in a real browser: by keyboard, without JavaScript, and read by a centre."""

import re

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Error, expect

from tests import factories
from tests.centres.callbacks import SAID, asked, link_in_mail, taking

from .axe import beyond, problems

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def oak():
    """A centre that takes requests."""
    centre = factories.centre(name="Oak House", slug="oak", provider=factories.provider())
    factories.phone(centre, answered_by="centre")
    return taking(centre, now=timezone.now())


def fill(page):
    """What has to be said, but for the two consents."""
    page.get_by_label("A name to use").fill("Quillon")
    page.get_by_label("Telephone number").fill("01632 960717")
    page.get_by_label("When is it safe to call?").fill("Any time")
    page.get_by_label("No, leave no message").check()


def test_by_keyboard_alone_from_the_centres_page_to_the_deletion(page, oak):
    page.goto("/centres/oak/")
    page.get_by_role("link", name="Ask them to call you").focus()
    page.keyboard.press("Enter")
    page.get_by_label("A name to use").focus()
    page.keyboard.type("Quillon")
    for typed in ("01632 960717", "Any time"):
        page.keyboard.press("Tab")
        page.keyboard.type(typed)
    for key in ("Tab", "Space", "ArrowDown", "Tab", "Tab", "Tab"):  # voicemail, two to leave empty
        page.keyboard.press(key)
    expect(page.get_by_label("No, leave no message")).to_be_checked()
    expect(page.get_by_label("E-mail address")).to_be_hidden()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(page.get_by_label("E-mail address")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    for key in (
        "Space",
        "Tab",
        "Space",
        "Tab",
        "Space",
        "Tab",
    ):  # no e-mail after all; agreed twice
        page.keyboard.press(key)
    page.wait_for_timeout(2100)  # nobody types quicker
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Your request")
    own = page.get_by_label("The link")
    assert own.input_value().endswith(page.url.partition("/callback/")[2])
    page.get_by_role("button", name="Delete my request now").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your request is deleted")
    assert page.context.cookies() == []
    assert page.console_messages == []
    assert page.foreign_requests == []


def test_without_javascript_what_was_typed_survives_an_error(browser, live_server, oak):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/centres/oak/callback/")
    fill(page)
    page.get_by_role("button", name="Ask them to call me").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Nobody calls you unless you agree to it.")
    expect(page.get_by_label("A name to use")).to_have_value("Quillon")
    for box in page.get_by_role("checkbox", name=re.compile("^I agree")).all():
        expect(box).not_to_be_checked()
        box.check()
    page.wait_for_timeout(2100)  # nobody types quicker
    page.get_by_role("button", name="Ask them to call me").click()
    expect(page.get_by_text("Nobody has read it yet.")).to_be_visible()
    context.close()


def test_a_centre_reads_it_once_and_says_what_became_of_it(page, oak):
    asked(oak, now=timezone.now())
    page.goto(reverse("callback-read", args=[link_in_mail()]))
    page.get_by_role("button", name="Show it once").click()
    expect(page.get_by_text(SAID["when"])).to_be_visible()
    assert (
        page.get_by_role("link", name=SAID["number"]).get_attribute("href") == "tel:+441632960717"
    )
    page.get_by_role("button", name="Tried, not reached").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What became of it?")
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you: it is closed")
    with pytest.raises(Error, match="ERR_CACHE_MISS"):  # the browser has no copy to go back to
        page.go_back(), page.go_back(), page.go_back()
    expect(page.get_by_text(SAID["when"])).to_have_count(0)


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_no_page_is_in_anybodys_way(page, oak, width, scheme):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    asked(oak, form="x" * 32, now=timezone.now())
    read = reverse("callback-read", args=[link_in_mail()])
    paths = ["/centres/oak/", "/centres/oak/callback/", "/callback/?country=US", "/help/",
             f"/callback/{'x' * 32}/", "/callback/none/", read]  # fmt: skip
    found = []

    def look():
        found.extend(problems(page))
        assert beyond(page) <= 0, page.url

    for path in paths:
        page.goto(path)
        look()
    page.get_by_role("button", name="Show it once").click()
    look()
    page.get_by_role("button", name="Reached", exact=True).click()
    look()
    page.goto(read)
    look()
    page.goto("/centres/oak/callback/")
    page.get_by_label("Send me the link").check()
    page.get_by_role("button", name="Ask them to call me").click()
    look()
    page.goto(f"/callback/{'x' * 32}/")
    page.get_by_role("button", name="Delete my request now").click()
    look()
    assert found == []
    assert [said for said in page.console_messages if "status of 4" not in said] == []
    assert page.foreign_requests == []


def test_one_of_the_team_opens_a_request_and_closes_it(page, live_server, client):
    asked(now=timezone.now())
    client.force_login(factories.member("carol", "Callback team"))
    cookie = {"name": settings.SESSION_COOKIE_NAME, "url": live_server.url}
    page.context.add_cookies(
        [{**cookie, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}]
    )
    page.goto(reverse("admin:index"))
    page.get_by_role("link", name=re.compile(r"^Callback request \d")).press("Enter")
    expect(page.get_by_text(SAID["when"])).to_have_count(0)
    page.get_by_role("button", name="Open it to call").press("Enter")
    expect(page.get_by_text(SAID["when"])).to_be_visible()
    assert page.console_messages == []
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert problems(page, within="#content", grave=True) == []
        assert beyond(page) == 0
    page.console_messages.clear()  # axe's own
    page.get_by_role("button", name="Closed").press("Enter")
    expect(page.get_by_text("Written down, and put back.")).to_be_visible()
    expect(page.get_by_text(SAID["when"])).to_have_count(0)
    assert page.console_messages == []
