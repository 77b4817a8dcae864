from django.core.management.base import BaseCommand
from django.utils import timezone

from centres.models import Advertisement


class Command(BaseCommand):
    help = (
        "Let the mark stand of each agreement that follows another and whose first day has come. "
        "Run it daily; run twice, it starts nothing twice."
    )

    def handle(self, **options):
        started = Advertisement.objects.start_due(now=timezone.now())
        for agreement in started:
            self.stdout.write(
                f"Agreement {agreement.reference}: {agreement.centre} is an advertiser until "
                f"{agreement.runs_until:%-d %B %Y}."
            )
        if not started:
            self.stdout.write("No agreement was due to start.")
