"""The button that keeps a centre, or what stands in its place while it is kept."""

from functools import cache
from html import escape

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from centres.models import Status
from finder import shortlist

register = template.Library()


@register.simple_tag(takes_context=True)
def keep(context, centre):
    """A form, written here for a page of results has twenty; "" where there is nothing to keep.

    After it is sent, the page comes back with its new state in focus, and is read out from there.
    """
    request = context["request"]
    kept = shortlist.kept(request)
    here = context.get("address") or request.get_full_path()
    if centre.uuid in kept:
        return format_html(
            '<form class="keep" method="post" action="{list}"><span id="keep-{slug}" tabindex="-1">'
            '<strong>{kept}</strong> <a href="{list}">{yours}</a></span> '
            '<input type="hidden" name="next" value="{here}#keep-{slug}">'
            '<button name="remove" value="{uuid}">{remove}<span class="visually-hidden"> {whom}'
            "</span></button></form>",
            list=_list(get_language()),
            slug=centre.slug,
            kept=_("Kept."),
            yours=_("Your shortlist: %(count)d of %(most)d")
            % {"count": len(kept), "most": shortlist.MOST},
            here=here,
            uuid=centre.uuid,
            remove=_("Remove"),
            whom=_("%(name)s from your shortlist") % {"name": centre.name},
        )
    if centre.status != Status.LISTED:
        return ""
    slug = escape(centre.slug)
    return mark_safe(  # noqa: S308 - each text in it is escaped
        f'<form class="keep" method="post" action="{_list(get_language())}">'
        f'<input type="hidden" name="next" value="{escape(here)}#keep-{slug}">'
        f'<button id="keep-{slug}" name="keep" value="{slug}">{escape(_("Keep this centre"))}'
        f'<span class="visually-hidden"> {escape(centre.name)}</span></button></form>'
    )


@cache
def _list(language):
    """The address of the shortlist in a language."""
    return reverse("shortlist")
