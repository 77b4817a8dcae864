import datetime

from django.conf import settings
from django.db import models, transaction
from django.db.models import CheckConstraint, Exists, F, OuterRef, Q
from django.utils import timezone

from .audit import Act, AuditEntry
from .centre import Centre
from .constraints import all_or_none, not_blank, one_of
from .criterion import Purpose
from .verification import Verification

#: An advert that has gone stays on the public page for so long.
SHOWN_AFTERWARDS = datetime.timedelta(days=365)


class FeeBand(models.TextChoices):
    """What an advert costs: one flat sum a month, in the currency of the centre's country.

    There is no other way to charge: nothing counts views, calls or people (P1).
    """

    SMALL = "under-250", "under 250 a month"
    MEDIUM = "250-to-999", "250 to 999 a month"
    LARGE = "1000-or-more", "1,000 or more a month"


class Standing(models.TextChoices):
    """Where an agreement stands at a moment. Derived from dates and a clock, never stored."""

    RUNNING = "running", "Running"
    COMING = "coming", "Coming"
    STOPPED = "stopped", "Stopped with the verification"
    ENDED = "ended", "Ended before its time"
    OVER = "over", "Over"


#: The centre's dates of advertising are those of this agreement.
BEARS_THE_MARK = Q(centre__advertiser_from=F("runs_from"), centre__advertiser_until=F("runs_until"))


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
        return self.in_standing(Standing.RUNNING, now=now)

    def in_standing(self, standing, *, now):
        """Those whose `standing(now=now)` it is; of each agreement exactly one is true."""
        today = timezone.localdate(now)
        left = Q(ended_on=None, runs_until__gte=today)
        verified = Q(centre__in=Centre.objects.verified(now=now))
        begun = BEARS_THE_MARK & Q(centre__in=Centre.objects.advertisers(now=now))
        conditions = {
            Standing.RUNNING: left & begun,
            Standing.COMING: left & verified & ~begun,
            Standing.STOPPED: (left & ~verified) | Q(ended_on__isnull=False, ender=None),
            Standing.ENDED: Q(ended_on__isnull=False, ender__isnull=False),
            Standing.OVER: Q(ended_on=None, runs_until__lt=today),
        }
        return self.filter(conditions[standing])

    def lately_over(self, *, now):
        """Those of visible centres that ran and have gone within `SHOWN_AFTERWARDS`."""
        today = timezone.localdate(now)
        since = today - SHOWN_AFTERWARDS
        ran_out = Q(ended_on=None, runs_until__range=(since, today - datetime.timedelta(days=1)))
        ended = Q(ended_on__range=(since, today), ended_on__gte=F("runs_from"))
        return self.filter(ran_out | ended, centre__in=Centre.objects.visible())

    def may_run(self, *, now):
        """Those not over with nothing in their way: the verification covers all their days, and
        the latest approval to advertise neither ends before them nor was revoked."""
        approvals = Verification.objects.latest_approvals().filter(
            centre=OuterRef("centre"),
            purpose=Purpose.ADVERTISER,
            revoked_at=None,
            valid_until__gte=OuterRef("runs_until"),
        )
        return self.not_over(now=now).filter(
            Exists(approvals),
            centre__in=Centre.objects.verified(now=now),
            centre__verified_from__lte=F("runs_from"),
            centre__verified_until__gte=F("runs_until"),
        )

    def agree(self, *, centre, fee_band, runs_from, runs_until, reference, seller, by, now):
        """Record an agreement, and let the mark stand from its first day.

        Raises IntegrityError where it overlaps another of the centre, or outlasts its verification
        or its approval to advertise. One that follows another waits for `start_due`.
        """
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
            columns = ("fee_band", "runs_from", "runs_until", "reference", "seller")
            changes = {name: [None, str(getattr(agreement, name))] for name in columns}
            AuditEntry.objects.note(
                Act.ADDED, person=by, row=agreement, centre=centre, now=now, changes=changes
            )
            self.settle(centre, now=now)
        return agreement

    def settle(self, centre, *, now):
        """Give the mark to the first agreement of a centre that may run; its row is locked.

        Returns the agreement, or None where the mark stays as it is.
        """
        agreement = self.may_run(now=now).filter(centre=centre).first()
        if agreement is None:
            return None
        dates = {
            "advertiser_from": agreement.runs_from,
            "advertiser_until": agreement.runs_until,
        }
        of_others = Centre.objects.filter(pk=agreement.centre_id).exclude(**dates)
        return agreement if of_others.update(**dates) else None

    def start_due(self, *, now):
        """Let the mark stand of agreements whose first day has come after another's last.

        Returns them. One that was ended, or whose verification or approval to advertise has lapsed,
        was revoked or ends before it, stays without a mark.
        """
        due = self.may_run(now=now).filter(runs_from__lte=timezone.localdate(now))
        started = []
        for centre in set(due.filter(~BEARS_THE_MARK).values_list("centre", flat=True)):
            with transaction.atomic():
                Centre.objects.select_for_update().get(pk=centre)
                agreement = self.settle(centre, now=now)
            if agreement is not None:
                started.append(agreement)
        return started

    def end_all(self, *, by, reason, now):
        """End every one of these, which bear no mark any more. by: None where nobody did it."""
        ending = list(self.select_related("centre"))
        ended = self.model.objects.filter(pk__in=[row.pk for row in ending])
        ended.update(ended_on=timezone.localdate(now), end_reason=reason, ender=by)
        for agreement in ending:
            agreement.note_end(by=by, reason=reason, now=now)


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

    def standing(self, *, now):
        """Which `Standing` holds at `now`, an aware datetime; `centre` is read."""
        if self.ended_on is not None:
            return Standing.ENDED if self.ender_id else Standing.STOPPED
        if self.runs_until < timezone.localdate(now):
            return Standing.OVER
        if not self.centre.is_verified(now=now):
            return Standing.STOPPED
        marked = (self.centre.advertiser_from, self.centre.advertiser_until)
        if marked == (self.runs_from, self.runs_until) and self.centre.is_advertiser(now=now):
            return Standing.RUNNING
        return Standing.COMING

    @property
    def last_day(self):
        """The last day it ran or is to run."""
        return self.ended_on or self.runs_until

    def end(self, *, by, reason, now):
        """End the agreement before its time; the mark goes at once. `reason` is kept.

        The mark goes to the agreement that comes next, where one was signed, from its own first
        day. Raises IntegrityError where it was ended already.
        """
        with transaction.atomic():
            centre = Centre.objects.select_for_update().get(pk=self.centre_id)
            Centre.objects.filter(
                pk=self.centre_id,
                advertiser_from=self.runs_from,
                advertiser_until=self.runs_until,
            ).update(advertiser_from=None, advertiser_until=None)
            self.ended_on, self.end_reason, self.ender = timezone.localdate(now), reason, by
            self.save(update_fields=["ended_on", "end_reason", "ender"])
            self.note_end(by=by, reason=reason, now=now)
            Advertisement.objects.settle(centre, now=now)

    def note_end(self, *, by, reason, now):
        """Tell the audit that it was ended."""
        AuditEntry.objects.note(
            Act.CHANGED,
            person=by,
            row=self,
            centre=self.centre,
            now=now,
            changes={"ended_on": [None, f"{timezone.localdate(now):%Y-%m-%d}"]},
            note=reason,
        )
