"""Steps and checks posted to a case: taken, refused with a sentence, never taken by halves."""

import datetime
import io

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from centres import cases, evidence, workflow
from centres.models import (
    Act,
    AuditEntry,
    Centre,
    Check,
    EvidenceFile,
    Purpose,
    State,
    Status,
    Verification,
    VerificationEvent,
)
from tests import factories

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n%%EOF\n"
REASON = "The centre asked to wait."


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return settings.EVIDENCE_DIR


def of_role(name, role):
    person = factories.person(name)
    person.groups.add(Group.objects.get(name=role))
    return person


@pytest.fixture
def ruth():
    """A researcher."""
    return of_role("ruth", "Researcher")


@pytest.fixture
def alan():
    """An approver."""
    return of_role("alan", "Approver")


def log_in(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def as_ruth(ruth):
    return log_in(ruth)


@pytest.fixture
def as_alan(alan):
    return log_in(alan)


@pytest.fixture
def seen():
    return factories.criterion(title="Seen", is_required=True, months=12, facts=["phones"])


def taken(by, **facts):
    case = cases.open_case(factories.centre(**facts), by=by, now=timezone.now())
    return workflow.perform(case, "take", by=by, now=timezone.now())


def step(client, case, name, **posted):
    url = reverse("admin:centres_verification_step", args=[case.pk, name])
    posted = {"version": Verification.objects.get(pk=case.pk).version, **posted}
    return client.post(url, posted)


def typed(case, **changes):
    values = {
        "version": Verification.objects.get(pk=case.pk).version,
        "outcome": "passed",
        "method": "phone",
        "captured_on": timezone.localdate().isoformat(),
        "note": "The manager answered.",
        "public_note": "We rang the number.",
        "is_public": "on",
        "facts": ["phones"],
        **changes,
    }
    return {name: value for name, value in values.items() if value is not None}


def check(client, case, criterion, **changes):
    url = reverse("admin:centres_verification_check", args=[case.pk, criterion.pk])
    return client.post(url, typed(case, **changes))


def text(response):
    return " ".join(response.content.decode().split())


def everything():
    """What a refusal leaves as it was."""
    return (
        list(Verification.objects.order_by("pk").values()),
        list(Check.objects.order_by("pk").values()),
        list(EvidenceFile.objects.order_by("pk").values()),
        VerificationEvent.objects.count(),
        list(Centre.objects.order_by("pk").values("status", "verified_from", "verified_until")),
    )


def test_from_a_draft_to_verified_by_two_people(as_ruth, as_alan, ruth, alan, seen):
    centre = factories.centre(status=Status.DRAFT)
    factories.phone(centre)
    factories.provenance(centre, fact="phones")
    opened = reverse("admin:centres_verification_open", args=[centre.pk])
    as_ruth.post(opened, {"purpose": "verified", "note": ""})
    case = centre.verifications.get()

    assert step(as_ruth, case, "take").status_code == 302
    assert check(as_ruth, case, seen).status_code == 302
    assert step(as_ruth, case, "submit").status_code == 302
    assert step(as_alan, case, "approve").status_code == 302

    centre.refresh_from_db()
    assert centre.status == Status.LISTED
    assert centre.is_verified(now=timezone.now())
    phones = centre.provenance.get(fact="phones")
    assert (phones.method, phones.recorded_by) == ("phone", ruth)


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


def test_a_document_stays_with_its_check_until_it_is_left_out(as_ruth, ruth, seen):
    case = taken(ruth)
    check(as_ruth, case, seen, file=SimpleUploadedFile("letter.pdf", PDF))

    check(as_ruth, case, seen, note="Said anew.")
    assert case.checks.get().file.name == "letter.pdf"

    check(as_ruth, case, seen, without_document="on")
    assert case.checks.get().file is None


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


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("letter.pdf", b"<!doctype html><script>alert(1)</script>", "not a PDF, PNG or JPEG"),
        ("letter.pdf", b"MZ\x90\x00", "not a PDF, PNG or JPEG"),
        ("letter.pdf", b"", "The submitted file is empty."),
    ],
)
def test_a_renamed_upload_is_refused(as_ruth, ruth, seen, folder, name, content, sentence):
    case = taken(ruth)
    before = everything()

    response = check(as_ruth, case, seen, file=SimpleUploadedFile(name, content, "application/pdf"))

    assert sentence in text(response)
    assert everything() == before
    assert not folder.exists()


class Untouched(io.RawIOBase):
    """A body that fails the test where anybody reads it."""

    def readable(self):
        return True

    def readinto(self, buffer):
        raise AssertionError("the body was read")


@pytest.mark.parametrize("route", ["check", "step", "open"])
def test_two_gigabytes_are_refused_unread(as_ruth, ruth, seen, route):
    case = taken(ruth)
    url = {
        "check": reverse("admin:centres_verification_check", args=[case.pk, seen.pk]),
        "step": reverse("admin:centres_verification_step", args=[case.pk, "submit"]),
        "open": reverse("admin:centres_verification_open", args=[case.centre_id]),
    }[route]
    before = everything()

    response = as_ruth.generic(
        "POST",
        url,
        CONTENT_TYPE="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(2 * 1024**3),
        **{"wsgi.input": Untouched()},
    )

    assert response.status_code == 413
    assert "nothing of it was read" in text(response)
    assert everything() == before


class Growing(io.RawIOBase):
    """A multipart body whose document never ends; counts what is read of it."""

    def __init__(self, head):
        self.head, self.given = head, 0

    def readable(self):
        return True

    def read(self, size=-1):
        piece, self.head = self.head[:size], self.head[size:]
        piece = piece or b"0" * min(size if size > 0 else 65536, 65536)
        self.given += len(piece)
        return piece


def test_a_body_longer_than_it_says_is_stopped_as_it_grows(as_ruth, ruth, seen, folder):
    """Django reads no more than the length that was given: here one just within the limit."""
    case = taken(ruth)
    before = everything()
    parts = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in typed(case, facts="phones").items()
    )
    head = (
        f'{parts}--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n%PDF-1.7\n"
    )
    body = Growing(head.encode())

    response = as_ruth.generic(
        "POST",
        reverse("admin:centres_verification_check", args=[case.pk, seen.pk]),
        CONTENT_TYPE="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(evidence.MOST_BYTES_OF_A_REQUEST),
        **{"wsgi.input": body},
    )

    assert response.status_code == 413
    assert "A document may have 10 MB at most." in text(response)
    assert response.context["page"].blocks[0].form["note"].value() == "The manager answered."
    assert body.given <= evidence.MOST_BYTES_OF_A_REQUEST
    assert everything() == before
    assert not folder.exists()


def test_a_refused_check_leaves_no_row_of_its_document(as_ruth, ruth, alan, seen):
    case = taken(ruth)
    seen_at = case.version
    workflow.perform(case, "hand-back", by=alan, now=timezone.now(), reason=REASON)
    before = everything()

    response = check(
        as_ruth, case, seen, version=seen_at, file=SimpleUploadedFile("letter.pdf", PDF)
    )

    assert response.status_code == 409
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


def test_a_version_to_come_is_refused(as_ruth, ruth, seen):
    case = taken(ruth)
    before = everything()

    assert check(as_ruth, case, seen, version=case.version + 10).status_code == 409
    assert step(as_ruth, case, "put-back", version=case.version + 10).status_code == 409
    assert everything() == before


def test_a_criterion_of_another_purpose_or_retired_is_not_recorded(as_ruth, ruth, seen):
    other = factories.criterion(purpose=Purpose.LISTED)
    retired = factories.criterion(is_retired=True)
    case = taken(ruth)
    before = everything()

    assert check(as_ruth, case, other).status_code == 404
    assert check(as_ruth, case, retired, facts=None).status_code == 409
    assert everything() == before


@pytest.mark.parametrize("case_id", [0, 999999, 10**30])
def test_a_forged_case_is_not_found(as_ruth, seen, case_id):
    for name, arguments in (("check", [case_id, seen.pk]), ("step", [case_id, "take"])):
        url = reverse(f"admin:centres_verification_{name}", args=arguments)
        assert as_ruth.post(url, {"version": 1}).status_code == 404


def test_an_unknown_step_is_not_found(as_ruth, ruth, seen):
    assert step(as_ruth, taken(ruth), "verify").status_code == 404


def test_another_s_case_is_refused_and_it_is_noted(ruth, seen):
    case = taken(ruth)
    olga = of_role("olga", "Researcher")
    before = everything()

    response = check(log_in(olga), case, seen)
    assert response.status_code == 403
    assert "This case is with ruth." in text(response)
    response = step(log_in(olga), case, "submit")

    assert response.status_code == 403
    assert everything() == before
    noted = AuditEntry.objects.filter(act=Act.REFUSED, person="olga", centre_id=case.centre_id)
    assert noted.count() == 2


@pytest.mark.parametrize("name", [transition.name for transition in workflow.TRANSITIONS])
@pytest.mark.parametrize("role", ["Auditor", "Advertising manager", None])
def test_who_works_no_cases_is_refused_every_step_and_it_is_noted(ruth, seen, role, name):
    case = taken(ruth)
    olga = of_role("olga", role) if role else factories.person("olga")
    before = everything()

    for posted in ({"reason": REASON}, {"version": "x", "reason": "x" * 9000}):
        assert step(log_in(olga), case, name, **posted).status_code == 403

    assert check(log_in(olga), case, seen, outcome="nonsense").status_code == 403
    assert everything() == before
    assert AuditEntry.objects.filter(act=Act.REFUSED, person="olga").count() == 3


@pytest.mark.parametrize("name", ["hand-back", "return", "approve", "reject", "cancel", "revoke"])
def test_a_researcher_decides_nothing(as_ruth, ruth, seen, name):
    case = taken(ruth)
    check(as_ruth, case, seen)
    step(as_ruth, case, "submit")
    before = everything()

    assert step(as_ruth, case, name, reason=REASON).status_code == 403
    assert everything() == before
    assert AuditEntry.objects.filter(act=Act.REFUSED, person="ruth").exists()


def test_nobody_approves_their_own_work(as_alan, alan, seen):
    case = taken(alan)
    check(as_alan, case, seen)
    step(as_alan, case, "submit")
    before = everything()

    response = step(as_alan, case, "approve")

    assert response.status_code == 403
    assert "You worked on this case, so somebody else decides it." in text(response)
    assert everything() == before
    assert AuditEntry.objects.filter(act=Act.REFUSED, person="alan").exists()


def test_what_is_missing_is_said_before_and_after_asking(as_ruth, ruth, seen):
    case = taken(ruth)
    page = as_ruth.get(case.get_absolute_url())
    submit = next(each for each in page.context["page"].steps if each.name == "submit")
    assert submit.hindrance == "Not yet checked: Seen."

    response = step(as_ruth, case, "submit")

    assert response.status_code == 409
    assert "Not yet checked: Seen. Nothing was changed." in text(response)
    assert Verification.objects.get(pk=case.pk).state == State.IN_REVIEW


def test_the_second_of_two_is_told_who_was_first(as_ruth, ruth, seen):
    case = cases.open_case(factories.centre(), by=ruth, now=timezone.now())
    olga = of_role("olga", "Researcher")
    step(log_in(olga), case, "take", version=1)
    before = everything()

    response = step(as_ruth, case, "take", version=1)

    assert response.status_code == 409
    assert "olga took a step meanwhile: in review." in text(response)
    assert everything() == before


def test_a_reason_that_is_owed_is_asked_for_and_one_typed_stays(as_ruth, as_alan, ruth, seen):
    case = taken(ruth)
    before = everything()

    response = step(as_ruth, case, "ask", reason="  ")
    assert response.status_code == 200
    assert "To return to the provider, give the reason here." in text(response)
    assert everything() == before

    stale = step(as_alan, case, "cancel", version=1, reason="Typed with care.")
    assert stale.status_code == 409
    form = stale.context["page"].step_form
    assert form["reason"].value() == "Typed with care."
    assert step(as_alan, case, "cancel", version=form["version"].value(), reason="Still.")
    assert Verification.objects.get(pk=case.pk).state == State.CANCELLED


def test_a_huge_reason_is_refused(as_ruth, ruth, seen):
    case = taken(ruth)
    before = everything()

    response = step(as_ruth, case, "ask", reason="x" * 5001)

    assert "at most 5000 characters" in text(response)
    assert everything() == before


def test_a_note_beyond_the_server_s_limit_is_refused(as_ruth, ruth, seen, caplog):
    case = taken(ruth)
    before = everything()

    assert check(as_ruth, case, seen, note="x" * 3_000_000).status_code == 400
    assert step(as_ruth, case, "ask", reason="x" * 3_000_000).status_code == 400
    assert everything() == before


@pytest.mark.parametrize("route", ["check", "step", "open"])
def test_a_post_without_its_token_is_refused(ruth, seen, route):
    case = taken(ruth)
    client = Client(enforce_csrf_checks=True)
    client.force_login(ruth)
    before = everything()
    url = {
        "check": reverse("admin:centres_verification_check", args=[case.pk, seen.pk]),
        "step": reverse("admin:centres_verification_step", args=[case.pk, "put-back"]),
        "open": reverse("admin:centres_verification_open", args=[factories.centre().pk]),
    }[route]
    before = everything()

    assert client.post(url, typed(case, purpose="verified")).status_code == 403
    assert everything() == before


def test_a_token_read_after_the_size_is_still_honoured(ruth, seen):
    case = taken(ruth)
    client = Client(enforce_csrf_checks=True)
    client.force_login(ruth)
    client.get(case.get_absolute_url())
    url = reverse("admin:centres_verification_check", args=[case.pk, seen.pk])
    token = client.cookies["csrftoken"].value

    assert client.post(url, {**typed(case), "csrfmiddlewaretoken": token}).status_code == 302


def test_a_stranger_s_post_is_asked_to_log_in(client, ruth, seen):
    case = taken(ruth)
    before = everything()

    assert "/login/" in step(client, case, "put-back")["Location"]
    assert "/login/" in check(client, case, seen)["Location"]
    assert everything() == before


@pytest.fixture
def document(as_ruth, ruth, seen):
    case = taken(ruth)
    check(as_ruth, case, seen, file=SimpleUploadedFile("letter.html", PDF))
    return EvidenceFile.objects.get()


def document_url(document):
    return reverse("admin:centres_evidencefile_document", args=[document.pk])


def test_a_document_is_given_to_staff_as_a_file_that_does_nothing(as_ruth, document):
    response = as_ruth.get(document_url(document))

    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["Content-Disposition"].endswith('letter.html.pdf"')
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in response["Cache-Control"]
    entry = AuditEntry.objects.get(act=Act.SAW)
    assert (entry.person, entry.kind, entry.row_id) == ("ruth", "evidencefile", str(document.pk))
    assert entry.centre_id == Centre.objects.get().pk


@pytest.mark.parametrize("role", ["Advertising manager", None])
def test_a_document_is_not_given_to_others(client, document, role):
    assert "/login/" in client.get(document_url(document))["Location"]
    olga = of_role("olga", role) if role else factories.person("olga")

    assert log_in(olga).get(document_url(document)).status_code == 403
    assert not AuditEntry.objects.filter(act=Act.SAW).exists()


def test_a_document_has_no_public_address(as_ruth, document, settings):
    with pytest.raises(ValueError, match="has no address"):
        _ = document.file.url
    for prefix in ("/static/", "/media/", "/evidence/", "/"):
        response = as_ruth.get(f"{prefix}{document.file.name}")
        assert response.status_code == 404


def test_a_document_that_is_gone_from_the_disk_is_not_found(as_ruth, document, folder):
    (folder / document.file.name).unlink()

    assert as_ruth.get(document_url(document)).status_code == 404


def test_the_advertising_manager_sees_a_document_s_name_and_no_link(document):
    case = Verification.objects.get()
    page = log_in(of_role("olga", "Advertising manager")).get(case.get_absolute_url())

    assert document_url(document) not in text(page)
    assert document.sha256 in text(page)
