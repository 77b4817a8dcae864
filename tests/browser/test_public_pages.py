"""The public pages in a real browser: readable by all, without JavaScript, asking nobody else."""

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

PAGES = [
    "/",
    "/search/",
    "/search/?near=Leeds&setting=residential&length=28",
    "/search/?near=Leeds&setting=online",
    "/search/?near=Newport",
    "/search/?near=Qwxyzzy",
    "/search/?near=Boston&country=GB",
    "/search/?level=palace",
    "/centres/holbeck-house/",
    "/centres/old-house/",
    "/centres/never-was/",
    "/centres/holbeck-house/report/",
    "/shortlist/",
    "/compare/",
    "/compare/?c=holbeck-house&c=old-house",
    "/compare/print/?c=holbeck-house",
    "/data/",
    "/verification/",
    "/advertising/",
    "/privacy/",
    "/accessibility/",
    "/help/",
]


@pytest.fixture
def directory():
    """Thirty centres in and around Leeds, one of them with everything there is to say."""
    towns.leeds(), towns.boston(), towns.newports()
    today, day = timezone.localdate(), datetime.timedelta(days=1)
    for kind, slugs in {
        "substance": ["alcohol", "heroin", "ketamine", "cannabis"],
        "therapy": ["cbt", "dbt"],
        "language": ["english", "polish"],
    }.items():
        for slug in slugs:
            factories.term(kind, slug)
    demo = factories.source(name="Made-up centres", is_demo=True, url="https://example.org/")
    full = factories.centre(
        name="Holbeck House",
        slug="holbeck-house",
        source=demo,
        provider=factories.provider(company_number="1"),
        street="1 Example Street",
        town="Leeds",
        postcode="LS1 4DY",
        latitude=53.7965,
        longitude=-1.5478,
        about="A house with a walled garden.",
        website="https://example.org/",
        rating="Good",
        rating_on=today - 300 * day,
        regulator="cqc",
        languages=["english"],
        verified_from=today - 9 * day,
        verified_until=today + 90 * day,
        advertiser_from=today,
        advertiser_until=today + 9 * day,
    )
    factories.phone(full, label="admissions", answered_by="centre")
    factories.provenance(full, fact="address", source=demo)
    stage = factories.programme(
        full,
        name="Stage one",
        length_min_days=28,
        length_max_days=84,
        price=9800,
        currency="GBP",
        price_on=today,
        substances=["alcohol", "ketamine"],
        therapies=["cbt"],
    )
    factories.provenance(full, programme=stage, fact="price", source=demo)
    factories.programme(full, level="residential-detox", length_max_days=7, detoxes=["alcohol"])
    factories.centre(
        name="Old House", slug="old-house", status="closed", closed_on=today, successor=full
    )
    for number in range(29):
        centre = factories.centre(town="Leeds", latitude=53.9 + number / 50, longitude=-1.5)
        substance = ["alcohol", "heroin"][number % 2]
        factories.programme(centre, length_min_days=28, substances=[substance])
    yield
    gazetteer.forget()


@in_each_way
def test_nothing_is_in_anybodys_way(page, directory, way):
    assert_in_nobodys_way(page, way, PAGES)


def test_the_whole_way_without_javascript(browser, live_server, directory):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    families = page.get_by_role("link", name="Families and friends in the United Kingdom")
    expect(families).to_be_hidden()
    page.get_by_text("For someone else", exact=True).click()
    expect(families).to_be_visible()
    page.get_by_text("For me", exact=True).click()
    expect(families).to_be_hidden()
    page.get_by_label("Where?").fill("Leeds")
    page.get_by_label("Lives in").check()
    page.get_by_label("28 days").check()
    page.get_by_role("button", name="Find centres").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Centres near Leeds")
    expect(page.get_by_role("status")).to_contain_text("30 centres")
    page.locator("#all-filters > summary").click()
    page.locator("#group-substance > summary").click()
    page.get_by_label("Ketamine").check()
    page.get_by_role("button", name="Show centres").click()
    expect(page.get_by_role("status")).to_contain_text("1 centre")
    card = page.locator("#card-holbeck-house")
    card.get_by_role("link", name="Holbeck House", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Holbeck House")
    expect(page.get_by_text("Admissions: answered at the centre")).to_be_visible()
    cost = page.get_by_role("region", name="What does it cost in total?")
    source = cost.locator(".sources li", has_text="True on 1 June 2025")
    expect(source).to_be_hidden()
    cost.locator("summary", has_text="Sources: true on 1 June 2025").click()
    expect(source).to_be_visible()
    assert context.cookies() == []
    context.close()


def test_a_filter_refreshes_the_results_in_place_and_back_undoes_it(page, directory):
    page.goto("/search/?near=Leeds")
    status = page.get_by_role("status")
    expect(status).to_contain_text("30 centres")
    page.evaluate("window.sameDocument = true")
    page.evaluate("window.region = document.querySelector('[role=status]')")
    page.locator("#group-substance > summary").click()
    page.get_by_label("Ketamine").check()
    expect(status).to_contain_text("1 centre")
    expect(page).to_have_url(
        f"{page.url.split('/search/')[0]}/search/?near=Leeds&substance=ketamine"
    )
    assert page.evaluate("window.sameDocument")
    # The very region that was there says the new count: one put in its place would not be read out.
    assert page.evaluate("window.region.isConnected")
    expect(page).to_have_title(re.compile("^1 centre near Leeds"))
    expect(page.get_by_label("Ketamine")).to_be_focused()
    expect(page.get_by_label("Ketamine")).to_be_visible()
    expect(page.get_by_label("Heroin")).to_be_visible()
    page.get_by_label("Heroin").check()
    expect(status).to_contain_text("15 centres")
    page.go_back()
    expect(status).to_contain_text("1 centre")
    expect(page.get_by_label("Ketamine")).to_be_checked()
    page.go_back()
    expect(status).to_contain_text("30 centres")
    page.locator("#group-substance > summary").click()
    expect(page.get_by_label("Ketamine")).not_to_be_checked()
    page.go_forward()
    expect(status).to_contain_text("1 centre")
    assert page.console_messages == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.context.cookies() == []


def test_a_filter_that_leaves_nothing_is_announced_and_can_be_undone(page, directory):
    page.goto("/search/?near=Leeds&substance=ketamine")
    page.locator("#group-setting > summary").click()
    page.get_by_label("Online").check()
    expect(page.get_by_role("status")).to_contain_text("No centre matches")
    page.get_by_role("link", name="Without “Online”: 1 centre").click()
    expect(page.get_by_role("status")).to_contain_text("1 centre")


def test_the_whole_way_by_keyboard(page, directory):
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the main part")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Where?")).to_be_focused()
    page.keyboard.type("Leeds")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Lives in")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Centres near Leeds")
    substances = page.locator("#group-substance > summary")
    expect(substances).to_be_visible()  # the page has loaded: wide, its filters are open
    substances.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Alcohol")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("status")).to_contain_text("16 centres")
    expect(page.get_by_label("Alcohol")).to_be_focused()
    card = page.locator("#card-holbeck-house")
    card.locator("summary", has_text="Matches 2 of 2 things asked for").focus()
    page.keyboard.press("Enter")
    expect(card.get_by_role("listitem").filter(has_text="Lives in (residential)")).to_be_visible()
    page.get_by_role("link", name="Change the place").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Where?")).to_be_focused()
    page.get_by_role("link", name="Holbeck House", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Holbeck House")


def test_everything_to_press_is_large_enough_to_hit(page, directory):
    page.set_viewport_size({"width": 320, "height": 900})
    small = """
        Array.from(document.querySelectorAll("main button, main summary, main select,"
            + "main input:not([tabindex='-1']), header a, .chip, .line-number, .phone,"
            + ".card-name a"))
        .map(e => [e.closest("label") || (e.labels && e.labels[0]) || e, e])
        .map(([box, e]) => [box.getBoundingClientRect(), e.outerHTML.slice(0, 90)])
        .filter(([r]) => r.width && (r.height < 24 || r.width < 24))
        .map(([r, html]) => [r.width, r.height, html])
    """
    for path in PAGES:
        page.goto(path)
        assert page.evaluate(small) == [], path


def test_what_is_on_demand_is_printed(page, directory):
    page.goto("/centres/holbeck-house/")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Site")).to_be_hidden()
    expect(page.get_by_role("link", name="999").last).to_be_visible()
    expect(page.get_by_text("Advertiser", exact=True)).to_be_visible()
