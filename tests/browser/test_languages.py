"""Welsh in a real browser: longer words break nothing, and a search goes on where it was."""

import pytest
from playwright.sync_api import expect

from finder.places import gazetteer
from tests import factories
from tests.browser.axe import assert_in_nobodys_way, in_each_way
from tests.finder import towns

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = [
    "/cy/",
    "/cy/search/?near=Leeds&setting=residential",
    "/cy/search/?near=Newport",
    "/cy/search/?level=palace",
    "/cy/centres/holbeck-house/",
    "/cy/compare/?c=holbeck-house",
    "/cy/help/",
    "/cy/verification/",
    "/cy/list-a-centre/",
]


@pytest.fixture
def directory():
    towns.leeds(), towns.newports()
    factories.term("substance", "ketamine", label="Ketamine")
    for number, name in enumerate(["Holbeck House", "Holbeck Grange"]):
        centre = factories.centre(name=name, town="Leeds", latitude=53.8 + number, longitude=-1.5)
        factories.phone(centre, answered_by="third-party")
        substances = [] if number else ["ketamine"]
        factories.programme(centre, length_min_days=28, price_on=None, substances=substances)
    yield
    gazetteer.forget()


@in_each_way
def test_nothing_is_in_anybodys_way(page, directory, way):
    assert_in_nobodys_way(page, way, PAGES)


def test_a_search_goes_on_in_welsh_by_keyboard(page, directory):
    page.goto("/search/?near=Leeds")
    page.get_by_role("link", name="Cymraeg").focus()
    page.keyboard.press("Enter")
    status = page.get_by_role("status")
    expect(page.get_by_role("heading", level=1)).to_have_text("Canolfannau ger Leeds")
    expect(status).to_contain_text("2 ganolfan")
    page.locator("#group-substance > summary").click()
    page.get_by_label("Cetamin").check()
    expect(status).to_contain_text("1 ganolfan")
    expect(page.get_by_label("Cetamin")).to_be_focused()
    assert page.url.endswith("/cy/search/?near=Leeds&substance=ketamine")
    page.get_by_role("button", name="Symud a chwyddo’r map").click()
    expect(page.get_by_role("region", name="Map y gellir ei symud")).to_be_focused()
    expect(page.get_by_role("button", name="Edrych yn agosach")).to_be_visible()
    page.get_by_role("link", name="Holbeck House", exact=True).click()
    expect(page.get_by_role("heading", name="Faint yw’r gost i gyd?")).to_be_visible()
    page.get_by_role("button", name="Cadw’r ganolfan hon").click()
    expect(page.get_by_text("Wedi’i chadw.")).to_be_visible()
    page.get_by_role("link", name="English", exact=True).click()
    expect(page.get_by_text("Kept.")).to_be_visible()
    assert page.console_messages == []
    assert page.foreign_requests == []
