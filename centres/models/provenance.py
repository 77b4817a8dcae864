from django.conf import settings
from django.db import models
from django.utils import timezone

from .constraints import one_of


class Method(models.TextChoices):
    """How a fact was learnt."""

    REGISTER = "register", "From an official register"
    SURVEY = "survey", "From an official survey"
    WEBSITE = "website", "Read on the centre's own website"
    PHONE = "phone", "Asked by telephone"
    DOCUMENT = "document", "Seen in a document"
    VISIT = "visit", "Seen on a visit"
    CENTRE = "centre", "Told to us by the centre"
    DERIVED = "derived", "Worked out from other facts"
    MADE_UP = "made-up", "Made up for the demo"


class Provenance(models.Model):
    """Where one fact of a centre or programme comes from, and how old it is."""

    centre = models.ForeignKey("Centre", on_delete=models.CASCADE, related_name="provenance")
    programme = models.ForeignKey(
        "Programme",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="provenance",
        help_text="Empty: a fact of the centre itself.",
    )
    fact = models.CharField(max_length=40, help_text="The field it speaks of.")
    source = models.ForeignKey("Source", on_delete=models.PROTECT)
    method = models.CharField(max_length=12, choices=Method)
    as_of = models.DateField(help_text="The day it was true, so far as the source says.")
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        help_text="Empty when an import recorded it.",
    )
    import_run = models.ForeignKey(
        "ImportRun", null=True, blank=True, on_delete=models.SET_NULL, related_name="provenance"
    )

    class Meta:
        ordering = ["centre", "programme", "fact"]
        verbose_name_plural = "provenance"
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "fact"],
                condition=models.Q(programme__isnull=True),
                name="centres_provenance_one_a_centre_fact",
            ),
            models.UniqueConstraint(
                fields=["programme", "fact"],
                condition=models.Q(programme__isnull=False),
                name="centres_provenance_one_a_programme_fact",
            ),
            one_of("centres_provenance_method_is_known", "method", Method),
        ]

    def __str__(self):
        return f"{self.fact}: {self.get_method_display()}, {self.as_of:%-d %B %Y}"
