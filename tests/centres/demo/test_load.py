import datetime

import pytest
from django.core.management import CommandError
from django.utils import timezone

from centres import reports
from centres.models import (
    Centre,
    Programme,
    Provenance,
    Provider,
    Reply,
    Report,
    Source,
    Status,
    VerificationState,
)
from centres.models.provenance import facts_stated_by

from .loading import NOW, TODAY, said


@pytest.fixture
def centres(loaded, db):
    return Centre.objects.demo()


def test_it_works(centres):
    assert centres.count() > 300
    house = centres.get(slug="eddlestoke-house-demo")
    programme = house.programmes.get()
    assert (programme.price, programme.currency, programme.price_on) == (
        7400, "GBP", TODAY - datetime.timedelta(days=12),
    )  # fmt: skip
    assert sorted(programme.conditions.values_list("slug", flat=True)) == [
        "anxiety", "depression", "ptsd",
    ]  # fmt: skip
    assert programme.fresh_admission(now=NOW) == TODAY + datetime.timedelta(days=3)


def test_every_row_passes_its_fields_own_checks(centres):
    for row in (*centres, *Programme.objects.all(), *Provider.objects.all()):
        row.clean_fields()


def test_every_state_of_verification_is_there(centres):
    states = [centre.verification_state(now=NOW) for centre in centres]
    assert all(states.count(state) > 5 for state in VerificationState)
    last_day = centres.get(slug="lastday-ostrelquay-demo")
    tomorrow = NOW + datetime.timedelta(days=1)
    assert last_day.is_advertiser(now=NOW)
    assert not last_day.is_verified(now=tomorrow)
    assert not last_day.is_advertiser(now=tomorrow)
    to_come = centres.get(slug="tomorrow-vennelquay-demo")
    assert not to_come.is_verified(now=NOW)
    assert to_come.is_verified(now=tomorrow)


def test_adverts_run_now_are_over_or_are_to_come(centres):
    adverts = centres.exclude(advertiser_from=None)
    assert Centre.objects.advertisers(now=NOW).count() >= 5
    assert adverts.filter(advertiser_until__lt=TODAY).exists()
    assert adverts.filter(advertiser_from__gt=TODAY).exists()


def test_admissions_are_fresh_or_stale(centres):
    stated = Programme.objects.exclude(earliest_admission=None)
    fresh = [programme for programme in stated if programme.fresh_admission(now=NOW)]
    assert len(fresh) > 50
    assert len(stated) - len(fresh) > 20
    three_days_on = NOW + datetime.timedelta(hours=72)
    assert [p for p in stated if p.fresh_admission(now=three_days_on)] == []


def test_closed_centres_lead_to_their_successors_or_nowhere(centres):
    first = centres.get(slug="first-skellowick-hostel-demo")
    assert first.successor.successor.slug == "skellowick-house-demo"
    assert first.successor.successor.status == Status.LISTED
    assert centres.filter(status=Status.CLOSED, successor=None).exists()


def test_a_withheld_address_shows_its_region_only(centres):
    for centre in centres.filter(precision="withheld"):
        assert centre.address_lines() == [centre.region]
        assert centre.latitude is None
        assert centre.town not in f"{centre.about} {centre.region}"


def test_two_centres_share_a_building_and_two_a_name_and_place(centres):
    house = centres.get(slug="thistlequern-rehab-demo")
    beside = centres.filter(latitude=house.latitude, longitude=house.longitude)
    assert beside.count() == 2
    twins = centres.filter(name="Twinnerby House (demo)")
    assert len(set(twins.values_list("name", "latitude", "longitude"))) == 1
    assert twins.count() == 2


def test_nothing_known_is_stored_as_nothing(centres):
    bare = centres.get(slug="barnaquill-demo")
    assert bare.registration == "unknown"
    assert list(bare.provenance.values_list("fact", flat=True)) == ["name"]
    assert not bare.programmes.exists()
    assert centres.filter(programmes__level="", status=Status.LISTED).exists()


def test_a_coordinate_of_nought_is_a_coordinate(centres):
    house = centres.get(slug="meridian-dapplelathe-house-demo")
    assert house.longitude == 0.0
    assert house.provenance.filter(fact="coordinates").exists()


def test_every_known_fact_says_how_old_it_is(centres):
    said_of = {}
    for centre, programme, fact in Provenance.objects.values_list("centre", "programme", "fact"):
        said_of.setdefault((centre, programme), set()).add(fact)
    for programme in Programme.objects.all():
        known = [
            field
            for field in ("level", "length_min_days", "price", "age_min", "earliest_admission")
            if getattr(programme, field) not in (None, "")
        ]
        facts = set(facts_stated_by(Programme, known))
        assert facts <= said_of.get((programme.centre_id, programme.pk), set())
    assert Provenance.objects.values("as_of").distinct().count() > 100
    assert not Provenance.objects.exclude(method="made-up").exists()
    assert not Provenance.objects.filter(as_of__gt=TODAY).exists()


def test_loading_again_changes_nothing(centres):
    Centre.objects.filter(slug="eddlestoke-house-demo").update(about="Edited by hand.")
    Centre.objects.get(slug="barnaquill-demo").delete()
    before = list(centres.values())
    assert "there already" in said("load_demo")
    assert list(centres.values()) == before


def test_a_refresh_dates_them_from_today(centres):
    Centre.objects.get(slug="barnaquill-demo").delete()
    uuid = centres.get(slug="eddlestoke-house-demo").uuid
    said("load_demo", "--refresh")
    house = centres.get(slug="eddlestoke-house-demo")
    assert house.uuid == uuid
    assert house.programmes.get().fresh_admission(now=timezone.now()) is not None
    assert centres.filter(slug="barnaquill-demo").exists()


def test_clearing_takes_out_the_demo_and_nothing_else(centres):
    source = Source.objects.create(slug="by-hand", name="By hand", publisher="Us")
    provider = Provider.objects.create(legal_name="A real one", country="GB")
    real = Centre.objects.create(
        name="Real", slug="real", country="GB", source=source, provider=provider,
        status=Status.CLOSED, closed_on=TODAY, successor=centres.get(slug="skellowick-house-demo"),
    )  # fmt: skip
    adopted = Provider.objects.get(company_number="DEMO-001")
    Centre.objects.create(name="Real too", slug="real-too", country="GB", provider=adopted)
    out = said("clear_demo", "--no-input")
    assert "Took out 32" in out
    assert f"Kept the provider “{adopted}”" in out
    assert set(Centre.objects.values_list("slug", flat=True)) == {"real", "real-too"}
    assert set(Provider.objects.all()) == {provider, adopted}
    assert not Programme.objects.exists()
    assert not Provenance.objects.exists()
    real.refresh_from_db()
    assert real.successor is None


def test_clearing_asks_first(centres, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda question: "n")
    with pytest.raises(CommandError, match="Nothing was taken out"):
        said("clear_demo")
    assert centres.exists()


def test_one_fact_was_corrected_and_one_has_a_reply_and_no_figure_is_made_up(centres):
    corrected = Report.objects.corrections().get()
    reply = Reply.objects.shown().get()

    assert corrected.programme.centre == corrected.centre
    assert reply.claim.centre == reply.centre
    assert reports.record(now=NOW).reported == 0
