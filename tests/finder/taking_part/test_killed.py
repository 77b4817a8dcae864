"""A power cut in the middle of sending a form leaves it whole or absent, and it can be sent again.

`python -m tests.benchmarks.killed` cuts two hundred times for each form.
"""

import os

import pytest

from .filling import stamped
from .forms import CHANGING, FORMS
from .killed import kill_rounds, spawner

#: For each form; a benchmark asks for more, and may ask for one form.
ROUNDS = int(os.environ.get("KILLED_ROUNDS", "1"))
ONLY = os.environ.get("KILLED_FORM", "")


@pytest.mark.django_db(transaction=True)
def test_killed_while_sending(processes):
    """All forms in one test, for the process that posts them takes seconds to start."""
    names = [name for name in FORMS if name not in CHANGING and (ONLY or name) == name]
    posting = spawner(processes)
    for name in names:
        print(f"{name}: killed {ROUNDS} times, ", end="", flush=True)
        found = kill_rounds(posting, FORMS[name], stamped, rounds=ROUNDS, seed=name)
        print(f"{found['whole']} whole, {found['absent']} absent")

    assert names
