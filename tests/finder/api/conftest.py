import pytest

from finder.places import gazetteer
from tests.finder import towns


@pytest.fixture(autouse=True)
def _forget_places():
    """Every test has its own towns."""
    gazetteer.forget()
    yield
    gazetteer.forget()


@pytest.fixture
def leeds(db):
    return towns.leeds()
