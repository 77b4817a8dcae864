import datetime

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .constraints import all_or_none, not_blank, one_of
from .encrypted import EncryptedTextField
from .verification import State

#: A private link serves so long, and is renewed by mail to the same address.
LINK_LASTS = datetime.timedelta(days=90)
#: A link that has run out may still be renewed so long; then the claim ends.
RENEWABLE_FOR = datetime.timedelta(days=14)
#: A claim that was never proven, was refused or has ended is deleted so long after.
KEPT_FOR = datetime.timedelta(days=30)


class Proof(models.TextChoices):
    """How somebody shows that they speak for a centre."""

    PHONE = "phone", _("A code read out on the centre’s published telephone")
    EMAIL = "email", _("A code sent to an address at the centre’s own domain")
    DOCUMENT = "document", _("A document, looked at by the team")


class ClaimState(models.TextChoices):
    ASKED = "asked", "Waiting for proof"
    PROVEN = "proven", "Proven"
    REJECTED = "rejected", "Not proven"
    ENDED = "ended", "Ended"


#: What only those may see who decide about claims; encrypted, each.
PRIVATE = ("name", "role", "email", "code")


class ClaimQuerySet(models.QuerySet):
    def sealed(self):
        """Without what is private: it is neither fetched nor decrypted."""
        return self.defer(*PRIVATE)

    def open(self):
        return self.filter(state=ClaimState.ASKED)

    def standing(self):
        """Proven and not ended; the link of one may have run out: see `in_force`."""
        return self.filter(state=ClaimState.PROVEN)

    def in_force(self, *, now):
        """Standing with a link that still serves: whose word counts as the centre's at `now`."""
        return self.standing().filter(link_expires_at__gt=now)

    def may_take_callbacks(self, *, today):
        """Where the centre's own domain speaks for them, or two people of the team decided so.

        One person reads a code out or accepts a document. With a mailbox elsewhere that person
        could have a centre's requests sent to themselves.
        """
        decided = Q(
            case__state=State.APPROVED,
            case__revoked_at=None,
            case__valid_from__lte=today,
            case__valid_until__gte=today,
        )
        return self.filter(Q(proof=Proof.EMAIL) | decided)

    def to_ring(self, *, now):
        """Those whose code somebody of the team is to read out on the published telephone."""
        return self.open().filter(proof=Proof.PHONE, code_expires_at__gt=now)

    def to_decide(self):
        """Those whose document nobody has decided about."""
        documents = ClaimDocument.objects.filter(claim=OuterRef("pk"))
        return self.open().filter(Exists(documents), proof=Proof.DOCUMENT)

    def awaiting_team(self, *, now):
        return self.to_ring(now=now) | self.to_decide()


class Claim(models.Model):
    """Somebody at a centre who asks to keep its facts fresh, and how they proved who they are.

    Everybody first enters a code sent to their address, so that it is theirs; where that address is
    at the centre's own domain, it is the proof too. A proven claim gives a private link. What comes
    through it is the centre's word: facts become proposals, and claimed is not verified.
    """

    centre = models.ForeignKey("Centre", on_delete=models.CASCADE, related_name="claims")
    token = models.CharField(
        max_length=64, unique=True, help_text="Hash of what the claimant's link holds."
    )
    proof = models.CharField(
        max_length=8, choices=Proof, blank=True, help_text="Empty until one was chosen."
    )
    state = models.CharField(max_length=8, choices=ClaimState, default=ClaimState.ASKED)
    name = EncryptedTextField()
    role = EncryptedTextField(help_text="Their role at the centre.")
    email = EncryptedTextField()
    email_confirmed_at = models.DateTimeField(null=True, blank=True)
    phone = models.ForeignKey(
        "Phone", null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        help_text="The published number the code is read out on.",
    )  # fmt: skip
    code = EncryptedTextField(blank=True, help_text="Wiped when it is used or has run out.")
    code_expires_at = models.DateTimeField(null=True, blank=True)
    codes = models.PositiveSmallIntegerField(
        default=0, help_text="Made for the address, or since it was confirmed."
    )
    tries = models.PositiveSmallIntegerField(default=0, help_text="Wrong ones, of this code.")
    asked_at = models.DateTimeField(default=timezone.now)
    proven_at = models.DateTimeField(null=True, blank=True)
    link_expires_at = models.DateTimeField(null=True, blank=True)
    basics_confirmed_at = models.DateTimeField(
        null=True, blank=True, help_text="When they last said that name, numbers and offer are so."
    )
    takes_callbacks = models.BooleanField(
        default=False,
        help_text="Their address is where notices of callback requests to the centre go.",
    )
    case = models.ForeignKey(
        "Verification", null=True, blank=True, on_delete=models.SET_NULL, related_name="claims"
    )
    rung_at = models.DateTimeField(null=True, blank=True)
    rung_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="Who of the team has the code open, to read it out.",
    )  # fmt: skip
    read_out_at = models.DateTimeField(
        null=True, blank=True,
        help_text="When somebody of the team last opened this code to read it out.",
    )  # fmt: skip
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="Who of the team decided; empty where a code proved it.",
    )  # fmt: skip
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, help_text="Why it was decided so, or has ended.")

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        permissions = [("decide_claim", "Can decide claims and read out their codes")]
        indexes = [
            models.Index(fields=["state", "asked_at"], name="centres_claim_by_state"),
            models.Index(fields=["centre", "asked_at"], name="centres_claim_by_centre"),
        ]
        constraints = [
            one_of("centres_claim_proof_is_known", "proof", Proof, blank=True),
            one_of("centres_claim_state_is_known", "state", ClaimState),
            not_blank("centres_claim_has_a_token", "token"),
            not_blank("centres_claim_has_a_name", "name"),
            not_blank("centres_claim_has_a_role", "role"),
            not_blank("centres_claim_has_an_email", "email"),
            all_or_none("centres_claim_code_and_its_end", code="", code_expires_at=None),
            all_or_none("centres_claim_rung_at_and_by", rung_at=None, rung_by=None),
            all_or_none("centres_claim_decided_at_and_by", decided_at=None, decided_by=None),
            all_or_none("centres_claim_proven_and_its_link", proven_at=None, link_expires_at=None),
            CheckConstraint(
                name="centres_claim_proven_says_when_and_how",
                condition=~Q(state=ClaimState.PROVEN)
                | (Q(proven_at__isnull=False, email_confirmed_at__isnull=False) & ~Q(proof="")),
            ),
            CheckConstraint(
                name="centres_claim_only_an_open_one_has_a_code",
                condition=Q(state=ClaimState.ASKED) | Q(code="", rung_by=None),
            ),
            CheckConstraint(
                name="centres_claim_document_is_decided_by_a_person",
                condition=~Q(state=ClaimState.PROVEN, proof=Proof.DOCUMENT)
                | (Q(decided_at__isnull=False) & ~Q(reason="")),
            ),
            CheckConstraint(
                name="centres_claim_refusal_has_a_reason_and_a_decider",
                condition=~Q(state=ClaimState.REJECTED)
                | (~Q(reason="") & Q(decided_at__isnull=False)),
            ),
            CheckConstraint(
                name="centres_claim_ended_says_when_and_why",
                condition=Q(state=ClaimState.ENDED, ended_at__isnull=False) & ~Q(reason="")
                | (~Q(state=ClaimState.ENDED) & Q(ended_at=None)),
            ),
            CheckConstraint(
                name="centres_claim_only_a_proven_one_takes_callbacks",
                condition=Q(takes_callbacks=False) | Q(state=ClaimState.PROVEN),
            ),
            models.UniqueConstraint(
                fields=["centre"],
                condition=Q(state=ClaimState.PROVEN, takes_callbacks=True),
                name="centres_claim_one_takes_callbacks_a_centre",
            ),
            models.UniqueConstraint(
                fields=["rung_by"],
                condition=Q(rung_by__isnull=False),
                name="centres_claim_one_rung_a_person",
            ),
        ]

    def __str__(self):
        return f"{self.centre}: claim {self.pk}"

    def is_in_force(self, *, now):
        """The same rule as `ClaimQuerySet.in_force`."""
        return self.state == ClaimState.PROVEN and now < self.link_expires_at

    def may_take_callbacks(self, *, today):
        """The same rule as `ClaimQuerySet.may_take_callbacks`."""
        if self.proof == Proof.EMAIL:
            return True
        return self.case is not None and self.case.holds(today=today)

    def may_renew(self, *, now):
        """Whether a new link may be sent to its address."""
        return self.state == ClaimState.PROVEN and now < self.link_expires_at + RENEWABLE_FOR


class ClaimDocument(models.Model):
    """What a claimant sent to show who they are: encrypted, and deleted with the claim.

    It is a private person's, so it is not kept among the evidence, which nothing deletes.
    """

    claim = models.OneToOneField(Claim, on_delete=models.CASCADE, related_name="document")
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField(help_text="Bytes.")
    content = EncryptedTextField(help_text="In base64.")
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["claim"]
        constraints = [
            not_blank("centres_claimdocument_has_a_type", "content_type"),
            not_blank("centres_claimdocument_has_a_content", "content"),
        ]

    def __str__(self):
        return f"Document of claim {self.claim_id}"
