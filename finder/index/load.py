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

from . import bits, geography, texts
from .rows import ABSENT, Rows
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
    "ids",
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
    programmes, admissions = _programmes(only, Rows(centres["ids"]))
    spans = _spans(centres, programmes)
    guards, slots = _slots(spans, len(centres["ids"]), len(programmes["ids"]))
    centre_slots, programme_slots = Rows(centres["ids"], guards), Rows(programmes["ids"], slots)
    words = max(span.words.stop for span in spans.values())
    term_bits = (Term.objects.aggregate(most=Max("pk"))["most"] or 0).bit_length()

    def linked(model, fields, slots):
        return {
            name: _linked(_pairs(model, field, only, term_bits), slots, terms[name], words)
            for name, field in fields.items()
        }

    directory = _Directory(
        centres=centres,
        programmes=programmes,
        admissions=admissions | {"slots": programme_slots.of(admissions["ids"])},
        options=linked(Programme, PROGRAMME_TERMS, programme_slots),
        centre_options=linked(Centre, CENTRE_TERMS, centre_slots),
    )
    return {
        country: _columns(directory, span, _by_name(country, only, Rows(centres["ids"])))
        for country, span in spans.items()
    }


@dataclass
class _Directory:
    """The tables as read, {column: array}, and {parameter: {value: row of bits}} of each option.

    Centres stand by country and in a segment's order, programmes in that of their centres.
    """

    centres: dict
    programmes: dict
    admissions: dict
    options: dict
    centre_options: dict


@dataclass(frozen=True)
class _Span:
    """Where a country's centres, programmes and words stand among all; `layout` is of its own."""

    centres: slice
    programmes: slice
    words: slice
    layout: bits.Layout


def _spans(centres, programmes):
    """{country: `_Span`}."""
    counts = np.bincount(programmes["centre"], minlength=len(centres["ids"]))
    spans, begin = {}, 0
    for code, country in enumerate(Country):
        here = slice(*np.searchsorted(centres["country"], [code, code + 1]))
        offered = slice(*np.searchsorted(programmes["centre"], [here.start, here.stop]))
        layout = bits.lay_out(counts[here])
        end = begin + max(layout.words, 1)
        spans[country] = _Span(here, offered, slice(begin, end), layout)
        begin = end
    return spans


def _slots(spans, centres, programmes):
    """(the slot of each centre's guard, the slot of each programme), in rows over all countries."""
    guards, slots = (np.full(count, ABSENT, dtype=np.int32) for count in (centres, programmes))
    for span in spans.values():
        begin = span.words.start * bits.WORD
        guards[span.centres] = begin + span.layout.guard
        slots[span.programmes] = begin + bits.programme_slots(span.layout)
    return guards, slots


def _parts(queryset, key, only):
    """The parts to read a query in, in any order; what has changed is few, and read as one."""
    queryset = queryset.order_by()
    return texts.ranges(queryset, key) if only is None else [(0, queryset)]


def _joined(parts):
    """{name: array} of several such, one after the other."""
    parts = list(parts)
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _visible(only):
    centres = Centre.objects.visible()
    return centres if only is None else centres.filter(pk__in=only)


def _centres(only):
    centres = _visible(only)
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
    read |= _coordinates(centres, Rows(read["ids"]), len(read["ids"]))
    order = _in_segments(read)
    return {name: values[order] for name, values in read.items()}


def _in_segments(centres):
    """The order of segments: by country, then grid cell, those without a place last, then id."""
    latitudes, longitudes = centres["latitudes"], centres["longitudes"]
    unplaced = np.isnan(latitudes)
    cells = geography.cells(np.where(unplaced, 0, latitudes), np.where(unplaced, 0, longitudes))
    return np.lexsort((centres["ids"], cells, unplaced, centres["country"]))


def _by_name(country, only, rows):
    """Rows of a country's centres by name, letter by letter as Python compares, then by id."""
    centres = _visible(only).filter(country=country).order_by(texts.by_letter("name"), "pk")
    ((_, (ids,)),) = texts.read([(0, centres)], "pk", [], [texts.numbers("place")])
    return rows.of(ids)


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
    """(programmes of visible centres, in their order; admissions stated, of any): {column: array}.

    Programmes have the row of their centre, under `centre`; admissions the id of their programme.
    """
    programmes = Programme.objects.all()
    if only is not None:
        programmes = programmes.filter(centre__in=only)
    small = SMALL | CODES
    columns = [texts.numbers(sql) for sql in ("place", "centre_id", texts.packed(small))]
    admission = (
        "place",
        texts.days("earliest_admission"),
        texts.microseconds("earliest_admission_stated_at"),
    )
    columns += [texts.numbers(sql, where="earliest_admission IS NOT NULL") for sql in admission]
    fields = ("centre_id", "length_min_days", "length_max_days", "price", *CODES)
    fields += ("earliest_admission", "earliest_admission_stated_at")
    read = _joined(
        {
            "ids": first + places,
            "centre": centre_rows.of(centre_ids),
            **texts.unpacked(small, packed),
            "admission_ids": first + stated,
            "admission_days": days.astype(np.int32),
            "admission_from": moments,
        }
        for first, (places, centre_ids, packed, stated, days, moments) in texts.read(
            _parts(programmes, "pk", only), "pk", fields, columns
        )
    )
    admissions = {name: read.pop(f"admission_{name}") for name in ("ids", "days", "from")}
    order = np.lexsort((read["ids"], read["centre"]))
    order = order[read["centre"][order] != ABSENT]
    return {name: values[order] for name, values in read.items()}, admissions


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


def _linked(pairs, slots, terms, words):
    """{slug: row of bits} of the vocabulary links of those that have a slot. terms: {id: Term}."""
    code_of = Rows(np.array(list(terms), dtype=np.int64))
    narrow = np.min_scalar_type(len(terms))  # which sorts by radix
    found = [[] for _ in terms]
    for owners, term_ids in pairs:
        at, codes = slots.of(owners), code_of.of(term_ids)
        known = (at != ABSENT) & (codes != ABSENT)
        at, codes = at[known], codes[known].astype(narrow)
        ends = np.cumsum(np.bincount(codes, minlength=len(terms)))
        by_term = np.split(at[np.argsort(codes, kind="stable")], ends)
        for parts, part in zip(found, by_term, strict=False):  # after the last end, nothing
            parts.append(part)
    return {
        term.slug: bits.row(np.concatenate(parts), words)
        for term, parts in zip(terms.values(), found, strict=True)
    }


def _columns(directory, span, by_name):
    """`Columns` of one country. by_name: rows of its centres."""
    centres, programmes = directory.centres, directory.programmes
    slots = bits.programme_slots(span.layout)
    codes = {name: programmes[name][span.programmes] for name in ENUMERATIONS}
    return Columns(
        layout=span.layout,
        names=centres["names"][span.centres].tolist(),
        by_name=_numbers(by_name, span.centres),
        **{name: centres[name][span.centres] for name in CENTRE_COLUMNS},
        slots=slots,
        programme_ids=programmes["ids"][span.programmes],
        **{name: programmes[name][span.programmes] for name in SMALL},
        **_admissions(directory.admissions, span.words),
        options=_enumerated(codes, slots, span.words) | _within(directory.options, span.words),
        centre_options=_within(directory.centre_options, span.words),
    )


def _numbers(rows, centres):
    """The numbers of a country's centres in the order of `rows`; all of them, whatever those are.

    A transaction that sees what others commit may find one more, or fewer, with each query.
    """
    numbers = rows[(centres.start <= rows) & (rows < centres.stop)] - centres.start
    missing = np.ones(centres.stop - centres.start, dtype=bool)
    missing[numbers] = False
    return np.concatenate([numbers, np.flatnonzero(missing)])


def _admissions(admissions, words):
    begin, end = words.start * bits.WORD, words.stop * bits.WORD
    here = (begin <= admissions["slots"]) & (admissions["slots"] < end)
    begins = admissions["from"][here]
    return {
        "admission_slots": admissions["slots"][here] - begin,
        "admission_days": admissions["days"][here],
        "admission_from": begins,
        "admission_until": begins + ADMISSION_FRESH_FOR // datetime.timedelta(microseconds=1),
    }


def _enumerated(codes, slots, words):
    """{parameter: {value: row of bits}} of the columns that hold one value a programme."""
    options = {}
    for parameter, enumeration in ENUMERATIONS.items():
        by_slot = np.full((words.stop - words.start) * bits.WORD, ABSENT, dtype=np.int8)
        by_slot[slots] = codes[parameter]
        options[parameter] = {
            value: bits.from_flags(by_slot == code)
            for code, value in enumerate(enumeration.values)
            if value != "unknown"
        }
    options["setting"] = {
        setting.value: np.bitwise_or.reduce(
            [options["level"][level] for level in LevelOfCare.in_setting(setting)]
        )
        for setting in Setting
    }
    return options


def _within(options, words):
    return {
        parameter: {value: row[words] for value, row in values.items()}
        for parameter, values in options.items()
    }
