"""One function a model, with the least that is valid; a test states the facts it is about.

Names are numbered, so that two of a kind never collide.
"""

import datetime
from itertools import count

from django.utils.text import slugify

from centres.models import (
    Centre,
    Country,
    ImportRun,
    Insurance,
    InsuranceStanding,
    LevelOfCare,
    Method,
    Phone,
    Precision,
    Programme,
    Provenance,
    Provider,
    Source,
    SourceRecord,
    Status,
    Term,
)

#: Programme's links to vocabulary, and the kind of term each holds.
PROGRAMME_TERMS = {
    "substances": "substance",
    "detoxes": "substance",
    "therapies": "therapy",
    "conditions": "condition",
    "excluded_conditions": "condition",
    "funding": "funding",
    "people": "people",
    "exclusions": "exclusion",
    "medicines": "medicine",
}
CENTRE_TERMS = {"languages": "language", "access": "access", "amenities": "amenity"}

_number = count(1)


def _link(row, links, kinds):
    for field, slugs in links.items():
        getattr(row, field).set([term(kinds[field], slug) for slug in slugs])


def _split(facts, kinds):
    """Facts that are columns, and facts that are lists of slugs."""
    links = {name: facts.pop(name) for name in list(facts) if name in kinds}
    return facts, links


def term(kind, slug, **facts):
    """The term `slug` of `kind`, made where it is not there yet."""
    facts = {"label": slug.replace("-", " ").capitalize(), **facts}
    return Term.objects.get_or_create(kind=kind, slug=slug, defaults=facts)[0]


def source(**facts):
    number = next(_number)
    facts = {"slug": f"register-{number}", "name": f"Register {number}", **facts}
    return Source.objects.create(**{"publisher": "A public body", **facts})


def provider(**facts):
    facts = {"legal_name": f"Provider {next(_number)} Ltd", "country": Country.GB, **facts}
    return Provider.objects.create(**facts)


def centre(**facts):
    """A listed British centre without a place; give `latitude` and `longitude` to place it.

    `languages`, `access` and `amenities` are lists of slugs.
    """
    facts, links = _split(facts, CENTRE_TERMS)
    number = next(_number)
    facts = {"name": f"Centre {number}", "country": Country.GB, "status": Status.LISTED, **facts}
    facts.setdefault("slug", f"{slugify(facts['name'])[:120]}-{number}")
    if facts.get("latitude") is not None:
        facts = {"precision": Precision.EXACT, "coordinates_source": "Made up", **facts}
    row = Centre.objects.create(**facts)
    _link(row, links, CENTRE_TERMS)
    return row


def programme(of, **facts):
    """A residential programme of the centre `of`; vocabulary links are lists of slugs."""
    facts, links = _split(facts, PROGRAMME_TERMS)
    row = Programme.objects.create(centre=of, **{"level": LevelOfCare.RESIDENTIAL, **facts})
    _link(row, links, PROGRAMME_TERMS)
    return row


def phone(of, **facts):
    """A number of the centre `of`, from the range kept free for fiction."""
    return Phone.objects.create(
        centre=of, **{"number": f"+441632960{next(_number) % 1000:03}", **facts}
    )


def insurance(of, **facts):
    """How an insurer stands to the programme `of`."""
    facts = {
        "insurer": f"Insurer {next(_number)}",
        "standing": InsuranceStanding.RECOGNISED,
        "as_of": datetime.date(2025, 6, 1),
        **facts,
    }
    return Insurance.objects.create(programme=of, **facts)


def provenance(of, **facts):
    """Where a fact of the centre `of` comes from; `programme=` for one of a programme."""
    facts = {
        "fact": "name",
        "method": Method.REGISTER,
        "as_of": datetime.date(2025, 6, 1),
        **facts,
    }
    if "source" not in facts:
        facts["source"] = source()
    return Provenance.objects.create(centre=of, **facts)


def import_run(**facts):
    facts = {"file_name": "register.csv", "file_digest": "0" * 64, **facts}
    facts.setdefault("as_of", datetime.date(2025, 6, 1))
    if "source" not in facts:
        facts["source"] = source()
    return ImportRun.objects.create(**facts)


def source_record(of, **facts):
    """The entry of a register that the centre `of` came from."""
    facts = {"key": f"1-{next(_number)}", **facts}
    if "source" not in facts:
        facts["source"] = source()
    return SourceRecord.objects.create(centre=of, **facts)
