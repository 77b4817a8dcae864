"""What is kept of changes that were written: where the facts come from, and who changed what."""

from ..models import Act, AuditEntry, Programme, Provenance, Source


def record(centre, touched, *, by, method, as_of, now):
    """Say where the facts come from that touched rows now state."""
    facts = {}
    for entry in touched:
        programme = entry.row if isinstance(entry.row, Programme) else None
        if programme is None or entry.act != "deleted":
            facts.setdefault(programme, set()).update(entry.facts)
    facts = {programme: names for programme, names in facts.items() if names}
    source = Source.objects.research_team() if facts else None
    for programme, names in facts.items():
        Provenance.objects.record(
            centre=centre,
            programme=programme,
            facts=sorted(names),
            source=source,
            method=method,
            as_of=as_of,
            by=by,
            now=now,
        )


def audit(centre, touched, *, by, now, note=""):
    """An entry of the audit for each touched row, field by field."""
    for entry in touched:
        entry.row.pk = entry.row_id  # a deleted row has forgotten its key
        AuditEntry.objects.note(
            Act(entry.act),
            person=by,
            row=entry.row,
            centre=centre,
            now=now,
            changes=entry.values,
            note=note,
        )
