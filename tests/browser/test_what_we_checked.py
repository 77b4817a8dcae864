"""The public record in a real browser: from the mark to the evidence, on a screen and on paper."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from centres.cases import reopen_changed
from tests import factories
from tests.finder import casework
from tests.finder.casework import said

from .axe import assert_in_nobodys_way, in_each_way

pytestmark = pytest.mark.django_db(transaction=True)

NOW = timezone.now()
TODAY = timezone.localdate(NOW)
DAY = datetime.timedelta(days=1)
HOUSES = ["verified", "advertiser", "lapsed", "withdrawn", "claimed", "bare"]


@pytest.fixture
def houses():
    """A centre of each standing, and the criteria they were held against."""
    phone = factories.criterion(title="The telephone, and who answers it", months=3)
    register = factories.criterion(title="Registration for this place", months=6)
    detox = factories.criterion(title="Detox", may_not_apply=True)
    factories.criterion(title="Therapists and their qualifications")
    basics = factories.criterion(title="Name and address", purpose="claimed")
    entry = {"method": "register", "link": "https://register.example.org/entries/1-123456789"}

    def checked(slug, days):
        centre = factories.centre(name=f"{slug.capitalize()} House", slug=slug, town="Leeds")
        at = NOW - days * DAY
        case = casework.approve(
            centre,
            said(phone, at=at, facts=["phones"]),
            said(register, at=at, register_reference="1-123456789", **entry),
            said(detox, at=at, outcome="not_applicable", public_note="None is offered."),
            at=at,
        )
        return centre, case

    verified, _ = checked("verified", 9)
    factories.provenance(verified, fact="phones", recorded_at=NOW - DAY)
    reopen_changed([verified.pk], now=NOW)
    advertiser, _ = checked("advertiser", 9)
    factories.advertise(advertiser, TODAY - DAY, TODAY + 9 * DAY)
    checked("lapsed", 120)
    _, case = checked("withdrawn", 9)
    casework.revoke(case, at=NOW)
    claimed = factories.centre(name="Claimed House", slug="claimed")
    casework.approve(claimed, said(basics, at=NOW), at=NOW, purpose="claimed")
    factories.centre(name="Bare House", slug="bare")


@in_each_way
def test_every_standing_is_in_nobodys_way(page, houses, way):
    paths = [*(f"/centres/{slug}/" for slug in HOUSES), "/verification/", "/search/"]
    assert_in_nobodys_way(page, way, paths)


def test_the_mark_on_a_card_opens_onto_what_was_checked(page, houses):
    page.goto("/search/?q=Advertiser+House")
    page.get_by_role("link", name="Verified until").click()
    heading = page.get_by_role("heading", name="What we checked")
    expect(heading).to_be_in_viewport()
    record = page.get_by_role("region", name="What we checked")
    expect(record).to_contain_text(
        "Checked by a researcher, approved by another member of our team"
    )
    expect(record.get_by_role("link", name="1-123456789")).to_be_visible()
    expect(record.get_by_role("heading", name="Not checked")).to_be_visible()


def test_a_fact_that_changed_is_said_beside_its_check(page, houses):
    page.goto("/centres/verified/#what-we-checked")
    telephone = page.get_by_role("listitem").filter(has_text="The telephone, and who answers it")
    expect(telephone).to_contain_text("being checked again")
    others = page.get_by_role("listitem").filter(has_text="Registration for this place")
    expect(others).not_to_contain_text("being checked again")


def test_who_pays_and_what_was_checked_are_on_paper(page, houses):
    page.emulate_media(media="print")
    page.goto("/centres/advertiser/")
    sentence = page.get_by_text("this centre pays us a flat fee (under £250 a month) from")
    expect(sentence).to_be_visible()
    expect(sentence).to_contain_text("Advertiser")
    expect(sentence).to_contain_text("It changes nothing in the order of results.")
    expect(page.get_by_text("Checked by a researcher")).to_be_visible()
    expect(page.get_by_text("From an official register: true on")).to_be_visible()
    page.goto("/centres/bare/")
    expect(page.get_by_text("This centre pays us nothing.")).to_be_visible()
    expect(page.get_by_text("Not verified by us yet.")).to_be_visible()


def test_what_counts_as_evidence_opens_by_keyboard(page, houses):
    page.goto("/verification/")
    page.get_by_role("link", name="the United States").click()
    expect(page.get_by_role("heading", name="In the United States")).to_be_in_viewport()
    summary = page.locator("summary", has_text="What counts as evidence, of: Detox")
    expect(summary.locator("xpath=..").get_by_role("list")).to_be_hidden()
    summary.focus()
    page.keyboard.press("Enter")
    expect(summary.locator("xpath=..").get_by_role("list")).to_be_visible()
