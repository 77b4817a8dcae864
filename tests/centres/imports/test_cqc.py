import pytest

from centres.models import Centre, ImportRun, Provenance, Provider

from .files import (
    ACTIVE_HEADERS,
    COMMUNITY,
    DIRECTORY_HEADERS,
    RESIDENTIAL,
    active,
    directory,
    in_order,
    location,
    workbook,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def imported(run, tmp_path):
    """Import rows of a care directory and return the command's output."""

    def import_rows(*rows):
        return run("cqc", directory(tmp_path / "directory.csv", rows), "--apply")

    return import_rows


def test_it_works(imported):
    imported(location(1, provider="Willow Care Ltd", website="www.example.org"))

    centre = Centre.objects.get()
    assert (centre.name, centre.country, centre.status) == ("Willow House 1", "GB", "listed")
    assert (centre.street, centre.town, centre.region) == (
        "1 Example Road",
        "Sampleton",
        "Sampleshire",
    )
    assert centre.provider.legal_name == "Willow Care Ltd"
    assert centre.website == "https://www.example.org"
    assert (centre.registration, centre.regulator) == ("registered", "cqc")
    assert centre.registration_number == "1-1000001"
    assert centre.registration_url == "https://www.cqc.org.uk/location/1-1000001"
    assert centre.source.slug == "cqc"
    assert centre.verified_from is None


def test_nothing_is_invented(imported):
    imported(location(1, specialisms="Mental health conditions|Substance misuse problems"))

    centre = Centre.objects.get()
    programme = centre.programmes.get()
    assert programme.level == "residential"
    assert programme.dual_diagnosis == "unknown"
    assert programme.medication == "unknown"
    assert programme.length_min_days is programme.length_max_days is programme.price is None
    assert not programme.open_ended
    for terms in ("substances", "detoxes", "therapies", "conditions", "funding", "people"):
        assert not getattr(programme, terms).exists()
    assert centre.rating == ""
    assert centre.beds is centre.provider is None


def test_every_fact_says_where_it_comes_from(imported):
    imported(location(1))

    centre_facts = Provenance.objects.filter(programme=None)
    assert dict(centre_facts.values_list("fact", "method")) == {
        "name": "register",
        "address": "register",
        "coordinates": "derived",
        "phones": "register",
        "registration": "register",
    }
    assert Provenance.objects.exclude(programme=None).get().fact == "level"
    assert {str(row.as_of) for row in Provenance.objects.all()} == {"2026-04-01"}
    assert set(Provenance.objects.values_list("import_run", flat=True)) == {
        ImportRun.objects.get().pk
    }


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1132430000", "+441132430000"),
        ("01132430000", "+441132430000"),
        ("+44 113 243 0000", "+441132430000"),
        ("1632960001", "+441632960001"),
        ("123456789", None),
        ("3001231110", "+443001231110"),
    ],
)
def test_the_lost_zero_of_a_telephone_number_is_put_back(imported, written, number):
    imported(location(1, phone=written))

    numbers = list(Centre.objects.get().phones.values_list("number", flat=True))
    assert numbers == ([number] if number else [])


def test_a_number_that_is_none_is_reported_and_the_centre_taken(imported):
    output = imported(location(1, phone="30030346"))

    assert "line 3, column Phone number: “30030346” is not a British telephone number." in output
    assert not Centre.objects.get().phones.exists()


@pytest.mark.parametrize("separator", ["|", ","])
def test_lists_are_separated_by_bars_or_commas(imported, separator):
    imported(location(1, services=separator.join(["Doctors/GPs", "Doctors/GPs", COMMUNITY])))

    assert Centre.objects.get().programmes.get().level == "outpatient"


def test_repeated_tokens_make_one_programme(imported):
    imported(location(1, services=f"{RESIDENTIAL}|{RESIDENTIAL}"))

    assert Centre.objects.get().programmes.count() == 1


def test_both_kinds_of_service_make_two_programmes(imported):
    imported(location(1, services=f"{RESIDENTIAL}|{COMMUNITY}"))

    levels = Centre.objects.get().programmes.values_list("level", flat=True)
    assert sorted(levels) == ["outpatient", "residential"]


def test_the_specialism_alone_is_no_treatment_centre(imported):
    output = imported(
        location(1, services="Residential homes", specialisms="Substance misuse problems")
    )

    assert not Centre.objects.exists()
    assert (
        "line 3, column Service types: No substance misuse service among its service types."
        in output
    )


@pytest.mark.parametrize(
    "cells", [{"services": f"Prison healthcare|{COMMUNITY}"}, {"name": "HMP Sampleton"}]
)
def test_prisons_are_left_out(imported, cells):
    output = imported(location(1, **({"services": COMMUNITY} | cells)))

    assert not Centre.objects.exists()
    assert "rison" in output


def test_ids_of_both_kinds_are_taken(imported):
    imported(location(1, key="RXG36"), location(2))

    numbers = Centre.objects.values_list("registration_number", flat=True)
    assert set(numbers) == {"RXG36", "1-1000002"}


def test_a_row_without_an_id_is_left_out(imported):
    output = imported(location(1, key="see below"), location(2))

    assert Centre.objects.get().name == "Willow House 2"
    assert "“see below” is not a CQC location id." in output


def test_a_repeated_id_is_taken_once(imported):
    output = imported(location(1), location(1, name="Oak House"))

    assert Centre.objects.get().name == "Willow House 1"
    assert "1-1000001 is on line 3 already." in output


def test_services_at_one_address_stay_apart(imported):
    imported(location(1), location(2, address="1 Example Road,Sampleton"))

    assert Centre.objects.filter(street="1 Example Road").count() == 2


def test_providers_of_one_name_are_one(imported):
    imported(*[location(number, provider="Willow Care Ltd") for number in (1, 2)])

    assert Provider.objects.get().centres.count() == 2


def test_coordinates_come_from_the_postcode(imported):
    imported(location(1), location(2, postcode="ls27dj"), location(3, postcode="EX1 1AA"))

    exact, sector, unknown = Centre.objects.order_by("name")
    assert (exact.latitude, exact.precision) == (53.796, "postcode")
    assert exact.coordinates_source == "Places for tests"
    assert (sector.postcode, sector.precision) == ("LS2 7DJ", "sector")
    assert (unknown.latitude, unknown.longitude, unknown.precision) == (None, None, "")
    assert unknown.status == "listed"


def test_a_postcode_that_is_none_is_reported_and_the_centre_taken(imported):
    output = imported(location(1, postcode="LSI 4DY"))

    assert "line 3, column Postcode: “LSI 4DY” is not a postcode." in output
    centre = Centre.objects.get()
    assert (centre.postcode, centre.town) == ("", "Sampleton")


def test_a_website_that_is_none_is_reported_and_the_centre_taken(imported):
    output = imported(location(1, website="ask reception"))

    assert "“ask reception” is not a web address." in output
    assert Centre.objects.get().website == ""


def test_an_address_keeps_the_commas_inside_its_parts(imported):
    imported(location(1, address="Unit 2, Mill Court,Low Road,Sampleton"))

    centre = Centre.objects.get()
    assert (centre.street, centre.locality, centre.town) == (
        "Unit 2, Mill Court",
        "Low Road",
        "Sampleton",
    )


def test_too_long_a_name_leaves_out_its_row_alone(imported):
    output = imported(location(1, name="x" * 300), location(2))

    assert Centre.objects.get().name == "Willow House 2"
    assert "is longer than 200 characters" in output


def test_a_spreadsheet_of_the_directory_is_the_same(run, tmp_path):
    row = location(1, phone=1132430000.0)
    table = [
        ["CQC care directory, 1 April 2026"],
        DIRECTORY_HEADERS,
        in_order(DIRECTORY_HEADERS, row),
    ]
    run("cqc", workbook(tmp_path / "any name at all", table), "--apply")

    assert Centre.objects.get().phones.get().number == "+441132430000"


@pytest.fixture
def imported_active(run, tmp_path):
    def import_rows(*rows):
        table = [ACTIVE_HEADERS, *(in_order(ACTIVE_HEADERS, row) for row in rows)]
        path = workbook(tmp_path / "HSCA_01_May_2026.xlsx", table)
        return run("cqc", path, "--apply")

    return import_rows


def test_the_monthly_file_says_more(imported_active):
    imported_active(active(1))

    centre = Centre.objects.get()
    assert (centre.rating, str(centre.rating_on)) == ("Good", "2019-06-14")
    assert str(centre.registered_on) == "2017-07-04"
    assert centre.beds == 16
    assert (centre.latitude, centre.coordinates_source) == (53.79, "Care Quality Commission")
    assert centre.programmes.get().level == "residential"
    assert str(ImportRun.objects.get().as_of) == "2026-05-01"


def test_a_rating_without_its_date_is_not_taken(imported_active):
    imported_active(
        active(1, **{"Publication Date": ""}),
        active(2, **{"Location Latest Overall Rating": "No published rating"}),
    )

    assert set(Centre.objects.values_list("rating", "rating_on")) == {("", None)}


def test_dormant_locations_are_left_out(imported_active):
    output = imported_active(active(1, **{"Dormant (Y/N)": "Y"}))

    assert not Centre.objects.exists()
    assert "dormant" in output


def test_whoever_may_be_dormant_is_left_out(imported_active):
    output = imported_active(active(1, **{"Dormant (Y/N)": "Yes?"}))

    assert not Centre.objects.exists()
    assert "“Yes?” is neither Y nor N" in output


def test_coordinates_far_from_the_postcode_are_not_taken(imported_active):
    output = imported_active(active(1, **{"Location Latitude": 50.1, "Location Longitude": -5.0}))

    assert Centre.objects.get().latitude == 53.796
    assert "more than 100 km from LS1 4DY" in output


def test_the_registered_accommodation_is_residential(imported_active):
    community = {ACTIVE_HEADERS[-2]: "", ACTIVE_HEADERS[-3]: "Y"}
    imported_active(active(1, **community), active(2, **community, **{ACTIVE_HEADERS[-4]: "Y"}))

    first, second = Centre.objects.order_by("name")
    assert {p.level for p in first.programmes.all()} == {"outpatient"}
    assert {p.level for p in second.programmes.all()} == {"outpatient", "residential"}


def test_a_layout_says_nothing_about_columns_it_has_not(imported_active, run, tmp_path):
    imported_active(active(1))
    run("cqc", directory(tmp_path / "d.csv", [location(1)], preamble=["1 June 2026"]), "--apply")

    centre = Centre.objects.get()
    assert (centre.rating, centre.beds, str(centre.registered_on)) == ("Good", 16, "2017-07-04")
    ages = dict(Provenance.objects.filter(programme=None).values_list("fact", "as_of"))
    assert (str(ages["rating"]), str(ages["name"])) == ("2026-05-01", "2026-06-01")


def test_providers_of_one_company_number_are_one(imported_active):
    as_text, as_number = (
        {"Provider Companies House Number": number} for number in ("01234567", 1234567)
    )
    imported_active(
        active(1, **as_text, **{"Provider Name": "Willow Care Ltd"}),
        active(2, **as_number, **{"Provider Name": "WILLOW CARE LIMITED"}),
    )

    assert Provider.objects.get().company_number == "01234567"
