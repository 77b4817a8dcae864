"""The gazetteer that ships with the project, for the tests of this package."""

import pytest

from finder.places import gazetteer as places
from finder.places import loading
from finder.places.models import Loaded, Outcode, Place, ZipCode


@pytest.fixture(scope="package")
def _gazetteer_is_loaded(django_db_setup, django_db_blocker):
    """Loaded once, and taken out again: other tests make towns of their own."""
    with django_db_blocker.unblock():
        loading.load_all()
    yield
    with django_db_blocker.unblock():
        for model in (Loaded, Outcode, Place, ZipCode):
            model.objects.all().delete()
    places.forget()


@pytest.fixture
def gazetteer(_gazetteer_is_loaded, db):
    """Every place that ships with the project; loaded again where a test emptied the tables."""
    loading.load_all()
    return places.current()
