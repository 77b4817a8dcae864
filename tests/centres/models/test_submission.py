"""What the database itself keeps of listings sent in and of withdrawals."""

import datetime

import pytest

from centres.models import Submission, Withdrawal
from tests import factories

from .rules import WRITES, cases, checks_of, lift_guards, refused, uniques_of

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
BEGUN = {"state": "begun", "sent_at": None}

SUBMISSION = {
    "centres_submission_state_is_known": [{"state": "lost"}],
    "centres_submission_has_a_token": [{"token": ""}],
    "centres_submission_sent_says_when": [{"sent_at": None}, {"state": "begun"}],
    "centres_submission_sent_is_wiped": [{"answers": "{}"}],
    "centres_submission_answered_at_and_by": [
        {"answer": "No.", "answered_at": NOW},
        {"answer": "No.", "answered_by": "alan"},
    ],
    "centres_submission_answered_says_why": [
        {"answered_at": NOW, "answered_by": "alan"},
        {"answer": "No."},
    ],
    "centres_submission_is_answered_once_sent": [
        {**BEGUN, "answer": "No.", "answered_at": NOW, "answered_by": "alan"},
    ],
}
WITHDRAWAL = {
    "centres_withdrawal_says_who_asked": [{"asked_for_by": ""}],
    "centres_withdrawal_has_a_reason": [{"reason": ""}],
    "centres_withdrawal_withdrawn_at_and_by": [{"withdrawn_by": None}, {"withdrawn_at": None}],
    "centres_withdrawal_ended_at_and_by": [
        {"ended_at": NOW, "ended_because": "Why."},
        {"ended_by": "amy"},
    ],
    "centres_withdrawal_ended_says_why": [
        {"ended_at": NOW, "ended_by": "amy"},
        {"ended_because": "Why."},
    ],
    "centres_withdrawal_is_lifted_by_another": [
        {"ended_at": NOW, "ended_by": "alan", "ended_because": "Why."},
    ],
}


def facts_of(facts):
    """With people for their names."""
    people = ("answered_by", "withdrawn_by", "ended_by")
    return {
        name: factories.person(value) if name in people and value else value
        for name, value in facts.items()
    }


def test_every_rule_is_proved_here():
    assert set(SUBMISSION) == checks_of(Submission)
    assert uniques_of(Submission) == set()
    assert set(WITHDRAWAL) == checks_of(Withdrawal)
    assert uniques_of(Withdrawal) == {"centres_withdrawal_one_a_centre"}


@WRITES
@pytest.mark.parametrize(("constraint", "facts"), cases(SUBMISSION))
def test_a_submission_cannot_be_made_to_break_a_rule(write, constraint, facts):
    row = factories.submission()

    with refused(constraint, *SUBMISSION):
        write(row, facts_of(facts))


@WRITES
@pytest.mark.parametrize(("constraint", "facts"), cases(WITHDRAWAL))
def test_a_withdrawal_cannot_be_made_to_break_a_rule(write, constraint, facts):
    row = factories.withdraw(factories.centre())
    lift_guards("centres_withdrawal")

    with refused(constraint):
        write(row, facts_of(facts))


@WRITES
def test_what_is_right_is_accepted(write):
    row = factories.submission()
    write(row, {"state": "begun", "sent_at": None, "answers": ""})
    write(row, {"state": "sent", "sent_at": NOW})
    write(row, facts_of({"answer": "No.", "answered_at": NOW, "answered_by": "alan"}))


def test_of_a_centre_one_stands_or_waits_and_any_number_has_ended():
    centre = factories.centre()
    factories.lift(factories.withdraw(centre))
    factories.withdraw(centre)

    with refused("centres_withdrawal_one_a_centre", "centres_withdrawal_is_not_replaced"):
        Withdrawal.objects.create(centre=centre, asked_for_by="The manager", reason="Again.")
