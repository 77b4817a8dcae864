"""The history of a row: where who changed what when, read from the audit."""

import json
from dataclasses import dataclass

from centres.changes import KINDS, OF_KIND, Words, label
from centres.models import Act, AuditEntry, Centre, Programme

from .facts import provenance_table

#: What a history tells: who looked, and who was refused, is for whoever reads the whole audit.
TOLD = [Act.ADDED, Act.CHANGED, Act.DELETED, Act.DECIDED]
#: The latest entries; older ones are in the export of the centre.
MOST_ENTRIES = 200


@dataclass(frozen=True)
class Line:
    """One entry. changes: (field, old, new), in words where it tells of a centre's facts."""

    entry: AuditEntry
    what: str
    changes: list

    @property
    def who(self):
        return self.entry.person or "A command"


@dataclass(frozen=True)
class History:
    """lines: newest first. is_cut: whether there is more. provenance: a table, or ""."""

    lines: list
    is_cut: bool
    provenance: str = ""


def history_of(row):
    """The `History` of a saved row; of a centre it tells of all its facts."""
    found = list(_entries_of(row).order_by("-at", "-pk")[: MOST_ENTRIES + 1])
    words = Words()
    return History(
        lines=[Line(entry, _what(entry), changes_in_words(entry, words)) for entry in found][
            :MOST_ENTRIES
        ],
        is_cut=len(found) > MOST_ENTRIES,
        provenance=_provenance_of(row),
    )


def _entries_of(row):
    entries = AuditEntry.objects.filter(act__in=TOLD)
    if isinstance(row, Centre):
        return entries.filter(centre_id=row.pk, kind__in=KINDS)
    if getattr(row, "centre_id", None):  # for which there is an index
        entries = entries.filter(centre_id=row.centre_id)
    return entries.filter(kind=row._meta.model_name, row_id=str(row.pk))


def _provenance_of(row):
    is_of_facts = isinstance(row, (Centre, Programme))
    return provenance_table(row.provenance.all()) if is_of_facts else ""


def _what(entry):
    """What was touched: "the centre", "programme Oak", "provider Oak Ltd"."""
    kind = OF_KIND.get(entry.kind, entry.kind)
    return kind if entry.kind == "centre" else f"{kind} {entry.label}".strip()


def changes_in_words(entry, words):
    """[(field, old, new)] of an entry, as people call them; what is not known there as it is."""
    rows = []
    for name, pair in entry.changes.items():
        old, new = pair if isinstance(pair, list) and len(pair) == 2 else ("", pair)
        rows.append((_label(entry.kind, name), *(_say(entry, words, name, v) for v in (old, new))))
    return rows


def _label(kind, name):
    known = kind in KINDS and name in KINDS[kind][1]
    return label(kind, name) if known else name.replace("_", " ")


def _say(entry, words, name, value):
    if value is None or value == "" or value == []:
        return "—"
    if entry.kind in KINDS and name in KINDS[entry.kind][1]:
        try:
            return words.of(entry.kind, name, value)
        except (AttributeError, KeyError, TypeError, ValueError):
            pass  # the entry is older than the form this field has now
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
