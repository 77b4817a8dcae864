from django.db import models
from django.utils import timezone

from .constraints import not_blank


class Attempt(models.Model):
    """Somebody sent a form. Counted for the limits on sending, and deleted within days.

    `sender` is a hash of the address they came from under a key that changes each day: the address
    is never kept, nor can two days be matched, nor anything without the site's SECRET_KEY. Of wrong
    codes for a centre it names the centre.
    """

    action = models.CharField(max_length=20, help_text="Which form.")
    sender = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["action", "sender", "at"], name="centres_attempt_by_sender"),
            models.Index(fields=["at"], name="centres_attempt_by_time"),
        ]
        constraints = [
            not_blank("centres_attempt_has_an_action", "action"),
            not_blank("centres_attempt_has_a_sender", "sender"),
        ]

    def __str__(self):
        return f"{self.action} {self.at:%Y-%m-%d %H:%M}"
