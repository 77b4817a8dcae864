from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from centres.models import Country
from finder import narrowing, prepared
from finder.cards import cards
from finder.languages import speaking_of
from finder.places import names, towns
from finder.search import Query, counts_at

#: How far around a town its page looks, in miles.
AROUND = 25
#: Centres that the page shows by name.
NEAREST = 5
#: Towns on the list of them, by nation or state.
LISTED = {"ENG": 30, "SCT": 10, "WLS": 8, "NIR": 6}
LISTED_A_STATE = 3


def rehab_index(request):
    """The largest towns of each nation and state that have a centre within `AROUND` miles."""
    areas = [*_nations(), *_states()]
    found = towns.largest([(country, code, number) for country, code, _name, number in areas])
    kept = {town.slug for town in with_centres([town for each in found for town in each])}
    listed = [
        (country, name, [town for town in each if town.slug in kept])
        for (country, _code, name, _number), each in zip(areas, found, strict=True)
    ]
    context = {
        "countries": [
            (country.label, [(name, each) for of, name, each in listed if of == country and each])
            for country in Country
        ],
        "around": AROUND,
    }
    return render(request, "finder/rehab_index.html", context)


def rehab(request, place):
    """What is within `AROUND` miles of a town: exact counts by kind of programme, the nearest few.

    Another of a town's names leads to its address; what is no town with a page is a 404 with
    what it may have meant.
    """
    town, choices = towns.look_up(place.lower())
    if town is None:
        return _unknown(request, choices)
    if town.slug != place:
        return redirect("rehab", place=town.slug, permanent=True)
    with speaking_of(town.country):
        return render(request, "finder/rehab.html", _page(town, now=timezone.now()))


def _page(town, *, now):
    country = Country(town.country)
    base = {"near": town.near, "radius": str(AROUND), "country": country.value}
    groups = {
        "where": prepared.WHERE,
        "levels": prepared.LEVELS,
        "mind": prepared.MIND,
        "free": prepared.FREE[country],
    }
    asked = prepared.prepare(base, groups, now=now, page_size=NEAREST)
    return {
        "town": town,
        "around": AROUND,
        "asked": asked,
        "results": asked.found,
        "cards": cards(asked.found),
        "country": country.value,
        "has_demo": asked.found.has_demo,
        "further": narrowing.address({"near": [town.near], "country": [country.value]}),
        "now": now,
    }


def with_centres(some):
    """Those of some towns that have a centre within `AROUND` miles, in their order."""
    query = Query(now=timezone.now(), radius=AROUND)
    counts = counts_at(query, [town.spot for town in some])
    return [town for town, number in zip(some, counts, strict=True) if number]


def _unknown(request, choices):
    ways_on = [(choice.label, _address(choice)) for choice in choices]
    return render(request, "finder/no_town.html", {"ways_on": ways_on}, status=404)


def _address(choice):
    """A town's page where it has one, else the search near it."""
    town = towns.of_choice(choice)
    if town is None:
        return narrowing.address({"near": [choice.query]})
    return reverse("rehab", args=[town.slug])


def _nations():
    return [(Country.GB, code, names.NATIONS[code], number) for code, number in LISTED.items()]


def _states():
    states = sorted(names.STATES.items(), key=lambda pair: pair[1])
    return [(Country.US, code, name, LISTED_A_STATE) for code, name in states]
