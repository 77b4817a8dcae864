"""The day's work, for the admin's front page."""

from django import template
from django.utils import timezone

from centres.admin.clockwork import clockwork
from centres.admin.queue import days_work

register = template.Library()


@register.simple_tag(takes_context=True)
def work_of_the_day(context):
    """The `DaysWork` of whoever looks at the page."""
    return days_work(context["request"].user, now=timezone.now())


@register.simple_tag(takes_context=True)
def what_runs_by_the_clock(context):
    """The `Clockwork`, or None for whoever may not see it."""
    return clockwork(context["request"].user, now=timezone.now())


@register.filter
def beside(cells, headings):
    """Pairs (cell, heading) of a row's cells, whose first heading is the centre's own."""
    return zip(cells, headings[1:], strict=True)
