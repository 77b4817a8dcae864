"""From the fixtures and the zipcodes package into the database, again only when they change.

Rows keep their keys between loads: what is there is updated, what is gone is deleted, all in one
transaction, so that a reader never meets half a gazetteer.
"""

import csv
import hashlib
import importlib.metadata
from pathlib import Path

from django.conf import settings
from django.db import transaction

from .assembly import assemble
from .districts import place_districts
from .models import Loaded, Outcode, Place, ZipCode

FIXTURES = settings.BASE_DIR / "fixtures" / "places"
GAZETTEER, ZIPS = "gazetteer", "zipcodes"
LAYOUT = "2"  # raise it when the same fixtures are to be put together differently
BATCH = 2_000


def load_all(*, say=lambda line: None, fixtures=FIXTURES):
    """Load what has changed since the last load. Returns the names of what was loaded."""
    done = []
    for name, digest, load in (
        (GAZETTEER, gazetteer_digest(fixtures), lambda: load_gazetteer(fixtures, say)),
        (ZIPS, zipcodes_digest(), lambda: load_zipcodes(say)),
    ):
        if Loaded.objects.filter(name=name, digest=digest).exists():
            continue
        with transaction.atomic():
            rows, skipped = load()
            Loaded.objects.update_or_create(
                name=name, defaults={"digest": digest, "rows": rows, "skipped": skipped}
            )
        done.append(name)
    return done


def gazetteer_digest(fixtures=FIXTURES):
    """A digest of every fixture and of how they are put together."""
    digest = hashlib.sha256(LAYOUT.encode())
    for path in sorted(Path(fixtures).glob("*.csv")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def zipcodes_digest():
    return f"{LAYOUT}-{importlib.metadata.version('zipcodes')}"


def read_rows(fixtures, name):
    """The rows of one fixture, which may lie in several files, as dictionaries."""
    rows = []
    for path in sorted(Path(fixtures).glob(f"{name}*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows += csv.DictReader(file)
    return rows


def load_gazetteer(fixtures, say):
    """Towns, counties, nations, states, and the postcode districts. `(rows, rows left out)`."""
    say("Places: putting the gazetteer together")
    localities = read_rows(fixtures, "localities")
    entries = assemble(read_rows(fixtures, "towns"), read_rows(fixtures, "regions"), localities)
    say(f"Places: storing {len(entries):,} towns, counties and states")
    replace_rows(Place, [place_row(entry) for entry in entries])
    table = read_rows(fixtures, "outcodes")
    districts = place_districts(table, entries, localities)
    say(f"Places: storing {len(districts):,} postcode districts")
    replace_rows(Outcode, [outcode_row(district) for district in districts])
    placed = {district.outcode for district in districts if not district.guessed}
    left_out = sum(row["outcode"] not in placed for row in table)
    return len(entries) + len(districts), left_out


def place_row(entry):
    return Place(
        code=entry.code,
        kind=entry.kind,
        country=entry.country,
        name=entry.name,
        folded=entry.folded,
        alternates="\n".join(entry.alternates),
        region=entry.region,
        county=entry.county,
        near=entry.near,
        population=entry.population,
        latitude=entry.latitude,
        longitude=entry.longitude,
    )


def outcode_row(district):
    return Outcode(
        outcode=district.outcode,
        label=district.label,
        latitude=district.latitude,
        longitude=district.longitude,
    )


def load_zipcodes(say):
    """Every ZIP with a place in the United States. `(rows, rows left out)`."""
    import zipcodes  # some 40 MB once used, so only where it is

    say("Places: reading US ZIP codes")
    listed = zipcodes.list_all()
    rows = [zip_row(entry) for entry in listed if is_placed(entry)]
    say(f"Places: storing {len(rows):,} US ZIP codes")
    replace_rows(ZipCode, rows)
    return len(rows), len(listed) - len(rows)


def is_placed(entry):
    """Whether a ZIP is in the US and has coordinates: the armed forces' abroad have none."""
    return (
        entry["country"] == "US"
        and entry["zip_code_type"] != "MILITARY"
        and bool(entry["lat"] and entry["long"])
        and (float(entry["lat"]), float(entry["long"])) != (0.0, 0.0)
    )


def zip_row(entry):
    return ZipCode(
        code=entry["zip_code"],
        city=entry["city"],
        state=entry["state"],
        latitude=float(entry["lat"]),
        longitude=float(entry["long"]),
    )


def replace_rows(model, rows):
    """Make the table hold exactly these rows, by primary key."""
    key = model._meta.pk.name
    kept = {row.pk for row in rows}
    gone = [pk for pk in model.objects.values_list("pk", flat=True) if pk not in kept]
    for start in range(0, len(gone), BATCH):
        model.objects.filter(pk__in=gone[start : start + BATCH]).delete()
    model.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=[key],
        update_fields=[f.name for f in model._meta.concrete_fields if f.name != key],
    )
