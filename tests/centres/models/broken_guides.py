"""Each guard of guides broken on purpose, in SQL, with its neighbour."""

from django.utils import timezone

from centres.models import GuideRevision, GuideSection
from tests.centres import texts

from .statements import AT, breaks, delete, insert, person, run, update

PUBLISHED = {"state": "published", "published_at": AT}


def _text(state, **columns):
    words = {"title": "Ketamine", "summary": "About it.", "author_role": "An editor"}
    return GuideRevision(guide=texts.guide(), number=2, state=state, **words, **columns)


@breaks("centres_guiderevision_begins_as_a_draft")
def of_a_text_born_published():
    yield insert(_text("published", published_at=timezone.now(), **texts.REVIEW))
    yield insert(_text("withdrawn"))
    yield [insert(_text("draft"))]


@breaks("centres_guiderevision_moves_by_its_steps")
def of_a_text_that_jumps():
    row = texts.draft()
    yield update(row, state="replaced", published_at=AT)
    gone = texts.live("alcohol")
    run(update(gone, state="withdrawn"))
    yield update(gone, state="published")
    yield [update(row, **PUBLISHED), update(row, state="replaced")]


@breaks("centres_guiderevision_that_was_a_draft_stands")
def of_published_words_changed():
    row = texts.live()
    yield update(row, title="Something else")
    yield update(row, state="replaced", summary="Something else")
    yield update(row, publisher_id=person("alan"))
    yield [update(row, state="withdrawn", reason="It was wrong.")]


@breaks("centres_guiderevision_is_kept")
def of_a_text_thrown_away():
    row = texts.draft()
    row.sections.all().delete()
    yield delete(row)
    yield [update(row, state="withdrawn")]


def _section(row, heading="families"):
    return GuideSection(revision=row, heading=heading, text="Said. [a-source]")


@breaks("centres_guidesection_is_added_to_a_draft")
def of_words_added_to_what_is_published():
    yield insert(_section(texts.live()))
    yield [insert(_section(texts.draft("alcohol")))]


@breaks("centres_guidesection_is_changed_in_a_draft")
def of_words_changed_in_what_is_published():
    published = texts.live().sections.get()
    draft = texts.draft("alcohol", {"families": "Said. [a-source]"}).sections.get()
    yield update(published, text="Something else. [a-source]")
    yield update(draft, revision_id=published.revision_id)
    yield [update(draft, text="Something else. [a-source]")]


@breaks("centres_guidesection_is_deleted_from_a_draft")
def of_words_deleted_from_what_is_published():
    yield delete(texts.live().sections.get())
    yield [delete(texts.draft("alcohol").sections.get())]


@breaks("centres_reference_is_not_changed")
def of_a_reference_rewritten():
    row = texts.reference()
    yield update(row, url="https://example.com/")
    yield [insert(type(row)(slug="another", label="A", citation="B", dated="2012",
                            url="https://example.org/", read_on=texts.DAY))]  # fmt: skip


@breaks("centres_reference_is_not_deleted")
def of_a_reference_deleted():
    yield delete(texts.reference())
    yield [update(texts.draft("alcohol"), title="Drink")]
