"""Who saw and who changed what: noted as it happens, read by auditors, taken away as a file."""

import datetime
import http.client
import json
import logging
import threading
import time
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from centres.admin.audit import SEEN_AGAIN, note_sight
from centres.models import Act, AuditEntry, Centre, Provider, Term
from tests import factories

from .auditing import NOW, entries, signed_in, url
from .conftest import shown

pytestmark = pytest.mark.django_db


# Seeing


def noun_rows():
    today = timezone.localdate()
    centre = factories.centre(
        verified_from=today, verified_until=today + datetime.timedelta(days=99)
    )
    case = factories.approved(factories.centre(), today, today)
    return {
        "centre": centre,
        "programme": factories.programme(centre),
        "verification": case,
        "proposal": factories.proposal(centre),
        "advertisement": factories.advertise(centre, today, today),
    }


@pytest.mark.parametrize(
    "noun", ["centre", "programme", "verification", "proposal", "advertisement"]
)
def test_whoever_opens_a_row_is_noted(audrey, noun):
    row = noun_rows()[noun]

    assert audrey.get(url(row)).status_code == 200

    (entry,) = entries(act=Act.SAW)
    assert (entry.person, entry.kind, entry.row_id) == ("audrey", noun, str(row.pk))
    assert entry.centre_id == (row.pk if noun == "centre" else row.centre_id)


def test_one_who_opens_it_again_within_minutes_is_noted_once(people):
    centre, other = factories.centre(), factories.centre()

    for minutes in (0, 1, 9, 10, 11):
        at = NOW + datetime.timedelta(minutes=minutes)
        note_sight(centre, person=people.ruth, now=at)
    note_sight(centre, person=people.alan, now=NOW)
    note_sight(other, person=people.ruth, now=NOW)

    noted = [(e.person, e.centre_id, e.at - NOW) for e in entries()]
    assert datetime.timedelta(minutes=10) == SEEN_AGAIN
    assert noted == [
        ("ruth", centre.pk, datetime.timedelta()),
        ("ruth", centre.pk, SEEN_AGAIN),
        ("alan", centre.pk, datetime.timedelta()),
        ("ruth", other.pk, datetime.timedelta()),
    ]


def test_who_is_refused_saw_nothing(people):
    centre = factories.centre()

    assert signed_in(people.nobody).get(url(centre)).status_code == 403
    assert entries(act=Act.SAW) == []


@pytest.mark.parametrize("noun", ["centre", "verification"])
def test_noting_costs_two_queries_and_one_where_it_was_noted(audrey, noun):
    row = noun_rows()[noun]
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            audrey.get(url(row))
        sql = [query["sql"] for query in captured if "centres_auditentry" in query["sql"]]
        costs.append(len([each for each in sql if "'saw'" in each]))

    assert costs == [2, 1]


@pytest.fixture
def full_disk(transactional_db):
    """The database itself refuses every new entry of the audit."""
    statements = {
        "sqlite": [
            "CREATE TRIGGER no_more BEFORE INSERT ON centres_auditentry "
            "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
        ],
        "postgresql": [
            "CREATE FUNCTION no_more() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$",
            "CREATE TRIGGER no_more BEFORE INSERT ON centres_auditentry "
            "FOR EACH ROW EXECUTE FUNCTION no_more()",
        ],
    }
    clean = {
        "sqlite": "DROP TRIGGER IF EXISTS no_more",
        "postgresql": "DROP FUNCTION no_more CASCADE",
    }

    @contextmanager
    def full():
        with connection.cursor() as cursor:
            for statement in statements[connection.vendor]:
                cursor.execute(statement)
        yield
        with connection.cursor() as cursor:
            cursor.execute(clean[connection.vendor])

    return full


def test_a_page_is_sent_though_noting_fails(full_disk, audrey, caplog):
    centre = factories.centre()

    with full_disk(), caplog.at_level(logging.ERROR):
        response = audrey.get(url(centre))

    assert response.status_code == 200
    assert "Not noted: who saw centre" in caplog.text
    assert entries() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("noun", ["centre", "verification"])
def test_nobody_waits_for_the_noting(live_server, people, noun):
    """While somebody else writes, for however long, the page comes; it is noted afterwards."""
    row, client = noun_rows()[noun], signed_in(people.audrey)
    holds, may_end = threading.Event(), threading.Event()

    def write_for_long():
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("LOCK TABLE centres_auditentry IN EXCLUSIVE MODE")
            holds.set()
            may_end.wait(15)
        connection.close()

    writer = threading.Thread(target=write_for_long)
    writer.start()
    holds.wait()
    try:
        asked = http.client.HTTPConnection(urlsplit(live_server.url).netloc, timeout=10)
        asked.request("GET", url(row), headers={"Cookie": cookie_of(client)})
        page = asked.getresponse().read()
        was_noted = AuditEntry.objects.filter(act=Act.SAW).exists()
    finally:
        may_end.set()
        writer.join()

    assert page.rstrip().endswith(b"</html>")
    assert not was_noted
    asked.close()
    for _ in range(100):
        if AuditEntry.objects.filter(act=Act.SAW).exists():
            break
        time.sleep(0.05)
    assert [entry.person for entry in entries(act=Act.SAW)] == ["audrey"]


def cookie_of(client):
    return "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())


# Changing


def test_a_change_is_kept_field_by_field(people):
    client = signed_in(people.alan)
    provider = factories.provider(legal_name="Oak Ltd", website="")

    client.post(url(provider), {**shown(client.get(url(provider))), "legal_name": "Elm Ltd"})

    (entry,) = entries(act=Act.CHANGED)
    assert (entry.person, entry.kind, entry.label) == ("alan", "provider", "Elm Ltd")
    assert entry.changes == {"legal_name": ["Oak Ltd", "Elm Ltd"]}


def test_what_is_saved_unchanged_is_no_change(people):
    client, provider = signed_in(people.alan), factories.provider()

    client.post(url(provider), shown(client.get(url(provider))))

    assert entries(act=Act.CHANGED) == []


def test_an_addition_says_what_was_said(people):
    client, add = signed_in(people.alan), reverse("admin:centres_term_add")
    said = {"kind": "therapy", "slug": "yoga", "label": "Yoga", "position": 3}

    client.post(add, {**shown(client.get(add)), **said})

    (entry,) = entries(act=Act.ADDED)
    assert entry.row_id == str(Term.objects.get(slug="yoga").pk)
    assert {"kind": [None, "therapy"], "label": [None, "Yoga"]}.items() <= entry.changes.items()


def test_a_deletion_keeps_what_there_was(people):
    client, provider = signed_in(people.root), factories.provider(legal_name="Oak Ltd")

    client.post(url(provider, "delete"), {"post": "yes"})

    assert not Provider.objects.exists()
    (entry,) = entries(act=Act.DELETED)
    assert entry.changes["legal_name"] == ["Oak Ltd", None]
    assert entry.row_id == str(provider.pk)


def test_a_deleted_draft_is_kept_whole_with_what_went_with_it(people):
    centre = factories.centre(name="Oak House", status="draft")
    programme = factories.programme(centre, name="Stay", substances=["alcohol"])
    phone = factories.phone(centre)

    signed_in(people.alan).post(url(centre, "delete"), {"post": "yes"})

    assert not Centre.objects.exists()
    gone = {entry.kind: entry for entry in entries(act=Act.DELETED)}
    assert {entry.centre_id for entry in gone.values()} == {centre.pk}
    assert gone["centre"].changes["name"] == ["Oak House", None]
    assert gone["programme"].changes["substances"] == [["alcohol"], None]
    assert gone["phone"].changes["number"] == [phone.number, None]
    assert gone["programme"].row_id == str(programme.pk)


def test_who_gave_whom_which_role_is_kept(people):
    client, ruth = signed_in(people.root), people.ruth
    approver = Group.objects.get(name="Approver")
    before = [str(pk) for pk in ruth.groups.values_list("pk", flat=True)]

    client.post(
        url(ruth),
        {
            **shown(client.get(url(ruth))),
            "groups": [*before, approver.pk],
            "is_superuser": "on",
            "last_login_0": "",
            "last_login_1": "",
            "date_joined_1": "12:00:00",
            "date_joined_0": f"{ruth.date_joined:%Y-%m-%d}",
        },
    )

    (entry,) = entries(act=Act.CHANGED, kind="user")
    assert (entry.person, entry.label) == ("root", "ruth")
    assert entry.changes["groups"] == [["Researcher"], ["Approver", "Researcher"]]
    assert entry.changes["is_superuser"] == [False, True]


def test_what_a_role_may_do_is_kept(people):
    client, role = signed_in(people.root), Group.objects.create(name="Helper")

    form = shown(client.get(url(role)))
    permission = role.permissions.model.objects.get(codename="change_centre")
    client.post(url(role), {**form, "permissions": [permission.pk]})

    (entry,) = entries(act=Act.CHANGED, kind="group")
    assert entry.changes == {"permissions": [[], ["change_centre"]]}


def test_no_password_is_ever_kept(people):
    client, secret = signed_in(people.root), "not-a-word-9231"
    both = {"password1": secret, "password2": secret, "usable_password": "true"}

    client.post(reverse("admin:auth_user_add"), {"username": "nora", **both})
    client.post(reverse("admin:auth_user_password_change", args=[people.ruth.pk]), both)
    people.ruth.refresh_from_db()
    signed = Client().post(
        reverse("admin:login"), {"username": "ruth", "password": secret, "next": "/admin/"}
    )
    client.post(url(people.rob, "delete"), {"post": "yes"})

    assert people.ruth.check_password(secret)
    assert signed.status_code == 302
    kept = json.dumps(list(AuditEntry.objects.values("changes", "note", "label")))
    assert secret not in kept
    assert people.ruth.password not in kept
    assert "pbkdf2" not in kept
    assert [(e.act, e.label, e.note) for e in entries(kind="user")] == [
        ("added", "nora", ""),
        ("saw", "nora", "")
        if entries(kind="user", act="saw")
        else ("changed", "ruth", "The password."),
        ("deleted", "rob", ""),
    ]


def test_who_signs_in_is_noted_and_who_fails_to_with_a_known_name(people):
    people.ruth.set_password("not-a-word-9231")
    people.ruth.save()
    sign_in = reverse("admin:login")

    for _ in range(3):
        Client().post(sign_in, {"username": "ruth", "password": "guessed"})
    Client().post(sign_in, {"username": "my-own-password", "password": "x"})
    Client().post(sign_in, {"username": "ruth", "password": "not-a-word-9231"})

    assert [(e.act, e.person, e.kind, e.note) for e in entries()] == [
        ("refused", "ruth", "session", "Signing in."),
        ("added", "ruth", "session", "Signed in."),
    ]
