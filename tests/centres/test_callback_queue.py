"""The team's queue: who may, one request open a person and one person a request, and no traces."""

import datetime

import pytest

from centres import callback_queue, callbacks
from centres.models import AuditEntry, CallbackRequest
from centres.models.callback import KEPT_CLOSED_FOR, KEPT_FOR, PRIVATE
from centres.workflow import NotAllowed, NotPossible, Overtaken

from .callbacks import SAID, WORDS, asked, taking
from .cast import NOW, cast

pytestmark = pytest.mark.django_db

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def people():
    """Two of those who call back, and everybody else."""
    found = cast()
    found.alan.groups.set(found.carol.groups.all())
    return found


def words(row, by, *, now=NOW):
    return callback_queue.words_of(row, by=by, now=now)


def test_whoever_opens_a_request_reads_it_and_it_is_noted_first(people):
    row = asked()

    assert words(row, people.carol) is None
    callback_queue.open_up(row, by=people.carol, now=NOW)

    found = words(row, people.carol)
    assert {name: getattr(found, name) for name in PRIVATE} == SAID
    assert found.read_at == NOW
    entry = AuditEntry.objects.get(act="saw")
    assert (entry.person, entry.label) == ("carol", str(row))


@pytest.mark.parametrize("name", ["ruth", "mona", "audrey", "nobody"])
def test_nobody_of_another_role_reads_one(people, name):
    row, person = asked(), getattr(people, name)
    for step in (callback_queue.open_up, callback_queue.put_back, callback_queue.delete_now):
        with pytest.raises(NotAllowed):
            step(row, by=person, now=NOW)

    CallbackRequest.objects.update(opened_by=person, opened_at=NOW)
    assert words(row, person) is None
    assert AuditEntry.objects.filter(act="refused", person=name).count() == 3


def test_a_request_to_a_centre_is_read_by_nobody_here_not_even_a_superuser(people):
    row = asked(taking())
    for person in (people.carol, people.root):
        with pytest.raises(NotAllowed):
            callback_queue.open_up(row, by=person, now=NOW)
        CallbackRequest.objects.update(opened_by=person, opened_at=NOW)
        assert words(row, person) is None


def test_one_person_a_request(people):
    row = asked()
    callback_queue.open_up(row, by=people.carol, now=NOW)

    with pytest.raises(Overtaken, match="carol has this request open"):
        callback_queue.open_up(row, by=people.alan, now=NOW)
    with pytest.raises(Overtaken):
        callback_queue.delete_now(row, by=people.alan, now=NOW)
    assert words(row, people.alan) is None


def test_one_request_a_person(people):
    first, second = asked(), asked(form="another")
    callback_queue.open_up(first, by=people.carol, now=NOW)

    with pytest.raises(NotPossible, match=str(first)):
        callback_queue.open_up(second, by=people.carol, now=NOW)
    callback_queue.put_back(first, by=people.carol, now=NOW)
    callback_queue.open_up(second, by=people.carol, now=NOW)
    assert words(first, people.carol) is None


def test_one_left_open_falls_free_after_half_an_hour(people):
    first, second = asked(), asked(form="another")
    callback_queue.open_up(first, by=people.carol, now=NOW)

    assert words(first, people.carol, now=NOW + 29 * MINUTE)
    assert words(first, people.carol, now=NOW + 30 * MINUTE) is None
    with pytest.raises(Overtaken):
        callback_queue.say(first, "tried", by=people.carol, now=NOW + 30 * MINUTE)
    callback_queue.open_up(second, by=people.carol, now=NOW + 30 * MINUTE)
    callback_queue.open_up(first, by=people.alan, now=NOW + 30 * MINUTE)


@pytest.mark.parametrize("state", ["tried", "reached", "closed"])
def test_what_became_of_it_is_written_down_and_it_is_put_back(people, state):
    row = asked()
    callback_queue.open_up(row, by=people.carol, now=NOW)

    said_at = NOW + 10 * MINUTE
    callback_queue.say(row, state, by=people.carol, now=said_at)

    row.refresh_from_db(fields=["state", "state_at", "delete_at", "opened_by", "opened_at"])
    assert (row.state, row.state_at, row.opened_by) == (state, said_at, None)
    ends = said_at + KEPT_CLOSED_FOR if state == "closed" else NOW + KEPT_FOR
    assert row.delete_at == ends
    entry = AuditEntry.objects.get(act="changed")
    assert (entry.person, entry.changes) == ("carol", {"state": ["new", state]})


def test_only_these_words_are_written_down(people):
    row = asked()
    callback_queue.open_up(row, by=people.carol, now=NOW)

    with pytest.raises(NotPossible):
        callback_queue.say(row, "new", by=people.carol, now=NOW)


def test_a_withdrawal_while_somebody_reads_is_a_withdrawal(people):
    row = asked()
    callback_queue.open_up(row, by=people.carol, now=NOW)

    assert callbacks.withdraw("a-form", now=NOW)

    assert words(row, people.carol) is None
    with pytest.raises(Overtaken, match="withdrawn or deleted"):
        callback_queue.say(row, "reached", by=people.carol, now=NOW)


def test_what_is_due_to_be_deleted_is_not_opened_though_no_job_has_run(people):
    row, later = asked(), NOW + KEPT_FOR
    callback_queue.open_up(row, by=people.carol, now=later - MINUTE)

    assert words(row, people.carol, now=later) is None
    with pytest.raises(Overtaken):
        callback_queue.open_up(row, by=people.alan, now=later)


def test_the_audit_holds_not_a_word(people):
    row = asked()
    callback_queue.open_up(row, by=people.carol, now=NOW)
    callback_queue.delete_now(row, by=people.carol, now=NOW)

    told = str(list(AuditEntry.objects.values()))
    assert not [word for word in WORDS if word in told]
    assert not CallbackRequest.objects.exists()
