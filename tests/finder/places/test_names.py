import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.places.names import fold, short_form, split_country


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("St Albans", "SAINT  ALBANS"),
        ("St. Albans", "st albans"),
        ("Stoke-on-Trent", "Stoke upon Trent"),
        ("Newcastle-under-Lyme", "newcastle under lyme"),
        ("King's Lynn", "Kings Lynn"),
        ("Ynys Môn", "ynys mon"),
        ("Brighton & Hove", "Brighton and Hove"),
        ("Washington, D.C.", "Washington DC"),
        ("Ft Worth", "Fort Worth"),
    ],
)
def test_two_spellings_of_one_name_fold_alike(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize("text", ["Leeds", "Leads", "Stoke", "Stoke-on-Trent"])
def test_different_names_stay_different(text):
    assert fold(text) != fold("Leeds City")


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Newcastle upon Tyne", "newcastle"),
        ("Stoke-on-Trent", "stoke"),
        ("Ashton-under-Lyne", "ashton"),
        ("Wells-next-the-Sea", "wells"),
        ("London", ""),
        ("Boston Spa", ""),
    ],
)
def test_the_short_form_is_what_stands_before_the_river(name, short):
    assert short_form(fold(name)) == short


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("boston usa", ("boston", "US")),
        ("leeds uk", ("leeds", "GB")),
        ("leeds", ("leeds", None)),
        ("great britain", ("great britain", None)),
        ("usa", ("usa", None)),
    ],
)
def test_a_country_at_the_end_is_taken_off(text, split):
    assert split_country(text) == split
