"""What an applied file leaves in the audit. That it has facts checked again: test_changed_facts."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from centres.imports.aftermath import check_again
from centres.imports.plan import Plan, Update
from centres.models import AuditEntry, Centre
from tests import factories

from .files import directory, location

pytestmark = pytest.mark.django_db


def applied(run, tmp_path, day, rows, *options):
    path = directory(tmp_path / "directory.csv", rows, preamble=[f"Care directory {day}"])
    return run("cqc", path, "--apply", *options)


def entries_of_files():
    """The audit without the guides that come with the vocabulary."""
    return AuditEntry.objects.filter(kind__in=["importrun", "centre"]).order_by("pk")


def test_a_run_is_one_entry_and_each_centre_it_changed_another(run, tmp_path):
    applied(run, tmp_path, "2026-04-01", [location(1), location(2), location(3)])
    changed = [location(1, website="https://example.org"), location(2)]

    applied(run, tmp_path, "2026-05-01", changed, "--close-missing", "--close-many")

    entries = entries_of_files().values_list("kind", "act", "centre", "changes")
    assert [entry[:3] for entry in entries] == [
        ("importrun", "added", ""),
        ("importrun", "added", ""),
        ("centre", "changed", "Willow House 1"),
        ("centre", "changed", "Willow House 3"),
    ]
    assert entries[2][3] == {"website": [None, "https://example.org"]}
    assert entries[3][3] == {"status": ["listed", "closed"], "closed_on": [None, "2026-05-01"]}
    assert AuditEntry.objects.filter(note="3 created, 0 changed, 0 closed.").exists()
    closed = Centre.objects.get(status="closed")
    assert AuditEntry.objects.filter(centre_id=closed.pk, person="", person_id=None).exists()


def test_a_file_that_says_nothing_new_is_not_noted(run, tmp_path):
    applied(run, tmp_path, "2026-04-01", [location(1)])
    applied(run, tmp_path, "2026-04-01", [location(1)])

    assert entries_of_files().count() == 1


def test_unverified_centres_cost_one_query_however_many():
    now = factories.import_run().applied_at
    plan = Plan()
    for _ in range(30):
        centre = factories.centre()
        update = Update(None, None, centre.pk, centre.name, {"centre": {}, "programmes": {}})
        update.reopens = True
        plan.updates.append(update)

    with CaptureQueriesContext(connection) as captured:
        assert check_again(plan, now=now) == []

    assert len(captured) == 1
