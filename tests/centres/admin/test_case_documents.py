"""Documents sent to a case and asked for: held to their size and kind, given to staff only."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from centres import evidence, workflow
from centres.models import Act, AuditEntry, Centre, EvidenceFile, Verification
from tests import factories

from .casework import PDF, REASON, check, everything, log_in, taken, text, typed

pytestmark = pytest.mark.django_db


def test_a_document_stays_with_its_check_until_it_is_left_out(as_ruth, ruth, seen):
    case = taken(ruth)
    check(as_ruth, case, seen, file=SimpleUploadedFile("letter.pdf", PDF))

    check(as_ruth, case, seen, note="Said anew.")
    assert case.checks.get().file.name == "letter.pdf"

    check(as_ruth, case, seen, without_document="on")
    assert case.checks.get().file is None


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
    olga = factories.member("olga", role)

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
    page = log_in(factories.member("olga", "Advertising manager")).get(case.get_absolute_url())

    assert document_url(document) not in text(page)
    assert document.sha256 in text(page)
