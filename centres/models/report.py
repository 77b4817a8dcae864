from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils import timezone

from .constraints import all_or_none, not_blank, one_of
from .encrypted import EncryptedTextField


class Problem(models.TextChoices):
    """What somebody says is wrong."""

    NOT_THEIR_NUMBER = "not-their-number", "The number is not the centre's own"
    WRONG_NUMBER = "wrong-number", "The number does not work"
    CLOSED = "closed", "The centre has closed or moved"
    WRONG_FACT = "wrong-fact", "A fact on the page is wrong"
    PAID_REFERRAL = "paid-referral", "Somebody was paid for sending people"
    HARM = "harm", "Something there worried me"
    OTHER = "other", "Something else"


class ReportState(models.TextChoices):
    OPEN = "open", "Being looked into"
    UPHELD = "upheld", "Right, and corrected"
    NOT_UPHELD = "not-upheld", "Looked into, and left as it is"


class ReportQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state=ReportState.OPEN)


class Report(models.Model):
    """Somebody says that something about a centre is wrong. Answered within five working days."""

    centre = models.ForeignKey("Centre", on_delete=models.CASCADE, related_name="reports")
    token = models.CharField(
        max_length=64, unique=True, help_text="Hash of what the link to its progress holds."
    )
    problem = models.CharField(max_length=20, choices=Problem)
    fact = models.CharField(
        max_length=40, blank=True, help_text="Which fact, as provenance names it."
    )
    phone = models.ForeignKey(
        "Phone", null=True, blank=True, on_delete=models.SET_NULL, related_name="reports"
    )
    text = EncryptedTextField(blank=True, help_text="In their words; never shown in public.")
    email = EncryptedTextField(blank=True, help_text="Where to send the answer, if they asked.")
    sender = models.CharField(
        max_length=64,
        blank=True,
        help_text="Keyed hash of where it came from, wiped with the answer: are two from one?",
    )
    reported_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(help_text="Five working days on.")
    state = models.CharField(max_length=10, choices=ReportState, default=ReportState.OPEN)
    answer = models.TextField(blank=True, help_text="What whoever reported it reads.")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    corrected_on = models.DateField(
        null=True, blank=True, help_text="Shown beside the fact on the centre's page."
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        permissions = [("answer_report", "Can answer reports")]
        indexes = [models.Index(fields=["state", "due_on"], name="centres_report_by_state")]
        constraints = [
            one_of("centres_report_problem_is_known", "problem", Problem),
            one_of("centres_report_state_is_known", "state", ReportState),
            not_blank("centres_report_has_a_token", "token"),
            all_or_none("centres_report_decided_at_and_by", decided_at=None, decided_by=None),
            CheckConstraint(
                name="centres_report_open_is_not_decided",
                condition=Q(state=ReportState.OPEN, decided_at=None, corrected_on=None)
                | (~Q(state=ReportState.OPEN) & Q(decided_at__isnull=False)),
            ),
            CheckConstraint(
                name="centres_report_decided_has_an_answer_and_no_sender",
                condition=Q(state=ReportState.OPEN) | (~Q(answer="") & Q(sender="")),
            ),
            CheckConstraint(
                name="centres_report_corrected_was_upheld",
                condition=Q(corrected_on=None) | Q(state=ReportState.UPHELD),
            ),
        ]

    def __str__(self):
        return f"{self.centre}: {self.get_problem_display()}"


class ReplyState(models.TextChoices):
    PENDING = "pending", "Waiting for review"
    SHOWN = "shown", "Shown beside the fact"
    REJECTED = "rejected", "Not shown"
    WITHDRAWN = "withdrawn", "Taken back by the centre"


class ReplyQuerySet(models.QuerySet):
    def pending(self):
        return self.filter(state=ReplyState.PENDING)

    def shown(self):
        return self.filter(state=ReplyState.SHOWN)


class Reply(models.Model):
    """What a centre says against a fact on its page, shown beside it once somebody reviewed it."""

    centre = models.ForeignKey("Centre", on_delete=models.CASCADE, related_name="replies")
    claim = models.ForeignKey(
        "Claim", null=True, blank=True, on_delete=models.SET_NULL, related_name="replies",
        help_text="By whom at the centre. Empty: taken down by the team.",
    )  # fmt: skip
    fact = models.CharField(max_length=40, help_text="Which fact, as provenance names it.")
    text = models.TextField(help_text="Shown as it is, as the centre's words.")
    replied_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=9, choices=ReplyState, default=ReplyState.PENDING)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(blank=True, help_text="Why it is not shown.")

    objects = ReplyQuerySet.as_manager()

    class Meta:
        ordering = ["-replied_at", "-pk"]
        verbose_name_plural = "replies"
        permissions = [("review_reply", "Can review replies of centres")]
        constraints = [
            one_of("centres_reply_state_is_known", "state", ReplyState),
            not_blank("centres_reply_has_a_fact", "fact"),
            not_blank("centres_reply_has_a_text", "text"),
            all_or_none("centres_reply_decided_at_and_by", decided_at=None, decided_by=None),
            CheckConstraint(
                name="centres_reply_is_shown_after_review",
                condition=~Q(state__in=[ReplyState.SHOWN, ReplyState.REJECTED])
                | Q(decided_at__isnull=False),
            ),
            CheckConstraint(
                name="centres_reply_refusal_has_a_reason",
                condition=~Q(state=ReplyState.REJECTED) | ~Q(reason=""),
            ),
            models.UniqueConstraint(
                fields=["centre", "fact"],
                condition=Q(state=ReplyState.SHOWN),
                name="centres_reply_one_shown_a_fact",
            ),
        ]

    def __str__(self):
        return f"{self.centre}: reply about {self.fact}"
