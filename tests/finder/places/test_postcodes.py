import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.places import postcodes
from finder.places.postcodes import Postcode, Zip, find, parse

OUTCODES = st.one_of(
    st.from_regex(r"(LS|EX|SW|M|B|N|BT|IM)[1-9][0-9]?", fullmatch=True),
    st.from_regex(r"(W1|EC1|WC2|SW1)[A-EH]", fullmatch=True),
)
INCODES = st.from_regex(r"[0-9][ABD-HJLNP-UW-Z]{2}", fullmatch=True)


def test_it_works():
    code = parse("LS1 4DY")

    assert code == Postcode("full", "LS", "LS1", "LS1 4", "LS1 4DY")
    assert code.text == "LS1 4DY"


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("ls1 4dy", "full", "LS1 4DY"),
        ("ls14dy", "full", "LS1 4DY"),
        ("  LS1   4 DY ", "full", "LS1 4DY"),
        ("LS1, 4DY", "full", "LS1 4DY"),
        ("LS1-4DY", "full", "LS1 4DY"),
        ("SW1A2AA", "full", "SW1A 2AA"),
        ("m1 1ae", "full", "M1 1AE"),
        ("LS1 4", "sector", "LS1 4"),
        ("EC1A 1", "sector", "EC1A 1"),
        ("LS14", "outcode", "LS14"),
        ("w1a", "outcode", "W1A"),
        ("N1", "outcode", "N1"),
        ("W1", "umbrella", "W1"),
        ("sw1", "umbrella", "SW1"),
        ("EC1", "umbrella", "EC1"),
        ("WC2", "umbrella", "WC2"),
        ("LS", "area", "LS"),
        ("m", "area", "M"),
        ("AL postcode area", "area", "AL"),
        ("LS postcodes", "area", "LS"),
    ],
)
def test_each_part_of_a_postcode_is_told_from_the_others(text, kind, said):
    code = parse(text)

    assert (code.kind, code.text) == (kind, said)


@pytest.mark.parametrize(
    ("text", "said"), [("BT28 IJA", "BT28 1JA"), ("BT49 OFB", "BT49 0FB"), ("LS1 lDY", "LS1 1DY")]
)
def test_a_letter_where_only_a_digit_can_stand_is_read_as_the_digit(text, said):
    assert parse(text).text == said


@pytest.mark.parametrize("text", ["GIR 0AA", "BF1 3AA", "ZZ1 1AA", "BX1 1LT", "QC99", "XX1 1AA"])
def test_codes_of_no_place_are_known_as_such(text):
    assert parse(text).is_placeless


@pytest.mark.parametrize("text", ["02101", "02101-1234", " 02101 - 1234 "])
def test_a_zip_is_its_five_digits(text):
    assert parse(text) == Zip("02101")


@pytest.mark.parametrize(
    "text", ["", " ", "Leeds", "LS1 4DYX", "QQ1 1AA", "LS1 4CI", "1234", "123456", "٠٢١٠١", None, 7]
)
def test_what_is_no_code_is_none(text):
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("10 Downing Street, London SW1A 2AA", "SW1A 2AA"),
        ("SW1A 2AA, London", "SW1A 2AA"),
        ("London SE1", "SE1"),
        ("Leeds LS6 3", "LS6 3"),
        ("Boston, MA 02134", "02134"),
        ("1 Beacon Street, Boston, MA 02134-1000", "02134"),
    ],
)
def test_a_code_is_found_in_a_longer_text(text, said):
    assert find(text).text == said


@pytest.mark.parametrize("text", ["12345 Main Street", "M1 motorway services", "Leeds", ""])
def test_a_number_that_may_be_something_else_is_not_taken_for_a_code(text):
    assert find(text) is None


def test_each_postcode_has_the_wider_one_it_is_in():
    code, seen = parse("LS1 4DY"), []
    while code:
        seen.append(code.text)
        code = postcodes.wider(code)

    assert seen == ["LS1 4DY", "LS1 4", "LS1", "LS"]


@given(st.text())
def test_no_text_raises(text):
    parse(text)
    find(text)


@given(OUTCODES, INCODES, st.sampled_from(["", " ", "  ", "\t"]), st.booleans())
def test_every_way_of_writing_a_postcode_reads_the_same(outcode, incode, gap, lower):
    text = f"{outcode}{gap}{incode}"
    code = parse(text.lower() if lower else text)

    assert code.text == f"{outcode} {incode}"
    assert parse(code.text) == code
    assert find(f"1 High Street, Anytown {code.text}") == code
