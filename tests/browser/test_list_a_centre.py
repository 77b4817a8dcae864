"""Listing a centre in a real browser: by keyboard, without JavaScript, on any screen."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from centres.models import Submission
from tests import factories
from tests.finder import towns
from tests.finder.listing import sending

from .axe import assert_in_nobodys_way, in_each_way

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _directory():
    towns.leeds()
    factories.term("substance", "alcohol", label="Alcohol")
    factories.term("funding", "self-pay", label="Self-pay")
    factories.criterion(purpose="listed", title="It is a real place")


def type_into(page, **fields):
    for label, text in fields.items():
        page.get_by_label(label.replace("_", " "), exact=False).focus()
        page.keyboard.type(text)


def choose(page, label):
    page.get_by_label(label, exact=True).focus()
    page.keyboard.press("Space")


def go_on(page, heading):
    page.get_by_role("button", name="Save and go on").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def test_by_keyboard_and_without_javascript_from_the_first_page_to_the_answer(browser, live_server):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("contentinfo").get_by_role("link", name="List a centre, free").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Begin").focus()
    page.keyboard.press("Enter")

    choose(page, "United Kingdom")
    type_into(page, What_is_it_called="Alder Lodge", Its_postcode="LS1 4DY")
    go_on(page, "Where is it?")
    go_on(page, "Where is it?")  # the town is missing
    expect(page.get_by_role("alert")).to_contain_text("Give the town or city.")
    type_into(page, Building_and_street="1 Sample Road", Town_or_city="Leeds")
    go_on(page, "Is this about right?")
    expect(page.get_by_role("img", name="We think it is about here")).to_be_visible()
    choose(page, "Yes, that is about right")
    go_on(page, "How do people reach it?")
    private = page.get_by_role("complementary").get_by_role("link").text_content()
    type_into(page, Telephone="01632 960123")
    choose(page, "People at the centre")

    page = context.new_page()  # the connection was lost, and another device takes it up
    page.goto(private.replace("http://127.0.0.1:8000", live_server.url))
    page.get_by_role("link", name="Go on").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("How do people reach it?")
    type_into(page, Telephone="01632 960123")
    go_on(page, "What does it offer?")
    page.get_by_label("Which kind of programme is it?").focus()
    page.keyboard.type("Residential rehab")
    choose(page, "Alcohol")
    go_on(page, "Is it registered?")
    choose(page, "I do not know")
    go_on(page, "About you")
    choose(page, "I work there, or I run it")
    choose(page, "What I wrote is true, as far as I know.")
    page.get_by_label("As far as I know, the centre neither").focus()
    page.keyboard.press("Space")
    go_on(page, "Check your answers")
    expect(page.get_by_text("1 Sample Road")).to_be_visible()
    expect(page.get_by_role("link", name="Change Address")).to_be_visible()
    page.wait_for_timeout(2100)  # nobody looks it over quicker
    page.get_by_role("button", name="Send").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("It is being looked at")
    assert Submission.objects.get().centre.name == "Alder Lodge"
    assert context.cookies() == []
    context.close()


@in_each_way
def test_no_page_is_in_anybodys_way(page, way):
    factories.centre(name="Alder Grange", town="Leeds", postcode="LS1 4DY")
    factories.withdraw(factories.centre(name="Alder Lodge", postcode="EH1 1BB"))
    token = sending.begun(sending.KEPT)
    paths = [sending.address(token, step) for step in [*sending.KEPT, "known", "check"]]
    assert_in_nobodys_way(
        page,
        way,
        [reverse("list-a-centre"), reverse("list-a-centre-status", args=[token]), *paths,
         "/list-a-centre/none/"],
    )  # fmt: skip
