import time

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from centres.demo import load as demo
from centres.models import Centre


class Command(BaseCommand):
    help = "Load the made-up demo centres, their dates counted from today. Safe to run again."

    def add_arguments(self, parser):
        parser.add_argument(
            "--refresh",
            action="store_true",
            help="Take out the demo centres that are there and load them anew, dated from today.",
        )

    def handle(self, *, refresh, **options):
        if Centre.objects.demo().exists() and not refresh:
            self.stdout.write(
                "The demo centres are there already. To date them from today: load_demo --refresh."
            )
            return
        self.stdout.write("Loading the made-up demo centres …")
        began = time.monotonic()
        try:
            with transaction.atomic():
                if refresh:
                    demo.clear()
                number = demo.load(now=timezone.now())
        except demo.Missing as problem:
            raise CommandError(f"{problem} Run load_vocabulary first.") from problem
        self.stdout.write(f"Loaded {number} demo centres in {time.monotonic() - began:.1f} s.")
