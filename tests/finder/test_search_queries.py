"""A search asks the database the same few things, whatever it finds."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from finder.index import current
from finder.places import gazetteer
from tests import factories

from .asking import ask
from .towns import leeds

pytestmark = pytest.mark.django_db
#: Has anything changed; the gazetteer's age; centres, telephones, programmes.
CHANGE_CHECK, GAZETTEER, ROWS = 1, 1, 3


@pytest.fixture(autouse=True)
def _no_towns_of_others():
    gazetteer.forget()
    yield
    gazetteer.forget()


def directory(size):
    for number in range(size):
        centre = factories.centre(
            name=f"Centre {number:03}",
            latitude=53.8,
            longitude=-1.5 - number / 1000,
            languages=["en"],
        )
        factories.phone(centre)
        factories.programme(centre, substances=["alcohol"], funding=["nhs"])


def queries(**asked):
    ask(**asked)  # the index and the gazetteer are in memory
    with CaptureQueriesContext(
        connection,
    ) as captured:
        results = ask(**asked)
        for hit in results.hits:
            assert hit.centre.source is None
            assert [phone.number for phone in hit.phones]
            assert [item.programme.level for item in hit.programmes]
    assert results.hits
    return [query["sql"] for query in captured]


SEARCHES = {
    "everything": {},
    "terms": {
        "substance": ["alcohol"],
        "funding": ["nhs"],
        "language": ["en"],
        "level": ["residential"],
    },
    "name": {"q": "centre", "sort": "name"},
    "price": {"sort": "price"},
}


@pytest.mark.parametrize("asked", SEARCHES.values(), ids=SEARCHES)
@pytest.mark.parametrize("size", [1, 30])
def test_a_search_without_a_place(size, asked):
    directory(size)

    for page_size in (1, 100):
        made = queries(**asked, page_size=page_size)
        assert len(made) == CHANGE_CHECK + ROWS, made


@pytest.mark.parametrize("near", ["53.8,-1.5", "Leeds"])
@pytest.mark.parametrize("size", [1, 30])
def test_a_search_near_a_place(size, near):
    leeds()
    directory(size)

    for page_size in (1, 100):
        made = queries(near=near, radius="25", substance=["alcohol"], page_size=page_size)
        assert len(made) == CHANGE_CHECK + GAZETTEER + ROWS, made


def test_an_empty_result_reads_no_rows():
    directory(1)
    ask(q="nobody")

    with CaptureQueriesContext(connection) as captured:
        assert ask(q="nobody").count == 0

    assert len(captured) == CHANGE_CHECK


def test_a_search_after_a_change_reads_only_what_changed():
    directory(3)
    before = current()
    factories.centre(name="New")

    assert current() is not before
    segment = before.parts["GB"][0].segment
    assert current().parts["GB"][0].segment is segment
