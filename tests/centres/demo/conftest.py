from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction

from centres.demo import load as demo

from .loading import NOW


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The demo, loaded once for all tests of a module and rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_vocabulary", verbosity=0, stdout=StringIO())
        demo.load(now=NOW)
        yield
        transaction.set_rollback(True)
