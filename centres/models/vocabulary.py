"""The field's words: the closed lists as enumerations, the open ones as rows of `Term`.

Levels of care and their service codes follow SAMHSA's key to FindTreatment.gov; ASAM levels are of
edition 3. The mapping between the two and UK practice is this directory's own.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .constraints import not_blank, one_of


class Country(models.TextChoices):
    """A country the directory covers (ISO 3166-1 alpha-2)."""

    GB = "GB", _("United Kingdom")
    US = "US", _("United States")

    @property
    def currency(self):
        """ISO 4217 code of the money prices are given in."""
        return {"GB": "GBP", "US": "USD"}[self.value]


class Currency(models.TextChoices):
    GBP = "GBP", _("pounds")
    USD = "USD", _("US dollars")

    @property
    def sign(self):
        return {"GBP": "£", "USD": "$"}[self.value]


class Setting(models.TextChoices):
    """Where somebody sleeps during a programme. It follows from the level of care."""

    RESIDENTIAL = "residential", _("Lives in (residential)")
    OUTPATIENT = "outpatient", _("Goes home at night (outpatient)")
    ONLINE = "online", _("Online")


class LevelOfCare(models.TextChoices):
    """How intensive a programme is: one value a programme."""

    EARLY_HELP = "early-help", _("Advice and brief help")
    OUTPATIENT = "outpatient", _("Community or outpatient service")
    MEDICATION_OUTPATIENT = "medication-outpatient", _("Substitute prescribing")
    HOME_DETOX = "home-detox", _("Detox at home")
    INTENSIVE_OUTPATIENT = "intensive-outpatient", _("Structured day or evening programme")
    PARTIAL_HOSPITALISATION = "partial-hospitalisation", _("Day rehab or day hospital")
    RESIDENTIAL_DETOX = "residential-detox", _("Residential detox")
    HOSPITAL_INPATIENT = "hospital-inpatient", _("Hospital inpatient detox")
    RESIDENTIAL = "residential", _("Residential rehab")
    SECONDARY = "secondary", _("Second-stage residential")
    RECOVERY_HOUSING = "recovery-housing", _("Recovery housing")
    INTERIM = "interim", _("Help while waiting")
    AFTERCARE = "aftercare", _("Aftercare")
    ONLINE = "online", _("Online programme")

    @property
    def setting(self):
        return _SETTINGS.get(self, Setting.OUTPATIENT)

    @property
    def includes_detox(self):
        """Whether withdrawal is managed here, so that the safety sentence stands beside it."""
        return self in {self.HOME_DETOX, self.RESIDENTIAL_DETOX, self.HOSPITAL_INPATIENT}

    @classmethod
    def in_setting(cls, setting):
        return [level for level in cls if level.setting == setting]


_SETTINGS = {
    LevelOfCare.RESIDENTIAL_DETOX: Setting.RESIDENTIAL,
    LevelOfCare.HOSPITAL_INPATIENT: Setting.RESIDENTIAL,
    LevelOfCare.RESIDENTIAL: Setting.RESIDENTIAL,
    LevelOfCare.SECONDARY: Setting.RESIDENTIAL,
    LevelOfCare.RECOVERY_HOUSING: Setting.RESIDENTIAL,
    LevelOfCare.ONLINE: Setting.ONLINE,
}


class DualDiagnosis(models.TextChoices):
    """Treating a mental health condition alongside the addiction."""

    NONE = "none", _("Addiction only")
    CAPABLE = "capable", _("Treats mental health alongside")
    ENHANCED = "enhanced", _("Integrated specialist mental health team")
    UNKNOWN = "unknown", _("Not known")


class MedicationStance(models.TextChoices):
    """What a programme does about prescribed medication for addiction."""

    PRESCRIBES = "prescribes", _("Prescribes")
    ACCEPTS = "accepts", _("Accepts, does not prescribe")
    DOES_NOT_ACCEPT = "does-not-accept", _("Does not accept")
    UNKNOWN = "unknown", _("Not known")


class Approach(models.TextChoices):
    ABSTINENCE = "abstinence-based", _("Abstinence-based")
    TWELVE_STEP = "twelve-step", _("Twelve-step")
    THERAPEUTIC_COMMUNITY = "therapeutic-community", _("Therapeutic community")
    HARM_REDUCTION = "harm-reduction", _("Harm reduction")
    FAITH_BASED = "faith-based", _("Faith-based")
    SECULAR = "secular", _("Secular")
    UNKNOWN = "unknown", _("Not known")


class TermKind(models.TextChoices):
    SUBSTANCE = "substance", "substance or behaviour"
    THERAPY = "therapy", "therapy"
    CONDITION = "condition", "mental health or other condition"
    FUNDING = "funding", "way of paying"
    PEOPLE = "people", "people served"
    EXCLUSION = "exclusion", "reason a programme cannot take someone"
    MEDICINE = "medicine", "medicine"
    LANGUAGE = "language", "language"
    ACCESS = "access", "access"
    AMENITY = "amenity", "amenity"


class TermManager(models.Manager):
    def get_by_natural_key(self, kind, slug):
        return self.get(kind=kind, slug=slug)


class Term(models.Model):
    """An entry of a vocabulary. Its slug is its identity, in addresses and in the API."""

    kind = models.CharField(max_length=16, choices=TermKind)
    slug = models.SlugField(max_length=48)
    label = models.CharField(max_length=80, help_text="In plain words, as a visitor would say it.")
    help_text = models.CharField(max_length=240, blank=True)
    country = models.CharField(
        max_length=2, choices=Country, blank=True, help_text="Empty: used in every country."
    )
    samhsa_codes = models.CharField(
        max_length=80, blank=True, help_text="FindTreatment.gov service codes, separated by spaces."
    )
    position = models.PositiveSmallIntegerField(default=0, help_text="Order within its kind.")

    objects = TermManager()

    class Meta:
        ordering = ["kind", "position", "label"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "slug"], name="centres_term_kind_and_slug_are_unique"
            ),
            not_blank("centres_term_has_a_slug", "slug"),
            not_blank("centres_term_has_a_label", "label"),
            one_of("centres_term_kind_is_known", "kind", TermKind),
            one_of("centres_term_country_is_known", "country", Country, blank=True),
        ]

    def __str__(self):
        return self.label

    def natural_key(self):
        return (self.kind, self.slug)
