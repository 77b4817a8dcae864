"""An approved case for every verified centre of a large directory, in statements over whole tables.

The guards are off while a directory is made, so a case is put where its steps would have led it.
"""

from django.contrib.auth import get_user_model
from django.db import connection

from centres.models import Criterion, Purpose

#: The steps of a case with one check: action, state before, state after.
STEPS = (
    ("open", "", "queued"),
    ("take", "queued", "in_review"),
    ("check", "in_review", "in_review"),
    ("submit", "in_review", "awaiting_approval"),
    ("approve", "awaiting_approval", "approved"),
)


def verify(*, now):
    """Give each centre that bears the mark its case, check and events; `now` is when approved."""
    users = get_user_model().objects
    reviewer, approver = (users.create(username=name, is_staff=True) for name in ("ruth", "alan"))
    criterion = Criterion.objects.create(
        country="GB", purpose=Purpose.VERIFIED, slug="seen", title="Seen", is_required=False
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO centres_verification (centre_id, purpose, state, version, opened_for, "
            "opened_at, note, due_on, reviewer_id, decided_at, decided_by_id, reason, valid_from, "
            "valid_until, revoked_reason) SELECT id, 'verified', 'approved', %s, 'new-listing', "
            "%s, '', verified_from, %s, %s, %s, '', verified_from, verified_until, '' "
            "FROM centres_centre WHERE verified_until IS NOT NULL ORDER BY id",
            [len(STEPS), now, reviewer.pk, now, approver.pk],
        )
        cursor.execute(
            "INSERT INTO centres_check (verification_id, criterion_id, title, outcome, method, "
            "note, public_note, link, register_reference, captured_on, recorded_at, checked_on, "
            "checked_by_id, is_public, facts) SELECT id, %s, 'Seen', 'passed', 'phone', 'Seen.', "
            "'', '', '', valid_from, decided_at, valid_from, reviewer_id, TRUE, '[]' "
            "FROM centres_verification ORDER BY id",
            [criterion.pk],
        )
        for version, (action, before, after) in enumerate(STEPS, start=1):
            person = {"open": None, "approve": approver.pk}.get(action, reviewer.pk)
            cursor.execute(
                "INSERT INTO centres_verificationevent (verification_id, action, from_state, "
                "to_state, version, happened_at, person_id, reason, detail) SELECT id, %s, %s, "
                "%s, %s, decided_at, %s, '', '{}' FROM centres_verification ORDER BY id",
                [action, before, after, version, person],
            )
