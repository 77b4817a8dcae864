"""Made-up casework put into the database, by the same steps that the workflow takes.

The guards stay on, so a case is put in the queue and moved a step at a time; all cases that take a
step of the same kind take it in one statement.
"""

import json
from itertools import groupby, zip_longest

from django.db import connection
from django.db.models import F

from ..cases import in_brief
from ..models import Check, State, Verification, VerificationEvent
from .rows import store


def record(cases, *, centres):
    """Put in `cases`, those of a centre in their order. centres: {slug: a centre that is saved}."""
    by_centre = [
        list(group)
        for _, group in groupby(sorted(cases, key=lambda case: case.slug), key=lambda c: c.slug)
    ]
    for generation in zip_longest(*by_centre):
        _record_generation([case for case in generation if case], centres)


def _record_generation(cases, centres):
    """One case of each centre, from the queue to where it ends."""
    for case in cases:
        case.row.centre = centres[case.slug]
        case.row.state, case.row.version = State.QUEUED, 1
    Verification.objects.bulk_create(case.row for case in cases)
    _write_events([(case, case.steps[0], "") for case in cases])
    Check.objects.bulk_create(check for case in cases for check in case.carried)
    for steps in zip_longest(*(case.steps[1:] for case in cases)):
        _take_step([(case, step) for case, step in zip(cases, steps, strict=True) if step])


def _take_step(pairs):
    """The next step of each case."""
    came_from = [case.row.state.value for case, _ in pairs]
    alike = {}
    for case, step in pairs:
        columns = {"state": step.state, **step.columns}
        alike.setdefault(tuple(columns.items()), []).append(case.row)
    for columns, rows in alike.items():
        Verification.objects.filter(pk__in=[row.pk for row in rows]).update(
            version=F("version") + 1, **dict(columns)
        )
        for row in rows:
            row.state, row.version = dict(columns)["state"], row.version + 1
    Check.objects.bulk_create(step.check for _, step in pairs if step.check)
    _write_events([(*pair, state) for pair, state in zip(pairs, came_from, strict=True)])


def _write_events(steps):
    """The event of each (case, step, state before)."""
    as_time = connection.ops.adapt_datetimefield_value
    store(
        VerificationEvent,
        ("verification_id", "action", "from_state", "to_state", "version", "happened_at",
         "person_id", "reason", "detail"),
        [
            (case.row.pk, step.action, came_from, case.row.state.value, case.row.version,
             as_time(step.at), step.person.pk if step.person else None, step.reason, _detail(step))
            for case, step, came_from in steps
        ],
    )  # fmt: skip


def _detail(step):
    return json.dumps({"check": in_brief(step.check), "before": None} if step.check else {})
