"""A centre's page says what was checked, how, when and until when, and what was not (P5, P6)."""

import datetime
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from centres.cases import open_case, reopen_changed
from centres.models import Source
from tests import factories
from tests.finder import casework
from tests.finder.casework import said

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TODAY = timezone.localdate(NOW)
DAY = datetime.timedelta(days=1)


def in_words(day):
    return f"{day:%-d %B %Y}"


def page(client, centre):
    response = client.get(centre.get_absolute_url())
    assert response.status_code == 200
    return unescape(" ".join(response.content.decode().split()))


def section(client, centre):
    """What the page says we checked."""
    text = page(client, centre)
    begins = text.index('<section class="record"')
    return text[begins : text.index("</section>", begins)]


def test_it_works(client):
    centre = factories.centre(name="Holbeck House")
    phone = factories.criterion(title="The telephone, and who answers it", months=3)
    registration = factories.criterion(title="Registration for this place", months=6)
    at = NOW - 20 * DAY
    casework.approve(
        centre,
        said(phone, at=at, method="phone", captured_on=at.date() - DAY),
        said(
            registration,
            at=at,
            method="register",
            link="https://register.example.org/1-123",
            register_reference="1-123",
            public_note="Registered for residential rehab.",
        ),
        at=at,
    )
    text = section(client, centre)
    assert f"Verified until {in_words(centre.verified_until)}." in text
    assert (
        "Checked by a researcher, approved by another member of our team on "
        f"{in_words(TODAY - 20 * DAY)}." in text
    )
    assert "<h3>Checked and confirmed</h3>" in text
    assert f"Asked by telephone: true on {in_words(TODAY - 21 * DAY)}. Holds until" in text
    assert "Registered for residential rehab." in text
    assert "It does not mean that it is good, or right for you." in text
    assert '<a href="https://register.example.org/1-123" rel="noreferrer nofollow">1-123<' in text


def test_until_when_each_check_holds_is_said(client):
    centre = factories.centre()
    three_months = factories.criterion(months=3)
    certificate = factories.criterion(title="Accreditation", has_own_date=True)
    forever = factories.criterion(title="Rating")
    casework.approve(
        centre,
        said(three_months, at=NOW),
        said(certificate, at=NOW, expires_on=TODAY + 40 * DAY),
        said(forever, at=NOW),
        at=NOW,
    )
    text = section(client, centre)
    assert text.count("Holds until") == 2
    assert f"Holds until {in_words(TODAY + 40 * DAY)}." in text
    assert text.count("Has no end date of its own.") == 1


def test_a_check_that_lapsed_by_itself_says_so_within_a_verification_that_holds(client):
    centre = factories.centre()
    certificate = factories.criterion(title="Accreditation", has_own_date=True, is_required=False)
    casework.approve(
        centre,
        said(certificate, at=NOW - 9 * DAY, expires_on=TODAY - DAY),
        at=NOW - 9 * DAY,
    )
    text = section(client, centre)
    assert "<strong>Verified until" in text
    assert f"This check lapsed on {in_words(TODAY - DAY)}." in text


def test_what_was_not_checked_is_named_and_not_taken_for_a_no(client):
    centre = factories.centre()
    seen = factories.criterion(title="The telephone")
    factories.criterion(title="Therapists and their qualifications")
    factories.criterion(title="What was asked once", is_retired=True)
    factories.criterion(title="What is asked in America", country="US")
    factories.criterion(title="What an advertiser is asked", purpose="advertiser")
    casework.approve(centre, said(seen, at=NOW), at=NOW)
    text = section(client, centre)
    not_checked = text[text.index("<h3>Not checked</h3>") :]
    assert "so we do not know:" in not_checked
    assert "<li>Therapists and their qualifications</li>" in not_checked
    assert not_checked.count("<li>") == 1


def test_what_does_not_apply_or_did_not_pass_says_why_in_words_for_the_public(client):
    centre = factories.centre()
    detox = factories.criterion(title="Detox", may_not_apply=True)
    owner = factories.criterion(title="Who owns it")
    rating = factories.criterion(title="Rating")
    casework.approve(
        centre,
        said(detox, at=NOW, outcome="not_applicable", public_note="No detox is offered here."),
        said(owner, at=NOW, outcome="failed", public_note="The owner is not named anywhere."),
        said(rating, at=NOW),
        at=NOW,
    )
    text = section(client, centre)
    confirmed, failed, other = (
        text.index(f"<h3>{words}</h3>")
        for words in (
            "Checked and confirmed",
            "Checked and not confirmed",
            "Does not apply to this centre",
        )
    )
    assert confirmed < text.index("Rating") < failed
    assert failed < text.index("The owner is not named anywhere.") < other
    assert other < text.index("No detox is offered here.")


def test_a_check_keeps_the_words_it_was_made_with(client):
    centre = factories.centre()
    criterion = factories.criterion(title="The telephone")
    casework.approve(centre, said(criterion, at=NOW), at=NOW)
    criterion.title = "Every telephone number"
    criterion.is_retired = True
    criterion.save()
    text = section(client, centre)
    assert "The telephone" in text
    assert "Every telephone number" not in text


def test_a_check_carried_over_says_when_it_was_really_made(client):
    centre = factories.centre()
    long, short = factories.criterion(title="Ownership", months=12), factories.criterion(months=3)
    first, second = NOW - 60 * DAY, NOW - 2 * DAY
    casework.approve(centre, said(long, at=first), said(short, at=first), at=first)
    casework.approve(centre, said(short, at=second), at=second, opened_for="lapsing")
    text = section(client, centre)
    assert f"approved by another member of our team on {in_words(TODAY - 2 * DAY)}" in text
    carried = f"Carried over from our checks of {in_words(TODAY - 60 * DAY)}."
    assert text.count(carried) == 1
    assert text.index("Ownership") < text.index(carried)


def test_a_changed_fact_is_said_while_it_is_being_checked_again(client):
    centre = factories.centre(town="Leeds")
    phone = factories.criterion(title="The telephone")
    other = factories.criterion(title="Ownership")
    casework.approve(
        centre,
        said(phone, at=NOW - 9 * DAY, facts=["phones"]),
        said(other, at=NOW - 9 * DAY, facts=["provider"]),
        at=NOW - 9 * DAY,
    )
    factories.provenance(centre, fact="phones", recorded_at=NOW - 3 * DAY)
    reopen_changed([centre.pk], now=NOW - 3 * DAY)
    text = section(client, centre)
    changed = text.index("<h3>Changed since we checked</h3>")
    confirmed = text.index("<h3>Checked and confirmed</h3>")
    assert changed < text.index("The telephone") < confirmed < text.index("Ownership")
    assert (
        f"Changed on {in_words(TODAY - 3 * DAY)}, being checked again. "
        "Before the change: checked and confirmed." in text
    )
    assert text.count("Changed on") == 1
    assert "<strong>Verified until" in text


def test_a_changed_fact_nobody_is_looking_at_is_not_said_to_be_looked_at(client):
    centre = factories.centre()
    phone = factories.criterion(title="The telephone")
    at = NOW - 9 * DAY
    casework.approve(centre, said(phone, at=at, facts=["phones"]), at=at)
    factories.provenance(centre, fact="phones", recorded_at=NOW - 3 * DAY)
    text = section(client, centre)
    assert f"Changed on {in_words(TODAY - 3 * DAY)}, not checked again since." in text


def test_what_an_approval_itself_vouched_for_has_not_changed(client):
    Source.objects.research_team()
    centre = factories.centre()
    phone = factories.criterion(title="The telephone")
    casework.approve(centre, said(phone, at=NOW, facts=["phones"]), at=NOW)
    assert "Changed on" not in section(client, centre)


def test_never_verified_is_said_plainly_with_what_it_means(client):
    text = section(client, factories.centre())
    assert "<strong>Not verified by us yet.</strong>" in text
    assert "That says nothing against it." in text
    assert "<h3>" not in text


def test_an_open_case_alone_says_nothing(client):
    centre = factories.centre()
    open_case(centre, by=None, now=NOW, note="INTERNAL")
    text = section(client, centre)
    assert "Not verified by us yet." in text
    assert "INTERNAL" not in page(client, centre)


def test_expiring_is_said_with_its_date(client):
    centre = factories.centre(verified_from=TODAY - 9 * DAY, verified_until=TODAY + 9 * DAY)
    text = section(client, centre)
    assert f"Verified until {in_words(TODAY + 9 * DAY)}." in text
    assert "It ends soon and is due to be checked again." in text


def test_lapsed_is_said_with_its_date_and_what_was_found_then(client):
    centre = factories.centre(verified_from=TODAY - 90 * DAY, verified_until=TODAY - DAY)
    text = section(client, centre)
    assert f"This verification lapsed on {in_words(TODAY - DAY)}; nobody has checked since." in text
    assert "It may have changed." in text
    assert "Seen" in text
    assert "Verified until" not in text


def test_withdrawn_is_said_with_its_date_and_without_our_reason(client):
    centre = factories.centre()
    criterion = factories.criterion(title="The telephone")
    case = casework.approve(centre, said(criterion, at=NOW - 9 * DAY), at=NOW - 9 * DAY)
    casework.revoke(case, at=NOW - 2 * DAY, reason="MARKER of a complaint")
    text = page(client, centre)
    assert f"our verification was withdrawn by us on {in_words(TODAY - 2 * DAY)}." in text
    assert "Verification withdrawn</span> on" in text
    assert "Not verified by us" not in text
    assert "The telephone" not in text
    assert "MARKER" not in text


def test_a_withdrawn_verification_does_not_bring_back_the_one_it_had_replaced(client):
    centre = factories.centre()
    criterion = factories.criterion(title="The telephone")
    casework.approve(centre, said(criterion, at=NOW - 9 * DAY), at=NOW - 9 * DAY)
    later = casework.approve(centre, said(criterion, at=NOW - 5 * DAY), at=NOW - 5 * DAY)
    casework.revoke(later, at=NOW)
    text = section(client, centre)
    assert f"withdrawn by us on {in_words(TODAY)}." in text
    assert "Checked and confirmed" not in text


def test_verified_again_after_it_was_withdrawn(client):
    centre = factories.centre()
    criterion = factories.criterion(title="The telephone")
    case = casework.approve(centre, said(criterion, at=NOW - 9 * DAY), at=NOW - 9 * DAY)
    casework.revoke(case, at=NOW - 8 * DAY)
    casework.approve(centre, said(criterion, at=NOW), at=NOW)
    text = section(client, centre)
    assert "<strong>Verified until" in text
    assert "withdrawn" not in text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ({"status": "suspended"}, "Not verified while this listing is suspended."),
        ({"status": "closed", "closed_on": TODAY}, "Not verified: this centre has closed."),
    ],
)
def test_what_is_not_listed_is_not_verified(client, status, words):
    dates = {"verified_from": TODAY - DAY, "verified_until": TODAY + 90 * DAY}
    centre = factories.centre(**dates, **status)
    factories.approved(centre, TODAY, TODAY + 9 * DAY, purpose="claimed")
    text = section(client, centre)
    assert words in text
    assert "Checked and confirmed" not in text
    assert "confirmed the basics" not in text


def test_claimed_is_a_line_of_its_own_and_not_verified(client):
    centre = factories.centre()
    factories.approved(centre, TODAY - 9 * DAY, TODAY + 90 * DAY, purpose="claimed")
    text = section(client, centre)
    assert (
        f"A person at the centre confirmed the basics on {in_words(TODAY - 9 * DAY)}. "
        "We have not checked them." in text
    )
    assert "Not verified by us yet." in text


def test_what_a_centre_confirmed_is_not_said_to_be_checked_by_us(client):
    centre = factories.centre()
    basics = factories.criterion(purpose="claimed")
    casework.approve(centre, said(basics, at=NOW, method="centre"), at=NOW, purpose="claimed")
    text = page(client, centre)
    assert f"Basics confirmed by a person at the centre on {in_words(TODAY)}; not checked" in text
    assert "Not yet checked by us" in text


def test_claimed_and_verified_are_told_apart(client):
    centre = factories.centre(verified_from=TODAY, verified_until=TODAY + 90 * DAY)
    factories.approved(centre, TODAY - 9 * DAY, TODAY + 90 * DAY, purpose="claimed")
    text = section(client, centre)
    assert "<strong>Verified until" in text
    assert f"confirmed the basics on {in_words(TODAY - 9 * DAY)}" in text
    assert "We have not checked them." not in text


def test_a_claim_that_lapsed_or_was_revoked_is_not_shown(client):
    lapsed, revoked = factories.centre(), factories.centre()
    factories.approved(lapsed, TODAY - 9 * DAY, TODAY - DAY, purpose="claimed")
    case = factories.approved(revoked, TODAY - 9 * DAY, TODAY + DAY, purpose="claimed")
    casework.revoke(case, at=NOW)
    for centre in (lapsed, revoked):
        assert "confirmed the basics" not in page(client, centre)


def test_what_is_typed_cannot_become_markup(client):
    centre = factories.centre()
    criterion = factories.criterion(title="<b>Telephone</b>")
    check = said(criterion, at=NOW, public_note="<script>x</script>", register_reference="<i>1</i>")
    casework.approve(centre, check, at=NOW)
    raw = client.get(centre.get_absolute_url()).content.decode()
    for markup in ("<b>Telephone", "<script>x", "<i>1"):
        assert markup not in raw


def test_marks_on_the_page_and_on_cards_open_onto_it(client):
    centre = factories.centre(verified_from=TODAY, verified_until=TODAY + 90 * DAY)
    text = page(client, centre)
    assert '<a class="mark-link" href="#what-we-checked">' in text
    assert text.count('id="what-we-checked"') == 1
    results = client.get("/search/").content.decode()
    assert f'href="{centre.get_absolute_url()}#what-we-checked"' in results


def test_costs_the_same_with_one_check_as_with_thirty(client):
    def queries(number):
        centre = factories.centre()
        asked = [factories.criterion(facts=["phones"]) for _ in range(number)]
        checks = [said(one, at=NOW - 9 * DAY, facts=["phones"]) for one in asked]
        casework.approve(centre, *checks, at=NOW - 9 * DAY)
        factories.provenance(centre, fact="phones", recorded_at=NOW)
        for _ in range(number):
            factories.criterion()
        with CaptureQueriesContext(connection) as captured:
            text = client.get(centre.get_absolute_url()).content.decode()
        assert text.count('class="finding"') == number
        return len(captured)

    assert queries(1) == queries(30) <= 28
