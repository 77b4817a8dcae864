"""Which centres a new listing may be: a table of what is the same, what may be, and what is not."""

import pytest

from centres.models import Centre
from centres.resemblance import Described, Prepared, of_the_public, resembling
from tests import factories

pytestmark = pytest.mark.django_db

SURE, PERHAPS, NO = "sure", "perhaps", "no"
WEBSITE = "https://www.willow.example.org/leeds"


@pytest.fixture
def willow():
    centre = factories.centre(
        name="Willow House Rehab", postcode="LS1 4DY", website=WEBSITE, registration="registered",
        regulator="cqc", registration_number="1-1000001",
    )  # fmt: skip
    factories.phone(centre, number="+441632960123")
    return centre


def found(described, **kwargs):
    [likeness] = resembling(described, **kwargs) or [None]
    if likeness is None:
        return NO
    return SURE if likeness.is_sure else PERHAPS


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ({"name": "Willow House Rehab", "postcode": "LS1 4DY"}, SURE),
        ({"name": "willow house rehab ", "postcode": "ls14dy"}, SURE),
        ({"name": "Rehab Willow House", "postcode": "LS1 4DY"}, SURE),
        ({"name": "Willow-House Rehab.", "postcode": "LS1 4DY"}, SURE),
        ({"name": "The Willow House Rehab Centre Ltd.", "postcode": "LS1 4DY"}, SURE),
        ({"name": "Willow House Rehab C.I.C.", "postcode": "LS1 4DY"}, SURE),
        ({"name": "Willow House", "postcode": "LS1 4DY"}, PERHAPS),
        ({"name": "House", "postcode": "LS1 4DY"}, PERHAPS),
        ({"name": "House", "phones": ("+441632960123",)}, PERHAPS),
        ({"name": "House", "website": "http://willow.example.org"}, PERHAPS),
        ({"name": "Willow House Rehab Women’s Service", "postcode": "LS1 4DY"}, PERHAPS),
        ({"name": "Ltd", "postcode": "LS1 4DY"}, NO),
        ({"name": "Wilow House Rehab", "postcode": "LS1 4DY"}, SURE),
        ({"name": "The Willow House Rehabilitation Centre", "postcode": "LS1 4DY"}, PERHAPS),
        ({"name": "Willow House Rehab"}, PERHAPS),
        ({"name": "Willow House Rehab", "postcode": "EH1 1BB"}, PERHAPS),
        ({"name": "Quite another place", "registration_number": "1-1000001"}, SURE),
        ({"name": "Quite another place", "registration_number": " 1-1000001 "}, SURE),
        (
            {"name": "Another", "registration_number": "1-1000001", "regulator": "hiw"},
            NO,
        ),
        ({"name": "Willow House Rehab", "phones": ("+441632960123",)}, SURE),
        (
            {"name": "Willow House", "phones": ("+441632960123",), "postcode": "LS2 7EW"},
            PERHAPS,
        ),
        ({"name": "Willow Day Rehab", "phones": ("+441632960123",)}, PERHAPS),
        ({"name": "Quite another place", "phones": ("+441632960123",)}, NO),
        ({"name": "Willow House Rehab", "website": "http://willow.example.org"}, SURE),
        ({"name": "Quite another place", "website": WEBSITE}, NO),
        ({"name": "Quite another place", "postcode": "LS1 4DY"}, NO),
        ({"name": "Elm Lodge", "postcode": "LS2 7EW"}, NO),
        ({"name": "Willow House Rehab", "country": "US"}, NO),
        ({"name": "!!", "postcode": "LS1 4DY"}, NO),
    ],
)
def test_what_is_the_same_what_may_be_and_what_is_not(willow, said, verdict):
    assert found(Described(**{"country": "GB", **said})) == verdict


def test_a_host_that_many_share_says_nothing():
    factories.centre(name="Willow House", website="https://www.facebook.com/willow")

    said = {"name": "Willow Lodge", "country": "GB", "website": "https://facebook.com/another"}
    assert resembling(Described(**said)) == []


def test_the_surest_stands_first_and_five_are_the_most():
    for number in range(9):
        factories.centre(name="Willow House", postcode=f"LS{number + 1} 4DY")

    found = resembling(Described(name="Willow House", country="GB", postcode="LS7 4DY"))

    assert len(found) == 5
    assert found[0].centre.postcode == "LS7 4DY"


@pytest.mark.parametrize(
    ("status", "is_told"),
    [("listed", True), ("suspended", True), ("closed", True), ("withdrawn", True),
     ("draft", False)],
)  # fmt: skip
def test_the_public_is_told_of_all_but_drafts(status, is_told):
    closed_on = "2025-06-01" if status == "closed" else None
    factories.centre(name="Willow House", status=status, closed_on=closed_on)
    said = Described(name="Willow House", country="GB")

    assert bool(of_the_public(said)) == is_told
    assert resembling(said)


@pytest.mark.parametrize(
    ("said", "is_told"),
    [
        ({"name": "Willow House Rehab"}, True),
        ({"name": "Another", "registration_number": "1-1000001"}, True),
        ({"name": "House", "postcode": "LS1 4DY"}, False),
        ({"name": "Willow House Rehab Women’s Service", "postcode": "LS1 4DY"}, False),
    ],
)
def test_that_one_withdrew_is_told_to_nobody_without_its_name_or_number(willow, said, is_told):
    factories.withdraw(willow)
    said = Described(country="GB", **said)

    assert bool(of_the_public(said)) == is_told
    assert resembling(said)  # which the team reads


LOOK = "look"


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ({"name": "Willow House Rehab Ltd", "postcode": "LS1 4DY"}, SURE),
        ({"name": "Another", "regulator": "cqc", "registration_number": "1-1000001"}, SURE),
        ({"name": "Another", "regulator": "hiw", "registration_number": "1-1000001"}, NO),
        ({"name": "Willow House Rehab Ltd", "phones": ("+441632960123",)}, SURE),
        ({"name": "Another", "phones": ("+441632960123",), "postcode": "EH1 1BB"}, LOOK),
        ({"name": "Willow House Rehab", "website": WEBSITE, "postcode": "EH1 1BB"}, LOOK),
        ({"name": "Another", "website": WEBSITE}, LOOK),
        ({"name": "Another", "website": WEBSITE, "postcode": "EH1 1BB"}, NO),
        ({"name": "Willow House", "postcode": "LS1 4DY"}, LOOK),
        ({"name": "Willow House Rehab Limited"}, LOOK),
        ({"name": "Willow House Rehab", "postcode": "EH1 1BB"}, NO),
        ({"name": "Elm Lodge", "postcode": "LS1 4DY"}, NO),
        ({"name": "Willow House Rehab", "country": "US"}, NO),
    ],
)
def test_what_a_file_may_not_list_before_a_person_looked(willow, said, verdict):
    likest = Prepared(Centre.objects.all()).likest(Described(**{"country": "GB", **said}))

    assert (NO if likest is None else SURE if likest.is_sure else LOOK) == verdict


def test_a_zip_code_is_the_same_with_its_four_further_digits():
    factories.centre(name="Maple Recovery", country="US", postcode="02118")

    assert found(Described(name="Maple Recovery", country="US", postcode="02118-1234")) == SURE


def test_costs_the_same_whatever_there_is(willow, django_assert_num_queries):
    said = Described(name="Willow House Rehab", country="GB", phones=("+441632960123",))
    for number in range(20):
        factories.centre(name=f"Willow House {number}")

    with django_assert_num_queries(3):
        resembling(said)
