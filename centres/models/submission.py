from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils import timezone

from .centre import Status
from .constraints import all_or_none, not_blank, one_of
from .encrypted import EncryptedTextField


class SubmissionState(models.TextChoices):
    BEGUN = "begun", "Being filled in"
    SENT = "sent", "Sent, and being looked at"


class SubmissionQuerySet(models.QuerySet):
    def begun(self):
        return self.filter(state=SubmissionState.BEGUN)

    def sent(self):
        return self.filter(state=SubmissionState.SENT)

    def unanswered(self):
        """Sent, neither listed nor turned down."""
        return self.sent().filter(answered_at=None, centre__status=Status.DRAFT)


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
    delete_at = models.DateTimeField(help_text="When it is deleted; what it became stays.")
    sent_at = models.DateTimeField(null=True, blank=True)
    centre = models.ForeignKey(
        "Centre", null=True, blank=True, on_delete=models.SET_NULL, related_name="submissions",
        help_text="The draft it became.",
    )  # fmt: skip
    proposal = models.ForeignKey(
        "Proposal", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    answer = models.TextField(
        blank=True, help_text="Why it is not listed, in the words that the sender reads."
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["-begun_at", "-pk"]
        permissions = [("turn_down_submission", "Can turn down submissions and throw them away")]
        indexes = [models.Index(fields=["delete_at"], name="centres_submission_by_deletion")]
        constraints = [
            one_of("centres_submission_state_is_known", "state", SubmissionState),
            not_blank("centres_submission_has_a_token", "token"),
            CheckConstraint(
                name="centres_submission_sent_says_when",
                condition=Q(state=SubmissionState.BEGUN, sent_at=None)
                | Q(state=SubmissionState.SENT, sent_at__isnull=False),
            ),
            CheckConstraint(
                name="centres_submission_sent_is_wiped",
                condition=Q(state=SubmissionState.BEGUN) | Q(answers=""),
            ),
            all_or_none("centres_submission_answered_at_and_by", answered_at=None,
                        answered_by=None),
            all_or_none("centres_submission_answered_says_why", answered_at=None, answer=""),
            CheckConstraint(
                name="centres_submission_is_answered_once_sent",
                condition=Q(state=SubmissionState.SENT) | Q(answered_at=None),
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"Submission {self.pk}"

    @property
    def is_listed(self):
        """Whether what it became has a page, which may say that it has closed."""
        gone = {Status.DRAFT, Status.WITHDRAWN}
        return self.centre is not None and self.centre.status not in gone

    @property
    def is_withdrawn(self):
        return self.centre is not None and self.centre.status == Status.WITHDRAWN
