import datetime

from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _

from .constraints import all_or_none, one_of
from .vocabulary import Approach, Currency, DualDiagnosis, LevelOfCare, MedicationStance

#: A stated admission date is believed for this long; after it, it is unknown.
ADMISSION_FRESH_FOR = datetime.timedelta(hours=72)
#: The most programmes a centre may have: the facet index keeps them, and one bit, in a 64-bit word.
MOST_PROGRAMMES = 63
#: Nobody publishes a programme longer than this; a larger number is a typing mistake.
LONGEST_DAYS = 1095
#: In whole pounds or dollars; a larger number is a typing mistake.
HIGHEST_PRICE = 1_000_000


def _terms(kind, help_text=""):
    return models.ManyToManyField(
        "Term", blank=True, related_name="+", limit_choices_to={"kind": kind}, help_text=help_text
    )


class Programme(models.Model):
    """What a centre offers: one way of being treated there. An empty field means unknown."""

    centre = models.ForeignKey("Centre", on_delete=models.CASCADE, related_name="programmes")
    name = models.CharField(max_length=160, blank=True)
    level = models.CharField("level of care", max_length=24, choices=LevelOfCare, blank=True)
    asam_level = models.CharField("ASAM level", max_length=12, blank=True)
    asam_edition = models.PositiveSmallIntegerField("ASAM edition", null=True, blank=True)
    length_min_days = models.PositiveSmallIntegerField(null=True, blank=True)
    length_max_days = models.PositiveSmallIntegerField(null=True, blank=True)
    open_ended = models.BooleanField(default=False, help_text="As long as somebody needs.")
    dual_diagnosis = models.CharField(
        max_length=8, choices=DualDiagnosis, default=DualDiagnosis.UNKNOWN
    )
    approach = models.CharField(max_length=24, choices=Approach, default=Approach.UNKNOWN)
    medication = models.CharField(
        "medication stance",
        max_length=16,
        choices=MedicationStance,
        default=MedicationStance.UNKNOWN,
    )

    substances = _terms("substance")
    detoxes = _terms("substance", "Substances whose withdrawal is managed in this programme.")
    therapies = _terms("therapy")
    conditions = _terms("condition", "Treated alongside.")
    excluded_conditions = _terms("condition", "Conditions it cannot take.")
    funding = _terms("funding")
    people = _terms("people")
    exclusions = _terms("exclusion", "Who it cannot take.")
    medicines = _terms("medicine")

    age_min = models.PositiveSmallIntegerField(null=True, blank=True)
    age_max = models.PositiveSmallIntegerField(null=True, blank=True)

    price = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="The whole price, in whole pounds or dollars, with all unavoidable charges. "
        "0: free to the person treated.",
    )
    currency = models.CharField(max_length=3, choices=Currency, blank=True)
    price_on = models.DateField(null=True, blank=True, help_text="The day the price was true.")
    price_includes = models.CharField(max_length=300, blank=True)
    price_extras = models.CharField(
        max_length=300, blank=True, help_text="Charges that may come on top, and how they are set."
    )
    earliest_admission = models.DateField(null=True, blank=True)
    earliest_admission_stated_at = models.DateTimeField(null=True, blank=True)

    #: Fields that provenance speaks of.
    FACTS = (
        "name", "level", "length", "dual_diagnosis", "approach", "medication", "substances",
        "detoxes", "therapies", "conditions", "excluded_conditions", "funding", "people",
        "exclusions", "medicines", "ages", "price", "earliest_admission", "insurance",
    )  # fmt: skip

    class Meta:
        ordering = ["centre", "pk"]
        constraints = [
            one_of("centres_programme_level_is_known", "level", LevelOfCare, blank=True),
            one_of("centres_programme_dual_diagnosis_is_known", "dual_diagnosis", DualDiagnosis),
            one_of("centres_programme_approach_is_known", "approach", Approach),
            one_of("centres_programme_medication_is_known", "medication", MedicationStance),
            one_of("centres_programme_currency_is_known", "currency", Currency, blank=True),
            all_or_none(
                "centres_programme_asam_level_with_edition", asam_level="", asam_edition=None
            ),
            CheckConstraint(
                name="centres_programme_length_is_in_range",
                condition=(
                    Q(length_min_days__isnull=True)
                    | Q(length_min_days__gte=1, length_min_days__lte=LONGEST_DAYS)
                )
                & (
                    Q(length_max_days__isnull=True)
                    | Q(length_max_days__gte=1, length_max_days__lte=LONGEST_DAYS)
                ),
            ),
            CheckConstraint(
                name="centres_programme_length_min_is_not_above_max",
                condition=Q(length_min_days__isnull=True)
                | Q(length_max_days__isnull=True)
                | Q(length_max_days__gte=F("length_min_days")),
            ),
            CheckConstraint(
                name="centres_programme_open_ended_has_no_length",
                condition=Q(open_ended=False)
                | Q(length_min_days__isnull=True, length_max_days__isnull=True),
            ),
            CheckConstraint(
                name="centres_programme_ages_are_in_order",
                condition=(Q(age_min__isnull=True) | Q(age_min__lte=120))
                & (Q(age_max__isnull=True) | Q(age_max__lte=120))
                & (
                    Q(age_min__isnull=True) | Q(age_max__isnull=True) | Q(age_max__gte=F("age_min"))
                ),
            ),
            all_or_none(
                "centres_programme_price_has_currency_and_date",
                price=None,
                currency="",
                price_on=None,
            ),
            CheckConstraint(
                name="centres_programme_price_is_in_range",
                condition=Q(price__isnull=True) | Q(price__gte=0, price__lte=HIGHEST_PRICE),
            ),
            all_or_none(
                "centres_programme_admission_says_when_stated",
                earliest_admission=None,
                earliest_admission_stated_at=None,
            ),
        ]

    def __str__(self):
        return self.name or self.get_level_display() or "Programme"

    @property
    def setting(self):
        """`Setting` that follows from the level, or "" where the level is unknown."""
        return LevelOfCare(self.level).setting if self.level else ""

    def fresh_admission(self, *, now):
        """The earliest admission date, or None where none was stated in the last 72 hours."""
        if self.earliest_admission is None:
            return None
        if not (
            self.earliest_admission_stated_at
            <= now
            < self.earliest_admission_stated_at + ADMISSION_FRESH_FOR
        ):
            return None
        return self.earliest_admission


class InsuranceStanding(models.TextChoices):
    """What an insurer is to a programme: a relation, never a tick."""

    IN_NETWORK = "in-network", _("In network")
    RECOGNISED = "recognised", _("Recognised by the insurer")
    OUT_OF_NETWORK = "out-of-network", _("Out of network")
    REIMBURSEMENT = "reimbursement", _("Letter for reimbursement only")
    NOT_ACCEPTED = "not-accepted", _("Not accepted")
    UNKNOWN = "unknown", _("Not known")


class Insurance(models.Model):
    """How one insurer's plan stands to one programme, and when that was so."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="insurance")
    insurer = models.CharField(max_length=100)
    plan = models.CharField(max_length=100, blank=True)
    standing = models.CharField(max_length=16, choices=InsuranceStanding)
    as_of = models.DateField()

    class Meta:
        ordering = ["programme", "insurer", "plan"]
        verbose_name_plural = "insurance"
        constraints = [
            one_of("centres_insurance_standing_is_known", "standing", InsuranceStanding),
            models.UniqueConstraint(
                fields=["programme", "insurer", "plan"],
                name="centres_insurance_one_standing_a_plan",
            ),
        ]

    def __str__(self):
        return f"{self.insurer} {self.plan}".strip()
