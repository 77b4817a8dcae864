"""Random directories: few values, many clashes, and every edge that search has to get right."""

import datetime
import random

from centres.models import (
    Centre,
    Country,
    DualDiagnosis,
    LevelOfCare,
    MedicationStance,
    Programme,
    Source,
    Status,
    Term,
)
from centres.models.programme import MOST_PROGRAMMES
from tests import factories

NOW = datetime.datetime(2026, 3, 14, 15, 9, 26, tzinfo=datetime.UTC)
TODAY = NOW.date()

TERMS = {
    "substance": ["alcohol", "cannabis", "ketamine"],
    "therapy": ["cbt", "dbt"],
    "condition": ["anxiety", "ptsd"],
    "funding": ["self-pay", "nhs", "medicaid"],
    "people": ["women", "veterans"],
    "language": ["en", "cy", "es"],
    "access": ["step-free", "hearing-loop"],
}
FIELDS = {
    "substances": "substance",
    "therapies": "therapy",
    "conditions": "condition",
    "funding": "funding",
    "people": "people",
    "languages": "language",
    "access": "access",
}
NAMES = [
    "Ash House",
    "Ash Lodge",
    "Bryn Wŷdd",
    "St Óran’s",
    "The Ash",
    "Éclair",
    "zeta",
    "Oak  End",
]
#: Clustered about one town, on the meridian, at the poles, at the antimeridian, and nowhere.
PLACES = [
    (53.8, -1.55), (53.8, -1.55), (53.81, -1.56), (53.79, -1.54), (54.0, -2.0), (51.5, -0.1),
    (51.48, 0.0), (51.48, 0.01), (51.48, -0.01), (90.0, 0.0), (90.0, 90.0), (-90.0, 10.0),
    (0.0, 180.0), (0.0, -180.0), (0.001, 179.999), (-0.001, -179.999), (42.36, -71.06),
    (0.0, 0.0), (89.9, 179.0), (None, None), (None, None),
]  # fmt: skip


def vocabulary():
    """{(kind, slug): Term}; one way to pay exists in the US only."""
    for kind, slugs in TERMS.items():
        for position, slug in enumerate(slugs):
            country = Country.US if slug == "medicaid" else ""
            Term.objects.get_or_create(
                kind=kind,
                slug=slug,
                defaults={"label": slug.title(), "position": position, "country": country},
            )
    return {(term.kind, term.slug): term for term in Term.objects.all()}


def build(seed, size):
    """Fill the database with `size` random centres; the same ones for the same seed."""
    rng = random.Random(seed)
    terms = vocabulary()
    source = Source.objects.get_or_create(slug="register", name="Register", publisher="Someone")[0]
    made = []
    for number in range(size):
        made.append(centre(rng, seed, number, source, terms))
    return made


def centre(rng, seed, number, source, terms):
    latitude, longitude = rng.choice(PLACES)
    if latitude is not None and rng.random() < 0.3 and abs(latitude) < 89:
        latitude += rng.uniform(-0.5, 0.5)
    begins = TODAY + datetime.timedelta(days=rng.choice([-400, -30, 0, 1]))
    verified = rng.random() < 0.6
    row = Centre.objects.create(
        slug=f"c-{seed}-{number}",
        name=rng.choice(NAMES),
        country=rng.choice([Country.GB, Country.GB, Country.GB, Country.US]),
        status=Status.LISTED
        if rng.random() < 0.9
        else rng.choice([Status.DRAFT, Status.SUSPENDED]),
        source=source,
        latitude=latitude,
        longitude=longitude,
        precision="" if latitude is None else "exact",
        coordinates_source="" if latitude is None else "made up",
        checked_on=rng.choice([None, TODAY, TODAY - datetime.timedelta(days=9)]),
    )
    if verified:
        lasts = rng.choice([0, 29, 30, 399, 400, 401])
        factories.verify(row, begins, begins + datetime.timedelta(days=lasts))
    link(rng, row, ["languages", "access"], terms)
    for _ in range(rng.choice([0, 0, 1, 2, 3, 5]) if rng.random() < 0.99 else MOST_PROGRAMMES):
        programme(rng, row, terms)
    return row


def programme(rng, of, terms):
    low = rng.choice([None, 1, 7, 14, 28, 31])
    high = rng.choice([None, 7, 14, 28, 30, 90])
    if low and high and low > high:
        low, high = high, low
    price = rng.choice([None, 0, 2500, 4999, 5000, 12000])
    states = rng.random() < 0.5
    hours = rng.choice([0, 1, 71.999, 72, 72.001, 200, -1])
    row = Programme.objects.create(
        centre=of,
        level=rng.choice(["", *LevelOfCare.values]),
        length_min_days=low,
        length_max_days=high,
        dual_diagnosis=rng.choice(DualDiagnosis.values),
        medication=rng.choice(MedicationStance.values),
        price=price,
        currency="" if price is None else "GBP",
        price_on=None if price is None else TODAY,
        earliest_admission=(
            TODAY + datetime.timedelta(days=rng.choice([-2, 0, 7, 8, 14, 40])) if states else None
        ),
        earliest_admission_stated_at=(NOW - datetime.timedelta(hours=hours) if states else None),
    )
    link(rng, row, ["substances", "therapies", "conditions", "funding", "people"], terms)
    return row


def link(rng, row, fields, terms):
    for name in fields:
        kind = FIELDS[name]
        chosen = [slug for slug in TERMS[kind] if rng.random() < 0.4]
        getattr(row, name).set([terms[kind, slug] for slug in chosen])


def random_query(rng):
    """Parameters of a random valid search, as {name: [values]}."""
    asked = {}
    options = {
        "level": LevelOfCare.values,
        "setting": ["residential", "outpatient", "online"],
        "length": ["7", "14", "28", "29", "84", "200"],
        "dual_diagnosis": ["none", "capable", "enhanced"],
        "medication": ["prescribes", "accepts", "does-not-accept"],
        "max_price": ["0", "2500", "4999", "5000", "7000", "20000"],
        "available": ["0", "7", "14", "30"],
        "verified": ["yes"],
        "q": ["ash", "ASH h", "wydd", "oran's", "end oak", "e", "nothing"],
        **TERMS,
    }
    for name in rng.sample(list(options), rng.choice([0, 0, 1, 1, 2, 3])):
        most = min(2, len(options[name]))
        asked[name] = rng.sample(options[name], rng.randint(1, most))
    if rng.random() < 0.7:
        latitude, longitude = rng.choice([p for p in PLACES if p[0] is not None])
        asked["near"] = [f"{latitude},{longitude}"]
        if rng.random() < 0.5:
            asked["radius"] = [rng.choice(["0.5", "1", "25", "300", "6000", "12450", "any"])]
    elif rng.random() < 0.5:
        asked["country"] = [rng.choice(["GB", "US"])]
    if rng.random() < 0.4:
        asked["sort"] = [rng.choice(["name", "price", "available", "checked"])]
    return asked
