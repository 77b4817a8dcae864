"""A guide as its page shows it: what is urgent first, each statement with the numbers of its
sources, and the sources in the order of their first mention."""

import re
from dataclasses import dataclass

from centres.guide_text import words_of
from centres.models import GuideRevision, Heading, Reference

#: A statement that speaks of both has the sentence about stopping drinking on its page.
_DRINK = re.compile(r"\b(alcohol|drink)", re.IGNORECASE)
_STOPPING = re.compile(r"\b(detox|withdraw|stop)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """A paragraph or an entry of a list: [(words, [numbers of sources])]."""

    statements: list


@dataclass(frozen=True, slots=True)
class Block:
    is_list: bool
    entries: list


@dataclass(frozen=True, slots=True)
class Section:
    """slug: what the page is linked to by."""

    slug: str
    heading: str
    blocks: list


@dataclass(frozen=True, slots=True)
class Page:
    """urgent: the section on medical help, or None. sources: [(number, `Reference`)]."""

    revision: GuideRevision
    urgent: Section | None
    sections: list
    sources: list
    speaks_of_drink: bool


def live(substance):
    """The text of a substance that the public reads, or None."""
    return (
        GuideRevision.objects.live()
        .filter(guide__substance=substance)
        .prefetch_related("sections")
        .first()
    )


def page_of(revision, country):
    """The `Page` of a text for readers in `country`."""
    parts = [
        (heading, [block for section in sections for block in section.blocks])
        for heading, sections in revision.sections_for(country)
    ]
    blocks = [block for _, own in parts for block in own]
    sources = _sources(parts)
    numbers = {reference.slug: number for number, reference in sources}
    sections = [
        Section(heading.value, heading.label, [_block(block, numbers) for block in own])
        for heading, own in parts
    ]
    urgent = next((each for each in sections if each.slug == Heading.MEDICAL_HELP), None)
    return Page(
        revision=revision,
        urgent=urgent,
        sections=[each for each in sections if each is not urgent],
        sources=sources,
        speaks_of_drink=any(
            _DRINK.search(words_of([block])) and _STOPPING.search(words_of([block]))
            for block in blocks
        ),
    )


def _sources(parts):
    """[(number, reference)] in the order that the page reads: what is urgent comes first."""
    parts = sorted(parts, key=lambda part: part[0] != Heading.MEDICAL_HELP)
    named = [
        slug
        for _, blocks in parts
        for block in blocks
        for entry in block.entries
        for statement in entry
        for slug in statement.sources
    ]
    found = {row.slug: row for row in Reference.objects.filter(slug__in=named)}
    return list(enumerate((found[slug] for slug in dict.fromkeys(named) if slug in found), start=1))


def _block(block, numbers):
    return Block(
        block.is_list,
        [
            Entry([(s.words, [numbers[slug] for slug in s.sources if slug in numbers]) for s in e])
            for e in block.entries
        ],
    )
