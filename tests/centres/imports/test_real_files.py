"""The registers' own files, which the project does not ship: counts checked by plain reading."""

import csv
import re

import pytest
from python_calamine import CalamineWorkbook

from centres.models import Centre, ImportRun, Phone, Programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def care_directory(shared_data):
    return shared_data / "cqc" / "CQC_directory.csv"


@pytest.fixture
def facilities(shared_data):
    return shared_data / "samhsa" / "facility_listing_MA_2025.csv"


def test_the_care_directory_holds_197_centres(run, care_directory):
    with care_directory.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(list(file)[4:]))
    substance = [row for row in rows if "ubstance abuse" in row["Service types"]]
    public = [row for row in substance if "Prison" not in row["Service types"]]
    outside = [row for row in public if not row["Name"].startswith("HMP")]

    run("cqc", care_directory, "--apply")

    assert (len(rows), len(substance), len(public), len(outside)) == (913, 210, 198, 197)
    numbers = Centre.objects.values_list("registration_number", flat=True)
    assert set(numbers) == {row["CQC Location ID (for office use only)"] for row in outside}
    assert ImportRun.objects.get().left_out == 913 - 197
    residential = [row for row in outside if "Rehabilitation (substance" in row["Service types"]]
    community = [row for row in outside if "services - Substance" in row["Service types"]]
    assert Programme.objects.filter(level="residential").count() == len(residential)
    assert Programme.objects.filter(level="outpatient").count() == len(community)
    ten_digits = [row for row in outside if re.fullmatch(r"[1-9]\d{9}", row["Phone number"])]
    assert Phone.objects.count() == len(ten_digits)


def test_the_monthly_file_of_oldham_holds_2_centres(run, shared_data):
    path = shared_data / "cqc" / "HSCA_Active_Locations_oldham.ods"
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("HSCA_Active_Locations")
    headers, *rows = sheet.to_python()
    wanted = [
        position
        for position, header in enumerate(headers)
        if "Community based services for people who misuse substances" in header
        or "Service type - Residential substance misuse" in header
    ]
    expected = {row[0] for row in rows if any(row[position] == "Y" for position in wanted)}

    run("cqc", path, "--apply")

    assert len(expected) == 2
    assert set(Centre.objects.values_list("registration_number", flat=True)) == expected
    rehab = Centre.objects.get(registration_number="1-3955478171")
    assert (rehab.rating, str(rehab.rating_on), rehab.beds) == ("Good", "2019-06-14", 16)


def test_both_layouts_of_the_register_speak_of_the_same_centres(run, care_directory, shared_data):
    run("cqc", shared_data / "cqc" / "HSCA_Active_Locations_oldham.ods", "--apply")
    run("cqc", care_directory, "--apply")

    assert Centre.objects.count() == 197
    assert Centre.objects.get(registration_number="1-3955478171").rating == "Good"


def test_massachusetts_holds_258_sites(run, facilities):
    with facilities.open(encoding="utf-8", newline="") as file:
        rows = [{key.strip(): value for key, value in row.items()} for row in csv.DictReader(file)]
    sites = {}
    for row in rows:
        key = tuple(row[name].casefold() for name in ("name1", "name2", "street1", "zip"))
        sites.setdefault(key, []).append(row)
    treating = [
        site
        for site in sites.values()
        if any(row["sa"] or (row["type_facility"] == "SU" and row["dt"]) for row in site)
    ]

    run("samhsa", facilities, "--apply", "--as-of", "2025-08-01")

    assert (len(rows), len(sites), len(treating)) == (414, 282, 260)
    # Two sites stand under two spellings of one name.
    assert Centre.objects.count() == 258
    assert ImportRun.objects.get().left_out == 22
    surveyed = [row for row in rows if row["type_facility"] == "SU"]
    for level, code in (("home-detox", "od"), ("residential-detox", "rd")):
        expected = sum(row[code] == "1" for row in surveyed)
        assert Programme.objects.filter(level=level).count() == expected
    short = Programme.objects.filter(length_max_days=30, level="residential")
    assert short.count() == sum(row["rs"] == "1" for row in surveyed)
    assert not Centre.objects.filter(latitude=None).exists()


def test_the_older_layout_is_read_too_and_says_its_own_day(run, shared_data):
    run("samhsa", shared_data / "samhsa" / "locator_layout_2018.xlsx", "--apply")

    assert str(ImportRun.objects.get().as_of) == "2018-01-23"
    assert Centre.objects.get().region == "MD"


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("cqc", "cqc/CQC_directory.csv"),
        ("cqc", "cqc/HSCA_Active_Locations_oldham.ods"),
        ("samhsa", "samhsa/facility_listing_MA_2025.csv"),
    ],
)
def test_applied_again_they_change_nothing(run, shared_data, source, name):
    arguments = (source, shared_data / name, "--as-of", "2026-04-01")
    run(*arguments, "--apply")

    output = run(*arguments)

    assert "0 to create, 0 to change" in output
    assert "0 no longer in the file" in output
