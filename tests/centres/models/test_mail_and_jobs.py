"""What the database itself keeps of mail that waits, of jobs, and of counts of sent forms."""

import datetime

import pytest
from django.utils import timezone

from centres.models import Attempt, JobRun, OutgoingMail
from tests import factories

from .rules import WRITES, checks_of, refused, uniques_of

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


def test_every_rule_is_proved_here():
    assert checks_of(OutgoingMail) == {
        "centres_outgoingmail_has_a_kind",
        "centres_outgoingmail_sent_or_given_up",
        "centres_outgoingmail_is_wiped_when_it_is_done",
    }
    assert uniques_of(OutgoingMail) == {"centres_outgoingmail_once"}
    assert checks_of(JobRun) == {
        "centres_jobrun_has_a_job",
        "centres_jobrun_holder_and_until",
        "centres_jobrun_ends_after_it_began",
    }
    assert checks_of(Attempt) == {"centres_attempt_has_an_action", "centres_attempt_has_a_sender"}
    assert uniques_of(JobRun) == uniques_of(Attempt) == set()


class TestOutgoingMail:
    @WRITES
    def test_what_is_done_is_wiped(self, write):
        row = factories.mail(now=NOW)

        for done in ("sent_at", "given_up_at"):
            with refused("centres_outgoingmail_is_wiped_when_it_is_done"):
                write(row, {done: NOW})
            for kept in ("to", "subject", "body"):
                wiped = {"to": "", "subject": "", "body": "", done: NOW}
                with refused("centres_outgoingmail_is_wiped_when_it_is_done"):
                    write(row, {**wiped, kept: "x"})

    @WRITES
    def test_it_is_sent_or_given_up(self, write):
        row = factories.mail(now=NOW)
        done = {"to": "", "subject": "", "body": "", "sent_at": NOW}

        with refused("centres_outgoingmail_sent_or_given_up"):
            write(row, {**done, "given_up_at": NOW})
        write(row, done)

    @WRITES
    def test_it_has_a_kind_and_one_of_a_name(self, write):
        row, other = factories.mail(now=NOW, once="notice-1"), factories.mail(now=NOW)

        with refused("centres_outgoingmail_has_a_kind"):
            write(row, {"kind": ""})
        with refused("centres_outgoingmail_once"):
            write(other, {"once": "notice-1"})
        factories.mail(now=NOW)  # those without a name are as many as there are

    def test_what_became_of_it_is_said_without_a_key(self, settings):
        row = factories.mail(now=NOW)
        settings.ENCRYPTION_KEYS = []
        row = OutgoingMail.objects.sealed().get()

        assert row.standing(now=NOW - HOUR) == "waiting"
        assert row.standing(now=NOW) == "due"
        row.tries = 1
        assert row.standing(now=NOW - HOUR) == "to be tried again"
        row.given_up_at = NOW
        assert row.standing(now=NOW) == "given up"
        row.given_up_at, row.sent_at = None, NOW
        assert row.standing(now=NOW) == "sent"
        assert OutgoingMail.objects.numbers() == {"waiting": 1, "given_up": 0}


class TestJobRun:
    @WRITES
    def test_whoever_holds_it_holds_it_until_a_moment(self, write):
        row = JobRun.objects.create(job="a-job")

        with refused("centres_jobrun_holder_and_until"):
            write(row, {"holder": "a-process"})
        with refused("centres_jobrun_holder_and_until"):
            write(row, {"held_until": NOW})
        with refused("centres_jobrun_has_a_job"):
            write(row, {"job": ""})

    @WRITES
    def test_it_ends_after_it_began(self, write):
        row = JobRun.objects.create(job="a-job", begun_at=NOW, ended_at=NOW)

        with refused("centres_jobrun_ends_after_it_began"):
            write(row, {"ended_at": NOW - HOUR})
        write(row, {"begun_at": NOW + HOUR, "holder": "a-process", "held_until": NOW + 2 * HOUR})

    @WRITES
    def test_a_job_has_one_row(self, write):
        JobRun.objects.create(job="a-job")
        other = JobRun.objects.create(job="another")

        with refused("centres_jobrun_job"):
            write(other, {"job": "a-job"})


@WRITES
def test_an_attempt_is_somebodys_at_something(write):
    row = Attempt.objects.create(action="report", sender="a" * 64, at=timezone.now())

    with refused("centres_attempt_has_an_action"):
        write(row, {"action": ""})
    with refused("centres_attempt_has_a_sender"):
        write(row, {"sender": ""})
