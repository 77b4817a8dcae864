"""Pages of substances and towns in a real browser, and a text's way from draft to page."""

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from centres.models import GuideRevision, Term
from finder.places import gazetteer
from tests import factories
from tests.centres import cast
from tests.finder import towns

from .axe import assert_in_nobodys_way, in_each_way, problems

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = [
    "/treatment/",
    "/treatment/ketamine/",
    "/treatment/ketamine/?country=US",
    "/treatment/alcohol/",
    "/treatment/mdma/",
    "/treatment/nothing/",
    "/rehab/",
    "/rehab/leeds/",
    "/rehab/boston-massachusetts/",
    "/rehab/newport/",
]


@pytest.fixture
def directory():
    """The guides that ship, and three centres around Leeds that treat ketamine."""
    call_command("load_vocabulary", verbosity=0)
    towns.leeds(), towns.boston(), towns.newports()
    ketamine = Term.objects.get(kind="substance", slug="ketamine")
    for number in range(3):
        centre = factories.centre(
            name=f"House {number}", latitude=53.8 + number / 9, longitude=-1.5
        )
        factories.phone(centre)
        programme = factories.programme(centre, length_min_days=28, dual_diagnosis="capable")
        programme.substances.set([ketamine])
    yield
    gazetteer.forget()


@in_each_way
def test_nothing_is_in_anybodys_way(page, directory, way):
    assert_in_nobodys_way(page, way, PAGES)


def test_from_the_first_page_to_centres_without_javascript(browser, live_server, directory):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="By substance or behaviour").click()
    page.get_by_role("link", name="Ketamine", exact=True).click()
    expect(page.locator("h1")).to_have_text("Ketamine: treatment and help")
    expect(page.get_by_text("Not yet reviewed by a clinician.").first).to_be_visible()

    page.get_by_role("link", name="3 that treat mental health as well").click()

    expect(page.locator(".card")).to_have_count(3)
    assert context.cookies() == []
    context.close()


def test_a_source_is_one_key_from_its_statement(page, directory):
    page.goto("/treatment/ketamine/")
    mark = page.locator("section:has(> #what-it-does) .source-mark").first
    number = mark.inner_text().strip().split()[-1]
    mark.focus()
    page.keyboard.press("Enter")

    expect(page.locator(f"#source-{number}")).to_be_in_viewport()
    assert page.console_messages == []


def test_the_nearest_of_a_town_and_the_number_its_link_gives(page, directory):
    page.goto("/rehab/leeds/")
    expect(page.locator(".card-name")).to_have_text(["House 0", "House 1", "House 2"])
    page.get_by_role("link", name="All 3, nearest first").click()

    expect(page.locator(".card-name")).to_have_text(["House 0", "House 1", "House 2"])


def assert_legible(page):
    """axe finds nothing, nor did the page say anything on the console."""
    assert page.console_messages == []
    assert problems(page) == []
    page.console_messages.clear()  # what axe itself says of its own styles


def sign_in(page, live_server, person, client):
    client.force_login(person)
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])


def test_a_text_is_drafted_by_one_and_published_by_another(page, live_server, directory, client):
    people = cast.cast()
    sign_in(page, live_server, people.ruth, client)
    guide = GuideRevision.objects.live().get(guide__substance__slug="ketamine").guide
    page.goto(f"/admin/centres/guide/{guide.pk}/change/")
    assert_legible(page)
    page.get_by_role("button", name="Begin a draft").click()
    page.locator("#id_title").fill("Ketamine, looked over")
    page.locator("#id_reviewer_role").fill("An editor")
    page.locator("#id_reviewed_on").fill("2025-06-01")
    page.locator("#id_next_review_on").fill("2999-01-01")
    assert_legible(page)
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.get_by_text("so somebody else publishes it")).to_be_visible()
    address = page.url
    page.goto("/treatment/ketamine/")
    expect(page.locator("h1")).to_have_text("Ketamine: treatment and help")

    sign_in(page, live_server, people.alan, client)
    page.goto(address)
    assert_legible(page)
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("this is what the public reads now")).to_be_visible()

    page.goto("/treatment/ketamine/")
    expect(page.locator("h1")).to_have_text("Ketamine, looked over: treatment and help")
    assert page.console_messages == []
