"""Reads the directory from the database into the index's columns."""

import datetime
from dataclasses import dataclass
from itertools import chain

import numpy as np
from django.db import connection
from django.db.models import Max

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

from . import geography, texts
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
CENTRE_COLUMNS = (
    "latitudes",
    "longitudes",
    "verified_from",
    "verified_until",
    "checked",
    "demo",
)
#: Small numbers of a programme, read as one: SQL, and the most that each holds.
SMALL = {
    "length_min": (f"coalesce(length_min_days, {UNKNOWN})", LONGEST_DAYS),
    "length_max": (f"coalesce(length_max_days, {UNKNOWN})", LONGEST_DAYS),
    "price": (f"coalesce(price, {UNKNOWN})", HIGHEST_PRICE),
}
CODES = {name: (texts.code(name, known.values), len(known)) for name, known in ENUMERATIONS.items()}
#: The same of a centre.
CENTRE_SMALL = {
    "country": (texts.code("country", Country.values), len(Country)),
    "demo": ("CASE WHEN source__is_demo THEN 1 ELSE 0 END", 1),
}
#: A table by id, from the least to the greatest, may have this many places an id in use.
COMPACT = 8
#: The row of what is not there.
ABSENT = -1
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
    centres = _centres(only)
    centre_rows = _Rows(centres["ids"])
    programmes = _programmes(only, centre_rows)
    programme_rows = _Rows(programmes["ids"])
    term_bits = (Term.objects.aggregate(most=Max("pk"))["most"] or 0).bit_length()

    def linked(model, fields, rows):
        return {
            parameter: _linked(_pairs(model, field, only, term_bits), rows, terms[parameter])
            for parameter, field in fields.items()
        }

    directory = _Directory(
        centres=centres,
        programmes=programmes,
        admissions=_admissions(only, programme_rows),
        options=_enumerated(programmes) | linked(Programme, PROGRAMME_TERMS, programme_rows),
        centre_options=linked(Centre, CENTRE_TERMS, centre_rows),
    )
    return {country: _country(directory, country) for country in Country}


@dataclass
class _Directory:
    """The tables as read, {column: array}, and {parameter: {value: rows}} of each option.

    Programmes and admissions have the row of what they belong to, under `centre` and `programme`.
    """

    centres: dict
    programmes: dict
    admissions: dict
    options: dict
    centre_options: dict


class _Rows:
    """Finds the rows of ids among `ids`, which are unique and in any order."""

    def __init__(self, ids):
        rows = np.arange(len(ids), dtype=np.int32)
        self._table = None
        if not len(ids):
            self._lowest, self._table = 0, np.full(1, ABSENT)
        elif np.ptp(ids) < COMPACT * len(ids):
            self._lowest = ids.min() - 1
            self._table = np.full(ids.max() - self._lowest + 2, ABSENT, dtype=np.int32)
            self._table[ids - self._lowest] = rows
        else:
            self._order = np.argsort(ids)
            self._ordered = ids[self._order]

    def of(self, wanted):
        """The row of each id of `wanted`, ABSENT for those that are not here."""
        if self._table is not None:  # which has at both ends what is beyond them: nothing
            return self._table.take(wanted - self._lowest, mode="clip")
        nearest = np.minimum(np.searchsorted(self._ordered, wanted), len(self._ordered) - 1)
        return np.where(self._ordered[nearest] == wanted, self._order[nearest], ABSENT)


def _parts(queryset, key, only):
    """The parts to read a query in; what has changed is few, and read as one."""
    return texts.ranges(queryset, key) if only is None else [(0, queryset)]


def _joined(parts):
    """{name: array} of several such, one after the other."""
    parts = list(parts)
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _centres(only):
    centres = Centre.objects.visible()
    if only is not None:
        centres = centres.filter(pk__in=only)
    fields = ("name", "country", "verified_from", "verified_until", "checked_on")
    columns = [
        texts.numbers("place"),
        texts.numbers(texts.packed(CENTRE_SMALL)),
        texts.strings("name"),
        *(texts.numbers(texts.days(name)) for name in ("verified_from", "verified_until")),
        texts.numbers(texts.days("checked_on")),
    ]
    read = _joined(
        {
            "ids": first + places,
            **texts.unpacked(CENTRE_SMALL, small),
            "names": np.array(names, dtype=object),
            "verified_from": begins.astype(np.int32),
            "verified_until": ends.astype(np.int32),
            "checked": checked.astype(np.int32),
        }
        for first, (places, small, names, begins, ends, checked) in texts.read(
            _parts(centres, "pk", only), "pk", (*fields, "source__is_demo"), columns
        )
    )
    read["demo"] = read["demo"].astype(bool)
    return read | _coordinates(centres, _Rows(read["ids"]), len(read["ids"]))


def _coordinates(centres, rows, count):
    """Degrees, NaN without a place: as rows, for in no database's text is every number exact."""
    placed = centres.filter(latitude__isnull=False).order_by()
    sql, parameters = placed.values_list("pk", "latitude", "longitude").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        read = np.fromiter(chain.from_iterable(cursor), dtype=float).reshape(-1, 3)
    at = rows.of(read[:, 0].astype(np.int64))
    degrees = np.full((2, count), np.nan)
    degrees[:, at[at != ABSENT]] = read[at != ABSENT, 1:].T
    return {"latitudes": degrees[0], "longitudes": degrees[1]}


def _programmes(only, centre_rows):
    programmes = Programme.objects.all()
    if only is not None:
        programmes = programmes.filter(centre__in=only)
    small = SMALL | CODES
    columns = [texts.numbers(sql) for sql in ("place", "centre_id", texts.packed(small))]
    fields = ("centre_id", "length_min_days", "length_max_days", "price", *CODES)
    read = _joined(
        {
            "ids": first + places,
            "centre": centre_rows.of(centre_ids),
            **texts.unpacked(small, packed),
        }
        for first, (places, centre_ids, packed) in texts.read(
            _parts(programmes, "pk", only), "pk", fields, columns
        )
    )
    visible = read["centre"] != ABSENT
    return {name: values[visible] for name, values in read.items()}


def _enumerated(programmes):
    """{parameter: {value: rows}} of the columns that hold one value a programme."""
    options = {
        parameter: {
            value: np.flatnonzero(programmes[parameter] == code)
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


def _admissions(only, programme_rows):
    stated = Programme.objects.filter(earliest_admission__isnull=False)
    if only is not None:
        stated = stated.filter(centre__in=only)
    fields = ("earliest_admission", "earliest_admission_stated_at")
    columns = [
        texts.numbers("place"),
        texts.numbers(texts.days("earliest_admission")),
        texts.numbers(texts.microseconds("earliest_admission_stated_at")),
    ]
    return _joined(
        {"programme": programme_rows.of(first + places), "days": days, "from": moments}
        for first, (places, days, moments) in texts.read(
            _parts(stated, "pk", only), "pk", fields, columns
        )
    )


def microseconds(moment):
    """Microseconds since 1970 of an aware datetime."""
    return (moment - EPOCH) // datetime.timedelta(microseconds=1)


def _pairs(model, field, only, term_bits):
    """Yields arrays (owner ids, term ids) of a link table."""
    relation = model._meta.get_field(field)
    owner = relation.m2m_column_name()
    links = relation.remote_field.through.objects.all()
    if only is not None:
        of_centre = owner if model is Centre else f"{relation.m2m_field_name()}__centre"
        links = links.filter(**{f"{of_centre}__in": only})
    columns = [texts.numbers(f"place * {1 << term_bits} + term_id")]
    for first, (pairs,) in texts.read(_parts(links, owner, only), owner, ["term_id"], columns):
        yield first + (pairs >> term_bits), pairs & ((1 << term_bits) - 1)


def _linked(pairs, rows, terms):
    """{slug: rows} of the vocabulary links of those that have a row. terms: {id: Term}."""
    code_of = _Rows(np.array(list(terms), dtype=np.int64))
    narrow = np.min_scalar_type(len(terms))  # which sorts by radix
    parts = []
    for owners, term_ids in pairs:
        owned, codes = rows.of(owners), code_of.of(term_ids)
        known = (owned != ABSENT) & (codes != ABSENT)
        parts.append({"rows": owned[known], "codes": codes[known].astype(narrow)})
    links = _joined(parts)
    order = np.argsort(links["codes"], kind="stable")
    ends = np.cumsum(np.bincount(links["codes"], minlength=len(terms)))
    by_term = np.split(links["rows"][order], ends)[:-1]
    return dict(zip([term.slug for term in terms.values()], by_term, strict=True))


def _country(directory, country):
    centres, programmes = directory.centres, directory.programmes
    code = Country.values.index(country)
    here = _in_cell_order(centres, np.flatnonzero(centres["country"] == code))
    numbers = _places_in(here, len(centres["ids"]))
    counts, offered = _by_centre(programmes, numbers, len(here))
    places = _places_in(offered, len(programmes["ids"]))
    return Columns(
        ids=centres["ids"][here],
        names=centres["names"][here].tolist(),
        **{name: centres[name][here] for name in CENTRE_COLUMNS},
        programme_counts=counts,
        programme_ids=programmes["ids"][offered],
        **{name: programmes[name][offered] for name in SMALL},
        **_stated(directory.admissions, places),
        options=_moved(directory.options, places),
        centre_options=_moved(directory.centre_options, numbers),
    )


def _in_cell_order(centres, here):
    """The rows `here` in the order of a segment: by grid cell, those without a place last."""
    latitudes, longitudes = centres["latitudes"][here], centres["longitudes"][here]
    unplaced = np.isnan(latitudes)
    cells = geography.cells(np.where(unplaced, 0, latitudes), np.where(unplaced, 0, longitudes))
    return here[np.lexsort((centres["ids"][here], cells, unplaced))]


def _by_centre(programmes, numbers, centres):
    """(how many programmes each centre has, their rows in the order of their centres, then ids)."""
    number = numbers[programmes["centre"]]
    rows = np.flatnonzero(number != ABSENT)
    rows = rows[np.lexsort((programmes["ids"][rows], number[rows]))]
    return np.bincount(number[rows], minlength=centres), rows


def _places_in(order, count):
    """For each of `count` rows its place in an order that some have; ABSENT for the others."""
    places = np.full(count, ABSENT, dtype=np.int32)
    places[order] = np.arange(len(order), dtype=np.int32)
    return places


def _moved(options, places):
    """{parameter: {value: rows}} in the order of `places`, without the rows that have none."""
    moved = {}
    for parameter, values in options.items():
        found = {value: places[rows] for value, rows in values.items()}
        moved[parameter] = {value: rows[rows != ABSENT] for value, rows in found.items()}
    return moved


def _stated(admissions, places):
    programmes = places[admissions["programme"]]
    here = (admissions["programme"] != ABSENT) & (programmes != ABSENT)
    begins = admissions["from"][here]
    return {
        "admission_programmes": programmes[here],
        "admission_days": admissions["days"][here].astype(np.int32),
        "admission_from": begins,
        "admission_until": begins + ADMISSION_FRESH_FOR // datetime.timedelta(microseconds=1),
    }
