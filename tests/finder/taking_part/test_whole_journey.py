"""Not a word of a callback request is left by a whole journey through a running site (P10): not in
the database's files or its write-ahead log, in a log, in mail on its way, or in a backup."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests import smtp
from tests.centres.callbacks import WORDS

#: As it was typed, as it is dialled, and as it is kept.
NUMBERS = ["01632 960717", "01632960717", "+441632960717", "1632 960717"]


@pytest.fixture
def journey(tmp_path):
    """(folder, messages, what it wrote) while its database is open still."""
    with smtp.serving() as server, (tmp_path / "log.txt").open("w+") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.finder.taking_part.journey"],
            cwd=settings.BASE_DIR,
            env=os.environ
            | {
                "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}",
                "VAR_DIR": str(tmp_path),
                "EMAIL_URL": f"smtp://127.0.0.1:{server.port}",
                "TEAM_EMAIL": "team@example.org",
            },
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            while process.poll() is None and "\ndone\n" not in (tmp_path / "log.txt").read_text():
                try:
                    process.wait(0.5)
                except subprocess.TimeoutExpired:
                    continue
            yield tmp_path, server.received, (tmp_path / "log.txt").read_text()
        finally:
            process.stdin.close()
            process.wait(30)


def test_not_a_word_is_left(journey):
    folder, messages, log = journey
    assert "\ndone\n" in log, log[-3000:]
    files = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    assert {"db.sqlite3", "db.sqlite3-wal", "backup.json", "log.txt"} <= set(files)
    assert '"model": "centres.callbackrequest"' in files["backup.json"].decode()
    assert "Server Error" in log or "Internal Server Error" in log, "one request failed"
    assert b"Oak House" in files["db.sqlite3"] + files["db.sqlite3-wal"], "else nothing is found"
    kinds = {str(message["Message-ID"])[1:].split(".")[0] for message in messages}
    assert {"callback-notice", "claim-code"} <= kinds
    files |= {f"mail {n}": message.as_bytes() for n, message in enumerate(messages)}
    files |= {f"text of mail {n}": m.get_content().encode() for n, m in enumerate(messages)}
    for name, found in files.items():
        left = [word for word in [*WORDS, *NUMBERS] if word.encode() in found]
        assert left == [], name
