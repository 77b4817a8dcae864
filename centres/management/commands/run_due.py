import time

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone

from centres import jobs

#: Between two rounds of `--forever`.
SECONDS = 30


class Command(BaseCommand):
    help = (
        "Do what is due by now: send mail, delete what is to be deleted, open cases, start "
        "adverts. Run it every minute, from cron or a timer; or once with --forever. Two at once "
        "do nothing twice."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--forever", action="store_true", help=f"go round every {SECONDS} seconds"
        )

    def handle(self, *, forever, **options):
        self._round()
        while forever:
            time.sleep(SECONDS)
            close_old_connections()
            self._round()

    def _round(self):
        for job, outcome, is_good in jobs.run_due(clock=timezone.now):
            out = self.stdout if is_good else self.stderr
            out.write(f"{job.name}: {outcome}")
