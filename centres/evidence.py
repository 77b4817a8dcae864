"""Documents that were seen: looked at before they are kept, kept once, under their own hash.

A file is told by its first bytes, never by its name. It is written before its row, so that no row
names a file that is not there; where the row's transaction is given up, the file stays behind with
nothing naming it, until `drop_unnamed`.
"""

import datetime
import hashlib
import os
import re
import tempfile
import unicodedata
from pathlib import Path, PureWindowsPath

from django.core.exceptions import ValidationError
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from .models import EvidenceFile
from .models.verification import evidence_storage

MEGABYTE = 1024 * 1024
MOST_BYTES = 10 * MEGABYTE
#: A form with a document: what is typed beside it takes the rest.
MOST_BYTES_OF_A_REQUEST = MOST_BYTES + MEGABYTE
TOO_LARGE = f"A document may have {MOST_BYTES // MEGABYTE} MB at most."

#: First bytes of a document: (its type, the ending of its name).
SIGNATURES = {
    b"%PDF-": ("application/pdf", "pdf"),
    b"\x89PNG\r\n\x1a\n": ("image/png", "png"),
    b"\xff\xd8\xff": ("image/jpeg", "jpg"),
}
LONGEST_SIGNATURE = max(map(len, SIGNATURES))
LONGEST_NAME = 200
#: A file younger than this may belong to a transaction that is still open.
UNNAMED_FOR = datetime.timedelta(days=1)

_CHARACTERS_THAT_HIDE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def kind_of(beginning):
    """(content type, ending) of a document by its first bytes; raises `ValidationError`."""
    for signature, kind in SIGNATURES.items():
        if beginning.startswith(signature):
            return kind
    raise ValidationError(
        "This is not a PDF, PNG or JPEG document, whatever it is called. Nothing was kept."
    )


def cleaned_name(name):
    """What a file was called, to be read by people: no path, nothing invisible, not too long."""
    name = PureWindowsPath(name.replace("\0", "")).name
    shown = "".join(" " if unicodedata.category(c) in _CHARACTERS_THAT_HIDE else c for c in name)
    shown = re.sub(r"\s+", " ", shown).strip()
    stem, dot, ending = shown.rpartition(".")
    if len(shown) > LONGEST_NAME and dot and len(ending) < 10:
        shown = f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
    return shown[:LONGEST_NAME] or "document"


def name_to_save(document):
    """The name to save a document under: it ends as its content says, whatever it was called."""
    ending = document.file.name.rpartition(".")[2]
    if document.name.lower().endswith((f".{ending}", f".{ending.replace('jpg', 'jpeg')}")):
        return document.name
    return f"{document.name}.{ending}"


def keep(upload, *, by, now):
    """Keep an uploaded file and return its `EvidenceFile`; the same bytes are kept once.

    Raises `ValidationError` with a sentence, before anything is written.
    """
    size, digest = _measured(upload)
    content_type, ending = kind_of(_beginning(upload))
    name = f"{digest}.{ending}"
    _store(upload, name)
    return EvidenceFile.objects.create(
        file=name,
        name=cleaned_name(upload.name),
        content_type=content_type,
        size=size,
        sha256=digest,
        added_at=now,
        added_by=by,
    )


def _measured(upload):
    size, digest = 0, hashlib.sha256()
    for chunk in upload.chunks():
        size += len(chunk)
        if size > MOST_BYTES:
            raise ValidationError(TOO_LARGE)
        digest.update(chunk)
    return size, digest.hexdigest()


def _beginning(upload):
    upload.seek(0)
    return upload.read(LONGEST_SIGNATURE)


def _store(upload, name):
    """Write the file, whole or not at all; one that is there says the same, being its hash."""
    target = Path(evidence_storage().path(name))
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if target.exists():
        os.utime(target)  # young again, so that nobody drops it before its row is there
        return
    with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False) as part:
        for chunk in upload.chunks():
            part.write(chunk)
        part.flush()
        os.fsync(part.fileno())
    os.replace(part.name, target)


def drop_unnamed(*, now):
    """Delete files of more than a day that no row names. Returns how many."""
    storage, dropped = evidence_storage(), 0
    named = set(EvidenceFile.objects.values_list("file", flat=True))
    folder = Path(storage.location)
    for path in folder.iterdir() if folder.is_dir() else ():
        age = now.timestamp() - path.stat().st_mtime
        if path.name not in named and age > UNNAMED_FOR.total_seconds():
            path.unlink()
            dropped += 1
    return dropped


class CountingUploadHandler(FileUploadHandler):
    """Stops an upload that grows beyond the limit, whatever its headers said of its length.

    Stands before the handlers that keep what they are given; `stopped` says that it did.
    """

    def __init__(self, request=None):
        super().__init__(request)
        self.received, self.stopped = 0, False

    def receive_data_chunk(self, raw_data, start):
        self.received += len(raw_data)
        if self.received > MOST_BYTES:
            self.stopped = True
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size):
        return None
