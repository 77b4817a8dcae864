"""The day on which the demo is loaded here, and what a command says."""

import datetime
from io import StringIO

from django.core.management import call_command
from django.utils import timezone

NOW = timezone.make_aware(datetime.datetime(2026, 3, 14, 15, 9))  # noqa: DTZ001
TODAY = NOW.date()


def said(command, *arguments):
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()
