import pytest

from centres.imports.samhsa_programmes import programmes
from centres.models import Centre, Phone, Provenance, SourceRecord, Term
from tests.centres.reporting import doubted

from .files import export, facility

pytestmark = pytest.mark.django_db


@pytest.fixture
def imported(run, tmp_path):
    """Import rows of an export and return the command's output."""

    def import_rows(*rows):
        path = export(tmp_path / "facilities.csv", rows)
        return run("samhsa", path, "--apply", "--as-of", "2025-08-01")

    return import_rows


def levels(centre):
    return sorted(centre.programmes.values_list("level", flat=True))


def slugs(terms):
    return sorted(terms.values_list("slug", flat=True))


def test_it_works(imported):
    imported(facility(1, name2="North Clinic", website="http://example.org", codes="sa op ort sp"))

    centre = Centre.objects.get()
    assert centre.name == "Maple Recovery 1 – North Clinic"
    assert centre.provider.legal_name == "Maple Recovery 1"
    assert (centre.country, centre.region, centre.postcode) == ("US", "MA", "02118")
    assert (centre.latitude, centre.precision) == (42.34, "street")
    assert centre.coordinates_source == "SAMHSA"
    assert centre.phones.get().number == "+16175550101"
    assert slugs(centre.languages) == ["es"]
    assert centre.registration == "unknown"
    assert levels(centre) == ["outpatient"]


def test_every_fact_says_where_it_comes_from(imported):
    imported(facility(1, codes="sa op ort cbt md"))

    assert set(Provenance.objects.values_list("method", flat=True)) == {"survey"}
    programme = Centre.objects.get().programmes.get()
    assert set(programme.provenance.values_list("fact", flat=True)) == {
        "level",
        "therapies",
        "funding",
    }


def test_nothing_is_invented(imported):
    imported(facility(1, codes="sa"))

    programme = Centre.objects.get().programmes.get()
    assert (programme.name, programme.level) == ("Substance use treatment", "")
    assert programme.dual_diagnosis == programme.medication == "unknown"
    assert not programme.funding.exists()


def test_the_two_surveys_of_a_site_are_one_centre(imported):
    imported(
        facility(1, "MH", "mh sumh", street1="1 Sample St."),
        facility(1, "SU", "sa res rl", street1="1 SAMPLE STREET"),
    )

    centre = Centre.objects.get()
    programme = centre.programmes.get()
    assert (programme.level, programme.length_min_days) == ("residential", 31)
    assert programme.dual_diagnosis == "capable"


def test_a_slip_in_the_sites_name_does_not_make_two(imported):
    imported(
        facility(1, "SU", name2="Harbor Centet"), facility(1, "MH", "mh", name2="Harbor Center")
    )

    assert Centre.objects.count() == 1


def test_sites_of_very_long_names_and_streets_are_told_apart_and_known_again(imported):
    long = {"name1": "Maple " * 25, "street1": "Sample Street " * 8}
    rows = [facility(1, **long, name2=name) for name in ("East Wing", "West Wing")]
    imported(*rows)

    output = imported(*rows)

    assert Centre.objects.count() == 2
    assert "0 to create, 0 to change, 2 unchanged" in output
    assert all(len(record.key) <= 200 for record in SourceRecord.objects.all())


def test_a_site_is_called_by_both_names_unless_one_holds_all_words_of_the_other(imported):
    imported(
        facility(1, name1="Washington Recovery", name2="Ash"),
        facility(2, name1="Willow Recovery", name2="willow recovery: Outpatient"),
        facility(3, name1="Cedar Recovery", name2="Recovery"),
    )

    assert set(Centre.objects.values_list("name", flat=True)) == {
        "Washington Recovery – Ash", "willow recovery: Outpatient", "Cedar Recovery",
    }  # fmt: skip


def test_two_services_at_one_address_stay_apart(imported):
    imported(facility(1, name2="Detox"), facility(1, name2="Recovery Home"))

    assert Centre.objects.count() == 2


def test_one_name_in_two_towns_is_two_centres(imported):
    imported(facility(1), facility(1, zip="01201"))

    assert Centre.objects.count() == 2


def test_mental_health_alone_is_left_out(imported):
    output = imported(facility(1, "MH", "mh op"), facility(2))

    assert Centre.objects.get().name == "Maple Recovery 2"
    assert "line 2, column sa: It does not say that it treats substance use." in output


def test_settings_of_mental_health_care_are_no_level_of_treatment(imported):
    imported(facility(1, "MH", "mh sa op res"))

    assert levels(Centre.objects.get()) == [""]


def test_a_detox_unit_is_no_rehab(imported):
    imported(facility(1, codes="dt res rd adtx otp"))

    programme = Centre.objects.get().programmes.get()
    assert programme.level == "residential-detox"
    assert slugs(programme.detoxes) == ["alcohol"]


@pytest.mark.parametrize("medicine", ["dlc", "db", "dm"])
def test_medicines_for_withdrawal_are_no_detox(imported, medicine):
    imported(facility(1, codes=f"sa op ort {medicine}"))

    assert levels(Centre.objects.get()) == ["outpatient"]


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ("dt hid hi", {"hospital-inpatient"}),
        ("dt rd res", {"residential-detox"}),
        ("dt od op", {"home-detox"}),
        ("dt", {None}),
        ("sa op", {"outpatient"}),
        ("sa op oit", {"outpatient", "intensive-outpatient"}),
        ("sa op odt", {"outpatient", "partial-hospitalisation"}),
        ("sa op omb", {"outpatient", "medication-outpatient"}),
        ("sa op otp", {"outpatient", "medication-outpatient"}),
        ("sa res", {"residential"}),
        ("sa hi hit", {"hospital-inpatient"}),
        ("sa hh", {"recovery-housing"}),
        ("sa op isc acc tele bia", {"outpatient", "interim", "aftercare", "online", "early-help"}),
    ],
)
def test_levels_follow_the_key(codes, expected):
    made = programmes(set(codes.upper().split()), set(), {})

    assert {facts.get("level") for facts in made.values()} == expected


def test_short_and_long_stays_are_two_programmes(imported):
    imported(facility(1, codes="sa res rs rl"))

    lengths = Centre.objects.get().programmes.values_list("length_min_days", "length_max_days")
    assert set(lengths) == {(None, 30), (31, None)}


def test_ways_of_paying_are_the_whole_sites(imported):
    imported(facility(1, codes="sa op ort oit acc md pi"))

    for programme in Centre.objects.get().programmes.all():
        assert slugs(programme.funding) == ["medicaid", "private-insurance"]


def test_a_group_somewhere_at_the_site_is_not_said_of_each_programme(imported):
    imported(facility(1, codes="sa op ort vet acc"), facility(2, codes="sa op ort oit vet"))

    one, several = Centre.objects.order_by("name")
    assert {p.level: slugs(p.people) for p in one.programmes.all()} == {
        "outpatient": ["veterans"],
        "aftercare": [],
    }
    assert not any(p.people.exists() for p in several.programmes.all())


@pytest.mark.parametrize(
    ("codes", "dual_diagnosis"),
    [
        ("sa op ort sumh", {"capable"}),
        ("sa op ort idd", {"capable"}),
        ("sa op ort co", {"capable"}),
        ("sa op ort oit co", {None}),
        ("sa op ort oit sumh", {"capable"}),
        ("sa op ort copsu", {None}),
    ],
)
def test_dual_diagnosis_is_said_modestly(codes, dual_diagnosis):
    codes = set(codes.upper().split())

    made = programmes(codes, codes, {})

    assert {facts.get("dual_diagnosis") for facts in made.values()} == dual_diagnosis


@pytest.mark.parametrize(
    ("codes", "stance"),
    [
        ("ub", "prescribes"),
        ("pmat", "prescribes"),
        ("moa ub", "prescribes"),
        ("moa", "accepts"),
        ("acma", "accepts"),
        ("nmoa", "does-not-accept"),
        ("nmaut", "does-not-accept"),
        ("nmaut acma", None),
        ("nmoa ub", None),
        ("", None),
    ],
)
def test_contradicting_answers_about_medication_are_unknown(codes, stance):
    codes = {"SA", "OP", "ORT", *codes.upper().split()}

    assert programmes(codes, codes, {})["OP"].get("medication") == stance


def test_no_payment_beside_a_way_of_paying_is_not_free(imported):
    imported(facility(1, codes="sa op ort np sf"), facility(2, codes="sa op ort np"))

    paid, free = Centre.objects.order_by("name")
    assert slugs(paid.programmes.get().funding) == ["self-pay"]
    assert slugs(free.programmes.get().funding) == ["free"]


def test_the_mapping_of_codes_is_the_vocabularys(imported):
    Term.objects.filter(kind="therapy", slug="cbt").update(samhsa_codes="")
    Term.objects.filter(kind="therapy", slug="emdr").update(samhsa_codes="CBT")

    imported(facility(1, codes="sa op ort cbt"))

    assert slugs(Centre.objects.get().programmes.get().therapies) == ["emdr"]


def test_extensions_and_intake_numbers_are_kept(imported):
    imported(facility(1, phone="617-555-0101 x351", intake1="617-555-0102", intake2="12345"))

    phones = Centre.objects.get().phones.values_list("number", "label")
    assert list(phones) == [("+16175550101", "extension 351"), ("+16175550102", "intake")]


def test_a_number_that_stays_keeps_what_was_found_out_about_it(imported):
    """Its doubt and its reports: a file that gives it another label or place answers nothing."""
    imported(facility(1, phone="617-555-0101", intake1="617-555-0102"))
    gone, stays = Centre.objects.get().phones.all()
    for _ in range(3):
        doubted(stays)
    stays.refresh_from_db()
    Phone.objects.filter(pk=stays.pk).update(
        answered_by="centre", confirmed_on=stays.doubted_on, confirmed_number="+16175550102"
    )
    kept = Phone.objects.filter(pk=stays.pk).values().get()

    imported(facility(1, phone="617-555-0102 x5", intake1="617-555-0103"))

    now = Phone.objects.filter(pk=stays.pk).values().get()
    assert now == {**kept, "label": "extension 5", "position": 0}
    assert stays.reports.count() == 3
    assert [each.number for each in Centre.objects.get().shown_phones()] == ["+16175550103"]
    assert not Phone.objects.filter(pk=gone.pk).exists()


@pytest.mark.parametrize(
    ("latitude", "longitude"), [("0", "0"), ("", ""), ("x", "-71"), ("95", "-71")]
)
def test_coordinates_that_cannot_be_are_not_taken(imported, latitude, longitude):
    imported(facility(1, latitude=latitude, longitude=longitude, zip="99999"))

    centre = Centre.objects.get()
    assert (centre.latitude, centre.longitude, centre.precision) == (None, None, "")


def test_coordinates_of_another_state_are_not_taken(imported):
    output = imported(facility(1, latitude="34.05", longitude="-118.24"))

    assert Centre.objects.get().latitude == 42.336
    assert "more than 100 km from 02118" in output


def test_a_zip_code_that_lost_its_zero_gets_it_back(imported):
    imported(facility(1, zip="2118"))

    assert Centre.objects.get().postcode == "02118"


def test_a_cell_that_is_neither_ticked_nor_blank_is_reported(imported):
    output = imported(facility(1, cbt="perhaps"))

    assert "line 2, column cbt: “perhaps” is neither 1 nor blank." in output
    assert Centre.objects.count() == 1


def test_rows_of_no_known_kind_are_left_out(imported):
    output = imported(facility(1, "XX"), facility(2, name1=""), facility(3))

    assert Centre.objects.get().name == "Maple Recovery 3"
    assert "“XX” is neither SU nor MH." in output
    assert "line 3, column name1: It has no name." in output


def test_without_its_day_the_file_is_refused(refused, tmp_path):
    sentence = refused("samhsa", export(tmp_path / "facilities_2025.csv", [facility(1)]))

    assert "give it as --as-of" in sentence


def test_a_file_of_one_state_says_nothing_about_another(run, imported, tmp_path):
    imported(
        facility(1),
        facility(2),
        facility(3, state="NH", city="Nashua", zip="03060", latitude="42.76", longitude="-71.46"),
    )
    later = export(tmp_path / "later.csv", [facility(1)])

    output = run("samhsa", later, "--as-of", "2025-09-01")

    assert "1 no longer in the file" in output
    assert "Maple Recovery 2" in output
    assert "Maple Recovery 3" not in output
