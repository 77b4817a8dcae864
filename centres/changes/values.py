"""Changes of a centre as data: read from its rows, checked, compared with what is there, written.

A change is {"object", "id", "field", "from", "to"}. `object` is the kind of row, `id` its key.
Values are what JSON holds: texts, numbers, true and false, ISO dates, null for "not known", the key
of a linked row, sorted lists of slugs for links to the vocabulary, and for a programme's insurance
a list of {"insurer", "plan", "standing", "as_of"}. A row is added by `id` null and `field` "", with
{field: value} in `to`; it is removed by `field` "" and `to` null, with what it held in `from`.
"""

import datetime

from django.db import models

from ..models import Centre, Insurance, Phone, Programme
from ..models.provenance import FIELDS_OF_FACT

INSURANCE = ("insurer", "plan", "standing", "as_of")


def _stating(model, beside):
    """The fields that state the facts of a model, but those kept `beside` it in rows."""
    facts = [fact for fact in model.FACTS if fact not in beside]
    return tuple(name for fact in facts for name in FIELDS_OF_FACT.get(fact, (fact,)))


#: Kind of row: (model, the fields that may be proposed). No other field is anybody's to type.
KINDS = {
    "centre": (Centre, ("status", "country", *_stating(Centre, {"phones"}))),
    "phone": (Phone, ("number", "label", "answered_by", "position")),
    "programme": (Programme, _stating(Programme, ())),
}


class Unfit(Exception):
    """Changes that cannot be made; str() is a sentence for the person."""


def as_json(model, name, value):
    """How a change holds `value`, a Python value of the field `name` of `model`."""
    if name == "insurance":
        return sorted(
            ({key: as_json(Insurance, key, entry[key]) for key in INSURANCE} for entry in value),
            key=lambda entry: (entry["insurer"], entry["plan"]),
        )
    if model._meta.get_field(name).many_to_many:
        return sorted(term.slug for term in value)
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value


def held(row, name):
    """What a saved row holds in its field `name`, as a change would say it."""
    if name == "insurance":
        return as_json(Programme, name, row.insurance.values(*INSURANCE))
    column = row._meta.get_field(name)
    if column.many_to_many:
        return as_json(type(row), name, getattr(row, name).all())
    return as_json(type(row), name, getattr(row, column.attname))


def all_held(kind, row):
    """{field: value} of everything that a saved row holds and a change may speak of."""
    return {name: held(row, name) for name in KINDS[kind][1]}


def empty(kind, name):
    """What a new row holds in a field of which nothing is said."""
    column = KINDS[kind][0]._meta.get_field(name)
    if name == "insurance" or column.many_to_many:
        return []
    return as_json(KINDS[kind][0], name, column.get_default())
