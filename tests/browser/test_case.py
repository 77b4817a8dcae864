"""A case in a real browser: from a new listing to verified, by two people, and on to lapsed."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from centres import cases, workflow
from centres.models import EvidenceFile, State, Status
from tests import factories

from .axe import beyond, problems

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "a long enough phrase"
PDF = b"%PDF-1.7\n1 0 obj\n%%EOF\n"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return settings.EVIDENCE_DIR


def of_role(name, role):
    person = factories.member(name, role)
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def ruth():
    return of_role("ruth", "Researcher")


@pytest.fixture
def alan():
    return of_role("alan", "Approver")


def log_in(page, name):
    page.goto(reverse("admin:login"))
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").press("Enter")
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    return page


@pytest.fixture
def as_ruth(page, ruth):
    return log_in(page, "ruth")


@pytest.fixture
def as_alan(browser, live_server, alan):
    """The page of a second person, in a browser of their own."""
    context = browser.new_context(base_url=live_server.url)
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.console_messages = []
    page.on("console", lambda message: page.console_messages.append(message.text))
    page.on("pageerror", lambda error: page.console_messages.append(str(error)))
    yield log_in(page, "alan")
    context.close()


@pytest.fixture
def centre():
    """A new listing with a telephone number and a programme."""
    centre = factories.centre(
        name="Holbeck House",
        town="Leeds",
        status=Status.DRAFT,
        website="https://holbeck.example.org/",
        provider=factories.provider(),
    )
    factories.phone(centre, answered_by="centre")
    factories.provenance(centre, fact="phones")
    programme = factories.programme(centre, name="Stage one", substances=["alcohol"])
    factories.provenance(centre, programme=programme, fact="substances")
    return centre


@pytest.fixture
def criteria():
    return [
        factories.criterion(
            title="Its own telephone", slug="phone", is_required=True, months=3, position=1,
            facts=["phones", "website"],
        ),
        factories.criterion(
            title="A certificate", slug="certificate", is_required=True, has_own_date=True,
            position=2,
        ),
        factories.criterion(
            title="Detox", slug="detox", is_required=True, may_not_apply=True, position=3,
            facts=["programme.substances"],
        ),
    ]  # fmt: skip


def taken(centre, by, *, answered=()):
    case = cases.open_case(centre, by=by, now=timezone.now(), note="Came by letter.")
    case = workflow.perform(case, "take", by=by, now=timezone.now())
    for criterion in answered:
        cases.record_check(
            case, criterion, by=by, now=timezone.now(), outcome="passed", method="phone",
            note="Asked.", link="https://example.org/entry", captured_on=timezone.localdate(),
            expires_on=timezone.localdate() + datetime.timedelta(days=90),
        )  # fmt: skip
    return case


def section(page, title):
    return page.get_by_role("region", name=title)


def press_with_alt(page, key):
    """As a keyboard does it: Playwright's own presses lack what an access key is found by."""
    session = page.context.new_cdp_session(page)
    pressed = {
        "modifiers": 1,
        "key": key,
        "code": f"Key{key.upper()}",
        "unmodifiedText": key,
        "windowsVirtualKeyCode": ord(key.upper()),
    }
    session.send("Input.dispatchKeyEvent", {"type": "keyDown", **pressed})
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", **pressed})
    session.detach()


def test_from_a_new_listing_to_verified_by_two_people_to_lapsed(
    as_ruth, as_alan, centre, criteria, monkeypatch
):
    page, public = as_ruth, reverse("centre", args=[centre.slug])
    holds_until = timezone.localdate() + datetime.timedelta(days=3)

    page.goto(reverse("admin:centres_verification_open", args=[centre.pk]))
    page.get_by_label("Note").fill("Came by letter.")
    page.get_by_role("button", name="Open a case").press("Enter")
    expect(page.get_by_text("The case is open.")).to_be_visible()
    expect(page.get_by_text("A new listing")).to_be_visible()
    press_with_alt(page, "t")
    expect(page.get_by_text("You have taken this case.")).to_be_visible()
    expect(page.get_by_role("button", name="Send for approval")).to_be_disabled()

    phone = section(page, "Its own telephone")
    phone.get_by_label("Passed").press("Space")
    phone.get_by_label("How", exact=True).select_option(label="Asked by telephone")
    phone.get_by_label("Note for the team").fill("The manager answered.")
    phone.get_by_label("Document").set_input_files(
        {"name": "bill.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    press_with_alt(page, "m")
    expect(page.get_by_text("Recorded: Its own telephone.")).to_be_visible()

    certificate = section(page, "A certificate")
    expect(certificate.get_by_label("Passed")).to_be_focused()
    page.keyboard.press("Space")
    certificate.get_by_label("How", exact=True).select_option(label="Seen in a document")
    certificate.get_by_label("Holds until").fill(holds_until.isoformat())
    certificate.get_by_label("Register reference").fill("AB-12")
    certificate.get_by_role("button", name="Save and go on").press("Enter")
    expect(page.get_by_text("Recorded: A certificate.")).to_be_visible()

    detox = section(page, "Detox")
    expect(detox.get_by_label("Passed")).to_be_focused()
    detox.get_by_label("Does not apply").press("Space")
    detox.get_by_label("How", exact=True).select_option(label="Asked by telephone")
    detox.get_by_label("Note for the team").fill("They do no detox.")
    detox.get_by_role("button", name="Save and go on").press("Enter")
    expect(page.get_by_role("heading", name="Criteria: 3 of 3 answered")).to_be_visible()
    press_with_alt(page, "s")
    expect(page.get_by_text("Sent for approval. Somebody else decides it.")).to_be_visible()
    case = centre.verifications.get()

    other = as_alan
    other.goto(case.get_absolute_url())
    with other.expect_download() as downloading:
        section(other, "Its own telephone").get_by_role("link", name="bill.pdf").click()
    assert downloading.value.suggested_filename == "bill.pdf"
    other.get_by_role("button", name="Approve").press("Enter")
    expect(other.get_by_text("Approved.", exact=True)).to_be_visible()

    other.goto(public)
    expect(other.get_by_role("heading", name="Holbeck House")).to_be_visible()
    until = f"{holds_until.day} {holds_until:%B %Y}"
    expect(other.get_by_text(f"Verified until {until}").first).to_be_visible()

    later = timezone.now() + datetime.timedelta(days=5)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    other.goto(public)
    expect(other.get_by_text(f"lapsed on {until}").first).to_be_visible()
    expect(other.get_by_text(f"Verified until {until}")).to_have_count(0)
    other.goto(case.get_absolute_url())
    expect(other.get_by_text("Verification has lapsed").first).to_be_visible()
    expect(other.get_by_text(f"Lapsed on {until}").first).to_be_visible()

    assert page.console_messages == []
    assert page.foreign_requests == []
    assert other.console_messages == []


def test_two_at_once_one_wins_and_the_other_is_told(as_ruth, as_alan, centre, criteria, ruth):
    case = cases.open_case(centre, by=ruth, now=timezone.now())
    as_ruth.goto(case.get_absolute_url())
    as_alan.goto(case.get_absolute_url())

    as_ruth.get_by_role("button", name="Take it").click()
    expect(as_ruth.get_by_text("You have taken this case.")).to_be_visible()
    as_alan.get_by_role("button", name="Take it").click()

    expect(as_alan.get_by_role("alert")).to_contain_text("ruth took a step meanwhile")
    case.refresh_from_db()
    assert (case.state, case.reviewer) == (State.IN_REVIEW, ruth)


def test_without_javascript_an_error_stands_in_place_and_what_was_typed_stays(
    browser, as_ruth, centre, criteria, ruth
):
    case = taken(centre, ruth)
    quiet = browser.new_context(
        java_script_enabled=False, storage_state=as_ruth.context.storage_state()
    )
    page = quiet.new_page()
    page.set_default_timeout(15_000)
    page.goto(as_ruth.url.split("/admin/")[0] + case.get_absolute_url())
    phone = section(page, "Its own telephone")
    phone.get_by_label("Passed").check()
    phone.get_by_label("How", exact=True).select_option(label="Asked by telephone")
    phone.get_by_label("Link").fill("javascript:alert(1)")
    phone.get_by_label("Note for the team").fill("Typed with care.")
    phone.get_by_label("Document").set_input_files(
        {"name": "bill.pdf", "mimeType": "application/pdf", "buffer": b"<!doctype html>"}
    )
    phone.get_by_role("button", name="Save and go on").press("Enter")

    expect(phone.get_by_text("A link is a web address")).to_be_visible()
    expect(phone.get_by_text("This is not a PDF, PNG or JPEG document")).to_be_visible()
    expect(phone.get_by_label("Note for the team")).to_have_value("Typed with care.")
    assert not EvidenceFile.objects.exists()
    phone.get_by_label("Link").fill("https://example.org/")
    phone.get_by_role("button", name="Save and go on").press("Enter")

    expect(page.get_by_text("Recorded: Its own telephone.")).to_be_visible()
    expect(section(page, "A certificate").get_by_label("Passed")).to_be_visible()
    quiet.close()


def test_a_document_that_is_too_large_is_told_before_it_is_sent(
    as_ruth, centre, criteria, ruth, tmp_path
):
    case = taken(centre, ruth)
    large = tmp_path / "large.pdf"
    large.write_bytes(PDF + b"0" * 11 * 1024 * 1024)
    as_ruth.goto(case.get_absolute_url())
    document = section(as_ruth, "Its own telephone").get_by_label("Document")

    document.set_input_files(large)

    assert "it may have 10" in document.evaluate("field => field.validationMessage")


def test_what_was_typed_for_another_criterion_is_not_lost_without_a_word(
    as_ruth, centre, criteria, ruth
):
    case = taken(centre, ruth)
    as_ruth.goto(case.get_absolute_url())
    section(as_ruth, "Its own telephone").get_by_label("Note for the team").fill("Half a sentence")
    as_ruth.get_by_role("navigation", name="Criteria").get_by_role("link", name="Detox").click()
    expect(section(as_ruth, "Detox").get_by_label("Passed")).to_be_focused()

    asked = []
    as_ruth.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    as_ruth.get_by_role("link", name="Home").click()

    expect(section(as_ruth, "Its own telephone").get_by_label("Note for the team")).to_have_value(
        "Half a sentence"
    )
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", ["in review", "refused", "approved", "opening"])
def test_it_breaks_no_grave_accessibility_rule(
    as_ruth, centre, criteria, ruth, alan, state, scheme
):
    as_ruth.emulate_media(color_scheme=scheme)
    case = taken(centre, ruth, answered=criteria if state == "approved" else criteria[:1])
    if state == "approved":
        case.refresh_from_db()
        case = workflow.perform(case, "submit", by=ruth, now=timezone.now())
        case = workflow.perform(case, "approve", by=alan, now=timezone.now())
    as_ruth.goto(case.get_absolute_url())
    if state == "opening":
        as_ruth.goto(reverse("admin:centres_verification_open", args=[centre.pk]))
    if state == "refused":
        as_ruth.get_by_role("button", name="Return to the provider").click()
        expect(as_ruth.get_by_text("give the reason here")).to_be_visible()
    as_ruth.evaluate("document.querySelectorAll('details').forEach((part) => (part.open = true))")

    assert problems(as_ruth, grave=True) == []


def test_it_reads_on_a_narrow_screen(as_ruth, centre, criteria, ruth):
    case = taken(centre, ruth, answered=criteria[:1])
    as_ruth.set_viewport_size({"width": 320, "height": 700})
    as_ruth.goto(case.get_absolute_url())
    as_ruth.evaluate("document.querySelectorAll('details').forEach((part) => (part.open = true))")

    expect(section(as_ruth, "A certificate").get_by_label("Passed")).to_be_visible()
    assert beyond(as_ruth) == 0
