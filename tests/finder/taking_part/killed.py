"""A process that posts a form and is killed at any moment, over a real database file.

One process loads the site once; each post is a fork of it, so that a round takes no longer than the
post itself. `spawning` starts it, `Spawner.post` forks.
"""

import contextlib
import json
import os
import random
import signal
import time

from django.apps import apps
from django.contrib.sessions.models import Session

from centres.models import Attempt, JobRun

#: What is written beside a submission and is no part of it.
BESIDE = {Attempt, Session, JobRun}
#: Reads a line with a post, forks, says which process posts it, and then how that ended.
SPAWNING = """
import json, os, sys
import django
django.setup()
from django.db import connections
from django.test import Client
Client(headers={"host": "127.0.0.1"}).get("/healthz")
connections.close_all()
print("ready", flush=True)
for line in sys.stdin:
    path, values = json.loads(line)
    child = os.fork()
    if not child:
        print(os.getpid(), flush=True)
        sender = f"10.9.{os.getpid() >> 8 & 255}.{os.getpid() & 255}"
        client = Client(headers={"host": "127.0.0.1"})
        status = client.post(path, values, REMOTE_ADDR=sender).status_code
        os._exit(0 if status < 400 else 1)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Spawner:
    """Posts forms in processes of their own."""

    def __init__(self, process):
        self.process = process
        assert self._line() == "ready"

    def _line(self):
        line = self.process.stdout.readline()
        assert line, "the process has ended"
        return line.strip()

    def post(self, path, values, *, kill_after=None):
        """Post, and kill the process so many seconds after it began; its exit code.

        0: it was done and taken, 1: refused, -9: killed before it was done.
        """
        self.process.stdin.write(json.dumps([path, values]) + "\n")
        self.process.stdin.flush()
        pid = int(self._line())
        if kill_after is not None:
            time.sleep(kill_after)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return int(self._line())


def spawner(processes):
    """A `Spawner` of some `Processes`."""
    return Spawner(processes.start("-c", SPAWNING, answers=True))


def counts():
    """{model: number of rows} of all that a submission may write."""
    models = [m for m in apps.get_models(include_auto_created=True) if m not in BESIDE]
    return {model: model._default_manager.count() for model in models}


def written_since(before):
    """{model: how many rows more, or fewer} than `before`."""
    now = counts()
    return {model: now[model] - before[model] for model in now if now[model] != before[model]}


def kill_rounds(spawner, make, stamp, *, rounds, seed):
    """Kill a post of a fresh form at a random moment, time after time; each is whole or absent.

    make: function to a `Filled`. stamp: function of its action and values to what is posted. After
    each kill the same form is sent again, and then it is there once. Answers how many of the
    killed were whole and how many absent.
    """
    rng = random.Random(seed)
    whole, seconds = _a_whole_one(spawner, make, stamp)
    found = {"whole": 0, "absent": 0}
    for _ in range(rounds):
        filled = make()
        values = stamp(filled.action, **filled.values)
        before = counts()
        spawner.post(filled.path, values, kill_after=rng.random() * seconds * 1.3)
        written = written_since(before)
        assert written in ({}, whole), written
        found["whole" if written else "absent"] += 1
        assert spawner.post(filled.path, values) == 0, "sent again, it is taken"
        assert written_since(before) == whole, "sent again, it is there once"
    return found


def _a_whole_one(spawner, make, stamp):
    """What one post writes, left to itself, and the seconds it takes: the second, which is warm."""
    for _ in range(2):
        filled, before = make(), counts()
        began = time.monotonic()
        assert spawner.post(filled.path, stamp(filled.action, **filled.values)) == 0
        seconds = time.monotonic() - began
        whole = written_since(before)
    assert whole, "it writes something"
    return whole, seconds
