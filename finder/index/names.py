"""Searching all names at once, and the form in which names are compared. No Django here."""

import re
import unicodedata

import numpy as np

APOSTROPHES = dict.fromkeys(map(ord, "'’‘`"))
NEWLINE = 10


def fold(text):
    """Letters without case or accents, apostrophes dropped, white space single."""
    return " ".join(_plain(text).split())


def _plain(text):
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return text.translate(APOSTROPHES).casefold()


def words(text):
    """What a name must contain to match `text`: each of its words, somewhere."""
    return fold(text).split()


class Names:
    """The names of all centres, in the index's order, and which of them hold each word.

    Words of names are few beside names, so what is searched is the list of words: whatever a word
    of the query occurs in, the names with that word are found.
    """

    def __init__(self, names):
        self._text, self._starts = _lined(names)
        lines = _folded_together(names)
        known = {}
        codes = [known.setdefault(word, len(known)) for line in lines for word in line.split()]
        codes = np.array(codes, dtype=np.int32)
        order = np.argsort(codes, kind="stable")
        lengths = [line.count(" ") + 1 if line else 0 for line in lines]
        self._numbers = np.repeat(np.arange(len(names), dtype=np.int32), lengths)[order]
        self._number_starts = np.searchsorted(codes[order], np.arange(len(known) + 1))
        self._words, self._word_starts = _lined(list(known))

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


def _folded_together(names):
    """`fold` of every name; of all at once, for there are many and each is short."""
    lines = "\n".join(" ".join(name.split()) if "\n" in name else name for name in names)
    return [" ".join(line.split()) for line in _plain(lines).split("\n")] if names else []


def _lined(names):
    """All names, each followed by a newline, as bytes; and where each starts, with the end."""
    text = "".join(name.replace("\n", " ") + "\n" for name in names).encode()
    ends = np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == NEWLINE) + 1
    return text, np.concatenate([[0], ends])
