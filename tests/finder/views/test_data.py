import pytest

from finder.places.sources import SOURCES
from tests import factories

pytestmark = pytest.mark.django_db


def text_of(client):
    return " ".join(client.get("/data/").content.decode().split())


def test_names_every_source_with_its_licence_and_the_words_that_asks_for(client):
    factories.source(
        name="Register of Houses",
        licence="Open Government Licence v3.0",
        licence_url="https://example.org/licence",
        attribution="Contains the register's information.",
    )
    text = text_of(client)
    assert "Register of Houses" in text
    assert '<a href="https://example.org/licence" rel="noreferrer">Open Government' in text
    assert "Contains the register&#x27;s information." in text
    for source in SOURCES:
        assert source.attribution in text


def test_counts_only_what_the_public_sees(client):
    register = factories.source()
    factories.programme(factories.centre(source=register))
    factories.centre(source=register, status="draft")
    factories.centre(country="US")
    text = text_of(client)
    assert "United Kingdom</dt><dd>1</dd>" in text.replace("</dt> <dd>", "</dt><dd>")
    assert "1 centre listed from it." in text


def test_costs_the_same_however_many_sources(client, django_assert_max_num_queries):
    for _ in range(12):
        factories.centre(source=factories.source())
    with django_assert_max_num_queries(8):
        client.get("/data/")
