"""Cards say which of the things asked for a centre meets, and what is known of one it lacks."""

import pytest

from finder.cards import cards, others
from finder.suggestions import suggestions
from tests import factories

from .asking import TODAY, ask

pytestmark = pytest.mark.django_db
NEAR = "53.8,-1.55"


def centre(**facts):
    return factories.centre(latitude=53.8, longitude=-1.55, **facts)


def match(**asked):
    """Of the only result of a search."""
    (only,) = cards(ask(**asked))
    return only.match


def lacking(**asked):
    """What the cards beside the results say that their centres lack."""
    found = ask(**asked)
    return [card.match.lacking for card in others(found, suggestions(found).nearly)]


def test_a_result_matches_everything_asked_for_and_names_it():
    factories.programme(
        centre(name="Oak House", languages=["en"]),
        level="residential",
        length_min_days=28,
        length_max_days=28,
        substances=["ketamine"],
    )
    asked = {"setting": "residential", "length": "28", "substance": "ketamine", "language": "en"}

    found = match(**asked, q="oak", near=NEAR, radius="25", country="GB", sort="name")

    assert found.said == "Matches 6 of 6 things asked for"
    assert found.met == [
        "Lives in (residential)", "28 days", "Ketamine", "En", "Name has “oak”", "Within 25 miles",
    ]  # fmt: skip
    assert found.lacking == ""


def test_several_values_of_one_filter_are_one_thing():
    factories.programme(centre(), length_max_days=7)

    found = match(length=["7", "14"])

    assert found.said == "Matches 1 of 1 thing asked for"
    assert found.met == ["7 days or 14 days"]


def test_a_search_that_asks_for_nothing_says_nothing_of_a_match():
    factories.programme(centre())

    assert match(near=NEAR, radius="5", sort="distance") is None


def test_it_says_when_only_some_programmes_meet_what_is_asked_of_one():
    both = centre()
    for level in ("residential", "aftercare", "online"):
        factories.programme(both, level=level)

    assert match(level="online").by == "1 of 3 programmes"
    assert match(setting=["residential", "online", "outpatient"]).by == ""


@pytest.mark.parametrize(
    ("asked", "programme", "said"),
    [
        ({"level": "online"}, {"level": ""}, "Online programme: kind of programme not known"),
        ({"level": "online"}, {"level": "aftercare"}, "Online programme: Aftercare"),
        ({"setting": "online"}, {"level": ""}, "Online: kind of programme not known"),
        ({"length": "28"}, {}, "28 days: length not known"),
        ({"length": "28"}, {"length_min_days": 60}, "28 days: 60 days or longer"),
        ({"length": "28"}, {"open_ended": True}, "28 days: As long as you need"),
        ({"max_price": "900"}, {}, "Up to £900: price not published"),
        (
            {"max_price": "900"},
            {"price": 1200, "currency": "GBP", "price_on": TODAY},
            "Up to £900: £1,200",
        ),
        ({"available": "7"}, {}, "Within 7 days: no date given in the last 72 hours"),
        ({"dual_diagnosis": "enhanced"}, {}, "Integrated specialist mental health team: not known"),
        ({"medication": "prescribes"}, {"medication": "unknown"}, "Prescribes: not known"),
        (
            {"medication": "prescribes"},
            {"medication": "does-not-accept"},
            "Prescribes: Does not accept",
        ),
        ({"substance": "ketamine"}, {}, "Ketamine: not known"),
        ({"substance": "ketamine"}, {"substances": ["alcohol"]}, "Ketamine: not mentioned"),
    ],
    ids=str,
)
def test_a_centre_that_lacks_one_thing_says_what_is_known_of_it(asked, programme, said):
    factories.term("substance", "ketamine")
    factories.programme(centre(name="Oak House"), **programme)

    assert lacking(q="oak", **asked) == [said]


def test_what_is_unknown_of_one_programme_comes_before_what_another_is_not():
    oak = centre(name="Oak House")
    factories.programme(oak, length_min_days=60)
    factories.programme(oak)

    assert lacking(q="oak", length="28") == ["28 days: length not known"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"verified": "yes"}, "Verified: not verified by us"),
        ({"language": "en"}, "En: not known"),
        ({"access": "step-free"}, "Step free: not mentioned"),
    ],
    ids=str,
)
def test_what_the_centre_itself_lacks(asked, said):
    factories.term("language", "en"), factories.term("access", "step-free")
    centre(name="Oak House", access=["hearing-loop"])

    assert lacking(q="oak", **asked) == [said]


def test_a_centre_of_which_no_programme_is_known():
    centre(name="Oak House")

    assert lacking(q="oak", level="online") == ["Online programme: programmes not known"]


def test_a_centre_beyond_the_distance_matches_all_but_that():
    far = factories.centre(latitude=54.2, longitude=-1.55)
    factories.programme(far, level="online")
    hidden = factories.centre(precision="withheld")
    factories.programme(hidden, level="online")
    found = ask(near=NEAR, radius="5", level="online")

    beyond = others(found, [(hit, "radius") for hit in suggestions(found).beyond])

    assert [card.match.said for card in beyond] == ["Matches 1 of 2 things asked for"] * 2
    assert [card.match.lacking for card in beyond] == [
        "Within 5 miles: further away",
        "Within 5 miles: place not published",
    ]
