"""What the database would refuse, the forms refuse first, in words and beside the field."""

import datetime

import pytest
from django.contrib import admin
from django.urls import reverse

from centres.models import Centre, Phone
from centres.models.programme import MOST_PROGRAMMES
from tests import factories
from tests.centres.reporting import hidden

KNOWN = {"how_known": "phone", "as_of": "2025-06-01"}


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"latitude": "91", "longitude": "0"}, "latitude", "from -90 to 90"),
        ({"latitude": "53", "longitude": "181"}, "latitude", "from -180 to 180"),
        ({"latitude": "nan", "longitude": "0"}, "latitude", "Enter a number"),
        ({"latitude": "53"}, "longitude", "both latitude and longitude"),
        ({"longitude": "-1.5"}, "longitude", "both latitude and longitude"),
        (
            {"latitude": "53", "longitude": "-1", "coordinates_source": "A map"},
            "precision",
            "how precise",
        ),
        (
            {"latitude": "53", "longitude": "-1", "precision": "exact"},
            "coordinates_source",
            "where the coordinates come from",
        ),
        (
            {
                "latitude": "53",
                "longitude": "-1",
                "precision": "withheld",
                "coordinates_source": "A map",
            },
            "precision",
            "not published",
        ),
        ({"website": "javascript:alert(1)"}, "website", "valid URL"),
        ({"website": "not a site"}, "website", "valid URL"),
        ({"name": ""}, "name", "required"),
        ({"registration": "registered"}, "registration_number", "needs its regulator"),
        ({"registration": "not-required"}, "registration_reason", "not required"),
        ({"rating": "Good"}, "rating_on", "rating and its date"),
        ({"status": "closed"}, "closed_on", "the day it closed"),
        ({"closed_on": "2025-06-01"}, "closed_on", "any other has none"),
        ({"country": "FR"}, "country", "valid choice"),
        ({"beds": "-1"}, "beds", "greater than or equal to 0"),
        ({"provider": "987654"}, "provider", "valid choice"),
    ],
)
def test_a_centre_that_breaks_a_rule_says_what_to_do(post, typed, field, words):
    centre = factories.centre()

    found = post.errors(post(centre, **KNOWN, **typed))

    assert words in " ".join(found[field])
    assert "Constraint" not in str(found)
    assert "__all__" not in found


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"price": "9000"}, "price", "its currency and the day"),
        ({"price": "9000", "currency": "GBP"}, "price", "its currency and the day"),
        ({"price": "2000000", "currency": "GBP", "price_on": "2025-06-01"}, "price", "1,000,000"),
        ({"price": "-1", "currency": "GBP", "price_on": "2025-06-01"}, "price", "greater than"),
        ({"length_min_days": "28", "length_max_days": "7"}, "length_max_days", "shorter"),
        ({"length_min_days": "0"}, "length_max_days", "1 to 1,095"),
        ({"length_min_days": "28", "open_ended": "on"}, "open_ended", "no length in days"),
        ({"age_min": "65", "age_max": "18"}, "age_max", "youngest first"),
        ({"asam_level": "3.5"}, "asam_edition", "together"),
        (
            {"earliest_admission": "2025-06-09"},
            "earliest_admission_stated_at",
            "when it was stated",
        ),
        ({"level": "spa"}, "level", "valid choice"),
        ({"substances": ["987654"]}, "substances", "valid choice"),
    ],
)
@pytest.mark.parametrize("beside_its_centre", [True, False])
def test_a_programme_that_breaks_a_rule_says_what_to_do(
    post, typed, field, words, beside_its_centre
):
    programme = factories.programme(factories.centre())
    row = programme.centre if beside_its_centre else programme
    prefix = "programmes-0-" if beside_its_centre else ""

    found = post.errors(post(row, **KNOWN, **{f"{prefix}{name}": v for name, v in typed.items()}))

    assert words in " ".join(found[field])
    assert "Constraint" not in str(found)
    assert "__all__" not in found


def test_a_registration_number_belongs_to_one_centre(post):
    factories.centre(regulator="cqc", registration_number="1-123")
    other = factories.centre()

    found = post.errors(post(other, **KNOWN, regulator="cqc", registration_number="1-123"))

    assert "Another centre has this regulator and number" in found["registration_number"][0]


def test_a_centre_does_not_succeed_itself(post):
    centre = factories.centre(status="closed", closed_on=datetime.date(2025, 6, 1))

    found = post.errors(post(centre, **KNOWN, successor=str(centre.pk)))

    assert "never itself" in found["successor"][0]


def test_a_term_of_another_kind_is_no_choice(post):
    centre = factories.centre()
    alcohol = factories.term("substance", "alcohol")

    assert "languages" in post.errors(post(centre, **KNOWN, languages=[alcohol.pk]))


def test_a_listed_centre_does_not_become_a_draft_again(post):
    assert "suspend it" in post.errors(post(factories.centre(), status="draft"))["status"][0]


def test_one_programme_too_many_is_refused_in_words(post):
    too_many = {"programmes-TOTAL_FORMS": str(MOST_PROGRAMMES + 1)}

    found = post.errors(post(factories.centre(), **KNOWN, **too_many))

    assert f"at most {MOST_PROGRAMMES}" in str(found["programmes"])


@pytest.mark.parametrize(
    ("country", "typed", "stored"),
    [
        ("GB", "01632 960 123", "+441632960123"),
        ("GB", "+44 (0)1632 960123", "+441632960123"),
        ("GB", "116 123", "116123"),
        ("GB", "111", "111"),
        ("US", "(212) 555-0123", "+12125550123"),
        ("US", "988", "988"),
    ],
)
def test_a_telephone_number_is_kept_in_the_international_form(post, country, typed, stored):
    centre = factories.centre(country=country)
    row = {"phones-TOTAL_FORMS": "1", "phones-0-number": typed, "phones-0-answered_by": "centre"}

    assert post.errors(post(centre, **KNOWN, **row, **{"phones-0-position": "0"})) == {}
    assert Phone.objects.get().number == stored


@pytest.mark.parametrize("typed", ["ring us", "12", "0" * 22])
def test_what_is_no_telephone_number_is_refused(post, typed):
    row = {"phones-TOTAL_FORMS": "1", "phones-0-number": typed, "phones-0-answered_by": "centre"}

    assert "number" in post.errors(post(factories.centre(), **KNOWN, **row))


def test_a_number_stands_once_beside_its_centre(post):
    centre = factories.centre()
    factories.phone(centre, number="+441632960123")
    row = {
        "phones-TOTAL_FORMS": "2",
        "phones-1-number": "01632 960123",
        "phones-1-answered_by": "centre",
        "phones-1-position": "1",
    }

    assert "already" in str(post.errors(post(centre, **KNOWN, **row))["number"])


def test_that_a_number_is_doubted_or_confirmed_is_never_typed(post, admin_client):
    phone = hidden()
    was = Phone.objects.filter(pk=phone.pk).values().get()
    pages = [
        reverse("admin:centres_centre_add"),
        reverse("admin:centres_centre_change", args=[phone.centre_id]),
    ]

    for page in pages:
        inlines = admin_client.get(page).context["inline_admin_formsets"]
        (rows,) = (each.formset for each in inlines if each.formset.model is Phone)
        for form in (*rows.forms, rows.empty_form):
            kept = {"id", "centre", "DELETE"}
            assert set(form.fields) - kept == {"number", "label", "answered_by", "position"}
    assert not admin.site.is_registered(Phone)
    said = {"phones-0-doubted_on": "", "phones-0-doubted_number": "", "phones-0-label": "desk"}
    assert post.errors(post(phone.centre, **KNOWN, **said)) == {}

    assert Phone.objects.filter(pk=phone.pk).values().get() == {**was, "label": "desk"}


def test_a_plan_stands_once_beside_its_programme(post):
    programme = factories.programme(factories.centre())
    factories.insurance(programme, insurer="Acme", plan="Gold")
    row = {
        "insurance-TOTAL_FORMS": "2",
        "insurance-1-insurer": "Acme",
        "insurance-1-plan": "Gold",
        "insurance-1-standing": "recognised",
        "insurance-1-as_of": "2025-06-01",
    }

    assert "already" in str(post.errors(post(programme, **KNOWN, **row))["plan"])


def test_a_new_centre_with_two_like_numbers_is_refused_in_words(post):
    typed = {"name": "Oak House", "country": "GB", "status": "draft", "phones-TOTAL_FORMS": "2"}
    for number in (0, 1):
        typed |= {
            f"phones-{number}-number": "01632 960123",
            f"phones-{number}-answered_by": "centre",
            f"phones-{number}-position": "0",
        }

    response = post.add(Centre, **KNOWN, **typed)

    assert response.status_code == 200
    assert not Centre.objects.exists()
