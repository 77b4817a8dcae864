from django.core.management.base import BaseCommand

from centres import keys


class Command(BaseCommand):
    help = "Print a new key for ENCRYPTION_KEYS. It is kept nowhere."
    requires_system_checks = []

    def handle(self, **options):
        self.stdout.write(keys.make())
