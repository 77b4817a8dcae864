from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRedirect

from centres.models import Country
from finder import narrowing, wording
from finder.cards import cards
from finder.search import (
    AmbiguousPlace,
    InvalidSearch,
    OtherCountry,
    SearchProblem,
    UnknownPlace,
    search,
)

#: Each dead end has its own page. Status: 400 where what was asked cannot be, 404 where the place
#: is not known; choosing between two places of one name is no error.
DEAD_ENDS = {
    InvalidSearch: ("finder/invalid_filter.html", 400),
    OtherCountry: ("finder/other_country.html", 400),
    UnknownPlace: ("finder/unknown_place.html", 404),
    AmbiguousPlace: ("finder/ambiguous_place.html", 200),
}


@never_cache
def results(request):
    """The search: a page of centres with the filters that narrow it, or one of the dead ends.

    An empty result is a page of its own with status 200.
    """
    try:
        found = search(request.GET, now=timezone.now())
    except SearchProblem as problem:
        return _dead_end(request, problem)
    template = "finder/results.html" if found.count else "finder/empty.html"
    return render(request, template, _page(found))


def _page(found):
    query = found.query
    return {
        "results": found,
        "cards": cards(found),
        "query": query,
        "now": query.now,
        "country": query.country,
        "has_demo": found.has_demo,
        "groups": narrowing.groups(found),
        "verified": found.facets["verified"][0],
        "radiuses": narrowing.radiuses(query),
        "chips": narrowing.chips(found),
        "sorts": narrowing.sorts(query),
        "detox_shown": any(
            wording.is_detox(one.programme)
            for hit in found.hits
            for one in hit.programmes
            if one.matches
        ),
        "any_price": narrowing.address(query.given, max_price=None),
        "address": narrowing.address(query.given, page=query.given.get("page")),
        "other_country": narrowing.address(
            query.given, country="GB" if query.country == "US" else "US"
        ),
        "everywhere": narrowing.address(query.given, near=None, radius=None, sort=None),
        "any_distance": narrowing.address(query.given, radius=None),
        "without_filters": narrowing.address(_place_of(query.given)),
        "previous": narrowing.address(query.given, page=query.page - 1) if query.page > 1 else "",
        "next": narrowing.address(query.given, page=query.page + 1)
        if query.page < found.pages
        else "",
    }


def _place_of(given):
    return {name: texts for name, texts in given.items() if name in {"near", "country"}}


def _dead_end(request, problem):
    """A page that says what was not understood, with a way on from each of it."""
    if request.htmx:
        return HttpResponseClientRedirect(request.get_full_path())
    template, status = DEAD_ENDS[type(problem)]
    given = problem.query.given
    context = {
        "problem": problem,
        "query": problem.query,
        "country": problem.query.country,
        "near": given.get("near", [""])[0],
        "kept": [
            (name, text)
            for name, texts in given.items()
            if name not in {"near", "page", "country", *problem.errors}
            for text in texts
        ],
        "errors": [
            narrowing.Misuse(name, narrowing.label_of(name), messages, narrowing.allowed(name))
            for name, messages in problem.errors.items()
        ],
        "ways_on": _ways_on(problem, given),
    }
    return render(request, template, context, status=status)


def _ways_on(problem, given):
    """Links that go on from a dead end: [(text, address)]."""
    match problem:
        case InvalidSearch():
            good = {name: texts for name, texts in given.items() if name not in problem.errors}
            words = "Search without it" if len(problem.errors) == 1 else "Search without them"
            return [(words, narrowing.address(good))]
        case UnknownPlace(suggestions=places) | AmbiguousPlace(choices=places):
            return [(place.label, _at(place.query, place.place.country, given)) for place in places]
        case OtherCountry(place=place):
            there = Country(place.country).label
            return [
                (
                    f"Search near {place.label}, in the {there}",
                    narrowing.address(given, country=place.country),
                ),
                (
                    f"Stay in the {Country(problem.country).label}, at any place",
                    narrowing.address(given, near=None, radius=None, sort=None),
                ),
            ]
    return []


def _at(place, country, given):
    """The same search at `place`; a country that was given follows it."""
    change = {"country": country} if "country" in given else {}
    return narrowing.address(given, near=place, **change)
