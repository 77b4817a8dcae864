"""Bad input never widens a search (P8): a 400 that names the parameter, and never a fault."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finder.filters import CentreFilterSet
from finder.forms import SearchForm
from tests import factories
from tests.finder import towns

from .reading import answer, refusal, text_of

pytestmark = pytest.mark.django_db

PATHS = ("/api/centres/", "/api/centres.geojson", "/api/centres.csv")
NOT_NUMBERS = ["x", "-1", "1.5", "1e3", "９", "7 days", "9" * 12]
INVALID = {
    "near": ["Qwxyzzy", "91,0", "0,181", "nan,nan", "x" * 201, "a\0b", "ZZ1 1AA"],
    "radius": ["0", "-1", "nan", "inf", "far", "1e9"],
    "country": ["FR", "England"],
    "sort": ["best", "-distance"],
    "page": ["0", "-1", "x", "2", "9999999"],
    "page_size": ["0", "101", "x"],
    "level": ["palace", "residential "],
    "setting": ["inpatient"],
    "length": [*NOT_NUMBERS, "0", "1096"],
    "dual_diagnosis": ["unknown", "yes"],
    "substance": ["tea"],
    "therapy": ["Alcohol"],
    "condition": ["alcohol"],
    "funding": ["free"],
    "people": ["everyone"],
    "language": ["English"],
    "access": ["ramp\0"],
    "medication": ["unknown", "no"],
    "max_price": [*NOT_NUMBERS, "1000001"],
    "available": [*NOT_NUMBERS, "366"],
    "verified": ["no", "false", "0"],
    "q": ["!!", "x" * 101, "a\0"],
}


@pytest.fixture
def directory(leeds):
    centre = factories.centre(latitude=53.8, longitude=-1.55)
    factories.programme(centre, substances=["alcohol"])


def test_every_parameter_is_tried_here():
    assert set(INVALID) == {*SearchForm.base_fields, *CentreFilterSet.base_filters}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("parameter", INVALID)
def test_an_invalid_value_is_refused_by_the_parameters_name(directory, client, path, parameter):
    good = answer(client, PATHS[0], near="Leeds")
    assert good["count"] == 1
    for value in INVALID[parameter]:
        errors = refusal(client, path, **{"near": "Leeds", parameter: value})["errors"]
        assert set(errors) == {parameter}, value
        assert all(errors[parameter])


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("parameter", CentreFilterSet.base_filters)
def test_one_invalid_value_among_good_ones_is_refused(directory, client, path, parameter):
    values = [{"substance": "alcohol"}.get(parameter, INVALID[parameter][0]), INVALID[parameter][0]]

    assert set(refusal(client, path, **{parameter: values})["errors"]) == {parameter}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("parameter", "values"),
    {
        "near": ["Leeds", "Boston"],
        "radius": ["5", "10"],
        "country": ["GB", "US"],
        "sort": ["name", "price"],
        "page": ["1", "2"],
        "page_size": ["10", "20"],
    }.items(),
)
def test_what_is_asked_once_is_refused_twice(directory, client, path, parameter, values):
    asked = {"near": "Leeds", parameter: values}

    assert set(refusal(client, path, **asked)["errors"]) == {parameter}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", ["lenght", "format", "lang", "version", "Near", "near ", "q[]"])
def test_an_unknown_parameter_is_refused_by_name(directory, client, path, name):
    assert set(refusal(client, path, **{name: "28"})["errors"]) == {name}


def test_all_that_is_wrong_is_told_at_once(directory, client):
    errors = refusal(client, PATHS[0], level="palace", length="x", foo="1", page="0")["errors"]

    assert set(errors) == {"level", "length", "foo", "page"}


def test_an_empty_value_is_as_if_not_given(directory, client):
    plain = answer(client, PATHS[0], near="Leeds")

    assert answer(client, PATHS[0], near="Leeds", level="", length="", page="", q=" ") == plain


@pytest.mark.parametrize("parameter", ["radius", "sort"])
def test_what_needs_a_place_says_so(directory, client, parameter):
    value = {"radius": "5", "sort": "distance"}[parameter]

    errors = refusal(client, PATHS[0], **{parameter: value})["errors"]

    assert list(errors) == [parameter]
    assert "needs a place" in errors[parameter][0]


@pytest.mark.parametrize("path", PATHS)
def test_a_name_of_several_places_brings_the_choices(client, db, path):
    towns.newports()

    body = refusal(client, path, near="Newport")

    assert set(body) == {"errors", "choices"}
    assert set(body["errors"]) == {"near"}
    assert len(body["choices"]) == 2
    for choice in body["choices"]:
        assert set(choice) == {"label", "near", "country"}
        assert answer(client, PATHS[0], near=choice["near"])["origin"]["label"] == choice["label"]


def test_an_unknown_place_brings_suggestions_if_there_are_any(directory, client):
    body = refusal(client, PATHS[0], near="Qwxyzzy")

    assert set(body) == {"errors", "suggestions"}
    assert body["suggestions"] == []


def test_a_place_of_another_country_is_refused(directory, client):
    towns.boston()

    body = refusal(client, PATHS[0], near="Boston, MA", country="GB")

    assert set(body) == {"errors"}
    assert "not in the United Kingdom" in body["errors"]["near"][0]


@pytest.mark.parametrize("path", [*PATHS, "/api/schema/", "/api/centres/x/"])
def test_a_thousand_parameters_are_refused(client, db, path):
    body = refusal(client, path, **{str(number): "1" for number in range(1001)})

    assert body == {"errors": {"": ["There are too many parameters."]}}


@pytest.mark.parametrize("path", ["/api/schema/", "/api/centres/{}/"])
@pytest.mark.parametrize("parameters", [{"version": "1\n2"}, {"lang": "../x"}, {"near": "Leeds"}])
def test_what_takes_no_parameters_refuses_them(client, db, path, parameters):
    path = path.format(factories.centre().uuid)

    assert set(refusal(client, path, **parameters)["errors"]) == set(parameters)


texts = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["Leeds", "0,0", "LS1 4DY", "any", "28", "alcohol", "yes", "GB", "page", ""]),
    st.integers(-(10**20), 10**20).map(str),
    st.floats().map(str),
    st.tuples(st.floats(), st.floats()).map(lambda pair: f"{pair[0]},{pair[1]}"),
)
searches = st.dictionaries(
    st.one_of(st.sampled_from(sorted(INVALID)), st.text(max_size=12)),
    st.lists(texts, min_size=1, max_size=3),
    max_size=5,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=searches)
def test_whatever_is_asked_is_answered_or_refused_by_name(directory, client, asked):
    statuses = set()
    for path in PATHS:
        response = client.get(path, asked)
        statuses.add(response.status_code)
        if response.status_code == 400:
            errors = json.loads(text_of(response))["errors"]
            assert set(errors) <= set(asked)
            assert errors
    assert statuses in ({200}, {400})
    unknown = {name for name, values in asked.items() if any(v.strip() for v in values)}
    if unknown - set(INVALID):
        assert statuses == {400}
