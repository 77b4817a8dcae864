"""What runs by the clock, on the admin's front page and to be read; and the mail that goes out.

Of a message staff see which kind it is and what became of it: never to whom, and never a word.
"""

from dataclasses import dataclass

from django.contrib import admin
from django.utils import timezone
from django.utils.timesince import timesince

from centres import jobs, keys
from centres.models import JobRun, OutgoingMail

from .provenance import ReadOnlyAdmin

VIEW = "centres.view_jobrun"


@dataclass(frozen=True)
class Line:
    """A job on the front page. since: when it last went well, in words: "5 minutes ago"."""

    title: str
    since: str
    outcome: str
    is_late: bool


@dataclass(frozen=True)
class Clockwork:
    """waiting, given_up: numbers of messages. shut: why forms are closed, or ""."""

    lines: list
    waiting: int
    given_up: int
    shut: str

    @property
    def amiss(self):
        return [line for line in self.lines if line.is_late]


def clockwork(user, *, now):
    """The `Clockwork` at `now`, in two queries; None for whoever may not see it."""
    if not user.has_perm(VIEW):
        return None
    return Clockwork(
        lines=[_line(job, run, now=now) for job, run in jobs.standing()],
        shut=keys.shut(),
        **OutgoingMail.objects.numbers(),
    )


def _line(job, run, *, now):
    well = run and run.succeeded_at
    return Line(
        title=job.title,
        since=_ago(well, now=now),
        outcome=run.outcome if run else "",
        is_late=job.is_late(run, now=now),
    )


def _ago(moment, *, now):
    if moment is None:
        return "never"
    return "just now" if now - moment < jobs.MINUTE else f"{timesince(moment, now, depth=1)} ago"


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyAdmin):
    list_display = ["job", "succeeded_at", "ended_at", "outcome"]
    fields = ["job", "begun_at", "ended_at", "succeeded_at", "outcome", "held_until"]


class StandingFilter(admin.SimpleListFilter):
    title = parameter_name = "standing"

    def lookups(self, request, model_admin):
        return [("waiting", "Waiting"), ("sent", "Sent"), ("given-up", "Given up")]

    def queryset(self, request, queryset):
        if self.value() == "waiting":
            return queryset.waiting()
        if self.value() == "sent":
            return queryset.filter(sent_at__isnull=False)
        return queryset.filter(given_up_at__isnull=False) if self.value() else queryset


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnlyAdmin):
    list_display = ["kind", "made_at", "standing", "tries", "last_error"]
    list_filter = [StandingFilter, "kind"]
    fields = ["kind", "made_at", "try_at", "tries", "last_error", "sent_at", "given_up_at"]
    ordering = ["-made_at", "-pk"]
    show_full_result_count = False

    def get_queryset(self, request):
        return super().get_queryset(request).sealed()

    @admin.display(description="standing")
    def standing(self, message):
        return message.standing(now=timezone.now())
