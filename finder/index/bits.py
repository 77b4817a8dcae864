"""Rows of bits over programmes, and the arithmetic that reduces them to centres. No Django here.

Every centre owns a *field*: neighbouring bits of one 64-bit word, one bit a programme and above
them one *guard* bit. A row of programme bits leaves the guards 0; adding a field's programme bits
full of ones then carries into the guard exactly where the row has a bit of that centre:

    programmes of a centre   0 1 0        0 0 0
    + all ones               1 1 1        1 1 1
    guard                  1 0 0 1      0 1 1 1

so "has this centre a programme like this?" is answered for all centres by one addition a word.
"""

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

WORD = 64
#: A field is at most a word, and one bit of it is the guard.
MOST_PROGRAMMES = WORD - 1
#: The share of the words below which picking them out of a row beats reading all of it.
PICK_BELOW = 0.25
#: Words that fit a processor's own cache.
CACHED = 64 * 1024


@dataclass(frozen=True)
class Layout:
    """Where each centre's field lies.

    first: slot of each centre's first programme, shape (centres,). A slot is word * 64 + bit.
    guard: slot of each centre's guard, shape (centres,), ascending.
    words: how many words a row has.
    """

    first: np.ndarray
    guard: np.ndarray
    words: int


def lay_out(programme_counts):
    """A `Layout` for centres in the order given; a field never straddles two words.

    programme_counts: ints, 0 to `MOST_PROGRAMMES`, as an array or list. Raises ValueError above.
    """
    counts = np.asarray(programme_counts, dtype=np.int64)
    if (counts > MOST_PROGRAMMES).any():
        raise ValueError(f"a centre has at most {MOST_PROGRAMMES} programmes, not {counts.max()}")
    ends = np.cumsum(counts + 1)
    opening = _first_of_words(ends.tolist())
    before = ends - counts - 1
    skipped = np.arange(len(opening)) * WORD - before[opening]
    first = before + np.repeat(skipped, np.diff(opening, append=len(counts)))
    return Layout(first=first, guard=first + counts, words=len(opening))


def _first_of_words(ends):
    """The number of each word's first field.

    ends: where each field would end, were there no words; a list.
    """
    firsts, field, taken = [], 0, 0
    while field < len(ends):
        firsts.append(field)
        field = bisect_right(ends, taken + WORD, field, min(field + WORD, len(ends)))
        taken = ends[field - 1]
    return np.array(firsts, dtype=np.int64)


def programme_slots(layout):
    """The slots of all programmes, in order."""
    counts = layout.guard - layout.first
    before = np.cumsum(counts) - counts
    return np.repeat(layout.first - before, counts) + np.arange(counts.sum())


def row(slots, words):
    """A row of `words` words (uint64) with the bits at `slots` set."""
    slots = np.asarray(slots, dtype=np.int64)
    if len(slots) > words:
        flags = np.zeros(words * WORD, dtype=bool)
        flags[slots] = True
        return from_flags(flags)
    made = np.zeros(words, dtype=np.uint64)
    np.bitwise_or.at(made, slots >> 6, np.uint64(1) << (slots & 63).astype(np.uint64))
    return made


def from_flags(flags):
    """A row from one bool a slot."""
    return np.packbits(flags, bitorder="little").view("<u8").astype(np.uint64, copy=False)


def slots_of(row_of_bits):
    """The slots whose bits are set, ascending."""
    words = np.flatnonzero(row_of_bits)
    octets = row_of_bits[words].astype("<u8", copy=False).view(np.uint8)
    places = np.flatnonzero(np.unpackbits(octets, bitorder="little"))
    return words[places >> 6] * WORD + (places & 63)


def bits_at(row_of_bits, slots):
    """The bits of a row at `slots`, as bools."""
    shifted = row_of_bits[slots >> 6] >> (slots & 63).astype(np.uint64)
    return (shifted & np.uint64(1)).astype(bool)


def centres_of(programmes, below_guards):
    """Guard bits of the centres that have any of the programme bits."""
    return (programmes + below_guards) & ~below_guards


def count(row_of_bits):
    """How many bits are set."""
    return int(np.bitwise_count(row_of_bits).sum(dtype=np.int64))


def count_options(options, programmes, below_guards, centres):
    """For each option: how many of `centres` have one programme that meets it and `programmes`.

    options: (options, words) programme bits; programmes, below_guards: (words,); centres: guard
    bits, (words,). Returns a list of ints, one an option.
    """
    picked = _worth_reading((programmes != 0) & (centres != 0))
    programmes, below_guards, centres = programmes[picked], below_guards[picked], centres[picked]
    counts = []
    for rows in _blocks(options, len(centres)):
        found = rows[:, picked] & programmes
        found += below_guards
        found &= centres
        counts += np.bitwise_count(found).sum(axis=1, dtype=np.int64).tolist()
    return counts


def count_centre_options(options, centres):
    """For each option of a centre's own: how many of `centres` have it. Both are guard bits."""
    picked = _worth_reading(centres != 0)
    centres = centres[picked]
    counts = []
    for rows in _blocks(options, len(centres)):
        found = rows[:, picked] & centres
        counts += np.bitwise_count(found).sum(axis=1, dtype=np.int64).tolist()
    return counts


def _blocks(options, words):
    """A few options at a time, so that what is worked on stays in the processor's cache."""
    step = max(1, CACHED // max(words, 1))
    return (options[start : start + step] for start in range(0, len(options), step))


def _worth_reading(words):
    """The words that can count at all, or every word where picking would cost more than it saves.

    words: bools, one a word. Returns what indexes a row.
    """
    if np.count_nonzero(words) > PICK_BELOW * len(words):
        return slice(None)
    return np.flatnonzero(words)
