from django.conf import settings
from django.db import models
from django.utils import timezone

from .constraints import not_blank


class SourceManager(models.Manager):
    def get_by_natural_key(self, slug):
        return self.get(slug=slug)

    def research_team(self):
        """The source of what the team itself finds out."""
        return self.get_or_create(
            slug="research-team",
            defaults={"name": "Our research team", "publisher": "This directory"},
        )[0]


class Source(models.Model):
    """Where facts come from: a register, a survey, a centre itself. Listed on /data/."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    publisher = models.CharField(max_length=120)
    url = models.URLField(blank=True)
    licence = models.CharField(max_length=120, blank=True)
    licence_url = models.URLField(blank=True)
    attribution = models.CharField(
        max_length=300, blank=True, help_text="The words its licence asks for."
    )
    is_demo = models.BooleanField(
        default=False, help_text="Made-up data: while any is loaded, every page says so."
    )

    objects = SourceManager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [not_blank("centres_source_has_a_slug", "slug")]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.slug,)


class ImportRun(models.Model):
    """One file of a source, applied: what it did, and why rows were left out.

    The row is written in the transaction that applies the file, so a run is there whole or not.
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="runs")
    file_name = models.CharField(max_length=200)
    file_digest = models.CharField(max_length=64, help_text="SHA-256 of the file.")
    as_of = models.DateField(help_text="The day the publisher's facts were true.")
    applied_at = models.DateTimeField(default=timezone.now)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        help_text="Empty when a command ran it.",
    )
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    report = models.JSONField(
        default=list, blank=True, help_text='Rows left out: [{"line", "column", "reason"}, …].'
    )

    class Meta:
        ordering = ["-applied_at", "-pk"]

    def __str__(self):
        return f"{self.source}: {self.file_name}, {self.applied_at:%-d %B %Y}"


class SourceRecord(models.Model):
    """One entry of a source and the centre it became, so that the next file finds it again."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="records")
    key = models.CharField(max_length=200, help_text="What the source knows the entry by.")
    centre = models.ForeignKey("Centre", on_delete=models.CASCADE, related_name="source_records")
    values = models.JSONField(
        default=dict,
        help_text="What the source last said, by fact: a later edit of ours is not overwritten "
        "by a file that says the same again.",
    )
    last_run = models.ForeignKey(
        ImportRun, null=True, blank=True, on_delete=models.SET_NULL, related_name="records"
    )

    class Meta:
        ordering = ["source", "key"]
        constraints = [
            not_blank("centres_sourcerecord_has_a_key", "key"),
            models.UniqueConstraint(
                fields=["source", "key"], name="centres_sourcerecord_key_is_unique_in_its_source"
            ),
        ]

    def __str__(self):
        return f"{self.source}: {self.key}"
