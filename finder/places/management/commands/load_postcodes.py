"""Loads every full postcode of Great Britain from Ordnance Survey's Code-Point Open.

    manage.py load_postcodes codepo_gb.zip
    manage.py load_postcodes https://...

Free from https://osdatahub.os.uk/downloads/open/CodePointOpen. It may be stopped and started
again: whole postcode areas are loaded, each once.
"""

from django.core.management.base import BaseCommand, CommandError

from finder.places.codepoint import NotCodePoint, stated_accuracy
from finder.places.postcode_loading import load_code_point


class Command(BaseCommand):
    help = "Loads full postcodes from the official Code-Point Open zip (a path or an address)."

    def add_arguments(self, parser):
        parser.add_argument("source", help="path or http(s) address of the zip")

    def handle(self, *, source, **options):
        try:
            totals = load_code_point(source, say=self._say)
        except NotCodePoint as error:
            raise CommandError(str(error)) from error
        if not totals["loaded"]:
            self._say("Postcodes: already loaded")
            return
        self._say(
            f"Postcodes: {totals['rows']:,} loaded from {totals['loaded']} areas;"
            f" {totals['unplaced']:,} have no coordinates (PQ 90) and were skipped;"
            f" {totals['bad']:,} could not be read. PROJ states an accuracy of"
            f" {stated_accuracy():g} m for these coordinates."
        )

    def _say(self, line):
        self.stdout.write(line)
        self.stdout.flush()
