import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from finder.map import clusters

POINTS = st.lists(st.tuples(st.floats(0, 288), st.floats(0, 440)), max_size=200)


def gathered(points):
    x, y = np.array(points, dtype=float).reshape(-1, 2).T
    return clusters.gather(x, y)


def distances(marks):
    apart = marks[:, None] - marks[None]
    return np.hypot(apart[..., 0], apart[..., 1])[np.triu_indices(len(marks), 1)]


@given(POINTS)
def test_every_point_is_in_exactly_one_mark_and_none_is_empty(points):
    marks, mark_of = gathered(points)
    assert len(mark_of) == len(points)
    assert sorted(set(mark_of.tolist())) == list(range(len(marks)))


@given(POINTS)
def test_no_two_targets_overlap(points):
    marks, _ = gathered(points)
    assert (distances(marks) >= clusters.APART - 1e-9).all()


@given(POINTS)
def test_a_point_is_not_far_from_its_mark(points):
    marks, mark_of = gathered(points)
    for point, mark in zip(points, mark_of, strict=True):
        assert np.hypot(*(marks[mark] - point)) <= clusters.APART + 1.5 * clusters.FINE


@given(POINTS, st.randoms(use_true_random=False))
def test_the_order_of_points_changes_nothing(points, random):
    shuffled = random.sample(points, len(points))
    one, other = gathered(points)[0], gathered(shuffled)[0]
    np.testing.assert_allclose(one, other, atol=1e-9)


def test_a_point_alone_is_marked_exactly_where_it_is():
    marks, _ = gathered([(10.123456789, 20.987654321), (200.1, 300.2)])
    assert {tuple(mark) for mark in marks.tolist()} == {
        (10.123456789, 20.987654321),
        (200.1, 300.2),
    }


def test_a_thousand_at_one_point_are_one_mark():
    marks, mark_of = gathered([(144.0, 144.0)] * 1000)
    assert marks.tolist() == [[144.0, 144.0]]
    assert not mark_of.any()


def test_nothing_has_no_marks():
    marks, mark_of = gathered([])
    assert len(marks) == len(mark_of) == 0


def test_a_great_many_make_few_marks():
    rng = np.random.default_rng(1)
    marks, mark_of = clusters.gather(rng.uniform(0, 288, 20_000), rng.uniform(0, 440, 20_000))
    assert len(marks) < 200
    assert len(mark_of) == 20_000
