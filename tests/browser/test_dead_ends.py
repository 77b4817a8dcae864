"""Where a search ends, in a real browser: every way on is one press away, for everybody."""

import re

import pytest
from playwright.sync_api import expect

from finder.places import gazetteer
from tests import factories
from tests.finder import towns

from .axe import assert_in_nobodys_way, in_each_way

pytestmark = pytest.mark.django_db(transaction=True)

EMPTY = "/search/?near=Leeds&radius=5&setting=online&length=28"
PAGES = [
    EMPTY,
    "/search/?near=Leeds&radius=5&setting=residential",
    "/search/?near=Newport&radius=10",
    "/search/?radius=10&setting=residential",
    "/search/?near=overdose",
    "/search/?near=Leeds&q=overdose",
    "/search/?near=Boston&q=nothing",
]


@pytest.fixture
def directory():
    """One residential centre near Leeds, four of them and two online ones further away."""
    towns.leeds(), towns.boston(), towns.newports()
    places = [(53.80, "residential"), *[(54.0 + n / 10, "residential") for n in range(4)]]
    for latitude, level in [*places, (54.0, "online"), (54.1, "online")]:
        centre = factories.centre(town="Leeds", latitude=latitude, longitude=-1.55)
        factories.phone(centre)
        factories.programme(centre, level=level, length_min_days=28, length_max_days=28)
    yield
    gazetteer.forget()


@in_each_way
def test_nothing_is_in_anybodys_way(page, directory, way):
    low = "Array.from(document.querySelectorAll('.ways a')).filter(e => e.offsetHeight < 44).length"
    assert_in_nobodys_way(
        page, way, PAGES, also=lambda seen: ["a way on is low"] * seen.evaluate(low)
    )


def test_each_suggestion_finds_what_it_says_without_javascript(browser, live_server, directory):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(EMPTY)
    ways = page.locator(".results .ways a")
    texts = ways.all_inner_texts()
    assert texts == [
        "Without “Online”: 1 centre",
        "Within 25 miles: 2 centres",
        "Every centre in the United Kingdom, nearest to Leeds first: 7 centres",
    ]
    for text in texts:
        page.goto(EMPTY)
        page.get_by_role("link", name=text).click()
        number = re.search(r": (\d+) centre", text)[1]
        expect(page.get_by_role("status")).to_contain_text(f"{number} centre")
    context.close()


def test_a_refresh_brings_the_suggestions_and_one_of_them_undoes_it(page, directory):
    page.goto("/search/?near=Leeds&radius=25&length=28")
    expect(page.get_by_role("status")).to_contain_text("5 centres")
    page.evaluate("window.sameDocument = true")
    page.get_by_label("How far?").select_option("5")
    expect(page.get_by_role("heading", name="Only one centre matches")).to_be_visible()
    expect(page.get_by_role("heading", name="The nearest beyond 5 miles")).to_be_visible()
    expect(page.locator(".card-short")).to_have_count(3)
    assert page.evaluate("window.sameDocument")
    page.get_by_role("link", name="Within 25 miles: 5 centres").click()
    expect(page.get_by_role("status")).to_contain_text("5 centres")
    expect(page.locator(".more-ways")).to_have_count(0)


def test_a_word_of_danger_brings_the_lines_with_a_refresh_and_they_go_again(page, directory):
    page.goto("/search/?near=Leeds")
    box = page.get_by_role("region", name="If this is an emergency")
    expect(box).to_have_count(0)
    name = page.get_by_label("Name of the centre")
    name.fill("overdose")
    name.press("Tab")
    expect(box).to_be_visible()
    expect(box.get_by_role("link").first).to_have_attribute("href", "tel:999")
    expect(page.get_by_role("status")).to_contain_text("No centre matches")
    name.fill("")
    name.press("Tab")
    expect(box).to_have_count(0)
    assert page.console_messages == []


def test_the_order_read_out_is_danger_then_the_answer_then_ways_on(page, directory):
    page.goto(f"{EMPTY}&q=suicide")
    headings = page.locator("main").get_by_role("heading").all_inner_texts()
    assert headings[:2] == ["Centres near Leeds", "Nothing matches all of this at once"]
    first = page.locator("main a").first
    expect(first).to_have_attribute("href", "tel:999")


def test_a_place_cleared_while_a_distance_is_chosen_asks_for_one_and_keeps_the_distance(
    page, directory
):
    page.goto("/search/?near=Leeds&radius=25&length=28")
    page.get_by_label("Where?").fill("")
    page.get_by_role("button", name="Show centres").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Near which place?")
    expect(page.get_by_role("link", name="Search without it: 7 centres")).to_be_visible()
    page.get_by_label("Which place?").fill("Leeds")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("status")).to_contain_text("5 centres")
    expect(page.get_by_label("How far?")).to_have_value("25")
