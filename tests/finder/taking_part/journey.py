"""A whole journey through a running site, in a process of its own: what is asked, read, closed,
reported, claimed and listed. It says "done", and ends when its input does.

The site serves HTTP, mail goes out by SMTP, a request fails for real, and a backup is made in
VAR_DIR. What it leaves behind is looked through by `test_whole_journey`.
"""

import os
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "finder.settings")
django.setup()

from django.conf import settings  # noqa: E402 - the apps are loaded first
from django.core.management import call_command  # noqa: E402
from django.core.servers.basehttp import get_internal_wsgi_application  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from centres.models import CallbackRequest  # noqa: E402
from finder.serving import Server  # noqa: E402
from tests import factories  # noqa: E402
from tests.centres.callbacks import SAID, link_in_mail, taking  # noqa: E402
from tests.centres.cast import cast  # noqa: E402
from tests.finder.taking_part.filling import agreed, stamped  # noqa: E402
from tests.finder.taking_part.forms import FORMS  # noqa: E402

GOOD = {**SAID, "number": "01632 960717", "to_call": "on", "to_keep": "on", "wants_email": "on",
        "email": "somebody@example.net"}  # fmt: skip

#: What else is sent meanwhile.
BESIDE = ("report", "reply", "listing step", "listing sent", "claim", "code of a claim")


def serve():
    """The address of a running server."""
    server = Server(0)
    server.set_app(get_internal_wsgi_application())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def send(url, values):
    """The status of the page that a form leads to, sent as a browser does."""
    body = urllib.parse.urlencode(values).encode()
    try:
        with urllib.request.urlopen(url, body) as answer:  # noqa: S310 - our own
            return answer.status
    except urllib.error.HTTPError as refused:
        refused.read()
        return refused.code


def ask(site):
    """Four requests to the team, two to a centre; one comes back with an error, one fails."""
    team = f"{site}{reverse('callback')}"
    centre = taking(factories.centre(name="Oak House", slug="oak-house"), now=timezone.now())
    to_centre = f"{site}{reverse('centre-callback', args=[centre.slug])}"
    for url, of in [(team, None)] * 3 + [(to_centre, centre)] * 2:
        assert send(url, stamped("callback", **GOOD, **agreed(of))) == 200
    assert send(team, stamped("callback", **{**GOOD, **agreed(), "number": "none"})) == 200
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE centres_auditentry RENAME TO elsewhere")
        try:
            assert send(team, stamped("callback", **GOOD, **agreed())) == 500
        finally:
            cursor.execute("ALTER TABLE elsewhere RENAME TO centres_auditentry")


def answer(site):
    """The team opens two and closes one; the centre reads one."""
    staff = Client(headers={"host": "127.0.0.1"})
    staff.force_login(cast().carol)
    first, second = CallbackRequest.objects.sealed().filter(centre=None)[:2]
    for row in (first, second):
        path = reverse("admin:centres_callbackrequest_open", args=[row.pk])
        assert SAID["name"] in staff.post(path, follow=True).content.decode()
        if row is first:
            path = reverse("admin:centres_callbackrequest_mark", args=[row.pk])
            staff.post(path, {"state": "closed"})
    link = f"{site}{reverse('callback-read', args=[link_in_mail()])}"
    with urllib.request.urlopen(link, b"") as page:  # noqa: S310 - our own
        assert SAID["name"] in page.read().decode()


def main():
    call_command("migrate", verbosity=0)
    site = serve()
    ask(site)
    answer(site)
    for name in BESIDE:
        filled = FORMS[name]()
        assert send(f"{site}{filled.path}", stamped(filled.action, **filled.values)) < 400
    call_command("run_due", verbosity=2)
    call_command("dumpdata", output=str(Path(settings.VAR_DIR, "backup.json")), verbosity=0)
    print("done", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
