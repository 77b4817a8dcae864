"""The map of results in a real browser: a drawing for all, and one that moves for who asks."""

import pytest
from playwright.sync_api import expect

from finder.places import gazetteer
from tests import factories
from tests.finder import towns

from .axe import beyond, problems

pytestmark = pytest.mark.django_db(transaction=True)

SEARCH = "/search/?near=Leeds&radius=50"
SIZES = """
    Array.from(document.querySelectorAll(".map-mark .map-target"))
    .map(e => e.getBoundingClientRect()).map(r => Math.min(r.width, r.height))
"""


@pytest.fixture(autouse=True)
def directory():
    """Holbeck House alone to the east, a close pair, thirty about Leeds, one known roughly."""
    towns.leeds(), towns.boston()
    for slug in ("alcohol", "ketamine"):
        factories.term("substance", slug)
    house = factories.centre(
        name="Holbeck House", slug="holbeck-house", latitude=53.75, longitude=-1.1
    )
    factories.programme(house, substances=["ketamine"])
    for number in range(30):
        centre = factories.centre(latitude=53.7 + number / 100, longitude=-1.7 + number % 3 / 10)
        factories.programme(centre, substances=["alcohol"])
    factories.centre(name="Roughly", latitude=54.3, longitude=-1.6, precision="town")
    factories.centre(name="Nowhere", precision="withheld")
    yield
    gazetteer.forget()


def open_live(page):
    page.get_by_role("button", name="Move and zoom the map").click()
    live = page.get_by_role("region", name="Map that can be moved and zoomed")
    expect(live.get_by_role("link").first).to_be_visible()
    return live


def test_it_works_without_javascript(browser, live_server):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(SEARCH)
    drawing = page.get_by_role("group", name="Map of 32 centres near Leeds")
    expect(drawing).to_be_visible()
    expect(page.get_by_role("button", name="Move and zoom")).to_be_hidden()
    cluster = drawing.get_by_role("link", name="look closer").first
    said = int(cluster.locator("title").text_content().split()[0])
    cluster.locator(".map-target").click()
    expect(page).not_to_have_url(f"{live_server.url}{SEARCH}")
    found = int(page.get_by_role("status").text_content().split()[0])
    assert found >= said
    context.close()


def test_a_point_leads_to_its_card_without_javascript(browser, live_server):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/search/?near=Leeds&substance=ketamine")
    page.get_by_role("link", name="Holbeck House").last.locator(".map-target").click()
    expect(page).to_have_url(
        f"{live_server.url}/search/?near=Leeds&substance=ketamine#card-holbeck-house"
    )
    expect(page.locator(".card:target")).to_be_in_viewport()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_it_is_in_nobodys_way(page, width, scheme):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto(SEARCH)
    assert problems(page, within="#map") == []
    assert beyond(page) == 0
    sizes = page.evaluate(SIZES)
    assert sizes
    assert min(sizes) >= 24
    first_card, drawing = (
        page.locator(".card").first.bounding_box(),
        page.locator("#map").bounding_box(),
    )
    if width == 1280:
        assert drawing["x"] > first_card["x"] + first_card["width"]
    else:
        assert drawing["y"] > first_card["y"]
    open_live(page)
    page.locator("#map").evaluate(
        "map => map.scrollIntoView({block: 'center'})"
    )  # not beneath Exit
    assert problems(page, within="#map") == []
    assert beyond(page) == 0
    assert page.foreign_requests == []
    assert page.console_messages == []


def test_no_two_targets_overlap_on_the_narrowest_screen(page):
    page.set_viewport_size({"width": 320, "height": 900})
    page.goto(SEARCH)
    middles = page.evaluate("""
        Array.from(document.querySelectorAll(".map-mark .map-target"))
        .map(e => e.getBoundingClientRect()).map(r => [r.x + r.width / 2, r.y + r.height / 2])
    """)
    for place, (x, y) in enumerate(middles):
        for u, v in middles[place + 1 :]:
            assert (x - u) ** 2 + (y - v) ** 2 >= 24**2


def test_nothing_of_the_map_that_moves_is_loaded_before_it_is_asked_for(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(SEARCH)
    expect(page.get_by_role("button", name="Move and zoom the map")).to_be_visible()
    assert not [url for url in asked if "leaflet" in url or "/search/map/" in url]
    open_live(page)
    assert [url for url in asked if "leaflet.js" in url]
    assert [url for url in asked if "gb.geojson" in url]
    assert page.foreign_requests == []


def test_a_card_and_its_point_go_together_by_keyboard(page):
    page.goto("/search/?near=Leeds&substance=ketamine")
    card = page.locator("#card-holbeck-house")
    name, mark = (
        card.get_by_role("link", name="Holbeck House", exact=True),
        page.locator("a.map-mark"),
    )
    name.focus()
    expect(mark).to_have_class("map-mark map-on-page is-chosen")
    mark.focus()
    expect(card).to_have_class("card is-chosen")
    page.keyboard.press("Enter")
    expect(name).to_be_focused()


def test_a_card_and_its_point_go_together_by_mouse(page):
    page.goto("/search/?near=Leeds&substance=ketamine")
    card, mark = page.locator("#card-holbeck-house"), page.locator("a.map-mark")
    card.hover()
    expect(mark).to_have_class("map-mark map-on-page is-chosen")
    mark.locator(".map-target").hover()
    expect(card).to_have_class("card is-chosen")
    page.get_by_role("heading", level=1).hover()
    expect(card).to_have_class("card")


def test_the_map_that_moves_is_worked_by_keyboard(page):
    page.goto(SEARCH)
    page.get_by_role("button", name="Move and zoom the map").focus()
    page.keyboard.press("Enter")
    live = page.get_by_role("region", name="Map that can be moved and zoomed")
    expect(live).to_be_focused()
    cluster = live.get_by_role("link", name="look closer").first
    before = cluster.get_attribute("aria-label")
    cluster.focus()
    with page.expect_response("**/search/map/?**"):
        page.keyboard.press("Enter")
    expect(live.get_by_role("link", name=before, exact=True)).to_have_count(0)
    expect(live.locator("path:focus")).to_have_count(1)
    house = live.get_by_role("link", name="Holbeck House")
    for _ in range(4):
        if house.count():
            break
        page.get_by_role("button", name="Zoom out").press("Enter")
        page.wait_for_load_state("networkidle")
    assert page.console_messages == []


def test_a_refresh_brings_the_map_of_the_new_results(page):
    page.goto(SEARCH)
    expect(page.get_by_role("group", name="Map of 32 centres near Leeds")).to_be_visible()
    page.locator("#group-substance > summary").click()
    page.get_by_label("Ketamine").check()
    expect(page.get_by_role("group", name="Map of 1 centre near Leeds")).to_be_visible()
    expect(page.get_by_role("button", name="Move and zoom the map")).to_be_visible()
    open_live(page)
    assert page.console_messages == []


def test_it_is_printed(page):
    page.goto(SEARCH)
    page.emulate_media(media="print")
    expect(page.get_by_role("group", name="Map of 32 centres near Leeds")).to_be_visible()
    expect(page.get_by_role("button", name="Move and zoom the map")).to_be_hidden()


def test_with_tiles_none_is_asked_for_before_the_press(page, settings):
    settings.MAP_TILES_URL = "https://tiles.example.org/{z}/{x}/{y}.png"
    page.route("https://tiles.example.org/**", lambda route: route.abort())
    page.goto(SEARCH)
    expect(page.get_by_text("The pictures of streets come from tiles.example.org.")).to_be_visible()
    assert page.foreign_requests == []
