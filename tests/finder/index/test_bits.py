"""The arithmetic of the facet index equals plain counting."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.index import bits

#: Programmes of each centre, in order: mostly few, sometimes a whole word.
LAYOUTS = st.lists(
    st.one_of(st.integers(0, 4), st.sampled_from([0, 31, 32, 62, 63]), st.integers(0, 63)),
    max_size=200,
)


class Directory:
    """A layout, and random rows over it with the sets of slots they stand for."""

    def __init__(self, counts, seed):
        self.rng = random.Random(seed)
        self.layout = bits.lay_out(counts)
        self.words = max(self.layout.words, 1)
        self.fields = [
            range(first, guard)
            for first, guard in zip(
                self.layout.first.tolist(), self.layout.guard.tolist(), strict=True
            )
        ]
        self.slots = [slot for field in self.fields for slot in field]
        self.below_guards = bits.row(self.slots, self.words)

    def programmes(self):
        share = self.rng.choice([0, 0.02, 0.5, 1])
        chosen = {slot for slot in self.slots if self.rng.random() < share}
        return chosen, bits.row(sorted(chosen), self.words)

    def centres(self):
        share = self.rng.choice([0, 0.3, 1])
        chosen = {n for n in range(len(self.fields)) if self.rng.random() < share}
        return chosen, bits.row(self.layout.guard[sorted(chosen)], self.words)

    def having(self, slots):
        return {n for n, field in enumerate(self.fields) if slots & set(field)}


@given(LAYOUTS)
def test_a_field_never_straddles_a_word(counts):
    layout = bits.lay_out(counts)

    first, guard = layout.first, layout.guard
    assert (guard - first).tolist() == counts
    assert (first // bits.WORD == guard // bits.WORD).all()
    assert (first[1:] > guard[:-1]).all()
    assert layout.words == (guard[-1] // bits.WORD + 1 if counts else 0)


def test_a_centre_of_63_programmes_fills_a_word():
    layout = bits.lay_out([1, 63, 0, 62, 0, 0])

    assert layout.first.tolist() == [0, 64, 128, 129, 192, 193]
    assert layout.guard.tolist() == [1, 127, 128, 191, 192, 193]
    assert layout.words == 4


def test_a_centre_of_64_programmes_is_refused():
    with pytest.raises(ValueError, match="at most 63"):
        bits.lay_out([1, 64])


@given(
    st.integers(1, 5).flatmap(lambda n: st.tuples(st.just(n), st.sets(st.integers(0, n * 64 - 1))))
)
def test_a_row_gives_back_its_slots(words_and_slots):
    words, slots = words_and_slots

    row = bits.row(sorted(slots), words)

    assert row.dtype == np.uint64
    assert row.shape == (words,)
    assert bits.slots_of(row).tolist() == sorted(slots)
    assert bits.count(row) == len(slots)
    everywhere = np.arange(words * bits.WORD)
    assert np.flatnonzero(bits.bits_at(row, everywhere)).tolist() == sorted(slots)
    assert bits.row([], words).sum() == 0


def check(directory):
    slots, programmes = directory.programmes()
    chosen, centres = directory.centres()
    having = bits.centres_of(programmes, directory.below_guards)
    expected = directory.having(slots)
    assert bits.slots_of(having).tolist() == [directory.layout.guard[n] for n in sorted(expected)]

    options = [directory.programmes() for _ in range(4)]
    counts = bits.count_options(
        np.stack([row for _, row in options]), programmes, directory.below_guards, centres
    )
    assert counts == [len(directory.having(own & slots) & chosen) for own, _ in options]

    own = [directory.centres() for _ in range(4)]
    counts = bits.count_centre_options(np.stack([row for _, row in own]), centres)
    assert counts == [len(some & chosen) for some, _ in own]


@given(LAYOUTS, st.integers(0, 2**32))
def test_counts_equal_counting_one_by_one(counts, seed):
    check(Directory(counts, seed))


@pytest.mark.parametrize("words", [1, 2, 511, 1_543])
def test_counts_of_many_words(words):
    """With a centre of 63 programmes in each word, fields are as full as they can be."""
    rng = random.Random(words)
    check(Directory([63] * words, words))
    directory = Directory([rng.randrange(0, 64) for _ in range(2 * words)], words)
    check(directory)
