"""What the index reads of the database is what the database holds."""

import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from centres.models import Country
from finder.index import bits, load, texts
from finder.index.rows import ABSENT, Rows
from tests import factories

FAR = 10 * texts.AT_A_TIME
UTC = datetime.UTC


def having(columns, slug):
    """Numbers of the programmes that have a substance."""
    number_of = {slot: number for number, slot in enumerate(columns.slots.tolist())}
    return [number_of[slot] for slot in bits.slots_of(columns.options["substance"][slug]).tolist()]


def read(*, only=None, country=Country.GB):
    return load.read_columns(load.terms_by_parameter(), only=only)[country]


@given(
    st.one_of(
        st.lists(st.integers(-5, 30), unique=True, max_size=20),
        st.lists(st.integers(0, 2**62), unique=True, max_size=20),
    ),
    st.lists(st.one_of(st.integers(-10, 40), st.integers(0, 2**62)), max_size=20),
)
def test_rows_are_found_among_compact_and_among_scattered_ids(ids, others):
    wanted = np.array(ids + others, dtype=np.int64)
    row_of = {pk: row for row, pk in enumerate(ids)}
    rows = Rows(np.array(ids, dtype=np.int64)).of(wanted)
    assert rows.tolist() == [row_of.get(pk, ABSENT) for pk in wanted.tolist()]


@given(st.lists(st.tuples(st.integers(-1, 1095), st.integers(-1, 10**6), st.integers(-1, 3))))
def test_numbers_put_together_come_apart_again(rows):
    columns = {"length": ("", 1095), "price": ("", 10**6), "code": ("", 3)}
    put_together = [
        (((length + 1) << 20 | price + 1) << 3) | code + 1 for length, price, code in rows
    ]
    parted = texts.unpacked(columns, np.array(put_together, dtype=np.int64))
    assert [
        tuple(row) for row in zip(*(parted[name].tolist() for name in columns), strict=True)
    ] == rows


@pytest.mark.django_db
def test_it_works_on_an_empty_directory():
    columns = read()
    assert len(columns.ids) == 0
    assert columns.slots.tolist() == []


@pytest.mark.django_db
class TestReading:
    @pytest.mark.parametrize("only", [None, {3, FAR, 7}])
    def test_ids_far_apart_are_all_read(self, only):
        for pk in (3, FAR):
            centre = factories.centre(pk=pk, name=f"Number {pk}")
            factories.programme(centre, pk=pk * 3, substances=["alcohol"])
        columns = read(only=only)
        assert sorted(columns.ids.tolist()) == [3, FAR]
        assert sorted(columns.programme_ids.tolist()) == [9, FAR * 3]
        assert having(columns, "alcohol") == [0, 1]

    def test_names_are_read_letter_for_letter(self):
        names = ['Quoted "name", and comma', "Two\nlines", "Caf\u00e9 \\ \u2603", "\U0001f600"]
        for name in names:
            factories.centre(name=name)
        assert sorted(read().names) == sorted(names)

    def test_names_are_in_the_order_of_their_letters_as_python_has_it_then_of_ids(self):
        names = [
            "b",
            "B",
            "a b",
            "a-b",
            "ab",
            "\u00c9",
            "E",
            "z",
            "\uffee",
            "\U0001f600",
            "a b",
            "B",
        ]
        for name in names:
            factories.centre(name=name)
        columns = read()
        ordered = [(columns.names[n], columns.ids[n]) for n in columns.by_name]
        assert ordered == sorted(zip(columns.names, columns.ids, strict=True))
        assert len(ordered) == len(names)

    def test_coordinates_are_read_to_the_last_bit(self):
        exact = [(51.1 + 1e-13 / 3, -1e-17), (54.000000000000007, 5e-324), (0.0, 0.0)]
        for latitude, longitude in exact:
            factories.centre(latitude=latitude, longitude=longitude)
        columns = read()
        assert sorted(zip(columns.latitudes, columns.longitudes, strict=True)) == sorted(exact)

    def test_moments_are_read_to_the_microsecond(self):
        centre = factories.centre()
        stated = datetime.datetime(2026, 3, 14, 23, 59, 59, 999_999, tzinfo=UTC)
        for moment in (stated, stated.replace(microsecond=0), stated.replace(microsecond=70)):
            factories.programme(
                centre,
                earliest_admission=datetime.date(2026, 3, 20),
                earliest_admission_stated_at=moment,
            )
        columns = read()
        assert sorted(columns.admission_from.tolist()) == [
            load.microseconds(stated.replace(microsecond=n)) for n in (0, 70, 999_999)
        ]
        assert columns.admission_days.tolist() == [20532] * 3

    def test_terms_of_another_kind_are_no_option(self):
        other = factories.term("exclusion", "alcohol")
        programme = factories.programme(factories.centre(), substances=["alcohol"])
        programme.substances.add(other)
        columns = read()
        assert {slug: having(columns, slug) for slug in columns.options["substance"]} == {
            "alcohol": [0]
        }
