from django.http import QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRedirect

from centres.models import Country
from finder import emergency, narrowing, wording
from finder.cards import cards, others
from finder.languages import speaking_of
from finder.search import (
    AmbiguousPlace,
    InvalidSearch,
    OtherCountry,
    SearchProblem,
    UnknownPlace,
    count,
    counts_at,
    search,
)
from finder.suggestions import Suggestion, suggestions

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
        with speaking_of(problem.query.country):
            return _dead_end(request, problem)
    template = "finder/results.html" if found.count else "finder/empty.html"
    with speaking_of(found.query.country):
        return render(request, template, _page(found))


def _page(found):
    query, more = found.query, suggestions(found)
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
        "without_filters": narrowing.address(narrowing.place_of(query.given)),
        "urgent": _urgent(query),
        "suggestions": more,
        "beyond": others(found, [(hit, "radius") for hit in more.beyond]) if more else [],
        "nearly": others(found, more.nearly) if more else [],
        "previous": narrowing.address(query.given, page=query.page - 1) if query.page > 1 else "",
        "next": narrowing.address(query.given, page=query.page + 1)
        if query.page < found.pages
        else "",
    }


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
            if name not in {"near", "page", "country", *_wrong(problem)}
            for text in texts
        ],
        "errors": [
            narrowing.Misuse(name, narrowing.label_of(name), messages, narrowing.allowed(name))
            for name, messages in problem.errors.items()
        ],
        "ways_on": _ways_on(problem, given),
        "urgent": _urgent(problem.query),
    }
    return render(request, template, context, status=status)


def _urgent(query):
    """The help lines to put first, if what was typed asks for them."""
    typed = [*query.given.get("near", ()), *query.given.get("q", ())]
    return emergency.lines(typed, query.country)


def _wrong(problem):
    """Parameters that another place would not put right."""
    return problem.errors.keys() - getattr(problem, "lack_a_place", set())


def _ways_on(problem, given):
    """`Suggestion`s that go on from a dead end."""
    match problem:
        case InvalidSearch(errors=errors):
            words = "Search without it" if len(errors) == 1 else "Search without them"
            good = {name: texts for name, texts in given.items() if name not in errors}
            return [_counted(words, good, problem.query.now)]
        case UnknownPlace(suggestions=places) | AmbiguousPlace(choices=places):
            return _places(problem.query, places, given)
        case OtherCountry(place=place):
            there, here = Country(place.country), Country(problem.country)
            (number,) = counts_at(problem.query, [place])
            nowhere = {**given, "near": [], "radius": [], "sort": []}
            return [
                Suggestion(
                    f"Search near {place.label}, in the {there.label}",
                    number,
                    narrowing.address(given, country=place.country),
                ),
                _counted(f"Stay in the {here.label}, at any place", nowhere, problem.query.now),
            ]
    return []


def _places(query, choices, given):
    """The same search at each of several places; a country that was given follows it."""
    numbers = counts_at(query, [choice.place for choice in choices])
    ways = []
    for choice, number in zip(choices, numbers, strict=True):
        change = {"country": choice.place.country} if "country" in given else {}
        there = narrowing.address(given, near=choice.query, **change)
        ways.append(Suggestion(choice.label, number, there))
    return ways


def _counted(words, given, now):
    """A way on whose search may itself be a dead end: then its count is None."""
    params = QueryDict(narrowing.query_of(given))
    try:
        number = count(params, now=now)
    except SearchProblem:
        number = None
    return Suggestion(words, number, narrowing.address(given))
