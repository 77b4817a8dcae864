"""Loads towns, postcode districts and US ZIP codes from what ships with the project.

    manage.py load_places

Quick when nothing has changed. Full postcodes are `load_postcodes`'s.
"""

from django.core.management.base import BaseCommand

from finder.places import loading


class Command(BaseCommand):
    help = "Loads towns, postcode districts and US ZIP codes that ship with the project."

    def handle(self, **options):
        loaded = loading.load_all(say=self._say)
        if not loaded:
            self.stdout.write("Places: already loaded")

    def _say(self, line):
        self.stdout.write(line)
        self.stdout.flush()
