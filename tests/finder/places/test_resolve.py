import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finder.places.answers import Ambiguous, Doubtful, OtherCountry, Understood, Unknown
from finder.places.resolve import resolve

pytestmark = pytest.mark.django_db

ANY_DATABASE = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150
)


def place(text, **options):
    answer = resolve(text, **options)
    assert isinstance(answer, Understood), answer
    return answer.place


def queries(answer):
    return [
        choice.query for choice in getattr(answer, "choices", getattr(answer, "suggestions", ()))
    ]


def test_it_works(gazetteer):
    leeds = place("Leeds")

    assert (leeds.label, leeds.precision, leeds.country) == ("Leeds", "town", "GB")
    assert (leeds.latitude, leeds.longitude) == pytest.approx((53.80, -1.55), abs=0.02)


@pytest.mark.parametrize(
    ("text", "label", "precision", "near"),
    [
        ("London", "London", "town", (51.51, -0.13)),
        ("manchester", "Manchester", "town", (53.48, -2.24)),
        ("Bristol", "Bristol", "town", (51.46, -2.60)),
        ("St Albans", "St Albans", "town", (51.75, -0.34)),
        ("Saint Albans", "St Albans", "town", (51.75, -0.34)),
        ("Newcastle upon Tyne", "Newcastle upon Tyne", "town", (54.97, -1.61)),
        ("Newcastle-under-Lyme", "Newcastle under Lyme", "town", (53.0, -2.23)),
        ("Stoke on Trent", "Stoke-on-Trent", "town", (53.0, -2.18)),
        ("Hull", "Kingston upon Hull", "town", (53.74, -0.34)),
        ("Caerdydd", "Cardiff", "town", (51.48, -3.18)),
        ("Londonderry", "Derry/Londonderry", "town", (55.0, -7.31)),
        ("Leeds, UK", "Leeds", "town", (53.80, -1.55)),
        ("near Leeds", "Leeds", "town", (53.80, -1.55)),
        ("Leeds city centre", "Leeds", "town", (53.80, -1.55)),
        ("Cambridge, England", "Cambridge, Cambridgeshire", "town", (52.2, 0.12)),
        ("Boston, Lincolnshire", "Boston, Lincolnshire", "town", (52.97, -0.02)),
        ("Boston Lincolnshire", "Boston, Lincolnshire", "town", (52.97, -0.02)),
        ("Newport, Isle of Wight", "Newport, Isle of Wight", "town", (50.70, -1.29)),
        ("Kensington, Liverpool", "Kensington, Merseyside", "town", (53.41, -2.96)),
        ("Kent", "Kent", "county", (51.2, 0.75)),
        ("Cornwall", "Cornwall", "county", (50.4, -4.9)),
        ("Camden", "Camden", "borough", (51.54, -0.15)),
        ("Isle of Skye", "Isle of Skye", "county", (57.33, -6.25)),
        ("Central London", "Central London", "borough", (51.51, -0.13)),
        ("Camden, London", "Camden", "borough", (51.54, -0.15)),
        ("Bromley, Kent", "Bromley, London", "town", (51.40, 0.01)),
        ("LS1, England", "LS1 (Leeds)", "outcode", (53.80, -1.55)),
        ("Scotland", "Scotland", "nation", (56.1, -3.9)),
        ("Wales, UK", "Wales", "nation", (52.2, -3.6)),
        ("Cymru", "Wales", "nation", (52.2, -3.6)),
        ("Isle of Man", "Isle of Man", "nation", (54.21, -4.53)),
        ("LS1", "LS1 (Leeds)", "outcode", (53.80, -1.55)),
        ("LS1 4DY", "LS1 4DY, in LS1 (Leeds)", "outcode", (53.80, -1.55)),
        ("W1", "W1 (central London)", "outcode", (51.515, -0.145)),
        ("LS", "LS postcode area", "area", (53.82, -1.53)),
        ("53.8,-1.55", "53.8000, -1.5500", "exact", (53.8, -1.55)),
        ("(53.8°, -1.55°)", "53.8000, -1.5500", "exact", (53.8, -1.55)),
    ],
)
def test_a_british_place_is_understood(gazetteer, text, label, precision, near):
    found = place(text)

    assert (found.label, found.precision, found.country) == (label, precision, "GB")
    assert (found.latitude, found.longitude) == pytest.approx(near, abs=0.06)


@pytest.mark.parametrize(
    ("text", "label", "precision", "near"),
    [
        ("Boston, MA", "Boston, Massachusetts", "town", (42.36, -71.06)),
        ("boston ma", "Boston, Massachusetts", "town", (42.36, -71.06)),
        ("Boston, Massachusetts", "Boston, Massachusetts", "town", (42.36, -71.06)),
        ("Boston USA", "Boston, Massachusetts", "town", (42.36, -71.06)),
        ("Chicago", "Chicago, Illinois", "town", (41.85, -87.65)),
        ("New York", "New York City, New York", "town", (40.71, -74.01)),
        ("Washington, D.C.", "Washington, District of Columbia", "town", (38.9, -77.04)),
        ("New York, NY", "New York City, New York", "town", (40.71, -74.01)),
        ("NY", "New York", "region", (41.0, -74.0)),
        ("02134 USA", "Allston, MA 02134", "outcode", (42.35, -71.13)),
        ("AL, USA", "Alabama", "region", (33.2, -86.8)),
        ("MA", "Massachusetts", "region", (42.3, -71.5)),
        ("Massachusetts", "Massachusetts", "region", (42.3, -71.5)),
        ("02134", "Allston, MA 02134", "outcode", (42.35, -71.13)),
        ("02134-1000", "Allston, MA 02134", "outcode", (42.35, -71.13)),
        ("1 Harvard Avenue, Allston, MA 02134", "Allston, MA 02134", "outcode", (42.35, -71.13)),
        ("40.7, -74", "40.7000, -74.0000", "exact", (40.7, -74.0)),
    ],
)
def test_an_american_place_is_understood(gazetteer, text, label, precision, near):
    found = place(text)

    assert (found.label, found.precision, found.country) == (label, precision, "US")
    assert (found.latitude, found.longitude) == pytest.approx(near, abs=0.2)


def test_a_postcode_inside_an_address_is_the_place(gazetteer):
    found = place("10 Downing Street, London SW1A 2AA")

    assert found.label.startswith("SW1A 2AA")
    assert (found.latitude, found.longitude) == pytest.approx((51.50, -0.13), abs=0.02)


def test_a_postcode_placed_by_its_district_says_so(gazetteer):
    answer = resolve("LS1 4DY")

    assert answer.place.precision == "outcode"
    assert answer.note == "We placed LS1 4DY by its district, LS1, so distances are rounded."


@pytest.mark.parametrize(
    "text",
    """Newcastle Stoke Kensington Wales Bangor Newport Richmond Perth Boston Washington Birmingham
    Cambridge""".split(),  # noqa: SIM905
)
def test_a_name_of_several_places_gives_choices_at_home_first(gazetteer, text):
    answer = resolve(text)

    assert isinstance(answer, Ambiguous), answer
    assert len(answer.choices) >= 2
    countries = [choice.place.country for choice in answer.choices]
    assert countries == sorted(countries)


@pytest.mark.parametrize(
    "text", ["Newcastle", "Stoke", "Kensington", "Bangor", "Newport", "Richmond"]
)
def test_some_names_are_borne_by_several_places_of_one_country(gazetteer, text):
    answer = resolve(text, country="GB")

    assert isinstance(answer, Ambiguous)
    assert {choice.place.country for choice in answer.choices} == {"GB"}


@pytest.mark.parametrize(
    ("text", "country", "label"),
    [
        ("Birmingham", "GB", "Birmingham"),
        ("Boston", "GB", "Boston"),
        ("Boston", "US", "Boston, Massachusetts"),
        ("Cambridge", "GB", "Cambridge"),
        ("Perth", "GB", "Perth"),
        ("Wales", "GB", "Wales"),
        ("Washington", "GB", "Washington"),
        ("CO", "GB", "CO postcode area"),
        ("CO", "US", "Colorado"),
    ],
)
def test_a_country_decides_between_namesakes(gazetteer, text, country, label):
    assert place(text, country=country).label == label


def test_the_visitors_own_country_comes_first(gazetteer):
    assert resolve("Boston").choices[0].query == "Boston, Lincolnshire"
    assert resolve("Boston", home="US").place.label == "Boston, Massachusetts"


def test_nations_stand_before_towns_and_towns_before_counties(gazetteer):
    assert queries(resolve("Wales"))[:2] == ["Wales, UK", "Wales, South Yorkshire"]
    assert queries(resolve("Perth"))[:2] == [
        "Perth, Perth and Kinross",
        "Perth and Kinross, Scotland",
    ]


def test_two_letters_that_are_postcodes_and_a_state_give_both(gazetteer):
    assert queries(resolve("AL")) == ["AL postcode area", "Alabama state, USA"]


@pytest.mark.parametrize(
    ("text", "country", "label"),
    [
        ("Leads", None, "Leeds"),
        ("Manchestr", None, "Manchester"),
        ("Birmingam", "GB", "Birmingham"),
        ("Midlesborough", None, "Middlesbrough"),
        ("Edinburg", "GB", "Edinburgh"),
        ("Glasgo", None, "Glasgow"),
        ("Bostn, MA", None, "Boston, Massachusetts"),
        ("Leads, England", None, "Leeds"),
    ],
)
def test_a_slip_that_can_mean_only_one_place_is_read_so_and_said(gazetteer, text, country, label):
    answer = resolve(text, country=country)

    assert answer.place.label.startswith(label)
    assert answer.note == f"We read “{text.split(',')[0]}” as {answer.place.label}."


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("Manch", "Manchester, Greater Manchester"),
        ("Foo, Leeds", "Leeds, West Yorkshire"),
        ("Toronto", "Toronto, Ohio"),
        ("Leeds General Infirmary", "Leeds, West Yorkshire"),
        ("rehab in leeds", "Leeds, West Yorkshire"),
        ("Leeds, Massachusetts", "Leeds, West Yorkshire"),
    ],
)
def test_what_is_doubtful_is_offered_and_never_taken(gazetteer, text, offered):
    answer = resolve(text)

    assert isinstance(answer, Doubtful), answer
    assert offered in queries(answer)


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("02101", "Boston, MA 02108"),
        ("LS50 1AA", "LS postcode area"),
        ("LS50", "LS postcode area"),
    ],
)
def test_a_code_nobody_has_is_offered_its_neighbours(gazetteer, text, offered):
    answer = resolve(text)

    assert isinstance(answer, Doubtful), answer
    assert offered in queries(answer)
    for choice in answer.suggestions:
        assert resolve(choice.query).place == choice.place


def test_a_slip_for_a_name_of_several_places_gives_their_choices(gazetteer):
    assert "Boston, Massachusetts" in queries(resolve("Bostn"))


def test_a_name_known_only_abroad_that_is_nearly_one_at_home_gives_both(gazetteer):
    assert queries(resolve("Edinburg"))[:2] == ["Edinburgh, Scotland", "Edinburg, Texas"]


def test_a_street_nobody_knows_is_placed_by_its_town_and_said(gazetteer):
    answer = resolve("15 High Street, Leeds")

    assert answer.place.label == "Leeds"
    assert answer.note == "We could not place all of “15 High Street, Leeds”, so this is Leeds."


@pytest.mark.parametrize(
    ("text", "country", "label"),
    [
        ("02134", "GB", "Allston, MA 02134"),
        ("02101", "GB", "Boston, MA 02108"),
        ("Chicago", "GB", "Chicago, Illinois"),
        ("Boston, MA", "GB", "Boston, Massachusetts"),
        ("Massachusetts", "GB", "Massachusetts"),
        ("40.7,-74", "GB", "40.7000, -74.0000"),
        ("LS1", "US", "LS1 (Leeds)"),
        ("Leeds, UK", "US", "Leeds"),
        ("Newcastle upon Tyne", "US", "Newcastle upon Tyne, Tyne and Wear"),
    ],
)
def test_a_place_outside_the_country_asked_for_is_said_to_be(gazetteer, text, country, label):
    answer = resolve(text, country=country)

    assert isinstance(answer, OtherCountry), answer
    assert answer.place.label == label


@pytest.mark.parametrize(
    "text",
    ["", "   ", "asdfgh", "qwertyuiop zxcvb", "GIR 0AA", "BF1 3AA", "ZZ1 1AA", "00000", "91,0",
     "0,181", "nan,nan", "inf,0", "1e5,2", "\x00", "<script>alert(1)</script>", "'; drop table",
     None],
)  # fmt: skip
def test_what_is_no_place_is_unknown(gazetteer, text):
    assert isinstance(resolve(text), Unknown)


def test_coordinates_of_zero_are_coordinates(gazetteer):
    found = place("0,0")

    assert (found.latitude, found.longitude, found.precision) == (0.0, 0.0, "exact")


def test_every_choice_when_searched_again_is_that_place(gazetteer):
    names = [name for name, places in gazetteer.by_name.items() if len(places) > 1]
    wrong = {}
    for name in names:
        for choice in getattr(resolve(name), "choices", ()):
            again = resolve(choice.query)
            if getattr(again, "place", None) is None or (
                again.place.latitude, again.place.longitude
            ) != (choice.place.latitude, choice.place.longitude):  # fmt: skip
                wrong[choice.query] = again

    assert len(names) > 500
    assert wrong == {}


def test_a_look_up_costs_two_small_queries_at_most(gazetteer, django_assert_max_num_queries):
    for text in ("Leeds", "LS1 4DY", "Boston, MA", "02134", "53.8,-1.55", "London SE1", "Leads"):
        with django_assert_max_num_queries(2):
            resolve(text)


@ANY_DATABASE
@given(text=st.text(), country=st.sampled_from([None, "GB", "US"]))
def test_no_text_raises(gazetteer, text, country):
    resolve(text, country=country)


@ANY_DATABASE
@given(
    text=st.from_regex(r"[a-zA-Z ,.'\-0-9]{0,40}", fullmatch=True),
    country=st.sampled_from([None, "GB", "US"]),
)
def test_no_text_of_names_raises(gazetteer, text, country):
    resolve(text, country=country)


@ANY_DATABASE
@given(st.floats(-90, 90), st.floats(-180, 180))
def test_every_point_on_earth_is_a_place(gazetteer, latitude, longitude):
    found = place(f"{latitude:.6f},{longitude:.6f}")

    assert found.latitude == pytest.approx(latitude, abs=1e-6)
    assert found.longitude == pytest.approx(longitude, abs=1e-6)
    assert found.country in {"GB", "US"}
