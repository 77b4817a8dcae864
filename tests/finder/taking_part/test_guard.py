"""What meets whoever sends a form too often, too much, from elsewhere, or while keys miss."""

import datetime
import logging

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from centres import keys, limits
from centres.models import Attempt, CallbackRequest
from finder import visitors
from finder.checks import keys_read, keys_serve, mail_is_sent, say_what_is_closed
from finder.visitors import address_of
from tests import factories

from .filling import stamped
from .forms import team_callback

pytestmark = pytest.mark.django_db


@pytest.fixture
def form():
    return team_callback()


def send(form, client=None, **request):
    return (client or Client()).post(form.path, stamped(form.action, **form.values), **request)


def test_it_is_taken_leaves_no_cookie_and_is_kept_by_no_cache(form, client):
    shown, answer = client.get(form.path), send(form, client)

    assert answer.status_code == 303
    for response in (shown, answer):
        assert not response.cookies
        assert "no-store" in response["Cache-Control"]
        assert response["X-Robots-Tag"] == "noindex"


def test_too_often_is_answered_with_when_to_come_back_and_whom_to_ring(form):
    now = timezone.now()
    here = limits.sender("127.0.0.1", purpose="callback", now=now)
    Attempt.objects.bulk_create(
        Attempt(action="callback", sender=here, at=now - datetime.timedelta(minutes=20))
        for _ in range(limits.USUAL.an_hour)
    )

    answer = send(form)

    page = " ".join(answer.content.decode().split())
    assert answer.status_code == 429
    assert 2300 < int(answer["Retry-After"]) <= 2400
    free = timezone.localtime(now + datetime.timedelta(minutes=40))
    assert f"It will be taken again from {free:%H:%M}." in page
    assert 'href="tel:116123"' in page
    assert not CallbackRequest.objects.exists()
    assert send(form, REMOTE_ADDR="203.0.113.9").status_code == 303, "nobody else pays for it"


def test_what_is_refused_about_a_centre_stands_beside_the_help_lines_of_its_country(client):
    centre = factories.centre(country="US", slug="oak-house")
    address = reverse("centre-report", args=[centre.slug])

    answer = client.post(address, "{}", content_type="application/json")

    page = answer.content.decode()
    assert answer.status_code == 415
    assert 'href="tel:988"' in page
    assert 'href="tel:999"' not in page


@pytest.mark.parametrize("field", [{"note": "x" * 200_000}, {"unheard-of": "x" * 200_000}])
def test_too_much_is_refused_before_it_is_read(form, client, field):
    answer = client.post(form.path, stamped(form.action, **{**form.values, **field}))

    assert answer.status_code == 413
    assert not Attempt.objects.exists()


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "text/plain", "application/x-www-form-urlencoded; charset=utf-16"],
)
def test_what_no_browser_sends_is_refused(form, client, content_type):
    assert client.post(form.path, "{}", content_type=content_type).status_code == 415


@pytest.mark.parametrize("length", ["nonsense", "-5", "1e3", "٣", "9" * 5000])
def test_a_length_that_is_none_is_refused(form, client, length):
    answer = client.post(
        form.path, stamped(form.action, **form.values), headers={"Content-Length": length}
    )

    assert answer.status_code == 415
    assert not CallbackRequest.objects.exists()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://example.org"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 303),
        ({"Origin": "null"}, 303),
        ({}, 303),
    ],
)
def test_a_form_on_another_site_sends_nothing_in_a_visitors_name(form, headers, status):
    assert send(form, Client(enforce_csrf_checks=True, headers=headers)).status_code == status


def _is_not_there(execute, sql, params, many, context):
    raise OperationalError("The server is starting up.")


class TestWhileKeysAreMissing:
    def test_the_page_shows_no_form_and_other_ways_on(self, form, client, settings):
        settings.ENCRYPTION_KEYS = []

        for response in (client.get(form.path), send(form, client)):
            page = response.content.decode()
            assert response.status_code == 503
            assert "<textarea" not in page
            assert 'href="tel:116123"' in page
            assert reverse("help") in page
            assert "no-store" in response["Cache-Control"]
        assert not CallbackRequest.objects.sealed().exists()

    @pytest.mark.django_db(transaction=True)
    def test_a_key_that_does_not_read_what_is_kept_closes_it_too(
        self, form, client, settings, monkeypatch, caplog
    ):
        """Else what is taken in now and what was before would need two different keys."""
        monkeypatch.setattr(keys, "_found_at_start", "")
        factories.mail(now=timezone.now())
        kept, settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS, [keys.make()]

        with caplog.at_level(logging.ERROR):
            say_what_is_closed()

        assert "No key of ENCRYPTION_KEYS reads OutgoingMail.to" in caplog.text
        assert not any(key in caplog.text for key in [*kept, *settings.ENCRYPTION_KEYS])
        assert [warning.id for warning in keys_read(None, databases=["default"])] == ["finder.W002"]
        assert client.get(form.path).status_code == 503
        assert client.get("/").status_code == 200, "the rest of the site is as it was"
        settings.ENCRYPTION_KEYS = kept
        say_what_is_closed()
        assert client.get(form.path).status_code == 200

    def test_where_the_database_starts_later_the_keys_are_tried_then(
        self, form, client, settings, monkeypatch
    ):
        monkeypatch.setattr(keys, "_found_at_start", "")
        monkeypatch.setattr(keys, "_is_to_look", False)
        factories.mail(now=timezone.now())
        settings.ENCRYPTION_KEYS = [keys.make()]
        with connection.execute_wrapper(_is_not_there), pytest.raises(DatabaseError):
            keys.look_at_start()

        assert client.get(form.path).status_code == 503
        assert "No key" in keys.shut()

    def test_an_operator_is_warned(self, settings):
        settings.ENCRYPTION_KEYS = ["not a key"]
        settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

        (warning,) = keys_serve(None)

        assert warning.msg == "ENCRYPTION_KEYS holds something that is not a key."
        assert "not a key" not in warning.msg.replace("is not a key", "")
        assert [warning.id for warning in mail_is_sent(None)] == ["finder.W003"]

    def test_staff_read_why_a_page_is_closed(self, client, settings):
        settings.ENCRYPTION_KEYS = []
        client.force_login(factories.person("ada", is_superuser=True))
        row_less = client.get(reverse("admin:centres_outgoingmail_changelist"))

        assert row_less.status_code == 200, "a list that shows nothing private needs no key"
        page = client.get(reverse("admin:index")).content.decode()
        assert "Forms are closed." in page
        assert "ENCRYPTION_KEYS is not set." in page


class TestWhoseAddress:
    @pytest.mark.parametrize(
        ("peer", "forwarded", "address"),
        [
            ("203.0.113.7", "", "203.0.113.7"),
            ("203.0.113.7", "198.51.100.1", "203.0.113.7"),  # anybody may write that
            ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
            ("127.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
            ("127.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.5", "198.51.100.1"),
            ("", "198.51.100.1", "198.51.100.1"),  # a Unix socket
            ("127.0.0.1", "", "127.0.0.1"),
            ("127.0.0.1", "<script>", "<script>"),
            ("::1", "2001:db8::1", "2001:db8::1"),
        ],
    )
    def test_it_is_the_first_that_no_proxy_of_ours_has(
        self, rf, settings, peer, forwarded, address
    ):
        settings.TRUSTED_PROXIES = [*settings.TRUSTED_PROXIES, "10.0.0.0/8"]
        headers = {"X-Forwarded-For": forwarded} if forwarded else {}

        assert address_of(rf.post("/", REMOTE_ADDR=peer, headers=headers)) == address

    def test_a_proxy_that_passes_none_on_is_said_and_is_no_visitor(self, rf, settings, caplog):
        settings.HTTPS = True
        visitors._say_that_nobody_is_told_apart.cache_clear()

        assert [address_of(rf.post("/")) for _ in range(3)] == ["", "", ""]
        assert caplog.text.count("sends no X-Forwarded-For") == 1
