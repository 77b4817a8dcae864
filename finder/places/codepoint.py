"""Code-Point Open, Ordnance Survey's file of every postcode of Great Britain, read and placed.

The official zip holds one CSV per postcode area, `Data/CSV/ls.csv`, without a header: postcode,
positional quality, easting, northing, and codes of the districts it is in. Quality 90 means that
no coordinates are known. No database here.
"""

import csv
import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import numpy as np
import pyproj

from . import postcodes

UNPLACED = "90"
COLUMNS = 4  # at least: those read
# The National Grid, in metres: what lies outside is no place in Great Britain.
WEST, EAST, SOUTH, NORTH = 0, 700_000, 0, 1_300_000
BRITISH_NATIONAL_GRID, WGS84 = "EPSG:27700", "EPSG:4326"
LARGEST_FILE = 64 * 2**20  # bytes unpacked: the biggest real one has 3 MB
LARGEST_TOTAL = 2**30
_CSV = re.compile(r"(?:.*/)?(?P<area>[a-z]{1,2})\.csv", re.IGNORECASE)
_BATCH = 20_000


class NotCodePoint(Exception):
    """The file is not Code-Point Open; the message is a sentence for whoever gave it."""


@dataclass(slots=True)
class Placed:
    """Rows of one area's file with their coordinates (degrees), in arrays of equal length."""

    area: str
    codes: list[str]
    latitudes: np.ndarray
    longitudes: np.ndarray

    def rows(self):
        """`[(postcode, latitude, longitude, area)]`."""
        columns = self.codes, self.latitudes.tolist(), self.longitudes.tolist()
        return [(*row, self.area) for row in zip(*columns, strict=True)]


@dataclass(slots=True)
class Counts:
    """Rows left out, by why."""

    unplaced: int = 0
    unreadable: int = 0
    examples: list[str] = field(default_factory=list)

    def refuse(self, name, line, why):
        self.unreadable += 1
        if len(self.examples) < 5:
            self.examples.append(f"{name} line {line}: {why}")


def area_files(archive):
    """`{area: ZipInfo}` of the archive, in order. Raises `NotCodePoint` where there are none."""
    found = {}
    for info in archive.infolist():
        match = _CSV.fullmatch(info.filename.replace("\\", "/"))
        if not match or info.is_dir() or match["area"].upper() not in postcodes.AREAS:
            continue
        area = match["area"].upper()
        if area in found:
            raise NotCodePoint(f"The zip holds two files for {area}; Code-Point Open holds one.")
        if info.flag_bits & 0x1:
            raise NotCodePoint("The zip asks for a password; Code-Point Open has none.")
        if info.file_size > LARGEST_FILE:
            raise NotCodePoint(f"{info.filename} is far bigger than any postcode area's file.")
        found[area] = info
    if not found:
        raise NotCodePoint(
            "The zip holds no file such as Data/CSV/ls.csv, so it is not Code-Point Open."
        )
    if sum(info.file_size for info in found.values()) > LARGEST_TOTAL:
        raise NotCodePoint("The zip unpacks to far more than Code-Point Open holds.")
    return dict(sorted(found.items()))


def open_archive(path):
    """The zip at a path. Raises `NotCodePoint` where it is none, or a damaged one."""
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, zipfile.LargeZipFile) as error:
        raise NotCodePoint(f"{PurePosixPath(path).name} is not a zip file: {error}.") from error
    except OSError as error:
        raise NotCodePoint(f"{path} cannot be read: {error.strerror}.") from error


def batches(archive, info, area, counts):
    """`Placed` for one area's file, in batches; what is left out is added to `counts`.

    Raises `NotCodePoint` where the file is not laid out as it should be at all.
    """
    transformer = grid_to_wgs84()
    codes, eastings, northings = [], [], []
    seen = set()
    try:
        with archive.open(info) as raw:
            # The archive's own checksum is verified when its last byte is read.
            text = io.TextIOWrapper(raw, encoding="latin-1", newline="")
            for line, row in enumerate(csv.reader(text), start=1):
                if read := _read_row(row, area, counts, info.filename, line):
                    code, easting, northing = read
                    if code in seen:
                        counts.refuse(info.filename, line, f"{code} stands twice")
                        continue
                    seen.add(code)
                    codes.append(code)
                    eastings.append(easting)
                    northings.append(northing)
                if len(codes) >= _BATCH:
                    yield _placed(transformer, area, codes, eastings, northings)
                    codes, eastings, northings = [], [], []
    # zipfile says NotImplementedError of a compression it does not know.
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, csv.Error) as error:
        raise NotCodePoint(f"{info.filename} is damaged: {error}.") from error
    if codes:
        yield _placed(transformer, area, codes, eastings, northings)


def _read_row(row, area, counts, name, line):
    if not row:
        return None
    if line == 1 and row[0].strip().lower() in ("postcode", "pc"):
        return None  # some releases are handed on with their headers
    if len(row) < COLUMNS:
        raise NotCodePoint(f"{name} line {line} has {len(row)} columns, not ten.")
    code = postcodes.parse(row[0])
    if getattr(code, "kind", "") != "full" or code.area != area:
        counts.refuse(name, line, f"{row[0][:20]!r} is no postcode of {area}")
        return None
    if row[1].strip() == UNPLACED:
        counts.unplaced += 1
        return None
    try:
        easting, northing = int(row[2]), int(row[3])
    except ValueError:
        counts.refuse(name, line, f"{row[2][:20]!r}, {row[3][:20]!r} are no grid coordinates")
        return None
    if not (WEST < easting < EAST and SOUTH < northing < NORTH):
        counts.refuse(name, line, f"{easting}, {northing} are outside Great Britain")
        return None
    return code.full, easting, northing


def grid_to_wgs84():
    """The best transformation this machine has, without asking the network for a grid.

    With Ordnance Survey's OSTN15 grid installed in PROJ's data folder it is exact to 0.1 m; with
    the seven parameters that PROJ ships (stated as 2 m), to 5 m at Ordnance Survey's own test
    points from Scilly to Shetland.
    """
    return pyproj.Transformer.from_crs(BRITISH_NATIONAL_GRID, WGS84, only_best=False)


def stated_accuracy():
    """In metres, as PROJ states it for the transformation used in the middle of England."""
    transformer = grid_to_wgs84()
    transformer.transform(400_000, 300_000)
    return transformer.get_last_used_operation().accuracy


def _placed(transformer, area, codes, eastings, northings):
    latitudes, longitudes = transformer.transform(np.array(eastings), np.array(northings))
    return Placed(area, codes, np.round(latitudes, 6), np.round(longitudes, 6))
