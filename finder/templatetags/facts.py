"""Facts in words: telephone numbers, prices, lengths, and who vouched for a centre."""

from django import template

from centres.models import VerificationState
from finder import telephone, wording

register = template.Library()

register.filter("how_long", wording.length)
register.filter("whole_price", wording.price)
register.filter("is_detox", wording.is_detox)
register.filter("may_detox_alcohol", wording.may_detox_alcohol)


@register.filter
def number(phone, country):
    """A telephone number as somebody in `country` writes it."""
    return telephone.shown(phone.number, country)


@register.filter
def dial(phone, country):
    """The link that dials it, or ""."""
    return telephone.link(phone.number, country)


@register.inclusion_tag("finder/_verification.html")
def verification(centre, now):
    """Whether a centre is verified at `now`, and until when, in words."""
    state = centre.verification_state(now=now)
    return {
        "centre": centre,
        "verified": centre.is_verified(now=now),
        "expiring": state == VerificationState.EXPIRING,
        "lapsed": state == VerificationState.LAPSED,
    }


@register.simple_tag
def is_advertiser(centre, now):
    return centre.is_advertiser(now=now)
