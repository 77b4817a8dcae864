"""A page that was opened before somebody else's change saves nothing over it."""

import datetime

import pytest
from django.urls import reverse

from centres.models import Centre, Provenance
from tests import factories

from .conftest import errors, shown


@pytest.fixture
def centre(db):
    centre = factories.centre(name="Oak House", website="https://oak.example.org/")
    factories.programme(centre, name="Primary")
    return centre


@pytest.fixture
def opened(admin_client):
    """Opens the change form of a row; what it answers posts the form with changes typed over it."""

    def open_form(row):
        url = reverse(f"admin:centres_{row._meta.model_name}_change", args=[row.pk])
        values = shown(admin_client.get(url))
        return lambda **typed: admin_client.post(url, {**values, **typed})

    return open_form


def told(response):
    return " ".join(errors(response).get("__all__", []))


SURE = {"how_known": "phone", "as_of": "2026-03-02"}


def test_what_another_person_saved_meanwhile_stays(centre, opened):
    first, second = opened(centre), opened(centre)
    assert errors(first(website="https://new.example.org/", **SURE)) == {}

    refused = second(about="Rooms for twelve.", **SURE)

    assert "this was changed: the centre’s own fields" in told(refused)
    assert "Rooms for twelve." in refused.content.decode(), "what was typed is still there"
    centre.refresh_from_db()
    assert (centre.website, centre.about) == ("https://new.example.org/", "")
    stated = Provenance.objects.filter(centre=centre).values_list("fact", flat=True)
    assert list(stated) == ["website"]


def test_nor_is_it_saved_when_sent_once_more(centre, opened):
    first, second = opened(centre), opened(centre)
    first(website="https://new.example.org/", **SURE)
    refused = second(about="Rooms for twelve.", **SURE)
    again = shown(refused)

    assert told(second(**again))
    assert Centre.objects.get(pk=centre.pk).website == "https://new.example.org/"


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (lambda c: c.programmes.update(age_min=18), "programme Primary"),
        (lambda c: c.programmes.get().substances.add(factories.term("substance", "alcohol")),
         "programme Primary"),
        (lambda c: factories.phone(c, number="+441632960123"), "telephone"),
        (lambda c: Centre.objects.filter(pk=c.pk).update(town="Leeds"), "own fields"),
        (lambda c: c.languages.add(factories.term("language", "cy")), "own fields"),
    ],
    ids=["an age", "a substance", "a number came", "a town", "a language"],
)  # fmt: skip
def test_whatever_changed_is_named(centre, opened, change, name):
    post = opened(centre)
    change(centre)

    assert name in told(post(about="Rooms.", **SURE))
    assert Centre.objects.get(pk=centre.pk).about == ""


def test_a_programmes_own_page_holds_to_the_same(centre, opened):
    programme = centre.programmes.get()
    post = opened(programme)
    factories.insurance(programme)

    assert "programme Primary" in told(post(price_includes="All.", **SURE))
    programme.refresh_from_db()
    assert programme.price_includes == ""


def test_what_the_form_does_not_show_may_change(centre, opened):
    post = opened(centre)
    today = datetime.date(2026, 3, 2)
    Centre.objects.filter(pk=centre.pk).update(checked_on=today)

    assert errors(post(about="Rooms.", **SURE)) == {}
    centre.refresh_from_db()
    assert (centre.about, centre.checked_on) == ("Rooms.", today)


@pytest.mark.parametrize("lost", ["", "[", "7", '["a"]'])
def test_a_page_that_lost_a_part_is_to_be_opened_again(centre, opened, lost):
    refused = opened(centre)(about="Rooms.", opened=lost, **SURE)

    assert errors(refused)["opened"] == ["Open this page again: part of it was lost."]
    assert "part of it was lost" in refused.content.decode()
