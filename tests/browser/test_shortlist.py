"""Keeping, comparing and calling in a real browser, with and without JavaScript, and on paper."""

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from finder.places import gazetteer
from tests import factories
from tests.finder import towns

from .axe import assert_in_nobodys_way, in_each_way

pytestmark = pytest.mark.django_db(transaction=True)

PATHS = ["/shortlist/", "/shortlist/?asked=house-5", "/compare/?near=Leeds", "/compare/print/"]


@pytest.fixture
def houses():
    """Five centres of which much, little and nothing is known, one of them an advertiser."""
    towns.leeds()
    today, day = timezone.localdate(), datetime.timedelta(days=1)
    for number in range(1, 6):
        centre = factories.centre(
            name=f"House {number}", slug=f"house-{number}", town="Leeds", street="1 Example Street",
            latitude=53.8 + number / 100, longitude=-1.55,
        )  # fmt: skip
        for stage in range(number - 1):
            factories.programme(
                centre, name=f"Stage {stage + 1}", length_min_days=28 + stage, price=9800 + stage,
                currency="GBP", price_on=today, substances=["alcohol", "ketamine"],
                detoxes=["alcohol"], therapies=["cbt", "dbt"], exclusions=["psychosis"],
            )  # fmt: skip
        if number != 1:
            factories.phone(centre, label="admissions", answered_by="centre")
    factories.verify(centre, today - day, today + 90 * day)
    factories.advertise(centre, today, today + 9 * day)
    factories.centre(
        name="Old House", slug="old", status="closed", closed_on=today, successor=centre
    )
    yield
    gazetteer.forget()


def keep(page, *numbers):
    for number in numbers:
        page.goto("/search/?near=Leeds")
        page.get_by_role("button", name=f"Keep this centre House {number}").click()
        expect(page.get_by_role("button", name=f"Remove House {number} from")).to_be_visible()


@in_each_way
def test_nothing_is_in_anybodys_way(page, houses, way):
    assert_in_nobodys_way(page, way, ["/shortlist/", "/compare/"])
    keep(page, 5, 4, 3, 1)
    links = ["/compare/?c=house-5&c=old&c=none", "/compare/?c=house-2&near=Nowhere-at-all"]
    full = [*PATHS, *links, "/search/?near=Leeds", "/centres/house-5/"]
    assert_in_nobodys_way(page, way, full)


def test_the_whole_way_without_javascript(browser, live_server, houses):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/search/?near=Leeds")
    assert context.cookies() == []
    page.get_by_role("button", name="Keep this centre House 2").click()
    expect(page).to_have_url(re.compile(r"/search/\?near=Leeds#keep-house-2$"))
    expect(page.get_by_text("Kept.")).to_be_in_viewport()
    (cookie,) = context.cookies()
    assert (cookie["name"], cookie["expires"], cookie["httpOnly"]) == ("shortlist", -1, True)
    page.get_by_role("link", name="House 4", exact=True).click()
    page.get_by_role("button", name="Keep this centre House 4").click()
    page.get_by_role("link", name="Your shortlist: 2 of 4").click()
    expect(page.get_by_role("status")).to_have_text("You keep 2 of at most 4 centres.")
    page.get_by_role("link", name="Compare them side by side").click()
    expect(page.get_by_role("columnheader")).to_have_count(2)
    page.get_by_label("How far are they from you?").fill("Leeds")
    page.get_by_role("button", name="Show how far").click()
    expect(page.get_by_role("rowheader", name="How far from Leeds")).to_be_visible()
    expect(page.get_by_label("The link")).to_have_value(
        re.compile(r"/compare/\?c=house-2&c=house-4$")
    )
    page.get_by_role("link", name="A call sheet to print").click()
    expect(page.get_by_role("heading", name="House 4")).to_be_visible()
    page.goto("/shortlist/")
    page.get_by_role("button", name="Clear all").click()
    expect(page.get_by_role("status")).to_contain_text("You keep no centre.")
    assert context.cookies() == []
    context.close()


def test_by_keyboard_alone_and_read_out_from_where_it_was(page, houses):
    page.goto("/search/?near=Leeds")
    page.get_by_role("button", name="Keep this centre House 3").focus()
    page.keyboard.press("Enter")
    kept = page.locator("#keep-house-3")
    expect(kept).to_be_focused()
    expect(kept).to_have_text("Kept. Your shortlist: 1 of 4")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Your shortlist: 1 of 4")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Remove House 3 from your shortlist")).to_be_focused()
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="Keep this centre House 3")
    expect(button).to_be_focused()
    assert page.context.cookies() == []


def test_after_the_results_are_refreshed_in_place_a_centre_can_still_be_kept(page, houses):
    page.goto("/search/?near=Leeds")
    page.locator("#group-substance > summary").click()
    page.get_by_label("Ketamine").check()
    expect(page.get_by_role("status")).to_contain_text("4 centres")
    page.get_by_role("button", name="Keep this centre House 2").click()
    expect(page).to_have_url(re.compile(r"/search/\?near=Leeds&substance=ketamine#keep-house-2$"))
    expect(page.get_by_text("Kept.")).to_be_visible()


def test_a_fifth_takes_the_place_of_the_one_the_visitor_names(page, houses):
    keep(page, 1, 2, 3, 4)
    page.goto("/centres/house-5/")
    page.get_by_role("button", name="Keep this centre House 5").click()
    expect(page.get_by_role("heading", name="House 5 was not kept")).to_be_visible()
    page.get_by_role("button", name="Remove House 2 and keep House 5").click()
    expect(page.get_by_role("heading", level=2, name="House")).to_have_text(
        ["House 1", "House 3", "House 4", "House 5"]
    )


def test_a_form_on_another_site_keeps_nothing(page, browser, live_server, houses):
    """Chromium says where a form came from; the page here is of no origin at all."""
    target = f"{live_server.url}/shortlist/"
    page.set_content(
        f'<form method="post" action="{target}"><button name="keep" value="house-1">Go</button>'
    )
    page.get_by_role("button", name="Go").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Please try that again")
    assert page.context.cookies() == []


def test_a_narrow_screen_names_the_centre_beside_each_answer(page, houses):
    page.set_viewport_size({"width": 320, "height": 900})
    page.goto("/compare/?c=house-2&c=house-3")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Whole price"))
    expect(row.get_by_role("cell").nth(0)).to_contain_text("House 2")
    expect(row.get_by_text("House 3")).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(row.get_by_text("House 3")).to_be_hidden()


def test_a_call_sheet_is_a_page_of_paper_each(page, houses):
    page.goto("/compare/print/?c=house-4&c=house-5")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="House 5")).to_be_visible()
    expect(page.get_by_text("Advertiser", exact=True)).to_be_visible()
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 3  # two sheets, and the help lines
