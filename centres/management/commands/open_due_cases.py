from django.core.management.base import BaseCommand
from django.utils import timezone

from centres import cases


class Command(BaseCommand):
    help = (
        "Open a case for each verification that lapses soon or whose facts have changed. Run it "
        "daily; run twice, it opens nothing twice."
    )

    def handle(self, **options):
        now = timezone.now()
        due = cases.open_due_cases(now=now)
        for case in due:
            self.stdout.write(_line(case, now=now))
        if not due:
            self.stdout.write("No case was due.")


def _line(case, *, now):
    if case.opened_at == now:
        return f"Opened case {case.pk} of {case.centre}. {case.note}"
    return f"Took out of case {case.pk} of {case.centre} the checks of facts that have changed."
