"""Reads XLSX and ODS spreadsheets, each in a process of its own.

A spreadsheet can end the process that reads it: one cell far from the others makes a table of
milliards of empty cells, and neither running out of memory nor what the reader gives up on can be
caught. So a child reads, with a bound to its memory, and its parent is told the cells or nothing.
"""

import datetime
import json
import resource
import subprocess
import sys

#: Bytes. A register of 60,000 lines and 122 columns takes a quarter of this.
MOST_MEMORY = 4_000_000_000


def read_workbook(path):
    """{sheet: rows of cells as text}; None where the file cannot be read as a spreadsheet."""
    command = [sys.executable, "-I", __file__, str(path)]
    child = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - ours
    return json.loads(child.stdout) if child.returncode == 0 else None


def _text(value):
    """A spreadsheet's value as a CSV file would have it: 16.0 is “16”, a date is ISO."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return str(value)


def _read(path):
    from python_calamine import CalamineWorkbook

    workbook = CalamineWorkbook.from_path(path)
    return {
        name: [
            [_text(value) for value in row]
            for row in workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        ]
        for name in workbook.sheet_names
    }


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    json.dump(_read(sys.argv[1]), sys.stdout)
