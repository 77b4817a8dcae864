"""Files that are not what they claim are refused whole; a bad row costs itself and no other."""

import datetime
import zipfile

import pytest

from centres.imports.cells import (
    american_phone,
    british_phone,
    british_postcode,
    charity_number,
    company_number,
    day,
    tokens,
    whole_number,
    zip_code,
)
from centres.imports.reading import find_date, read_file
from centres.models import Centre

from .files import (
    DIRECTORY_HEADERS,
    LAST_CELL,
    csv_text,
    directory,
    export,
    facility,
    location,
    workbook,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"  \n\n", "is empty"),
        (b"<!DOCTYPE html><html><body>Not found</body></html>", "is a web page"),
        (b"\n <html>", "is a web page"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "binary data"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 50, "old XLS"),
        ("Name,Address".encode("utf-16"), "UTF-16"),
        ("Name,Address\nCafé Röda,1".encode("latin-1"), "not in UTF-8 (line 2)"),
        (b"PK\x03\x04 and then nothing", "neither an XLSX nor an ODS"),
        (b"Name,Address\nWillow,1 Road\n", "column headings"),
        (b"just some words", "column headings"),
    ],
)
@pytest.mark.parametrize("source", ["cqc", "samhsa"])
def test_a_file_that_is_not_what_it_claims_is_refused(refused, tmp_path, source, content, sentence):
    path = tmp_path / "listings.csv"
    path.write_bytes(content)

    assert sentence in refused(source, path, "--apply", "--as-of", "2026-01-01")
    assert not Centre.objects.exists()


def test_a_truncated_spreadsheet_is_refused(refused, tmp_path):
    whole = workbook(tmp_path / "whole.xlsx", [["Name"], ["x"]]).read_bytes()
    path = tmp_path / "half.xlsx"
    path.write_bytes(whole[: len(whole) // 2])

    assert "damaged" in refused("cqc", path)


def test_a_spreadsheet_with_a_cell_in_its_last_corner_is_refused(refused, tmp_path):
    """Read as it stands it has 17 milliard cells."""
    path = workbook(tmp_path / "stray.xlsx", [["Name"], ["x"]], beyond=LAST_CELL)

    assert "cells far from its table: save the table alone as CSV" in refused("cqc", path)


def test_a_zip_of_something_else_is_refused(refused, tmp_path):
    path = tmp_path / "photos.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("photo.txt", "x")

    assert "neither an XLSX nor an ODS" in refused("cqc", path)


def test_each_sources_file_is_refused_as_the_others(refused, tmp_path):
    assert "FindTreatment.gov" in refused("samhsa", directory(tmp_path / "a.csv", [location()]))
    assert "CQC" in refused("cqc", export(tmp_path / "b.csv", [facility()]))


def test_a_missing_file_is_refused(refused, tmp_path):
    assert "There is no file" in refused("cqc", tmp_path / "nowhere.csv")


def test_a_header_named_twice_is_refused(refused, tmp_path):
    headers = [*DIRECTORY_HEADERS, "Name"]

    assert "more than once" in refused(
        "cqc", directory(tmp_path / "twice.csv", [location()], headers=headers)
    )


def test_a_file_without_its_day_is_refused(refused, run, tmp_path):
    path = directory(tmp_path / "directory.csv", [location()], preamble=())

    assert "which day its facts are of" in refused("cqc", path)
    assert "Facts as of 2026-02-03" in run("cqc", path, "--as-of", "2026-02-03")
    assert "not a day" in refused("cqc", path, "--as-of", "yesterday")
    assert "still to come" in refused("cqc", path, "--as-of", "2999-01-01")


def test_the_day_may_stand_in_the_files_name(run, tmp_path):
    path = directory(tmp_path / "15_April_2026_CQC_directory.csv", [location()], preamble=())

    assert "Facts as of 2026-04-15" in run("cqc", path)


def test_a_quotation_mark_that_is_never_closed_costs_its_own_line(run, tmp_path):
    text = csv_text(DIRECTORY_HEADERS, [location(n) for n in range(1, 60)], preamble=["1 May 2026"])
    lines = text.split("\r\n")
    lines[4] = '"' + lines[4]
    path = tmp_path / "quoted.csv"
    path.write_text("\r\n".join(lines), encoding="utf-8", newline="")

    output = run("cqc", path, "--apply")

    assert "line 5: A quotation mark is not closed." in output
    assert Centre.objects.count() == 58


def test_a_row_with_cells_too_many_or_too_few_is_left_out(run, tmp_path):
    text = csv_text(DIRECTORY_HEADERS, [location(1)], preamble=["1 May 2026"])
    path = tmp_path / "shifted.csv"
    path.write_text(f"{text}Oak House,,\n{'a,' * 20}\n", encoding="utf-8")

    output = run("cqc", path, "--apply")

    assert "line 4: It has 3 cells where the headers have 15." in output
    assert "line 5: It has 21 cells where the headers have 15." in output
    assert Centre.objects.count() == 1


def test_a_cell_may_run_over_lines(run, tmp_path):
    row = location(1, address="1 Example\nRoad,Sampleton")
    run("cqc", directory(tmp_path / "lines.csv", [row, location(2)]), "--apply")

    assert Centre.objects.order_by("name").first().street == "1 Example Road"
    assert Centre.objects.count() == 2


def test_what_cannot_be_seen_is_dropped(run, tmp_path):
    run(
        "cqc",
        directory(
            tmp_path / "c.csv", [location(1, name="\ufeffWil\x07low\u00a0 Ho\u202eu\u00adse")]
        ),
        "--apply",
    )

    assert Centre.objects.get().name == "Willow House"


def test_windows_files_with_a_byte_order_mark_are_read(run, tmp_path):
    path = directory(tmp_path / "bom.csv", [location(1)])
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    assert "1 to create" in run("cqc", path)


def test_files_are_known_by_their_content(tmp_path):
    path = workbook(tmp_path / "really.csv", [["a", "b"], ["1", 16.0]])

    assert read_file(path).sheets["Data"] == [(1, ["a", "b"]), (2, ["1", "16"])]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("CQC directory 15 April 2026", datetime.date(2026, 4, 15)),
        ("01_August_2025_HSCA_Active_Locations", datetime.date(2025, 8, 1)),
        ("Source: Care Quality Commission, April 2026", datetime.date(2026, 4, 1)),
        ("export 2026-03-31", datetime.date(2026, 3, 31)),
        ("run on 31/03/2026", datetime.date(2026, 3, 31)),
        ("April 2026, corrected 3rd May 2026", datetime.date(2026, 5, 3)),
        ("31 February 2026", None),
        ("facility_listing_MA_2025", None),
        ("Regulations 2014", None),
        ("", None),
    ],
)
def test_days_are_found_in_text(text, day):
    assert find_date(text) == day


def test_cells_are_read_or_not_at_all():
    assert british_postcode("ls1  4dy") == "LS1 4DY"
    assert british_postcode("BT28 IJA") is None
    assert british_phone("") is None
    assert british_phone("1924 438383") == "+441924438383"
    assert american_phone("617-555-0101 x0") == ("+16175550101", "0")
    assert zip_code("2118") == "02118"
    assert zip_code("02118", "12") == "02118-0012"
    assert zip_code("MA") is None
    assert tokens("a|b| a ||b") == ["a", "b"]
    assert [company_number(text) for text in ("1234567", "SC012345", "IP12345R", "SC1", "x")] == [
        "01234567", "SC012345", "IP12345R", None, None,
    ]  # fmt: skip
    assert [charity_number(text) for text in ("508466", "SC012345", "1058340-1", "none")] == [
        "508466", "SC012345", "1058340-1", None,
    ]  # fmt: skip
    assert [whole_number(text) for text in ("16", "16.0", "16.5", "0", "-1")] == [
        16,
        16,
        *[None] * 3,
    ]
    assert day("14/06/2019") == day("2019-06-14") == datetime.date(2019, 6, 14)
    assert [day(text) for text in ("31/02/2019", "0001-01-01", "9999-12-31")] == [None] * 3
