"""What nobody can do here, not even a superuser with a request made by hand."""

import datetime

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import reverse

from centres.models import (
    Centre,
    Change,
    ImportRun,
    Programme,
    Provenance,
    Source,
    SourceRecord,
    Term,
)
from tests import factories

DAY = "2025-06-01"
KNOWN = {"how_known": "phone", "as_of": DAY}


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("verified_from", DAY),
        ("verified_until", "2999-01-01"),
        ("advertiser_from", DAY),
        ("advertiser_until", "2999-01-01"),
        ("checked_on", DAY),
        ("uuid", "11111111-1111-4111-8111-111111111111"),
        ("slug", "another-slug"),
        ("source", "1"),
        ("created_at_0", DAY),
    ],
)
def test_what_follows_from_decisions_cannot_be_typed(post, field, typed):
    factories.source(pk=1)
    centre = factories.centre()
    before = Centre.objects.filter(pk=centre.pk).values().get()

    response = post(centre, **KNOWN, **{field: typed}, town="Leeds")

    assert post.errors(response) == {}
    assert Centre.objects.filter(pk=centre.pk).values().get() == {**before, "town": "Leeds"}


def test_nor_when_a_centre_is_made(post):
    typed = {"name": "Oak House", "country": "GB", "status": "listed", "checked_on": DAY}
    dates = {"verified_from": DAY, "verified_until": "2999-01-01", "advertiser_from": DAY}

    post.add(Centre, **KNOWN, **typed, **dates, advertiser_until="2999-01-01")

    centre = Centre.objects.get()
    assert {centre.verified_from, centre.verified_until, centre.checked_on} == {None}
    assert {centre.advertiser_from, centre.advertiser_until} == {None}


@pytest.mark.parametrize("model", [Provenance, ImportRun, SourceRecord])
def test_records_are_only_read(admin_client, model):
    centre = factories.centre()
    run = factories.import_run()
    factories.provenance(centre)
    factories.source_record(centre, source=run.source, last_run=run)
    row = model.objects.get()
    before = model.objects.values().get()
    name = f"admin:centres_{model._meta.model_name}"
    everything = {key: value for key, value in before.items() if value is not None}

    assert admin_client.get(reverse(f"{name}_add")).status_code == 403
    assert admin_client.post(reverse(f"{name}_add"), everything).status_code == 403
    changed = {**everything, "as_of": "2001-01-01", "method": "visit", "key": "x"}
    assert admin_client.post(reverse(f"{name}_change", args=[row.pk]), changed).status_code == 403
    assert not delete(admin_client, row)
    admin_client.post(reverse(f"{name}_changelist"), delete_selected(row))
    assert model.objects.values().get() == before


def delete_selected(row):
    return {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}


def test_the_change_log_is_not_in_the_admin():
    assert Change not in admin.site._registry


@pytest.mark.parametrize("model", list(admin.site._registry))
def test_no_bulk_action_writes(rf, superuser, model):
    request = rf.get("/")
    request.user = superuser

    assert admin.site._registry[model].get_actions(request) == {}


def delete(client, row):
    url = reverse(f"admin:centres_{row._meta.model_name}_delete", args=[row.pk])
    client.post(url, {"post": "yes"})
    return not type(row).objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("status", ["listed", "suspended", "closed", "withdrawn"])
def test_a_centre_that_was_more_than_a_draft_stays(admin_client, status):
    closed_on = datetime.date(2025, 6, 1) if status == "closed" else None
    centre = factories.centre(status=status, closed_on=closed_on)

    assert not delete(admin_client, centre)
    admin_client.post(reverse("admin:centres_centre_changelist"), delete_selected(centre))
    assert Centre.objects.exists()


def test_a_draft_goes_with_all_it_has(admin_client):
    centre = factories.centre(status="draft")
    programme = factories.programme(centre, substances=["alcohol"])
    factories.insurance(programme)
    factories.phone(centre)
    factories.provenance(centre, programme=programme, fact="level")

    assert delete(admin_client, centre)
    assert not Programme.objects.exists()
    assert not Provenance.objects.exists()


def test_a_draft_that_came_from_a_register_stays_so_that_no_import_brings_it_back(admin_client):
    centre = factories.centre(status="draft")
    factories.source_record(centre)

    assert not delete(admin_client, centre)


def test_a_term_in_use_stays_and_says_by_whom(admin_client):
    factories.programme(factories.centre(), substances=["alcohol"])
    used = Term.objects.get(slug="alcohol")
    unused = factories.term("substance", "ketamine")

    page = admin_client.get(reverse("admin:centres_term_change", args=[used.pk]))
    assert "By 0 centres and 1 programmes. It cannot be deleted" in page.content.decode()
    assert not delete(admin_client, used)
    assert delete(admin_client, unused)


@pytest.mark.parametrize(("field", "typed"), [("slug", "beer"), ("kind", "therapy")])
def test_a_term_keeps_its_identity(post, field, typed):
    term = factories.term("substance", "alcohol")

    assert post.errors(post(term, **{field: typed}, label="Drink")) == {}
    term.refresh_from_db()
    assert (term.kind, term.slug, term.label) == ("substance", "alcohol", "Drink")


@pytest.mark.parametrize(("field", "typed"), [("slug", "other"), ("is_demo", "")])
def test_a_source_keeps_its_identity(post, field, typed):
    source = factories.source(slug="demo", is_demo=True)

    post(source, **{field: typed}, name="Another name")

    source.refresh_from_db()
    assert (source.slug, source.is_demo, source.name) == ("demo", True, "Another name")


def test_a_provider_or_source_in_use_stays(admin_client):
    centre = factories.centre(provider=factories.provider(), source=factories.source())

    assert not delete(admin_client, centre.provider)
    assert not delete(admin_client, centre.source)
    assert Source.objects.exists()


def test_somebody_who_may_only_look_changes_nothing(client, django_user_model):
    user = django_user_model.objects.create(username="guest", is_staff=True)
    looking = Permission.objects.filter(
        codename__in=["view_centre", "view_programme", "view_phone"]
    )
    user.user_permissions.set(looking)
    client.force_login(user)
    centre = factories.centre()
    factories.programme(centre)
    url = reverse("admin:centres_centre_change", args=[centre.pk])

    page = client.get(url)
    assert page.status_code == 200
    assert "How do you know?" not in page.content.decode()
    assert client.post(url, {"town": "Leeds", **KNOWN}).status_code == 403


def test_a_stranger_is_asked_to_log_in(client, db):
    response = client.get(reverse("admin:centres_centre_changelist"))

    assert response.status_code == 302
    assert "/login/" in response["Location"]
