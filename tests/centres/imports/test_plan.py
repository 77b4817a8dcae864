"""What a second file does, and what people's edits and decisions are worth against it."""

import datetime

import pytest
from django.utils import timezone

from centres.models import (
    Centre,
    Criterion,
    ImportRun,
    Method,
    Precision,
    Provenance,
    SourceRecord,
    Status,
)
from centres.reports import HIDE_A_NUMBER
from tests import factories
from tests.centres.reporting import doubted

from .files import COMMUNITY, RESIDENTIAL, directory, location

pytestmark = pytest.mark.django_db


@pytest.fixture
def imported(run, tmp_path):
    """Import a care directory of a day: `imported("2026-04-01", rows, *options)`."""

    def import_rows(day, rows, *options, apply=True):
        path = directory(tmp_path / "directory.csv", rows, preamble=[f"Care directory {day}"])
        return run("cqc", path, *(["--apply"] if apply else []), *options)

    return import_rows


APRIL, MAY, JUNE = "2026-04-01", "2026-05-01", "2026-06-01"


def test_a_dry_run_writes_nothing(imported):
    output = imported(APRIL, [location(1)], apply=False)

    assert "line 3: Willow House 1 (Sampleton, LS1 4DY): residential" in output
    assert "1 to create" in output
    assert not Centre.objects.exists()
    assert not ImportRun.objects.exists()


def test_applying_twice_changes_nothing_more(imported):
    rows = [location(1), location(2)]
    imported(APRIL, rows)
    before = list(Provenance.objects.order_by("pk").values())

    output = imported(APRIL, rows)

    assert "Nothing to apply" in output
    assert list(Provenance.objects.order_by("pk").values()) == before
    assert ImportRun.objects.count() == 1


def test_a_later_file_that_says_the_same_makes_facts_younger(imported):
    imported(APRIL, [location(1)])
    imported(MAY, [location(1)])

    assert {str(row.as_of) for row in Provenance.objects.all()} == {MAY}
    assert Centre.objects.count() == 1


def test_a_change_is_shown_field_by_field_and_applied(imported):
    imported(APRIL, [location(1)])
    changed = [location(1, name="Oak House", website="https://example.org", phone="1632960099")]

    plan = imported(MAY, changed, apply=False)
    imported(MAY, changed)

    assert "name: “Willow House 1” → “Oak House”" in plan
    assert "website: unknown → “https://example.org”" in plan
    centre = Centre.objects.get()
    assert (centre.name, centre.slug) == ("Oak House", "willow-house-1")
    assert [phone.number for phone in centre.phones.all()] == ["+441632960099"]
    assert centre.provenance.filter(fact="website").count() == 1
    assert "Nothing to apply" in imported(MAY, changed)


def test_what_the_source_takes_back_is_unknown_again(imported):
    imported(
        APRIL, [location(1, website="https://example.org"), location(2, website="example.org")]
    )
    imported(MAY, [location(1), location(2, website="example.org")])

    first, second = Centre.objects.order_by("name")
    assert (first.website, second.website) == ("", "https://example.org")
    assert not first.provenance.filter(fact="website").exists()


def test_a_persons_edit_outlives_a_file_that_says_the_same(imported):
    imported(APRIL, [location(1)])
    Centre.objects.update(name="Willow House, as it calls itself")

    imported(MAY, [location(1)])

    assert Centre.objects.get().name == "Willow House, as it calls itself"


def test_where_both_changed_the_persons_value_stays_and_is_reported(imported):
    imported(APRIL, [location(1)])
    Centre.objects.update(name="Ours")

    output = imported(MAY, [location(1, name="Theirs", phone="1632960099")])

    assert "Willow House" not in Centre.objects.get().name
    assert Centre.objects.get().name == "Ours"
    assert "name: “Ours” → “Theirs”" in output
    assert Centre.objects.get().phones.get().number == "+441632960099"
    report = ImportRun.objects.first().report
    assert any("changed here and by the source" in problem["reason"] for problem in report)
    assert "Nothing to apply" in imported(MAY, [location(1, name="Theirs", phone="1632960099")])


def test_who_answers_a_telephone_that_stays_is_kept(imported):
    imported(APRIL, [location(1)])
    Centre.objects.get().phones.update(answered_by="centre", label="")
    imported(MAY, [location(1, name="Oak House")])

    assert Centre.objects.get().phones.get().answered_by == "centre"


def test_a_hidden_number_that_a_register_leaves_out_and_brings_back_stays_hidden(imported):
    imported(APRIL, [location(1, phone="1632960001")])
    phone = Centre.objects.get().phones.get()
    for _ in range(HIDE_A_NUMBER):
        doubted(phone, now=timezone.now())
    imported(MAY, [location(1, phone="1632960099")])
    assert [row.number for row in Centre.objects.get().shown_phones()] == ["+441632960099"]

    imported(JUNE, [location(1, phone="1632960001")])

    assert Centre.objects.get().phones.get().number == phone.number
    assert Centre.objects.get().shown_phones() == []


def test_a_withheld_address_is_never_placed_again(imported):
    imported(APRIL, [location(1)])
    Centre.objects.update(
        latitude=None, longitude=None, coordinates_source="", precision=Precision.WITHHELD
    )

    imported(MAY, [location(1, postcode="LS2 7DJ")])

    centre = Centre.objects.get()
    assert (centre.latitude, centre.precision) == (None, "withheld")


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.CLOSED])
def test_what_people_withdrew_or_closed_is_left_alone(imported, status):
    imported(APRIL, [location(1)])
    factories.set_status(Centre.objects.get(), status)

    output = imported(MAY, [location(1, name="Back again")])

    centre = Centre.objects.get()
    assert (centre.name, centre.status) == ("Willow House 1", status)
    assert "Willow House 1: " in output


def test_a_withdrawn_centre_entered_by_hand_is_not_brought_back(imported):
    factories.centre(name="Willow House 1", postcode="LS14DY", status=Status.WITHDRAWN)

    imported(APRIL, [location(1)])

    assert Centre.objects.get().status == Status.WITHDRAWN


def test_a_withdrawn_centre_registered_anew_under_another_number_is_not_brought_back(imported):
    imported(APRIL, [location(1)])
    factories.withdraw(Centre.objects.get())

    output = imported(MAY, [location(2, name="Willow House 1"), location(3, name="Willow House 1")])

    assert Centre.objects.get().status == Status.WITHDRAWN
    assert "Willow House 1: withdrawn here (do not list). (2 rows)" in output


def test_a_refuge_that_withdrew_without_postcode_and_number_is_left_out_for_a_person(imported):
    factories.centre(name="Willow House 1", status=Status.WITHDRAWN)

    output = imported(APRIL, [location(1, name="Willow House 1 Ltd"), location(2, name="Elm")])

    assert Centre.objects.get(status=Status.LISTED).name == "Elm"
    assert "Willow House 1 Ltd: it resembles Willow House 1, withdrawn here" in output
    assert "by its name. A person should look" in output
    assert "1 to create, 0 to change, 0 unchanged, 0 no longer in the file, 1 rows" in output


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"phone": ""}, "Oak House: withdrawn here (do not list)."),
        ({"postcode": ""}, "Oak House: withdrawn here (do not list)."),
        ({"postcode": "LS2 7DJ"}, "withdrawn here (do not list), by its telephone and name."),
        ({"name": "Elm Lodge", "postcode": ""}, "withdrawn here (do not list), by its telephone."),
    ],
)
def test_a_withdrawn_centre_under_another_number_and_a_like_name_is_left_out(
    imported, cells, words
):
    imported(APRIL, [location(1, name="Oak House")])
    factories.withdraw(Centre.objects.get())

    again = {"name": "Oak House Ltd", "phone": "1632960001", **cells}
    output = imported(MAY, [location(2, **again)])

    assert Centre.objects.get().status == Status.WITHDRAWN
    assert words in output


@pytest.mark.parametrize("status", [Status.CLOSED, Status.SUSPENDED, Status.DRAFT, Status.LISTED])
def test_what_resembles_a_centre_that_is_not_withdrawn_is_listed(imported, status):
    factories.set_status(factories.centre(name="Willow House 1"), status)

    imported(APRIL, [location(1, name="Willow House 1 Ltd")])

    assert Centre.objects.get(name="Willow House 1 Ltd").status == Status.LISTED


def test_once_a_person_entered_the_other_one_by_hand_the_file_takes_it_up(imported):
    factories.centre(name="Willow House 1", status=Status.WITHDRAWN)
    factories.centre(
        name="Willow House 1 Ltd", registration="registered", regulator="cqc",
        registration_number="1-1000001",
    )  # fmt: skip

    imported(APRIL, [location(1, name="Willow House 1 Ltd")])

    assert Centre.objects.get(status=Status.LISTED).town == "Sampleton"


def test_a_centre_whose_withdrawal_was_lifted_is_a_draft_until_somebody_approves(imported):
    imported(APRIL, [location(1)])
    factories.lift(factories.withdraw(Centre.objects.get()))

    imported(MAY, [location(1, name="Oak House")])

    centre = Centre.objects.get()
    assert (centre.name, centre.status) == ("Oak House", Status.DRAFT)


def test_a_centre_entered_by_hand_is_found_by_its_number(imported):
    factories.centre(
        name="Our name for it",
        registration="registered",
        regulator="cqc",
        registration_number="1-1000001",
    )

    output = imported(APRIL, [location(1)])

    centre = Centre.objects.get()
    assert centre.name == "Our name for it"
    assert centre.town == "Sampleton"
    assert centre.provenance.filter(fact="address", method=Method.REGISTER).exists()
    assert "name: “Our name for it” → “Willow House 1”" in output
    assert "Nothing to apply" in imported(APRIL, [location(1)])


def test_a_number_that_another_entrys_centre_bears_stops_only_its_row(imported):
    imported(APRIL, [location(1)])
    Centre.objects.update(registration_number="1-1000002")

    output = imported(MAY, [location(1), location(2), location(3)])

    assert "another entry's centre has its registration number" in output
    assert Centre.objects.count() == 2


def test_services_that_come_and_go_are_programmes_that_come_and_go(imported):
    imported(APRIL, [location(1)])
    imported(MAY, [location(1, services=f"{COMMUNITY}|{RESIDENTIAL}")])
    assert Centre.objects.get().programmes.count() == 2

    imported(JUNE, [location(1, services=COMMUNITY)])

    assert Centre.objects.get().programmes.get().level == "outpatient"


def test_a_programme_that_people_worked_on_stays(imported):
    imported(APRIL, [location(1, services=f"{COMMUNITY}|{RESIDENTIAL}")])
    Centre.objects.get().programmes.filter(level="residential").update(dual_diagnosis="capable")

    imported(MAY, [location(1, services=COMMUNITY)])

    assert Centre.objects.get().programmes.count() == 2


def test_a_programme_that_people_removed_is_not_brought_back(imported):
    imported(APRIL, [location(1)])
    Centre.objects.get().programmes.all().delete()

    imported(MAY, [location(1)])

    assert not Centre.objects.get().programmes.exists()


def test_an_older_file_does_not_overwrite_a_newer(imported):
    imported(MAY, [location(1)])

    output = imported(APRIL, [location(1, name="Old name")])

    assert Centre.objects.get().name == "Willow House 1"
    assert "a newer file, of 2026-05-01, has been applied" in output


def twenty(*but):
    return [location(number) for number in range(1, 21) if number not in but]


def test_centres_no_longer_in_the_file_are_shown_and_kept(imported):
    imported(APRIL, twenty())

    output = imported(MAY, twenty(20))

    assert "No longer in the file: 1\n  Willow House 20 (1-1000020)" in output
    assert not Centre.objects.exclude(status=Status.LISTED).exists()


def test_they_are_closed_where_that_is_asked_for(imported):
    imported(APRIL, twenty())
    imported(MAY, twenty(20), "--close-missing")

    closed = Centre.objects.get(status=Status.CLOSED)
    assert (closed.name, str(closed.closed_on)) == ("Willow House 20", MAY)
    assert closed.provenance.filter(fact="closed_on").exists()
    assert ImportRun.objects.first().closed == 1

    output = imported(JUNE, twenty())
    assert "listed again" in output
    assert not Centre.objects.exclude(status=Status.LISTED).exists()


def test_one_that_is_closed_advertises_no_more_and_listing_it_again_revives_nothing(imported):
    imported(APRIL, twenty())
    Criterion.objects.update(is_required=False)  # the factories answer none of them
    willow, now = Centre.objects.get(name="Willow House 20"), timezone.now()
    today, day = timezone.localdate(now), datetime.timedelta(days=1)
    factories.verify(willow, today, today + 90 * day)
    agreement = factories.advertise(willow, today, today + 30 * day)

    imported(MAY, twenty(20), "--close-missing")
    imported(JUNE, twenty())

    willow.refresh_from_db(), agreement.refresh_from_db()
    assert willow.is_verified(now=now)
    assert not willow.is_advertiser(now=now)
    assert agreement.end_reason == "The centre is closed."


def test_closing_many_has_to_be_meant(imported, refused, tmp_path):
    imported(APRIL, twenty())
    path = directory(tmp_path / "few.csv", [location(1)], preamble=[MAY])

    sentence = refused("cqc", path, "--apply", "--close-missing")

    assert "19 of 20 centres (95%) would be closed" in sentence
    assert not Centre.objects.exclude(status=Status.LISTED).exists()
    imported(MAY, [location(1)], "--close-missing", "--close-many")
    assert Centre.objects.filter(status=Status.CLOSED).count() == 19


def test_a_file_with_damaged_rows_closes_nothing(imported, refused, tmp_path):
    imported(APRIL, twenty())
    rows = [*twenty(20), location(20, key="???")]
    path = directory(tmp_path / "damaged.csv", rows, preamble=[MAY])

    assert "could not be read" in refused("cqc", path, "--apply", "--close-missing")


def test_the_run_is_kept_with_what_was_left_out(imported):
    imported(APRIL, [location(1), location(2, key="?"), location(3, phone="123456789")])

    run = ImportRun.objects.get()
    assert (run.created, run.changed, run.unchanged, run.closed, run.left_out) == (2, 0, 0, 0, 1)
    assert {problem["line"] for problem in run.report} == {4, 5}
    assert len(run.file_digest) == 64
    assert SourceRecord.objects.filter(last_run=run).count() == 2
