"""Changes said in words: labels for choices and terms, names for keys, days as people say them."""

import datetime
from functools import cached_property

from ..models import Insurance, InsuranceStanding, Programme, Term
from .values import KINDS

NOTHING = "not given"
OF_KIND = {"centre": "the centre", "phone": "telephone number", "programme": "programme"}


def label(kind, name):
    """The field `name` as people call it: "level of care", "detoxes"."""
    if name == "insurance":
        return "insurance"
    return str(KINDS[kind][0]._meta.get_field(name).verbose_name)


class Words:
    """Says values of changes; the vocabulary is read once, when it is first needed."""

    @cached_property
    def _terms(self):
        return {(term.kind, term.slug): term.label for term in Term.objects.all()}

    def of(self, kind, name, value):
        """A value as a change of the field holds it, in words."""
        if value is None or value == "" or value == []:
            return NOTHING
        if name == "insurance":
            return "; ".join(_insurance(entry) for entry in value)
        column = KINDS[kind][0]._meta.get_field(name)
        if column.many_to_many:
            of = column.remote_field.limit_choices_to["kind"]
            return ", ".join(self._terms.get((of, slug), slug) for slug in value)
        if column.is_relation:
            row = column.related_model._default_manager.filter(pk=value).first()
            return str(row) if row else f"number {value}, which is gone"
        if isinstance(value, bool):
            return "yes" if value else "no"
        return str(dict(column.flatchoices).get(value) or _day(column, value))

    def of_row(self, kind, values):
        """A row that is not there (any more, or yet), by what a change says of it."""
        if kind == "phone":
            return str(values.get("number", "a telephone number"))
        level = values.get("level")
        named = values.get("name") or (level and self.of(kind, "level", level))
        return str(named or Programme._meta.verbose_name)


def _insurance(entry):
    standing = dict(InsuranceStanding.choices).get(entry["standing"], entry["standing"])
    insurer = str(Insurance(insurer=entry["insurer"], plan=entry["plan"]))
    day = datetime.date.fromisoformat(entry["as_of"])
    return f"{insurer}: {standing.lower()}, {day:%-d %B %Y}"


def _day(column, value):
    of = column.get_internal_type()
    if of == "DateField":
        return f"{datetime.date.fromisoformat(value):%-d %B %Y}"
    if of == "DateTimeField":
        return f"{datetime.datetime.fromisoformat(value):%-d %B %Y, %H:%M} UTC"
    return value
