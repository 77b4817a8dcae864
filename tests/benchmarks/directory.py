"""Large made-up directories, written straight into the tables of either database.

Three programmes a centre on average, ten vocabulary links a programme, two a centre: towns of the
British gazetteer by population, so that cities are dense and the country is not. Three centres in
ten are verified, each by an approved case.
"""

import datetime
import uuid
from itertools import repeat

import numpy as np
from django.core.management import call_command
from django.db import connection, transaction

from centres.models import Centre, DualDiagnosis, LevelOfCare, MedicationStance, Programme, Term
from centres.models.change import install_triggers, lift_triggers
from centres.models.triggers import install_guards

from . import casework

NOW = datetime.datetime(2026, 3, 14, 12, tzinfo=datetime.UTC)
TODAY = NOW.date()
#: Links a programme or centre has of each vocabulary, on average.
LINKS = {
    "substances": ("substance", 3),
    "therapies": ("therapy", 3),
    "conditions": ("condition", 1.5),
    "funding": ("funding", 1.5),
    "people": ("people", 1),
}
CENTRE_LINKS = {"languages": ("language", 1.2), "access": ("access", 1)}
FIRST = [
    "Ash",
    "Birch",
    "Cedar",
    "Elder",
    "Fern",
    "Hazel",
    "Holly",
    "Ivy",
    "Juniper",
    "Linden",
    "Maple",
    "Oak",
    "Pine",
    "Rowan",
]
SECOND = [
    "Bank",
    "Bridge",
    "Brook",
    "Dale",
    "Field",
    "Gate",
    "Grove",
    "Hill",
    "House",
    "Lodge",
    "Mead",
    "Mill",
    "Park",
    "View",
]
CITIES = [
    (51.51, -0.13, 9.0), (52.48, -1.89, 2.6), (53.48, -2.24, 2.7), (53.80, -1.55, 1.9),
    (55.86, -4.25, 1.2), (53.41, -2.98, 0.9), (54.98, -1.61, 0.8), (51.45, -2.59, 0.7),
    (53.38, -1.47, 0.7), (52.95, -1.15, 0.7), (51.48, -3.18, 0.5), (54.60, -5.93, 0.6),
    (55.95, -3.19, 0.5), (50.37, -4.14, 0.3), (57.15, -2.09, 0.2), (52.63, 1.30, 0.2),
]  # fmt: skip


def fill(centres, *, seed=1):
    """Fill the migrated, empty database with that many British centres."""
    call_command("loaddata", "vocabulary", verbosity=0)
    rng = np.random.default_rng(seed)
    _without_triggers()
    _insert(Centre, _centres(rng, centres))
    owners = np.repeat(np.arange(1, centres + 1), rng.poisson(3, centres).clip(0, 20))
    _insert(Programme, _programmes(rng, owners))
    for field, (kind, mean) in LINKS.items():
        _link(rng, Programme, field, len(owners), kind, mean)
    for field, (kind, mean) in CENTRE_LINKS.items():
        _link(rng, Centre, field, centres, kind, mean)
    casework.verify(now=NOW)
    install_triggers(using="default")
    install_guards(using="default")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")
            # Now, for the server would do both of itself while searches are measured.
            cursor.execute("VACUUM")
            cursor.execute("CHECKPOINT")
        cursor.execute("ANALYZE")


def _without_triggers():
    """Loading is not what is measured, so nothing is noted or guarded meanwhile."""
    if connection.vendor == "sqlite":
        lift_triggers(using="default")
        return
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")


def _centres(rng, count):
    """{column: values} of the centres; what is not named has its default."""
    places = np.array(CITIES)
    city = rng.choice(len(places), count, p=places[:, 2] / places[:, 2].sum())
    spread = np.where(rng.random(count) < 0.6, 0.12, 0.9)
    names = rng.integers(0, [len(FIRST), len(SECOND), 1_000], (count, 3)).tolist()
    verified = rng.random(count) < 0.3
    return {
        "id": range(1, count + 1),
        "uuid": (uuid.UUID(int=n) for n in range(1, count + 1)),
        "slug": (f"c-{n}" for n in range(1, count + 1)),
        "name": (f"{FIRST[a]} {SECOND[b]} {c}" for a, b, c in names),
        "country": repeat("GB"),
        "status": repeat("listed"),
        "latitude": (places[city, 0] + rng.normal(0, 1, count) * spread).clip(49.9, 60).tolist(),
        "longitude": (places[city, 1] + rng.normal(0, 1, count) * spread).clip(-8, 1.7).tolist(),
        "precision": repeat("postcode"),
        "coordinates_source": repeat("made up"),
        "verified_from": [TODAY - datetime.timedelta(90) if v else None for v in verified],
        "verified_until": [TODAY + datetime.timedelta(90) if v else None for v in verified],
        "created_at": repeat(NOW),
    }


def _programmes(rng, owners):
    count = len(owners)
    low = rng.choice([0, 7, 14, 28, 42], count)
    price = np.where(rng.random(count) < 0.4, rng.integers(1, 30, count) * 500, -1).tolist()
    stated = (rng.random(count) < 0.1).tolist()
    days = rng.integers(0, 40, count).tolist()
    return {
        "id": range(1, count + 1),
        "centre_id": owners.tolist(),
        "level": rng.choice(LevelOfCare.values, count).tolist(),
        "length_min_days": [n or None for n in low.tolist()],
        "length_max_days": [n or None for n in (low * rng.choice([1, 2], count)).tolist()],
        "dual_diagnosis": rng.choice(DualDiagnosis.values, count).tolist(),
        "medication": rng.choice(MedicationStance.values, count).tolist(),
        "price": [None if n < 0 else n for n in price],
        "currency": ["" if n < 0 else "GBP" for n in price],
        "price_on": [None if n < 0 else TODAY for n in price],
        "earliest_admission": [
            TODAY + datetime.timedelta(n) if said else None
            for n, said in zip(days, stated, strict=True)
        ],
        "earliest_admission_stated_at": [
            NOW - datetime.timedelta(hours=n) if said else None
            for n, said in zip(days, stated, strict=True)
        ],
    }


def _link(rng, model, field, owners, kind, mean):
    terms = np.array(Term.objects.filter(kind=kind).values_list("pk", flat=True))
    relation = model._meta.get_field(field)
    owner = np.repeat(np.arange(1, owners + 1), rng.poisson(mean, owners).clip(0, len(terms)))
    base = terms.max() + 1
    pairs = np.unique(owner * base + rng.choice(terms, len(owner)))
    _insert(
        relation.remote_field.through,
        {
            relation.m2m_column_name(): (pairs // base).tolist(),
            "term_id": (pairs % base).tolist(),
        },
    )


def _insert(model, values):
    """Rows of a table by column; a column not given has its field's default."""
    columns = [f for f in model._meta.concrete_fields if f.column in values or not f.primary_key]
    given = [values[f.column] if f.column in values else repeat(f.get_default()) for f in columns]
    rows = zip(*given, strict=False)  # defaults repeat for ever
    names = ", ".join(f'"{f.column}"' for f in columns)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["?"] * len(columns))
        adapted = (tuple(map(_for_sqlite, row)) for row in rows)
        with transaction.atomic():
            connection.connection.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({marks})", adapted
            )


def _for_sqlite(value):
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).replace(tzinfo=None).isoformat(" ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value
