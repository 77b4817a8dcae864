from django.db import models
from django.db.models import CheckConstraint, F, Q

from .constraints import all_or_none, not_blank


class JobRun(models.Model):
    """The last run of a job that `run_due` does, and the lease that keeps it from running twice."""

    job = models.CharField(max_length=40, unique=True)
    begun_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    succeeded_at = models.DateTimeField(null=True, blank=True, help_text="The last good end.")
    outcome = models.CharField(
        max_length=200, blank=True, help_text="What it did, or the kind of error; no data."
    )
    holder = models.CharField(max_length=40, blank=True, help_text="Which process runs it now.")
    held_until = models.DateTimeField(
        null=True, blank=True, help_text="After which another may run it: the first was killed."
    )

    class Meta:
        ordering = ["job"]
        constraints = [
            not_blank("centres_jobrun_has_a_job", "job"),
            all_or_none("centres_jobrun_holder_and_until", holder="", held_until=None),
            CheckConstraint(
                name="centres_jobrun_ends_after_it_began",
                condition=Q(ended_at=None) | Q(holder__gt="") | Q(ended_at__gte=F("begun_at")),
            ),
        ]

    def __str__(self):
        return self.job
