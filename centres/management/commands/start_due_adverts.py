from django.core.management.base import BaseCommand
from django.utils import timezone

from centres.consequences import end_adverts_of_unlisted
from centres.models import Advertisement


class Command(BaseCommand):
    help = (
        "Let the mark stand of each agreement that follows another and whose first day has come, "
        "and end those of centres that are no longer listed. Run it daily; run twice, it starts "
        "and ends nothing twice."
    )

    def handle(self, **options):
        now = timezone.now()
        for agreement in end_adverts_of_unlisted(now=now):
            self.stdout.write(f"Agreement {agreement.reference} ended: {agreement.end_reason}")
        started = Advertisement.objects.start_due(now=now)
        for agreement in started:
            self.stdout.write(
                f"Agreement {agreement.reference}: {agreement.centre} is an advertiser until "
                f"{agreement.runs_until:%-d %B %Y}."
            )
        if not started:
            self.stdout.write("No agreement was due to start.")
