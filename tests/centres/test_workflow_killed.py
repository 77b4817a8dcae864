"""A process that is killed in the middle of a decision leaves all of it, or none."""

import random
import signal
import time

import pytest
from django.db import connection

from centres.models import Advertisement, Centre, Provenance, Verification
from tests import factories

from .cast import DAY, NOW, approved, cast, required, sent

pytestmark = pytest.mark.django_db(transaction=True)

CASES = 40
KILLS = 8
#: Decides about one case after the other, and says so after each.
DECIDING = f"""
import datetime, django, sys
django.setup()
from django.contrib.auth import get_user_model
from centres.models import Verification
from centres import workflow
alan = get_user_model().objects.get(username="alan")
now = datetime.datetime.fromisoformat("{NOW.isoformat()}")
for pk in sys.argv[2:]:
    case = Verification.objects.get(pk=pk)
    workflow.perform(case, sys.argv[1], by=alan, now=now, reason="As I said.")
    print(pk, flush=True)
"""


@pytest.fixture
def deciding(processes):
    """Start a process that takes a step of many cases."""

    def start(step, rows):
        return processes.start("-c", DECIDING, step, *(str(case.pk) for case in rows))

    return start


def kill_while(deciding, step, rows, seed):
    """Kill the process somewhere in the middle, time after time, until all is decided."""
    rng, left = random.Random(seed), list(rows)
    connection.close()
    for _ in range(KILLS):
        process = deciding(step, left)
        first = process.stdout.readline()
        assert first, "it takes a step before it is killed"
        time.sleep(rng.random() / 20)
        process.send_signal(signal.SIGKILL)
        process.wait()
        left = [case for case in left if not _is_whole(case, step)]
        if not left:
            break
    connection.close()
    if left:
        assert deciding(step, left).wait(timeout=60) == 0
    assert all(_is_whole(case, step) for case in rows)


def _is_whole(case, step):
    """Whether the step was taken; whichever way, case, centre, events and facts agree."""
    case = Verification.objects.get(pk=case.pk)
    centre = Centre.objects.get(pk=case.centre_id)
    taken = case.events.filter(action=step).exists()
    assert list(case.events.values_list("version", flat=True)) == list(range(1, case.version + 1))
    marked = taken == (step == "approve")
    assert (centre.verified_until is not None) == marked
    facts = Provenance.objects.filter(centre=centre, fact="website", recorded_by__isnull=False)
    if step == "approve":
        assert (case.state == "approved") == taken == facts.exists()
        assert (centre.checked_on == DAY) == taken
        return taken
    running = Advertisement.objects.not_ended().filter(centre=centre).exists()
    assert (case.revoked_at is None) == running == (centre.advertiser_until is not None)
    return taken


def test_while_approving(deciding):
    required(months=12)
    people = cast()
    rows = [
        sent(factories.centre(website="https://example.org/"), people, facts=["website"])
        for _ in range(CASES)
    ]

    kill_while(deciding, "approve", rows, seed=1)


def test_while_revoking(deciding):
    required(months=12)
    people = cast()
    rows = []
    for _ in range(CASES // 2):
        case = approved(factories.centre(), people)
        factories.advertise(case.centre, case.valid_from, case.valid_until)
        rows.append(case)

    kill_while(deciding, "revoke", rows, seed=2)
