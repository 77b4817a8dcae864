from django.conf import settings
from django.db import models, transaction
from django.db.models import CheckConstraint, F, Q
from django.utils import timezone

from .centre import Centre
from .constraints import all_or_none, not_blank, one_of


class FeeBand(models.TextChoices):
    """What an advert costs: one flat sum a month, in the currency of the centre's country.

    There is no other way to charge: nothing counts views, calls or people (P1).
    """

    SMALL = "under-250", "under 250 a month"
    MEDIUM = "250-to-999", "250 to 999 a month"
    LARGE = "1000-or-more", "1,000 or more a month"


class AdvertisementQuerySet(models.QuerySet):
    def not_ended(self):
        return self.filter(ended_on=None)

    def not_over(self, *, now):
        """Those that run or are to come, whether or not their mark stands, in their order."""
        return (
            self.not_ended().filter(runs_until__gte=timezone.localdate(now)).order_by("runs_from")
        )

    def running(self, *, now):
        """Those whose mark stands at `now`: the centre is an advertiser by its own dates."""
        today = timezone.localdate(now)
        return self.not_ended().filter(
            runs_from__lte=today,
            runs_until__gte=today,
            centre__in=Centre.objects.advertisers(now=now),
        )

    def agree(self, *, centre, fee_band, runs_from, runs_until, reference, seller, by, now):
        """Record an agreement, and let the mark stand from its first day.

        Raises IntegrityError where it overlaps another of the centre, or outlasts its verification
        or its approval to advertise. One that follows another waits for `start_due`.
        """
        today = timezone.localdate(now)
        with transaction.atomic():
            centre = Centre.objects.select_for_update().get(pk=centre.pk)
            agreement = self.create(
                centre=centre,
                fee_band=fee_band,
                runs_from=runs_from,
                runs_until=runs_until,
                reference=reference,
                seller=seller,
                recorded_at=now,
                recorded_by=by,
            )
            if centre.advertiser_until is None or centre.advertiser_until < today:
                agreement._mark()
        return agreement

    def start_due(self, *, now):
        """Let the mark stand of agreements whose first day has come after another's last.

        Returns them. An agreement whose verification has lapsed or moved stays without a mark.
        """
        today = timezone.localdate(now)
        due = self.not_ended().filter(
            Q(centre__advertiser_until=None) | Q(centre__advertiser_until__lt=today),
            runs_from__lte=today,
            runs_until__gte=today,
            centre__in=Centre.objects.verified(now=now),
        )
        started = []
        for agreement in due.select_related("centre"):
            with transaction.atomic():
                centre = Centre.objects.select_for_update().get(pk=agreement.centre_id)
                if centre.is_verified(now=now) and agreement.runs_from >= centre.verified_from:
                    agreement._mark()
                    started.append(agreement)
        return started


class Advertisement(models.Model):
    """A flat, dated agreement: the centre is named as an advertiser from one day to another.

    The database refuses one that overlaps another of the centre, or outlasts its verification.
    """

    centre = models.ForeignKey("Centre", on_delete=models.PROTECT, related_name="advertisements")
    fee_band = models.CharField(max_length=12, choices=FeeBand)
    runs_from = models.DateField()
    runs_until = models.DateField(help_text="The last day it runs.")
    reference = models.CharField(
        max_length=40, unique=True, help_text="The agreement's number in our books."
    )
    seller = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who agreed it with the centre.",
    )
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    ended_on = models.DateField(
        null=True, blank=True, help_text="The day it ended before its time; the mark went then."
    )
    end_reason = models.TextField(blank=True)
    ender = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who ended it. Empty: it ended with the verification.",
    )

    objects = AdvertisementQuerySet.as_manager()

    class Meta:
        ordering = ["-runs_from", "-pk"]
        indexes = [
            models.Index(fields=["centre", "runs_from"], name="centres_advertisement_by_dates")
        ]
        constraints = [
            one_of("centres_advertisement_fee_band_is_known", "fee_band", FeeBand),
            not_blank("centres_advertisement_has_a_reference", "reference"),
            CheckConstraint(
                name="centres_advertisement_runs_until_is_not_before_from",
                condition=Q(runs_until__gte=F("runs_from")),
                violation_error_message="The last day is before the first.",
            ),
            all_or_none("centres_advertisement_ended_has_a_reason", ended_on=None, end_reason=""),
            CheckConstraint(
                name="centres_advertisement_ender_of_what_ended",
                condition=Q(ender__isnull=True) | Q(ended_on__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.centre}: {self.runs_from:%-d %B %Y} to {self.runs_until:%-d %B %Y}"

    def end(self, *, by, reason, now):
        """End the agreement before its time; the mark goes at once. `reason` is kept."""
        with transaction.atomic():
            Centre.objects.select_for_update().get(pk=self.centre_id)
            Centre.objects.filter(
                pk=self.centre_id,
                advertiser_from=self.runs_from,
                advertiser_until=self.runs_until,
            ).update(advertiser_from=None, advertiser_until=None)
            self.ended_on, self.end_reason, self.ender = timezone.localdate(now), reason, by
            self.save(update_fields=["ended_on", "end_reason", "ender"])

    def _mark(self):
        Centre.objects.filter(pk=self.centre_id).update(
            advertiser_from=self.runs_from, advertiser_until=self.runs_until
        )
