"""The description is valid, names every parameter, and the answers are what it says."""

import io

import jsonschema
import pytest
from django.core.management import call_command
from django.utils import timezone
from drf_spectacular.validation import validate_schema

from finder.filters import CentreFilterSet
from finder.forms import SearchForm
from tests import factories
from tests.finder import directories, towns

from .reading import answer, refusal

pytestmark = pytest.mark.django_db

SEARCHES = ("/api/centres/", "/api/centres.geojson", "/api/centres.csv")


@pytest.fixture
def schema(client, db):
    directories.vocabulary()
    return answer(client, "/api/schema/")


def conforms(schema, name, found):
    """Whether an answer is what the component `name` says, with no key that it does not name."""
    closed = {
        component: {**shape, "additionalProperties": False}
        for component, shape in schema["components"]["schemas"].items()
    }
    jsonschema.validate(
        found,
        {"$ref": f"#/components/schemas/{name}", "components": {"schemas": closed}},
        cls=jsonschema.Draft202012Validator,
    )


def test_it_is_valid_and_made_without_a_warning(schema):
    validate_schema(schema)
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=io.StringIO())


def test_it_describes_every_address_and_only_those(schema):
    assert set(schema["paths"]) == {*SEARCHES, "/api/centres/{id}/"}
    assert {method for path in schema["paths"].values() for method in path} == {"get"}


@pytest.mark.parametrize("path", SEARCHES)
def test_it_names_every_parameter_of_a_search(schema, path):
    parameters = schema["paths"][path]["get"]["parameters"]

    assert [parameter["name"] for parameter in parameters] == [
        *SearchForm.base_fields,
        *CentreFilterSet.base_filters,
    ]
    assert all(parameter["in"] == "query" for parameter in parameters)
    assert all(len(parameter["description"]) > 4 for parameter in parameters)


def test_it_tells_which_values_a_parameter_takes(schema):
    parameters = {p["name"]: p["schema"] for p in schema["paths"][SEARCHES[0]]["get"]["parameters"]}

    assert parameters["setting"]["items"]["enum"] == ["residential", "outpatient", "online"]
    assert parameters["substance"]["items"]["enum"] == directories.TERMS["substance"]
    assert parameters["length"]["items"] == {"type": "integer", "minimum": 1, "maximum": 1095}
    assert parameters["page_size"] == {"type": "integer", "minimum": 1, "maximum": 100}
    assert parameters["country"] == {"type": "string", "enum": ["GB", "US"]}


def test_it_says_in_words_what_an_advertiser_is(schema):
    said = schema["components"]["schemas"]["Result"]["properties"]["advertiser"]["description"]

    assert "pays the directory for an advert" in said
    assert "never change which centres are found, their order" in said


def test_answers_are_what_it_says(client, schema):
    directories.build(5, 60)
    towns.leeds(), towns.newports()

    conforms(schema, "Answer", answer(client, "/api/centres/", page_size=100))
    conforms(schema, "Answer", answer(client, "/api/centres/", near="Leeds", page_size=5, page=2))
    conforms(schema, "Features", answer(client, "/api/centres.geojson", near="Leeds"))
    conforms(schema, "Refusal", refusal(client, "/api/centres/", level="palace"))
    conforms(schema, "Refusal", refusal(client, "/api/centres/", near="Newport"))
    conforms(schema, "Refusal", refusal(client, "/api/centres/", near="Qwxyzzy"))


def test_a_centre_is_what_it_says(client, schema):
    bare = factories.centre()
    factories.programme(bare, level="")
    later = factories.centre(
        provider=factories.provider(), precision="withheld", rating="Good", rating_on="2024-01-02"
    )
    factories.phone(later)
    factories.provenance(later)
    programme = factories.programme(later, price=1, currency="GBP", price_on=timezone.localdate())
    factories.insurance(programme, standing="unknown")
    factories.provenance(later, programme=programme, fact="price")
    factories.verify(later, timezone.localdate(), timezone.localdate())
    factories.approved(later, timezone.localdate(), timezone.localdate(), purpose="claimed")
    gone = factories.centre(status="closed", closed_on="2025-03-01", successor=later)

    for centre in (bare, later, gone):
        conforms(schema, "Centre", answer(client, f"/api/centres/{centre.uuid}/"))
