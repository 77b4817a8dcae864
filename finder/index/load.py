"""Reads the directory from the database into the index's columns, by as few rows as will do."""

import datetime

import numpy as np
from django.db import connection

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
from centres.models.programme import ADMISSION_FRESH_FOR

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
#: Links are read as one text for this many owners at a time.
OWNERS_AT_A_TIME = 200_000
CENTRE_COLUMNS = (
    "latitudes",
    "longitudes",
    "verified_from",
    "verified_until",
    "checked",
    "demo",
)
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
    if only is not None:
        centres = centres.filter(pk__in=only)
    table = _centres(centres)
    return {
        country: _country(table, table["country"] == country, terms, only) for country in Country
    }


def _fetch(queryset, *fields):
    """Columns of a query as tuples, as the database gives them: no objects are made."""
    sql, parameters = queryset.order_by().values_list(*fields).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = cursor.fetchall()
    return list(zip(*rows, strict=True)) if rows else [()] * len(fields)


def _days(values):
    """Days since 1970 of dates (as objects or ISO text), UNKNOWN for None."""
    known = np.array([value is not None for value in values], dtype=bool)
    days = np.full(len(values), UNKNOWN, dtype=np.int32)
    dates = np.array([value for value in values if value is not None], dtype="datetime64[D]")
    days[known] = dates.astype(np.int64)
    return days


def _numbers(values, kind):
    return np.array([UNKNOWN if value is None else value for value in values], dtype=kind)


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


def _country(table, chosen, terms, only):
    here = np.flatnonzero(chosen)
    latitudes, longitudes = table["latitudes"][here], table["longitudes"][here]
    unplaced = np.isnan(latitudes)
    cells = geography.cells(np.where(unplaced, 0, latitudes), np.where(unplaced, 0, longitudes))
    here = here[np.lexsort((table["ids"][here], cells, unplaced))]
    ids = table["ids"][here]
    programmes, enumerated = _programmes(ids, only)
    programme_ids = programmes["programme_ids"]
    return Columns(
        ids=ids,
        names=table["names"][here].tolist(),
        **{name: table[name][here] for name in CENTRE_COLUMNS},
        **programmes,
        **_admissions(programme_ids, only),
        options=enumerated
        | {
            parameter: _links(Programme, field, terms[parameter], programme_ids, only)
            for parameter, field in PROGRAMME_TERMS.items()
        },
        centre_options={
            parameter: _links(Centre, field, terms[parameter], ids, only)
            for parameter, field in CENTRE_TERMS.items()
        },
    )


def _rows_of(ids, wanted):
    """For each id of `wanted` its row in `ids` (unsorted, unique), and whether it is there."""
    if not len(ids):
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=bool)
    order = np.argsort(ids)
    ordered = ids[order]
    places = np.minimum(np.searchsorted(ordered, wanted), len(ids) - 1)
    return order[places], ordered[places] == wanted


def _of_centres(only):
    queryset = Programme.objects.all()
    return queryset if only is None else queryset.filter(centre__in=only)


def _programmes(centre_ids, only):
    """(columns, enumerated options) of the programmes of these centres, in the centres' order."""
    ids, centres, levels, shortest, longest, dual, stance, price = _fetch(
        _of_centres(only),
        "id",
        "centre_id",
        "level",
        "length_min_days",
        "length_max_days",
        "dual_diagnosis",
        "medication",
        "price",
    )
    ids = np.array(ids, dtype=np.int64)
    numbers, here = _rows_of(centre_ids, np.array(centres, dtype=np.int64))
    order = np.flatnonzero(here)
    order = order[np.lexsort((ids[order], numbers[order]))]
    columns = {
        "programme_counts": np.bincount(numbers[order], minlength=len(centre_ids)),
        "programme_ids": ids[order],
        "length_min": _numbers(shortest, np.int16)[order],
        "length_max": _numbers(longest, np.int16)[order],
        "price": _numbers(price, np.int32)[order],
    }
    named = {"level": levels, "dual_diagnosis": dual, "medication": stance}
    enumerated = {
        parameter: _enumerated(ENUMERATIONS[parameter], values, order)
        for parameter, values in named.items()
    }
    by_level = enumerated["level"]
    enumerated["setting"] = {
        setting.value: np.concatenate(
            [by_level[level] for level in LevelOfCare.in_setting(setting)]
        )
        for setting in Setting
    }
    return columns, enumerated


def _enumerated(enumeration, values, order):
    """{value: rows} of a column that holds one value a programme."""
    codes = {value: code for code, value in enumerate(enumeration.values)}
    column = np.array([codes.get(value, UNKNOWN) for value in values], dtype=np.int16)[order]
    return {
        value: np.flatnonzero(column == code) for value, code in codes.items() if value != "unknown"
    }


def _admissions(programme_ids, only):
    stated = (
        _of_centres(only)
        .filter(earliest_admission__isnull=False)
        .order_by()
        .values_list("id", "earliest_admission", "earliest_admission_stated_at")
    )
    ids, dates, moments = list(zip(*stated, strict=True)) or [(), (), ()]
    rows, here = _rows_of(programme_ids, np.array(ids, dtype=np.int64))
    begins = np.array([microseconds(moment) for moment in moments], dtype=np.int64)
    lasts = ADMISSION_FRESH_FOR // datetime.timedelta(microseconds=1)
    return {
        "admission_programmes": rows[here],
        "admission_days": _days(dates)[here],
        "admission_from": begins[here],
        "admission_until": begins[here] + lasts,
    }


def microseconds(moment):
    """Microseconds since 1970 of an aware datetime."""
    return (moment - EPOCH) // datetime.timedelta(microseconds=1)


def _links(model, field, terms, owner_ids, only):
    """{slug: rows of `owner_ids`} of one many-to-many field, for the terms that search offers."""
    owners, term_ids = _pairs(model, field, only)
    rows, here = _rows_of(owner_ids, owners)
    rows, term_ids = rows[here], term_ids[here]
    return {term.slug: rows[term_ids == pk] for pk, term in terms.items()}


def _pairs(model, field, only):
    """Arrays (owner ids, term ids) of a link table.

    A directory has ten times as many links as programmes. The database joins them to one text that
    numpy parses, which takes a quarter of the time that rows of tuples do.
    """
    relation = model._meta.get_field(field)
    through = relation.remote_field.through
    owner = relation.m2m_column_name()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT max(term_id), min({owner}), max({owner}) FROM {through._meta.db_table}"
        )
        most, first, last = cursor.fetchone()
        if most is None:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        base = most + 1
        pair = f"{owner} * {base} + term_id"
        joined = {
            "sqlite": f"group_concat({pair})",
            "postgresql": f"string_agg(({pair})::text, ',')",
        }[connection.vendor]
        texts = []
        for condition in _conditions(model, owner, first, last, only):
            cursor.execute(f"SELECT {joined} FROM {through._meta.db_table} WHERE {condition}")
            texts.append(cursor.fetchone()[0])
    numbers = [np.fromstring(text, dtype=np.int64, sep=",") for text in texts if text]
    pairs = np.concatenate(numbers) if numbers else np.empty(0, dtype=np.int64)
    return pairs // base, pairs % base


def _conditions(model, owner, first, last, only):
    """SQL conditions that part a link table: whole, in ranges of owners, or a few centres'."""
    if only is None:
        for start in range(first, last + 1, OWNERS_AT_A_TIME):
            yield f"{owner} BETWEEN {start} AND {start + OWNERS_AT_A_TIME - 1}"
        return
    ids = ",".join(str(int(pk)) for pk in only)
    if model is Centre:
        yield f"{owner} IN ({ids})"
        return
    yield f"{owner} IN (SELECT id FROM centres_programme WHERE centre_id IN ({ids}))"
