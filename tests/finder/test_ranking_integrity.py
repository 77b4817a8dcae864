"""Advertising changes no result (P3): 1,000 random searches, with and without adverts."""

import random

import pytest

from centres.models import Centre
from tests import many

from . import directories
from .asking import NOW, TODAY, ask

pytestmark = pytest.mark.django_db
SEARCHES = 1_000


@pytest.fixture
def searches():
    rng = random.Random(3)
    return [directories.random_query(rng) for _ in range(SEARCHES)]


def answer(asked):
    """All that a search answers but who advertises, and how many of its results do.

    A hundred results a page, so that the whole order of the directory is compared.
    """
    results = ask(page_size=100, **asked)
    said = (
        [
            (hit.centre.pk, hit.distance_miles, [item.matches for item in hit.programmes])
            for hit in results.hits
        ],
        results.count,
        results.facets,
        results.unknown_price,
    )
    return said, sum(hit.advertiser for hit in results.hits)


def answers(searches):
    """What each search answers, and how many advertisers the results name in all."""
    pairs = [answer(asked) for asked in searches]
    return [said for said, _ in pairs], sum(advertisers for _, advertisers in pairs)


def test_adverts_change_no_result(searches):
    directories.build(seed=33, size=60)
    eligible = list(Centre.objects.verified(now=NOW).order_by("pk"))
    some, rest = eligible[::2], eligible[1::2]
    without, nobody = answers(searches)
    assert nobody == 0
    assert sum(count for _, count, *_ in without) > 3_000
    assert sum(1 for hits, *_ in without if len(hits) > 1) > 200

    many.advertise(some, TODAY)
    with_some, advertisers = answers(searches)
    assert with_some == without
    assert advertisers > 100

    many.advertise(rest, TODAY)
    with_all, all_advertisers = answers(searches)
    assert with_all == without
    assert all_advertisers > advertisers
    assert Centre.objects.advertisers(now=NOW).count() == len(eligible)


def test_an_advert_that_ends_changes_no_result(searches):
    directories.build(seed=34, size=40)
    many.advertise(list(Centre.objects.verified(now=NOW)), TODAY)
    advertised, advertisers = answers(searches[:100])
    assert advertisers > 0

    Centre.objects.update(advertiser_from=None, advertiser_until=None)

    assert answers(searches[:100]) == (advertised, 0)
