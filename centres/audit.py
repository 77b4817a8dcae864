"""The audit as a file: one line for each field that changed, safe to open in a spreadsheet."""

import csv
import datetime
import json

from django.utils import timezone

from .models import Act, AuditEntry

EXPORT = "centres.export_audit"
COLUMNS = (
    "at", "act", "person", "person_id", "centre", "centre_id", "kind", "row_id", "label", "field",
    "old", "new", "note",
)  # fmt: skip
#: A spreadsheet takes a text that begins with one of these for a formula.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
#: Entries fetched at a time.
ENTRIES_A_PART = 500


class _Echo:
    """A file that hands each line straight back."""

    def write(self, line):
        return line


def period(first, last):
    """(begin, end) as moments: from the start of day `first` to the end of day `last`, local."""
    return _midnight(first), _midnight(last + datetime.timedelta(days=1))


def _midnight(day):
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def entries_of(*, centre=None, first=None, last=None):
    """The entries of a centre, of a period of whole days, or of both; the oldest first."""
    entries = AuditEntry.objects.order_by("at", "pk")
    if centre is not None:
        entries = entries.filter(centre_id=centre.pk)
    if first is not None:
        begin, end = period(first, last)
        entries = entries.filter(at__gte=begin, at__lt=end)
    return entries


def export(*, centre=None, first=None, last=None, by, now):
    """An iterator of the lines of a CSV file. That `by` took it is noted before the first line."""
    noted = AuditEntry.objects.create(
        act=Act.EXPORTED,
        at=now,
        person_id=by.pk,
        person=by.get_username(),
        centre_id=centre.pk if centre else None,
        centre=str(centre)[:200] if centre else "",
        kind="auditentry",
        label=f"the audit {of_what(centre, first, last)}"[:200],
    )
    entries = entries_of(centre=centre, first=first, last=last).filter(pk__lte=noted.pk)
    return lines(entries.iterator(chunk_size=ENTRIES_A_PART))


def of_what(centre, first, last):
    """What an export is of, in words: "of Oak House, 2025-06-01 to 2025-06-30"."""
    days = f"{first:%Y-%m-%d} to {last:%Y-%m-%d}" if first else ""
    return ", ".join(filter(None, [f"of {centre}" if centre else "of all centres", days]))


def lines(entries):
    """The lines of the file, the heading first."""
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    for entry in entries:
        about = (
            entry.at.astimezone(datetime.UTC).isoformat(),
            entry.act,
            entry.person,
            entry.person_id,
            entry.centre,
            entry.centre_id,
            entry.kind,
            entry.row_id,
            entry.label,
        )
        for change in _changes(entry):
            yield writer.writerow([cell(value) for value in (*about, *change, entry.note)])


def _changes(entry):
    """(field, old, new) of each field that changed; one empty one where none did."""
    pairs = entry.changes.items() if isinstance(entry.changes, dict) else ()
    return [
        (name, *pair) if isinstance(pair, list) and len(pair) == 2 else (name, None, pair)
        for name, pair in pairs
    ] or [("", None, None)]


def cell(value):
    """A value as a cell: numbers and texts as they are, nothing for None, other values as JSON.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    if value is None:
        return ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_SIGNS) else text
