from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .constraints import one_of


class Method(models.TextChoices):
    """How a fact was learnt."""

    REGISTER = "register", _("From an official register")
    SURVEY = "survey", _("From an official survey")
    WEBSITE = "website", _("Read on the centre's own website")
    PHONE = "phone", _("Asked by telephone")
    DOCUMENT = "document", _("Seen in a document")
    VISIT = "visit", _("Seen on a visit")
    CENTRE = "centre", _("Told to us by the centre")
    DERIVED = "derived", _("Worked out from other facts")
    MADE_UP = "made-up", _("Made up for the demo")


#: Facts that several fields state together; any other fact is the field of the same name.
FIELDS_OF_FACT = {
    "address": ("street", "locality", "town", "region", "postcode"),
    "coordinates": ("latitude", "longitude", "precision", "coordinates_source"),
    "registration": (
        "registration", "registration_reason", "regulator", "registration_number",
        "registration_url", "registered_on",
    ),
    "rating": ("rating", "rating_on"),
    "closed_on": ("closed_on", "successor"),
    "level": ("level", "asam_level", "asam_edition"),
    "length": ("length_min_days", "length_max_days", "open_ended"),
    "ages": ("age_min", "age_max"),
    "price": ("price", "currency", "price_on", "price_includes", "price_extras"),
    "earliest_admission": ("earliest_admission", "earliest_admission_stated_at"),
}  # fmt: skip


def facts_stated_by(model, fields):
    """The facts of `model` (Centre or Programme) that its `fields` state, in the model's order.

    Fields that state no fact, such as the status, are passed over.
    """
    fields = set(fields)
    return [fact for fact in model.FACTS if fields & set(FIELDS_OF_FACT.get(fact, (fact,)))]


class ProvenanceManager(models.Manager):
    def record(self, *, centre, facts, programme=None, source, method, as_of, by, now):
        """Say anew where `facts` (names) of a centre, or of its `programme`, come from.

        What was said of them before is replaced, in one transaction; `by` is the user who says so.
        """
        with transaction.atomic():
            self.filter(centre=centre, programme=programme, fact__in=facts).delete()
            self.bulk_create(
                Provenance(
                    centre=centre,
                    programme=programme,
                    fact=fact,
                    source=source,
                    method=method,
                    as_of=as_of,
                    recorded_by=by,
                    recorded_at=now,
                )
                for fact in facts
            )


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

    objects = ProvenanceManager()

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
