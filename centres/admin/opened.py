"""Whether a change form still shows what is kept: two people may have it open, or an import run.

A form sends every field, so one that was opened earlier would write old values over newer ones, and
the record would say that somebody had stated them. It is refused instead, whole.
"""

import hashlib
import json

from centres.changes import KINDS, OF_KIND, all_held, held
from centres.models import Centre

#: Hexadecimal digits of a mark: to notice a change, not to prove who made it.
DIGITS = 12


def marks(row):
    """{name of a row: mark of what it holds} of all that the change form of `row` shows.

    row: a saved centre, with its telephones and programmes, or a programme, with its insurance.
    """
    if not isinstance(row, Centre):
        fresh = type(row).objects.get(pk=row.pk)
        return {_name("programme", fresh): _mark(all_held("programme", fresh))}
    fresh = Centre.objects.get(pk=row.pk)
    terms = [field.name for field in KINDS["programme"][0]._meta.many_to_many]
    rows = [("centre", fresh)]
    rows += [("phone", phone) for phone in fresh.phones.all()]
    rows += [("programme", each) for each in fresh.programmes.prefetch_related(*terms)]
    return {_name(kind, each): _mark(_shown(kind, each)) for kind, each in rows}


def locked_marks(row):
    """`marks`, and nobody else saves a form of this centre before the transaction ends."""
    pk = row.pk if isinstance(row, Centre) else row.centre_id
    Centre.objects.select_for_update().get(pk=pk)
    return marks(row)


def changed_since(then, now):
    """Names of the rows that changed, came or went between two `marks`, in words."""
    names = [name for name in {**then, **now} if then.get(name) != now.get(name)]
    return [name.split("#")[0].strip() for name in names]


def _shown(kind, row):
    """What the centre's page shows of a row: the insurance of a programme is on its own."""
    return {name: held(row, name) for name in KINDS[kind][1] if name != "insurance"}


def _name(kind, row):
    return "the centre’s own fields" if kind == "centre" else f"{OF_KIND[kind]} {row} #{row.pk}"


def _mark(values):
    text = json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]
