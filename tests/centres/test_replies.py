"""Right of reply: a centre's words stand beside a fact after review, and change nothing in it."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from centres import claim_decisions, replies, workflow
from centres.models import AuditEntry, ClaimState, OutgoingMail, Programme, Reply
from tests import factories

from .cast import A_DAY, NOW, REASON, cast
from .reporting import replied

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def centre():
    return factories.centre(name="Oak House", beds=12)


def test_a_reply_waits_until_somebody_has_read_it(centre, people):
    reply = replied(centre)
    assert not Reply.objects.shown().exists()

    replies.show(reply, by=people.ruth, now=NOW)

    reply.refresh_from_db()
    assert (reply.state, reply.decided_by) == ("shown", people.ruth)
    centre.refresh_from_db()
    assert centre.beds == 12


def test_the_centre_is_told_of_either_decision(centre, people):
    claim = factories.claim(centre, proven_at=NOW, email="dana@oak.example.org")
    replies.show(replied(centre, claim=claim), by=people.ruth, now=NOW)
    replies.reject(replied(centre, claim=claim), reason=REASON, by=people.ruth, now=NOW)

    mails = OutgoingMail.objects.filter(kind="reply-decided").order_by("pk")
    assert [mail.to for mail in mails] == ["dana@oak.example.org"] * 2
    assert [REASON in mail.body for mail in mails] == [False, True]


def test_not_shown_needs_a_reason(centre, people):
    with pytest.raises(workflow.ReasonOwed):
        replies.reject(replied(centre), reason=" ", by=people.ruth, now=NOW)


def test_a_shown_one_is_taken_off_and_not_shown_again(centre, people):
    reply = replied(centre)
    replies.show(reply, by=people.ruth, now=NOW)

    replies.reject(reply, reason=REASON, by=people.amy, now=NOW)

    assert not Reply.objects.shown().exists()
    with pytest.raises(workflow.Overtaken):
        replies.show(reply, by=people.ruth, now=NOW)


def test_a_newer_one_takes_the_place_of_what_waits_and_of_what_is_shown(centre, people):
    first, second = replied(centre), replied(centre, text="We have 15 beds.")
    replies.show(second, by=people.ruth, now=NOW)
    third = replied(centre, text="We have 16 beds.")

    replies.show(third, by=people.ruth, now=NOW)

    states = dict(Reply.objects.values_list("pk", "state"))
    assert states == {first.pk: "withdrawn", second.pk: "withdrawn", third.pk: "shown"}


def test_a_programme_deleted_since_the_form_was_read_has_no_reply(centre):
    programme = factories.programme(centre)
    Programme.objects.filter(pk=programme.pk).delete()

    with pytest.raises(workflow.NotPossible, match="no such fact"):
        replied(centre, "programme.price", "It is £900.", programme=programme)

    assert not Reply.objects.exists()


def test_each_programme_s_fact_has_a_reply_of_its_own(centre, people):
    for _ in range(2):
        programme = factories.programme(centre)
        reply = replied(centre, "programme.price", "It is £900.", programme=programme)
        replies.show(reply, by=people.ruth, now=NOW)

    assert Reply.objects.shown().count() == 2


def test_the_centre_takes_its_reply_back(centre, people):
    claim = factories.claim(centre, proven_at=NOW)
    reply = replied(centre, claim=claim)
    replies.show(reply, by=people.ruth, now=NOW)

    replies.withdraw(reply, claim=claim, now=NOW)

    assert not Reply.objects.shown().exists()
    with pytest.raises(workflow.Overtaken):
        replies.withdraw(reply, claim=claim, now=NOW)


def test_with_a_claim_that_the_team_ends_all_that_came_by_it_goes_and_is_noted(centre, people):
    claim, other = (factories.claim(centre, proven_at=NOW) for _ in range(2))
    shown = replied(centre, claim=claim)
    replies.show(shown, by=people.ruth, now=NOW)
    waiting = replied(centre, "name", "It is Oak Hall.", claim=claim)
    another = replied(centre, "website", "It is down.", claim=other)

    claim_decisions.end(claim, by=people.ruth, reason=REASON, now=NOW)

    states = dict(Reply.objects.values_list("pk", "state"))
    assert states == {shown.pk: "withdrawn", waiting.pk: "withdrawn", another.pk: "pending"}
    noted = AuditEntry.objects.filter(kind="reply", person="ruth", note__contains="is over")
    assert set(noted.values_list("row_id", flat=True)) == {str(shown.pk), str(waiting.pk)}


def test_who_leaves_by_themselves_leaves_their_words_and_what_waits_goes(centre, people):
    claim = factories.claim(centre, proven_at=NOW)
    shown = replied(centre, claim=claim)
    replies.show(shown, by=people.ruth, now=NOW)
    replied(centre, "name", "It is Oak Hall.", claim=claim)

    claim_decisions.end(claim, by=None, reason=REASON, now=NOW)

    assert list(Reply.objects.shown()) == [shown]
    assert not Reply.objects.pending().exists()


def test_what_came_by_a_claim_that_holds_no_more_is_not_shown_and_may_be_turned_down(
    centre, people
):
    claim = factories.claim(centre, proven_at=NOW)
    reply = replied(centre, claim=claim)
    type(claim).objects.update(state=ClaimState.ENDED, ended_at=NOW, reason=REASON)

    with pytest.raises(workflow.NotPossible):
        replies.show(reply, by=people.ruth, now=NOW)

    reply = Reply.objects.get()
    assert replies.steps_for(reply, by=people.ruth) == ["reject"]
    replies.reject(reply, reason=REASON, by=people.ruth, now=NOW)
    assert Reply.objects.get().state == "rejected"


def test_what_the_team_took_down_by_hand_has_no_claim_and_is_shown(centre, people):
    reply = Reply.objects.create(centre=centre, fact="beds", text="We have 14.", replied_at=NOW)

    assert "show" in replies.steps_for(reply, by=people.ruth)
    replies.show(reply, by=people.ruth, now=NOW)

    assert Reply.objects.shown().exists()


@pytest.mark.parametrize(
    "facts",
    [
        {"state": ClaimState.ENDED, "ended_at": NOW, "reason": "She left."},
        {"link_expires_at": NOW - datetime.timedelta(days=1)},
    ],
    ids=["ended", "its link ran out"],
)
def test_whose_claim_holds_no_more_says_nothing_for_the_centre(centre, facts):
    claim = factories.claim(centre, proven_at=NOW - 30 * A_DAY, **facts)

    with pytest.raises(workflow.NotAllowed):
        replied(centre, claim=claim)


def test_nobody_speaks_for_another_centre(centre):
    claim = factories.claim(factories.centre(), proven_at=NOW)

    with pytest.raises(workflow.NotAllowed):
        replied(centre, claim=claim)
    with pytest.raises(workflow.NotAllowed):
        replies.withdraw(replied(centre), claim=claim, now=NOW)


@pytest.mark.parametrize("fact", ["status", "programme.price", "verified_until", ""])
def test_only_a_fact_of_the_page_is_disputed(centre, fact):
    with pytest.raises(workflow.NotPossible):
        replied(centre, fact)


def test_not_a_programme_of_another_centre(centre):
    with pytest.raises(workflow.NotPossible):
        replied(centre, "programme.price", programme=factories.programme(factories.centre()))


@pytest.mark.parametrize(
    "text",
    [
        " ",
        "x" * 601,
        "Read https://example.org/truth",
        "See WWW.example.org",
        "Write to dana@oak.example.org",
        "It is all on oakhouse.co.uk.",
        "Call 01632 960123 instead",
        "Call (0)1632-960.123",
        "Ring +1 212 555 0123",
    ],
)
def test_what_may_not_stand_there_is_refused_in_a_sentence(centre, text):
    with pytest.raises(ValidationError) as refusal:
        replied(centre, text=text)

    assert refusal.value.messages[0].endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        "We have 14 beds since May 2026, not 12.",
        "The price is £12,500 for 28 days; until 31 March 2026 it was £11,950.",
        "Our licence 1-123456 covers it. We asked for it to be corrected.",
        "<b>Bold</b> is not bold here.",
        "x" * 600,
    ],
)
def test_plain_words_with_numbers_dates_and_prices_are_taken(centre, text):
    assert replied(centre, text=text).text == text


@pytest.mark.parametrize("name", ["mona", "audrey", "nobody"])
def test_who_may_not_review_is_refused_and_noted(centre, people, name):
    reply, person = replied(centre), getattr(people, name)

    for decide in (replies.show, lambda *args, **on: replies.reject(*args, reason=REASON, **on)):
        with pytest.raises(workflow.NotAllowed):
            decide(reply, by=person, now=NOW)

    assert replies.steps_for(reply, by=person) == []
    assert AuditEntry.objects.filter(act="refused", person=name).count() == 2
