"""The team's pages of callback requests: what is shown to whom, and what never is."""

import re

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from centres.models import AuditEntry, CallbackRequest, OutgoingMail
from tests.centres.callbacks import SAID, WORDS, asked, taking

from .casework import log_in

pytestmark = pytest.mark.django_db

LIST = reverse("admin:centres_callbackrequest_changelist")


@pytest.fixture
def carol(people):
    return log_in(people.carol)


def page_of(row):
    return reverse("admin:centres_callbackrequest_change", args=[row.pk])


def step(client, row, name, **values):
    return client.post(reverse(f"admin:centres_callbackrequest_{name}", args=[row.pk]), values,
                       follow=True)  # fmt: skip


def told(response):
    return [str(message) for message in response.context["messages"]]


def words_in(response):
    return [word for word in WORDS if word in response.content.decode()]


def test_the_whole_of_a_call(carol):
    row = asked(now=timezone.now())
    for path in (reverse("admin:index"), LIST, page_of(row)):
        assert words_in(carol.get(path)) == []

    opened = step(carol, row, "open")

    assert words_in(opened) == WORDS
    assert "Leave no message" in opened.content.decode()
    assert f'href="tel:{SAID["number"].replace(" ", "")}"' in opened.content.decode()
    assert words_in(carol.get(page_of(row))) == WORDS, "read again while it is open"
    for path in (reverse("admin:index"), LIST):
        assert words_in(carol.get(path)) == []
    marked = step(carol, row, "mark", state="tried")
    assert told(marked) == ["Written down, and put back."]
    assert words_in(marked) == []
    assert CallbackRequest.objects.get().state == "tried"


def test_the_page_that_shows_it_is_kept_by_no_browser(carol):
    row = asked(now=timezone.now())

    assert "no-store" in step(carol, row, "open")["Cache-Control"]


def test_another_of_the_team_is_told_who_has_it(carol, people):
    row = asked(now=timezone.now())
    step(carol, row, "open")
    people.alan.groups.set(people.carol.groups.all())
    alan = log_in(people.alan)

    assert "carol has it open" in alan.get(page_of(row)).content.decode()
    assert told(step(alan, row, "open")) == ["carol has this request open."]
    assert words_in(alan.get(page_of(row))) == []


def test_a_request_to_a_centre_is_shown_to_nobody_here(carol, admin_client):
    row = asked(taking(now=timezone.now()), now=timezone.now())
    for client in (carol, admin_client):
        assert words_in(client.get(page_of(row))) == []
        assert step(client, row, "open").status_code == 200
        CallbackRequest.objects.update(opened_by=None, opened_at=None)
        assert words_in(client.get(page_of(row))) == []
    assert AuditEntry.objects.filter(act="refused").count() == 2


def test_the_team_sends_a_centre_another_link_and_deletes(carol):
    row = asked(taking(now=timezone.now()), now=timezone.now())

    assert "on its way" in told(step(carol, row, "notice"))[0]
    assert OutgoingMail.objects.filter(kind="callback-notice").count() == 2
    assert told(step(carol, row, "remove")) == ["Deleted."]
    assert not CallbackRequest.objects.exists()


def test_what_was_withdrawn_meanwhile_is_said_to_be(carol):
    row = asked(now=timezone.now())
    CallbackRequest.objects.all().delete()

    answer = step(carol, row, "open")

    assert told(answer) == ["That request is no longer there: withdrawn or deleted."]


def test_without_the_key_it_says_so_and_can_still_be_deleted(carol, settings):
    row = asked(now=timezone.now())
    step(carol, row, "open")
    settings.ENCRYPTION_KEYS = []

    page = carol.get(page_of(row))
    assert "ENCRYPTION_KEYS is not set" in page.content.decode()
    step(carol, row, "remove")
    assert not CallbackRequest.objects.sealed().exists()


def test_looking_opens_nothing(carol):
    row = asked(now=timezone.now())
    for name in ("open", "put_back", "mark", "notice", "remove"):
        path = reverse(f"admin:centres_callbackrequest_{name}", args=[row.pk])
        assert carol.get(path).status_code == 405
    assert CallbackRequest.objects.get().opened_by is None


def test_the_front_page_counts_for_those_who_call_and_for_nobody_else(people):
    now = timezone.now()
    asked(now=now), asked(form="b", now=now), asked(taking(now=now), form="c", now=now)
    for name in ("carol", "ruth", "alan", "mona", "audrey"):
        page = log_in(getattr(people, name)).get(reverse("admin:index")).content.decode()
        counted = re.search(r"People to call back <strong>(\d+)</strong>", page)
        assert bool(counted) == (name == "carol"), name
        assert not counted or counted[1] == "2"


def test_an_advertising_manager_sees_none_and_no_count(people):
    now = timezone.now()
    row = asked(taking(now=now), now=now)
    mona = log_in(people.mona)
    for path in (LIST, page_of(row)):
        assert mona.get(path).status_code == 403
    seen = [reverse(f"admin:centres_{noun}_changelist") for noun in ("centre", "advertisement")]
    seen += [reverse("admin:centres_centre_change", args=[row.centre_id]), reverse("admin:index")]
    seen += [reverse("admin:centres_advertisement_choose") + "?q=Oak", reverse("advertising")]
    for path in seen:
        with CaptureQueriesContext(connection) as asked_for:
            page = mona.get(path)
        assert page.status_code == 200
        assert "callback" not in page.content.decode().lower(), path
        assert "centres_callback" not in str(asked_for.captured_queries), path


def test_nothing_that_sells_adverts_knows_of_requests():
    selling = [
        settings.BASE_DIR / "centres" / "agreements.py",
        *settings.BASE_DIR.glob("*/*/adv*.py"),
    ]
    assert len(selling) >= 4

    assert [path.name for path in selling if "callback" in path.read_text().lower()] == []


def test_nothing_is_in_the_log_the_history_or_the_audit(carol, admin_client, people):
    row = asked(now=timezone.now())
    step(carol, row, "open")
    history = admin_client.get(reverse("admin:centres_callbackrequest_history", args=[row.pk]))
    step(carol, row, "mark", state="closed")

    assert words_in(history) == []
    assert words_in(log_in(people.audrey).get(reverse("admin:centres_auditentry_changelist"))) == []
    kept = str([list(AuditEntry.objects.values()), list(LogEntry.objects.values())])
    assert not [word for word in WORDS if word in kept]


def test_no_list_searches_or_exports_requests(carol):
    asked(now=timezone.now())
    page = carol.get(LIST, {"q": "Quillon"})

    assert 'id="searchbar"' not in page.content.decode()
    assert carol.get(LIST, {"name__contains": "Quillon"}).status_code in {302, 400}
