"""Reads the directory from the database into the index's columns, by as few rows as will do."""

import datetime
from dataclasses import dataclass

import numpy as np
from django.db import connection
from django.db.models import DateField, TextField
from django.db.models.functions import Cast

from centres.models import (
    Centre,
    Country,
    DualDiagnosis,
    LevelOfCare,
    MedicationStance,
    Programme,
    Setting,
    Term,
    TermKind,
)
from centres.models.programme import ADMISSION_FRESH_FOR, HIGHEST_PRICE, LONGEST_DAYS

from . import geography
from .segment import UNKNOWN, Columns

#: Search parameter and the field it filters by, for the vocabularies kept as rows.
PROGRAMME_TERMS = {
    "substance": "substances",
    "therapy": "therapies",
    "condition": "conditions",
    "funding": "funding",
    "people": "people",
}
CENTRE_TERMS = {"language": "languages", "access": "access"}
#: Search parameter and its enumeration; "unknown" is never an option.
ENUMERATIONS = {
    "level": LevelOfCare,
    "dual_diagnosis": DualDiagnosis,
    "medication": MedicationStance,
}
#: Programmes, and owners of links, that are read as one text.
AT_A_TIME = 200_000
#: More than any term's id: an owner and a term are read as one number.
TERMS = 1 << 20
CENTRE_COLUMNS = (
    "latitudes",
    "longitudes",
    "verified_from",
    "verified_until",
    "checked",
    "demo",
)
#: Attribute of `Columns`, its column, and the most that holds.
SMALL = {
    "length_min": ("length_min_days", LONGEST_DAYS),
    "length_max": ("length_max_days", LONGEST_DAYS),
    "price": ("price", HIGHEST_PRICE),
}
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def terms_by_parameter():
    """{parameter: {term id: Term}} of the vocabularies that search knows, in their order."""
    kinds = {kind: {} for kind in (*PROGRAMME_TERMS, *CENTRE_TERMS)}
    for term in Term.objects.filter(kind__in=[TermKind(kind) for kind in kinds]):
        kinds[term.kind][term.pk] = term
    return kinds


def read_columns(terms, *, only=None):
    """{country: `Columns`} of all visible centres, or of those among the ids `only`.

    terms: what `terms_by_parameter` gives.
    """
    centres = Centre.objects.visible()
    programmes = Programme.objects.all()
    if only is not None:
        centres = centres.filter(pk__in=only)
        programmes = programmes.filter(centre__in=only)
    directory = _Directory(
        centres=_centres(centres),
        programmes=_programmes(only),
        admissions=_admissions(programmes),
        links={name: _pairs(Programme, field, only) for name, field in PROGRAMME_TERMS.items()},
        centre_links={name: _pairs(Centre, field, only) for name, field in CENTRE_TERMS.items()},
    )
    return {country: _country(directory, country, terms) for country in Country}


@dataclass
class _Directory:
    """The tables as read: {column: array}, and links as (owner ids, term ids)."""

    centres: dict
    programmes: dict
    admissions: dict
    links: dict
    centre_links: dict


class _Rows:
    """Finds the row of an id among `ids`, which are unique and in any order."""

    def __init__(self, ids):
        self._order = np.argsort(ids)
        self._ordered = ids[self._order]

    def of(self, wanted):
        """(rows, places) of those ids of `wanted` that are here: their row, their place in it."""
        if not len(self._ordered):
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        nearest = np.minimum(np.searchsorted(self._ordered, wanted), len(self._ordered) - 1)
        places = np.flatnonzero(self._ordered[nearest] == wanted)
        return self._order[nearest[places]], places


def _fetch(queryset, *fields):
    """Columns of a query as tuples, as the database gives them: no objects are made."""
    model = queryset.model
    read = [_undated(model, name) for name in fields]
    sql, parameters = queryset.order_by().values_list(*read).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = cursor.fetchall()
    return list(zip(*rows, strict=True)) if rows else [()] * len(fields)


def _undated(model, name):
    """A field to read; on SQLite dates as the text they are, for making objects is slow."""
    if connection.vendor == "postgresql" or "__" in name:
        return name
    is_date = isinstance(model._meta.get_field(name), DateField)
    return Cast(name, TextField()) if is_date else name


def _days(values):
    """Days since 1970 of dates (as objects or ISO text), UNKNOWN for None."""
    known = np.array([value is not None for value in values], dtype=bool)
    days = np.full(len(values), UNKNOWN, dtype=np.int32)
    dates = np.array([value for value in values if value is not None], dtype="datetime64[D]")
    days[known] = dates.astype(np.int64)
    return days


def _centres(queryset):
    ids, names, country, latitudes, longitudes, begins, ends, checked, demo = _fetch(
        queryset,
        "id",
        "name",
        "country",
        "latitude",
        "longitude",
        "verified_from",
        "verified_until",
        "checked_on",
        "source__is_demo",
    )
    return {
        "ids": np.array(ids, dtype=np.int64),
        "names": np.array(names, dtype=object),
        "country": np.array(country, dtype="U2"),
        "latitudes": np.array(latitudes, dtype=float),  # None becomes NaN
        "longitudes": np.array(longitudes, dtype=float),
        "verified_from": _days(begins),
        "verified_until": _days(ends),
        "checked": _days(checked),
        "demo": np.array([bool(value) for value in demo], dtype=bool),
    }


def _country(directory, country, terms):
    centres, programmes = directory.centres, directory.programmes
    here = _in_cell_order(centres, np.flatnonzero(centres["country"] == country))
    rows = _Rows(centres["ids"][here])
    numbers, places = rows.of(programmes["centre_ids"])
    order = np.lexsort((programmes["ids"][places], numbers))
    places = places[order]
    programme_rows = _Rows(programmes["ids"][places])
    return Columns(
        ids=centres["ids"][here],
        names=centres["names"][here].tolist(),
        **{name: centres[name][here] for name in CENTRE_COLUMNS},
        programme_counts=np.bincount(numbers, minlength=len(here)),
        programme_ids=programmes["ids"][places],
        **{name: programmes[name][places] for name in SMALL},
        **_stated(directory.admissions, programme_rows),
        options=_enumerated(programmes, places) | _linked(directory.links, programme_rows, terms),
        centre_options=_linked(directory.centre_links, rows, terms),
    )


def _in_cell_order(centres, here):
    """The rows `here` in the order of a segment: by grid cell, those without a place last."""
    latitudes, longitudes = centres["latitudes"][here], centres["longitudes"][here]
    unplaced = np.isnan(latitudes)
    cells = geography.cells(np.where(unplaced, 0, latitudes), np.where(unplaced, 0, longitudes))
    return here[np.lexsort((centres["ids"][here], cells, unplaced))]


def _programmes(only):
    columns = {name: (f"coalesce({sql}, {UNKNOWN})", most) for name, (sql, most) in SMALL.items()}
    columns |= {name: (_code(name, known), len(known)) for name, known in ENUMERATIONS.items()}
    ids, centre_ids, packed = _numbers(
        Programme._meta.db_table,
        "id",
        ["id", "centre_id", _packed(columns)],
        condition="" if only is None else f"centre_id IN ({_listed(only)})",
    )
    return {
        "ids": ids,
        "centre_ids": centre_ids,
        **_unpacked(columns, packed),
    }


def _packed(columns):
    """SQL for one number that holds several small ones, {name: (SQL, its most)}, none below -1."""
    packed = "CAST(0 AS bigint)"
    for sql, most in columns.values():
        packed = f"({packed}) * {most + 2} + {sql} + 1"
    return packed


def _unpacked(columns, packed):
    """{name: array} of what `_packed` put together."""
    values = {}
    for name, (_, most) in reversed(columns.items()):
        packed, value = np.divmod(packed, most + 2)
        values[name] = (value - 1).astype(np.int16 if most < 2**15 else np.int32)
    return values


def _code(column, enumeration):
    """SQL for the place of a column's value in its enumeration, UNKNOWN for none."""
    cases = " ".join(f"WHEN '{value}' THEN {n}" for n, value in enumerate(enumeration.values))
    return f"CASE {column} {cases} ELSE {UNKNOWN} END"


def _enumerated(programmes, places):
    """{parameter: {value: rows}} of the columns that hold one value a programme."""
    options = {
        parameter: {
            value: np.flatnonzero(programmes[parameter][places] == code)
            for code, value in enumerate(enumeration.values)
            if value != "unknown"
        }
        for parameter, enumeration in ENUMERATIONS.items()
    }
    options["setting"] = {
        setting.value: np.concatenate(
            [options["level"][level] for level in LevelOfCare.in_setting(setting)]
        )
        for setting in Setting
    }
    return options


def _admissions(programmes):
    ids, dates, moments = _fetch(
        programmes.filter(earliest_admission__isnull=False),
        "id",
        "earliest_admission",
        "earliest_admission_stated_at",
    )
    return {
        "ids": np.array(ids, dtype=np.int64),
        "days": _days(dates),
        "from": np.array([_in_utc(moment) for moment in moments], dtype="datetime64[us]").astype(
            np.int64
        ),
    }


def _in_utc(moment):
    """A moment without its zone: SQLite gives UTC as text, PostgreSQL an aware datetime."""
    return (
        moment if isinstance(moment, str) else moment.astimezone(datetime.UTC).replace(tzinfo=None)
    )


def _stated(admissions, programme_rows):
    rows, places = programme_rows.of(admissions["ids"])
    begins = admissions["from"][places]
    return {
        "admission_programmes": rows,
        "admission_days": admissions["days"][places],
        "admission_from": begins,
        "admission_until": begins + ADMISSION_FRESH_FOR // datetime.timedelta(microseconds=1),
    }


def microseconds(moment):
    """Microseconds since 1970 of an aware datetime."""
    return (moment - EPOCH) // datetime.timedelta(microseconds=1)


def _linked(links, rows, terms):
    """{parameter: {slug: rows}} of the vocabulary links of those that have a row."""
    options = {}
    for parameter, (owners, term_ids) in links.items():
        numbers, places = rows.of(owners)
        ids = np.array(list(terms[parameter]), dtype=np.int64)
        codes, places = _Rows(ids).of(term_ids[places])
        order = np.argsort(codes.astype(np.int16), kind="stable")  # a radix sort
        ends = np.cumsum(np.bincount(codes, minlength=len(ids)))
        by_term = np.split(numbers[places][order], ends[:-1]) if len(ids) else []
        slugs = [term.slug for term in terms[parameter].values()]
        options[parameter] = dict(zip(slugs, by_term, strict=True))
    return options


def _pairs(model, field, only):
    """Arrays (owner ids, term ids) of a link table."""
    relation = model._meta.get_field(field)
    owner = relation.m2m_column_name()
    condition = ""
    if only is not None:
        owners = "" if model is Centre else "SELECT id FROM centres_programme WHERE centre_id IN "
        condition = f"{owner} IN ({owners}{f'({_listed(only)})' if owners else _listed(only)})"
    table = relation.remote_field.through._meta.db_table
    (pairs,) = _numbers(table, owner, [f"{owner} * {TERMS} + term_id"], condition=condition)
    return pairs // TERMS, pairs % TERMS


def _listed(ids):
    return ",".join(str(int(pk)) for pk in ids)


def _numbers(table, key, columns, *, condition):
    """Whole numbers of a table, an array a column. columns: SQL expressions, never null.

    A directory has ten times as many links as programmes, and three times as many programmes as
    centres. The database joins each column to one text that numpy parses, which takes a quarter of
    the time that rows of tuples do; within one query all columns are joined in one order. Without a
    condition, ranges of `key` bound the texts' length.
    """
    aggregate = {"sqlite": "group_concat", "postgresql": "string_agg"}[connection.vendor]
    joined = ", ".join(f"{aggregate}(CAST({column} AS text), ',')" for column in columns)
    parts = []
    with connection.cursor() as cursor:
        for part in [condition] if condition else _ranges(cursor, table, key):
            cursor.execute(f"SELECT {joined} FROM {table} WHERE {part}")
            texts = cursor.fetchone()
            parts.append([np.fromstring(text or "", dtype=np.int64, sep=",") for text in texts])
    if not parts:
        return [np.empty(0, dtype=np.int64) for _ in columns]
    return [np.concatenate(column) for column in zip(*parts, strict=True)]


def _ranges(cursor, table, key):
    """SQL conditions that part a table by ranges of a column, whose bounds its index knows."""
    cursor.execute(f"SELECT (SELECT min({key}) FROM {table}), (SELECT max({key}) FROM {table})")
    first, last = cursor.fetchone()
    if first is None:
        return
    for start in range(first, last + 1, AT_A_TIME):
        yield f"{key} BETWEEN {start} AND {start + AT_A_TIME - 1}"
