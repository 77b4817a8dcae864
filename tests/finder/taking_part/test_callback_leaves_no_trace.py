"""After a whole journey not a word of a callback request is in the database, a backup, mail, a log
or a public page: nowhere but on the pages that show it to whom it is addressed."""

import io
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from centres import outbox
from centres.models import AuditEntry, CallbackRequest
from tests import factories
from tests.centres.callbacks import SAID, WORDS, link_in_mail, taking
from tests.centres.cast import cast

from .filling import agreed, stamped

GOOD = {**SAID, "number": "01632 960717", "wants_email": "on", "email": "sam@example.org",
        "to_call": "on", "to_keep": "on"}  # fmt: skip
PUBLIC = ["/", "/search/?q=Oak", "/help/", "/data/", "/api/centres/", "/api/centres.csv",
          "/api/centres.geojson", "/sitemap.xml", "/sitemap-centres-1.xml", "/healthz",
          "/advertising/"]  # fmt: skip


@pytest.fixture
def log(monkeypatch):
    """What the site's own handler writes."""
    written = io.StringIO()
    handler = next(h for h in logging.getLogger("django").handlers if h.filters)
    monkeypatch.setattr(handler, "stream", written)
    return written


def post(path, centre=None, **values):
    return Client().post(path, stamped("callback", **agreed(centre), **values))


def to_the_team(staff):
    """One request is opened and waits, one is called and closed, one is withdrawn."""
    form = reverse("callback")
    addresses = [post(form, **GOOD)["Location"] for _ in range(3)]
    outbox.send_due(now=timezone.now())
    shown = []
    for row in CallbackRequest.objects.sealed().filter(centre=None)[1:]:
        path = reverse("admin:centres_callbackrequest_open", args=[row.pk])
        shown.append(staff.post(path, follow=True))
        if len(shown) == 1:
            path = reverse("admin:centres_callbackrequest_mark", args=[row.pk])
            staff.post(path, {"state": "closed"})
    assert Client().post(addresses[0]).status_code == 200
    return shown


def to_a_centre(centre):
    """One request is read and tried, one has yet to be read."""
    form = reverse("centre-callback", args=[centre.slug])
    post(form, centre, **{**GOOD, "voicemail": ""})  # sent back with an error
    post(form, centre, **GOOD)
    shown = Client().post(reverse("callback-read", args=[link_in_mail()]))
    Client().post(reverse("callback-answer", args=[shown.context["answer"]]), {"state": "tried"})
    post(form, centre, **GOOD)
    outbox.send_due(now=timezone.now())
    return [shown]


def kept():
    """All that the database holds as it lies there, and a backup as Django makes it."""
    backup = io.StringIO()
    call_command("dumpdata", stdout=backup)
    yield "dumpdata", backup.getvalue().encode()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            yield table, repr(cursor.fetchall()).encode()
    if connection.vendor != "sqlite":
        return
    name = connection.settings_dict["NAME"]
    connection.close()
    for path in Path(name).parent.glob(f"{Path(name).name}*"):
        yield path.name, _read_elsewhere(path)


def _read_elsewhere(path):
    """What is in a file, read by another process.

    Whoever closes a database file gives up every lock that its process holds on it. A connection
    that another thread left open would then no longer see what other processes write
    (https://sqlite.org/howtocorrupt.html, 2.2).
    """
    reads = "import pathlib, sys; sys.stdout.buffer.write(pathlib.Path(sys.argv[1]).read_bytes())"
    command = [sys.executable, "-c", reads, str(path)]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout


def words_in(found):
    return [word for word in [*WORDS, "01632 960717"] if word.encode() in found]


@pytest.mark.django_db(transaction=True)
def test_not_a_word_is_left_anywhere(log, settings):
    settings.TEAM_EMAIL = "team@directory.example.org"
    now, people, staff = timezone.now(), cast(), Client()
    centre = taking(factories.centre(name="Oak House", slug="oak-house"), now=now)
    staff.force_login(people.carol)

    shown = [*to_the_team(staff), *to_a_centre(centre)]

    for page in shown:
        assert [word for word in WORDS if word not in page.content.decode()] == []
    assert CallbackRequest.objects.count() == 4
    for what, found in kept():
        assert words_in(found) == [], what
    assert len(mail.outbox) >= 8
    for message in mail.outbox:
        assert words_in(message.message().as_bytes()) == []
    assert words_in(log.getvalue().encode()) == []
    assert words_in(repr(list(AuditEntry.objects.values())).encode()) == []
    for path in [*PUBLIC, centre.get_absolute_url()]:
        response = Client().get(path)
        body = b"".join(response) if response.streaming else response.content
        assert words_in(body) == [], path
