"""What an applied file leaves behind: entries of the audit, and checks to be made again."""

from django.utils import timezone

from ..cases import reopen_changed
from ..consequences import OF_PROGRAMMES
from ..models import Act, AuditEntry, Centre, Check
from .facts import provenance_name
from .plan import CHUNK
from .rows import add_audit


def note_run(run, plan, closing, *, now):
    """An entry for the run, and one for each centre that was there before and that it changed.

    Centres that it created are in the run's own entry, with their number.
    """
    words = f"{run.created} created, {run.changed} changed, {run.closed} closed."
    AuditEntry.objects.note(Act.ADDED, person=run.applied_by, row=run, now=now, note=words)
    status = {"status": ["listed", "closed"], "closed_on": [None, run.as_of.isoformat()]}
    changed = [(update.centre_id, update.name, _in_short(update)) for update in plan.changed]
    changed += [(known.centre_id, known.name, status) for known in closing]
    for start in range(0, len(changed), CHUNK):
        add_audit(changed[start : start + CHUNK], run=run, now=now)


def _in_short(update):
    """{fact: [old, new]} of what an update changed; a programme's facts by its key."""
    changes = {
        f"programme {found.programme}: {found.fact}" if found.programme else found.fact: [
            found.old,
            found.new,
        ]
        for found in update.changes
    }
    changes |= {f"programme {key}": [None, update.facts_said(key)] for key in update.added}
    changes |= {f"programme number {pk}": ["there", None] for pk in update.dropped}
    if update.reopens:
        changes["status"] = ["closed", "listed"]
    return changes


def check_again(plan, *, now):
    """Have checked again what checks of verified centres vouch for and the file changed.

    Each case is opened in a transaction of its own, so that a large file keeps nobody waiting; what
    an interruption leaves out, `open_due_cases` opens. Only centres with such a check are looked at
    one by one. Returns the cases.
    """
    today = timezone.localdate(now)
    facts = {update.centre_id: _facts_changed(update) for update in plan.changed}
    verified = Centre.objects.filter(verified_until__gte=today).values_list("pk", flat=True)
    changed = [pk for pk in verified if facts.get(pk)]
    cases = []
    for start in range(0, len(changed), CHUNK):
        chunk = changed[start : start + CHUNK]
        vouched = Check.objects.filter(verification__centre__in=chunk).values_list(
            "verification__centre", "facts"
        )
        affected = {pk for pk, named in vouched if facts[pk].intersection(named)}
        cases += reopen_changed(sorted(affected), now=now)
    return cases


def _facts_changed(update):
    """The facts an update writes, as checks name them: "address", "programme.level"."""
    own = {
        f"{OF_PROGRAMMES if found.programme else ''}{provenance_name(found.fact)}"
        for found in update.changes
    }
    of_new = {
        f"{OF_PROGRAMMES}{provenance_name(fact)}"
        for key in update.added
        for fact in update.facts_said(key)
    }
    return own | of_new
