"""Results in numbers: centres, miles, and how many each option of a filter would leave."""

from functools import lru_cache
from html import escape
from itertools import repeat

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
    counts = wording.numbers(option.count for option in group.options)
    rows = map(_check_row, repeat(kind), repeat(name), group.options, counts)
    return mark_safe("".join(rows))  # noqa: S308 - each text in it is escaped


def _check_row(kind, name, option, count):
    row_class = "check-row" if option.count else "check-row check-none"
    checked = " checked" if option.selected else ""
    box, label = _check_box(kind, name, option.value, option.label)
    return (
        f'<div class="{row_class}"><input {box}{checked}>{label} '
        f'<span class="option-count">({count})</span></label></div>\n'
    )


@lru_cache(maxsize=4096)
def _check_box(kind, name, value, label):
    """What of a row no search changes: the attributes of its box, and its label up to the count."""
    value = escape(value)
    return (
        f'type="{kind}" id="{name}-{value}" name="{name}" value="{value}"',
        f'<label for="{name}-{value}">{escape(label)}',
    )
