from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils import timezone

from .constraints import all_or_none, one_of
from .provenance import Method


class Origin(models.TextChoices):
    """Who asks for a change."""

    TEAM = "team", "The research team"
    CENTRE = "centre", "The centre"
    PUBLIC = "public", "A visitor"
    IMPORT = "import", "An import"


class ProposalState(models.TextChoices):
    PENDING = "pending", "Waiting for a decision"
    APPROVED = "approved", "Approved and applied"
    REJECTED = "rejected", "Rejected"
    WITHDRAWN = "withdrawn", "Withdrawn"


class ProposalQuerySet(models.QuerySet):
    def pending(self):
        return self.filter(state=ProposalState.PENDING)

    def awaiting_decision_by(self, user):
        """What `user` may decide so far as two pairs of eyes go: what others proposed."""
        return self.pending().exclude(proposer=user)


class Proposal(models.Model):
    """A change to a centre that is not yet approved, with its evidence.

    `changes` is a list of {"object": "centre" | "programme" | "phone", "id": key or null for a new
    row, "field", "from", "to"}; links to vocabulary are lists of slugs. Applied by
    `centres/proposals.py`, which refuses where what is there is no longer what `from` says.
    """

    centre = models.ForeignKey("Centre", on_delete=models.CASCADE, related_name="proposals")
    origin = models.CharField(max_length=6, choices=Origin, default=Origin.TEAM)
    proposed_at = models.DateTimeField(default=timezone.now)
    proposer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="proposals",
        help_text="Empty when it came from outside the team.",
    )
    changes = models.JSONField()
    method = models.CharField(max_length=12, choices=Method)
    as_of = models.DateField(help_text="The day it was true.")
    evidence = models.TextField(blank=True, help_text="What was seen or said.")
    link = models.URLField(max_length=500, blank=True)
    state = models.CharField(max_length=9, choices=ProposalState, default=ProposalState.PENDING)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reason = models.TextField(blank=True, help_text="Why it was rejected or withdrawn.")

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        indexes = [models.Index(fields=["state", "proposed_at"], name="centres_proposal_by_state")]
        permissions = [
            ("propose_change", "Can propose changes of facts"),
            ("approve_proposal", "Can approve and reject proposals"),
        ]
        constraints = [
            one_of("centres_proposal_origin_is_known", "origin", Origin),
            one_of("centres_proposal_method_is_known", "method", Method),
            one_of("centres_proposal_state_is_known", "state", ProposalState),
            all_or_none("centres_proposal_decided_at_and_by", decided_at=None, decided_by=None),
            CheckConstraint(
                name="centres_proposal_pending_is_not_decided",
                condition=Q(state=ProposalState.PENDING, decided_at__isnull=True)
                | (~Q(state=ProposalState.PENDING) & Q(decided_at__isnull=False)),
            ),
            CheckConstraint(
                name="centres_proposal_approver_is_not_the_proposer",
                condition=~Q(state=ProposalState.APPROVED)
                | Q(proposer__isnull=True)
                | ~Q(decided_by=F("proposer")),
            ),
            CheckConstraint(
                name="centres_proposal_refusal_has_a_reason",
                condition=~Q(state=ProposalState.REJECTED) | ~Q(reason=""),
            ),
            CheckConstraint(
                name="centres_proposal_link_is_a_web_address",
                condition=Q(link="")
                | Q(link__startswith="https://")
                | Q(link__startswith="http://"),
                violation_error_message="A link begins with https:// or http://.",
            ),
        ]

    def __str__(self):
        return f"{self.centre}: change proposed {self.proposed_at:%-d %B %Y}"
