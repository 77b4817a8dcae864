"""Documents: told by their bytes, kept once, stopped when they grow too large."""

import datetime
import hashlib
import io
import os

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.core.files.uploadhandler import StopUpload
from django.core.management import call_command
from django.utils import timezone

from centres import evidence
from centres.models import EvidenceFile
from tests import factories

PDF = b"%PDF-1.7\n1 0 obj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF"
HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return settings.EVIDENCE_DIR


def upload(content=PDF, name="letter.pdf"):
    return SimpleUploadedFile(name, content)


def keep(content=PDF, name="letter.pdf"):
    return evidence.keep(upload(content, name), by=factories.person("ruth"), now=timezone.now())


def on_disk(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.mark.django_db
def test_it_works(folder):
    row = keep()

    digest = hashlib.sha256(PDF).hexdigest()
    assert on_disk(folder) == [f"{digest}.pdf"]
    assert (row.sha256, row.size, row.content_type) == (digest, len(PDF), "application/pdf")
    assert (row.name, row.added_by.username) == ("letter.pdf", "ruth")
    with row.file.open("rb") as kept:
        assert kept.read() == PDF


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "kind", "ending"),
    [(PDF, "application/pdf", "pdf"), (PNG, "image/png", "png"), (JPEG, "image/jpeg", "jpg")],
)
def test_the_type_is_that_of_the_bytes_whatever_the_name_says(content, kind, ending):
    row = keep(content, "scan.exe")

    assert row.content_type == kind
    assert row.file.name.endswith(f".{ending}")
    assert evidence.name_to_save(row) == f"scan.exe.{ending}"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [HTML, b"", b" %PDF-1.7", b"GIF89a", b"PK\x03\x04", b"<svg onload=x>", b"\x7fELF", b"%pdf-1"],
)
def test_anything_else_is_refused_and_nothing_is_kept(folder, content):
    with pytest.raises(ValidationError, match="not a PDF, PNG or JPEG"):
        keep(content, "letter.pdf")

    assert on_disk(folder) == []
    assert not EvidenceFile.objects.exists()


@pytest.mark.django_db
def test_the_same_file_twice_is_one_file_with_two_rows(folder):
    first, second = keep(name="one.pdf"), keep(name="two.pdf")

    assert len(on_disk(folder)) == 1
    assert first.file.name == second.file.name
    assert (first.name, second.name) == ("one.pdf", "two.pdf")


@pytest.mark.django_db
def test_ten_megabytes_are_kept_and_a_byte_more_is_not(folder):
    full = PDF + b"0" * (evidence.MOST_BYTES - len(PDF))
    assert keep(full).size == evidence.MOST_BYTES

    with pytest.raises(ValidationError, match="10 MB at most"):
        keep(full + b"0")
    assert len(on_disk(folder)) == 1


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("letter.pdf", "letter.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\letter.pdf", "letter.pdf"),
        ("a\x00b\r\nc\u202efdp.pdf", "ab c fdp.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("  ", "document"),
        ("", "document"),
        ("Zertifikat für Höhe.pdf", "Zertifikat für Höhe.pdf"),
        ("<img src=x>.pdf", "<img src=x>.pdf"),
    ],
)
def test_a_name_is_only_text(name, cleaned):
    assert evidence.cleaned_name(name) == cleaned


@pytest.mark.django_db
def test_a_file_that_nothing_names_goes_after_a_day(folder):
    now = timezone.now()
    kept = keep()
    orphan, young = folder / "orphan.pdf", folder / "young.pdf"
    orphan.write_bytes(PDF)
    young.write_bytes(PDF)
    long_ago = (now - datetime.timedelta(days=2)).timestamp()
    os.utime(orphan, (long_ago, long_ago))
    os.utime(kept.file.path, (long_ago, long_ago))

    assert evidence.drop_unnamed(now=now) == 1
    assert on_disk(folder) == sorted([kept.file.name, "young.pdf"])


@pytest.mark.django_db
def test_the_command_says_what_it_dropped(folder, capsys):
    folder.mkdir()
    (folder / "orphan.pdf").write_bytes(PDF)
    os.utime(folder / "orphan.pdf", (0, 0))

    call_command("drop_unnamed_documents")

    assert capsys.readouterr().out == "Unnamed documents deleted: 1.\n"
    assert on_disk(folder) == []


@pytest.mark.django_db
def test_an_orphan_kept_again_is_young_again(folder):
    name = keep().file.name
    long_ago = (timezone.now() - datetime.timedelta(days=2)).timestamp()
    os.utime(folder / name, (long_ago, long_ago))

    keep()

    assert (folder / name).stat().st_mtime > long_ago + 1000


@pytest.mark.django_db
def test_no_half_file_ever_bears_a_name(folder):
    class Broken(InMemoryUploadedFile):
        passes = 0

        def chunks(self, chunk_size=None):
            self.passes += 1
            yield PDF
            if self.passes == 2:  # the first pass measures, the second writes
                raise OSError("the disk is full")

    broken = Broken(io.BytesIO(PDF), "file", "a.pdf", "application/pdf", len(PDF), None)
    with pytest.raises(OSError, match="disk is full"):
        evidence.keep(broken, by=factories.person("ruth"), now=timezone.now())

    assert [name for name in on_disk(folder) if not name.endswith(".part")] == []
    assert not EvidenceFile.objects.exists()


def test_an_upload_is_stopped_as_it_grows():
    handler = evidence.CountingUploadHandler()
    piece = b"0" * evidence.MEGABYTE
    for _ in range(10):
        assert handler.receive_data_chunk(piece, 0) == piece
    assert not handler.stopped

    with pytest.raises(StopUpload):
        handler.receive_data_chunk(b"0", 0)

    assert handler.stopped
