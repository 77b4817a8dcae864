"""What the admin's forms post."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.centres.cast import cast

from .casework import log_in


@pytest.fixture
def superuser(db, django_user_model):
    """Without a password, which would take longer to hash than most tests take."""
    return django_user_model.objects.create(username="ada", is_staff=True, is_superuser=True)


@pytest.fixture
def admin_client(client, superuser):
    client.force_login(superuser)
    return client


@pytest.fixture
def people(db):
    """Everyone at work, by name."""
    return cast()


@pytest.fixture
def audrey(people):
    """A client signed in as an auditor."""
    client = Client()
    client.force_login(people.audrey)
    return client


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """Where documents are kept, a test its own."""
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return settings.EVIDENCE_DIR


@pytest.fixture
def ruth(db):
    """A researcher."""
    return factories.member("ruth", "Researcher")


@pytest.fixture
def alan(db):
    """An approver."""
    return factories.member("alan", "Approver")


@pytest.fixture
def as_ruth(ruth):
    return log_in(ruth)


@pytest.fixture
def as_alan(alan):
    return log_in(alan)


@pytest.fixture
def seen(db):
    return factories.criterion(title="Seen", is_required=True, months=12, facts=["phones"])


@pytest.fixture
def post(admin_client):
    """Posts a change form as a browser would: what it shows, with `changes` typed over it.

    Returns the response; `post.errors(response)` are its errors by field, inlines' too.
    """

    def change(row, **changes):
        url = reverse(f"admin:centres_{row._meta.model_name}_change", args=[row.pk])
        return admin_client.post(url, {**shown(admin_client.get(url)), **changes})

    change.add = lambda model, **typed: _add(admin_client, model, typed)
    change.errors = errors
    return change


def _add(client, model, typed):
    url = reverse(f"admin:centres_{model._meta.model_name}_add")
    return client.post(url, {**shown(client.get(url)), **typed})


def shown(response):
    """{name: value} of every field a change form shows."""
    forms = [response.context["adminform"].form]
    values = {}
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for field in form:
            value = field.value()
            if value is None or value is False:
                continue
            values[field.html_name] = value() if callable(value) else value
    return values


def errors(response):
    """{field: messages} of the form and its inlines; {} where it was saved."""
    if response.status_code == 302:
        return {}
    found = dict(response.context["adminform"].form.errors)
    for inline in response.context["inline_admin_formsets"]:
        for form in inline.formset.forms:
            found |= form.errors
        if inline.formset.non_form_errors():
            found[inline.formset.prefix] = inline.formset.non_form_errors()
    return found
