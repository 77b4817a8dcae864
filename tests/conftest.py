"""What every test has: no way out to the network, an empty facet index, a real database."""

import ipaddress
import os
import socket
from pathlib import Path
from urllib.parse import urlsplit

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation

from finder import index
from tests.database import keep_clean, on_postgresql
from tests.processes import Processes

# The same examples every time, and no clock: what passes here passes on a slower machine too.
hypothesis.settings.register_profile("project", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("project")

SHARED_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data():
    """The folder of real registers and gazetteers, which the project does not ship."""
    if not SHARED_DATA.is_dir():  # real registers are not ours to ship, so a clone may lack them
        pytest.skip("the folder ../shared/data is not here")
    return SHARED_DATA


def _is_local(address):
    if not isinstance(address, tuple):  # a Unix socket
        return True
    host = address[0]
    if host in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def _no_network():
    """A test that would talk to another machine fails where it tries to."""
    patch = pytest.MonkeyPatch()

    def guarded(connect):
        def local_only(self, address):
            if not _is_local(address):
                raise RuntimeError(f"a test tried to connect to {address!r}")
            return connect(self, address)

        return local_only

    patch.setattr(socket.socket, "connect", guarded(socket.socket.connect))
    patch.setattr(socket.socket, "connect_ex", guarded(socket.socket.connect_ex))
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def _forget_index():
    """Every test's database is another directory, so no facet index outlives its test."""
    yield
    index.forget()


@pytest.fixture(autouse=True)
def _forget_language():
    """A language that a test speaks is not the next one's."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    """SQLite in a file, one a worker: threads and other processes see the same database."""
    if not on_postgresql():
        path = tmp_path_factory.mktemp("database") / "test.sqlite3"
        settings.DATABASES["default"]["TEST"]["NAME"] = str(path)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        keep_clean()


@pytest.fixture
def database_url(transactional_db):
    """The test database as DATABASE_URL, for another process to open."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


@pytest.fixture
def processes(database_url, tmp_path):
    """Starts processes over the test database, and ends with the test what still runs."""
    started = Processes(database_url, tmp_path)
    yield started
    started.end()


@pytest.fixture
def postgresql(transactional_db):
    """For what only many writers at a time can show; such a test is not run on SQLite."""
    assert connection.vendor == "postgresql"
