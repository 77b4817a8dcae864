"""The languages of a page: what it is marked as, and where the same page is in the other."""

from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.utils.safestring import mark_safe

from finder import languages

register = template.Library()

#: What a language is called in itself, by its code.
NAMES = {languages.ENGLISH: "English", languages.WELSH: "Cymraeg"}
#: Pages that are worth finding in both languages: the text of a guide is English in either.
IN_BOTH = languages.IN_WELSH - {"treatment"}


@register.simple_tag(takes_context=True)
def page_speaks(context):
    """{code, tag, is_welsh, is_english_inside, other} of a page: the language around its own text.

    other: {name, tag, address} of this very page in the other language, its search with it; None
    where there is no request.
    """
    request = context.get("request")
    own = languages.of_request(request)
    is_welsh = own == languages.WELSH
    return {
        "code": languages.WELSH if is_welsh else languages.spoken(),
        "tag": languages.TAGS[languages.WELSH] if is_welsh else languages.tag(),
        "is_welsh": is_welsh,
        "is_english_inside": is_welsh and languages.spoken() != languages.WELSH,
        "other": _other(request, own) if request else None,
    }


def _other(request, own):
    (code,) = NAMES.keys() - {own}
    address, query = languages.in_language(code, request.path), request.META.get("QUERY_STRING", "")
    return {
        "name": NAMES[code],
        "tag": languages.TAGS[code],
        "address": f"{address}?{query}" if query else address,
    }


@register.simple_tag(takes_context=True)
def alternates(context, address):
    """[(how it is marked, address)] of a page that is known by `address`, where it has two."""
    request = context["request"]
    if request.resolver_match.url_name not in IN_BOTH:
        return []
    path, query = urlsplit(address).path, urlsplit(address).query
    after = f"?{query}" if query else ""
    site = urlsplit(settings.SITE_URL).path
    path = path.removeprefix(site)
    return [
        (languages.TAGS[code], f"{settings.SITE_URL}{languages.in_language(code, path)}{after}")
        for code in NAMES
    ]


@register.simple_tag(takes_context=True)
def in_english(context):
    """The attribute of what stands in English on every page, where that is not the page's own."""
    is_welsh = languages.of_request(context.get("request")) == languages.WELSH
    return mark_safe(' lang="en"') if is_welsh else ""
