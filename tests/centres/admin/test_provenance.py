"""A fact typed by hand says how it was learnt and when it was true."""

import datetime

import pytest
from django.utils import timezone

from centres.admin.facts import age_in_words
from centres.models import Centre, Method, Programme, Provenance
from centres.models.provenance import facts_stated_by
from tests import factories

KNOWN = {"how_known": "phone", "as_of": "2025-06-01"}


def told(row):
    """{fact: (source, method, day, who)} of the centre or programme."""
    entries = Provenance.objects.select_related("source", "recorded_by")
    entries = (
        entries.filter(programme=row)
        if isinstance(row, Programme)
        else entries.filter(centre=row, programme=None)
    )
    entries = entries.exclude(recorded_by=None)
    return {e.fact: (e.source.slug, e.method, e.as_of, e.recorded_by.username) for e in entries}


BY_PHONE = ("research-team", "phone", datetime.date(2025, 6, 1), "ada")


def test_it_works(post):
    centre = factories.centre()

    assert post.errors(post(centre, **KNOWN, town="Leeds", website="https://example.org")) == {}
    assert told(centre) == {"address": BY_PHONE, "website": BY_PHONE}


def test_a_changed_fact_needs_both_answers(post):
    centre = factories.centre()

    found = post.errors(post(centre, town="Leeds", as_of=""))

    assert "You changed: address" in found["how_known"][0]
    assert "when what you changed was true" in found["as_of"][0]
    assert Centre.objects.get().town == ""


@pytest.mark.parametrize("day", ["2999-01-01", "yesterday"])
def test_a_fact_is_not_true_as_of_a_day_to_come(post, day):
    assert "as_of" in post.errors(
        post(factories.centre(), town="Leeds", how_known="phone", as_of=day)
    )


def test_nobody_can_say_they_made_it_up(post):
    typed = {"town": "Leeds", "as_of": "2025-06-01", "how_known": Method.MADE_UP}

    assert "how_known" in post.errors(post(factories.centre(), **typed))


def test_the_day_is_today_unless_somebody_says_otherwise(post):
    centre = factories.centre()

    post(centre, town="Leeds", how_known="visit")

    assert told(centre)["address"][2] == timezone.localdate()


def test_what_is_no_fact_needs_no_answer(post):
    centre = factories.centre()

    assert post.errors(post(centre, status="suspended")) == {}
    assert told(centre) == {}


def test_only_what_changed_is_recorded_and_replaces_what_was_said_before(post):
    centre = factories.centre(website="https://example.org")
    factories.provenance(centre, fact="website", method="register")
    factories.provenance(centre, fact="address", method="register")
    kept = Provenance.objects.get(fact="website")

    post(centre, **KNOWN, town="Leeds")

    assert told(centre)["address"] == BY_PHONE
    assert Provenance.objects.get(fact="website") == kept
    assert Provenance.objects.count() == 2


def test_facts_of_programmes_and_telephones_are_recorded_beside_their_own(post):
    centre = factories.centre()
    untouched = factories.programme(centre)
    programme = factories.programme(centre)
    alcohol = factories.term("substance", "alcohol")
    typed = {
        "programmes-1-length_min_days": "28",
        "programmes-1-substances": [alcohol.pk],
        "phones-TOTAL_FORMS": "1",
        "phones-0-number": "01632 960123",
        "phones-0-answered_by": "centre",
        "phones-0-position": "0",
    }

    assert post.errors(post(centre, **KNOWN, **typed)) == {}
    assert told(centre) == {"phones": BY_PHONE}
    assert told(programme) == {"length": BY_PHONE, "substances": BY_PHONE}
    assert told(untouched) == {}


@pytest.mark.parametrize("missing", ["how_known", "as_of"])
def test_a_change_of_an_inline_alone_needs_both_answers(post, missing):
    programme = factories.programme(factories.centre())
    typed = {**KNOWN, "programmes-0-name": "Stage one", missing: ""}

    found = post.errors(post(programme.centre, **typed))

    assert "How do you know?" in found["programmes"][0]
    assert Programme.objects.get().name == ""


def test_insurance_is_a_fact_of_its_programme(post):
    programme = factories.programme(factories.centre())
    typed = {
        "insurance-TOTAL_FORMS": "1",
        "insurance-0-insurer": "Acme",
        "insurance-0-standing": "recognised",
        "insurance-0-as_of": "2025-06-01",
    }

    assert "insurance" in post.errors(post(programme, **typed))
    assert post.errors(post(programme, **KNOWN, **typed)) == {}
    assert told(programme) == {"insurance": BY_PHONE}


def test_a_new_centre_records_only_what_was_typed(post):
    typed = {"name": "Oak House", "country": "GB", "status": "draft", "website": "https://e.org"}

    assert post.errors(post.add(Centre, **KNOWN, **typed)) == {}
    centre = Centre.objects.get(slug="oak-house")
    assert told(centre) == {"name": BY_PHONE, "website": BY_PHONE}


def test_the_form_says_where_a_fact_comes_from_and_how_old_it_is(admin_client):
    register = factories.source(name="A register & co")
    centre = factories.centre()
    day = timezone.localdate() - datetime.timedelta(days=70)
    factories.provenance(centre, fact="address", source=register, as_of=day)

    html = admin_client.get(f"/admin/centres/centre/{centre.pk}/change/").content.decode()

    assert f"Address: A register &amp; co, from an official register. As of {day:%-d %B %Y}" in html
    assert html.count("2\N{NO-BREAK SPACE}months ago") == 2


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (datetime.date(2025, 6, 1), "today"),
        (datetime.date(2025, 5, 31), "1\N{NO-BREAK SPACE}day ago"),
        (datetime.date(2024, 10, 1), "8\N{NO-BREAK SPACE}months ago"),
        (datetime.date(2025, 6, 2), "a day to come"),
    ],
)
def test_ages_in_words(day, words):
    now = datetime.datetime(2025, 6, 1, 9, tzinfo=datetime.UTC)

    assert age_in_words(day, now=now) == words


@pytest.mark.parametrize("model", [Centre, Programme])
def test_every_fact_is_stated_by_some_field_or_inline(model):
    """Else a fact could change without anybody saying how they know."""
    fields = [field.name for field in model._meta.get_fields() if not field.auto_created]
    beside = {Centre: {"phones"}, Programme: {"insurance"}}[model]

    assert set(facts_stated_by(model, fields)) == set(model.FACTS) - beside
