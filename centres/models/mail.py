from django.db import models
from django.db.models import CheckConstraint, Count, Q
from django.utils import timezone

from .constraints import not_blank
from .encrypted import EncryptedTextField


class OutgoingMailQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(sent_at=None, given_up_at=None)

    def due(self, *, now):
        return self.waiting().filter(try_at__lte=now)

    def sealed(self):
        """Without to whom and what: nothing is decrypted, so no key is needed."""
        return self.defer("to", "subject", "body")

    def numbers(self):
        """{waiting, given_up}: how many messages are so."""
        return self.aggregate(
            waiting=Count("pk", filter=Q(sent_at=None, given_up_at=None)),
            given_up=Count("pk", filter=Q(given_up_at__isnull=False)),
        )


class OutgoingMail(models.Model):
    """A message that waits to be sent. To whom and what is encrypted, and wiped once it is sent.

    No message holds a word of a callback request: it says that one waits, and where (P10).
    """

    kind = models.CharField(max_length=40, help_text="Which message it is, such as claim-code.")
    once = models.CharField(
        max_length=100,
        blank=True,
        help_text="A message of this name is sent once, however often it is asked for.",
    )
    to = EncryptedTextField(blank=True)
    subject = EncryptedTextField(blank=True)
    body = EncryptedTextField(blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    try_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(
        max_length=100, blank=True, help_text="The kind of error; no address, no text."
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "pk"]
        verbose_name_plural = "outgoing mail"
        indexes = [models.Index(fields=["try_at"], name="centres_outgoingmail_waiting",
                                condition=Q(sent_at=None, given_up_at=None))]  # fmt: skip
        constraints = [
            not_blank("centres_outgoingmail_has_a_kind", "kind"),
            CheckConstraint(
                name="centres_outgoingmail_sent_or_given_up",
                condition=Q(sent_at=None) | Q(given_up_at=None),
            ),
            CheckConstraint(
                name="centres_outgoingmail_is_wiped_when_it_is_done",
                condition=Q(sent_at=None, given_up_at=None) | Q(to="", subject="", body=""),
            ),
            models.UniqueConstraint(
                fields=["once"], condition=~Q(once=""), name="centres_outgoingmail_once"
            ),
        ]

    def __str__(self):
        return f"Mail {self.pk}: {self.kind}"

    def standing(self, *, now):
        """What became of it, in words."""
        if self.sent_at:
            return "sent"
        if self.given_up_at:
            return "given up"
        if self.try_at <= now:
            return "due"
        return "to be tried again" if self.tries else "waiting"
