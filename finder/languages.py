"""Which language a page speaks: its address says, and the country it shows says which English.

Addresses under /cy/ are Welsh and all others English, so that a page can be shared and a visitor
needs no cookie (P9); what a browser says it prefers is not asked. American words and dates stand
where centres of the United States are shown. Some pages have no Welsh text yet: under /cy/ they say
so, and what they hold is English, as their mark-up says too.
"""

from urllib.parse import quote

from django.urls.resolvers import LocalePrefixPattern, URLResolver
from django.utils import translation
from django.utils.translation import trans_real

ENGLISH, AMERICAN, WELSH = "en-gb", "en-us", "cy"
#: English words with links that stay under /cy/ (a private subtag, RFC 5646, 2.2.7).
ENGLISH_UNDER_WELSH = "en-gb-x-cy"
#: What a document in each is marked as.
TAGS = {ENGLISH: "en-GB", AMERICAN: "en-US", ENGLISH_UNDER_WELSH: "en-GB", WELSH: "cy"}
#: Names of the addresses whose own text is in Welsh too; that of all others is English everywhere.
IN_WELSH = frozenset({
    "home", "search", "map-points", "centre", "shortlist", "compare", "call-sheet", "help",
    "treatment-index", "treatment", "rehab-index", "rehab", "data", "verification", "advertising",
    "privacy", "accessibility", "centre-report", "report",
})  # fmt: skip
_WELSH_ROOT = "/cy"


def of_path(path):
    """The language that an address is of."""
    is_welsh = path == _WELSH_ROOT or path.startswith(f"{_WELSH_ROOT}/")
    return WELSH if is_welsh else ENGLISH


def of_request(request):
    """The language of its address; English where there is no request, or none that came to us."""
    return getattr(request, "LANGUAGE_CODE", ENGLISH)


def in_language(language, path):
    """The address of the same page in `language`; `path` as a request has it.

    It has one slash at its head, so that it leads to no other host.
    """
    plain = path.removeprefix(_WELSH_ROOT) if of_path(path) == WELSH else path
    plain = f"/{plain.lstrip('/')}"
    return quote(f"{_WELSH_ROOT}{plain}" if language == WELSH else plain, safe="/%")


def spoken():
    """The language of the words that are written now."""
    return translation.get_language()


def tag():
    """The same, as HTML has it."""
    return TAGS.get(spoken(), TAGS[ENGLISH])


def speaking_of(country):
    """A context in which English words and dates are those of `country` ("GB" or "US")."""
    language = spoken()
    if language in {ENGLISH, AMERICAN}:
        language = AMERICAN if country == "US" else ENGLISH
    return translation.override(language)


def _without_what_is_empty():
    """Have an English text that no catalogue of ours holds stand as it is, at once.

    It would be looked for in Django's American catalogue of each application, which are all empty:
    on a page of results that took longer than the search.
    """
    for language in (ENGLISH, AMERICAN, ENGLISH_UNDER_WELSH):
        trans_real.translation(language)._fallback = None


class LanguageMiddleware:
    """Has the page speak the language of its address. It reads no header and leaves none."""

    def __init__(self, get_response):
        self.get_response = get_response
        _without_what_is_empty()

    def __call__(self, request):
        request.LANGUAGE_CODE = of_path(request.path_info)
        with translation.override(request.LANGUAGE_CODE):
            return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.LANGUAGE_CODE == WELSH and request.resolver_match.url_name not in IN_WELSH:
            translation.activate(ENGLISH_UNDER_WELSH)


class _Prefix(LocalePrefixPattern):
    """Django's has a prefix for each language; here both Englishes share their addresses."""

    @property
    def language_prefix(self):
        under_welsh = {WELSH, ENGLISH_UNDER_WELSH}
        return f"{WELSH}/" if spoken() in under_welsh else ""


def in_each_language(*patterns):
    """Addresses that stand both as they are and, in Welsh, under /cy/."""
    return URLResolver(_Prefix(), list(patterns))
