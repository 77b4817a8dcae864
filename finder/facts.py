"""The facts of a centre's page, each with its words and where it comes from (P6).

A fact with no values is unknown and is shown as "Not known", never as "no".
"""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centres.models import (
    Approach,
    DualDiagnosis,
    MedicationStance,
    Provenance,
    Registration,
    Setting,
)

from . import wording
from .remarks import Remark
from .wording import day

UNKNOWN = "unknown"
ADMISSION_GONE = gettext_lazy("No date given in the last 72 hours")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact. `values` are lines or, if `listed`, items; `note` is what else belongs to it.

    name: as its provenance calls it; "" where no page asks for it by name.
    """

    name: str = ""
    label: str
    values: list[str]
    note: str = ""
    unknown: str = gettext_lazy("Not known")
    listed: bool = False
    evidence: Provenance | None = None
    remark: Remark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Facts that answer one question."""

    question: str
    facts: list[Fact] = field(default_factory=list)


class Evidence:
    """The provenance rows of one centre, found by programme and fact."""

    def __init__(self, rows):
        self._rows = {(row.programme_id, row.fact): row for row in rows}

    def of(self, fact, programme=None):
        return self._rows.get((programme.pk if programme else None, fact))


def main_facts(programme, evidence, *, now):
    """What people ask first of a programme: what it is, its price, how soon, how it is paid."""

    def fact(name, label, values, **more):
        values = [value for value in values if value]
        found = evidence.of(name, programme)
        return Fact(name=name, label=label, values=values, evidence=found, **more)

    admission = programme.fresh_admission(now=now)
    return [
        fact("level", _("Kind of programme"), [_level(programme)]),
        fact("length", _("How long"), [wording.length(programme)]),
        fact(
            "price",
            _("Whole price"),
            [wording.price(programme)],
            note=_price_note(programme),
            unknown=_("Price not published"),
        ),
        fact("funding", _("Ways to pay"), wording.labels(programme.funding.all()), listed=True),
        fact(
            "earliest_admission",
            _("Earliest start"),
            [day(admission) if admission else ""],
            unknown=ADMISSION_GONE if programme.earliest_admission else _("Not known"),
        ),
        fact(
            "dual_diagnosis",
            _("Mental health"),
            [_known(programme.dual_diagnosis, DualDiagnosis)],
        ),
    ]


def further_facts(programme, evidence):
    """The rest of a programme, grouped by the question it answers."""

    def words(name, label, value, **more):
        values = [value] if value else []
        found = evidence.of(name, programme)
        return Fact(name=name, label=label, values=values, evidence=found, **more)

    def terms(name, label):
        values = wording.labels(getattr(programme, name).all())
        found = evidence.of(name, programme)
        return Fact(name=name, label=label, values=values, listed=True, evidence=found)

    return [
        Group(
            question=_("Can they take me?"),
            facts=[
                terms("substances", _("Treats")),
                terms("conditions", _("Treated alongside")),
                terms("people", _("Who it is for")),
                words("ages", _("Ages"), wording.ages(programme)),
                terms("excluded_conditions", _("Conditions they cannot take")),
                terms("exclusions", _("People they cannot take")),
            ],
        ),
        Group(
            question=_("What happens there?"),
            facts=[
                terms("detoxes", _("Detox from")),
                words("approach", _("Approach"), _known(programme.approach, Approach)),
                terms("therapies", _("Therapies")),
                words(
                    "medication",
                    _("Medication for addiction"),
                    _known(programme.medication, MedicationStance),
                ),
                terms("medicines", _("Medicines used")),
            ],
        ),
        Group(
            question=_("Which insurers?"),
            facts=[
                Fact(
                    name="insurance",
                    label=_("Insurance"),
                    values=[_insurance(row) for row in programme.insurance.all()],
                    listed=True,
                    evidence=evidence.of("insurance", programme),
                )
            ],
        ),
    ]


def of_programme(programme, evidence, *, now):
    """All facts of a programme, in no order of their own."""
    further = [fact for group in further_facts(programme, evidence) for fact in group.facts]
    return [*main_facts(programme, evidence, now=now), *further]


def centre_facts(centre, evidence):
    """The centre's own facts, other than who runs it, its address, telephones and standing."""

    def terms(name, label):
        values = wording.labels(getattr(centre, name).all())
        return Fact(name=name, label=label, values=values, listed=True, evidence=evidence.of(name))

    return [
        Fact(
            name="beds",
            label=_("Beds"),
            values=[str(centre.beds)] if centre.beds is not None else [],
            evidence=evidence.of("beds"),
        ),
        terms("languages", _("Languages spoken")),
        terms("access", _("Getting in and around")),
        terms("amenities", _("Rooms and daily life")),
    ]


def provider(centre, evidence):
    """The organisation behind the centre."""
    return Fact(
        name="provider",
        label=_("Run by"),
        values=_provider_lines(centre.provider),
        evidence=evidence.of("provider"),
    )


def registration(centre, evidence):
    """Where the centre stands with its regulator; an unknown one names no regulator."""
    unknown = centre.registration == Registration.UNKNOWN
    lines = [] if unknown else [_registration_line(centre)]
    if centre.registration == Registration.REGISTERED and centre.registered_on:
        lines.append(_("Since %(date)s") % {"date": day(centre.registered_on)})
    return Fact(
        name="registration",
        label=_("Registration"),
        values=lines,
        note=centre.registration_reason,
        evidence=evidence.of("registration"),
    )


def rating(centre, evidence):
    """The regulator's rating, always with its date and, where it is known, who gave it."""
    lines = [f"{centre.rating}, {day(centre.rating_on)}"] if centre.rating else []
    by = (
        _("By %(who)s") % {"who": centre.get_regulator_display()}
        if centre.rating and centre.regulator
        else ""
    )
    return Fact(
        name="rating",
        label=_("Regulator's rating"),
        values=lines,
        note=by,
        evidence=evidence.of("rating"),
    )


def _registration_line(centre):
    words = centre.get_registration_display()
    if centre.registration != Registration.REGISTERED:
        return words
    return _("%(standing)s: %(regulator)s, number %(number)s") % {
        "standing": words,
        "regulator": centre.get_regulator_display(),
        "number": centre.registration_number,
    }


def _level(programme):
    if not programme.level:
        return ""
    words = f"{programme.get_level_display()}: {str(Setting(programme.setting).label).lower()}"
    if not programme.asam_level:
        return words
    return _("%(level)s. ASAM level %(asam)s (edition %(edition)s)") % {
        "level": words,
        "asam": programme.asam_level,
        "edition": programme.asam_edition,
    }


def _known(value, choices):
    return "" if value == UNKNOWN else str(choices(value).label)


def _price_note(programme):
    if programme.price is None:
        return ""
    true_on = {"date": day(programme.price_on)}
    notes = [_("As of %(date)s, with every charge that cannot be avoided.") % true_on]
    if programme.price_includes:
        notes.append(_("Includes: %(what)s.") % {"what": programme.price_includes.rstrip(".")})
    if programme.price_extras:
        notes.append(_("May come on top: %(what)s.") % {"what": programme.price_extras.rstrip(".")})
    return " ".join(notes)


def _insurance(row):
    return _("%(insurer)s: %(standing)s, as of %(date)s") % {
        "insurer": row,
        "standing": row.get_standing_display().lower(),
        "date": day(row.as_of),
    }


def _provider_lines(provider):
    if provider is None:
        return []
    lines = [provider.legal_name]
    if provider.ownership != UNKNOWN:
        lines.append(provider.get_ownership_display())
    if provider.company_number:
        lines.append(_("Company number %(number)s") % {"number": provider.company_number})
    if provider.charity_number:
        lines.append(_("Charity number %(number)s") % {"number": provider.charity_number})
    return lines
