"""Nearest is exact (P12), and every order is stable from page to page."""

import datetime
import math
from itertools import pairwise

import numpy as np
import pyproj
import pytest
from geopy.distance import geodesic

from centres.models import Centre, Programme
from finder.index.segment import RING_FROM
from tests import factories

from . import directories
from .asking import NOW, TODAY, all_pages, ask, found

pytestmark = pytest.mark.django_db
GEOD = pyproj.Geod(ellps="WGS84")
LEEDS = (53.8, -1.55)
SORTS = ["distance", "name", "price", "available", "checked"]


def near(origin):
    return f"{origin[0]!r},{origin[1]!r}"


def many(points, *, names=("Ash", "Birch", "Cedar")):
    """Listed centres at `points`, [(latitude, longitude) or None], few names among them."""
    centres = [
        Centre(
            name=names[number % len(names)],
            slug=f"centre-{number}",
            country="GB",
            status="listed",
            latitude=None if point is None else point[0],
            longitude=None if point is None else point[1],
            precision="" if point is None else "exact",
            coordinates_source="" if point is None else "made up",
            checked_on=None if number % 3 else TODAY - datetime.timedelta(days=number % 5),
        )
        for number, point in enumerate(points)
    ]
    centres = Centre.objects.bulk_create(centres)
    Programme.objects.bulk_create(
        Programme(
            centre=centre,
            level="residential",
            price=price,
            currency="" if price is None else "GBP",
            price_on=None if price is None else TODAY,
            earliest_admission=TODAY + datetime.timedelta(days=number % 4) if number % 2 else None,
            earliest_admission_stated_at=NOW if number % 2 else None,
        )
        for number, centre in enumerate(centres)
        if (price := [None, 1000, 1000, 2500][number % 4]) is not None or number % 8
    )
    return centres


def nearest(centres, origin):
    """Ids by (geodesic, name, id); geopy tells apart what is within a micrometre."""
    points = sorted({(c.latitude, c.longitude) for c in centres if c.latitude is not None})
    miles = {}
    if points:
        latitudes, longitudes = zip(*points, strict=True)
        count = len(points)
        metres = GEOD.inv([origin[1]] * count, [origin[0]] * count, longitudes, latitudes)[2]
        miles = dict(zip(points, (m / 1609.344 for m in metres), strict=True))
    rough = sorted(points, key=miles.get)
    close = [pair for pair in pairwise(rough) if miles[pair[1]] - miles[pair[0]] < 1e-9]
    for point in {point for pair in close for point in pair}:
        miles[point] = geodesic(origin, point).miles

    def key(centre):
        mile = miles.get((centre.latitude, centre.longitude))
        return (mile is None, mile or 0, centre.name, centre.pk)

    return [centre.pk for centre in sorted(centres, key=key)]


def scattered(rng, count):
    """Towns with centres about them, several at one place, as a country has; some unplaced."""
    towns = np.column_stack([rng.uniform(50, 58, 12), rng.uniform(-5, 1.5, 12)])
    points = [None] * (count // 20)
    while len(points) < count:
        town = towns[rng.integers(len(towns))]
        point = tuple((town + rng.normal(0, 0.1, 2)).tolist())
        points += [point] * rng.choice([1, 1, 1, 2])
    return points


def test_nearest_from_a_thousand_random_places():
    rng = np.random.default_rng(12)
    centres = many(scattered(rng, 300))
    origins = [
        *zip(rng.uniform(49, 60, 900).tolist(), rng.uniform(-8, 2, 900).tolist(), strict=True),
        *zip(rng.uniform(-90, 90, 60).tolist(), rng.uniform(-180, 180, 60).tolist(), strict=True),
        *[(c.latitude, c.longitude) for c in centres if c.latitude is not None][:40],
    ]

    for number, origin in enumerate(origins):
        expected = nearest(centres, origin)
        page = 1 + number % 20
        results = ask(near=near(origin), country="GB", page=page, page_size=8)

        assert results.count == len(expected)
        shown = [hit.centre.pk for hit in results.hits]
        assert shown == expected[8 * (page - 1) : 8 * page], (origin, page)


class TestRadius:
    @pytest.mark.parametrize("seed", range(15))
    def test_a_centre_on_the_circle_is_within_it(self, seed):
        """The radius is its distance, to the last bit; a bit less leaves it out."""
        rng = np.random.default_rng(seed)
        km = 10 ** rng.uniform(-4, 4.2)
        there = GEOD.fwd(LEEDS[1], LEEDS[0], rng.uniform(0, 360), km * 1000)
        factories.centre(name="On it", latitude=there[1], longitude=there[0])
        miles = geodesic(LEEDS, (there[1], there[0])).miles
        asked = {"near": near(LEEDS), "country": "GB"}

        assert found(**asked, radius=repr(miles)) == ["On it"]
        assert found(**asked, radius=repr(math.nextafter(miles, math.inf))) == ["On it"]
        assert found(**asked, radius=repr(math.nextafter(miles, 0))) == []

    def test_a_centre_where_the_visitor_stands_is_within_any_radius(self):
        factories.centre(name="Here", latitude=LEEDS[0], longitude=LEEDS[1])

        assert found(near=near(LEEDS), radius="1e-9") == ["Here"]

    @pytest.mark.parametrize("radius", ["0.001", "25", "12500"])
    def test_a_centre_without_a_place_is_outside(self, radius):
        factories.centre(name="Somewhere")
        factories.centre(name="Here", latitude=LEEDS[0], longitude=LEEDS[1])

        assert found(near=near(LEEDS), radius=radius) == ["Here"]
        assert found(near=near(LEEDS), radius="any") == ["Here", "Somewhere"]

    @pytest.mark.parametrize(
        "origin",
        [(90.0, 0.0), (-90.0, 77.0), (0.0, 180.0), (0.0, -180.0), (-10.0, -140.0)],
        ids=str,
    )
    @pytest.mark.parametrize("miles", [0.01, 30, 3000, 11_000])
    def test_membership_where_maps_have_their_edges(self, origin, miles):
        rng = np.random.default_rng(3)
        km = miles * 1.609344 * rng.choice([0.2, 0.999999, 1.000001, 1.5], 120)
        there = GEOD.fwd(
            [origin[1]] * 120,
            [origin[0]] * 120,
            rng.uniform(0, 360, 120),
            np.minimum(km, 2e4) * 1000,
        )
        centres = many(list(zip(there[1], there[0], strict=True)))
        within = [c for c in centres if geodesic(origin, (c.latitude, c.longitude)).miles <= miles]

        shown = all_pages(near=near(origin), country="GB", radius=miles)

        assert 0 < len(within) < 120
        assert shown == nearest(within, origin)


class TestTies:
    def test_by_name_then_by_id(self):
        second = factories.centre(name="Beta", latitude=53.9, longitude=-1.5)
        third = factories.centre(name="Beta", latitude=53.9, longitude=-1.5)
        first = factories.centre(name="Alpha", latitude=53.9, longitude=-1.5)

        assert all_pages(near=near(LEEDS)) == [first.pk, second.pk, third.pk]

    def test_mirrored_about_the_origin(self):
        """Their distances are equal on the ground; geopy's last bits say which comes first."""
        points = [(53.9, -1.55 + off) for off in (0.2, -0.2, 0.1, -0.1, 0.2)]
        centres = many(points)

        expected = sorted(
            centres,
            key=lambda c: (geodesic(LEEDS, (c.latitude, c.longitude)).miles, c.name, c.pk),
        )
        assert all_pages(near=near(LEEDS)) == [c.pk for c in expected]

    @pytest.mark.parametrize("seed", range(25))
    def test_between_what_is_indexed_and_what_has_changed_since(self, seed):
        """A centre written after the index was built ties with its neighbours all the same."""
        rng = np.random.default_rng(seed)
        point = (54 + rng.uniform(-1, 1), -1.5 + rng.uniform(-1, 1))
        mirror = (point[0], 2 * LEEDS[1] - point[1])
        old = [
            factories.centre(name=f"Old {n}", latitude=point[0], longitude=point[1]) for n in "bd"
        ]
        old.append(factories.centre(name="Old m", latitude=mirror[0], longitude=mirror[1]))
        ask()
        new = [factories.centre(name="Old c", latitude=point[0], longitude=point[1])]

        assert all_pages(near=near(LEEDS)) == nearest(old + new, LEEDS)
        assert all_pages(near=near(LEEDS), page_size=1) == nearest(old + new, LEEDS)


@pytest.mark.parametrize("sort", SORTS)
class TestPages:
    @pytest.mark.parametrize("changed", [0, 30], ids=["as built", "with changes since"])
    def test_every_centre_is_on_one_page_and_only_once(self, sort, changed):
        rng = np.random.default_rng(5)
        centres = many(scattered(rng, 130))
        asked = {"near": near(LEEDS)} if sort == "distance" else {}
        ask()
        Centre.objects.filter(pk__in=[c.pk for c in centres[:changed]]).update(about="Changed")

        whole = all_pages(sort=sort, page_size=100, **asked)

        assert sorted(whole) == sorted(c.pk for c in centres)
        for page_size in (1, 7, 50):
            assert all_pages(sort=sort, page_size=page_size, **asked) == whole

    def test_changes_since_do_not_alter_the_order(self, sort):
        centres = directories.build(seed=77, size=40)
        asked = {"near": near(LEEDS)} if sort == "distance" else {}
        before = all_pages(sort=sort, page_size=7, **asked)

        Centre.objects.filter(pk__in=[c.pk for c in centres[::3]]).update(about="Changed")

        assert all_pages(sort=sort, page_size=7, **asked) == before


class TestWithoutAPlace:
    def test_they_come_last_by_name(self):
        factories.centre(name="Zeta")
        factories.centre(name="Alpha")
        factories.centre(name="Far", latitude=-40.0, longitude=175.0)

        assert found(near=near(LEEDS)) == ["Far", "Alpha", "Zeta"]
        assert [hit.distance_miles is None for hit in ask(near=near(LEEDS)).hits] == [
            False, True, True,
        ]  # fmt: skip

    @pytest.mark.parametrize("page_size", [1, 2, 3])
    def test_a_page_may_hold_both(self, page_size):
        centres = many([(54.0, -1.0), (55.0, -1.0), (56.0, -1.0), None, None, None, None])

        assert all_pages(near=near(LEEDS), page_size=page_size) == nearest(centres, LEEDS)

    def test_where_nobody_has_a_place(self):
        centres = many([None] * 5)

        assert all_pages(near=near(LEEDS), page_size=2) == nearest(centres, LEEDS)
        assert ask(near=near(LEEDS), radius="100").count == 0


def test_many_centres():
    """So many that the nearest are looked for in widening rings, and deep pages in all of them."""
    rng = np.random.default_rng(6)
    points = scattered(rng, 5_000)
    points += [(89.99, lon) for lon in np.linspace(-180, 180, 40).tolist()]
    points += [(0.01 * n, lon) for n, lon in enumerate([179.99, -179.99, 180.0, -180.0] * 10)]
    centres = many(points)
    assert len(centres) > RING_FROM + 500
    origins = {
        "town": (53.8, -1.5),
        "pole": (90.0, 0.0),
        "south pole": (-90.0, 12.0),
        "antimeridian": (0.0, 180.0),
        "ocean": (-40.0, -120.0),
        "at a centre": next(p for p in points if p),
    }
    for origin in origins.values():
        expected = nearest(centres, origin)
        for page in (1, 2, 20, 41, 47, 48, 50, 51):
            shown = ask(near=near(origin), country="GB", page=page, page_size=100).hits
            assert [hit.centre.pk for hit in shown] == expected[100 * page - 100 : 100 * page]
    by_name = all_pages(country="GB")
    assert by_name == [c.pk for c in sorted(centres, key=lambda c: (c.name, c.pk))]
