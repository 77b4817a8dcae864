"""The guides that ship with the project, from `fixtures/guides/`: a readable file a substance.

What is missing is added and published as written by the directory's editors; what is there stays,
so that a text somebody approved here is never replaced by an update.
"""

import datetime
import tomllib

from django.conf import settings
from django.db import transaction

from .guide_text import parse
from .models import (
    Act,
    AuditEntry,
    Guide,
    GuideRevision,
    GuideSection,
    Reference,
    RevisionState,
    Term,
    TermKind,
)

FOLDER = settings.BASE_DIR / "fixtures" / "guides"
REFERENCES, SHARED = "references", "shared"
EDITORS = "The directory’s editors"
#: The day the shipped texts were compared with their sources, and when that is due again.
REVIEWED_ON = datetime.date(2026, 11, 22)
NEXT_REVIEW_ON = datetime.date(2027, 5, 22)


def shipped():
    """{substance slug: what its file says}, with the shared sections it does not have itself."""
    shared = _read(SHARED)["section"]
    texts = {}
    for path in sorted(FOLDER.glob("*.toml")):
        if path.stem in {REFERENCES, SHARED}:
            continue
        text = _read(path.stem)
        own = {section["heading"] for section in text["section"]}
        added = [section for section in shared if section["heading"] not in own]
        texts[path.stem] = {**text, "section": [*text["section"], *added]}
    return texts


def references():
    """The columns of every reference that ships."""
    return _read(REFERENCES)["reference"]


def load_guides(*, now):
    """Add the references and guides that are missing; how many guides that was.

    A substance that is not in the vocabulary here gets no guide.
    """
    with transaction.atomic():
        _add_references()
        there = set(Guide.objects.values_list("substance__slug", flat=True))
        terms = Term.objects.filter(kind=TermKind.SUBSTANCE)
        missing = [term for term in terms if term.slug not in there]
        texts = shipped() if missing else {}
        added = [_add(term, texts[term.slug], now=now) for term in missing if term.slug in texts]
    return len(added)


def _add_references():
    there = set(Reference.objects.values_list("slug", flat=True))
    Reference.objects.bulk_create(
        Reference(**columns) for columns in references() if columns["slug"] not in there
    )


def _add(term, text, *, now):
    revision = GuideRevision.objects.create(
        guide=Guide.objects.create(substance=term),
        number=1,
        title=text["title"],
        summary=text["summary"],
        author_role=EDITORS,
        reviewer_role=EDITORS,
        reviewed_on=REVIEWED_ON,
        next_review_on=NEXT_REVIEW_ON,
        saved_at=now,
    )
    for section in text["section"]:
        parse(section["text"])
        GuideSection.objects.create(
            revision=revision,
            heading=section["heading"],
            country=section.get("country", ""),
            text=section["text"].strip(),
        )
    revision.state, revision.published_at = RevisionState.PUBLISHED, now
    revision.save(update_fields=["state", "published_at"])
    AuditEntry.objects.note(
        Act.ADDED, person=None, row=revision, now=now, note="Shipped with the project."
    )
    return revision


def _read(name):
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
