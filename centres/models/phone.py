from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from .constraints import all_or_none, not_blank, one_of


class AnsweredBy(models.TextChoices):
    """Who picks up a telephone. Finders that sell callers hide this; here it is said."""

    CENTRE = "centre", _("answered at the centre")
    PROVIDER = "provider", _("answered by the organisation that runs the centre")
    THIRD_PARTY = "third-party", _("answered by another company")
    UNKNOWN = "unknown", _("we do not know who answers")


class PhoneQuerySet(models.QuerySet):
    def shown(self):
        """The one rule for which numbers the public sees; all but those in doubt."""
        return self.exclude(doubted_number=F("number"))

    def doubted(self):
        return self.filter(doubted_number=F("number"))


class Phone(models.Model):
    """A telephone number of a centre, and who answers it."""

    centre = models.ForeignKey("Centre", on_delete=models.CASCADE, related_name="phones")
    number = models.CharField(
        max_length=24, help_text="International form (+44…, +1…), or a short number such as 116123."
    )
    label = models.CharField(max_length=60, blank=True, help_text="Such as “admissions”.")
    answered_by = models.CharField(max_length=12, choices=AnsweredBy, default=AnsweredBy.UNKNOWN)
    position = models.PositiveSmallIntegerField(default=0)
    doubted_on = models.DateField(
        null=True,
        blank=True,
        help_text="The day three reports said it is not the centre's own; hidden until checked.",
    )
    doubted_number = models.CharField(
        max_length=24,
        blank=True,
        help_text="The number they spoke of: another one in its place is shown.",
    )
    confirmed_on = models.DateField(
        null=True,
        blank=True,
        help_text="The day somebody of the team last found such a report to be wrong.",
    )
    confirmed_number = models.CharField(
        max_length=24, blank=True, help_text="The number that was found to be right."
    )

    objects = PhoneQuerySet.as_manager()

    class Meta:
        ordering = ["centre", "position", "pk"]
        constraints = [
            one_of("centres_phone_answered_by_is_known", "answered_by", AnsweredBy),
            not_blank("centres_phone_has_a_number", "number"),
            models.UniqueConstraint(
                fields=["centre", "number"], name="centres_phone_number_once_a_centre"
            ),
            all_or_none("centres_phone_doubted_on_and_number", doubted_on=None, doubted_number=""),
            all_or_none(
                "centres_phone_confirmed_on_and_number", confirmed_on=None, confirmed_number=""
            ),
        ]

    def __str__(self):
        return self.number

    @property
    def is_doubted(self):
        """Whether it is hidden until checked: the same rule as `PhoneQuerySet.shown`."""
        return self.doubted_number == self.number
