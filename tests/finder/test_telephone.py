import pytest

from finder import telephone


@pytest.mark.parametrize(
    ("number", "country", "shown", "link"),
    [
        ("+441632960123", "GB", "01632 960123", "tel:+441632960123"),
        ("+442079460123", "GB", "020 7946 0123", "tel:+442079460123"),
        ("+16175550123", "US", "(617) 555-0123", "tel:+16175550123"),
        ("+16175550123", "GB", "+1 617-555-0123", "tel:+16175550123"),
        ("116 123", "GB", "116 123", "tel:116123"),
        ("116123", "GB", "116123", "tel:116123"),
        ("999", "GB", "999", "tel:999"),
        ("111", "GB", "111", "tel:111"),
        ("988", "US", "988", "tel:988"),
        ("911", "US", "911", "tel:911"),
        ("1-800-662-4357", "US", "(800) 662-4357", "tel:+18006624357"),
        ("0800 1111", "GB", "0800 1111", "tel:+448001111"),
        ("ask the porter", "GB", "ask the porter", ""),
        ("", "GB", "", ""),
    ],
)
def test_a_number_is_shown_as_people_write_it_and_dialled_whole(number, country, shown, link):
    assert telephone.shown(number, country) == shown
    assert telephone.link(number, country) == link
