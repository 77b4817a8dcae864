"""Every page of the admin opens, and costs the same however much it shows."""

import datetime

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from centres.models import Act, AuditEntry, Centre, JobRun
from tests import factories
from tests.centres import callbacks, reporting, texts

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
    factories.criterion()
    factories.advertise(centre, *_verified(centre))
    factories.proposal(centre)
    AuditEntry.objects.note(Act.SAW, person=None, row=centre, now=timezone.now())
    texts.live(f"substance-{centre.pk}")
    factories.mail(now=timezone.now())
    JobRun.objects.get_or_create(job=f"job-{centre.pk}")
    _from_outside(centre)
    return centre


def _from_outside(centre):
    """What strangers and centres send: a row of each kind."""
    now = timezone.now()
    reporting.reported(centre, now=now)
    reporting.replied(centre, now=now)
    factories.claim(centre, document=b"%PDF-")
    factories.submission()
    factories.withdraw(factories.centre())
    callbacks.asked(form=f"form-{centre.pk}", now=now)


def _verified(centre):
    """The first and last day of its verification."""
    days = datetime.date(2025, 6, 1), datetime.date(2999, 1, 1)
    factories.verify(centre, *days)
    return days


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


def test_each_list_costs_the_same_for_one_row_and_forty(admin_client):
    full_centre()
    lists = {
        model: reverse(f"admin:centres_{model._meta.model_name}_changelist") for model in MODELS
    }
    lists[Centre] += "?status=all"
    few = {model: queries(admin_client, url) for model, url in lists.items()}
    for _ in range(40):
        full_centre()

    assert {model: queries(admin_client, url) for model, url in lists.items()} == few


def test_a_form_costs_the_same_for_two_programmes_and_forty(admin_client):
    centre = full_centre()
    url = reverse("admin:centres_centre_change", args=[centre.pk])
    few = queries(admin_client, url)
    for _ in range(38):
        programme = factories.programme(centre, substances=["alcohol"], therapies=["cbt"])
        factories.provenance(centre, programme=programme, fact="level")
        factories.phone(centre)

    assert queries(admin_client, url) == few


@pytest.mark.parametrize("page", ["changelist", "change", "add"])
def test_pages_ask_no_other_host_and_hold_no_inline_script_or_style(admin_client, page):
    centre = full_centre()
    arguments = [centre.pk] if page == "change" else []
    response = admin_client.get(reverse(f"admin:centres_centre_{page}", args=arguments))
    html = response.content.decode()

    assert "unsafe" not in response["Content-Security-Policy"]
    assert "<style" not in html
    assert " style=" not in html
    assert " onclick=" not in html
    for tag in html.split("<script")[1:]:
        assert "src=" in tag.split(">")[0] or 'type="application/json"' in tag.split(">")[0]
    assert 'src="http' not in html


def test_the_header_says_where_one_is(admin_client):
    html = admin_client.get(reverse("admin:index")).content.decode()

    assert "Treatment centre directory · research team" in html
    assert "What is in the directory" in html


def test_a_draft_has_no_link_to_a_page_it_does_not_have(admin_client):
    for status, has_page in (("listed", True), ("draft", False)):
        centre = factories.centre(status=status)
        html = admin_client.get(reverse("admin:centres_centre_change", args=[centre.pk]))
        assert (f'"{centre.get_absolute_url()}"' in html.content.decode()) is has_page
