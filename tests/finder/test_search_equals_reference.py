"""The index and the plain reading of the filters give the same ids, order, counts and facets."""

import random

import pytest
from django.db import transaction
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finder import index
from finder.search import search

from . import reference
from .directories import NOW, build, random_query

pytestmark = pytest.mark.django_db
SEARCHES_A_DIRECTORY = 6
FACETS_BY_QUERYSET = 2


class _RollBack(Exception):
    pass


def asked_for(asked, **more):
    data = QueryDict(mutable=True)
    for name, values in {**asked, **more}.items():
        data.setlist(name, values)
    return data


def place_of(asked):
    """(filters alone, country, origin, radius, sort) of the parameters of a search."""
    filters = {
        name: values
        for name, values in asked.items()
        if name not in {"near", "radius", "country", "sort"}
    }
    origin = tuple(map(float, asked["near"][0].split(","))) if "near" in asked else None
    radius = asked.get("radius", ["any"])[0]
    sort = asked.get("sort", ["distance" if origin else "name"])[0]
    return (
        filters,
        asked.get("country", ["GB"])[0],
        origin,
        None if radius == "any" else float(radius),
        sort,
    )


def check(asked, rng):
    filters, country, origin, radius, sort = place_of(asked)
    results = search(asked_for(asked, page_size=["7"]), now=NOW)
    if origin:
        country = results.query.country
    where = {"country": country, "origin": origin, "radius": radius, "now": NOW}
    centres = reference.with_programmes(reference.matching(filters, **where))
    expected = reference.in_order(centres, sort, asked=filters, origin=origin, now=NOW)
    assert results.count == len(expected), asked
    found = list(results.hits)
    for page in range(2, results.pages + 1):
        found += search(asked_for(asked, page_size=["7"], page=[str(page)]), now=NOW).hits
    assert [hit.centre.pk for hit in found] == [centre.pk for centre in expected], asked
    for hit, centre in zip(found, expected, strict=True):
        miles = reference.distance(centre, origin)
        assert hit.distance_miles == (miles and pytest.approx(miles, abs=1e-9)) or miles == 0.0
        matching = {item.programme.pk for item in hit.programmes if item.matches}
        assert matching == {p.pk for p in reference.met(centre, filters, NOW)}
    options = [(name, option) for name in results.facets for option in results.facets[name]]
    centres = reference.with_programmes(reference.matching({}, **where))
    for name, option in options:
        alone = {**filters, name: [option.value]}
        assert option.count == reference.count(centres, alone, NOW), (asked, option)
    for name, option in rng.sample(options, FACETS_BY_QUERYSET):
        alone = {**filters, name: [option.value]}
        assert option.count == len(reference.matching(alone, **where)), (asked, option)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32), size=st.integers(0, 30))
def test_random_searches_of_random_directories(db, seed, size):
    try:
        with transaction.atomic():
            build(seed, size)
            index.forget()
            rng = random.Random(seed)
            for _ in range(SEARCHES_A_DIRECTORY):
                check(random_query(rng), rng)
            raise _RollBack
    except _RollBack:
        index.forget()
