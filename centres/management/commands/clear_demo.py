from django.core.management.base import BaseCommand, CommandError
from django.db.models import ProtectedError

from centres.demo import load as demo
from centres.models import Centre


class Command(BaseCommand):
    help = "Take out every made-up demo centre, and nothing else."

    def add_arguments(self, parser):
        parser.add_argument(
            "--no-input", "--noinput", action="store_false", dest="ask", help="Do not ask first."
        )

    def handle(self, *, ask, **options):
        number = Centre.objects.demo().count()
        if ask and number and not self._agreed(number):
            raise CommandError("Nothing was taken out.")
        try:
            number, kept = demo.clear()
        except ProtectedError as problem:
            first = next(iter(problem.protected_objects))
            raise CommandError(
                f"Nothing was taken out: “{first}” ({first._meta.verbose_name}) still refers to "
                "a demo centre."
            ) from problem
        self.stdout.write(f"Took out {number} demo centres.")
        for provider in kept:
            self.stdout.write(f"Kept the provider “{provider}”: a real centre belongs to it.")

    def _agreed(self, number):
        question = f"Take out {number} demo centres with all that was changed in them? [y/N] "
        try:
            return input(question).strip().lower() in {"y", "yes"}
        except EOFError:
            return False
