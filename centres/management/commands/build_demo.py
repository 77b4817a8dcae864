from django.core.management.base import BaseCommand

from centres.demo import build


class Command(BaseCommand):
    help = "Write the demo centres anew by their rules, to fixtures/demo/centres.json."
    requires_system_checks = []

    def handle(self, **options):
        build.write()
        self.stdout.write(f"Wrote {build.CENTRES.relative_to(build.settings.BASE_DIR)}.")
