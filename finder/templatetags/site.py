"""What every page carries: the site's name, the help lines, and whether the data are made up."""

from functools import cache, wraps

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


def _once_a_language(render):
    """A tag that renders the same whenever it is given the same: once in each language."""
    kept = cache(lambda language, *given: render(*given))

    @wraps(render)
    def tag(*given):
        return kept(get_language(), *given)

    return register.simple_tag(tag)


@_once_a_language
def fixed(template):
    """A template that needs to be given nothing."""
    return render_to_string(template)


@_once_a_language
def help_strip(country):
    """The line at the head of every page: an emergency, and someone to talk to."""
    lines = help_lines.of(country, kinds={"emergency", "crisis"})
    context = {
        "emergency": lines[0],
        "crisis": next(line for line in lines if line.kind == "crisis"),
    }
    return render_to_string("finder/_help_strip.html", context)


@_once_a_language
def help_lines_of(country):
    """The help lines of `country` ("GB" or "US"), in the same place on every page."""
    other, question = ELSEWHERE[country]
    context = {
        "country": country,
        "lines": help_lines.of(country),
        "checked_on": help_lines.checked_on(country),
        "other": other.lower(),
        "question": question,
    }
    return render_to_string("finder/_help_lines.html", context)


@_once_a_language
def free_route(country):
    """The way to free treatment in `country`, and the line that knows where it is."""
    (route,) = help_lines.of(country, kinds={"free"})
    (line,) = help_lines.of(country, kinds={"drugs"})
    return render_to_string("finder/_free_route.html", {"route": route, "line": line})
