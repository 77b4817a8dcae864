"""A power cut in the middle of sending a form leaves it whole or absent, and it can be sent again.

`python -m tests.benchmarks.killed` cuts two hundred times for each form.
"""

import os

import pytest

from .filling import stamped
from .forms import CHANGING, FORMS
from .killed import kill_rounds, spawning

pytestmark = pytest.mark.django_db(transaction=True)

#: For each form; a benchmark asks for more.
ROUNDS = int(os.environ.get("KILLED_ROUNDS", "6"))


@pytest.mark.parametrize("name", [name for name in FORMS if name not in CHANGING])
def test_killed_while_sending(name, database_url, tmp_path):
    with spawning(database_url, tmp_path) as spawner:
        found = kill_rounds(spawner, FORMS[name], stamped, rounds=ROUNDS, seed=name)

    print(f"{name}: killed {ROUNDS} times, {found['whole']} whole, {found['absent']} absent")
