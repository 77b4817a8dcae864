"""Facts in words: telephone numbers, prices, lengths, and who vouched for a centre."""

from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.translation import get_language, gettext

from centres.models import VerificationState
from finder import telephone, wording

from .site import fixed

register = template.Library()

register.filter("is_detox", wording.is_detox)
register.filter("may_detox_alcohol", wording.may_detox_alcohol)
register.filter("term", wording.term)
register.filter("weekday", wording.weekday, expects_localtime=True)


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
    state, stands = centre.verification_state(now=now), centre.is_verified(now=now)
    mark = _mark(state, stands, centre.verified_until, get_language())
    return format_html('<a class="mark-link" href="{}#what-we-checked">{}</a>', address, mark)


@lru_cache(maxsize=4096)
def _mark(state, stands, until, language):
    """The words of the mark in a language: kept for a state and its day, never for a centre."""
    return format_html(
        '{}{}<span class="visually-hidden">: {}</span>',
        *_badge_and_day(state, stands, until),
        gettext("what we checked"),
    )


def _badge_and_day(state, stands, until):
    if stands:
        day = gettext("until %(date)s") % {"date": wording.day(until)}
        again = gettext("; due to be checked again soon")
        again = again if state == VerificationState.EXPIRING else ""
        words = format_html("{}{}", fixed("finder/icons/_tick.html"), gettext("Verified"))
        return _badge(words, " badge-verified"), f" {day}{again}"
    if state == VerificationState.LAPSED:
        on = gettext("on %(date)s") % {"date": wording.day(until)}
        return _badge(gettext("Verification lapsed")), f" {on}"
    return _badge(gettext("Not verified by us")), ""


def _badge(words, kind=""):
    return format_html('<span class="badge{}">{}</span>', kind, words)


@register.simple_tag
def is_advertiser(centre, now):
    return centre.is_advertiser(now=now)
