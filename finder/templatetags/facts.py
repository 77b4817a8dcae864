"""Facts in words: telephone numbers, prices, lengths, and who vouched for a centre."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from centres.models import VerificationState
from finder import telephone, wording

register = template.Library()

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


@register.filter
def fee(agreement, country):
    """What an advert costs a centre in `country`, in words."""
    return wording.fee(agreement.fee_band, country)


@register.simple_tag
def verification(centre, now, address=""):
    """Whether a centre is verified at `now`, and until when, in words that open what we checked.

    address: the centre's page, where the words stand on another.
    """
    mark, words = _mark(centre, now)
    return format_html(
        '<a class="mark-link" href="{}#what-we-checked">{}{}'
        '<span class="visually-hidden">: what we checked</span></a>',
        address,
        mark,
        words,
    )


def _mark(centre, now):
    state = centre.verification_state(now=now)
    if centre.is_verified(now=now):
        again = "; due to be checked again soon" if state == VerificationState.EXPIRING else ""
        until = f" until {wording.day(centre.verified_until)}{again}"
        return mark_safe('<span class="badge badge-verified">Verified</span>'), until
    if state == VerificationState.LAPSED:
        on = f" on {wording.day(centre.verified_until)}"
        return mark_safe('<span class="badge">Verification lapsed</span>'), on
    return mark_safe('<span class="badge">Not verified by us</span>'), ""


@register.simple_tag
def is_advertiser(centre, now):
    return centre.is_advertiser(now=now)
