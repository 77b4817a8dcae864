from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils import timezone

from .constraints import all_or_none, not_blank, one_of
from .encrypted import EncryptedTextField


class Proof(models.TextChoices):
    """How somebody shows that they speak for a centre."""

    PHONE = "phone", "A code read out on the centre's published telephone"
    EMAIL = "email", "A code sent to an address at the centre's own domain"
    DOCUMENT = "document", "A document, looked at by the team"


class ClaimState(models.TextChoices):
    ASKED = "asked", "Waiting for proof"
    PROVEN = "proven", "Proven"
    REJECTED = "rejected", "Not proven"
    ENDED = "ended", "Ended"


class ClaimQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state=ClaimState.ASKED)

    def standing(self):
        return self.filter(state=ClaimState.PROVEN)


class Claim(models.Model):
    """Somebody at a centre who asks to keep its facts fresh, and how they proved who they are.

    A proven claim gives a private link. What comes through it is the centre's word: facts become
    proposals, and claimed is not verified.
    """

    centre = models.ForeignKey("Centre", on_delete=models.CASCADE, related_name="claims")
    token = models.CharField(
        max_length=64, unique=True, help_text="Hash of what the claimant's link holds."
    )
    proof = models.CharField(max_length=8, choices=Proof)
    state = models.CharField(max_length=8, choices=ClaimState, default=ClaimState.ASKED)
    name = EncryptedTextField()
    role = models.CharField(max_length=100, help_text="Their role at the centre.")
    email = EncryptedTextField()
    phone = models.ForeignKey(
        "Phone", null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        help_text="The published number the code is read out on.",
    )  # fmt: skip
    document = models.ForeignKey(
        "EvidenceFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    code = EncryptedTextField(blank=True, help_text="Six digits; wiped when used or expired.")
    code_expires_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(default=timezone.now)
    proven_at = models.DateTimeField(null=True, blank=True)
    link_expires_at = models.DateTimeField(null=True, blank=True)
    takes_callbacks = models.BooleanField(
        default=False,
        help_text="Their address is where notices of callback requests to the centre go.",
    )
    case = models.ForeignKey(
        "Verification", null=True, blank=True, on_delete=models.SET_NULL, related_name="claims"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="Who of the team decided; empty where a code proved it.",
    )  # fmt: skip
    reason = models.TextField(blank=True, help_text="Why it was not proven, or has ended.")

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        permissions = [("decide_claim", "Can decide claims and read out their codes")]
        constraints = [
            one_of("centres_claim_proof_is_known", "proof", Proof),
            one_of("centres_claim_state_is_known", "state", ClaimState),
            not_blank("centres_claim_has_a_token", "token"),
            not_blank("centres_claim_has_a_role", "role"),
            all_or_none("centres_claim_decided_at_and_by", decided_at=None, decided_by=None),
            all_or_none("centres_claim_proven_and_its_link", proven_at=None, link_expires_at=None),
            CheckConstraint(
                name="centres_claim_proven_says_when",
                condition=~Q(state=ClaimState.PROVEN) | Q(proven_at__isnull=False),
            ),
            CheckConstraint(
                name="centres_claim_document_is_decided_by_a_person",
                condition=~Q(state=ClaimState.PROVEN, proof=Proof.DOCUMENT)
                | Q(decided_at__isnull=False, document__isnull=False),
            ),
            CheckConstraint(
                name="centres_claim_refusal_has_a_reason_and_a_decider",
                condition=~Q(state=ClaimState.REJECTED)
                | (~Q(reason="") & Q(decided_at__isnull=False)),
            ),
            models.UniqueConstraint(
                fields=["centre"],
                condition=Q(state=ClaimState.PROVEN, takes_callbacks=True),
                name="centres_claim_one_takes_callbacks_a_centre",
            ),
        ]

    def __str__(self):
        return f"{self.centre}: claim {self.pk}"
