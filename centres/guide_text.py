"""The few signs a guide's text may hold, read into statements. Pure: no Django, no HTML.

Blank lines part paragraphs. Lines that begin with "- " make a list, an entry a line. A statement is
a sentence or several with their sources after them, in square brackets: "It rained. [met-office]".
Nothing else has a meaning; what the page shows is escaped like any other text.
"""

import re
from dataclasses import dataclass

BULLET = "- "
_STATEMENT = re.compile(r"([^\[\]]+)\[([^\[\]]*)\]")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class Malformed(Exception):
    """A text that cannot be shown. problems: a sentence for each place."""

    def __init__(self, problems):
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Statement:
    """What is said, and the slugs of the references it rests on, one at least."""

    words: str
    sources: tuple


@dataclass(frozen=True)
class Block:
    """A paragraph, which is one entry, or a list of entries; an entry is a tuple of statements."""

    is_list: bool
    entries: tuple


def parse(text):
    """The `Block`s of a text, in order; raises `Malformed` where a statement has no source."""
    blocks, problems = [], []
    for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()):
        lines = [line.strip() for line in part.splitlines() if line.strip()]
        if lines:
            blocks.append(_block(lines, problems))
    if problems:
        raise Malformed(problems)
    return blocks


def sources_of(blocks):
    """The slugs that blocks name, in the order of their first mention."""
    return list(
        dict.fromkeys(
            slug
            for block in blocks
            for entry in block.entries
            for statement in entry
            for slug in statement.sources
        )
    )


def words_of(blocks):
    """All that blocks say, without their sources."""
    return " ".join(s.words for block in blocks for entry in block.entries for s in entry)


def _block(lines, problems):
    bullets = [line.startswith(BULLET) for line in lines]
    if all(bullets):
        entries = [_statements(line.removeprefix(BULLET), problems) for line in lines]
        return Block(is_list=True, entries=tuple(entries))
    if any(bullets):
        problems.append(f"Leave a blank line before and after the list at “{_start(lines[0])}”.")
    return Block(is_list=False, entries=(_statements(" ".join(lines), problems),))


def _statements(text, problems):
    found = tuple(
        Statement(words.strip(), tuple(slug.strip() for slug in slugs.split(",")))
        for words, slugs in _STATEMENT.findall(text)
    )
    if not found or _STATEMENT.sub("", text).strip():
        problems.append(f"End each statement with its sources in brackets: “{_start(text)}”.")
    if not all(_SLUG.fullmatch(slug) for statement in found for slug in statement.sources):
        problems.append(f"Name sources by their slugs, with commas between: “{_start(text)}”.")
    return found


def _start(text):
    return text if len(text) <= 60 else f"{text[:59]}…"
