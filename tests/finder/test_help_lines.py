import phonenumbers
import pytest
from django.utils import timezone
from phonenumbers import shortnumberinfo

from finder import help_lines


def test_both_countries_begin_with_the_emergency_number():
    assert help_lines.of("GB")[0].phone == "999"
    assert help_lines.of("US")[0].phone == "911"


def test_every_line_says_what_it_is_for_and_when_it_was_checked():
    for line in help_lines.everything():
        assert line.what_for
        assert line.checked_on.year >= 2026
        assert line.url.startswith("https://") or line.kind == "emergency"


def test_short_numbers_are_dialled_as_they_stand():
    links = {line.name: line.phone_link for line in help_lines.everything() if line.phone}
    assert links["Samaritans"] == "tel:116123"
    assert links["NHS 111"] == "tel:111"
    assert links["988 Lifeline"] == "tel:988"
    assert links["FRANK"] == "tel:+443001236600"


def test_meetings_and_family_groups_are_not_among_the_lines_of_every_page():
    names = {line.name for line in help_lines.of("GB")}
    assert "Samaritans" in names
    assert "Narcotics Anonymous" not in names


def test_each_country_has_one_way_to_free_treatment_with_its_source():
    for country in ("GB", "US"):
        (route,) = help_lines.of(country, kinds={"free"})
        assert route.source.startswith("https://")
        assert route.source_name
        assert route not in help_lines.of(country)


@pytest.mark.parametrize(
    "line", help_lines.everything(), ids=lambda line: f"{line.country} {line.name}"
)
def test_every_number_is_one_that_can_be_dialled_in_its_country(line):
    for number in filter(None, (line.phone, line.textphone, line.sms)):
        parsed = phonenumbers.parse(number, line.country)
        short = shortnumberinfo.is_possible_short_number_for_region(parsed, line.country)
        assert phonenumbers.is_valid_number(parsed) or short, number


def test_no_date_is_of_a_day_to_come():
    assert max(line.checked_on for line in help_lines.everything()) <= timezone.localdate()


@pytest.mark.parametrize("country", ["GB", "US"])
def test_each_country_has_groups_and_families_with_the_same_words_for_the_same_group(country):
    groups = {line.name: line for line in help_lines.of(country, kinds={"mutual-aid"})}
    assert set(groups) == {
        "Narcotics Anonymous",
        "Alcoholics Anonymous",
        "SMART Recovery",
        "Cocaine Anonymous",
    }
    assert "Al-Anon" in {line.name for line in help_lines.of(country, kinds={"family"})}
    for other in help_lines.of("US", kinds={"mutual-aid"}):
        assert groups[other.name].what_for == other.what_for
