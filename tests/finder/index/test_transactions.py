"""What is not committed is nobody else's, and what fails half-way is done again."""

import gc
import threading
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection, transaction

from centres.models import Centre
from finder import index
from tests import factories


class _RollBack(Exception):
    pass


@contextmanager
def undone():
    """A transaction, or a savepoint in one, that is rolled back at its end."""
    try:
        with transaction.atomic():
            yield
            raise _RollBack
    except _RollBack:
        return


def in_a_thread(function):
    """What `function` returns on another thread, with a connection of its own."""
    answers = []

    def run():
        try:
            answers.append(function())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    return answers[0]


def known():
    """Names as the index has them; a page of results would read them from the database."""
    parts = index.current().parts["GB"]
    return sorted(
        part.segment.names[number]
        for part in parts
        for number in part.segment.numbers_of(part.alive).tolist()
    )


def rename(centre, name):
    Centre.objects.filter(pk=centre.pk).update(name=name)


def test_what_is_rolled_back_is_not_found_afterwards(transactional_db):
    centre = factories.centre(name="Committed")
    assert known() == ["Committed"]

    with undone():
        rename(centre, "Rolled back")
        assert known() == ["Rolled back"]

    assert known() == ["Committed"]


def test_a_write_after_a_rollback_does_not_hide_it(transactional_db):
    """On SQLite the second write is numbered as the one that was rolled back."""
    one, two = factories.centre(name="One"), factories.centre(name="Two")
    assert known() == ["One", "Two"]

    with undone():
        rename(one, "Rolled back")
        assert known() == ["Rolled back", "Two"]
    rename(two, "Second")

    assert known() == ["One", "Second"]


@pytest.mark.parametrize("again", ["one", "two", "both"])
def test_what_is_rolled_back_to_a_savepoint_is_not_found_afterwards(db, again):
    one, two = factories.centre(name="One"), factories.centre(name="Two")
    assert known() == ["One", "Two"]

    with undone():
        rename(one, "Rolled back")
        rename(two, "Rolled back too")
        assert known() == ["Rolled back", "Rolled back too"]
    if again in {"one", "both"}:
        rename(one, "One again")
    if again in {"two", "both"}:
        rename(two, "Two again")

    written = Centre.objects.order_by("name").values_list("name", flat=True)
    assert known() == list(written)


def test_another_thread_does_not_find_what_is_not_committed(transactional_db):
    centre = factories.centre(name="Committed")

    with transaction.atomic():
        rename(centre, "Not yet")
        assert known() == ["Not yet"]
        assert in_a_thread(known) == ["Committed"]

    assert known() == in_a_thread(known) == ["Not yet"]


@pytest.mark.parametrize("table", ["centres_centre", "centres_programme", "centres_change"])
def test_a_read_that_fails_is_repeated_by_the_next_search(transactional_db, table):
    centre = factories.centre(name="Before")
    factories.programme(centre)
    assert known() == ["Before"]
    rename(centre, "After")

    def fail(execute, sql, *rest):
        if table in sql:
            raise OperationalError("the database went away")
        return execute(sql, *rest)

    with connection.execute_wrapper(fail), pytest.raises(OperationalError):
        index.current()

    assert gc.isenabled()
    assert known() == ["After"]


def test_a_build_collects_no_garbage_and_leaves_the_collector_as_it_was(transactional_db):
    factories.centre()
    collecting = []

    def note(execute, *rest):
        collecting.append(gc.isenabled())
        return execute(*rest)

    with connection.execute_wrapper(note):
        index.current()

    assert False in collecting
    assert gc.isenabled()


def test_forgetting_costs_only_a_rebuild(transactional_db):
    factories.centre(name="There")
    first = index.current()

    assert index.current() is first
    index.forget()

    assert index.current() is not first
    assert known() == ["There"]
