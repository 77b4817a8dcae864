from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.db.models import CheckConstraint, Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from .constraints import all_or_none, not_blank, one_of
from .criterion import Purpose
from .provenance import Method


class State(models.TextChoices):
    """Where a case stands. Which may follow which is in `centres/workflow.py`."""

    QUEUED = "queued", "Waiting to be taken"
    IN_REVIEW = "in_review", "In review"
    AWAITING_PROVIDER = "awaiting_provider", "Waiting for the centre"
    AWAITING_APPROVAL = "awaiting_approval", "Waiting for approval"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    CANCELLED = "cancelled", "Cancelled"


OPEN_STATES = (
    State.QUEUED,
    State.IN_REVIEW,
    State.AWAITING_PROVIDER,
    State.AWAITING_APPROVAL,
)
#: States in which somebody holds the case.
HELD_STATES = (State.IN_REVIEW, State.AWAITING_PROVIDER, State.AWAITING_APPROVAL)


class OpenedFor(models.TextChoices):
    """Why a case was opened."""

    HAND = "by-hand", "Opened by hand"
    NEW_LISTING = "new-listing", "A new listing"
    CLAIM = "claim", "A claim by the centre"
    REPORT = "report", "A report"
    CHANGED_FACT = "changed-fact", "A verified fact changed"
    ADVERTISER = "advertiser", "An application to advertise"
    LAPSING = "lapsing", "The verification lapses soon"


class VerificationQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state__in=OPEN_STATES)

    def standing(self):
        """Approved and not revoked; whether it still holds today is a matter of its dates."""
        return self.filter(state=State.APPROVED, revoked_at=None)

    def in_force(self, *, today):
        """Standing, and within their dates: the same rule as `Verification.holds`."""
        return self.standing().filter(valid_from__lte=today, valid_until__gte=today)

    def latest_approvals(self):
        """Of each centre and purpose the last approval, revoked or not.

        What an approval has replaced says nothing any more, even where that one was revoked.
        """
        same = Verification.objects.filter(
            centre=OuterRef("centre"), purpose=OuterRef("purpose"), state=State.APPROVED
        )
        later = same.filter(
            Q(decided_at__gt=OuterRef("decided_at"))
            | Q(decided_at=OuterRef("decided_at"), pk__gt=OuterRef("pk"))
        )
        return self.filter(~Exists(later), state=State.APPROVED)

    def in_order(self):
        """The order in which work is due."""
        return self.order_by("due_on", "opened_at", "pk")

    def unassigned(self):
        return self.filter(state=State.QUEUED)

    def mine(self, user):
        """What `user` has taken and still has to work on."""
        return self.filter(reviewer=user, state__in=[State.IN_REVIEW, State.AWAITING_PROVIDER])

    def overdue(self, *, today):
        return self.open().filter(due_on__lt=today)

    def awaiting_approval_by(self, user):
        """What `user` may approve so far as two pairs of eyes go: the work of others."""
        own = Check.objects.filter(verification=OuterRef("pk"), checked_by=user, carried_from=None)
        return (
            self.filter(state=State.AWAITING_APPROVAL).exclude(reviewer=user).exclude(Exists(own))
        )


class Verification(models.Model):
    """A case: the criteria of one purpose, gone through for one centre by two people.

    Written only by `centres/workflow.py`; the database refuses a state that does not follow.
    """

    centre = models.ForeignKey("Centre", on_delete=models.PROTECT, related_name="verifications")
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.VERIFIED)
    state = models.CharField(max_length=18, choices=State, default=State.QUEUED)
    version = models.PositiveIntegerField(
        default=1, help_text="Counts every step, so that of two steps at once one is refused."
    )
    opened_for = models.CharField(max_length=12, choices=OpenedFor, default=OpenedFor.HAND)
    opened_at = models.DateTimeField(default=timezone.now)
    opener = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Empty when a command opened it.",
    )
    note = models.TextField(blank=True, help_text="What led to it, and what to look at.")
    due_on = models.DateField()
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reviews",
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="decisions",
    )
    reason = models.TextField(blank=True, help_text="Why it was rejected or cancelled.")
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True, help_text="The last day it holds.")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="revocations",
    )
    revoked_reason = models.TextField(blank=True)

    objects = VerificationQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "due_on"], name="centres_verification_by_due"),
            models.Index(
                fields=["centre", "purpose", "state"], name="centres_verification_by_centre"
            ),
        ]
        permissions = [
            ("open_verification", "Can open a case"),
            ("review_verification", "Can take a case and record checks"),
            ("approve_verification", "Can approve, return, reject, reopen and revoke"),
        ]
        constraints = [
            one_of("centres_verification_purpose_is_known", "purpose", Purpose),
            one_of("centres_verification_state_is_known", "state", State),
            one_of("centres_verification_opened_for_is_known", "opened_for", OpenedFor),
            models.UniqueConstraint(
                fields=["centre"],
                condition=Q(state__in=OPEN_STATES),
                name="centres_verification_one_open_case_a_centre",
                violation_error_message="This centre has an open case already.",
            ),
            all_or_none("centres_verification_decided_at_and_by", decided_at=None, decided_by=None),
            all_or_none("centres_verification_revoked_at_and_by", revoked_at=None, revoked_by=None),
            all_or_none(
                "centres_verification_valid_from_and_until", valid_from=None, valid_until=None
            ),
            CheckConstraint(
                name="centres_verification_decided_when_it_is_closed",
                condition=Q(state__in=OPEN_STATES, decided_at__isnull=True)
                | (~Q(state__in=OPEN_STATES) & Q(decided_at__isnull=False)),
            ),
            CheckConstraint(
                name="centres_verification_held_by_its_reviewer",
                condition=Q(state=State.QUEUED, reviewer__isnull=True)
                | Q(state__in=HELD_STATES, reviewer__isnull=False)
                | Q(state__in=[State.APPROVED, State.REJECTED, State.CANCELLED]),
            ),
            CheckConstraint(
                name="centres_verification_approver_is_not_the_reviewer",
                condition=~Q(state=State.APPROVED)
                | (Q(reviewer__isnull=False) & ~Q(decided_by=F("reviewer"))),
            ),
            CheckConstraint(
                name="centres_verification_only_approved_has_dates",
                condition=Q(state=State.APPROVED, valid_from__isnull=False)
                | (~Q(state=State.APPROVED) & Q(valid_from__isnull=True)),
            ),
            CheckConstraint(
                name="centres_verification_valid_until_is_not_before_from",
                condition=Q(valid_from__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
            CheckConstraint(
                name="centres_verification_refusal_has_a_reason",
                condition=~Q(state__in=[State.REJECTED, State.CANCELLED]) | ~Q(reason=""),
            ),
            CheckConstraint(
                name="centres_verification_revoked_has_a_reason",
                condition=Q(revoked_at__isnull=True, revoked_reason="")
                | (Q(revoked_at__isnull=False, state=State.APPROVED) & ~Q(revoked_reason="")),
            ),
        ]

    def __str__(self):
        return f"{self.centre}: {self.get_purpose_display().lower()}, case {self.pk}"

    def get_absolute_url(self):
        return reverse("admin:centres_verification_change", args=[self.pk])

    @property
    def is_open(self):
        return self.state in OPEN_STATES

    def is_overdue(self, *, today):
        return self.is_open and self.due_on < today

    def holds(self, *, today):
        """Whether an approval is in force on `today`."""
        if self.state != State.APPROVED or self.revoked_at is not None:
            return False
        return self.valid_from <= today <= self.valid_until


class EventQuerySet(models.QuerySet):
    def of(self, verification):
        return self.filter(verification=verification).order_by("pk")


class VerificationEvent(models.Model):
    """One step of a case. The database lets nobody change or delete it."""

    verification = models.ForeignKey(Verification, on_delete=models.PROTECT, related_name="events")
    action = models.SlugField(max_length=24, help_text="A name of the table of transitions.")
    from_state = models.CharField(max_length=18, choices=State, blank=True)
    to_state = models.CharField(max_length=18, choices=State)
    version = models.PositiveIntegerField(help_text="The case's version after this step.")
    happened_at = models.DateTimeField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Empty when a command did it.",
    )
    reason = models.TextField(blank=True)
    detail = models.JSONField(default=dict, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["verification", "pk"]
        constraints = [
            one_of("centres_verificationevent_from_is_known", "from_state", State, blank=True),
            one_of("centres_verificationevent_to_is_known", "to_state", State),
            not_blank("centres_verificationevent_has_an_action", "action"),
            models.UniqueConstraint(
                fields=["verification", "version"],
                name="centres_verificationevent_one_a_version",
            ),
        ]

    def __str__(self):
        return f"{self.action}, {self.happened_at:%-d %B %Y %H:%M}"


class Outcome(models.TextChoices):
    PASSED = "passed", "Passed"
    FAILED = "failed", "Failed"
    NOT_APPLICABLE = "not_applicable", "Does not apply"


class Check(models.Model):
    """One criterion's outcome in one case, with its evidence. It stands still once decided."""

    verification = models.ForeignKey(Verification, on_delete=models.PROTECT, related_name="checks")
    criterion = models.ForeignKey("Criterion", on_delete=models.PROTECT, related_name="checks")
    title = models.CharField(max_length=120, help_text="The criterion's title at the time.")
    outcome = models.CharField(max_length=14, choices=Outcome)
    method = models.CharField(max_length=12, choices=Method)
    note = models.TextField(blank=True, help_text="What was seen or said, for the team.")
    public_note = models.CharField(
        max_length=300, blank=True, help_text="What the public reads beside the outcome."
    )
    link = models.URLField(max_length=500, blank=True)
    register_reference = models.CharField(max_length=120, blank=True)
    file = models.ForeignKey(
        "EvidenceFile", null=True, blank=True, on_delete=models.PROTECT, related_name="checks"
    )
    captured_on = models.DateField(help_text="The day the evidence was true.")
    expires_on = models.DateField(
        null=True, blank=True, help_text="The last day it holds. Empty: it does not lapse."
    )
    recorded_at = models.DateTimeField(default=timezone.now)
    checked_on = models.DateField()
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="checks"
    )
    is_public = models.BooleanField(
        default=True, help_text="Whether the source and note are shown; the outcome always is."
    )
    facts = models.JSONField(default=list, blank=True, help_text="Facts it vouches for.")
    carried_from = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="carried_to",
        help_text="The check of an earlier approved case that still holds.",
    )

    class Meta:
        ordering = ["verification", "criterion__position", "pk"]
        constraints = [
            one_of("centres_check_outcome_is_known", "outcome", Outcome),
            one_of("centres_check_method_is_known", "method", Method),
            models.UniqueConstraint(
                fields=["verification", "criterion"], name="centres_check_one_a_criterion"
            ),
            CheckConstraint(
                name="centres_check_pass_has_evidence",
                condition=~Q(outcome=Outcome.PASSED)
                | ~Q(link="")
                | ~Q(register_reference="")
                | ~Q(note="")
                | Q(file__isnull=False),
                violation_error_message="A pass needs evidence: a link, a reference, a file or a "
                "note of what was said.",
            ),
            CheckConstraint(
                name="centres_check_other_outcome_has_a_note",
                condition=Q(outcome=Outcome.PASSED) | ~Q(note=""),
                violation_error_message="Say why it failed or does not apply.",
            ),
            CheckConstraint(
                name="centres_check_link_is_a_web_address",
                condition=Q(link="")
                | Q(link__startswith="https://")
                | Q(link__startswith="http://"),
                violation_error_message="A link begins with https:// or http://.",
            ),
            CheckConstraint(
                name="centres_check_evidence_is_not_of_a_day_to_come",
                condition=Q(captured_on__lte=F("checked_on")),
                violation_error_message="This day is still to come.",
            ),
            CheckConstraint(
                name="centres_check_expires_after_it_was_captured",
                condition=Q(expires_on__isnull=True) | Q(expires_on__gte=F("captured_on")),
            ),
        ]

    def __str__(self):
        return f"{self.title}: {self.get_outcome_display().lower()}"

    def is_met(self, *, today):
        """Whether it answers its criterion on `today`."""
        if self.expires_on is not None and self.expires_on < today:
            return False
        if self.outcome == Outcome.NOT_APPLICABLE:
            return self.criterion.may_not_apply
        return self.outcome == Outcome.PASSED


class EvidenceStorage(FileSystemStorage):
    """Outside the web root and without addresses: only the admin's own view reads it."""

    @property
    def base_location(self):
        return settings.EVIDENCE_DIR

    @property
    def location(self):
        return str(Path(settings.EVIDENCE_DIR).resolve())

    def url(self, name):
        raise ValueError("A document has no address.")


def evidence_storage():
    return EvidenceStorage()


class EvidenceFile(models.Model):
    """A document somebody saw. Kept under its hash, served to staff only."""

    file = models.FileField(upload_to="", storage=evidence_storage, max_length=120)
    name = models.CharField(max_length=200, help_text="What the file was called.")
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-added_at", "-pk"]
        constraints = [
            not_blank("centres_evidencefile_has_a_hash", "sha256"),
            not_blank("centres_evidencefile_has_a_name", "name"),
        ]

    def __str__(self):
        return self.name
