import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.places import precision
from finder.places.precision import STEP_MILES, coarsest, distance_text


@pytest.mark.parametrize(
    ("miles", "ends", "said"),
    [
        (3.44, ("exact", "exact"), "3.4 miles"),
        (3.44, ("postcode", "street"), "3.4 miles"),
        (3.44, ("postcode", "sector"), "3.5 miles"),
        (3.44, ("outcode", "exact"), "about 3 miles"),
        (3.44, ("exact", "town"), "about 3 miles"),
        (33.2, ("exact", "exact"), "33 miles"),
        (33.2, ("exact", "county"), "about 35 miles"),
        (33.2, ("nation", "exact"), "about 25 miles"),
        (1.0, ("exact",), "1 mile"),
        (1.2, ("town",), "about 1 mile"),
        (0.02, ("exact",), "less than 0.1 miles"),
        (0.2, ("sector",), "less than 0.5 miles"),
        (0.0, ("town",), "less than a mile"),
        (2.0, ("county",), "less than 5 miles"),
        (1234.4, ("town",), "about 1,234 miles"),
        (3.0, ("exact", "withheld"), ""),
        (3.0, ("exact", "a new one"), ""),
        (None, ("exact",), ""),
    ],
)
def test_a_distance_is_as_fine_as_its_coarser_end(miles, ends, said):
    assert distance_text(miles, *ends) == said


@given(st.floats(0, 13_000), st.lists(st.sampled_from(list(STEP_MILES)), min_size=1, max_size=2))
def test_no_distance_is_shown_finer_than_its_ends(miles, ends):
    said = distance_text(miles, *ends)
    step = STEP_MILES[coarsest(*ends)]

    if said.startswith("less than"):
        assert miles < step * 1.5
        return
    number = float(said.removeprefix("about ").split()[0].replace(",", ""))
    assert abs(number / step - round(number / step)) < 1e-6 or number == round(number)
    assert abs(number - miles) <= max(step, 1) / 2 + 0.06
    if step >= 1:
        assert number % step == 0


def test_every_precision_has_a_rank():
    assert precision.PRECISIONS[0] == "exact"
    assert precision.PRECISIONS[-1] == "withheld"
