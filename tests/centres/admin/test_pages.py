"""Every page of the admin opens, and costs the same however much it shows."""

import datetime

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from centres.models import Centre
from tests import factories

DAY = datetime.date(2025, 6, 1)
MODELS = [m for m in admin.site._registry if m._meta.app_label == "centres"]


def full_centre(**facts):
    """A centre with everything a page may show beside it."""
    register = factories.source()
    centre = factories.centre(
        latitude=53.8,
        longitude=-1.55,
        provider=factories.provider(),
        source=register,
        languages=["english"],
        **facts,
    )
    factories.phone(centre)
    factories.provenance(centre, source=register)
    for _ in range(2):
        programme = factories.programme(
            centre, substances=["alcohol", "ketamine"], therapies=["cbt"], funding=["nhs"]
        )
        factories.insurance(programme)
        factories.provenance(centre, programme=programme, fact="level", source=register)
    factories.source_record(centre, source=register, last_run=factories.import_run(source=register))
    return centre


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(url)
    assert response.status_code == 200
    return len(captured)


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m._meta.model_name)
def test_list_and_form_open(admin_client, model):
    full_centre()
    name = f"admin:centres_{model._meta.model_name}"

    assert admin_client.get(reverse(f"{name}_changelist")).status_code == 200
    row = model.objects.first()
    assert admin_client.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m._meta.model_name)
def test_a_list_costs_the_same_for_one_row_and_a_hundred(admin_client, model):
    full_centre()
    url = reverse(f"admin:centres_{model._meta.model_name}_changelist") + "?status=all"
    if model is not Centre:
        url = url.removesuffix("?status=all")
    few = queries(admin_client, url)
    for _ in range(40):
        full_centre()

    assert queries(admin_client, url) == few
