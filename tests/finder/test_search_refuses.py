"""What is not understood is refused by name, and never widens a search (P8)."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from finder.filters import CentreFilterSet
from finder.forms import SearchForm
from finder.places import gazetteer
from finder.search import (
    AmbiguousPlace,
    InvalidSearch,
    OtherCountry,
    SearchProblem,
    UnknownPlace,
)

from . import directories, towns
from .asking import NOW, all_pages, ask, found

pytestmark = pytest.mark.django_db
HERE = {"near": "53.8,-1.55"}

NOT_WHOLE = [
    "-1", "+7", "1.5", "7.0", "1e3", "٧", "７", "²", "1_0", "0x10", "seven", "nan", "inf", "NULL",
    "7 days", "7,000", "9" * 10, "9" * 5000, "1\0", "7;8", "--", "unknown", "none",
]  # fmt: skip
NOT_A_CHOICE = [
    "unknown", "UNKNOWN", "Residential", "ALCOHOL", "residential ", " alcohol", "alcohol,cannabis",
    "alcohol|cannabis", "*", "%", "' OR 1=1 --", "alcohol\0", "\0", "0", "any", "all", "null", "é",
    "x" * 5000, "\ufeffalcohol", "\u200b", "yes", "on",
]  # fmt: skip
INVALID = {
    "level": NOT_A_CHOICE,
    "setting": NOT_A_CHOICE,
    "dual_diagnosis": NOT_A_CHOICE,
    "medication": NOT_A_CHOICE,
    "substance": NOT_A_CHOICE,
    "therapy": NOT_A_CHOICE,
    "condition": NOT_A_CHOICE,
    "funding": NOT_A_CHOICE,
    "people": NOT_A_CHOICE,
    "language": NOT_A_CHOICE,
    "access": NOT_A_CHOICE,
    "length": [*NOT_WHOLE, "0", "1096"],
    "max_price": [*NOT_WHOLE, "1000001", "£5000"],
    "available": [*NOT_WHOLE, "366"],
    "verified": ["no", "false", "0", "unknown", "yes please", "\0", "\u200b"],
    "q": ["!", "---", "’", "\0", "a\0", "x" * 101, "\u200b"],
    "radius": [
        "0", "-1", "-0", "nan", "inf", "-inf", "infinity", "1e999", "1_0", "١", "２５", "12500.1",
        "25 miles", "25,5", "0x10", "\0", "9" * 400, "1e", "e5", ".", "ANY", "all", "\u200b",
    ],
    "country": ["FR", "gb", "UK", "GB,US", "\0", "\u200b", "any", "unknown"],
    "sort": ["rank", "Distance", "-name", "name,price", "\0", "?", "\u200b", "random"],
    "page": ["0", "-1", "+1", "1.0", "1.5", "١", "1_0", "9" * 5000, "1000001", "\0", "last", "1e0"],
    "page_size": ["0", "-1", "101", "1.0", "٢", "1_0", "all", "9" * 5000, "\0"],
    "near": ["x" * 201, "Le\0eds"],
    "advertiser": ["yes"],
    "status": ["draft"],
    "level__in": ["residential"],
    "Level": ["residential"],
    "level[]": ["residential"],
    "o": ["1"],
    "id": ["1"],
    "": ["x"],
}  # fmt: skip
PAIRS = [(name, text) for name, texts in INVALID.items() for text in texts]


@pytest.fixture
def directory():
    return directories.build(seed=4, size=40)


def test_every_parameter_is_tried():
    assert {*CentreFilterSet.base_filters, *SearchForm.base_fields} <= INVALID.keys()


def test_an_invalid_value_names_its_parameter(directory):
    for name, text in PAIRS:
        for asked in ({name: text}, {**HERE, name: text}, {"level": "residential", name: text}):
            with pytest.raises(SearchProblem) as refusal:
                ask(**asked)
            assert refusal.type is InvalidSearch, (name, text)
            assert refusal.value.errors.keys() == {name}, (name, text[:40], refusal.value.errors)
            assert all(len(message) < 300 for message in refusal.value.errors[name])


def test_an_invalid_value_beside_a_valid_one_is_refused(directory):
    """`level=residential&level=unknown` is not a search for residential alone."""
    valid = {"level": "residential", "substance": "alcohol", "length": "28", "verified": "yes"}
    for name, text in PAIRS:
        if name in valid:
            with pytest.raises(InvalidSearch) as refusal:
                ask(**{name: [valid[name], text]})
            assert refusal.value.errors.keys() == {name}


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(InvalidSearch) as refusal:
        ask(level="x", radius="-1", page="0", colour="red", near="Leeds", length="0")

    assert refusal.value.errors.keys() == {"level", "radius", "page", "colour", "length"}


@pytest.mark.parametrize("name", [*CentreFilterSet.base_filters, *SearchForm.base_fields, "colour"])
@pytest.mark.parametrize("empty", ["", " ", "\t\n", ["", " "]], ids=repr)
def test_an_empty_value_is_none(name, empty):
    assert ask(**{name: empty}).query.values == {}
    assert ask(**{name: empty}).query.given == {}


ONCE = {
    "near": ["53,-1", "54,-1"],
    "radius": ["5", "any"],
    "country": ["GB", "US"],
    "sort": ["name", "price"],
    "page": ["1", "2"],
    "page_size": ["1", "2"],
}


@pytest.mark.parametrize(("name", "two"), ONCE.items(), ids=ONCE)
def test_what_is_asked_once_may_not_be_given_twice(name, two):
    asked = HERE if name == "radius" else {}

    with pytest.raises(InvalidSearch) as refusal:
        ask(**{**asked, name: two})

    assert refusal.value.errors == {name: ["Give this once."]}
    assert ask(**{**asked, name: [two[0], "", two[0]]}).query


@pytest.mark.parametrize(
    "asked", [{"radius": "5"}, {"sort": "distance"}, {"radius": "5", "near": " "}]
)
def test_a_distance_needs_a_place(asked):
    with pytest.raises(InvalidSearch) as refusal:
        ask(**asked)

    assert refusal.value.errors.keys() == asked.keys() - {"near"}


def test_a_page_past_the_end(directory):
    count = ask().count
    last = -(-count // 7)

    assert len(ask(page=last, page_size=7).hits) == count - 7 * (last - 1)
    for page in (last + 1, last + 2, 1_000_000):
        with pytest.raises(InvalidSearch) as refusal:
            ask(page=page, page_size=7)
        assert refusal.value.errors.keys() == {"page"}
    assert ask(q="nobody", page="1").count == 0


TEXTS = st.one_of(
    st.text(max_size=12),
    st.integers().map(str),
    st.floats().map(str),
    st.sampled_from(["residential", "alcohol", "28", "yes", "5000", "GB", "ash", "capable", "any"]),
    st.from_regex(r"[0-9٠-٩]{1,6}", fullmatch=True),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    base=st.sampled_from([{}, HERE, {"level": "residential"}, {**HERE, "radius": "300"}]),
    name=st.sampled_from([*CentreFilterSet.base_filters, "radius", "country", "near", "colour"]),
    texts=st.lists(TEXTS, min_size=1, max_size=3),
)
@example(base={}, name="q", texts=["’"])
@example(base={}, name="q", texts=["́a"])
@example(base=HERE, name="radius", texts=["any"])
def test_no_text_ever_widens_a_search(directory, base, name, texts):
    """Whatever is typed into one more parameter, what is found is among what was found without."""
    if name in base:
        base = {key: value for key, value in base.items() if key != name}
    asked = {**base, name: texts}
    if name == "country" or (name == "near" and any(text.strip() for text in texts)):
        widest = {*all_pages(country="GB"), *all_pages(country="US")}
    else:
        widest = set(all_pages(**base)) if base.keys() != {"radius"} else set()
    try:
        shown = all_pages(**asked)
    except SearchProblem:
        return
    assert set(shown) <= widest
    assert len(shown) == len(set(shown))


class TestPlaces:
    """An unknown place, an ambiguous one, one elsewhere and an empty result are four things."""

    @pytest.fixture(autouse=True)
    def _towns(self):
        gazetteer.forget()
        towns.leeds()
        towns.boston()
        towns.newports()
        yield
        gazetteer.forget()

    def test_unknown(self):
        with pytest.raises(UnknownPlace) as refusal:
            ask(near="Xyzzyville")

        assert refusal.value.errors.keys() == {"near"}
        assert refusal.value.query.near == "Xyzzyville"
        assert not refusal.value.suggestions

    def test_ambiguous(self):
        with pytest.raises(AmbiguousPlace) as refusal:
            ask(near="Newport")

        assert refusal.value.errors.keys() == {"near"}
        choices = refusal.value.choices
        assert len(choices) == 2
        spots = {ask(near=choice.query).origin for choice in choices}
        assert spots == {choice.place for choice in choices}

    def test_in_another_country(self):
        with pytest.raises(OtherCountry) as refusal:
            ask(near="Boston", country="GB")

        assert refusal.value.errors.keys() == {"near"}
        assert refusal.value.country == "GB"
        assert refusal.value.place.country == "US"
        assert ask(near="Boston", country="US").query.country == "US"

    def test_nowhere_on_earth(self):
        for near in ("91,0", "0,181", "nan,nan", "inf,0"):
            with pytest.raises(UnknownPlace):
                ask(near=near)

    @pytest.mark.parametrize("near", ["\u200b", "\x01", "%", "*", "---", "'", "0" * 50, "٥٣,١"])
    def test_what_is_no_place_at_all(self, near):
        with pytest.raises(UnknownPlace) as refusal:
            ask(near=near)

        assert refusal.value.errors.keys() == {"near"}

    def test_misspelt_and_surely_right_is_used_and_said(self):
        results = ask(near="Leedss")

        assert results.origin.label.startswith("Leeds")
        assert "Leedss" in results.note

    def test_an_invalid_filter_comes_before_the_place(self):
        with pytest.raises(InvalidSearch):
            ask(near="Xyzzyville", level="x")

    def test_the_country_is_the_places(self):
        directories.build(seed=5, size=20)

        boston = ask(near="Boston")

        assert boston.query.country == "US"
        assert {hit.centre.country for hit in boston.hits} <= {"US"}
        assert found(near="Leeds", radius="0.001") == []
        assert ask(near="Leeds", radius="0.001").count == 0
        assert boston.query.now == NOW
