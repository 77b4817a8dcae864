from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils import timezone

from .constraints import all_or_none, not_blank


class WithdrawalQuerySet(models.QuerySet):
    def waiting(self):
        """Asked for, and nobody has decided yet."""
        return self.filter(withdrawn_at=None, ended_at=None)

    def standing(self):
        return self.filter(withdrawn_at__isnull=False, ended_at=None)


class Withdrawal(models.Model):
    """Somebody asks that a centre not be listed, and what a person of the team decided.

    While one stands, the centre is withdrawn: no import and no submission brings it back. Ended
    means lifted where it stood, and declined where it was only asked for.
    """

    centre = models.ForeignKey("Centre", on_delete=models.CASCADE, related_name="withdrawals")
    asked_for_by = models.CharField(
        max_length=200, help_text="In which role, such as the manager. No name."
    )
    reason = models.TextField(help_text="Why. Never shown to the public.")
    asked_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_because = models.TextField(blank=True, help_text="Why it was lifted or declined.")

    objects = WithdrawalQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        permissions = [("withdraw_centre", "Can withdraw centres and lift withdrawals")]
        constraints = [
            not_blank("centres_withdrawal_says_who_asked", "asked_for_by"),
            not_blank("centres_withdrawal_has_a_reason", "reason"),
            all_or_none("centres_withdrawal_withdrawn_at_and_by", withdrawn_at=None,
                        withdrawn_by=None),
            all_or_none("centres_withdrawal_ended_at_and_by", ended_at=None, ended_by=None),
            all_or_none("centres_withdrawal_ended_says_why", ended_at=None, ended_because=""),
            CheckConstraint(
                name="centres_withdrawal_is_lifted_by_another",
                condition=Q(withdrawn_by=None) | Q(ended_by=None) | ~Q(ended_by=F("withdrawn_by")),
                violation_error_message="Whoever withdrew the centre does not lift it.",
            ),
            models.UniqueConstraint(
                fields=["centre"],
                condition=Q(ended_at=None),
                name="centres_withdrawal_one_a_centre",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.centre}: {self.standing_in_words}"

    @property
    def stands(self):
        return self.withdrawn_at is not None and self.ended_at is None

    @property
    def standing_in_words(self):
        """Where it stands: "withdrawn 3 May 2026"."""
        if self.withdrawn_at is None:
            return "declined" if self.ended_at else "asks not to be listed"
        if self.ended_at is not None:
            return f"withdrawal lifted {timezone.localtime(self.ended_at):%-d %B %Y}"
        return f"withdrawn {timezone.localtime(self.withdrawn_at):%-d %B %Y}"
