"""Imports that are killed, and imports that meet."""

import signal
import time
from functools import partial
from pathlib import Path

import pytest
from django.db import connection

from centres.models import Centre, ImportRun, Phone, Programme, Provenance, SourceRecord

from .files import directory, location

ROWS = 3000


@pytest.fixture
def start(processes, vocabulary, tmp_path):
    """Start `import_listings … --apply` of 3,000 centres in another process."""
    path = directory(tmp_path / "directory.csv", [_row(number) for number in range(1, ROWS + 1)])
    return partial(processes.start, "manage.py", "import_listings", "cqc", str(path), "--apply")


def _row(number):
    return location(number, phone="1632960001", postcode="")


def counts():
    return [
        model.objects.count()
        for model in (Centre, Programme, Phone, Provenance, SourceRecord, ImportRun)
    ]


WHOLE = [ROWS, ROWS, ROWS, 5 * ROWS, ROWS, 1]


def wait_until_it_has_written(process, kilobytes):
    """Wait for the uncommitted part of SQLite's log to grow; elsewhere, for a moment."""
    log = Path(f"{connection.settings_dict['NAME']}-wal")
    if not log.exists():
        time.sleep(2)
        return
    before = log.stat().st_size
    while process.poll() is None and log.stat().st_size < before + kilobytes * 1024:
        time.sleep(0.005)


@pytest.mark.parametrize("kilobytes", [1, 500, 2000])
def test_killed_while_writing_it_leaves_all_or_nothing_and_can_be_run_again(start, kilobytes):
    process = start()
    wait_until_it_has_written(process, kilobytes)
    process.send_signal(signal.SIGKILL)
    process.wait()
    connection.close()

    assert counts() in ([0] * 6, WHOLE)
    output, _ = start().communicate(timeout=120)
    assert "to create" in output
    assert counts() == WHOLE


def test_two_at_once_double_nothing(start):
    first, second = start(), start()
    outputs = [process.communicate(timeout=120)[0] for process in (first, second)]
    connection.close()

    assert counts() == WHOLE
    assert sum(f"Applied: {ROWS} created" in output for output in outputs) == 1
    assert any("Nothing to apply" in output or "Another import" in output for output in outputs)
