"""Files to tables of text: CSV, XLSX or ODS, known by what is in them and not by their names."""

import calendar
import csv
import datetime
import hashlib
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path

from .listing import LeftOut, Refused
from .workbook import read_workbook

#: Larger files are refused: the largest register is a tenth of this.
MOST_BYTES = 300_000_000
MOST_UNPACKED_BYTES = 2_000_000_000
#: A quoted cell may run over this many lines; more means that a quotation mark was never closed.
MOST_LINES_A_CELL = 30
#: Headers stand within this many lines of the top.
MOST_PREAMBLE = 40

#: Unicode's categories of what cannot be seen; of those, what is a space or joins letters.
_UNSEEN = {"Cc", "Cf", "Cs", "Cn"}
_KEPT = "\t\r\n\u200c\u200d"
_MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {month[:3]: number for month, number in _MONTHS.items()}
_DATES = (
    re.compile(r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th)? (?P<name>[a-z]+) (?P<year>20\d\d)(?!\d)"),
    re.compile(r"(?<!\d)(?P<year>20\d\d)[ -](?P<month>\d\d)[ -](?P<day>\d\d)(?!\d)"),
    re.compile(r"(?<!\d)(?P<day>\d\d)/(?P<month>\d\d)/(?P<year>20\d\d)(?!\d)"),
    re.compile(r"(?<!\d )\b(?P<name>[a-z]+) (?P<year>20\d\d)(?!\d)"),
)


@dataclass(frozen=True)
class Row:
    """One record: the line it begins on, and its cells by header, whatever its case."""

    line: int
    cells: dict

    def __getitem__(self, header):
        return self.cells.get(header.casefold(), "")


@dataclass
class Table:
    """A sheet, or a whole CSV file: the headers, the rows, and the rows that cannot be read."""

    headers: list
    rows: list
    damaged: list
    header_line: int

    def held(self):
        """Headers of columns with anything in them at all."""
        return {header for header in self.headers if any(row[header] for row in self.rows)}


@dataclass
class SourceFile:
    """A file as read: `sheets` are lists of (line, cells), cells being lists of clean text."""

    name: str
    digest: str
    sheets: dict
    damaged: list

    def table(self, *required):
        """The first sheet with a header row that holds all `required` headers, or None.

        Headers are compared without regard to case and to the spaces around them.
        """
        wanted = {_folded(header) for header in required}
        for sheet in self.sheets.values():
            for position, (line, cells) in enumerate(sheet[:MOST_PREAMBLE]):
                if wanted <= {_folded(cell) for cell in cells}:
                    return _table(cells, line, sheet[position + 1 :], self.damaged)
        return None

    def date_in_preamble(self, table):
        """The day named above the headers or on a sheet of notes; else in the file's name.

        A month without a day is its first day: never later than the facts may be. None where no
        date is named.
        """
        notes = [cells for sheet in self.sheets.values() for _, cells in sheet[:MOST_PREAMBLE]]
        above = []
        for cells in notes:
            if {_folded(header) for header in table.headers} <= {_folded(cell) for cell in cells}:
                continue
            if sum(map(bool, cells)) <= 2:
                above.append(" ".join(cells))
        return find_date(" \n ".join(above)) or find_date(Path(self.name).stem)


def find_date(text):
    """The first date in `text`: with its day where any has one, else the first of a month."""
    text = re.sub(r"[_\s]+", " ", text.casefold())
    for pattern in _DATES:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            month = _MONTHS.get(parts["name"]) if "name" in parts else int(parts["month"])
            try:
                return datetime.date(int(parts["year"]), month or 0, int(parts.get("day") or 1))
            except ValueError:
                continue
    return None


def read_file(path):
    """`SourceFile` of the file at `path`. Raises `Refused` where it is not a table of text."""
    path = Path(path)
    try:
        if not path.is_file():
            raise Refused(f"There is no file {path}.")
        if path.stat().st_size > MOST_BYTES:
            raise Refused(f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB.")
        content = path.read_bytes()
    except OSError as error:
        raise Refused(f"{path.name} cannot be read: {error.strerror}.") from error
    if not content.strip():
        raise Refused(f"{path.name} is empty.")
    digest = hashlib.sha256(content).hexdigest()
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return SourceFile(path.name, digest, _workbook(path), [])
    sheet, damaged = _csv(_text(content, path.name))
    return SourceFile(path.name, digest, {"": sheet}, damaged)


def clean(text):
    """Text on one line, with single spaces and without what nobody can see.

    That is control characters, marks that turn the direction of writing, and no characters at all.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    text = "".join(
        " " if character in "\t\r\n" else character
        for character in text
        if character in _KEPT or unicodedata.category(character) not in _UNSEEN
    )
    return " ".join(text.split())


def _folded(header):
    return clean(header).casefold()


def _workbook(path):
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED_BYTES:
                raise Refused(f"{path.name} unpacks to more than a register can be.")
        sheets = read_workbook(path)
    except (zipfile.BadZipFile, OSError):
        sheets = None
    if sheets is None:
        raise Refused(
            f"{path.name} is neither an XLSX nor an ODS spreadsheet, or it is damaged, or it has "
            "cells far from its table: save the table alone as CSV."
        )
    return {
        name: [
            (line, [clean(text) for text in values]) for line, values in enumerate(rows, start=1)
        ]
        for name, rows in sheets.items()
    }


def _text(content, name):
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused(f"{name} is in UTF-16: save it again as CSV in UTF-8.")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(f"{name} is an old XLS spreadsheet: save it again as XLSX or CSV.")
    if b"\x00" in content:
        raise Refused(f"{name} is not a CSV, XLSX or ODS file: it holds binary data.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Refused(
            f"{name} is not in UTF-8 (line {line}): save it again as CSV in UTF-8."
        ) from error
    if re.match(r"\s*<(!doctype|html|\?xml|head|body)", text, re.IGNORECASE):
        raise Refused(f"{name} is a web page, not a CSV file: download the file itself.")
    return text


def _csv(text):
    """Records of CSV text as (line, cells), and what of it cannot be read.

    A quotation mark that is never closed costs its own line and no other.
    """
    lines = re.split(r"\r\n|\n|\r", text)
    records, damaged, position = [], [], 0
    while position < len(lines):
        cells, used = _record(lines, position)
        if cells is None:
            damaged.append(
                LeftOut(position + 1, "", "A quotation mark is not closed.", damaged=True)
            )
        elif any(cells):
            records.append((position + 1, cells))
        position += used
    return records, damaged


def _record(lines, start):
    """Cells of the record that begins at `lines[start]`, or None, and how many lines it takes."""
    for used in range(1, MOST_LINES_A_CELL + 1):
        chunk = lines[start : start + used]
        if len(chunk) < used:
            break
        if used > 1 and '"' not in chunk[-1]:
            continue
        try:
            cells = next(csv.reader(["\n".join(chunk)], strict=True), [])
        except csv.Error as error:
            if "unexpected end" in str(error):
                continue
            break
        return [clean(cell) for cell in cells], used
    return None, 1


def _table(cells, line, records, damaged):
    headers = [clean(cell) for cell in cells]
    while headers and not headers[-1]:
        headers.pop()
    repeated = {header for header in headers if header and headers.count(header) > 1}
    if repeated:
        raise Refused(f"The headers name “{min(repeated)}” more than once (line {line}).")
    keys = [header.casefold() for header in headers]
    rows, unreadable = [], [problem for problem in damaged if problem.line > line]
    for number, values in records:
        if not any(values):
            continue
        if len(values) < len(headers) or any(values[len(headers) :]):
            reason = f"It has {len(values)} cells where the headers have {len(headers)}."
            unreadable.append(LeftOut(number, "", reason, damaged=True))
            continue
        rows.append(Row(number, dict(zip(keys, values, strict=False))))
    return Table(headers, rows, unreadable, line)
