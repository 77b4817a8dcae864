"""The change log as a worker reads it."""

from django.db import connection

from centres.models import Change
from centres.models.guards import GUARDS
from centres.models.triggers import KEPT

WATCHED = {
    "centres_centre",
    "centres_centre_access",
    "centres_centre_amenities",
    "centres_centre_languages",
    "centres_programme",
    "centres_programme_conditions",
    "centres_programme_detoxes",
    "centres_programme_excluded_conditions",
    "centres_programme_exclusions",
    "centres_programme_funding",
    "centres_programme_medicines",
    "centres_programme_people",
    "centres_programme_substances",
    "centres_programme_therapies",
    "centres_source",
    "centres_term",
}


class Reader:
    """Reads the log as a worker does: from its last mark, leaving out what it has applied."""

    def __init__(self):
        self.mark = Change.objects.mark()
        rows, _ = Change.objects.since(self.mark)
        self.applied = {(centre, stamp) for centre, _, stamp in rows}

    def news(self):
        """Ids of the centres that changed since the last call."""
        rows, self.mark = Change.objects.since(self.mark)
        fresh = {(centre, stamp) for centre, _, stamp in rows} - self.applied
        self.applied |= fresh
        return {centre for centre, _ in fresh}


def execute(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def tables_with_triggers():
    """The table of each trigger that keeps the log, sorted; the guards are another matter."""
    queries = {
        "sqlite": "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgrelid::regclass::text, tgname FROM pg_trigger "
        "WHERE NOT tgisinternal",
    }
    guards = {guard.name for guard in GUARDS} | {f"{table}_is_not_replaced" for table in KEPT}
    with connection.cursor() as cursor:
        cursor.execute(queries[connection.vendor])
        return sorted(table for table, name in cursor.fetchall() if name not in guards)
