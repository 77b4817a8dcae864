"""Up to four centres side by side, in the order people ask (P6).

What is not known stands as a question to ask, in the words one would say into the telephone. The
order of the centres is the visitor's own, and nothing here weighs one against another (P3).
"""

from dataclasses import dataclass, field
from itertools import chain

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from geopy.distance import geodesic

from centres.models import Advertisement, Centre

from . import facts, wording
from .cards import place_of
from .questions import ASKED


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is known of one row. whose: the programmes it is true of, "" where it is so of all.

    values: none where it is not known; then `unknown` says so, and `ask` is what to ask.
    """

    values: list[str]
    whose: str = ""
    note: str = ""
    unknown: str = gettext_lazy("Not known")
    ask: str = ""

    def line(self):
        """Its values in a line: a list a value would be a page long."""
        return ("; " if any("," in value for value in self.values) else ", ").join(self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A centre in a comparison. sheets: (name of a programme, {name of a fact: `Fact`}) each."""

    centre: Centre
    address: str
    place: str
    is_made_up: bool
    is_advertiser: bool
    agreement: Advertisement | None
    sheets: list


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table: its `cells`, in the order of the columns.

    part: the template that shows a cell from its `Column`, where it is no list of `Answer`s.
    """

    label: str
    cells: list = field(default_factory=list)
    part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Rows that answer one question."""

    question: str
    rows: list[Row]


def column(centre, *, now, agreement=None):
    """A centre, loaded by `in_full`, as it stands at `now`."""
    evidence = facts.Evidence(centre.provenance.all())
    programmes = list(centre.programmes.all())
    named = zip(wording.names(programmes), programmes, strict=True)
    return Column(
        centre=centre,
        address=centre.get_absolute_url(),
        place=place_of(centre),
        is_made_up=centre.source is not None and centre.source.is_demo,
        is_advertiser=centre.is_advertiser(now=now),
        agreement=agreement,
        sheets=[(name, _sheet(programme, evidence, now)) for name, programme in named],
    )


def table(columns, *, origin=None):
    """The `Question`s of a comparison; origin: the `Spot` that distances are measured from."""

    def programme(name, label):
        return Row(label=label, cells=[_of_programmes(column, name) for column in columns])

    def centre(label, answer):
        return Row(label=label, cells=[[answer(column.centre)] for column in columns])

    def part(label, template):
        return Row(label=label, part=template, cells=columns)

    far = []
    if origin is not None:
        far = [
            centre(
                _("How far from %(place)s") % {"place": origin.label},
                lambda one: _distance(one, origin),
            )
        ]
    return [
        Question(
            question=_("Can they take me?"),
            rows=[
                programme("level", _("Kind of programme")),
                programme("substances", _("Treats")),
                programme("dual_diagnosis", _("Mental health")),
                programme("conditions", _("Treated alongside")),
                programme("excluded_conditions", _("Conditions they cannot take")),
                programme("exclusions", _("People they cannot take")),
                programme("people", _("Who it is for")),
                programme("ages", _("Ages")),
            ],
        ),
        Question(
            question=_("What does it cost in total?"),
            rows=[
                programme("price", _("Whole price")),
                programme("funding", _("Ways to pay")),
                programme("insurance", _("Insurance")),
            ],
        ),
        Question(
            question=_("How soon?"), rows=[programme("earliest_admission", _("Earliest start"))]
        ),
        Question(question=_("Where?"), rows=[centre(_("Address"), _address), *far]),
        Question(
            question=_("What happens there?"),
            rows=[
                programme("length", _("How long")),
                programme("detoxes", _("Detox from")),
                programme("medication", _("Medication for addiction")),
                programme("approach", _("Approach")),
                programme("therapies", _("Therapies")),
            ],
        ),
        Question(
            question=_("Who checked?"),
            rows=[
                part(_("Verified by us"), "finder/_compare_verified.html"),
                centre(_("Last checked by us"), _checked),
                centre(_("Registration"), _registration),
                centre(_("Regulator’s rating"), _rating),
            ],
        ),
        Question(
            question=_("Who answers the phone?"),
            rows=[part(_("Telephone"), "finder/_compare_phones.html")],
        ),
        Question(
            question=_("Who pays?"), rows=[part(_("What it pays us"), "finder/_compare_pays.html")]
        ),
    ]


def detox_shown(columns):
    """Whether the sentence that detox alone is not treatment has to stand with them."""
    return any(wording.is_detox(programme) for programme in _programmes(columns))


def alcohol_shown(columns):
    """Whether the sentence about stopping drinking has to stand with them."""
    return any(wording.may_detox_alcohol(programme) for programme in _programmes(columns))


def _programmes(columns):
    return chain.from_iterable(column.centre.programmes.all() for column in columns)


def _sheet(programme, evidence, now):
    further = facts.further_facts(programme, evidence)
    known = [
        *facts.main_facts(programme, evidence, now=now),
        *chain.from_iterable(group.facts for group in further),
    ]
    return {fact.name: fact for fact in known}


def _of_programmes(column, name):
    """The `Answer`s of one centre: programmes that answer alike stand together (P11)."""
    groups = {}
    for whose, sheet in column.sheets:
        fact = sheet[name]
        groups.setdefault((*fact.values, fact.note, fact.unknown), (fact, []))[1].append(whose)
    if not groups:
        return [Answer(values=[], ask=ASKED[name])]
    return [
        Answer(
            values=fact.values,
            whose=", ".join(named) if len(groups) > 1 else "",
            note=fact.note,
            unknown=fact.unknown,
            ask=ASKED[name],
        )
        for fact, named in groups.values()
    ]


def _address(centre):
    if centre.is_withheld:
        told = _("The centre tells you when you call.")
        return Answer(
            values=[_("Not published, for the safety of the people who live there")],
            note=f"{centre.region}. {told}".removeprefix(". "),
        )
    return Answer(values=centre.address_lines(), ask=ASKED["address"])


def _distance(centre, origin):
    if centre.latitude is None:
        return Answer(values=[], unknown=_("Its place is not known here"), ask=ASKED["distance"])
    there = (centre.latitude, centre.longitude)
    miles = geodesic((origin.latitude, origin.longitude), there).miles
    return Answer(values=[wording.distance(miles, origin.precision, centre.precision)])


def _checked(centre):
    if centre.checked_on is None:
        return Answer(values=[_("Not yet")])
    return Answer(values=[wording.day(centre.checked_on)])


def _registration(centre):
    fact = facts.registration(centre, facts.Evidence([]))
    return Answer(values=fact.values, note=fact.note, ask=ASKED["registration"])


def _rating(centre):
    fact = facts.rating(centre, facts.Evidence([]))
    by = (
        _("By %(who)s.") % {"who": centre.get_regulator_display()}
        if centre.rating and centre.regulator
        else ""
    )
    return Answer(values=fact.values, note=by, ask=ASKED["rating"])
