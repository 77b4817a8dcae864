import datetime

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .constraints import all_or_none, not_blank, one_of
from .encrypted import EncryptedTextField

#: A request is deleted so long after it was made, whatever became of it.
KEPT_FOR = datetime.timedelta(days=30)
#: A closed request is deleted so long after it was closed.
KEPT_CLOSED_FOR = datetime.timedelta(hours=72)
#: The link in a centre's notice serves once, and for so long.
LINK_LASTS = datetime.timedelta(days=3)
#: One of the team who opens a request and leaves it has it for so long.
OPEN_FOR = datetime.timedelta(minutes=30)
#: What `voicemail` holds.
VOICEMAIL_YES, VOICEMAIL_NO = "yes", "no"


class CallbackState(models.TextChoices):
    NEW = "new", _("Not yet tried")
    TRIED = "tried", _("Tried, not reached")
    REACHED = "reached", _("Reached")
    CLOSED = "closed", _("Closed")


class LinkPurpose(models.TextChoices):
    """What a centre's link lets it do, once."""

    READ = "read", "Read the request"
    ANSWER = "answer", "Say what became of it"


#: What somebody wrote, each encrypted.
PRIVATE = ("name", "number", "when", "voicemail", "if_another_answers", "note")


class CallbackQuerySet(models.QuerySet):
    def sealed(self):
        """Without what somebody wrote: it is neither fetched nor decrypted."""
        return self.defer(*PRIVATE)

    def kept(self, *, now):
        """Those that may still be read: what is due to be deleted is gone, deleted or not."""
        return self.filter(delete_at__gt=now)

    def overdue(self, *, now):
        """Those whose time to be deleted has come."""
        return self.filter(delete_at__lte=now)

    def waiting(self, *, now):
        """Those that somebody has yet to call, or to close."""
        return self.kept(now=now).exclude(state=CallbackState.CLOSED)

    def for_team(self):
        return self.filter(centre=None)

    def for_centres(self):
        return self.exclude(centre=None)

    def unread(self, *, now):
        """Those whose centre let the link run out: they wait for another, or for nothing."""
        links = CallbackLink.objects.filter(request=OuterRef("pk"), expires_at__gt=now)
        return self.waiting(now=now).for_centres().filter(~Exists(links), read_at=None)


class CallbackRequest(models.Model):
    """Somebody asks to be called: by the one centre named, or by the directory's own team (P10).

    What they wrote is encrypted, read by one person at a time, and deleted by `delete_at`. Who read
    it and what became of it is in the audit, without a word of it.
    """

    centre = models.ForeignKey(
        "Centre",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="callback_requests",
        help_text="Who is to call. Empty: the directory's own team.",
    )
    token = models.CharField(
        max_length=64, unique=True, help_text="Hash of what the withdrawal link holds."
    )
    asked_at = models.DateTimeField(default=timezone.now)
    delete_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=CallbackState, default=CallbackState.NEW)
    state_at = models.DateTimeField(default=timezone.now)

    name = EncryptedTextField(help_text="A name to use.")
    number = EncryptedTextField()
    when = EncryptedTextField(help_text="When it is safe to call.")
    voicemail = EncryptedTextField(help_text="Whether a message may be left: yes or no.")
    if_another_answers = EncryptedTextField(blank=True, help_text="What to say then.")
    note = EncryptedTextField(blank=True)
    language = models.CharField(max_length=10, default="en-gb", help_text="Of the form.")
    #: The two consents, as they were worded; each names who will call. Nothing about the visitor.
    consent_to_call = models.TextField()
    consent_to_keep = models.TextField()

    read_at = models.DateTimeField(
        null=True, blank=True, help_text="When somebody to whom it is addressed first read it."
    )
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who has it open now.",
    )

    objects = CallbackQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        permissions = [("answer_callback", "Can read and answer callback requests")]
        indexes = [models.Index(fields=["delete_at"], name="centres_callbackrequest_due")]
        constraints = [
            one_of("centres_callbackrequest_state_is_known", "state", CallbackState),
            not_blank("centres_callbackrequest_has_a_token", "token"),
            not_blank("centres_callbackrequest_has_a_name", "name"),
            not_blank("centres_callbackrequest_has_a_number", "number"),
            not_blank("centres_callbackrequest_says_when", "when"),
            not_blank("centres_callbackrequest_says_about_voicemail", "voicemail"),
            not_blank("centres_callbackrequest_consent_to_call", "consent_to_call"),
            not_blank("centres_callbackrequest_consent_to_keep", "consent_to_keep"),
            all_or_none("centres_callbackrequest_opened_at_and_by", opened_at=None, opened_by=None),
            CheckConstraint(
                name="centres_callbackrequest_is_deleted_in_time",
                condition=Q(delete_at__gt=F("asked_at"), delete_at__lte=F("asked_at") + KEPT_FOR),
            ),
            CheckConstraint(
                name="centres_callbackrequest_closed_is_deleted_sooner",
                condition=~Q(state=CallbackState.CLOSED)
                | Q(delete_at__lte=F("state_at") + KEPT_CLOSED_FOR),
            ),
            models.UniqueConstraint(
                fields=["opened_by"],
                condition=Q(opened_by__isnull=False),
                name="centres_callbackrequest_one_open_a_person",
            ),
        ]

    def __str__(self):
        return f"Callback request {self.pk}"

    def is_open(self, *, now):
        """Whether somebody has it open; one left open falls free after `OPEN_FOR`."""
        return self.opened_at is not None and now < self.open_until

    @property
    def open_until(self):
        return self.opened_at + OPEN_FOR

    def is_open_to(self, person, *, now):
        return self.opened_by_id == person.pk and self.is_open(now=now)

    @property
    def may_leave_message(self):
        return self.voicemail == VOICEMAIL_YES

    @property
    def dial(self):
        """The link that dials its number, whose extension a person dials."""
        return f"tel:{self.number.partition(' ext')[0].replace(' ', '')}"


class CallbackLink(models.Model):
    """The way for a centre to one request addressed to it: it serves once, before it expires, and
    only while the claim to whose address it was sent stands."""

    purpose = models.CharField(max_length=6, choices=LinkPurpose, default=LinkPurpose.READ)
    claim = models.ForeignKey("Claim", on_delete=models.CASCADE, related_name="callback_links")
    request = models.ForeignKey(CallbackRequest, on_delete=models.CASCADE, related_name="links")
    token = models.CharField(max_length=64, unique=True, help_text="Hash of what the link holds.")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            one_of("centres_callbacklink_purpose_is_known", "purpose", LinkPurpose),
            not_blank("centres_callbacklink_has_a_token", "token"),
            CheckConstraint(
                name="centres_callbacklink_expires_in_time",
                condition=Q(expires_at__gt=F("made_at"), expires_at__lte=F("made_at") + LINK_LASTS),
            ),
            CheckConstraint(
                name="centres_callbacklink_is_used_before_it_expires",
                condition=Q(used_at=None)
                | Q(used_at__gte=F("made_at"), used_at__lt=F("expires_at")),
            ),
        ]

    def __str__(self):
        return f"Link to callback request {self.request_id}"
