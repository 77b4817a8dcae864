"""Results in words: how far, and how many."""

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from finder.places import precision

register = template.Library()

CHECK_ROW = (
    '<div class="check-row{}"><input type="{}" id="{}-{}" name="{}" value="{}"{}>'
    '<label for="{}-{}">{} <span class="option-count">({})</span></label></div>\n'
)


@register.simple_tag
def distance(hit, origin):
    """ "3.4 miles", "about 12 miles", never finer than the coarser of the two ends is known."""
    return precision.distance_text(hit.distance_miles, origin.precision, hit.centre.precision)


@register.filter
def shown_programmes(hit, by_programme):
    """The programmes a card names: those that match, or all where none was asked for."""
    return [one.programme for one in hit.programmes if one.matches or not by_programme]


@register.simple_tag
def check_rows(group):
    """The options of a filter with their counts, as tick boxes or radio buttons.

    A page has some two hundred: rendered one by one as templates they would cost more than the
    search itself.
    """
    kind = "radio" if group.one_only else "checkbox"
    name = group.name
    return format_html_join(
        "",
        CHECK_ROW,
        (
            (
                "" if option.count else " check-none",
                kind,
                name,
                option.value,
                name,
                option.value,
                mark_safe(" checked") if option.selected else "",
                name,
                option.value,
                option.label,
                f"{option.count:,}",
            )
            for option in group.options
        ),
    )
