"""What is done by the clock: a table of jobs, each under a lease so that none runs twice at once.

`manage.py run_due` runs those whose time has come. Each may be run again and at any moment: it
does what is due then and nothing else.
"""

import datetime
import logging
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.db.models import Q

from . import callbacks, cases, claim_decisions, keys, limits, outbox, reports, submissions, tokens
from .consequences import end_adverts_of_unlisted
from .models import Advertisement, Closed, JobRun

#: A job is another's once it has been held so long: the process that held it was killed.
LEASE = datetime.timedelta(minutes=30)
#: A job that failed is run again after this, if it is not due sooner anyway.
AGAIN = datetime.timedelta(minutes=5)
#: A job is late when so long has passed since its last good end, beyond its own time.
GRACE = datetime.timedelta(minutes=15)

MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)
#: Timers are not exact: one that rings a little early still finds the job due.
EARLY = datetime.timedelta(seconds=10)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """does: function of a moment; it answers a sentence with counts, and no word of any row.

    every: how long after its last good run it is due again.
    """

    name: str
    title: str
    does: Callable
    every: datetime.timedelta = HOUR

    def is_late(self, run, *, now):
        """Whether it should have ended well by now. run: its `JobRun`, or None."""
        last = run and run.succeeded_at
        return last is None or last < now - self.every - GRACE


def counted(number, one, many=""):
    """ "1 attempt", "2 attempts": for the sentences of jobs."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def _delete_callbacks(now):
    callbacks.delete_due(now)
    return "Deleted those that were due."  # and not how many: nobody counts them


def _send_mail(now):
    sent, failed, given_up = outbox.send_due(now=now)
    return f"Sent {sent}, to be tried again {failed}, given up {given_up}."


def _open_due_cases(now):
    return f"Opened or changed {counted(len(cases.open_due_cases(now=now)), 'case')}."


def _start_due_adverts(now):
    ended = end_adverts_of_unlisted(now=now)
    started = Advertisement.objects.start_due(now=now)
    return f"Started {counted(len(started), 'agreement')}, ended {len(list(ended))}."


def _expire_claims(now):
    done = claim_decisions.expire(now=now)
    return (
        f"Ended {counted(done['codes'], 'code')} and {counted(done['links'], 'link')}, wrote of "
        f"{counted(done['reminders'], 'link')} that end soon, deleted "
        f"{counted(done['deleted'], 'claim')}, opened {counted(done['cases'], 'case')}."
    )


def _clear_attempts(now):
    return f"Deleted {counted(limits.clear_attempts(now=now), 'attempt')}."


def _forget_mail(now):
    return f"Forgot {counted(outbox.forget_done(now=now), 'message')}."


def _try_keys(now):
    if unread := keys.unread():
        raise Closed(f"No key reads {', '.join(unread)}.")
    return "The keys read what is kept."


def _wipe_reports(now):
    return f"Deleted the words of {counted(reports.wipe_due(now=now), 'report')}."


def _clear_sessions(now):
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return "Cleared sessions that have ended."


def _tell_senders(now):
    return f"Told {counted(submissions.tell_listed(now=now), 'sender')} of a listing."


def _delete_submissions(now):
    return f"Deleted {counted(submissions.delete_due(now=now), 'submission')}."


#: In the order in which they run. Each part adds its line.
JOBS = (
    Job("delete-callbacks", "Delete callback requests", _delete_callbacks, MINUTE),
    Job("wipe-reports", "Delete the words of reports answered a year ago", _wipe_reports),
    Job("send-mail", "Send mail", _send_mail, MINUTE),
    Job("try-keys", "See that the keys read what is kept", _try_keys),
    Job("forget-mail", "Forget that mail was sent", _forget_mail),
    Job("clear-attempts", "Delete old counts of sent forms", _clear_attempts),
    Job("tell-senders", "Tell senders that their centre is listed", _tell_senders),
    Job("delete-submissions", "Delete unsent and old submissions", _delete_submissions),
    Job("open-due-cases", "Open cases that are due", _open_due_cases),
    Job("start-due-adverts", "Start and end adverts", _start_due_adverts),
    Job("expire-claims", "End codes and links of claims", _expire_claims),
    Job("clear-sessions", "Clear sessions", _clear_sessions),
)


def run_due(*, clock, jobs=None):
    """Run each job whose time has come and that nobody else runs; yield (job, outcome, is_good).

    clock: function to the present moment, asked before and after each job.
    """
    for job in JOBS if jobs is None else jobs:
        done = run(job, clock=clock)
        if done:
            yield job, *done


def run(job, *, clock):
    """(outcome, whether it went well), or None where it is not due or somebody else runs it."""
    holder = tokens.new()
    if not _take(job, holder, now=clock()):
        return None
    try:
        outcome, is_good = job.does(clock()), True
    except Exception as error:  # one job that fails keeps no other from running
        is_closed = isinstance(error, Closed)  # the words say it all, and come each minute
        logger.error("The job %s failed.", job.name, exc_info=not is_closed)
        words = str(error) if is_closed else outbox.error_kind(error)
        outcome, is_good = f"Failed: {words}", False
    ended = clock()
    held = JobRun.objects.filter(job=job.name, holder=holder)
    ending = {"succeeded_at": ended} if is_good else {}
    held.update(ended_at=ended, outcome=outcome[:200], holder="", held_until=None, **ending)
    return outcome, is_good


def _take(job, holder, *, now):
    """Whether the job is due and was free: then `holder` has it for the time of a lease."""
    JobRun.objects.bulk_create([JobRun(job=job.name)], ignore_conflicts=True)
    well = Q(succeeded_at=None) | Q(succeeded_at__lte=now - job.every + EARLY)
    again = Q(begun_at=None) | Q(begun_at__lte=now - min(job.every, AGAIN) + EARLY)
    # One that was killed is begun, not ended, and due once its lease is over.
    killed = Q(held_until__lte=now)
    free = Q(holder="") & again & well
    return bool(
        JobRun.objects.filter(free | killed, job=job.name).update(
            holder=holder, held_until=now + LEASE, begun_at=now
        )
    )


def standing():
    """[(job, its `JobRun` or None)] in the order of the table, in one query."""
    runs = {run.job: run for run in JobRun.objects.all()}
    return [(job, runs.get(job.name)) for job in JOBS]


def late(*, now):
    """The jobs that should have ended well by now and have not."""
    return [job for job, run in standing() if job.is_late(run, now=now)]
