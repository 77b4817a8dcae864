"""The audit as auditors read it: the list, narrowed, and the file they take away."""

import csv
import datetime
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from centres import audit
from centres.admin.audit_list import MOST_LISTED
from centres.models import Act, AuditEntry
from tests import factories

from .auditing import EXPORT, LIST, NOW, entries, note, signed_in, url

pytestmark = pytest.mark.django_db


def rows_in(response):
    return [entry.label for entry in response.context["cl"].result_list]


def test_auditors_read_the_newest_first_and_change_nothing(audrey):
    old, new = factories.centre(name="Old"), factories.centre(name="New")
    note(old, now=NOW - datetime.timedelta(hours=1))
    entry = note(new, changes={"town": ["Leeds", "York"]}, note="Told by telephone.")

    page = audrey.get(LIST)
    detail = audrey.get(url(entry)).content.decode()

    assert rows_in(page) == ["New", "Old"]
    assert "Leeds" in detail
    assert "York" in detail
    assert "Told by telephone." in detail
    for html in (page.content.decode(), detail):
        assert "deletelink" not in html
        assert 'name="_save"' not in html
        assert "/add/" not in html
    assert audrey.post(url(entry), {"note": "x"}).status_code == 403
    assert audrey.post(url(entry, "delete"), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("person", ["ruth", "alan", "mona", "nobody"])
def test_nobody_else_reads_or_exports_it(people, person):
    client, entry = signed_in(getattr(people, person)), note(factories.centre())

    for address in (LIST, url(entry), EXPORT):
        assert client.get(address).status_code == 403
    assert client.post(EXPORT, {"centre": entry.centre_id}).status_code == 403


def test_it_is_narrowed_by_person_act_period_and_centre(audrey, people):
    oak, elm = factories.centre(name="Oak"), factories.centre(name="Elm")
    note(oak, person=people.ruth)
    note(elm, Act.SAW, person=people.alan)
    note(elm, now=NOW - datetime.timedelta(days=60))

    def found(query):
        return rows_in(audrey.get(f"{LIST}?{query}"))

    assert found("") == ["Elm", "Oak"]
    assert found(f"who={people.ruth.pk}") == ["Oak"]
    assert found("who=command&period=all") == ["Elm"]
    assert found("act=saw") == ["Elm"]
    assert found(f"centre={elm.pk}&period=all") == ["Elm", "Elm"]
    assert found("period=day") == ["Elm", "Oak"]
    assert found("q=oak") == ["Oak"]
    for nonsense in ("who=x", "who=٣", "act=x", "period=x", "centre=x", f"centre={10**30}"):
        assert found(nonsense) == [], nonsense


def test_the_list_never_counts_the_whole_table(audrey):
    centre = factories.centre()
    AuditEntry.objects.bulk_create(
        AuditEntry(act="saw", kind="centre", at=NOW, label=str(centre)) for _ in range(1100)
    )

    with CaptureQueriesContext(connection) as captured:
        page = audrey.get(LIST)

    assert page.context["cl"].result_count == MOST_LISTED
    assert f"The newest {MOST_LISTED} entries" in page.content.decode()
    of_audit = [q["sql"] for q in captured if 'FROM "centres_auditentry"' in q["sql"]]
    assert of_audit
    assert all("LIMIT" in sql for sql in of_audit)
    assert not [sql for sql in of_audit if "COUNT(" in sql]
    assert audrey.get(f"{LIST}?p=20").status_code == 200
    with CaptureQueriesContext(connection) as captured:
        audrey.get(f"{LIST}?_facets=True")
    assert not [query for query in captured if "COUNT(" in query["sql"]]


def test_the_list_costs_the_same_for_one_entry_and_fifty(audrey, people):
    centre = factories.centre()

    def cost():
        with CaptureQueriesContext(connection) as captured:
            audrey.get(LIST)
        return len(captured)

    note(centre, person=people.ruth, changes={"town": ["", "York"]})
    few = cost()
    for _ in range(60):
        note(factories.centre(), person=people.alan, changes={"beds": [1, 2]})
    assert cost() == few


# The file


def lines_of(response):
    assert response.streaming
    text = b"".join(response.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_one_centre_is_exported_whole_and_that_is_noted(audrey, people):
    oak = factories.centre(name="Oak")
    changes = {"beds": [None, 12], "languages": [["english"], []]}
    note(oak, person=people.ruth, changes=changes, note="Seen.")
    note(oak, Act.SAW, person=people.alan, now=NOW - datetime.timedelta(days=900))
    note(factories.centre(), person=people.ruth)

    response = audrey.post(EXPORT, {"centre": oak.pk})
    saw, beds, languages, exported = lines_of(response)

    assert response["Content-Disposition"] == f'attachment; filename="audit-centre-{oak.pk}.csv"'
    assert list(saw) == list(audit.COLUMNS)
    assert (saw["act"], saw["person"], saw["field"]) == ("saw", "alan", "")
    assert beds["at"] == NOW.astimezone(datetime.UTC).isoformat()
    assert (beds["field"], beds["old"], beds["new"], beds["note"]) == ("beds", "", "12", "Seen.")
    assert (languages["old"], languages["new"]) == ('["english"]', "[]")
    assert (exported["act"], exported["person"]) == ("exported", "audrey")
    (entry,) = entries(act=Act.EXPORTED)
    assert (entry.centre_id, entry.label) == (oak.pk, "the audit of Oak")


def test_a_period_is_whole_days_as_the_team_counts_them(audrey):
    centre = factories.centre()
    summer = datetime.timezone(datetime.timedelta(hours=1))
    for name, at in {
        "before": datetime.datetime(2025, 5, 31, 23, 59, 59, tzinfo=summer),
        "first": datetime.datetime(2025, 6, 1, 0, 0, tzinfo=summer),
        "last": datetime.datetime(2025, 6, 2, 23, 59, 59, tzinfo=summer),
        "after": datetime.datetime(2025, 6, 3, 0, 0, tzinfo=summer),
    }.items():
        note(centre, now=at, note=name)

    response = audrey.post(EXPORT, {"first": "2025-06-01", "last": "2025-06-02"})

    assert [line["note"] for line in lines_of(response)] == ["first", "last"]
    assert "audit-2025-06-01-2025-06-02.csv" in response["Content-Disposition"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Give a centre, or the first and the last day."),
        ({"centre": "987654"}, "There is no such centre."),
        ({"centre": "'; --"}, "There is no such centre."),
        ({"centre": "9" * 19}, "There is no such centre."),
        ({"first": "2025-06-01"}, "Give both days."),
        ({"last": "2025-06-01"}, "Give both days."),
        ({"first": "2025-06-02", "last": "2025-06-01"}, "The last day is before the first."),
        ({"first": "2025-06-02", "last": "2999-06-01"}, "This day is still to come."),
        ({"first": "yesterday", "last": "2025-06-01"}, "Enter a valid date."),
    ],
)
def test_what_is_not_asked_for_plainly_is_not_exported(audrey, typed, sentence):
    response = audrey.post(EXPORT, typed)

    assert response.status_code == 200
    assert not response.streaming
    assert sentence in response.content.decode()
    assert entries(act=Act.EXPORTED) == []


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", " ="])
def test_no_cell_is_a_formula(audrey, sign):
    centre = factories.centre()
    attack = f"{sign}HYPERLINK(1)"
    note(centre, note=attack, changes={attack: [attack, {"x": 1}]})

    response = audrey.post(EXPORT, {"centre": centre.pk})
    text = b"".join(response.streaming_content).decode()
    line = next(csv.DictReader(io.StringIO(text, newline="")))

    for name in ("field", "old", "note"):
        assert line[name] == f"'{attack}"


def test_numbers_stay_numbers():
    assert [audit.cell(value) for value in (-1.55, 3, None, True, "")] == [-1.55, 3, "", "true", ""]


def test_the_file_is_sent_a_part_at_a_time(audrey):
    centre = factories.centre()
    AuditEntry.objects.bulk_create(
        AuditEntry(act="saw", kind="centre", centre_id=centre.pk, at=NOW) for _ in range(1200)
    )
    response = audrey.post(EXPORT, {"centre": centre.pk})

    assert response.streaming
    assert len(list(response.streaming_content)) > 1000


def test_a_centre_that_is_gone_can_still_be_exported(audrey):
    centre = factories.centre(name="Oak", status="draft")
    pk = note(centre).centre_id
    centre.delete()

    assert lines_of(audrey.post(EXPORT, {"centre": pk}))[0]["centre"] == "Oak"
