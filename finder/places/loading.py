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

from . import bulk
from .assembly import assemble
from .districts import place_districts
from .models import Loaded, Outcode, Place, ZipCode

FIXTURES = settings.BASE_DIR / "fixtures" / "places"
GAZETTEER, ZIPS = "gazetteer", "zipcodes"
LAYOUT = "4"  # raise it when the same fixtures are to be put together differently


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
    """The rows of one fixture, as dictionaries."""
    with Path(fixtures, f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load_gazetteer(fixtures, say):
    """Towns, counties, nations, states, and the postcode districts. `(rows, rows left out)`."""
    say("Places: putting the gazetteer together")
    localities = read_rows(fixtures, "localities")
    entries = assemble(read_rows(fixtures, "towns"), read_rows(fixtures, "regions"), localities)
    say(f"Places: storing {len(entries):,} towns, counties and states")
    bulk.replace(Place, PLACE_COLUMNS, [place_row(entry) for entry in entries])
    table = read_rows(fixtures, "outcodes")
    districts = place_districts(table, entries, localities)
    say(f"Places: storing {len(districts):,} postcode districts")
    bulk.replace(
        Outcode,
        ("outcode", "label", "latitude", "longitude"),
        [(d.outcode, d.label, d.latitude, d.longitude) for d in districts],
    )
    placed = {district.outcode for district in districts if not district.guessed}
    left_out = sum(row["outcode"] not in placed for row in table)
    return len(entries) + len(districts), left_out


PLACE_COLUMNS = (
    "code", "kind", "country", "name", "folded", "alternates", "region", "county", "near",
    "population", "latitude", "longitude",
)  # fmt: skip


def place_row(entry):
    """A tuple of `PLACE_COLUMNS`."""
    texts = (entry.code, entry.kind, entry.country, entry.name, entry.folded)
    others = ("\n".join(entry.alternates), entry.region, entry.county, entry.near)
    return (*texts, *others, entry.population, entry.latitude, entry.longitude)


def load_zipcodes(say):
    """Every ZIP with a place in the United States. `(rows, rows left out)`."""
    import zipcodes  # some 40 MB once used, so only where it is

    say("Places: reading US ZIP codes")
    listed = zipcodes.list_all()
    rows = [
        (e["zip_code"], e["city"], e["state"], float(e["lat"]), float(e["long"]))
        for e in listed
        if is_placed(e)
    ]
    say(f"Places: storing {len(rows):,} US ZIP codes")
    bulk.replace(ZipCode, ("code", "city", "state", "latitude", "longitude"), rows)
    return len(rows), len(listed) - len(rows)


def is_placed(entry):
    """Whether a ZIP is in the US and has coordinates: the armed forces' abroad have none."""
    return (
        entry["country"] == "US"
        and entry["zip_code_type"] != "MILITARY"
        and bool(entry["lat"] and entry["long"])
        and (float(entry["lat"]), float(entry["long"])) != (0.0, 0.0)
    )
