import datetime

import pytest
from django.db import connection

from centres.models import Reply, Report
from tests import factories

from .rules import WRITES, cases, checks_of, refused, uniques_of

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 3, 2)
AT = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
WHO = {"decided_at": AT, "decided_by": "ruth"}
UPHELD = {"state": "upheld", "answer": "Put right.", "sender": "", **WHO}
SHOWN = {"state": "shown", **WHO}

BROKEN = {
    "centres_report_problem_is_known": [{"problem": "rude"}, {"problem": ""}],
    "centres_report_state_is_known": [{**UPHELD, "state": "done"}],
    "centres_report_has_a_token": [{"token": ""}],
    "centres_report_decided_at_and_by": [{**UPHELD, "decided_by": None}],
    "centres_report_open_is_not_decided": [
        {**UPHELD, "state": "open"},
        {"corrected_on": DAY},
        {**UPHELD, "decided_at": None, "decided_by": None},
    ],
    "centres_report_decided_has_an_answer_and_no_sender": [
        {**UPHELD, "answer": ""},
        {**UPHELD, "sender": "a" * 64},
        {**UPHELD, "email": "sam@example.org"},
    ],
    "centres_report_corrected_was_upheld": [
        {**UPHELD, "state": "not-upheld", "corrected_on": DAY},
    ],
}
LEGAL = {
    "upheld": [UPHELD, {**UPHELD, "corrected_on": DAY}],
    "not_upheld": [{**UPHELD, "state": "not-upheld"}],
}
BROKEN_REPLY = {
    "centres_reply_state_is_known": [{"state": "loud"}, {"state": ""}],
    "centres_reply_has_a_fact": [{"fact": ""}],
    "centres_reply_has_a_text": [{"text": ""}],
    "centres_reply_decided_at_and_by": [{**SHOWN, "decided_by": None}],
    "centres_reply_is_shown_after_review": [{"state": "shown"}],
    "centres_reply_refusal_has_a_reason": [{**SHOWN, "state": "rejected"}],
}


def people(facts):
    return {
        name: factories.person(value) if name == "decided_by" and value else value
        for name, value in facts.items()
    }


@pytest.fixture
def report():
    return Report.objects.create(
        centre=factories.centre(), token="a" * 64, problem="other", sender="b" * 64, due_on=DAY
    )


def reply(**facts):
    facts = {"fact": "beds", "text": "We have 14.", **people(facts)}
    return Reply.objects.create(**{"centre": facts.pop("centre", None), **facts})


def test_every_rule_is_proved_here():
    assert set(BROKEN) == checks_of(Report)
    assert set(BROKEN_REPLY) == checks_of(Reply)
    assert uniques_of(Report) == set()
    assert uniques_of(Reply) == {
        "centres_reply_one_shown_a_centre_fact",
        "centres_reply_one_shown_a_programme_fact",
    }


@WRITES
@pytest.mark.parametrize(("constraint", "facts"), cases(BROKEN))
def test_a_report_cannot_be_made_to_break_a_rule(write, constraint, facts, report):
    if write.__name__ == "raw_update" and "email" in facts:
        facts = {**facts, "email": "ciphertext"}
    also = {
        "centres_report_state_is_known": "centres_report_open_is_not_decided",
        "centres_report_open_is_not_decided": "centres_report_corrected_was_upheld",
        "centres_report_decided_at_and_by": "centres_report_open_is_not_decided",
    }

    with refused(constraint, also.get(constraint, constraint)):
        write(report, people(facts))


@WRITES
@pytest.mark.parametrize(("words", "facts"), cases(LEGAL))
def test_its_neighbour_is_accepted(write, words, facts, report):
    write(report, people(facts))

    report.refresh_from_db()
    assert report.answer == "Put right."


@WRITES
@pytest.mark.parametrize(("constraint", "facts"), cases(BROKEN_REPLY))
def test_a_reply_cannot_be_made_to_break_a_rule(write, constraint, facts):
    also = {"centres_reply_decided_at_and_by": "centres_reply_is_shown_after_review"}

    with refused(constraint, also.get(constraint, constraint)):
        write(reply(centre=factories.centre()), people(facts))


def test_one_reply_a_fact_is_shown_and_one_for_each_programme():
    centre = factories.centre()
    programme = factories.programme(centre)
    of_programme = {"centre": centre, "programme": programme, "fact": "programme.price", **SHOWN}
    reply(centre=centre, **SHOWN)
    reply(**of_programme)
    reply(**{**of_programme, "programme": factories.programme(centre)})

    with refused("centres_reply_one_shown_a_centre_fact"):
        reply(centre=centre, **SHOWN)
    with refused("centres_reply_one_shown_a_programme_fact"):
        reply(**of_programme)


def test_what_was_written_is_encrypted_in_the_database(report):
    report.text, report.email = "Zephyrine bells", "sam@example.org"
    report.save()

    with connection.cursor() as cursor:
        cursor.execute("SELECT text, email FROM centres_report")
        held = str(cursor.fetchall())

    assert "Zephyrine" not in held
    assert "sam@" not in held
