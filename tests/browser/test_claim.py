"""Claiming a centre in a real browser: by keyboard, without JavaScript, to a day on its page."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from centres import tokens
from centres.models import Claim, OutgoingMail
from tests import factories
from tests.centres.claiming import PDF, code, oak

from .axe import assert_in_nobodys_way, in_each_way

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house():
    centre = oak(town="Leeds", beds=10)
    factories.programme(centre)
    return centre


@pytest.fixture
def plain(browser, live_server):
    """A page of a visitor without JavaScript."""
    context = browser.new_context(
        base_url=live_server.url,
        java_script_enabled=False,
        viewport={"width": 320, "height": 800},
    )
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def type_in(page, label, words):
    """Reach a field by the Tab key, and type."""
    field = page.get_by_label(label)
    tab_to(page, field)
    page.keyboard.type(words)


def tab_to(page, target):
    handle = target.element_handle()
    for _ in range(120):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() and focused.element_handle().evaluate("(a, b) => a === b", handle):
            return
    raise AssertionError("the Tab key does not reach it")


def press(page, name):
    tab_to(page, page.get_by_role("button", name=name))
    page.keyboard.press("Enter")


def test_from_the_centres_page_to_a_day_on_it(plain, house):
    page = plain
    page.goto(reverse("centre", args=[house.slug]))
    link = page.get_by_role("link", name="Is this your centre? Keep its facts fresh")
    link.focus()
    page.keyboard.press("Enter")
    type_in(page, "Your name", "Dana")
    type_in(page, "What you do at the centre", "Manager")
    type_in(page, "Your e-mail address at work", "dana@oakhouse.org.uk")
    page.wait_for_timeout(2100)  # nobody fills it in sooner
    press(page, "Send me a code")
    expect(page.get_by_role("heading", level=1)).to_have_text("Enter the code we sent you")

    type_in(page, "The code in the mail", code(Claim.objects.get()))
    press(page, "Go on")
    expect(page.get_by_role("heading", level=1)).to_have_text("Keeping Oak House fresh")
    press(page, re.compile("^Today"))
    expect(page.get_by_role("status")).to_contain_text("The date is on your page now")
    today = timezone.localdate()
    expect(page.locator("strong").filter(has_text=f"{today:%-d %B}")).to_be_visible()

    page.goto(reverse("centre", args=[house.slug]))
    expect(page.locator("main")).to_contain_text(f"{today:%-d %B %Y}")
    expect(page.locator("main")).not_to_contain_text("Dana")
    assert page.context.cookies() == []
    assert OutgoingMail.objects.filter(kind="claim-link").count() == 1


@in_each_way
def test_nothing_is_in_anybodys_way(page, house, way):
    now = timezone.now()
    links = {name: tokens.new() for name in ("proven", "code", "proof", "sent", "over", "old")}
    long_ago = now - datetime.timedelta(days=95)
    proven = factories.claim(house, token=links["proven"], proven_at=now)
    factories.claim(
        house, token=links["code"], email_confirmed_at=None, code="123456",
        code_expires_at=now + datetime.timedelta(minutes=20),
    )  # fmt: skip
    factories.claim(house, token=links["proof"])
    factories.claim(house, token=links["sent"], document=PDF)
    factories.claim(house, token=links["over"], state="ended", ended_at=now, reason="Left.")
    factories.claim(house, token=links["old"], proven_at=long_ago)
    programme = proven.centre.programmes.get()
    groups = ["phones", "page", f"treats-{programme.pk}", "programme-new"]
    paths = [
        reverse("centre-claim", args=[house.slug]),
        reverse("claim-link", args=[house.slug]),
        *(reverse("claim", args=[link]) for link in links.values()),
        *(reverse("claim-facts", args=[links["proven"], group]) for group in groups),
        reverse("claim-leave", args=[links["proven"]]),
    ]

    assert_in_nobodys_way(page, way, paths)
