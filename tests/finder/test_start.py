"""`manage.py start` as somebody with a fresh clone meets it: another process, a real database."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time

import pytest
from django.conf import settings

MANAGE = [sys.executable, str(settings.BASE_DIR / "manage.py")]


def _heeds_interrupts():
    """A shell that runs the tests in the background has its children ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Site:
    """A site of its own in `folder`; `started` runs it, `run` runs another of its commands."""

    def __init__(self, folder):
        self.environment = {
            name: value for name, value in os.environ.items() if name != "DATABASE_URL"
        } | {"VAR_DIR": str(folder), "PYTHONUNBUFFERED": "1"}

    def run(self, *command):
        return subprocess.run(
            [*MANAGE, *command], env=self.environment, capture_output=True, text=True, check=False
        )

    def started(self, *command):
        return Started(
            subprocess.Popen(
                [*MANAGE, "start", "--port", "0", *command],
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                preexec_fn=_heeds_interrupts,
            )
        )

    def count(self, rows):
        code = f"from centres.models import *; print({rows}.count())"
        return int(self.run("shell", "-v0", "-c", code).stdout)


class Started:
    """A running `start`: what it said until it served, and its port."""

    def __init__(self, process):
        self.process = process
        self.said = []
        for line in process.stdout:
            self.said.append(line.rstrip())
            if serving := re.match(r"Serving http://127\.0\.0\.1:(\d+)/", line):
                self.port = int(serving[1])
                return
        raise AssertionError("\n".join(self.said))

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.stop()

    def status(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path)
        status = connection.getresponse().status
        connection.close()
        return status

    def send(self, text):
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall(text.encode())
            return connection.recv(100).decode()

    def until(self, end):
        """All that it says up to a line that ends so."""
        lines = []
        while not (lines and lines[-1].endswith(f"{end}\n")):
            lines.append(self.process.stdout.readline())
            assert lines[-1], f"it ended before it said {end!r}: {lines}"
        return "".join(lines)

    def stop(self):
        """Ctrl-C. Returns all that it says from there on, and its exit code."""
        self.process.send_signal(signal.SIGINT)
        rest, _ = self.process.communicate(timeout=30)
        return rest, self.process.returncode


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site that was started once, so that its database is made."""
    site = Site(tmp_path_factory.mktemp("var"))
    with site.started() as first:
        site.first_said = first.said
        site.first_status = first.status("/search/?near=Leeds")
    return site


def test_it_works(site):
    assert site.first_said[0] == "Preparing the database …"
    assert "Criteria: 48 added." in site.first_said
    assert any(line.startswith("Loaded 32") for line in site.first_said)
    assert site.first_status == 200


def test_a_second_start_is_quick_and_loads_nothing(site):
    began = time.monotonic()
    with site.started() as second:
        assert time.monotonic() - began < 20  # about 1.5 s, on a machine with nothing else to do
        assert not any(re.search("added|storing|Loading", line) for line in second.said)
        assert second.status("/healthz") == 200


def test_the_log_holds_no_search_and_no_address(site):
    with site.started() as started:
        assert started.status("/search/?near=LS1%204DY&level=residential") == 200
        log = started.until("GET /search/ 200")
        assert started.status("/search/?near=O'Brien&level=NoSuchLevel") == 400
        log += started.until("GET /search/ 400")
        assert started.status("/nowhere?near=Sedgwick") == 404
        log += started.until("GET /nowhere 404")
        assert "400" in started.send("GET /search/?near=Wendle mere HTTP/1.1\r\n\r\n")
        started.send("near=Thackerlathe\r\n\r\n")
        assert started.status("/healthz") == 200
        log += started.until("GET /healthz 200")
        rest, code = started.stop()
    searched = ("?", "near", "LS1", "Brien", "NoSuch", "Sedgwick", "mere", "Thacker")
    assert [word for word in searched if word in log + rest] == []
    assert "127.0.0.1" not in log + rest
    assert rest.endswith("\nStopped.\n")
    assert code == 0


def test_a_port_in_use_is_said_in_a_sentence(site):
    with site.started() as started:
        refused = site.run("start", "--port", str(started.port))
    assert refused.returncode == 1
    assert f"Port {started.port} cannot be used: Address already in use." in refused.stderr
    assert "Traceback" not in refused.stderr


def test_it_is_reached_from_this_machine_only(site):
    with site.started() as started:
        listening = subprocess.run(
            ["cat", f"/proc/{started.process.pid}/net/tcp"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    assert f"0100007F:{started.port:04X} 00000000:0000 0A" in listening
    assert f"00000000:{started.port:04X} 00000000:0000 0A" not in listening


def test_the_demo_does_not_come_back_once_cleared(site):
    assert "Took out" in site.run("clear_demo", "--no-input").stdout
    with site.started() as started:
        assert "Loading the made-up demo centres …" not in started.said
    assert site.count("Centre.objects") == 0
    assert "Loaded" in site.run("load_demo").stdout
