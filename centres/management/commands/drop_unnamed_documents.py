from django.core.management.base import BaseCommand
from django.utils import timezone

from centres import evidence


class Command(BaseCommand):
    help = (
        "Delete documents of more than a day that nothing names: what is left where saving a check "
        "was given up half-way. Documents of a check are never deleted."
    )

    def handle(self, **options):
        dropped = evidence.drop_unnamed(now=timezone.now())
        self.stdout.write(f"Unnamed documents deleted: {dropped}.")
