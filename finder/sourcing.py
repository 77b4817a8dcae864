"""Where the facts of one part of a page come from, and how old they are, said once for all (P6)."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from centres.models import Provenance

from .fact_names import name_of
from .wording import day


@dataclass(frozen=True, slots=True)
class Told:
    """Facts with one origin and one age, in words. evidence: None where no source was noted."""

    facts: str
    evidence: Provenance | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What one disclosure lists. about: what its facts answer, for those who cannot see where.

    to_report: [(a fact as a report names it, what it is called)], one of which may be wrong.
    """

    about: str
    told: list[Told]
    to_report: list

    @property
    def age(self):
        """In a few words: the oldest day that any of it was true on."""
        days = [one.evidence.as_of for one in self.told if one.evidence]
        if not days:
            return _("no source noted")
        oldest = _("true on %(date)s") if len(set(days)) == 1 else _("the oldest of %(date)s")
        return f"{oldest % {'date': day(min(days))}}{self._gap()}"

    def _gap(self):
        is_whole = all(one.evidence for one in self.told)
        return "" if is_whole else _("; some not noted")


def sources(about, told, facts):
    """`Sources` of [(name of a fact, whose it is or "", `Provenance` or None)], in their order;
    None where nothing is told. facts: all that are asked here, as `fact_names` has them.

    Facts of the same origin and age share a line; whose they are is said where only some of those
    that tell the fact share it.
    """
    if not told:
        return None
    everyone, lines = {}, {}
    for name, whose, evidence in told:
        everyone.setdefault(name, []).append(whose)
        __, named = lines.setdefault(_origin(evidence), (evidence, {}))
        named.setdefault(name, []).append(whose)
    return Sources(
        about=about,
        told=[
            Told("; ".join(_named(name, some, everyone[name]) for name, some in named.items()), row)
            for row, named in lines.values()
        ],
        to_report=[(fact, name_of(fact)) for fact in facts],
    )


def _origin(evidence):
    if evidence is None:
        return None
    noted = timezone.localdate(evidence.recorded_at)
    return evidence.source_id, evidence.method, evidence.as_of, noted


def _named(name, some, everyone):
    return name if len(some) == len(everyone) else f"{name} ({', '.join(some)})"
