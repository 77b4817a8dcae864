"""Writing a plan: one transaction, in bulk, so that a file is applied whole or not at all."""

from django.db import transaction

from ..models import ImportRun, Provenance, Source, SourceRecord, Status
from .aftermath import check_again, note_run
from .listing import Refused
from .plan import CHUNK, make_plan
from .writing import Writer

#: Closing a larger share of a source's centres than this needs saying so: the file may be a part.
MOST_CLOSED = 0.1


def apply_entries(
    entries,
    *,
    source,
    method,
    as_of,
    now,
    file_name="",
    file_digest="",
    close_missing=False,
    close_many=False,
    user=None,
    progress,
):
    """Plan and write in one transaction: (`Plan`, the `ImportRun`, or None where nothing changed).

    Of two imports of one source at once, the second waits for the first and plans after it.
    Raises `Refused` where `close_missing` would close more than `MOST_CLOSED` of the source's
    centres and `close_many` does not say that this is meant.
    """
    with transaction.atomic():
        source = Source.objects.select_for_update().get(pk=source.pk)
        plan = make_plan(entries, source=source, as_of=as_of)
        closing = plan.missing if close_missing else []
        if closing:
            _check_closing(plan, source, close_many)
        if not (plan.creates or plan.updates or closing or plan.to_refresh(as_of)):
            return plan, None
        run = ImportRun.objects.create(
            source=source,
            file_name=file_name[:200],
            file_digest=file_digest,
            as_of=as_of,
            applied_at=now,
            applied_by=user,
            created=len(plan.creates),
            changed=len(plan.changed),
            unchanged=len(plan.unchanged) + len(plan.updates) - len(plan.changed),
            closed=len(closing),
            left_out=sum(problem.is_row for problem in plan.left_out),
            report=_report(plan),
        )
        writer = Writer(run, method=method, now=now)
        done, total = 0, len(plan.creates) + len(plan.updates)
        for work, write in ((plan.creates, writer.create), (plan.updates, writer.update)):
            for start in range(0, len(work), CHUNK):
                write(work[start : start + CHUNK])
                done += len(work[start : start + CHUNK])
                progress("writing", done, total)
        writer.close(closing)
        _refresh(plan, run, entries.speaks_of)
        note_run(run, plan, closing, now=now)
    check_again(plan, now=now)
    return plan, run


def _check_closing(plan, source, close_many):
    damaged = [problem for problem in plan.left_out if problem.damaged]
    if damaged:
        raise Refused(
            f"Nothing was applied: {len(damaged)} rows of the file could not be read, so what it "
            "no longer names is not sure. Mend them, or leave out --close-missing."
        )
    listed = SourceRecord.objects.filter(source=source, centre__status=Status.LISTED).count()
    share = len(plan.missing) / max(listed, 1)
    if share > MOST_CLOSED and not close_many:
        raise Refused(
            f"Nothing was applied: {len(plan.missing)} of {listed} centres ({share:.0%}) would be "
            f"closed, more than {MOST_CLOSED:.0%}. If the file is whole, add --close-many."
        )


def _report(plan):
    """What was left out, and the conflicts, as `ImportRun.report` keeps them."""
    problems = [
        {"line": problem.line, "column": problem.column, "reason": problem.reason}
        for problem in plan.left_out
    ]
    return problems + [
        {
            "line": update.listing.line,
            "column": difference.fact,
            "reason": f"{update.name}: changed here and by the source; ours was kept.",
        }
        for update in plan.conflicts
        for difference in update.conflicts
    ]


def _refresh(plan, run, speaks_of):
    """Facts that a later file repeats were still true on its day.

    Where a fact is in conflict, which of the centre's facts are the source's is not looked into.
    """
    repeated = plan.to_refresh(run.as_of)
    repeated += [update for update in plan.updates if not update.conflicts]
    for start in range(0, len(repeated), CHUNK):
        chunk = repeated[start : start + CHUNK]
        facts = Provenance.objects.filter(
            source=run.source,
            import_run__isnull=False,
            as_of__lt=run.as_of,
            centre_id__in=[entry.centre_id for entry in chunk],
        )
        facts.filter(programme__isnull=True, fact__in=speaks_of).update(
            as_of=run.as_of, import_run=run
        )
        facts.filter(programme__isnull=False).update(as_of=run.as_of, import_run=run)
        SourceRecord.objects.filter(
            pk__in=[entry.record_id for entry in chunk if entry.record_id]
        ).update(last_run=run)
