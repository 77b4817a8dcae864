"""What follows from changes that were written: sources, the audit, adverts, and checks anew."""

from ..cases import reopen_changed
from ..consequences import end_adverts_of_unlisted
from ..models import Act, AuditEntry, Programme, Provenance, Source
from ..reports import keep_hidden


def settle(centre, touched, *, by, learnt_by=None, method, as_of, now, note=""):
    """All that follows from the rows of a centre that `by` had written, in their transaction.

    learnt_by: who found it out, where that is somebody else. method, as_of: how, and the day it was
    true; not asked of what states no fact.
    """
    _record(centre, touched, by=learnt_by or by, method=method, as_of=as_of, now=now)
    audit(centre, touched, by=by, now=now, note=note)
    if any(entry.kind == "phone" for entry in touched):
        keep_hidden([centre.pk], now=now)
    end_adverts_of_unlisted(now=now, by=by, centres=[centre.pk])
    reopen_changed([centre.pk], now=now)


def _record(centre, touched, *, by, method, as_of, now):
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
