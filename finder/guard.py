"""What every page has on which a stranger can send us something."""

import functools

from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.csrf import csrf_failure
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from centres import keys, limits
from centres.models import Centre, Closed, Country

from .shortlist import is_from_our_page
from .visitors import address_of

#: Of what is sent: several times the longest text that any form takes, in any script.
MOST_BYTES = 100_000
LONGEST_NUMBER = 20
TYPES = {"application/x-www-form-urlencoded", "multipart/form-data"}


def guarded(action, *, most_bytes=MOST_BYTES, needs_keys=True):
    """Decorate a view (GET and POST) that serves the form `action`.

    A POST is refused, in plain words and with other ways on, that comes from another site (403),
    is too large (413) or no form of a browser's (415), or comes too often from one address (429:
    `centres.limits`). While nothing can be encrypted the page says so (503) and shows no form.
    No cookie is needed for it or set by it; nothing of it is kept by a cache or a search engine.
    The view may raise `Closed` too. needs_keys: False for what only takes back or deletes, which
    works without a key.
    """

    def decorate(view):
        @csrf_exempt  # a token would need a cookie: see is_from_our_page
        @never_cache
        @require_http_methods(["GET", "HEAD", "POST"])
        @functools.wraps(view)
        def guard(request, *args, **kwargs):
            try:
                if needs_keys and keys.shut():
                    raise Closed
                response = _refusal(request, action, most_bytes) or view(request, *args, **kwargs)
            except Closed:
                response = closed(request)
            response["X-Robots-Tag"] = "noindex"
            return response

        return guard

    return decorate


def closed(request):
    """The page that says that nothing private can be taken in or read now; staff read why."""
    is_admin = request.resolver_match and request.resolver_match.app_name == "admin"
    name = "admin/closed_for_now.html" if is_admin else "finder/closed_for_now.html"
    return render(request, name, {**_about(request), "problem": keys.shut()}, status=503)


def _about(request):
    """{slug, country} of the centre that the form is about, each None where it is about none: so
    that the help lines are those of its visitors, and the way back is to its page."""
    slug = request.resolver_match.kwargs.get("slug") if request.resolver_match else None
    countries = Centre.objects.with_page().filter(slug=slug).values_list("country", flat=True)
    asked = request.GET.get("country")
    country = countries.first() if slug else asked if asked in Country.values else None
    return {"slug": slug if country else None, "country": country}


class ClosedMiddleware:
    """Answers with that page wherever a view comes upon what it cannot encrypt or read."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, Closed):
            return None
        response = closed(request)
        add_never_cache_headers(response)
        return response


def _refusal(request, action, most_bytes):
    """The page that refuses a POST, or None."""
    if request.method != "POST":
        return None
    if not is_from_our_page(request):
        return csrf_failure(request, reason="not from a page of this site")
    if _length(request) > most_bytes:
        return render(request, "finder/too_large.html", _about(request), status=413)
    if not _is_a_form(request) or _length(request) < 0:
        odd = {**_about(request), "is_odd": True}
        return render(request, "finder/too_large.html", odd, status=415)
    now = timezone.now()
    address = address_of(request)
    if limits.allow(action, address, now=now):
        return None
    free_at = limits.free_at(action, address, now=now)
    context = {**_about(request), "free_at": free_at}
    response = render(request, "finder/too_often.html", context, status=429)
    response["Retry-After"] = str(max(1, int((free_at - now).total_seconds())))
    return response


def _length(request):
    """How many bytes are said to come; -1 where that is no number, on which Django would fail."""
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isascii() and said.isdecimal() and len(said) < LONGEST_NUMBER else -1


def _is_a_form(request):
    """Whether it is sent as browsers send forms: another encoding is a script's."""
    charset = request.content_params.get("charset", "utf-8").lower()
    return request.content_type in TYPES and charset in {"utf-8", "utf8"}
