"""The map of results in words and SVG: no style attributes, which the policy forbids."""

from html import escape
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from finder import narrowing, wording
from finder.map.drawing import draw

register = template.Library()

#: A target is 25 units across, the marks 27 apart: 24 pixels on the narrowest screen.
TARGET, DOT, LEAST_CLUSTER = 12.5, 5.5, 8.5


@register.simple_tag
def results_map(results):
    """The `Drawing` of a page of `Results`, or None."""
    return draw(results)


@register.simple_tag
def map_tiles():
    """Where pictures of streets come from, {address, host, credit}; None unless the operator says.

    See MAP_TILES_URL in the settings.
    """
    if not settings.MAP_TILES_URL:
        return None
    return {
        "address": settings.MAP_TILES_URL,
        "host": urlsplit(settings.MAP_TILES_URL).hostname,
        "credit": settings.MAP_TILES_CREDIT,
    }


@register.simple_tag
def map_points(results):
    """The address that answers with the marks of any part of the map of this search."""
    given = results.query.given
    query = narrowing.query_of(given, page=given.get("page"))
    return f"{reverse('map-points')}?{query}"


@register.filter
def map_title(drawing, results):
    """ "Map of 34 centres near Leeds"."""
    said = {"centres": wording.centres(drawing.on_map)}
    if not results.origin:
        return _("Map of %(centres)s") % said
    return _("Map of %(centres)s near %(place)s") % {**said, "place": results.origin.label}


@register.filter
def map_sentences(drawing, results):
    """What a map shows and what it does not, for all who read it and those who cannot see it."""
    said = [
        _("%(centres)s on this map, and in the list too.")
        % {"centres": wording.centres(drawing.on_map)}
    ]
    if drawing.beyond:
        words = ngettext("%(number)s lies beyond it.", "%(number)s lie beyond it.", drawing.beyond)
        said.append(words % {"number": wording.number(drawing.beyond)})
    if drawing.unplaced:
        words = ngettext(
            "%(number)s not on the map: its place is not published.",
            "%(number)s not on the map: their place is not published.",
            drawing.unplaced,
        )
        said.append(words % {"number": wording.number(drawing.unplaced)})
    if drawing.coarse:
        words = ngettext(
            "%(number)s is known only roughly, and drawn in a broken line.",
            "%(number)s are known only roughly, and drawn in a broken line.",
            drawing.coarse,
        )
        said.append(words % {"number": wording.number(drawing.coarse)})
    if drawing.ring:
        circle = {"miles": wording.miles(results.query.radius), "place": results.origin.label}
        said.append(_("The circle is %(miles)s around %(place)s.") % circle)
    return said


@register.simple_tag
def map_marks(drawing):
    """The marks as links, in reading order; written here, for templates would take longer."""
    ordered = sorted(drawing.marks, key=lambda mark: (mark.y // 24, mark.x))
    discs = "".join(_disc(mark) for mark in ordered if mark.reach)
    return mark_safe(discs + "".join(_link(mark) for mark in ordered))  # noqa: S308 - escaped below


def _disc(mark):
    return f'<circle class="map-area" cx="{mark.x}" cy="{mark.y}" r="{mark.reach}"/>\n'


def _link(mark):
    cards = f' data-cards="{escape(" ".join(mark.cards))}"' if mark.cards else ""
    return (
        f'<a class="map-mark{" map-on-page" if mark.cards else ""}" href="{escape(mark.address)}"'
        f"{cards}><title>{escape(mark.words)}</title>"
        f'<circle class="map-target" cx="{mark.x}" cy="{mark.y}" r="{TARGET}"/>'
        f"{_shape(mark)}</a>\n"
    )


def _shape(mark):
    if mark.count == 1:
        kind = "map-dot map-coarse" if mark.metres else "map-dot"
        return f'<circle class="{kind}" cx="{mark.x}" cy="{mark.y}" r="{DOT}"/>'
    said = _short(mark.count)
    radius = min(LEAST_CLUSTER + 1.2 * (len(said) - 1), TARGET)
    return (
        f'<circle class="map-cluster" cx="{mark.x}" cy="{mark.y}" r="{radius:.1f}"/>'
        f'<text class="map-count" x="{mark.x}" y="{mark.y}" dy=".35em" aria-hidden="true">'
        f"{said}</text>"
    )


def _short(count):
    """A count in at most four letters: 999, 1.2k, 14k."""
    if count < 1000:
        return str(count)
    thousands = count / 1000
    return f"{thousands:.1f}k" if thousands < 9.95 else f"{thousands:.0f}k"
