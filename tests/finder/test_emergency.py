import csv

import pytest
from django.conf import settings

from finder import emergency


def first(text, country="GB"):
    lines = emergency.lines([text], country)
    return lines[0].phone if lines else ""


@pytest.mark.parametrize(
    "text",
    [
        "overdose", "OVERDOSE!!", "overdosse", "ovedose", "my son took too much", "over-dose",
        "suicide", "suiicide", "suiside", "i want to kill myself", "kil my self", "I'm dying",
        "can't breathe", "can’t breathe", "cant breath", "Can not breathe", "withdrawal seizure",
        "she is not breathing", "passed out and wont wake up", "call an ambulance", "önce suicide",
        "999", " 999 ", "call 999 please", "self-harm",
    ],
)  # fmt: skip
def test_words_of_danger_bring_the_emergency_number_first(text):
    assert first(text) == "999"


@pytest.mark.parametrize(
    "text",
    [
        "gorddos", "Dw i eisiau marw", "isio marw", "rwy’n mynd i ladd fy hun a lladd fy hun",
        "hunanladdiad", "hunan-niweidio", "methu anadlu", "ffoniwch 999", "ambiwlans", "trawiad",
    ],
)  # fmt: skip
def test_words_of_danger_are_known_in_welsh_too(text):
    assert first(text) == "999"


@pytest.mark.parametrize("text", ["Caerdydd", "heini a ffit", "canolfan argyfwng", "marw", "Ton"])
def test_ordinary_welsh_words_bring_nothing(text):
    assert first(text) == ""


@pytest.mark.parametrize("text", ["911", "call 911", "988", "text 988"])
def test_an_american_number_brings_american_lines_wherever_the_search_is(text):
    assert first(text, "GB") == "911"


def test_a_british_number_brings_british_lines_in_an_american_search():
    assert first("999", "US") == "999"
    assert first("overdose", "US") == "911"


@pytest.mark.parametrize(
    "text",
    [
        "", "Leeds", "crisis house", "crisis", "Emergency accommodation", "detox", "withdrawal",
        "alcohol withdrawal", "relapse", "Over", "Dover", "999 High Street", "112 Leeds Road",
        "911 Main St", "99901", "53.999,-1.5", "999,999", "Good Samaritan House", "Killingworth",
        "help", "Hanging Heaton", "Diehard Road", "Cutting Edge Recovery", "a fit and healthy life",
        "Seizincote", "OD", "depressed", "Wake Forest",
    ],
)  # fmt: skip
def test_ordinary_words_bring_nothing(text):
    assert first(text) == ""


def test_no_place_of_the_gazetteer_is_an_emergency():
    places = settings.BASE_DIR / "fixtures" / "places"
    cells = set()
    for path in places.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            cells.update(
                cell for row in csv.reader(file) for cell in row if cell.strip("-.0123456789")
            )
    assert len(cells) > 5_000
    assert [cell for cell in cells if emergency.lines([cell], "GB")] == []


def test_any_of_several_texts_is_enough():
    assert emergency.lines(["Leeds", "suicide"], "GB")


def test_somebody_to_talk_to_follows_the_emergency_number():
    assert [line.name for line in emergency.lines(["suicide"], "GB")][1:] == [
        "NHS 111", "Samaritans", "Shout",
    ]  # fmt: skip


def test_folding_twice_is_folding_once():
    for text in ("Can’t BREATHE", "suiiicide", "  Ça va?! ", "ﬁﬁt", "İ"):
        assert emergency.fold(emergency.fold(text)) == emergency.fold(text)
