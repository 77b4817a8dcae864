import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.map import backdrop, clipping, outlines, topology, views

BOX = (0, 0), (100, 100)


@pytest.mark.parametrize("country", ["gb", "us"])
def test_an_outline_is_small_and_a_whole_topology(country):
    text = (outlines.FOLDER / f"{country}.json").read_text()
    assert len(text) <= 26_000
    stored = json.loads(text)
    for name in ("land", "context"):
        for polygon in stored["objects"][name]["arcs"]:
            for ring in polygon:
                points = topology.ring_points(topology.arcs_of(stored), ring)
                assert points[0] == pytest.approx(points[-1])


def inside(country, latitude, longitude, kind="land"):
    """Whether a place is within a ring, by how often a line to the west crosses it."""
    crossed = 0
    for ring in getattr(outlines.of(country), kind):
        for (x, y), (u, v) in pairwise(ring.points.tolist()):
            if (y > latitude) != (v > latitude):
                crossed += x + (latitude - y) / (v - y) * (u - x) < longitude
    return crossed % 2 == 1


@pytest.mark.parametrize(
    ("country", "kind", "latitude", "longitude"),
    [
        ("GB", "land", 53.80, -1.55),  # Leeds
        ("GB", "land", 60.30, -1.27),  # Shetland
        ("GB", "land", 54.60, -6.20),  # Antrim
        ("GB", "land", 54.23, -4.53),  # Isle of Man
        ("GB", "land", 49.21, -2.12),  # Jersey
        ("GB", "context", 53.30, -7.50),  # Ireland
        ("US", "land", 42.30, -71.80),  # Worcester, Massachusetts
        ("US", "land", 64.84, -147.72),  # Fairbanks
        ("US", "land", 19.70, -155.50),  # Hawaii
        ("US", "land", 18.25, -66.50),  # Puerto Rico
    ],
)
def test_land_is_where_land_is(country, kind, latitude, longitude):
    assert inside(country, latitude, longitude, kind)


def test_the_sea_is_not_land():
    assert not inside("GB", 54.0, -4.0)
    assert not inside("US", 25.0, -90.0)


def test_the_nations_of_great_britain_are_parted_by_borders_that_reach_the_coast():
    coast = np.concatenate([ring.points for ring in outlines.of("GB").land])
    borders = outlines.of("GB").borders
    assert len(borders) == 2
    for border in borders:
        for end in (border.points[0], border.points[-1]):
            assert np.hypot(*(coast - end).T).min() < 0.003


def test_the_states_are_parted():
    assert len(outlines.of("US").borders) > 100


def test_the_geojson_has_the_same_shapes():
    collection = json.loads(outlines.geojson("US"))
    kinds = {one["properties"]["kind"]: one["geometry"] for one in collection["features"]}
    assert len(kinds["land"]["coordinates"]) == len(outlines.of("US").land)
    assert len(kinds["border"]["coordinates"]) == len(outlines.of("US").borders)


LINE = [(0.0, 50.0), (0.5, 50.001), (1.0, 50.0), (1.0, 51.0), (0.0, 51.0)]


def test_what_hardly_bends_is_taken_out_and_ends_are_kept():
    assert topology.simplified(LINE, 5.0) == [LINE[0], *LINE[2:]]
    assert topology.simplified(LINE, 1e9) == [LINE[0], LINE[-1]]
    assert topology.simplified(LINE, 1e9, kept={1}) == [LINE[0], LINE[1], LINE[-1]]
    assert len(topology.simplified(LINE, 1e9, least=4)) == 4


def sheet():
    """Two squares side by side, which share an arc; and an island."""
    return topology.Sheet(
        arcs=[
            [(1.0, 50.0), (1.001, 50.5), (1.0, 51.0)],
            [(1.0, 51.0), (0.0, 51.0), (0.0, 50.0), (1.0, 50.0)],
            [(1.0, 51.0), (2.0, 51.0), (2.0, 50.0), (1.0, 50.0)],
            [(5.0, 50.0), (5.01, 50.0), (5.01, 50.01), (5.0, 50.0)],
        ],
        land=[[[0, 1]], [[~2, ~0]], [[3]]],
    )


def test_neighbours_keep_their_shared_border_and_islets_go():
    cut = topology.cut_down(sheet(), tolerance_km2=50, smallest_km2=10, step=0.01)
    assert cut["objects"]["land"]["arcs"] == [[[0, 1]], [[~2, ~0]]]
    assert len(cut["arcs"]) == 3
    assert topology.arcs_of(cut)[0] == [(1.0, 50.0), (1.0, 51.0)]


def test_cutting_down_is_the_same_every_time():
    options = {"tolerance_km2": 50, "smallest_km2": 10, "step": 0.01}
    assert topology.cut_down(sheet(), **options) == topology.cut_down(sheet(), **options)


def test_a_border_ends_on_a_point_of_the_coast_that_stays():
    made = sheet()
    topology.add_borders(made, [[(0.01, 50.99), (0.5, 50.5), (1.01, 50.51)]])
    assert made.arcs[-1] == [(0.0, 51.0), (0.5, 50.5), (1.001, 50.5)]
    cut = topology.cut_down(made, tolerance_km2=1e9, smallest_km2=10, step=0.001)
    assert topology.arcs_of(cut)[0][1] == pytest.approx((1.001, 50.5))


@given(st.lists(st.tuples(st.floats(-300, 400), st.floats(-300, 400)), min_size=3, max_size=12))
def test_what_is_clipped_is_within_its_box(points):
    cut = clipping.clipped(np.array(points), *BOX)
    assert (cut >= -1e-6).all()
    assert (cut <= 100 + 1e-6).all()


def test_a_ring_about_the_whole_box_becomes_the_box():
    ring = np.array([(-50.0, -50), (150, -50), (150, 150), (-50, 150)])
    cut = clipping.clipped(ring, *BOX)
    assert {tuple(point) for point in cut.tolist()} == {(0, 0), (100, 0), (100, 100), (0, 100)}


def test_a_line_that_leaves_and_comes_back_is_two_runs():
    line = np.array([(-50.0, 50), (50, 50), (50, 150), (80, 150), (80, 50)])
    one, other = clipping.runs(line, *BOX)
    assert one.tolist() == [[0, 50], [50, 50], [50, 100]]
    assert other.tolist() == [[80, 100], [80, 50]]


def test_a_line_across_the_box_is_seen_though_no_point_of_it_is_within():
    (run,) = clipping.runs(np.array([(-50.0, -50), (150, 150)]), *BOX)
    assert run.tolist() == [[0, 0], [100, 100]]


def test_names_stand_clear_of_marks_and_of_each_other():
    view = views.whole("GB")
    names = backdrop.names("GB", view, np.array([[150.0, 300.0]]))
    assert "London" in {name.text for name in names}
    boxes = [backdrop._text_box(name.text, name.text_x, name.y, name.on_left) for name in names]
    for place, box in enumerate(boxes):
        assert not any(backdrop._overlap(box, other) for other in boxes[place + 1 :])
        assert not backdrop._overlap(box, (139, 289, 161, 311))
