"""Checks posted to a case: recorded, or refused in place with what was typed."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from centres.models import Purpose, Verification
from tests import factories

from .casework import PDF, check, everything, taken, text

pytestmark = pytest.mark.django_db


def test_after_a_check_comes_the_next_criterion_without_one(as_ruth, ruth, seen):
    second = factories.criterion(title="Second")
    third = factories.criterion(title="Third")
    case = taken(ruth)
    page = case.get_absolute_url()

    assert (
        check(as_ruth, case, second)["Location"] == f"{page}?at={third.slug}#criterion-{third.slug}"
    )
    assert check(as_ruth, case, third)["Location"] == f"{page}?at={seen.slug}#criterion-{seen.slug}"
    assert check(as_ruth, case, seen)["Location"] == f"{page}#steps"


def test_a_check_keeps_all_that_was_said(as_ruth, ruth, seen):
    case = taken(ruth)

    check(
        as_ruth, case, seen, link="example.org/entry", register_reference="1-123",
        file=SimpleUploadedFile("letter.pdf", PDF), is_public=None, captured_on="2025-06-01",
    )  # fmt: skip

    row = case.checks.get()
    assert (row.outcome, row.method, row.note) == ("passed", "phone", "The manager answered.")
    assert (row.link, row.register_reference) == ("https://example.org/entry", "1-123")
    assert (row.file.name, row.is_public, row.facts) == ("letter.pdf", False, ["phones"])
    assert row.captured_on == datetime.date(2025, 6, 1)
    assert row.expires_on == datetime.date(2026, 6, 1)
    assert row.checked_by == ruth


def test_a_criterion_with_a_date_of_its_own_asks_for_it(as_ruth, ruth):
    certificate = factories.criterion(has_own_date=True)
    case = taken(ruth)
    ends = timezone.localdate() + datetime.timedelta(days=90)

    assert "Give the date until which the evidence holds." in text(
        check(as_ruth, case, certificate, facts=None)
    )
    check(as_ruth, case, certificate, facts=None, expires_on=ends.isoformat())

    assert case.checks.get().expires_on == ends


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"outcome": ""}, "outcome", "This field is required."),
        ({"outcome": "approved"}, "outcome", "Select a valid choice"),
        ({"outcome": "not_applicable"}, "outcome", "Select a valid choice"),
        ({"method": ""}, "method", "This field is required."),
        ({"method": "made-up"}, "method", "Select a valid choice"),
        ({"captured_on": "2999-01-01"}, "captured_on", "This day is still to come."),
        ({"captured_on": "0001-01-01"}, "captured_on", "Evidence this old"),
        ({"captured_on": "yesterday"}, "captured_on", "Enter a valid date."),
        ({"note": ""}, None, "A pass needs evidence"),
        ({"outcome": "failed", "note": ""}, "note", "Say why it failed or does not apply."),
        ({"note": "x" * 5001}, "note", "at most 5000 characters"),
        ({"note": "a\x00b"}, "note", "Null characters are not allowed."),
        ({"public_note": "x" * 301}, "public_note", "at most 300 characters"),
        ({"register_reference": "x" * 121}, "register_reference", "at most 120 characters"),
        ({"link": "javascript:alert(1)"}, "link", "A link is a web address"),
        ({"link": "data:text/html,<script>alert(1)</script>"}, "link", "A link is a web address"),
        ({"link": "ftp://example.org/x"}, "link", "A link is a web address"),
        ({"link": "https://example.org/" + "x" * 500}, "link", "at most 500 characters"),
        ({"facts": ["website"]}, "facts", "Select a valid choice"),
        ({"version": "x"}, "version", "This form does not say what you saw."),
        ({"version": None}, "version", "This form does not say what you saw."),
        ({"version": "9" * 40}, "version", "This form does not say what you saw."),
    ],
)
def test_nonsense_is_refused_in_place_and_what_was_typed_stays(
    as_ruth, ruth, seen, changes, field, sentence
):
    case = taken(ruth)
    before = everything()

    response = check(as_ruth, case, seen, **{"register_reference": "", **changes})

    assert response.status_code == 200
    form = response.context["page"].blocks[0].form
    assert any(sentence in str(error) for error in form.errors[field or "__all__"])
    assert sentence in text(response)
    assert form["public_note"].value() == changes.get("public_note", "We rang the number.")
    assert response.context["page"].blocks[0].is_open
    assert everything() == before


def test_a_stale_form_of_the_same_criterion_is_refused_and_keeps_what_was_typed(
    as_ruth, ruth, seen
):
    case = taken(ruth)
    stale = Verification.objects.get(pk=case.pk).version
    check(as_ruth, case, seen, note="From one window.")
    before = everything()

    response = check(as_ruth, case, seen, version=stale, note="From the other window.")

    assert response.status_code == 409
    assert "ruth was here meanwhile" in text(response)
    form = response.context["page"].blocks[0].form
    assert form["note"].value() == "From the other window."
    assert everything() == before
    again = check(as_ruth, case, seen, version=form["version"].value(), note="Seen both.")
    assert again.status_code == 302


def test_a_form_of_another_criterion_is_not_stale(as_ruth, ruth, seen):
    second = factories.criterion()
    case = taken(ruth)
    stale = Verification.objects.get(pk=case.pk).version
    check(as_ruth, case, seen)

    assert check(as_ruth, case, second, version=stale, facts=None).status_code == 302


def test_a_criterion_of_another_purpose_or_retired_is_not_recorded(as_ruth, ruth, seen):
    other = factories.criterion(purpose=Purpose.LISTED)
    retired = factories.criterion(is_retired=True)
    case = taken(ruth)
    before = everything()

    assert check(as_ruth, case, other).status_code == 404
    assert check(as_ruth, case, retired, facts=None).status_code == 409
    assert everything() == before


def test_a_field_is_described_by_its_error_and_its_help(as_ruth, ruth, seen):
    field = f"id_{seen.slug}_captured_on"

    page = text(check(as_ruth, taken(ruth), seen, captured_on="2999-01-01"))

    assert f'aria-describedby="{field}_helptext {field}_error"' in page
    assert f'id="{field}_helptext"' in page
    assert f'id="{field}_error"' in page
