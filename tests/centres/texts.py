"""Guides, their texts and references, with the least that is valid."""

import datetime

from django.utils import timezone

from centres.models import Guide, GuideRevision, GuideSection, Reference, RevisionState
from tests import factories

DAY = datetime.date(2025, 6, 1)
REVIEW = {
    "reviewer_role": "The directory’s editors",
    "reviewed_on": DAY,
    "next_review_on": datetime.date(2999, 1, 1),
}


def reference(slug="a-source", **facts):
    facts = {"label": "A source", "citation": "A source, in full.", "dated": "2012", **facts}
    facts = {"url": "https://example.org/", "read_on": DAY, **facts}
    return Reference.objects.get_or_create(slug=slug, defaults=facts)[0]


def guide(substance="ketamine"):
    return Guide.objects.get_or_create(substance=factories.term("substance", substance))[0]


def draft(substance="ketamine", sections=None, **facts):
    """A draft that is fit to be published. sections: {(heading, country) or heading: text}."""
    reference()
    of = guide(substance)
    facts = {"title": "Ketamine", "summary": "About it.", "author_role": "An editor", **facts}
    facts = {"number": of.revisions.count() + 1, **REVIEW, **facts}
    row = GuideRevision.objects.create(guide=of, **facts)
    for place, text in (sections or {"what-it-does": "It is a drug. [a-source]"}).items():
        heading, country = place if isinstance(place, tuple) else (place, "")
        GuideSection.objects.create(revision=row, heading=heading, country=country, text=text)
    return row


def live(substance="ketamine", sections=None, **facts):
    """A text that the public reads, as one that shipped with the project."""
    row = draft(substance, sections, **facts)
    row.state, row.published_at = RevisionState.PUBLISHED, timezone.now()
    row.save(update_fields=["state", "published_at"])
    return row
