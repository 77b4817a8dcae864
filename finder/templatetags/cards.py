"""The parts of a card, written here: a page has twenty, and templates would take three times as
long. What a card says is decided in `finder.cards`; here each text of it is escaped, with `escape`.
"""

from html import escape

from django import template
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from .facts import verification
from .site import fixed

register = template.Library()


def _part(write):
    """A tag that gives what `write` puts together."""

    def tag(*args):
        return mark_safe(write(*args))  # noqa: S308 - each text in it is escaped

    register.simple_tag(tag, name=write.__name__)
    return write


@_part
def card_place(card):
    """Where it is, how far away, and whether it is made up."""
    far, made_up = "", ""
    if card.distance:
        far = f' · <span class="how-far">{escape(card.distance)}</span>'
    elif card.lacks_place:
        far = f' · <span class="unknown">{escape(_("place not published"))}</span>'
    if card.is_made_up:
        made_up = f'\n<p class="made-up">{escape(_("Made up for the demo"))}</p>'
    return f'<p class="card-place">{escape(card.place)}{far}</p>{made_up}'


@_part
def card_match(card):
    """How many of the things asked for it meets, which on demand, and what it lacks."""
    match, lacking = card.match, ""
    if match is None:
        return ""
    if match.lacking:
        lacking = f'\n<p class="card-lacking">{escape(match.lacking)}</p>'
    met = "".join(f"<li>{escape(words)}</li>" for words in match.met)
    return (
        f'<details class="card-match"><summary>{escape(match.said)}</summary><ul>{met}</ul>'
        f"</details>{lacking}"
    )


@_part
def card_programmes(card):
    """Each programme in a line: its kind, length and price."""
    if not card.programmes:
        return f'<p class="unknown">{escape(_("Programmes not known"))}</p>'
    more = ""
    if card.more:
        words = _("and %(number)s more") % {"number": card.more}
        more = f'\n<p class="quiet">{escape(words)}</p>'
    lines = "".join(_programme(line) for line in card.programmes)
    return f'<ul class="card-programmes">{lines}</ul>{more}'


def _programme(line):
    alone = ""
    if line.is_detox:
        alone = f' <span class="card-detox">{escape(_("Detox alone is not treatment."))}</span>'
    return (
        f"<li><strong>{escape(line.level)}</strong> <span>{escape(line.length)}</span> "
        f'<span class="card-price">{escape(line.price)}</span>{alone}</li>\n'
    )


@_part
def card_standing(card, now):
    """Whether it is verified, and until when; whether it advertises; its regulator's rating."""
    advertiser, rating = "", ""
    if card.is_advertiser:
        advertiser = (
            f'<li><span class="badge badge-advertiser">{escape(_("Advertiser"))}</span> '
            f"{escape(_('Advertising does not change the order.'))}</li>"
        )
    if card.rating:
        rating = f"<li>{escape(card.rating)}</li>"
    verified = verification(card.centre, now, card.address)
    return f'<ul class="card-standing"><li>{verified}</li>{advertiser}{rating}</ul>'


@_part
def card_call(card):
    """The number to call, and who answers it."""
    call = card.call
    if call is None and card.hides_a_number:
        return fixed("finder/_number_hidden.html")
    if call is None:
        return f'<p class="unknown">{escape(_("Telephone number not known"))}</p>'
    name = escape(_("Call %(name)s") % {"name": card.centre.name})
    return (
        f'<p class="card-phone"><a class="line-number" href="{escape(call.link)}">'
        f'<span class="visually-hidden">{name}: </span>{escape(call.number)}</a> '
        f'<span class="quiet">{escape(call.answered_by)}</span></p>'
    )
