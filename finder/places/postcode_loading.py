"""Code-Point Open into the database: one transaction a postcode area.

Killed at any moment, it has loaded whole areas and no part of one; run again, it goes on with the
areas that are missing or that differ. Memory holds one batch of rows and one area's sectors.
"""

import shutil
import tempfile
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from . import bulk
from .codepoint import Counts, NotCodePoint, area_files, batches, open_archive
from .models import FullPostcode, Loaded, Sector

LAYOUT = "1"  # raise it when the same file is to be stored differently
MOST_UNREADABLE = 0.01  # of an area's rows; beyond it the file is not what it claims
DOWNLOAD_SECONDS = 60  # without a byte
LARGEST_DOWNLOAD = 2**29


def load_code_point(source, *, say=lambda line: None):
    """Load a zip, by path or http(s) address. Counts: areas, loaded, rows, unplaced, bad.

    Raises `NotCodePoint`, with a sentence, for anything else; areas loaded until then stay.
    """
    with local_file(source, say) as path, open_archive(path) as archive:
        files = area_files(archive)
        totals = {"areas": len(files), "loaded": 0, "rows": 0, "unplaced": 0, "bad": 0}
        for number, (area, info) in enumerate(files.items(), start=1):
            digest = f"{LAYOUT}-{info.CRC:08x}-{info.file_size}"
            if Loaded.objects.filter(name=loaded_name(area), digest=digest).exists():
                continue
            rows, counts = load_area(archive, info, area, digest)
            totals["loaded"] += 1
            totals["rows"] += rows
            totals["unplaced"] += counts.unplaced
            totals["bad"] += counts.unreadable
            for example in counts.examples:
                say(f"  left out: {example}")
            say(f"Postcodes: {area} ({number} of {len(files)} areas), {totals['rows']:,} rows")
        return totals


def loaded_name(area):
    return f"code-point-{area}"


@transaction.atomic
def load_area(archive, info, area, digest):
    """Replace one area's postcodes and sectors. `(rows, Counts)`."""
    counts, sectors, rows = Counts(), {}, 0
    FullPostcode.objects.filter(area=area).delete()
    Sector.objects.filter(area=area).delete()
    for placed in batches(archive, info, area, counts):
        points = placed.rows()
        bulk.insert(FullPostcode, ("postcode", "latitude", "longitude", "area"), points)
        add_to_sectors(sectors, points)
        rows += len(points)
    if counts.unreadable > MOST_UNREADABLE * (rows + counts.unreadable):
        raise NotCodePoint(
            f"{info.filename} is not what it claims: {counts.unreadable:,} of its rows cannot be"
            f" read, the first being {counts.examples[0]}."
        )
    bulk.insert(Sector, ("sector", "area", "latitude", "longitude"), centres(sectors, area))
    Loaded.objects.update_or_create(
        name=loaded_name(area),
        defaults={"digest": digest, "rows": rows, "skipped": counts.unplaced + counts.unreadable},
    )
    return rows, counts


def centres(sectors, area):
    """Rows of sectors: each the mean of its postcodes."""
    for sector, (count, latitudes, longitudes) in sorted(sectors.items()):
        yield sector, area, round(latitudes / count, 6), round(longitudes / count, 6)


def add_to_sectors(sectors, points):
    """Sums of each sector's coordinates, `{sector: [count, latitudes, longitudes]}`."""
    for code, latitude, longitude, _ in points:
        sums = sectors.setdefault(code[:-2], [0, 0.0, 0.0])
        sums[0] += 1
        sums[1] += latitude
        sums[2] += longitude


@contextmanager
def local_file(source, say):
    """The path of a source, downloaded first (and removed afterwards) where it is an address."""
    if urlsplit(source).scheme not in ("http", "https"):
        yield Path(source)
        return
    with tempfile.NamedTemporaryFile(dir=settings.VAR_DIR, suffix=".zip") as file:
        say("Postcodes: downloading")
        download(source, file)
        yield Path(file.name)


def download(address, file):
    """Copy an http(s) address into an open file. Raises `NotCodePoint` where it cannot be had."""
    request = urllib.request.Request(address, headers={"User-Agent": "treatment-centre-finder"})  # noqa: S310 - http(s) only, see local_file
    try:
        with urllib.request.urlopen(request, timeout=DOWNLOAD_SECONDS) as answer:  # noqa: S310
            length = int(answer.headers.get("Content-Length") or 0)
            if length > LARGEST_DOWNLOAD:
                raise NotCodePoint(f"{address} is far bigger than Code-Point Open.")
            shutil.copyfileobj(answer, file, length=1 << 20)
    except (urllib.error.URLError, OSError) as error:
        raise NotCodePoint(f"{address} cannot be downloaded: {error}.") from error
    file.flush()
