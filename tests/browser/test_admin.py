"""The research team's pages in a real browser, under the site's content security policy."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests import factories

from .axe import beyond, problems

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "a long enough phrase"


@pytest.fixture
def leeds():
    """A centre in Leeds with a programme, two sources and a neighbour a mile away."""
    register = factories.source(name="Register of made-up places")
    for kind, slugs in {
        "substance": ["alcohol", "heroin", "ketamine", "cannabis"],
        "therapy": ["cbt", "dbt", "motivational-interviewing"],
        "condition": ["depression", "anxiety"],
        "funding": ["nhs", "self-pay"],
        "people": ["women", "veterans"],
        "language": ["english", "polish"],
    }.items():
        for slug in slugs:
            factories.term(kind, slug)
    centre = factories.centre(
        name="Holbeck House",
        town="Leeds",
        postcode="LS1 4DY",
        latitude=53.7965,
        longitude=-1.5478,
        precision="postcode",
        source=register,
        provider=factories.provider(),
        languages=["english"],
    )
    factories.phone(centre)
    factories.provenance(centre, fact="address", source=register)
    programme = factories.programme(
        centre, name="Stage one", substances=["alcohol", "ketamine"], therapies=["cbt"]
    )
    factories.provenance(centre, programme=programme, fact="level", source=register)
    factories.centre(name="Armley Lodge", town="Leeds", latitude=53.799, longitude=-1.575)
    return centre


@pytest.fixture
def team(page, django_user_model):
    """The page, logged in through the form."""
    django_user_model.objects.create_superuser("ada", password=PASSWORD)
    page.goto(reverse("admin:login"))
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").press("Enter")
    expect(page.get_by_role("heading", name="What is in the directory")).to_be_visible()
    return page


def test_list_and_form_work_under_the_policy(team, leeds):
    team.goto(reverse("admin:centres_centre_changelist"))
    team.get_by_role("link", name="Holbeck House").press("Enter")

    the_map = team.get_by_role("region", name="Map of Holbeck House")
    expect(the_map.locator("path.where-here")).to_be_visible()
    expect(the_map.locator(".leaflet-tile")).to_have_count(0)
    expect(team.get_by_text("53.79650, -1.54780")).to_be_visible()
    expect(team.locator(".where-words").get_by_role("link", name="Armley Lodge")).to_be_visible()
    team.goto(reverse("admin:centres_programme_change", args=[leeds.programmes.get().pk]))
    expect(team.get_by_role("link", name="Holbeck House")).to_be_visible()

    assert team.console_messages == []
    assert team.foreign_requests == []


@pytest.mark.parametrize("page_name", ["changelist", "add", "change"])
def test_pages_break_no_grave_accessibility_rule(team, leeds, page_name):
    arguments = [leeds.pk] if page_name == "change" else []
    team.goto(reverse(f"admin:centres_centre_{page_name}", args=arguments))
    team.evaluate("document.querySelectorAll('details').forEach((part) => (part.open = true))")

    assert problems(team, grave=True) == []


def test_a_fact_is_changed_without_a_mouse(team, leeds):
    team.goto(reverse("admin:centres_centre_change", args=[leeds.pk]))
    team.get_by_role("button", name="Add another Programme").press("Enter")
    team.locator("#id_programmes-1-name").fill("Stage two")
    team.locator("#programmes-1 summary", has_text="Substances and detox").press("Enter")
    substances = team.locator("#programmes-1").get_by_role("group", name="Substances", exact=True)
    substances.get_by_label("Ketamine").press("Space")
    team.get_by_role("button", name="Save and continue editing").press("Enter")
    expect(team.get_by_text("You changed the programmes. Answer")).to_be_visible()

    team.get_by_label("How do you know?").select_option(label="Asked by telephone")
    team.get_by_role("button", name="Save and continue editing").press("Enter")
    expect(team.get_by_text("was changed successfully")).to_be_visible()

    added = leeds.programmes.get(name="Stage two")
    assert [term.slug for term in added.substances.all()] == ["ketamine"]
    told = {
        entry.fact: (entry.method, entry.recorded_by.username) for entry in added.provenance.all()
    }
    assert told == {"name": ("phone", "ada"), "substances": ("phone", "ada")}
    assert team.console_messages == []


def test_the_place_is_told_in_words_without_javascript(browser, team, leeds):
    quiet = browser.new_context(
        java_script_enabled=False, storage_state=team.context.storage_state()
    )
    page = quiet.new_page()
    page.goto(
        team.url.split("/admin/")[0] + reverse("admin:centres_centre_change", args=[leeds.pk])
    )

    expect(page.get_by_text("53.79650, -1.54780")).to_be_visible()
    expect(page.locator(".where-map")).to_be_hidden()
    expect(page.locator(".where-words").get_by_role("link", name="Armley Lodge")).to_be_visible()
    quiet.close()


def test_the_list_reads_on_a_narrow_screen(team, leeds):
    team.set_viewport_size({"width": 320, "height": 700})
    team.goto(reverse("admin:centres_centre_changelist"))

    expect(team.get_by_role("link", name="Holbeck House")).to_be_visible()
    assert beyond(team) == 0
