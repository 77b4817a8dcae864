import csv
import json
import re

import pytest

from centres.demo import build
from centres.models import (
    AnsweredBy,
    Approach,
    DualDiagnosis,
    InsuranceStanding,
    LevelOfCare,
    MedicationStance,
    Precision,
    Programme,
    Registration,
    Status,
)

RESERVED_NUMBERS = re.compile(
    r"\+44(1632960\d{3}|2079460\d{3}|1614960\d{3}|8081570\d{3})|\+1\d{3}55501\d{2}"
)
TERMS_OF_PROGRAMME = {
    field.name: field.get_limit_choices_to()["kind"] for field in Programme._meta.many_to_many
}
TERMS_OF_CENTRE = {"languages": "language", "access": "access", "amenities": "amenity"}


@pytest.fixture(scope="module")
def directory():
    return json.loads(build.CENTRES.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def centres(directory):
    return directory["centres"]


@pytest.fixture(scope="module")
def programmes(centres):
    return [programme for centre in centres for programme in centre.get("programmes", [])]


def values(rows, field):
    return {row.get(field, "unknown") for row in rows}


def test_the_committed_file_is_what_the_rules_make():
    assert build.CENTRES.read_text(encoding="utf-8") == build.text()


def test_there_are_about_240_uk_and_80_us_centres(centres):
    assert 235 <= sum(centre["country"] == "GB" for centre in centres) <= 250
    assert 75 <= sum(centre["country"] == "US" for centre in centres) <= 85


def test_every_name_says_that_it_is_made_up(directory):
    names = [row["name"] for row in directory["centres"]]
    names += [row["legal_name"] for row in directory["providers"]]
    assert all(name.endswith(" (demo)") for name in names)
    assert all(centre["slug"].rstrip("-2").endswith("-demo") for centre in directory["centres"])


def test_slugs_and_registration_numbers_are_unique(centres):
    for field in ("slug", "registration_number"):
        given = [centre[field] for centre in centres if field in centre]
        assert len(given) == len(set(given))


def test_no_name_is_in_a_real_register(shared_data, directory):
    registers = (shared_data / "cqc" / "CQC_directory.csv").read_text(encoding="utf-8")
    registers += (shared_data / "samhsa" / "facility_listing_MA_2025.csv").read_text("utf-8")
    paths = sorted((shared_data / "care_inspectorate").glob("*.csv"))
    registers += "".join(path.read_text(encoding="utf-8", errors="replace") for path in paths)
    names = [row["name"] for row in directory["centres"]]
    names += [row["legal_name"] for row in directory["providers"]]
    bare = [name.removesuffix(" (demo)").casefold() for name in names]
    assert [name for name in bare if name in registers.casefold()] == []


def test_invented_words_are_no_place_of_the_gazetteer(shared_data, centres):
    with (shared_data / "gazetteer" / "uk_places_small.csv").open(encoding="utf-8") as lines:
        places = {cell.casefold() for row in csv.reader(lines) for cell in row}
    words = {word for centre in centres for word in centre["name"].casefold().split()[:1]}
    invented = words - {"the", "old", "first", "canolfan", "tŷ", "short", "maison", "clínica"}
    assert invented & places == set()


def test_telephone_numbers_are_reserved_for_fiction(centres):
    numbers = [phone["number"] for centre in centres for phone in centre.get("phones", [])]
    assert [number for number in numbers if not RESERVED_NUMBERS.fullmatch(number)] == []


def test_addresses_on_the_web_are_examples(directory):
    text = json.dumps(directory)
    assert set(re.findall(r"https?://([^/\"]+)", text)) == {"example.org", "example.com"}


def test_a_uk_postcode_is_never_more_than_its_district(centres):
    given = [c["postcode"] for c in centres if c["country"] == "GB" and "postcode" in c]
    assert all(re.fullmatch(r"[A-Z]{1,2}\d[A-Z\d]?", postcode) for postcode in given)


def test_every_vocabulary_term_is_used(centres, programmes):
    vocabulary = build.Vocabulary()
    used = {kind: set() for kind in (*TERMS_OF_CENTRE.values(), *TERMS_OF_PROGRAMME.values())}
    for rows, fields in ((centres, TERMS_OF_CENTRE), (programmes, TERMS_OF_PROGRAMME)):
        for field, kind in fields.items():
            used[kind].update(slug for row in rows for slug in row.get(field, []))
    assert {kind: set(vocabulary.of(kind)) - slugs for kind, slugs in used.items()} == {
        kind: set() for kind in used
    }


def test_every_choice_is_taken(centres, programmes):
    phones = [phone for centre in centres for phone in centre.get("phones", [])]
    insurance = [row for programme in programmes for row in programme.get("insurance", [])]
    for rows, field, choices in (
        (centres, "status", Status),
        (centres, "precision", Precision),
        (centres, "registration", Registration),
        (phones, "answered_by", AnsweredBy),
        (programmes, "level", LevelOfCare),
        (programmes, "dual_diagnosis", DualDiagnosis),
        (programmes, "approach", Approach),
        (programmes, "medication", MedicationStance),
        (insurance, "standing", InsuranceStanding),
    ):
        assert set(choices.values) - values(rows, field) == set(), field


def test_every_length_people_search_by_is_there(programmes):
    stays = {(p.get("length_min_days"), p.get("length_max_days")) for p in programmes}
    exactly = {(days, days) for days in (7, 10, 14, 21, 28, 42, 84)}
    assert exactly - stays == set()
    assert any(shortest is None and longest for shortest, longest in stays)
    assert any(shortest and longest is None for shortest, longest in stays)
    assert any(p.get("open_ended") for p in programmes)
    unknown = {"length_min_days", "length_max_days", "open_ended"}
    assert any(unknown.isdisjoint(programme) for programme in programmes)


@pytest.mark.parametrize("slug", ["tattersbeck-three-doors-demo", "gossamere-three-doors-demo"])
def test_no_programme_of_the_trap_has_all_that_the_centre_has(centres, slug):
    trap = next(centre for centre in centres if centre["slug"] == slug)
    residential = [p for p in trap["programmes"] if p["level"] == "residential"]
    four_weeks = [p for p in trap["programmes"] if p.get("length_min_days") == 28]
    dual = [p for p in trap["programmes"] if p["dual_diagnosis"] == "enhanced"]
    assert len(residential) == len(four_weeks) == len(dual) == 1
    assert len({p["name"] for p in (*residential, *four_weeks, *dual)}) == 3


@pytest.mark.parametrize(("country", "town"), [("GB", "Leeds"), ("US", "Boston")])
def test_the_readmes_examples_find_several(centres, country, town):
    found = [
        centre
        for centre in centres
        if (centre["country"], centre.get("town"), centre["status"]) == (country, town, "listed")
        and any(
            p.get("level") == "residential"
            and (p.get("length_min_days") or 999) <= 28 <= (p.get("length_max_days") or 0)
            for p in centre.get("programmes", [])
        )
    ]
    assert len(found) >= 4


def test_a_price_is_whole_or_unknown(programmes):
    prices = [programme.get("price") for programme in programmes]
    assert None in prices
    assert 0 in prices
    assert any(p.get("price_extras") for p in programmes)
    assert all(p.get("price_includes") for p in programmes if p.get("price"))
