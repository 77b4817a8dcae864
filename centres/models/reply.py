from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .constraints import all_or_none, not_blank, one_of


class ReplyState(models.TextChoices):
    PENDING = "pending", _("Waiting for review")
    SHOWN = "shown", _("Shown beside the fact")
    REJECTED = "rejected", _("Not shown")
    WITHDRAWN = "withdrawn", _("Taken back, or replaced by another")


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
    fact = models.CharField(max_length=40, help_text="Which fact: beds, or programme.price.")
    programme = models.ForeignKey(
        "Programme", null=True, blank=True, on_delete=models.CASCADE, related_name="replies",
        help_text="Whose fact, where it is one of a programme.",
    )  # fmt: skip
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
                condition=Q(state=ReplyState.SHOWN, programme=None),
                name="centres_reply_one_shown_a_centre_fact",
            ),
            models.UniqueConstraint(
                fields=["programme", "fact"],
                condition=Q(state=ReplyState.SHOWN, programme__isnull=False),
                name="centres_reply_one_shown_a_programme_fact",
            ),
        ]

    def __str__(self):
        return f"{self.centre}: reply about {self.fact}"
