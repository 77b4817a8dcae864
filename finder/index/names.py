"""Searching all names at once, and the form in which names are compared. No Django here."""

import unicodedata

import numpy as np

#: So few names are looked at one by one for the further words.
FEW = 200


def fold(text):
    """Letters without case or accents, apostrophes dropped, white space single."""
    if not text.isascii():
        text = _without_accents(text)
    for apostrophe in "'’‘`":
        text = text.replace(apostrophe, "")
    return " ".join(text.casefold().split())


def _without_accents(text):
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def words(text):
    """What a name must contain to match `text`: each of its words, somewhere."""
    return fold(text).split()


class Names:
    """The names of all centres as one text, in the index's order."""

    def __init__(self, names):
        self._texts, self._starts = _joined(names)
        self._folded, self._folded_starts = _joined([fold(name) for name in names])

    def __getitem__(self, number):
        return self._texts[self._starts[number] : self._starts[number + 1] - 1].decode()

    def containing(self, text):
        """Numbers of the names in which every word of `text` occurs, ascending."""
        wanted = sorted((word.encode() for word in words(text)), key=len, reverse=True)
        if not wanted:
            return np.empty(0, dtype=np.int64)
        numbers = self._containing_word(wanted[0])
        for word in wanted[1:]:
            if len(numbers) > FEW:
                numbers = np.intersect1d(numbers, self._containing_word(word))
                continue
            numbers = np.array([n for n in numbers if word in self._folded_name(n)], dtype=np.int64)
        return numbers

    def _containing_word(self, word):
        places = []
        place = self._folded.find(word)
        while place >= 0:
            places.append(place)
            place = self._folded.find(word, place + len(word))
        return np.unique(np.searchsorted(self._folded_starts, places, side="right") - 1)

    def _folded_name(self, number):
        return self._folded[self._folded_starts[number] : self._folded_starts[number + 1]]


def _joined(names):
    """All names, each followed by a newline, as bytes; and where each starts, with the end."""
    lines = [name.replace("\n", " ").encode() + b"\n" for name in names]
    starts = np.zeros(len(lines) + 1, dtype=np.int64)
    np.cumsum([len(line) for line in lines], out=starts[1:])
    return b"".join(lines), starts
