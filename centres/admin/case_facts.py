"""A centre's facts in words, to stand beside the criteria that speak of them, with their age."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.formats import date_format

from centres.consequences import OF_PROGRAMMES
from centres.models import Centre, Programme
from centres.models.provenance import FIELDS_OF_FACT
from centres.models.provider import Ownership

from .facts import age_in_words

#: Facts that are rows of their own: how one of them reads.
ROWS = {
    "phones": lambda phone: _joined(
        phone.number,
        phone.label,
        phone.get_answered_by_display(),
        "hidden from the public: in doubt" if phone.is_doubted else "",
    ),
    "insurance": lambda row: _joined(
        str(row), row.get_standing_display().lower(), f"as of {row.as_of:%-d %B %Y}"
    ),
}
#: Facts whose lines may hold a web address to follow.
WITH_ADDRESSES = {"website", "registration"}
#: Fields whose own names are not words.
FIELD_WORDS = {
    "registration_url": "Register entry",
    "rating_on": "Rated on",
    "price_on": "True on",
    "length_min_days": "Days, at least",
    "length_max_days": "Days, at most",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a centre or programme in lines; none: not known."""

    name: str
    lines: list[str]
    source: str

    @property
    def label(self):
        return label_of(self.name)

    @property
    def parts(self):
        """[(words, web address to link to after them)], a pair a line."""
        if self.name not in WITH_ADDRESSES:
            return [(line, "") for line in self.lines]
        return [_split(line) for line in self.lines]


@dataclass(frozen=True, slots=True)
class Group:
    """Facts of the centre itself, or (`of`) of one of its programmes."""

    of: str
    facts: list[Fact]

    @property
    def known(self):
        return [fact for fact in self.facts if fact.lines]

    @property
    def unknown(self):
        """Labels of what is not known, in one line."""
        return ", ".join(fact.label.lower() for fact in self.facts if not fact.lines)

    @property
    def shared_source(self):
        """The source that most known facts have, to be said once; "" where none is shared."""
        sources = Counter(fact.source for fact in self.known)
        source, number = next(iter(sources.most_common(1)), ("", 0))
        return source if number > 1 or len(sources) == 1 else ""

    @property
    def is_of_one_source(self):
        return all(fact.source == self.shared_source for fact in self.known)


class FactsOfCentre:
    """Every fact of one centre, read once in a fixed number of queries."""

    def __init__(self, centre, *, now):
        self._now = now
        self._centre = centre
        prefetch_related_objects([centre], "phones", *_terms_of(Centre))
        self._programmes = list(
            centre.programmes.order_by("pk").prefetch_related("insurance", *_terms_of(Programme))
        )
        self._provenance = {
            (entry.programme_id, entry.fact): entry
            for entry in centre.provenance.select_related("source", "recorded_by")
        }

    def named(self, names):
        """A `Group` of the centre's and one a programme, of facts such as "programme.price"."""
        own = [name for name in names if name in Centre.FACTS]
        theirs = [name.removeprefix(OF_PROGRAMMES) for name in names if name not in own]
        theirs = [name for name in theirs if name in Programme.FACTS]
        groups = [Group("", [self._fact(self._centre, None, name) for name in own])] if own else []
        for programme in self._programmes if theirs else ():
            facts = [self._fact(programme, programme.pk, name) for name in theirs]
            groups.append(Group(str(programme), facts))
        if theirs and not self._programmes:
            groups.append(Group("", [Fact("programmes", [], "")]))
        return groups

    def _fact(self, row, programme_id, name):
        entry = self._provenance.get((programme_id, name))
        return Fact(name, lines(row, name), self._source(entry))

    def _source(self, entry):
        if entry is None:
            return "No source is recorded."
        age = age_in_words(entry.as_of, now=self._now)
        who = f", {entry.recorded_by}" if entry.recorded_by else ""
        return (
            f"{entry.source.name}, {entry.get_method_display().lower()}{who}. "
            f"As of {entry.as_of:%-d %B %Y} ({age})."
        )


def label_of(fact):
    """A fact's name in words: "Dual diagnosis", "Price of a programme"."""
    of = " of a programme" if fact.startswith(OF_PROGRAMMES) else ""
    return f"{fact.removeprefix(OF_PROGRAMMES).replace('_', ' ').capitalize()}{of}"


def lines(row, fact):
    """What a centre or programme says of a fact, a line each; [] where that is not known."""
    if fact in ROWS:
        return [ROWS[fact](each) for each in getattr(row, fact).all()]
    fields = FIELDS_OF_FACT.get(fact, (fact,))
    said = [(row._meta.get_field(name), _value(row, name)) for name in fields]
    if fact == "address" and row.is_withheld:
        said.append((row._meta.get_field("precision"), "withheld: never shown to the public"))
    shown = [(field, words) for field, words in said if words]
    if fact == "address":
        return [words for _, words in shown]
    return [_in_words(field, words, fields) for field, words in shown]


def _in_words(field, words, fields):
    """A field's words; with its name, unless it is the first of its fact and speaks for itself."""
    if field.name == fields[0] and field.name not in FIELD_WORDS:
        return words
    name = FIELD_WORDS.get(field.name, field.verbose_name)
    return f"{name[0].upper()}{name[1:]}: {words}"


def _split(line):
    at = line.find("http")
    address = line[at:] if at >= 0 else ""
    return (line[:at], address) if is_web_address(address) else (line, "")


def _value(row, name):
    field = row._meta.get_field(name)
    if field.many_to_many:
        return ", ".join(term.label for term in getattr(row, name).all())
    value = getattr(row, name)
    if value is None or value == "" or value is False or str(value) == "unknown":
        return ""
    if value is True:
        return "yes"
    if field.get_internal_type() == "DateTimeField":
        return date_format(timezone.localtime(value), "j F Y H:i")
    if field.get_internal_type() == "DateField":
        return date_format(value, "j F Y")
    if field.choices:
        return getattr(row, f"get_{name}_display")()
    if name == "provider":
        return provider_in_words(value)
    return str(value)


def provider_in_words(provider):
    numbers = [
        f"company {provider.company_number}" if provider.company_number else "",
        f"charity {provider.charity_number}" if provider.charity_number else "",
    ]
    known = provider.ownership != Ownership.UNKNOWN
    ownership = provider.get_ownership_display().lower() if known else ""
    return _joined(provider.legal_name, ownership, *numbers)


def _terms_of(model):
    return [field.name for field in model._meta.many_to_many]


def _joined(*parts):
    return ", ".join(part for part in parts if part)


def is_web_address(text):
    """Whether a text may become a link: anything else, such as a script, stays words."""
    return text.startswith(("https://", "http://"))
