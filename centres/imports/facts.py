"""How each fact stands in a row: read from it as a plain value, and written to it.

A fact of one column is its value; a fact of several is a dictionary; linked vocabulary is a sorted
list of slugs. None is "unknown", and is what a row reads as that holds only its defaults.
"""

import datetime

from ..models import Centre

CENTRE_COLUMNS = {
    "name": "name",
    "website": "website",
    "address": {name: name for name in ("street", "locality", "town", "region", "postcode")},
    "coordinates": {
        "latitude": "latitude",
        "longitude": "longitude",
        "precision": "precision",
        "source": "coordinates_source",
    },
    "registration": {
        "registration": "registration",
        "regulator": "regulator",
        "number": "registration_number",
        "url": "registration_url",
    },
    "registered_on": "registered_on",
    "rating": {"rating": "rating", "on": "rating_on"},
    "beds": "beds",
}
CENTRE_TERMS = {"languages": "language", "access": "access", "amenities": "amenity"}
PROGRAMME_COLUMNS = {
    "name": "name",
    "level": "level",
    "length": {"min": "length_min_days", "max": "length_max_days", "open_ended": "open_ended"},
    "dual_diagnosis": "dual_diagnosis",
    "medication": "medication",
    "ages": {"min": "age_min", "max": "age_max"},
}
PROGRAMME_TERMS = {
    "substances": "substance",
    "detoxes": "substance",
    "therapies": "therapy",
    "conditions": "condition",
    "funding": "funding",
    "people": "people",
    "medicines": "medicine",
}
#: Facts whose pieces can stand without one another.
LOOSE = frozenset({"address"})
#: Facts kept apart here that provenance counts as part of another.
_PROVENANCE_NAMES = {"registered_on": "registration"}


def provenance_name(fact):
    """The name in `Centre.FACTS` or `Programme.FACTS` under which provenance speaks of `fact`."""
    return _PROVENANCE_NAMES.get(fact, fact)


def _columns(model, fact):
    columns = (CENTRE_COLUMNS if model is Centre else PROGRAMME_COLUMNS)[fact]
    return {"": columns} if isinstance(columns, str) else columns


def _plain(value):
    return value.isoformat() if isinstance(value, datetime.date) else value


def _default(model, field):
    return model._meta.get_field(field).get_default()


def read_column_fact(row, fact):
    """The fact as `row` (a Centre or Programme) holds it; None where it is unknown."""
    columns = _columns(type(row), fact)
    values = {key: _plain(getattr(row, field)) for key, field in columns.items()}
    if all(values[key] == _default(type(row), field) for key, field in columns.items()):
        return None
    return values.get("", values)


def write_column_fact(row, fact, value):
    """Put the fact in `row`, unsaved, and return the fields it set. None makes it unknown."""
    columns = _columns(type(row), fact)
    for key, field in columns.items():
        piece = value if key == "" else (value or {}).get(key)
        if piece is None:
            piece = _default(type(row), field)
        elif type(row)._meta.get_field(field).get_internal_type() == "DateField":
            piece = datetime.date.fromisoformat(piece)
        setattr(row, field, piece)
    return list(columns.values())


def too_long(model, fact, value):
    """Pieces of the fact that do not fit their columns: {piece: words for a report}.

    The piece of a fact of one column is "".
    """
    if fact == "provider":
        columns = {"name": 200, "company_number": 20}
    elif fact in (CENTRE_COLUMNS if model is Centre else PROGRAMME_COLUMNS):
        columns = {
            key: model._meta.get_field(field).max_length
            for key, field in _columns(model, fact).items()
        }
    else:
        return {}
    pieces = {key: value if key == "" else value.get(key) for key in columns}
    return {
        key: f"“{text[:40]}…” is longer than {columns[key]} characters."
        for key, text in pieces.items()
        if isinstance(text, str) and columns[key] and len(text) > columns[key]
    }


def held_fact(row, fact):
    """Any fact of a Centre or Programme as the database holds it; None where it is unknown."""
    if fact == "provider":
        return provider_fact(row.provider)
    if fact == "phones":
        return [
            {"number": phone.number, "label": phone.label} for phone in row.phones.all()
        ] or None
    if fact in CENTRE_TERMS or fact in PROGRAMME_TERMS:
        return sorted(term.slug for term in getattr(row, fact).all()) or None
    return read_column_fact(row, fact)


def provider_fact(provider):
    if provider is None:
        return None
    return {"name": provider.legal_name, "company_number": provider.company_number}


def prefetch_for(facts):
    """What to prefetch with centres so that `held_fact` makes no query for any of `facts`.

    `facts` are pairs: whether it is a fact of a programme, and its name.
    """
    wanted = {name for of_programme, name in facts if not of_programme}
    of_programmes = {name for of_programme, name in facts if of_programme}
    return [
        *sorted(wanted & {"phones", *CENTRE_TERMS}),
        "programmes",
        *(f"programmes__{name}" for name in sorted(of_programmes & PROGRAMME_TERMS.keys())),
    ]
