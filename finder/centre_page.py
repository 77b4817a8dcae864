"""A centre's page: what is known under the questions people ask, in the order they ask (P6).

Columns are programmes. Up to three stand side by side, each with a column of its own. Of more, what
all answer alike is said once; for the rest, those that answer alike share a column, which names
them all, and columns stand three to a table. So every answer in a column holds for each programme
it names (P11).
"""

from dataclasses import dataclass, replace

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from centres.models import LevelOfCare, Status

from . import facts, sourcing, wording
from .fact_names import OF_PROGRAMME
from .facts import Fact
from .sourcing import Sources

SIDE_BY_SIDE = 3
EXCLUDED = {"excluded_conditions", "exclusions"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, of a centre that is open and of one that is no more.

    of_programmes, of_centre: names of the facts that answer it. unknown: the answer where no
    programme is known.
    """

    slug: str
    text: str
    past: str
    of_programmes: tuple
    of_centre: tuple = ()
    unknown: str


QUESTIONS = (
    Question(
        slug="take",
        text=_("Can they take me?"),
        past=_("Who did they take?"),
        of_programmes=(
            "level", "length", "substances", "dual_diagnosis", "conditions", "people", "ages",
            "excluded_conditions", "exclusions",
        ),
        of_centre=("languages", "access"),
        unknown=_("Its programmes are not known. Ask the centre what it offers, and who it takes."),
    ),
    Question(
        slug="cost",
        text=_("What does it cost in total?"),
        past=_("What did it cost in total?"),
        of_programmes=("price", "funding", "insurance"),
        unknown=_("Price not published. Ways to pay not known."),
    ),
    Question(
        slug="soon",
        text=_("How soon?"),
        past=_("How soon could one start?"),
        of_programmes=("earliest_admission",),
        unknown=_("Earliest start not known."),
    ),
    Question(
        slug="there",
        text=_("What happens there?"),
        past=_("What happened there?"),
        of_programmes=("detoxes", "approach", "therapies", "medication", "medicines"),
        of_centre=("beds", "amenities"),
        unknown=_("What a day there holds is not known."),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Head:
    """Whose a column is: `names` of the centre's `of` programmes."""

    names: list[str]
    of: int

    def __str__(self):
        if self.of > 1 and len(self.names) == self.of:
            if self.of == 2:
                return gettext("Both programmes")
            return gettext("All %(count)d programmes") % {"count": self.of}
        if self.is_long:
            said = {"name": self.names[0], "count": len(self.names) - 1}
            return gettext("%(name)s and %(count)d more") % said
        return ", ".join(self.names)

    @property
    def is_long(self):
        """Whether its names need a list of their own."""
        return SIDE_BY_SIDE < len(self.names) < self.of


@dataclass(frozen=True, slots=True)
class Cell:
    """The answer of one column. stops_drinking: the sentence about alcohol stands beside it."""

    head: Head
    fact: Fact
    is_detox: bool
    stops_drinking: bool


@dataclass(frozen=True, slots=True)
class Row:
    """`cells` in the order of the columns; one, `across` all columns, where all answer alike."""

    label: str
    cells: list[Cell]
    across: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    heads: list[Head]
    rows: list[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A question with its answers: `tables` of programmes, and `facts` of the centre itself."""

    slug: str
    question: str
    unknown: str
    tables: list[Table]
    facts: list[Fact]
    sources: Sources | None
    excludes: bool
    may_exclude: bool


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A programme: its name and its facts by name."""

    name: str
    programme: object
    facts: dict


def sections(centre, evidence, remarks, *, now):
    """{slug of a question: `Section`} for a centre loaded by `in_full`, as it stands at `now`."""
    programmes = list(centre.programmes.all())
    sheets = [
        _Sheet(name, programme, _by_name(_of(programme, evidence, remarks, now=now)))
        for name, programme in zip(wording.names(programmes), programmes, strict=True)
    ]
    own = _by_name(remarks.beside(facts.centre_facts(centre, evidence)))
    is_past = centre.status == Status.CLOSED
    return {asked.slug: _section(asked, sheets, own, is_past) for asked in QUESTIONS}


def detox_shown(programmes):
    """Whether the sentence that detox alone is not treatment has to stand with them."""
    return any(wording.is_detox(programme) for programme in programmes)


def alcohol_shown(programmes):
    """Whether the sentence about stopping drinking has to stand with them."""
    return any(wording.may_detox_alcohol(programme) for programme in programmes)


def _of(programme, evidence, remarks, *, now):
    return remarks.beside(facts.of_programme(programme, evidence, now=now), programme)


def _by_name(some):
    return {fact.name: fact for fact in some}


def _section(asked, sheets, own, is_past):
    centre_facts = [own[name] for name in asked.of_centre]
    told = [
        (sheet.facts[name].label, sheet.name, sheet.facts[name].evidence)
        for name in asked.of_programmes
        for sheet in sheets
        if sheet.facts[name].values
    ]
    told += [
        (fact.label, gettext("the centre"), fact.evidence) for fact in centre_facts if fact.values
    ]
    question = asked.past if is_past else asked.text
    about = [f"{OF_PROGRAMME}{name}" for name in asked.of_programmes if sheets]
    about += asked.of_centre
    excluding = EXCLUDED & set(asked.of_programmes)
    return Section(
        slug=asked.slug,
        question=question,
        unknown=asked.unknown,
        tables=_tables(asked.of_programmes, sheets),
        facts=centre_facts,
        sources=sourcing.sources(question, told, about),
        excludes=any(sheet.facts[name].values for sheet in sheets for name in excluding),
        may_exclude=any(not sheet.facts[name].values for sheet in sheets for name in excluding),
    )


def _tables(names, sheets):
    if len(sheets) <= SIDE_BY_SIDE:
        return [_table(names, _columns([[sheet] for sheet in sheets]))] if sheets else []
    agreed = [name for name in names if len({_answer(name, sheet) for sheet in sheets}) == 1]
    others = [name for name in names if name not in agreed]
    alike = {}
    for sheet in sheets:
        alike.setdefault(tuple(_answer(name, sheet) for name in others), []).append(sheet)
    columns = _columns(alike.values())
    tables = [_table(agreed, _columns([sheets]))] if agreed else []
    if not others:
        return tables
    starts = range(0, len(columns), SIDE_BY_SIDE)
    return [*tables, *(_table(others, columns[i : i + SIDE_BY_SIDE]) for i in starts)]


def _columns(groups):
    """[(`Head`, a sheet to answer for the column)] of groups of sheets that answer alike."""
    groups = list(groups)
    of = sum(len(group) for group in groups)
    return [(Head([sheet.name for sheet in group], of), group[0]) for group in groups]


def _table(names, columns):
    return Table(
        heads=[head for head, _ in columns],
        rows=[_row([_cell(name, head, sheet) for head, sheet in columns]) for name in names],
    )


def _row(cells):
    first = cells[0]
    whole = Head([name for cell in cells for name in cell.head.names], first.head.of)
    alike = all(replace(cell, head=first.head) == first for cell in cells)
    if len(cells) > 1 and alike and len(whole.names) == whole.of:
        return Row(first.fact.label, [replace(first, head=whole)], across=len(cells))
    return Row(first.fact.label, cells)


def _cell(name, head, sheet):
    return Cell(head, replace(sheet.facts[name], evidence=None), *_notes(name, sheet.programme))


def _answer(name, sheet):
    """All that a cell says, to be compared."""
    fact = sheet.facts[name]
    return *fact.values, fact.note, fact.unknown, fact.remark, *_notes(name, sheet.programme)


def _notes(name, programme):
    """(detox alone is not treatment, stopping drinking is a danger): whether to say so beside it.

    The first stands beside the level where that is a detox, else beside a stay as short as one.
    """
    is_level = bool(programme.level) and LevelOfCare(programme.level).includes_detox
    beside = "level" if is_level else "length"
    return (
        name == beside and wording.is_detox(programme),
        name == "detoxes" and wording.may_detox_alcohol(programme),
    )
