"""The options of every filter in words, with how many centres each would leave."""

from typing import NamedTuple

from django.utils.translation import get_language

from centres.models import DualDiagnosis, LevelOfCare, MedicationStance, Setting

from . import wording

_ENUMERATIONS = {
    "level": LevelOfCare,
    "setting": Setting,
    "dual_diagnosis": DualDiagnosis,
    "medication": MedicationStance,
}


class FacetOption(NamedTuple):
    value: str
    label: str
    count: int
    selected: bool


def options(counts, query, terms):
    """{parameter: [`FacetOption`]}, in the vocabularies' order."""
    labels = _labels(terms, query.country, get_language())
    return {
        name: [
            FacetOption(
                value=str(value),
                label=labels[name][value] if name in labels else str(value),
                count=count,
                selected=value in query.values.get(name, ()),
            )
            for value, count in of.items()
            if name not in labels or value in labels[name]
        ]
        for name, of in counts.items()
    }


_held_labels = {}  # {(country, language): (terms, what `_labelled` made of them)}


def _labels(terms, country, language):
    """{parameter: {value: label}} of what is offered in a country, in a language.

    Made once: each search offers some two hundred.
    """
    held = _held_labels.get((country, language))
    if held is None or held[0] is not terms:
        held = _held_labels[country, language] = terms, _labelled(terms, country)
    return held[1]


def _labelled(terms, country):
    labels = {
        name: {one.value: str(one.label) for one in choices}
        for name, choices in _ENUMERATIONS.items()
    }
    for name, vocabulary in terms.items():
        offered = [one for one in vocabulary.values() if one.country in {"", country}]
        labels[name] = {one.slug: wording.term(one.label) for one in offered}
    return labels
