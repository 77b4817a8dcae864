"""Reads whole columns of a query as one text each, which numpy parses.

A directory has ten times as many links as programmes, and three times as many programmes as
centres. That the database joins the values of a column takes a quarter of the time that rows of
tuples do; within one query all columns are joined in one order.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from django.db import connection
from django.db.models import F, Min
from django.db.models.functions import Collate

from .segment import UNKNOWN

#: Ids whose rows are read as one text, which bounds its length.
AT_A_TIME = 200_000


@dataclass(frozen=True)
class Column:
    """An aggregate, SQL that joins a column's values to one text, and what parses that."""

    sql: str
    parse: Callable


def numbers(sql, *, where=None):
    """A column of whole numbers, never null, as an array. where: SQL, of which rows."""
    joined = {"sqlite": "group_concat({})", "postgresql": "string_agg(CAST({} AS text), ',')"}
    chosen = f" FILTER (WHERE {where})" if where else ""
    return Column(
        joined[connection.vendor].format(sql) + chosen,
        lambda text: np.fromstring(text or "", dtype=np.int64, sep=","),
    )


def strings(sql):
    """A column of texts, as a list."""
    joined = {"sqlite": "json_group_array({})", "postgresql": "CAST(json_agg({}) AS text)"}
    return Column(joined[connection.vendor].format(sql), lambda text: json.loads(text or "[]"))


def ranges(queryset, key):
    """Yields (first, queryset) for the parts of a query, by ranges of the whole number `key`.

    Of an empty query there is one part, empty.
    """
    first = _least(queryset, key) or 0
    while first is not None:
        end = first + AT_A_TIME
        yield first, queryset.filter(**{f"{key}__gte": first, f"{key}__lt": end})
        first = _least(queryset.filter(**{f"{key}__gte": end}), key)


def _least(queryset, key):
    return queryset.aggregate(least=Min(key))["least"]


def read(parts, key, fields, columns):
    """Yields (first, [values of each column]) of each part that `ranges` gives.

    fields: what the columns' SQL may name. It may name `place` too, which is how far `key` is above
    the part's first: the shorter a number's text, the faster it is read. Where the queries are
    ordered, the values are.
    """
    joined = ", ".join(column.sql for column in columns)
    with connection.cursor() as cursor:
        for first, queryset in parts:
            rows = queryset.annotate(place=F(key) - first).values_list("place", *fields)
            sql, parameters = rows.query.sql_with_params()
            sql = f"SELECT {joined} FROM ({sql}) AS part"  # noqa: S608 - names of our own columns
            cursor.execute(sql, parameters)
            texts = cursor.fetchone()
            yield first, [c.parse(text) for c, text in zip(columns, texts, strict=True)]


def by_letter(field):
    """What orders a query by the code points of a text, as Python does."""
    return Collate(field, {"sqlite": "binary", "postgresql": "C"}[connection.vendor])


def code(column, values):
    """SQL for the place of a column's value among `values`, UNKNOWN for none of them."""
    cases = " ".join(f"WHEN '{value}' THEN {n}" for n, value in enumerate(values))
    return f"CASE {column} {cases} ELSE {UNKNOWN} END"


def days(column):
    """SQL for the days since 1970 of a date, UNKNOWN for null."""
    since_1970 = {
        "sqlite": f"CAST(julianday({column}) - 2440587.5 AS integer)",
        "postgresql": f"{column} - DATE '1970-01-01'",
    }
    return f"coalesce({since_1970[connection.vendor]}, {UNKNOWN})"


def microseconds(column):
    """SQL for the microseconds since 1970 of a moment, which SQLite keeps as text in UTC."""
    since_1970 = {
        "sqlite": (
            f"strftime('%%s', substr({column}, 1, 19)) * 1000000"
            f" + CAST(substr({column} || '000000', 21, 6) AS integer)"
        ),
        "postgresql": f"CAST(extract(epoch FROM {column}) * 1000000 AS bigint)",
    }
    return since_1970[connection.vendor]


def packed(columns):
    """SQL for one number that holds several small ones, {name: (SQL, its most)}, none below -1."""
    scaled, place = [], 1
    for value, most in reversed(columns.values()):
        scaled.append((value, place))
        place <<= _width(most)
    raised = sum(place for _, place in scaled)
    return f"{raised}" + "".join(f" + {value} * CAST({n} AS bigint)" for value, n in scaled)


def unpacked(columns, numbers):
    """{name: array} of what `packed` put together."""
    parted = {}
    for name, (_, most) in reversed(columns.items()):
        value = numbers & ((1 << _width(most)) - 1)
        parted[name] = (value - 1).astype(np.int16 if most < 2**15 else np.int32)
        numbers = numbers >> _width(most)
    return parted


def _width(most):
    """Bits that hold -1 to `most`, raised by one."""
    return (most + 1).bit_length()
