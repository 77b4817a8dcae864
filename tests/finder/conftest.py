"""What tests of the finder share: the gazetteer that ships with the project, loaded once."""

import pytest

from finder.places import gazetteer as places
from finder.places import loading


@pytest.fixture(scope="session")
def _gazetteer_is_loaded(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        loading.load_all()


@pytest.fixture
def gazetteer(_gazetteer_is_loaded, db):
    """Every place that ships with the project; loaded again where a test emptied the tables."""
    loading.load_all()
    return places.current()
