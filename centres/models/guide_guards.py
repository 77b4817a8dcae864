"""Rules of guides beyond constraints, laid with those of `guards` and in the order of its `Guard`.

- A text begins as a draft, and only a draft's words change: what was published stays as it was.
- A reference is never changed or deleted, so a page that names it says what was approved.
"""

#: Every step of a text from one state to another; `centres/guides.py` takes them.
STEPS = (
    ("draft", "published"),
    ("draft", "withdrawn"),
    ("published", "replaced"),
    ("published", "withdrawn"),
)
_STEP = " OR ".join(f"(OLD.state = '{a}' AND NEW.state = '{b}')" for a, b in STEPS)
_WORDS = (
    "id", "guide_id", "number", "title", "summary", "author_role", "reviewer_role", "reviewed_on",
    "next_review_on", "reviewed_by_clinician", "author_id", "publisher_id", "published_at",
)  # fmt: skip


def _is_draft(revision):
    return (
        "EXISTS (SELECT 1 FROM centres_guiderevision r "
        f"WHERE r.id = {revision} AND r.state = 'draft')"
    )


def _changed(*columns):
    return " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)


_LOCK = "SELECT 1 FROM centres_guiderevision WHERE id = {row}.revision_id FOR SHARE"

GUIDES = (
    (
        "centres_guiderevision_begins_as_a_draft",
        "centres_guiderevision",
        "INSERT",
        "a text begins as a draft",
        "NEW.state <> 'draft'",
    ),
    (
        "centres_guiderevision_moves_by_its_steps",
        "centres_guiderevision",
        "UPDATE",
        "a text does not move so",
        f"NEW.state <> OLD.state AND NOT ({_STEP})",
    ),
    (
        "centres_guiderevision_that_was_a_draft_stands",
        "centres_guiderevision",
        "UPDATE",
        "only a draft is changed",
        f"OLD.state <> 'draft' AND ({_changed(*_WORDS)})",
    ),
    (
        "centres_guiderevision_is_kept",
        "centres_guiderevision",
        "DELETE",
        "a text is kept",
        "OLD.id = OLD.id",
    ),
    (
        "centres_guidesection_is_added_to_a_draft",
        "centres_guidesection",
        "INSERT",
        "only a draft is changed",
        f"NOT {_is_draft('NEW.revision_id')}",
        _LOCK.format(row="NEW"),
    ),
    (
        "centres_guidesection_is_changed_in_a_draft",
        "centres_guidesection",
        "UPDATE",
        "only a draft is changed",
        f"NEW.revision_id <> OLD.revision_id OR NOT {_is_draft('OLD.revision_id')}",
        _LOCK.format(row="OLD"),
    ),
    (
        "centres_guidesection_is_deleted_from_a_draft",
        "centres_guidesection",
        "DELETE",
        "only a draft is changed",
        f"NOT {_is_draft('OLD.revision_id')}",
        _LOCK.format(row="OLD"),
    ),
    (
        "centres_reference_is_not_changed",
        "centres_reference",
        "UPDATE",
        "a reference is never changed",
        "OLD.id = OLD.id",
    ),
    (
        "centres_reference_is_not_deleted",
        "centres_reference",
        "DELETE",
        "a reference is never deleted",
        "OLD.id = OLD.id",
    ),
)
