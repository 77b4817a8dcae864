"""Made-up people who speak for made-up centres; nobody has their links, and their addresses end in
.invalid, to which no mail goes (RFC 2606)."""

import datetime

from .. import tokens
from ..models import Centre, Claim, ClaimState, Closed, Proof, Purpose, Verification
from ..models.claim import LINK_LASTS
from ..models.encrypted import cipher

#: Centres that take callback requests. The first has asked to be shown as claimed and waits.
TAKING_CALLBACKS = (
    "umbrelstead-house-demo",
    "rushelgarth-farm-demo",
    "tambledene-hall-demo",
    "yarrelholt-medication-clinic-demo",
)
PROVEN_DAYS_AGO = 40


def claim(*, now):
    """Put in a proven claim of each demo centre that is meant and has none; none without keys."""
    try:
        cipher()
    except Closed:
        return
    approved = Verification.objects.standing().filter(purpose=Purpose.CLAIMED)
    cases = {case.centre_id: case for case in approved}
    centres = Centre.objects.demo().visible().filter(claims=None)
    meant = centres.filter(pk__in=cases) | centres.filter(slug__in=TAKING_CALLBACKS)
    proven_at = now - datetime.timedelta(days=PROVEN_DAYS_AGO)
    Claim.objects.bulk_create(
        Claim(
            centre=centre,
            token=tokens.digest(tokens.new()),
            proof=Proof.EMAIL,
            state=ClaimState.PROVEN,
            name="Made-up manager",
            role="Manager",
            email=f"manager@{centre.slug}.example.invalid",
            email_confirmed_at=proven_at,
            asked_at=proven_at,
            proven_at=proven_at,
            link_expires_at=now + LINK_LASTS,
            basics_confirmed_at=proven_at,
            takes_callbacks=centre.slug in TAKING_CALLBACKS,
            case=cases.get(centre.pk),
        )
        for centre in meant.order_by("slug")
    )
