"""Other processes over the test's database, to be killed, or to meet there."""

import os
import subprocess
import sys

from django.conf import settings


class Processes:
    """Starts this Python in the project's folder, over `database_url`; `folder` is its VAR_DIR."""

    def __init__(self, database_url, folder):
        self._started = []
        self._environment = {
            "DATABASE_URL": database_url,
            "VAR_DIR": str(folder),
            "SECRET_KEY": settings.SECRET_KEY,
            "ENCRYPTION_KEYS": ",".join(settings.ENCRYPTION_KEYS),
            "DJANGO_SETTINGS_MODULE": "finder.settings",
        }

    def start(self, *arguments, answers=False, **environment):
        """A process of `python ARGUMENTS`, whose output is read as text.

        What it says of errors is among it, unless it `answers` line by line what it is asked.
        """
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            env=os.environ | self._environment | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if answers else subprocess.STDOUT,
            text=True,
        )
        self._started.append(process)
        return process

    def end(self):
        """Kill whatever still runs."""
        for process in self._started:
            process.kill()
            process.wait()
            process.stdin.close()
            process.stdout.close()
