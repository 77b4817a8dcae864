import pytest

from finder.cards import cards
from tests import factories

from .asking import ask

pytestmark = pytest.mark.django_db


def card(**asked):
    (only,) = cards(ask(**asked))
    return only


def test_a_card_names_three_programmes_and_counts_the_others():
    centre = factories.centre()
    for level in ("residential", "secondary", "aftercare", "online", "home-detox"):
        factories.programme(centre, level=level)

    assert [line.level for line in card().programmes] == [
        "Residential rehab",
        "Second-stage residential",
        "Aftercare",
    ]
    assert card().more == 2


def test_it_names_the_programmes_that_match_and_says_of_how_many():
    centre = factories.centre()
    factories.programme(centre, level="residential")
    factories.programme(centre, level="aftercare")

    found = card(level=["aftercare"])
    assert [line.level for line in found.programmes] == ["Aftercare"]
    assert found.match.said == "Matches 1 of 1 thing asked for, in 1 of 2 programmes"


def test_what_is_not_known_is_said_to_be_so():
    factories.programme(factories.centre(town="", region=""), level="")

    found = card()
    (line,) = found.programmes
    assert (line.level, line.length, line.price) == (
        "Kind of programme not known",
        "length not known",
        "price not published",
    )
    assert found.place == "Town not known"
    assert (found.distance, found.rating, found.call) == ("", "", None)


def test_a_withheld_address_gives_the_region_and_no_town():
    factories.centre(precision="withheld", town="Hidden", region="Fife")

    assert card().place == "Fife"


def test_the_first_telephone_number_is_the_one_to_call():
    centre = factories.centre(country="GB")
    factories.phone(centre, number="+441632960124", position=2)
    factories.phone(centre, number="+441632960123", position=1, answered_by="centre")

    call = card().call
    assert (call.number, call.link) == ("01632 960123", "tel:+441632960123")
    assert call.answered_by == "answered at the centre"
