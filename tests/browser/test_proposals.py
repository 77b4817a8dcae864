"""A change is proposed on the centre's form and approved on its own page, by two people."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from playwright.sync_api import expect

from centres.models import Centre, Proposal
from tests import factories

from .axe import beyond, problems
from .test_admin import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


def log_in(page, username):
    page.context.clear_cookies()
    page.goto(reverse("admin:login"))
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").press("Enter")
    expect(
        page.get_by_role("link", name="Log out").or_(page.locator("#logout-form"))
    ).to_be_visible()


@pytest.fixture
def team(page, django_user_model):
    for name, role in (("rita", "Researcher"), ("ada", "Approver")):
        person = django_user_model.objects.create_user(name, password=PASSWORD, is_staff=True)
        person.groups.add(Group.objects.get_or_create(name=role)[0])
    return page


@pytest.fixture
def centre(db):
    factories.term("language", "polish", label="Polish")
    row = factories.centre(name="Holbeck House", town="Leeds")
    factories.phone(row, number="+441632960001")
    factories.programme(row, name="Stage one", substances=["alcohol"])
    return row


def test_from_a_proposal_to_the_page(team, centre):
    log_in(team, "rita")
    team.goto(reverse("admin:centres_centre_change", args=[centre.pk]))
    team.locator("#id_town").fill("York")
    team.locator("#id_phones-0-label").fill("admissions")
    team.get_by_label("How do you know?").select_option(label="Asked by telephone")
    team.get_by_label("What did you see or hear?").fill("Ann on the desk said so.")
    team.get_by_role("button", name="Propose what you changed").press("Enter")
    expect(team.get_by_text("Proposed; the page stays as it is until")).to_be_visible()
    team.get_by_role("link", name="See what you proposed").press("Enter")
    expect(team.get_by_role("button", name="Withdraw")).to_be_visible()
    assert Centre.objects.get().town == "Leeds"

    log_in(team, "ada")
    team.goto(reverse("admin:centres_proposal_changelist"))
    team.locator("#result_list tbody").get_by_role("link").first.press("Enter")
    expect(team.get_by_role("heading", name="Change: The centre")).to_be_visible()
    team.get_by_role("button", name="Approve and apply").press("Enter")
    expect(team.get_by_text("Approved: the changes are made")).to_be_visible()

    row = Centre.objects.get()
    assert (row.town, row.phones.get().label) == ("York", "admissions")
    assert team.console_messages == []
    assert team.foreign_requests == []


@pytest.mark.parametrize("username", ["rita", "ada"])
def test_pages_break_no_grave_accessibility_rule(team, centre, username):
    proposal = factories.proposal(centre)
    log_in(team, username)
    for address in (
        reverse("admin:centres_centre_change", args=[centre.pk]),
        reverse("admin:centres_programme_change", args=[centre.programmes.get().pk]),
        reverse("admin:centres_proposal_changelist"),
        reverse("admin:centres_proposal_change", args=[proposal.pk]),
    ):
        team.goto(address)
        assert problems(team, grave=True) == []


@pytest.mark.parametrize("width", [320, 1280])
def test_a_proposal_reads_at_any_width(team, centre, width):
    proposal = factories.proposal(centre, evidence="Ann said so. " * 20,
                                  link=f"https://example.org/{'long' * 60}")  # fmt: skip
    Centre.objects.update(town="Hull")
    log_in(team, "ada")
    team.set_viewport_size({"width": width, "height": 900})
    team.goto(reverse("admin:centres_proposal_change", args=[proposal.pk]))

    expect(team.get_by_text("Hull: changed since it was proposed")).to_be_visible()
    assert beyond(team) == 0
    assert problems(team, grave=True) == []
    assert Proposal.objects.get().state == "pending"
