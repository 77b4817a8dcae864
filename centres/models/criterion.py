import calendar
import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, Q

from .constraints import not_blank, one_of
from .vocabulary import Country

#: A pass that lasts longer than this is a typing mistake.
LONGEST_MONTHS = 60


class Purpose(models.TextChoices):
    """What a case is about, each with criteria of its own."""

    LISTED = "listed", "Listed"
    CLAIMED = "claimed", "Claimed"
    VERIFIED = "verified", "Verified"
    ADVERTISER = "advertiser", "Advertiser"


class CriterionQuerySet(models.QuerySet):
    def in_force(self):
        return self.filter(is_retired=False)

    def asked_of(self, *, country, purpose):
        """What a centre of `country` has to meet for `purpose` now."""
        return self.in_force().filter(country=country, purpose=purpose)

    def get_by_natural_key(self, country, purpose, slug):
        return self.get(country=country, purpose=purpose, slug=slug)


class Criterion(models.Model):
    """Something that has to hold, what counts as evidence of it, and for how long a pass lasts.

    Changing one changes what is asked from then on: a check keeps the words and the expiry it was
    made with, and an approved case keeps its dates.
    """

    country = models.CharField(max_length=2, choices=Country)
    purpose = models.CharField(max_length=10, choices=Purpose)
    slug = models.SlugField(max_length=40)
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=120, help_text="As the public reads it.")
    guidance = models.TextField(help_text="What to find out, and how.")
    accepted_evidence = models.TextField(help_text="What counts as evidence, a line each.")
    months = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_MONTHS)],
        help_text="How many months a pass lasts. Empty: it does not lapse by itself.",
    )
    has_own_date = models.BooleanField(
        default=False, help_text="A pass lasts to a date of its own, such as a certificate's."
    )
    is_required = models.BooleanField(default=True)
    may_not_apply = models.BooleanField(
        default=False, help_text="“Does not apply”, with the reason, is an answer to it."
    )
    facts = models.JSONField(
        default=list,
        blank=True,
        help_text='Facts a pass vouches for: ["phones", "programme.price"].',
    )
    is_retired = models.BooleanField(
        default=False, help_text="No longer asked. Checks already made stay."
    )

    objects = CriterionQuerySet.as_manager()

    class Meta:
        ordering = ["country", "purpose", "position", "pk"]
        verbose_name_plural = "criteria"
        constraints = [
            one_of("centres_criterion_country_is_known", "country", Country),
            one_of("centres_criterion_purpose_is_known", "purpose", Purpose),
            not_blank("centres_criterion_has_a_slug", "slug"),
            not_blank("centres_criterion_has_a_title", "title"),
            models.UniqueConstraint(
                fields=["country", "purpose", "slug"],
                name="centres_criterion_once_a_country_and_purpose",
            ),
            CheckConstraint(
                name="centres_criterion_months_are_in_range",
                condition=Q(months__isnull=True) | Q(months__gte=1, months__lte=LONGEST_MONTHS),
            ),
            CheckConstraint(
                name="centres_criterion_lasts_for_months_or_to_a_date",
                condition=Q(months__isnull=True) | Q(has_own_date=False),
                violation_error_message="Give the months, or say that it has its own date.",
            ),
        ]

    def __str__(self):
        return f"{self.title} ({self.country}, {self.get_purpose_display().lower()})"

    def natural_key(self):
        return (self.country, self.purpose, self.slug)

    @property
    def lapses(self):
        """Whether a pass says until when it holds."""
        return self.months is not None or self.has_own_date

    def expiry(self, *, captured_on):
        """The last day a pass with evidence of `captured_on` holds; None: it does not lapse."""
        return months_after(captured_on, self.months) if self.months else None


def months_after(day, months):
    """The same day of the month so many months later, or that month's last day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
