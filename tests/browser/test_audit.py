"""The audit and a centre's history in a real browser, on a wide screen and on a narrow one."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from centres.models import Act, AuditEntry
from tests import factories

from .axe import beyond, problems

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "a long enough phrase"


@pytest.fixture
def oak():
    """A centre that somebody moved from Leeds to York, and others looked at."""
    centre = factories.centre(name="Oak House", town="York")
    programme = factories.programme(centre, name="Stage one")
    factories.provenance(centre, fact="address")
    ruth, now = factories.person("ruth"), timezone.now()

    def note(act, row, **said):
        AuditEntry.objects.note(act, person=ruth, row=row, centre=centre, now=now, **said)

    note(Act.SAW, centre)
    note(Act.CHANGED, centre, changes={"town": ["Leeds", "York"], "languages": [[], ["polish"]]})
    note(Act.ADDED, programme, changes={"level": [None, "residential"]}, note="Proposal 3")
    note(Act.REFUSED, centre, note="approve: You may not do this: approve.")
    return centre


@pytest.fixture
def auditor(page):
    """The page, logged in through the form as an auditor."""
    audrey = factories.member("audrey", "Auditor")
    audrey.set_password(PASSWORD)
    audrey.save()
    page.goto(reverse("admin:login"))
    page.get_by_label("Username").fill("audrey")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").press("Enter")
    expect(page.get_by_role("link", name="Audit entries").first).to_be_visible()
    return page


def pages(centre):
    entry = AuditEntry.objects.get(act=Act.CHANGED, kind="centre")
    return {
        "list": reverse("admin:centres_auditentry_changelist"),
        "entry": reverse("admin:centres_auditentry_change", args=[entry.pk]),
        "export": reverse("admin:centres_auditentry_export"),
        "history": reverse("admin:centres_centre_history", args=[centre.pk]),
    }


@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_is_clear_of_axe_and_of_the_console(auditor, oak, width):
    auditor.set_viewport_size({"width": width, "height": 900})
    for name, address in pages(oak).items():
        auditor.goto(address)
        expect(auditor.locator("#content h1").first).to_be_visible()
        assert auditor.console_messages == []
        assert problems(auditor) == [], name
        auditor.console_messages.clear()  # what axe itself says of its own styles
        if name in {"export", "history"}:
            assert beyond(auditor) == 0, name
    assert auditor.foreign_requests == []


def test_an_auditor_goes_from_a_centre_to_its_audit_and_takes_it_away(auditor, oak):
    auditor.goto(reverse("admin:centres_centre_change", args=[oak.pk]))
    auditor.get_by_role("link", name="Audit", exact=True).click()
    expect(auditor.get_by_role("heading", name="Who saw and who changed what")).to_be_visible()
    expect(auditor.locator("#result_list tbody tr")).to_have_count(5)

    auditor.goto(reverse("admin:centres_centre_change", args=[oak.pk]))
    auditor.get_by_role("link", name="Export the audit").click()
    expect(auditor.get_by_label("Centre")).to_have_value(str(oak.pk))
    with auditor.expect_download() as download:
        auditor.get_by_role("button", name="Export as CSV").click()
    assert download.value.suggested_filename == f"audit-centre-{oak.pk}.csv"
    assert "Leeds" in download.value.path().read_text()
    assert auditor.console_messages == []


def test_a_history_is_read_and_not_written(auditor, oak):
    auditor.goto(pages(oak)["history"])

    expect(auditor.get_by_role("heading", name="ruth changed the centre")).to_be_visible()
    expect(auditor.get_by_role("cell", name="Leeds")).to_be_visible()
    expect(auditor.locator("#content form")).to_have_count(0)
