"""Made-up changes that wait for a decision."""

import datetime

from ..models import Centre, Method, Origin, Proposal
from .checks import NOTE


def propose(*, now, today, researcher):
    """Put in a change of each origin, for the demo centres that are meant and have none."""
    centres = Centre.objects.demo().filter(proposals=None)
    wanted = {"eddlestoke-house-demo": _price, "maison-declairvance-demo": _phone,
              "cloverhythe-recovery-demo": _beds}  # fmt: skip
    Proposal.objects.bulk_create(
        Proposal(
            centre=centre,
            proposed_at=now - datetime.timedelta(days=2, hours=number),
            method=Method.MADE_UP,
            as_of=today - datetime.timedelta(days=3),
            evidence=NOTE,
            **wanted[centre.slug](centre, researcher),
        )
        for number, centre in enumerate(centres.filter(slug__in=wanted).order_by("slug"))
    )


def _change(of, row, field, to):
    before = getattr(row, field)
    return [{"object": of, "id": row.pk, "field": field, "from": before, "to": to}]


def _price(centre, researcher):
    programme = centre.programmes.get()
    changes = _change("programme", programme, "price", programme.price + 200)
    return {"origin": Origin.CENTRE, "changes": changes}


def _phone(centre, researcher):
    changes = _change("phone", centre.phones.first(), "answered_by", "third-party")
    return {"origin": Origin.PUBLIC, "changes": changes}


def _beds(centre, researcher):
    changes = _change("centre", centre, "beds", (centre.beds or 10) + 2)
    return {"origin": Origin.TEAM, "proposer": researcher, "changes": changes}
