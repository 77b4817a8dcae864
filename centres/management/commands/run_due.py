import time

from django.core.management.base import BaseCommand, CommandError
from django.db import Error, close_old_connections, connection
from django.utils import timezone

from centres import jobs

#: Between two rounds of `--forever`.
SECONDS = 30


class Command(BaseCommand):
    help = (
        "Do what is due by now: send mail, delete what is to be deleted, open cases, start "
        "adverts. Run it every minute, from cron or a timer; or once with --forever. Two at once "
        "do nothing twice. It is silent unless a job fails or it speaks to a terminal."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--forever", action="store_true", help=f"go round every {SECONDS} seconds"
        )

    def handle(self, *, forever, verbosity, **options):
        is_told = verbosity > 1 or (verbosity and self.stdout.isatty())
        is_good = self._round(is_told)
        while forever:
            time.sleep(SECONDS)
            try:
                close_old_connections()
                self._round(is_told)
            except Error as error:  # it may come back, and then there is work
                self.stderr.write(f"The database: {type(error).__name__}")
                connection.close()
        if not is_good:
            raise CommandError("Not every job went well.")

    def _round(self, is_told):
        """Run what is due; whether all went well."""
        all_good = True
        for job, outcome, is_good in jobs.run_due(clock=timezone.now):
            all_good = all_good and is_good
            if not is_good:
                self.stderr.write(f"{job.name}: {outcome}")
            elif is_told:
                self.stdout.write(f"{job.name}: {outcome}")
        return all_good
