"""Searching all names at once, and the form in which names are compared. No Django here."""

import re
import unicodedata

import numpy as np

APOSTROPHES = dict.fromkeys(map(ord, "'’‘`"))
NEWLINE = 10
#: So few names are looked at one by one for the further words.
FEW = 200


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
    """The names of all centres as one text, in the index's order."""

    def __init__(self, names):
        self._text, self._starts = _lined(names)
        self._folded, self._folded_starts = _lined(_folded_together(names))

    def __getitem__(self, number):
        return self._text[self._starts[number] : self._starts[number + 1] - 1].decode()

    def containing(self, text):
        """Numbers of the names in which every word of `text` occurs, ascending."""
        wanted = sorted((word.encode() for word in words(text)), key=len, reverse=True)
        if not wanted:
            return np.empty(0, dtype=np.int64)
        numbers = self._containing_word(wanted[0])
        for word in wanted[1:]:
            if len(numbers) > FEW:
                numbers = np.intersect1d(numbers, self._containing_word(word), assume_unique=True)
                continue
            numbers = np.array([n for n in numbers if word in self._folded_name(n)], dtype=np.int64)
        return numbers

    def _containing_word(self, word):
        places = [found.start() for found in re.finditer(re.escape(word), self._folded)]
        numbers = np.searchsorted(self._folded_starts, places, side="right") - 1
        return numbers[np.diff(numbers, prepend=-1) > 0]

    def _folded_name(self, number):
        return self._folded[self._folded_starts[number] : self._folded_starts[number + 1]]


def _folded_together(names):
    """`fold` of every name; of all at once, for there are many and each is short."""
    lines = "\n".join(" ".join(name.split()) if "\n" in name else name for name in names)
    return [" ".join(line.split()) for line in _plain(lines).split("\n")] if names else []


def _lined(names):
    """All names, each followed by a newline, as bytes; and where each starts, with the end."""
    text = "".join(name.replace("\n", " ") + "\n" for name in names).encode()
    ends = np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == NEWLINE) + 1
    return text, np.concatenate([[0], ends])
