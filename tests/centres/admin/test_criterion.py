"""What is asked can be edited and retired; what was decided by it stays."""

import datetime

import pytest
from django.urls import reverse

from centres.admin.criterion import facts_to_vouch_for
from centres.models import Check, Criterion, Verification
from tests import factories

DAY = datetime.date(2025, 6, 1)
NEW = {
    "country": "GB",
    "purpose": "verified",
    "slug": "fire-safety",
    "position": "18",
    "title": "Fire safety",
    "guidance": "Ask for the assessment.",
    "accepted_evidence": "The assessment, with its date",
    "months": "12",
    "is_required": "on",
}


def address(page, row=None):
    return reverse(f"admin:centres_criterion_{page}", args=[row.pk] if row else [])


def checked_criterion():
    """A criterion that an approved case has a check of, until the end of August 2025."""
    factories.approved(factories.centre(), DAY, datetime.date(2025, 8, 31))
    Criterion.objects.update(guidance="Look.", accepted_evidence="A note.")
    return Criterion.objects.get()


def test_it_works(post):
    criterion = factories.criterion(months=3, facts=["phones"])

    response = post(criterion, title="Telephone", months="6", facts=["address", "programme.price"])

    assert post.errors(response) == {}
    criterion.refresh_from_db()
    assert (criterion.title, criterion.months) == ("Telephone", 6)
    assert criterion.facts == ["address", "programme.price"]


def test_a_criterion_can_be_added(post):
    assert post.errors(post.add(Criterion, **NEW)) == {}

    criterion = Criterion.objects.get()
    assert (criterion.slug, criterion.months, criterion.facts) == ("fire-safety", 12, [])


def test_a_form_saved_as_it_is_changes_nothing(post):
    factories.criterion(months=3, facts=["phones", "programme.length"], may_not_apply=True)
    before = Criterion.objects.values().get()

    assert post.errors(post(Criterion.objects.get())) == {}
    assert Criterion.objects.values().get() == before


@pytest.mark.parametrize("fact", ["moon", "programme.moon", "price", "verified_until", ""])
def test_a_fact_that_nothing_has_is_refused_in_a_sentence(post, fact):
    criterion = factories.criterion(facts=["phones"])

    found = post.errors(post(criterion, facts=["phones", fact]))

    assert found["facts"] == [
        f"“{fact}” is not a fact of a centre or of its programmes. Choose from the list."
    ]
    criterion.refresh_from_db()
    assert criterion.facts == ["phones"]


def test_every_fact_of_a_centre_and_of_a_programme_is_offered():
    offered = dict(facts_to_vouch_for())

    assert offered["phones"] == "Centre: phones"
    assert offered["programme.dual_diagnosis"] == "Programme: dual diagnosis"
    assert "price" not in offered


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"months": "0"}, "months", "from 1 to 60 months"),
        ({"months": "61"}, "months", "from 1 to 60 months"),
        ({"months": "-3"}, "months", "greater than or equal to"),
        ({"months": "12", "has_own_date": "on"}, "months", "not both"),
        ({"title": ""}, "title", "required"),
        ({"guidance": " "}, "guidance", "required"),
        ({"accepted_evidence": ""}, "accepted_evidence", "required"),
        ({"slug": "fire safety"}, "slug", "valid"),
        ({"slug": "phone"}, "slug", "already, perhaps a retired one"),
        ({"country": "FR"}, "country", "valid choice"),
        ({"purpose": "best"}, "purpose", "valid choice"),
    ],
)
def test_what_breaks_a_rule_says_what_to_do(post, typed, field, words):
    factories.criterion(slug="phone", is_retired=True)

    found = post.errors(post.add(Criterion, **{**NEW, **typed}))

    assert words in " ".join(found[field])
    assert "Constraint" not in str(found)
    assert "__all__" not in found
    assert Criterion.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "typed"), [("country", "US"), ("purpose", "listed"), ("slug", "other")]
)
def test_a_criterion_keeps_its_identity(post, field, typed):
    criterion = factories.criterion(slug="phone")

    assert post.errors(post(criterion, **{field: typed}, title="The number")) == {}
    criterion.refresh_from_db()
    assert criterion.natural_key() == ("GB", "verified", "phone")
    assert criterion.title == "The number"


def test_a_change_never_rewrites_past_decisions(post, admin_client):
    criterion = checked_criterion()
    cases, checks = list(Verification.objects.values()), list(Check.objects.values())

    assert (
        "never rewrites past decisions"
        in admin_client.get(address("change", criterion)).content.decode()
    )
    response = post(criterion, title="Another title", months="1", is_required="on")

    assert post.errors(response) == {}
    assert list(Verification.objects.values()) == cases
    assert list(Check.objects.values()) == checks


def test_one_with_checks_is_retired_and_not_deleted(post, admin_client):
    criterion = checked_criterion()

    page = admin_client.get(address("change", criterion)).content.decode()
    assert "1. It cannot be deleted: retire it" in page
    assert address("delete", criterion) not in page
    refused = admin_client.post(address("delete", criterion), {"post": "yes"})
    assert refused.status_code == 403

    assert post.errors(post(criterion, is_retired="on")) == {}
    assert not Criterion.objects.in_force().exists()
    assert Check.objects.count() == 1


def test_one_without_checks_can_be_deleted(admin_client):
    criterion = factories.criterion()

    assert "retire it instead" in admin_client.get(address("change", criterion)).content.decode()
    admin_client.post(address("delete", criterion), {"post": "yes"})
    assert not Criterion.objects.exists()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"months": 1}, "1 month<"),
        ({"months": 12}, "12 months<"),
        ({"has_own_date": True}, "to its own date"),
        ({}, "does not lapse"),
    ],
)
def test_the_list_says_how_long_a_pass_lasts(admin_client, facts, words):
    factories.criterion(**facts)

    assert words in admin_client.get(address("changelist")).content.decode()


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("country__exact=US", {"States"}),
        ("purpose__exact=advertiser", {"Adverts"}),
        ("is_retired__exact=1", {"Old"}),
        ("q=advert", {"Adverts"}),
    ],
)
def test_the_list_is_narrowed(admin_client, query, titles):
    factories.criterion(title="Kingdom")
    factories.criterion(title="States", country="US")
    factories.criterion(title="Adverts", purpose="advertiser")
    factories.criterion(title="Old", is_retired=True)

    response = admin_client.get(f"{address('changelist')}?{query}")

    assert {criterion.title for criterion in response.context["cl"].result_list} == titles


def test_somebody_without_the_permission_sees_and_changes_nothing(client, db):
    client.force_login(factories.person("guest"))
    criterion = factories.criterion()

    for page in (address("changelist"), address("change", criterion), address("add")):
        assert client.get(page).status_code == 403
        assert client.post(page, NEW).status_code == 403
    assert Criterion.objects.count() == 1
