from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils import timezone

from .constraints import all_or_none, not_blank, one_of
from .encrypted import EncryptedTextField


class SubmissionState(models.TextChoices):
    BEGUN = "begun", "Being filled in"
    SENT = "sent", "Sent, and being looked at"


class SubmissionQuerySet(models.QuerySet):
    def begun(self):
        return self.filter(state=SubmissionState.BEGUN)


class Submission(models.Model):
    """A centre that somebody asks to have listed, step by step; sent, it is a proposal and a case.

    `answers` holds what the steps said, as JSON of {step: {field: value}}; wiped once it is sent.
    """

    token = models.CharField(
        max_length=64, unique=True, help_text="Hash of what the sender's link holds."
    )
    state = models.CharField(max_length=5, choices=SubmissionState, default=SubmissionState.BEGUN)
    answers = EncryptedTextField(blank=True)
    email = EncryptedTextField(blank=True, help_text="Where to write about it; wiped with it.")
    begun_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    delete_at = models.DateTimeField(help_text="When an unsent one is deleted.")
    sent_at = models.DateTimeField(null=True, blank=True)
    centre = models.ForeignKey(
        "Centre", null=True, blank=True, on_delete=models.SET_NULL, related_name="submissions",
        help_text="The draft it became.",
    )  # fmt: skip
    proposal = models.ForeignKey(
        "Proposal", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["-begun_at", "-pk"]
        indexes = [models.Index(fields=["delete_at"], name="centres_submission_by_deletion")]
        constraints = [
            one_of("centres_submission_state_is_known", "state", SubmissionState),
            not_blank("centres_submission_has_a_token", "token"),
            CheckConstraint(
                name="centres_submission_sent_says_when",
                condition=Q(state=SubmissionState.BEGUN, sent_at=None)
                | Q(state=SubmissionState.SENT, sent_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"Submission {self.pk}"


class Withdrawal(models.Model):
    """A person's decision that a centre is not to be listed, or to lift an earlier one; with why.

    While one stands no import and no submission brings the centre back.
    """

    centre = models.ForeignKey("Centre", on_delete=models.CASCADE, related_name="withdrawals")
    asked_for_by = models.CharField(max_length=200, help_text="Who asked, such as the manager.")
    reason = models.TextField()
    withdrawn_at = models.DateTimeField(default=timezone.now)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_because = models.TextField(blank=True)

    class Meta:
        ordering = ["-withdrawn_at", "-pk"]
        permissions = [("withdraw_centre", "Can withdraw centres and lift withdrawals")]
        constraints = [
            not_blank("centres_withdrawal_says_who_asked", "asked_for_by"),
            not_blank("centres_withdrawal_has_a_reason", "reason"),
            all_or_none("centres_withdrawal_lifted_at_and_by", lifted_at=None, lifted_by=None),
            all_or_none("centres_withdrawal_lifted_says_why", lifted_at=None, lifted_because=""),
            models.UniqueConstraint(
                fields=["centre"],
                condition=Q(lifted_at=None),
                name="centres_withdrawal_one_stands_a_centre",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.centre}: withdrawn {self.withdrawn_at:%-d %B %Y}"
