"""Results in words: how far, and how many."""

from django import template

from finder.places import precision

register = template.Library()


@register.simple_tag
def distance(hit, origin):
    """ "3.4 miles", "about 12 miles", never finer than the coarser of the two ends is known."""
    return precision.distance_text(hit.distance_miles, origin.precision, hit.centre.precision)


@register.filter
def shown_programmes(hit, by_programme):
    """The programmes a card names: those that match, or all where none was asked for."""
    return [one.programme for one in hit.programmes if one.matches or not by_programme]
