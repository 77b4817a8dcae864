"""Where the facts of one part of a page come from, and how old they are, said once for all (P6)."""

from dataclasses import dataclass

from django.utils import timezone

from centres.models import Provenance

from .wording import day


@dataclass(frozen=True, slots=True)
class Told:
    """Facts with one origin and one age, in words. evidence: None where no source was noted."""

    facts: str
    evidence: Provenance | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What one disclosure lists. about: what its facts answer, for those who cannot see where."""

    about: str
    told: list[Told]

    @property
    def age(self):
        """In a few words: the oldest day that any of it was true on."""
        days = [one.evidence.as_of for one in self.told if one.evidence]
        if not days:
            return "no source noted"
        oldest = "true on" if len(set(days)) == 1 else "the oldest of"
        return f"{oldest} {day(min(days))}{self._gap()}"

    def _gap(self):
        return "; some not noted" if any(one.evidence is None for one in self.told) else ""


def sources(about, told):
    """`Sources` of [(name of a fact, whose it is or "", `Provenance` or None)], in their order;
    None where nothing is told.

    Facts of the same origin and age share a line; whose they are is said where only some of those
    that tell the fact share it.
    """
    if not told:
        return None
    everyone, lines = {}, {}
    for name, whose, evidence in told:
        everyone.setdefault(name, []).append(whose)
        _, facts = lines.setdefault(_origin(evidence), (evidence, {}))
        facts.setdefault(name, []).append(whose)
    return Sources(
        about=about,
        told=[
            Told("; ".join(_named(name, some, everyone[name]) for name, some in facts.items()), row)
            for row, facts in lines.values()
        ],
    )


def _origin(evidence):
    if evidence is None:
        return None
    noted = timezone.localdate(evidence.recorded_at)
    return evidence.source_id, evidence.method, evidence.as_of, noted


def _named(name, some, everyone):
    return name if len(some) == len(everyone) else f"{name} ({', '.join(some)})"
