"""Nobody waits for what a process reads once, and a process starts without a database too."""

import gc

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from finder import index
from finder.places import gazetteer
from finder.warmup import warm_up
from tests import factories
from tests.processes import Processes

from .asking import found
from .towns import leeds

WSGI = "import finder.wsgi; print('started')"


@pytest.fixture(autouse=True)
def _as_it_was():
    threshold = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)
    gazetteer.forget()


@pytest.mark.django_db(transaction=True)
def test_the_first_search_reads_what_every_search_reads():
    leeds()
    factories.programme(factories.centre(latitude=53.8, longitude=-1.5))
    index.forget()
    warm_up()
    with CaptureQueriesContext(connection) as first:
        index.current()
        gazetteer.current()
    assert len(first) == 2  # has anything changed; the gazetteer's age
    assert gc.get_freeze_count() > 0


@pytest.mark.django_db(transaction=True)
def test_what_changes_afterwards_is_seen():
    centre = factories.centre(name="Hope House")
    warm_up()
    assert found() == ["Hope House"]
    centre.name = "Oak House"
    centre.save()
    assert found() == ["Oak House"]


def test_a_server_starts_before_its_database_does(tmp_path):
    absent = tmp_path / "no-such-folder" / "db.sqlite3"
    for url in (f"sqlite:///{tmp_path / 'empty.sqlite3'}", f"sqlite:///{absent}"):
        started = Processes(url, tmp_path)
        try:
            said, _ = started.start("-c", WSGI).communicate(timeout=60)
        finally:
            started.end()
        assert said.endswith("started\n")
