"""Distances and their bounds, against geopy and pyproj over every kind of pair."""

import math
from itertools import pairwise

import numpy as np
import pyproj
import pytest
from geopy.distance import geodesic
from hypothesis import given
from hypothesis import strategies as st

from finder.index import geography

GEOD = pyproj.Geod(ellps="WGS84")
PAIRS = 40_000
LATITUDES = st.one_of(
    st.floats(-90, 90), st.sampled_from([0.0, -0.0, 90.0, -90.0, 89.999999, 51.5, 1e-9])
)
LONGITUDES = st.one_of(
    st.floats(-180, 180), st.sampled_from([0.0, -0.0, 180.0, -180.0, 179.999999, 1e-9])
)
RADII = st.one_of(
    st.floats(1e-6, 20_020), st.sampled_from([1e-6, 0.001, 1.0, 40.0, 6_000.0, 20_003.0, 20_004.0])
)


def uniform(rng, count):
    """Points spread evenly over the globe."""
    return np.degrees(np.arcsin(rng.uniform(-1, 1, count))), rng.uniform(-180, 180, count)


def from_here(latitudes, longitudes, azimuths, km):
    """The points so many km along a geodesic."""
    there = GEOD.fwd(longitudes, latitudes, azimuths, np.asarray(km) * 1000)
    return there[1], there[0]


def anywhere(rng):
    latitudes, longitudes = uniform(rng, PAIRS)
    return latitudes, longitudes, *uniform(rng, PAIRS)


def of_every_length(rng):
    """From a millimetre to half-way round, in any direction."""
    latitudes, longitudes = uniform(rng, PAIRS)
    km = 10 ** rng.uniform(-6, math.log10(20_003), PAIRS)
    return latitudes, longitudes, *from_here(latitudes, longitudes, rng.uniform(0, 360, PAIRS), km)


def nearly_antipodal(rng):
    latitudes, longitudes = uniform(rng, PAIRS)
    near = 10 ** rng.uniform(-9, 1, (2, PAIRS)) * rng.choice([-1, 1], (2, PAIRS))
    opposite = np.where(longitudes > 0, longitudes - 180, longitudes + 180)
    return latitudes, longitudes, np.clip(-latitudes + near[0], -90, 90), opposite + near[1]


def about_the_poles(rng):
    pole = rng.choice([-90, 90], PAIRS)
    off = 10 ** rng.uniform(-9, 1, (2, PAIRS)) * rng.choice([0, 1], (2, PAIRS))
    around = rng.uniform(-180, 180, (2, PAIRS))
    other = pole * rng.choice([-1, 1], PAIRS)
    return pole - np.sign(pole) * off[0], around[0], other - np.sign(other) * off[1], around[1]


def along_the_equator(rng):
    slight = 10 ** rng.uniform(-12, 0, (2, PAIRS)) * rng.choice([-1, 0, 1], (2, PAIRS))
    return slight[0], rng.uniform(-180, 180, PAIRS), slight[1], rng.uniform(-180, 180, PAIRS)


def along_a_meridian(rng):
    longitudes = rng.uniform(-180, 180, PAIRS)
    return rng.uniform(-90, 90, PAIRS), longitudes, rng.uniform(-90, 90, PAIRS), longitudes


def across_the_antimeridian(rng):
    latitudes, longitudes = rng.uniform(-90, 90, (2, PAIRS)), 10 ** rng.uniform(-9, 1, (2, PAIRS))
    return latitudes[0], 180 - longitudes[0], latitudes[1], -180 + longitudes[1]


def the_same(rng):
    latitudes, longitudes = uniform(rng, PAIRS)
    return latitudes, longitudes, latitudes, longitudes


KINDS = [
    anywhere, of_every_length, nearly_antipodal, about_the_poles, along_the_equator,
    along_a_meridian, across_the_antimeridian, the_same,
]  # fmt: skip


def of(kind):
    """(km on the ground, km of chord) of many pairs of a kind."""
    a_latitudes, a_longitudes, b_latitudes, b_longitudes = kind(np.random.default_rng(20))
    ground = GEOD.inv(a_longitudes, a_latitudes, b_longitudes, b_latitudes)[2] / 1000
    here = geography.to_space(a_latitudes, a_longitudes)
    there = geography.to_space(b_latitudes, b_longitudes)
    return ground, geography.chords(here, there)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
class TestBounds:
    def test_the_ground_lies_between_the_bounds_of_its_chord(self, kind):
        ground, chord = of(kind)

        least, most = geography.bounds(chord)

        assert (least <= ground).all()
        assert (ground <= most).all()

    def test_a_radius_is_bracketed(self, kind):
        """Each pair's own distance is the radius, a hair less or a hair more."""
        ground, chord = of(kind)

        for radius, through in zip(ground[::10].tolist(), chord[::10].tolist(), strict=True):
            assert through <= geography.surely_beyond(radius)
            assert through <= geography.surely_beyond(np.nextafter(radius, np.inf))
            if radius > 1e-8:
                assert not through <= geography.surely_within(radius - 1e-8)

    def test_pyproj_and_geopy_agree_far_below_what_is_told_apart(self, kind):
        a_latitudes, a_longitudes, b_latitudes, b_longitudes = (
            column[:60] for column in kind(np.random.default_rng(7))
        )
        for here, there in zip(
            zip(a_latitudes.tolist(), a_longitudes.tolist(), strict=True),
            zip(b_latitudes.tolist(), b_longitudes.tolist(), strict=True),
            strict=True,
        ):
            ours = geography.miles_between(here, np.array([there[0]]), np.array([there[1]]))[0]
            assert abs(ours - geodesic(here, there).miles) < geography.SAME / 20


def test_the_bracket_is_narrow_enough_to_be_of_use():
    """At 25 miles the shell that needs a geodesic is less than a hundredth of the circle."""
    km = 25 * geography.KM_A_MILE

    width = geography.surely_beyond(km) - geography.surely_within(km)

    assert 0 < width < km / 1000


class TestCells:
    @given(LATITUDES, LONGITUDES, RADII, st.integers(0, 2**32))
    def test_a_circle_touches_the_cells_of_all_within_it(self, latitude, longitude, km, seed):
        rng = np.random.default_rng(seed)
        count = 200
        reach = np.minimum(km * rng.choice([1, 1 - 1e-12, rng.random()], count), 20_003.9)
        azimuths = rng.choice([0, 90, 180, 270, *rng.uniform(0, 360, 8)], count)
        there = from_here(np.full(count, latitude), np.full(count, longitude), azimuths, reach)
        ground = GEOD.inv(np.full(count, longitude), np.full(count, latitude), there[1], there[0])
        within = ground[2] / 1000 <= km

        numbers = geography.cells(*there)
        ranges = geography.cell_ranges((latitude, longitude), km)

        held = np.zeros(count, dtype=bool)
        for first, last in ranges:
            held |= (first <= numbers) & (numbers <= last)
        assert held[within].all()

    @pytest.mark.parametrize("pole", [90.0, -90.0])
    def test_a_millimetre_round_a_pole_has_every_longitude(self, pole):
        longitudes = np.arange(-180.0, 180.0, 5.0)
        there = from_here(np.full(72, pole), longitudes, np.full(72, 0.0), np.full(72, 1e-6))

        numbers = geography.cells(*there)

        ((first, last),) = geography.cell_ranges((pole, 0.0), 1e-6)
        assert len(set(numbers.tolist())) == 72
        assert ((first <= numbers) & (numbers <= last)).all()

    @given(LATITUDES, LONGITUDES, RADII)
    def test_no_cell_comes_twice(self, latitude, longitude, km):
        ranges = sorted(geography.cell_ranges((latitude, longitude), km))

        assert all(first <= last for first, last in ranges)
        assert all(a[1] < b[0] for a, b in pairwise(ranges))
        assert ranges[0][0] >= 0
        assert ranges[-1][1] < geography.CELL_ROWS * geography.CELL_COLUMNS

    @pytest.mark.parametrize("longitude", [180.0, -180.0])
    @pytest.mark.parametrize("latitude", [90.0, -90.0, 0.0])
    def test_the_edges_of_the_map_have_cells(self, latitude, longitude):
        number = geography.cells(np.array([latitude]), np.array([longitude]))[0]

        assert 0 <= number < geography.CELL_ROWS * geography.CELL_COLUMNS
        for side in (180.0, -180.0):
            ranges = geography.cell_ranges((latitude, side), 0.001)
            assert any(first <= number <= last for first, last in ranges)


def in_geopys_order(origin, points):
    miles = [geodesic(origin, point).miles for point in points]
    return sorted(range(len(points)), key=lambda n: (miles[n], n)), miles


def in_our_order(origin, points, **more):
    latitudes, longitudes = (np.array(column, dtype=float) for column in zip(*points, strict=True))
    miles = geography.miles_between(origin, latitudes, longitudes, **more)
    return sorted(range(len(points)), key=lambda n: (miles[n], n)), miles


def mirrored(origin, rng):
    """Points that lie as far to one side of the origin as to the other, many of them twice."""
    latitude, longitude = origin
    points = []
    for _ in range(8):
        north, east = rng.uniform(-0.3, 0.3), rng.uniform(-0.3, 0.3)
        points += [
            (latitude + north, longitude + east),
            (latitude + north, longitude - east),
            (latitude + north, longitude + east),
        ]
    return points


def in_a_chain(origin, rng):
    """Points less than a billionth of a mile from the next, coincident ones among them."""
    azimuth = rng.uniform(0, 360)
    points = []
    for step in range(24):
        turned = azimuth + 90 * (step % 4)
        km = 30 + 1e-9 * (step // 4) * rng.choice([0, 0.3, 1])
        there = from_here([origin[0]], [origin[1]], [turned], [km])
        points += [(float(there[0][0]), float(there[1][0]))] * rng.integers(1, 3)
    return points


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("arrange", [mirrored, in_a_chain], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize(
    "origin", [(53.8, -1.55), (0.0, 0.0), (51.48, 0.0), (-45.0, 90.0)], ids=str
)
def test_near_ties_are_in_geopys_order(origin, arrange, seed):
    points = arrange(origin, np.random.default_rng(seed))

    expected, exactly = in_geopys_order(origin, points)
    order, miles = in_our_order(origin, points)

    assert order == expected
    for place in range(len(points)):
        same = [n for n in range(len(points)) if exactly[n] == exactly[place]]
        assert {miles[n] for n in same} == {miles[place]}


@pytest.mark.parametrize("seed", range(20))
def test_a_radius_of_a_points_own_distance_is_decided_by_geopy(seed):
    rng = np.random.default_rng(seed)
    origin = (rng.uniform(-90, 90), rng.uniform(-180, 180))
    point = (rng.uniform(-90, 90), rng.uniform(-180, 180))
    radius = geodesic(origin, point).miles

    for limit in (radius, math.nextafter(radius, 0), math.nextafter(radius, math.inf)):
        miles = in_our_order(origin, [point], limit=limit)[1][0]
        assert (miles <= limit) == (radius <= limit)
