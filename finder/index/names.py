"""Searching all names at once, and the form in which names are compared. No Django here."""

import re
import unicodedata
from collections import defaultdict
from itertools import count

import numpy as np

APOSTROPHES = dict.fromkeys(map(ord, "'’‘`"))
NEWLINE, SPACE = b"\n "
#: All white space is a space, but for newlines. The last such character is U+3000.
SPACES = {n: " " for n in range(0x3001) if chr(n).isspace() and n != NEWLINE}
PLAIN = APOSTROPHES | SPACES


def fold(text):
    """Letters without case or accents, apostrophes dropped, white space single."""
    return " ".join(_plain(text).split())


def _plain(text):
    """Folded but for runs of spaces; newlines stay, and are the only other white space."""
    if not text.isascii():
        text = "\n".join(map(_without_accents, text.split("\n")))
    return text.translate(PLAIN).casefold()


def _without_accents(line):
    if line.isascii():
        return line
    decomposed = unicodedata.normalize("NFKD", line)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def words(text):
    """What a name must contain to match `text`: each of its words, somewhere."""
    return fold(text).split()


class Names:
    """The names of all centres, in the index's order, and which of them hold each word.

    Words of names are few beside names, so what is searched is the list of words: whatever a word
    of the query occurs in, the names with that word are found.
    """

    def __init__(self, names):
        lines = _lines(names)
        words_in_order, numbers = _words_of(lines)
        known = defaultdict(count().__next__)  # each new word has the next code
        codes = np.fromiter(
            map(known.__getitem__, words_in_order), dtype=np.int32, count=len(words_in_order)
        )
        codes = codes.astype(np.min_scalar_type(len(known)))  # the narrower, the faster it sorts
        self._numbers = numbers[np.argsort(codes, kind="stable")]
        self._number_starts = np.cumsum([0, *np.bincount(codes, minlength=len(known))])
        self._text, self._starts = _with_starts(lines)
        self._words, self._word_starts = _with_starts(_lines(known))

    def __getitem__(self, number):
        return self._text[self._starts[number] : self._starts[number + 1] - 1].decode()

    def containing(self, text):
        """Numbers of the names in which every word of `text` occurs, ascending."""
        wanted = words(text)
        if not wanted:
            return np.empty(0, dtype=np.int64)
        return np.flatnonzero(np.logical_and.reduce([self._with(word) for word in wanted]))

    def _with(self, part):
        """One bool a name: whether `part`, which holds no space, occurs in it."""
        found = np.zeros(len(self._starts) - 1, dtype=bool)
        places = [match.start() for match in re.finditer(re.escape(part.encode()), self._words)]
        for word in np.unique(np.searchsorted(self._word_starts, places, side="right") - 1):
            found[self._numbers[self._number_starts[word] : self._number_starts[word + 1]]] = True
        return found


def _lines(texts):
    """All texts as one, each followed by a newline; a newline within one is a space."""
    joined = "\n".join([*texts, ""])
    if joined.count("\n") == len(texts):
        return joined
    return "\n".join([*(text.replace("\n", " ") for text in texts), ""])


def _with_starts(lines):
    """The lines as bytes; and where each starts, with the end."""
    text = lines.encode()
    ends = np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == NEWLINE) + 1
    return text, np.concatenate([[0], ends])


def _words_of(lines):
    """(folded words, numbers of the lines they stand in), of all at once: lines are many."""
    plain = _plain(lines)
    octets = np.frombuffer(plain.encode(), dtype=np.uint8)
    newlines = octets == NEWLINE
    begins = ~(newlines | (octets == SPACE))
    begins[1:] &= ~begins[:-1]
    return plain.split(), np.cumsum(newlines, dtype=np.int32)[begins]
