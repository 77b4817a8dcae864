"""What somebody sends as changes, taken apart: nothing of it is believed before it fits."""

import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime

from ..models import Insurance, Term
from ..rules import stored_number
from .values import INSURANCE, KINDS, Unfit

#: More than anybody changes at once; a longer list is a mistake, or worse.
MOST_CHANGES = 1000
#: What four bytes hold; of a key, eight.
_LARGEST, _LARGEST_KEY = 2**31 - 1, 2**63 - 1


def tidied(centre, changes):
    """The changes in the one form in which they are kept and compared.

    Raises `Unfit` where they are not changes at all, name what nobody may propose, or hold a value
    that its field cannot.
    """
    if not isinstance(changes, list) or not changes:
        raise Unfit("Nothing would change.")
    if len(changes) > MOST_CHANGES:
        raise Unfit(f"These are more than {MOST_CHANGES:,} changes: propose them in parts.")
    found = [_tidied(centre, change) for change in changes]
    found = [change for change in found if change["from"] != change["to"]]
    if not found:
        raise Unfit("Nothing would change.")
    named = [(c["object"], c["id"], c["field"]) for c in found if c["id"] is not None]
    removed = {name[:2] for name in named if not name[2]}
    twice = len(named) != len(set(named))
    if twice or any(name[:2] in removed and name[2] for name in named):
        raise Unfit("Two of these changes speak of one thing.")
    return found


def _tidied(centre, change):
    if not isinstance(change, dict) or set(change) != {"object", "id", "field", "from", "to"}:
        raise Unfit("A change is an object, its id, a field, and what it holds from and to.")
    kind, key, name = change["object"], change["id"], change["field"]
    if not isinstance(kind, str) or kind not in KINDS:
        raise Unfit("Only a centre, its telephone numbers and its programmes are changed so.")
    if key is not None and (type(key) is not int or not 0 < key <= _LARGEST_KEY):
        raise Unfit("An id is a number.")
    if name == "":
        return _tidied_row(centre, change)
    if key is None:
        raise Unfit("A new row is one change, with its fields in it.")
    if not isinstance(name, str) or name not in KINDS[kind][1]:
        raise Unfit(f"Nobody proposes a change of this field: {str(name)[:80]}.")
    return {
        "object": kind,
        "id": key,
        "field": name,
        "from": change["from"],
        "to": _fitting(centre, kind, name, change["to"]),
    }


def _tidied_row(centre, change):
    """A row added or removed."""
    kind, key, before, after = (change[name] for name in ("object", "id", "from", "to"))
    if kind == "centre":
        raise Unfit("A centre is not added or removed by a proposal.")
    adds = key is None and before is None and isinstance(after, dict)
    removes = key is not None and after is None and isinstance(before, dict)
    if not adds and not removes:
        raise Unfit("A row is added with its fields, or removed with what it held.")
    for name in after if adds else before:
        if name not in KINDS[kind][1]:
            raise Unfit(f"Nobody proposes a change of this field: {name[:80]}.")
    if adds:
        after = {name: _fitting(centre, kind, name, value) for name, value in after.items()}
        if kind == "programme" and not after:
            raise Unfit("A new programme says something of itself.")
    return {"object": kind, "id": key, "field": "", "from": before, "to": after}


def _fitting(centre, kind, name, value):
    """`value` as the field keeps it, or `Unfit`."""
    model = KINDS[kind][0]
    if name == "insurance":
        return _fitting_insurance(centre, value)
    column = model._meta.get_field(name)
    if column.many_to_many:
        return _fitting_terms(column, value)
    value = _of_type(column, value)
    if kind == "phone" and name == "number":
        try:
            return stored_number(value, centre.country)
        except ValidationError as problem:
            raise Unfit(" ".join(problem.messages)) from problem
    return value


def _fitting_terms(column, slugs):
    if not isinstance(slugs, list) or not all(isinstance(slug, str) for slug in slugs):
        raise _wrong(column)
    kind = column.remote_field.limit_choices_to["kind"]
    known = set(Term.objects.filter(kind=kind).values_list("slug", flat=True))
    strange = set(slugs) - known
    if strange:
        raise Unfit(f"Not in the vocabulary of {column.verbose_name}: {min(strange)[:48]}.")
    return sorted(set(slugs))


def _fitting_insurance(centre, entries):
    if not isinstance(entries, list):
        raise Unfit("Insurance is a list.")
    for entry in entries:
        if not isinstance(entry, dict) or set(entry) != set(INSURANCE):
            raise Unfit("Insurance names the insurer, the plan, the standing and the day.")
    tidy = [
        {key: _of_type(Insurance._meta.get_field(key), entry[key]) for key in INSURANCE}
        for entry in entries
    ]
    return sorted(tidy, key=lambda entry: (entry["insurer"], entry["plan"]))


def _of_type(column, value):
    """A JSON value of the type the column needs; whether it keeps the rules is asked later."""
    if value is None:
        if column.null:
            return None
        raise _wrong(column)
    if isinstance(column, models.BooleanField):
        return _if(isinstance(value, bool), column, value)
    if isinstance(column, (models.CharField, models.TextField)):
        return _text(column, value)
    if isinstance(column, models.FloatField):
        fits = type(value) in {int, float} and abs(value) <= _LARGEST  # and so neither nan nor inf
        return float(_if(fits, column, value))
    if isinstance(column, (models.DateField, models.DateTimeField)):
        return _day(column, value)
    largest = _LARGEST_KEY if column.is_relation else _LARGEST
    return _if(type(value) is int and 0 <= value <= largest, column, value)


def _text(column, value):
    if not isinstance(value, str) or "\x00" in value:
        raise _wrong(column)
    try:
        value.encode()
    except UnicodeEncodeError as error:  # half of a character, which JSON can hold
        raise _wrong(column) from error
    return value.strip()


def _day(column, value):
    """An ISO date, or a date and time, which is kept in UTC."""
    has_time = isinstance(column, models.DateTimeField)
    try:
        if not has_time:
            return parse_date(value).isoformat()
        parsed = parse_datetime(value)
        if parsed.tzinfo is None:
            raise _wrong(column)
        return parsed.astimezone(datetime.UTC).isoformat()
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        raise _wrong(column) from error


def _if(fits, column, value):
    if not fits:
        raise _wrong(column)
    return value


def _wrong(column):
    return Unfit(f"This is no value for the {column.verbose_name}.")
