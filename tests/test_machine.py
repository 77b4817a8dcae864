"""What the tests themselves rest on: no network, a database that others see, nothing left out."""

import os
import socket
import subprocess
import sys
import threading

import pytest
from django.conf import settings
from django.db import connection

from centres.models import Centre
from tests import factories, machine


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.org", 443)])
def test_another_machine_is_out_of_reach(address):
    with socket.socket() as client, pytest.raises(RuntimeError, match="tried to connect"):
        client.connect(address)


def test_this_machine_is_within_reach():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as client:
        client.connect(server.getsockname())


def test_nothing_is_written_to_the_checkout():
    assert not settings.VAR_DIR.is_relative_to(settings.BASE_DIR)


def test_a_thread_sees_what_is_committed(transactional_db):
    factories.centre(name="Oak House")
    seen = []

    def look():
        seen.extend(Centre.objects.values_list("name", flat=True))
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert seen == ["Oak House"]


def test_another_process_sees_what_is_committed(database_url):
    factories.centre(name="Oak House")
    script = (
        "import django; django.setup(); from centres.models import Centre; "
        "print(*Centre.objects.all())"
    )

    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "finder.settings",
        },
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout == "Oak House\n"


@pytest.mark.parametrize(
    ("required", "outcome"), [(True, pytest.fail.Exception), (False, pytest.skip.Exception)]
)
def test_what_is_missing_fails_only_where_everything_is_required(monkeypatch, required, outcome):
    monkeypatch.setattr(machine, "REQUIRE_EVERYTHING", required)

    with pytest.raises(outcome, match="a moon"):
        machine.missing("a moon")
