"""Many threads search one index while another writes: each answer is of one committed state."""

import datetime
import threading

import pytest
from django.db import connection, transaction
from django.urls import reverse

from centres.models import Centre, Term
from finder import index
from finder.search import InvalidSearch
from tests import factories
from tests.finder.asking import NOW, ask

READERS = 8
SEARCHES = 10


class Writing:
    """A writer that goes on until every reader has searched its fill."""

    def __init__(self, write, read, *, readers):
        self._write, self._read = write, read
        self._reading = readers
        self._lock = threading.Lock()
        all_at_once(self._write_on, *[self._read_on] * readers)

    def _write_on(self):
        number = 0
        while self._reading:
            self._write(number)
            number += 1

    def _read_on(self):
        try:
            for _ in range(SEARCHES):
                self._read()
        finally:
            with self._lock:
                self._reading -= 1


def all_at_once(*functions):
    """Run each on a thread of its own; raise what any of them raised."""
    raised = []

    def run(function):
        try:
            function()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[function]) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    if raised:
        raise raised[0]


def test_two_facts_written_together_are_seen_together(transactional_db):
    """In every committed state one of the two is in town and the other is residential elsewhere."""
    one = factories.centre(name="One", languages=["en"], latitude=53.8, longitude=-1.5)
    two = factories.centre(name="Two", languages=["en"])
    place = {"latitude": 53.8, "longitude": -1.5, "precision": "exact", "coordinates_source": "x"}
    nowhere = {"latitude": None, "longitude": None, "precision": "", "coordinates_source": ""}
    programme = factories.programme(two)
    ask()
    answers = []

    def write(number):
        here, there = (one, two) if number % 2 else (two, one)
        with transaction.atomic():
            Centre.objects.filter(pk=there.pk).update(**nowhere)
            Centre.objects.filter(pk=here.pk).update(**place)
            programme.centre = there
            programme.save()

    def read():
        results = ask(near="53.8,-1.5", radius="5")
        by_level = {o.value: o.count for o in results.facets["level"]}
        everywhere = {o.value: o.count for o in ask().facets["level"]}
        answers.append((results.count, by_level["residential"], everywhere["residential"]))

    Writing(write, read, readers=READERS)

    assert set(answers) == {(1, 0, 1)}
    assert len(answers) == READERS * SEARCHES


def test_each_thread_has_its_own_clock(transactional_db):
    """The rows kept for a day or a moment are never another thread's."""
    today = NOW.date()
    factories.centre(verified_from=today, verified_until=today)
    factories.programme(
        factories.centre(), earliest_admission=today, earliest_admission_stated_at=NOW
    )
    snapshot = index.current()
    segment = snapshot.parts["GB"][0].segment
    clocks = [(NOW + datetime.timedelta(days=days), days) for days in range(-2, 6)]

    def read(moment, days):
        def run():
            for _ in range(60):
                assert ask(now=moment, verified="yes").count == (days == 0)
                assert ask(now=moment, available="7").count == (0 <= days < 3)

        return run

    all_at_once(*[read(moment, days) for moment, days in clocks])
    assert index.current().parts["GB"][0].segment is segment


def test_the_first_searches_build_one_index(transactional_db):
    factories.centre()
    index.forget()
    together = threading.Barrier(READERS)
    snapshots = []

    def read():
        together.wait(20)
        snapshots.append(index.current())

    all_at_once(*[read] * READERS)

    assert len(snapshots) == READERS
    assert len(set(map(id, snapshots))) == 1


@pytest.mark.parametrize("reader", ["search", "page"])
def test_a_term_may_go_while_it_is_searched_for(transactional_db, client, reader):
    """Whoever asks for it meanwhile is answered, or told it is no choice: never an error."""
    factories.programme(factories.centre(), substances=["alcohol"])

    def write(number):
        Term.objects.filter(kind="substance").update(slug=f"alcohol-{number % 2}")

    def search():
        try:
            results = ask(substance="alcohol-0")
        except InvalidSearch as problem:
            return problem.errors
        return results.count

    def page():
        return client.get(reverse("search"), {"substance": "alcohol-0"}).status_code

    answers = []
    Writing(write, lambda: answers.append({"search": search, "page": page}[reader]()), readers=4)

    refused = {"substance": ["“alcohol-0” is not one of the choices."]}
    assert all(answer in (1, 200, 400, refused) for answer in answers)
