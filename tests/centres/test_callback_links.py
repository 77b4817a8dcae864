"""A centre reads a request by a link that serves once, for three days, while its claim stands."""

import datetime

import pytest

from centres import callback_links, callback_queue, callbacks
from centres.models import (
    AuditEntry,
    CallbackLink,
    CallbackRequest,
    Centre,
    Claim,
    LinkPurpose,
    OutgoingMail,
)
from centres.models.callback import PRIVATE
from centres.workflow import NotPossible

from .callbacks import SAID, WORDS, asked, link_in_mail, taking
from .cast import NOW, cast

pytestmark = pytest.mark.django_db

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


@pytest.fixture
def row():
    return asked(taking())


def spent(token, *, now=NOW, purpose=LinkPurpose.READ):
    """What is said of a link that no longer serves; both its page and its button say it."""
    steps = {
        LinkPurpose.READ: lambda: callback_links.read(token, now=now),
        LinkPurpose.ANSWER: lambda: callback_links.answer(token, "tried", now=now),
    }
    with pytest.raises(callback_links.Spent) as by_button:
        steps[purpose]()
    with pytest.raises(callback_links.Spent) as by_page:
        callback_links.standing(token, purpose, now=now)
    assert str(by_page.value) == str(by_button.value)
    return str(by_page.value)


def test_looking_at_the_link_uses_nothing_up_and_fetches_no_words(row, settings):
    token = link_in_mail()
    settings.ENCRYPTION_KEYS = []

    for _ in range(3):
        link = callback_links.standing(token, LinkPurpose.READ, now=NOW)

    assert link.used_at is None
    assert link.request.get_deferred_fields() >= set(PRIVATE)


def test_it_shows_the_request_once(row):
    reading = callback_links.read(link_in_mail(), now=NOW + HOUR)

    assert {name: getattr(reading.request, name) for name in PRIVATE} == SAID
    row.refresh_from_db(fields=["read_at"])
    assert row.read_at == NOW + HOUR
    assert "used" in spent(link_in_mail(), now=NOW + HOUR)


def test_that_it_was_read_is_in_the_audit(row):
    callback_links.read(link_in_mail(), now=NOW)

    entry = AuditEntry.objects.get(act="saw")
    assert (entry.person, entry.label, entry.centre_id) == ("", str(row), row.centre_id)
    assert "By the centre" in entry.note


def test_it_serves_for_three_days(row):
    token = link_in_mail()

    callback_links.standing(token, LinkPurpose.READ, now=NOW + 3 * DAY - HOUR)
    assert "run out" in spent(token, now=NOW + 3 * DAY)


@pytest.mark.parametrize("token", ["", "x" * 32, "\0", "é"])
def test_a_guess_opens_nothing(row, token):
    assert "nothing under this link" in spent(token)


def test_after_a_withdrawal_it_opens_nothing(row):
    token = link_in_mail()
    callbacks.withdraw("a-form", now=NOW)

    assert "withdrawn" in spent(token)


def test_what_is_due_to_be_deleted_is_not_shown_though_no_job_has_run(row):
    CallbackRequest.objects.update(delete_at=NOW + DAY)

    assert "deleted" in spent(link_in_mail(), now=NOW + DAY)


def test_it_ends_with_the_claim_it_was_sent_to(row):
    Claim.objects.update(state="ended", takes_callbacks=False, ended_at=NOW, reason="Left.")

    assert "no longer valid" in spent(link_in_mail())


def test_it_ends_with_the_listing(row):
    Centre.objects.update(status="suspended")

    assert "no longer valid" in spent(link_in_mail())


def test_a_link_to_read_is_none_to_answer_and_the_other_way_round(row):
    token = link_in_mail()
    with pytest.raises(callback_links.Spent):
        callback_links.answer(token, "tried", now=NOW)
    reading = callback_links.read(token, now=NOW)
    with pytest.raises(callback_links.Spent):
        callback_links.read(reading.answer, now=NOW)


def test_the_centre_says_what_became_of_it_each_time_by_another_link(row):
    first = callback_links.read(link_in_mail(), now=NOW).answer
    second = callback_links.answer(first, "tried", now=NOW + HOUR)
    assert "used" in spent(first, now=NOW + HOUR, purpose=LinkPurpose.ANSWER)

    assert callback_links.answer(second, "closed", now=NOW + DAY) == ""

    row.refresh_from_db(fields=["state", "state_at", "delete_at"])
    assert (row.state, row.state_at) == ("closed", NOW + DAY)
    assert row.delete_at == NOW + 4 * DAY
    changes = AuditEntry.objects.filter(act="changed").order_by("pk")
    assert [entry.changes["state"] for entry in changes] == [["new", "tried"], ["tried", "closed"]]


@pytest.mark.parametrize("state", ["new", "", "deleted"])
def test_it_says_nothing_else(row, state):
    answer = callback_links.read(link_in_mail(), now=NOW).answer

    with pytest.raises(NotPossible):
        callback_links.answer(answer, state, now=NOW)
    assert CallbackLink.objects.get(purpose="answer").used_at is None


class TestANewLink:
    """The team sends one where the first ran out, and cannot read the request itself."""

    def test_it_takes_the_place_of_the_first(self, row):
        first, carol = link_in_mail(), cast().carol
        callback_queue.send_new_notice(row, by=carol, now=NOW + 4 * DAY)

        assert "nothing under this link" in spent(first, now=NOW + 4 * DAY)
        reading = callback_links.read(link_in_mail(), now=NOW + 5 * DAY)
        assert reading.request.name == SAID["name"]
        body = OutgoingMail.objects.latest("pk").body
        assert not [word for word in WORDS if word in body]

    def test_there_is_none_where_nobody_takes_requests_any_more(self, row):
        Claim.objects.update(takes_callbacks=False)

        with pytest.raises(NotPossible):
            callback_queue.send_new_notice(row, by=cast().carol, now=NOW)
        callback_links.standing(link_in_mail(), LinkPurpose.READ, now=NOW)

    def test_the_team_is_told_of_links_that_ran_out_unread(self, row):
        unread = CallbackRequest.objects.sealed()

        assert not unread.unread(now=NOW + 2 * DAY).exists()
        assert unread.unread(now=NOW + 3 * DAY).get() == row
