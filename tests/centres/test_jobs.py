"""What runs by the clock runs when it is due, once, and again after a process was killed."""

import datetime
import io
import signal
import threading
import time

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from centres import jobs
from centres.jobs import Job
from centres.models import Closed, JobRun, OutgoingMail
from tests import factories, smtp
from tests.centres.cast import at

pytestmark = pytest.mark.django_db

NOW = at(datetime.date(2026, 3, 2))
SECOND, MINUTE = datetime.timedelta(seconds=1), datetime.timedelta(minutes=1)


def a_job(does=lambda now: "Done.", *, name="a-job", every=jobs.HOUR):
    return Job(name, "A job", does, every)


def run(*table, now=NOW):
    """{name of each job that ran: its outcome}."""
    return {job.name: outcome for job, outcome, _ in jobs.run_due(clock=lambda: now, jobs=table)}


def test_every_job_of_the_table_runs_on_an_empty_directory_and_again():
    first = run(*jobs.JOBS)

    assert list(first) == [job.name for job in jobs.JOBS]
    assert run(*jobs.JOBS) == {}
    assert list(run(*jobs.JOBS, now=NOW + datetime.timedelta(days=1))) == list(first)
    assert not JobRun.objects.exclude(succeeded_at=NOW + datetime.timedelta(days=1)).exists()


def test_a_job_runs_when_it_is_due_and_its_last_run_is_kept():
    assert run(a_job()) == {"a-job": "Done."}

    assert run(a_job(), now=NOW + 30 * MINUTE) == {}
    row = JobRun.objects.get(job="a-job")
    assert (row.begun_at, row.succeeded_at, row.outcome, row.holder) == (NOW, NOW, "Done.", "")
    assert run(a_job(), now=NOW + jobs.HOUR) == {"a-job": "Done."}


def test_a_timer_that_rings_a_second_early_finds_it_due():
    each_minute = a_job(every=MINUTE)
    for minute in range(5):
        assert run(each_minute, now=NOW + minute * MINUTE - (minute % 2) * SECOND)


def test_one_that_fails_stops_no_other_and_is_run_again_soon():
    def fail(now):
        raise OSError("/secret/path of sam@example.org")

    failing = a_job(fail, name="fails")

    assert run(failing, a_job()) == {"fails": "Failed: OSError", "a-job": "Done."}
    assert run(failing, now=NOW + MINUTE) == {}
    assert run(failing, now=NOW + jobs.AGAIN) == {"fails": "Failed: OSError"}
    row = JobRun.objects.get(job="fails")
    assert row.succeeded_at is None
    assert "sam@example.org" not in row.outcome


def test_a_job_without_its_keys_says_so():
    def fail(now):
        raise Closed("ENCRYPTION_KEYS is not set.")

    assert run(a_job(fail)) == {"a-job": "Failed: ENCRYPTION_KEYS is not set."}


def test_late_is_what_has_not_ended_well_in_time():
    each_hour = a_job()
    assert each_hour.is_late(None, now=NOW)
    run(each_hour)
    row = JobRun.objects.get(job="a-job")

    assert not each_hour.is_late(row, now=NOW + jobs.HOUR + jobs.GRACE)
    assert each_hour.is_late(row, now=NOW + jobs.HOUR + jobs.GRACE + SECOND)
    assert {job.name for job in jobs.late(now=NOW)} == {job.name for job in jobs.JOBS}


class TestTheLease:
    def test_while_one_holds_a_job_nobody_else_runs_it(self):
        inner = []

        def outer(now):
            inner.append(run(a_job()))
            return "Done."

        assert run(a_job(outer)) == {"a-job": "Done."}
        assert inner == [{}]

    def test_one_whose_process_was_killed_is_run_again_after_the_lease(self):
        def die(now):
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            run(a_job(die))

        assert run(a_job(), now=NOW + jobs.LEASE - SECOND) == {}
        assert run(a_job(), now=NOW + jobs.LEASE) == {"a-job": "Done."}

    def test_who_comes_back_from_a_long_sleep_writes_over_nobody(self):
        later = NOW + jobs.LEASE

        def sleep(now):
            assert run(a_job(lambda now: "By another."), now=later) == {"a-job": "By another."}
            return "By the sleeper."

        run(a_job(sleep))

        row = JobRun.objects.get(job="a-job")
        assert (row.outcome, row.succeeded_at) == ("By another.", later)

    @pytest.mark.django_db(transaction=True)
    def test_of_many_at_once_one_runs_it(self):
        start, ran = threading.Barrier(6), []
        slow = a_job(lambda now: time.sleep(0.2) or "Done.")

        def one():
            start.wait(20)
            try:
                ran.append(run(slow))
            finally:
                connection.close()

        threads = [threading.Thread(target=one) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)

        assert sorted(ran, key=len) == [{}] * 5 + [{"a-job": "Done."}]


class TestTheCommand:
    def test_it_is_silent_when_all_is_well_and_talks_when_asked(self):
        out = io.StringIO()
        call_command("run_due", stdout=out)
        assert out.getvalue() == ""
        JobRun.objects.all().delete()

        call_command("run_due", stdout=out, verbosity=2)

        said = [line.split(":")[0] for line in out.getvalue().splitlines()]
        assert said == [job.name for job in jobs.JOBS]

    def test_it_fails_loudly_when_a_job_does(self, settings):
        settings.ENCRYPTION_KEYS = []
        out, err = io.StringIO(), io.StringIO()

        with pytest.raises(CommandError, match="Not every job"):
            call_command("run_due", stdout=out, stderr=err)

        assert "send-mail: Failed: ENCRYPTION_KEYS is not set." in err.getvalue().splitlines()
        assert JobRun.objects.get(job="clear-attempts").succeeded_at is not None


RUN_DUE = ("manage.py", "run_due")


@pytest.mark.django_db(transaction=True)
class TestProcesses:
    def test_two_at_once_do_each_job_once_and_send_each_message_once(self, processes):
        for number in range(8):
            factories.mail(to=f"p{number}@example.org", now=timezone.now())
        connection.close()
        with smtp.serving() as server:
            url = {"EMAIL_URL": f"smtp://127.0.0.1:{server.port}"}
            both = [processes.start(*RUN_DUE, "-v2", **url) for _ in range(2)]
            said = [process.communicate(timeout=120)[0] for process in both]

        assert [process.returncode for process in both] == [0, 0], said
        ran = sorted(line.split(":")[0] for lines in said for line in lines.splitlines())
        assert ran == sorted(job.name for job in jobs.JOBS)
        assert len({message["To"] for message in server.received}) == len(server.received) == 8

    def test_killed_while_sending_it_loses_nothing(self, processes):
        row = factories.mail(to="silence@example.org", now=timezone.now())
        connection.close()
        with smtp.serving() as server:
            url = {"EMAIL_URL": f"smtp://127.0.0.1:{server.port}"}
            process = processes.start(*RUN_DUE, "--forever", **url)
            deadline = time.monotonic() + 60
            while not server.conversations and time.monotonic() < deadline:
                time.sleep(0.05)
            process.send_signal(signal.SIGKILL)
            process.wait()

        row = OutgoingMail.objects.get(pk=row.pk)
        assert (row.tries, row.sent_at, row.to) == (1, None, "silence@example.org")
        held = JobRun.objects.get(job="send-mail")
        assert held.holder
        again = run(*jobs.JOBS, now=held.held_until + jobs.LEASE)
        assert again["send-mail"] == "Sent 1, to be tried again 0, given up 0."
