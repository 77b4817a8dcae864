"""Words that somebody in danger may type where a place or a name is asked for.

The words and why each is there are in `fixtures/emergency_words.toml`, read once. They change no
answer and are kept nowhere: the page only puts the help lines first, and whoever does not need
them reads on.
"""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from . import help_lines

PATH = settings.BASE_DIR / "fixtures" / "emergency_words.toml"
#: Whom to call about a life in danger, or to talk to at any hour.
KINDS = {"emergency", "health", "crisis"}

_MARKS = re.compile(r"[^a-z0-9]+")
_TWICE = re.compile(r"([a-z])\1+")


def lines(texts, country):
    """The help lines to put first, the emergency number before all; [] for ordinary `texts`.

    country: the search's own, "GB" or "US"; a word may name the other.
    """
    typed = [f" {fold(text)} " for text in texts]
    for phrase in _phrases():
        if any(phrase.is_in(text) for text in typed):
            return help_lines.of(phrase.country or country, kinds=KINDS)
    return []


def fold(text):
    """Lower case, single spaces, no marks or accents, no letter twice running; idempotent."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(c for c in plain if c not in "'’‘`´" and not unicodedata.combining(c))
    return _TWICE.sub(r"\1", _MARKS.sub(" ", plain).strip())


@dataclass(frozen=True, slots=True)
class Phrase:
    """Folded words with a space at each end. alone: they count only if nothing else was typed."""

    words: str
    country: str
    alone: bool

    def is_in(self, text):
        return self.words == text if self.alone else self.words in text


@cache
def _phrases():
    """Those that name a country come first."""
    groups = tomllib.loads(PATH.read_text(encoding="utf-8"))["group"]
    groups.sort(key=lambda group: "country" not in group)
    return [
        Phrase(f" {fold(words)} ", group.get("country", ""), group.get("alone", False))
        for group in groups
        for words in group["words"]
    ]
