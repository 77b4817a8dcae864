"""Results in numbers: centres, miles, and how many each option of a filter would leave."""

from html import escape

from django import template
from django.utils.safestring import mark_safe

from finder import wording

register = template.Library()


register.filter("centres", wording.centres)
register.filter("miles", wording.miles)


@register.simple_tag
def check_rows(group):
    """The options of a filter with their counts, as tick boxes or radio buttons.

    A page has some two hundred: rendered one by one as templates they would cost more than the
    search itself.
    """
    kind = "radio" if group.one_only else "checkbox"
    name = escape(group.name)
    rows = "".join(_check_row(kind, name, option) for option in group.options)
    return mark_safe(rows)  # noqa: S308 - each text in it is escaped


def _check_row(kind, name, option):
    value = escape(option.value)
    row_class = "check-row" if option.count else "check-row check-none"
    checked = " checked" if option.selected else ""
    return (
        f'<div class="{row_class}"><input type="{kind}" id="{name}-{value}" name="{name}" '
        f'value="{value}"{checked}><label for="{name}-{value}">{escape(option.label)} '
        f'<span class="option-count">({option.count:,})</span></label></div>\n'
    )
