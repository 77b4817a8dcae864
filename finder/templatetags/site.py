"""What every page carries: the site's name, the help lines, and whether the data are made up."""

from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext_lazy

from centres.models import Centre
from finder import help_lines

register = template.Library()

SITE_NAME = "Treatment Finder"
#: Where “Exit this page” leads: a public weather page, which anybody may have open for any reason,
#: which asks for no account and whose address says nothing of where the visitor was.
WAYS_OUT = {"GB": "https://www.bbc.co.uk/weather", "US": "https://www.weather.gov/"}
ELSEWHERE = {
    "GB": ("US", gettext_lazy("In the United States?")),
    "US": ("GB", gettext_lazy("In the United Kingdom?")),
}


@register.simple_tag
def site_name():
    return SITE_NAME


@register.simple_tag
def way_out(country):
    """The address “Exit this page” leads to in `country` ("GB" or "US")."""
    return WAYS_OUT[country]


@register.simple_tag
def demo_data_loaded():
    """Whether made-up centres are loaded; a page that knows it passes `has_demo` instead."""
    return Centre.objects.demo().exists()


@register.simple_tag
def fixed(template):
    """A template that is given nothing and so always says the same: rendered once a language."""
    return _fixed(template, get_language())


@cache
def _fixed(template, language):
    return render_to_string(template)


@register.simple_tag
def help_strip(country):
    """The line at the head of every page: an emergency, and someone to talk to.

    Rendered once a country and language, as are `help_lines_of`: their file too is read only once.
    """
    return _help_strip(country, get_language())


@cache
def _help_strip(country, language):
    lines = help_lines.of(country, kinds={"emergency", "crisis"})
    context = {
        "emergency": lines[0],
        "crisis": next(line for line in lines if line.kind == "crisis"),
    }
    return render_to_string("finder/_help_strip.html", context)


@register.simple_tag
def help_lines_of(country):
    """The help lines of `country` ("GB" or "US"), in the same place on every page."""
    return _help_lines_of(country, get_language())


@cache
def _help_lines_of(country, language):
    other, question = ELSEWHERE[country]
    context = {
        "country": country,
        "lines": help_lines.of(country),
        "checked_on": help_lines.checked_on(country),
        "other": other.lower(),
        "question": question,
    }
    return render_to_string("finder/_help_lines.html", context)


@register.simple_tag
def free_route(country):
    """The way to free treatment in `country`, and the line that knows where it is."""
    return _free_route(country, get_language())


@cache
def _free_route(country, language):
    (route,) = help_lines.of(country, kinds={"free"})
    (line,) = help_lines.of(country, kinds={"drugs"})
    return render_to_string("finder/_free_route.html", {"route": route, "line": line})
