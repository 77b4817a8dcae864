"""Mail waits in the database, is sent by a real conversation, and is never lost or left lying."""

import datetime
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from centres import keys, outbox
from centres.models import Closed, OutgoingMail
from tests import factories, smtp
from tests.centres.cast import at

pytestmark = pytest.mark.django_db

NOW = at(datetime.date(2026, 3, 2))
SECOND, MINUTE = datetime.timedelta(seconds=1), datetime.timedelta(minutes=1)


@pytest.fixture
def server(settings):
    with smtp.serving() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_TIMEOUT = 1
        yield running


def posted(name="sam", *, now=NOW, **facts):
    return factories.mail(to=f"{name}@example.org", now=now, **facts)


def again(row):
    """The row as it is now, opened."""
    return OutgoingMail.objects.get(pk=row.pk)


class TestPosting:
    def test_it_waits_until_it_is_sent_and_is_wiped_then(self, server):
        row = posted("sam", subject="Your link", body="Łódź: https://example.org/x")

        assert outbox.send_due(now=NOW) == (1, 0, 0)

        (message,) = server.received
        assert (message["To"], message["Subject"]) == ("sam@example.org", "Your link")
        assert message.get_content().strip() == "Łódź: https://example.org/x"
        assert message["Auto-Submitted"] == "auto-generated"
        row = again(row)
        assert (row.to, row.subject, row.body, row.tries) == ("", "", "", 1)
        assert row.sent_at >= NOW
        assert outbox.send_due(now=NOW + MINUTE) == (0, 0, 0)

    def test_it_is_written_with_what_it_tells_of_or_not_at_all(self):
        def fail():
            with transaction.atomic():
                posted()
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()

        assert not OutgoingMail.objects.exists()

    def test_one_of_a_name_is_sent_once_however_often_it_is_posted(self, server):
        for now in (NOW, NOW, NOW + MINUTE):
            posted(once="notice-7", now=now)
        outbox.send_due(now=NOW + MINUTE)
        posted(once="notice-7")

        assert outbox.send_due(now=NOW + 2 * MINUTE) == (0, 0, 0)
        assert len(server.received) == 1

    def test_nobody_is_written_to_where_no_address_is_set(self):
        outbox.post("test", to="", subject="S", body="B", now=NOW)

        assert not OutgoingMail.objects.exists()

    @pytest.mark.parametrize(
        "to",
        ["sam", "sam@", "a@example.org,b@example.org", "sam@example.org\nBcc: b@example.org",
         "Sam <sam@example.org>", "sam@example.org\0"],
    )  # fmt: skip
    def test_what_is_no_one_address_is_refused(self, to):
        with pytest.raises(ValidationError):
            outbox.post("test", to=to, subject="S", body="B", now=NOW)

    def test_a_line_break_in_a_subject_begins_no_header(self, server):
        posted(subject="Oak House\r\nBcc: all@example.org\r\n\r\nHello")

        outbox.send_due(now=NOW)

        (message,) = server.received
        assert message["Bcc"] is None
        assert message["Subject"] == "Oak House Bcc: all@example.org Hello"
        assert message.get_content().strip() == "A body."


class TestWhenItFails:
    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("busy", "SMTPRecipientsRefused 450"),
            ("spam", "SMTPDataError 554"),
            ("gone", "SMTPServerDisconnected"),
            ("silence", "SMTPServerDisconnected"),
        ],
    )
    def test_it_is_tried_again_later_and_only_the_kind_of_error_is_kept(self, server, name, kind):
        row = posted(name)

        assert outbox.send_due(now=NOW) == (0, 1, 0)

        row = again(row)
        assert (row.last_error, row.tries, row.to) == (kind, 1, f"{name}@example.org")
        assert NOW + MINUTE <= row.try_at < NOW + 2 * MINUTE
        assert outbox.send_due(now=NOW + 30 * SECOND) == (0, 0, 0)

    @pytest.mark.parametrize("name", ["nobody", "policy"])
    def test_an_address_that_never_was_is_given_up_at_once_and_wiped(self, server, name):
        row = posted(name)

        assert outbox.send_due(now=NOW) == (0, 0, 1)

        row = again(row)
        assert (row.to, row.subject, row.body) == ("", "", "")
        assert row.given_up_at is not None
        assert row.last_error.startswith("SMTPRecipientsRefused 55")

    def test_the_pauses_grow_and_after_the_last_it_is_given_up(self, server):
        row, now, waits = posted("busy"), NOW, []
        while not again(row).given_up_at:
            outbox.send_due(now=now)
            waits.append((again(row).try_at - now).total_seconds() // 60)
            now = max(again(row).try_at, now)
            assert len(waits) < 20

        assert len(waits) == len(outbox.PAUSES) + 1
        assert waits[:-1] == sorted(waits[:-1])
        assert datetime.timedelta(days=3) < now - NOW < datetime.timedelta(days=5)

    def test_a_refused_one_keeps_no_other_from_being_sent(self, server):
        posted("busy"), posted("nobody"), posted("sam"), posted("spam"), posted("kim")

        assert outbox.send_due(now=NOW) == (2, 2, 1)
        assert [message["To"] for message in server.received] == [
            "sam@example.org",
            "kim@example.org",
        ]

    def test_a_server_that_is_down_is_asked_once_a_run(self, server, settings):
        server.greeting = "421 Not now"
        rows = [posted() for _ in range(3)]

        assert outbox.send_due(now=NOW) == (0, 1, 0)

        assert server.conversations == 1
        assert [again(row).tries for row in rows] == [1, 0, 0]
        server.greeting = "220 here"
        assert outbox.send_due(now=NOW + 5 * MINUTE) == (3, 0, 0)

    def test_without_a_server_nothing_is_lost(self, settings, server):
        settings.EMAIL_PORT = 1
        row = posted()

        assert outbox.send_due(now=NOW) == (0, 1, 0)
        assert again(row).last_error == "ConnectionRefusedError"


class TestTheLease:
    def test_whoever_was_killed_between_sending_and_noting_sends_again_under_the_same_name(
        self, server, monkeypatch
    ):
        """So the message is never lost, and whoever gets it twice can tell."""
        row = posted()
        with monkeypatch.context() as killed:
            killed.setattr(outbox, "_end", _killed)
            with pytest.raises(KeyboardInterrupt):
                outbox.send_due(now=NOW)

        assert outbox.send_due(now=NOW + outbox.LEASE - MINUTE) == (0, 0, 0)
        assert outbox.send_due(now=NOW + outbox.LEASE + MINUTE) == (1, 0, 0)

        first, second = server.received
        assert first["Message-ID"] == second["Message-ID"]
        assert again(row).sent_at is not None

    @pytest.mark.django_db(transaction=True)
    def test_two_senders_at_once_send_each_once(self, server):
        for number in range(12):
            posted(f"p{number}")
        start, counts = threading.Barrier(2), []

        def send():
            start.wait(20)
            try:
                counts.append(outbox.send_due(now=NOW))
            finally:
                connection.close()

        threads = [threading.Thread(target=send) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)

        assert sum(sent for sent, _, _ in counts) == 12
        assert len({message["To"] for message in server.received}) == len(server.received) == 12


def _killed(*args, **kwargs):
    raise KeyboardInterrupt


class TestKeys:
    def test_without_keys_nothing_is_tried_and_nothing_lost(self, server, settings):
        row, kept = posted(), settings.ENCRYPTION_KEYS
        settings.ENCRYPTION_KEYS = []

        with pytest.raises(Closed):
            outbox.send_due(now=NOW)

        settings.ENCRYPTION_KEYS = kept
        assert again(row).tries == 0
        assert outbox.send_due(now=NOW) == (1, 0, 0)

    def test_one_that_no_key_reads_waits_for_its_key_and_stops_no_other(self, server, settings):
        lost, kept = posted("lost"), settings.ENCRYPTION_KEYS
        settings.ENCRYPTION_KEYS = [keys.make()]
        posted("sam")

        assert outbox.send_due(now=NOW) == (1, 1, 0)

        assert OutgoingMail.objects.sealed().get(pk=lost.pk).tries == 0
        settings.ENCRYPTION_KEYS = [*settings.ENCRYPTION_KEYS, *kept]
        assert outbox.send_due(now=NOW + datetime.timedelta(hours=2)) == (1, 0, 0)

    def test_it_does_not_wait_for_ever(self, server, settings):
        lost = posted("lost")
        settings.ENCRYPTION_KEYS = [keys.make()]

        outbox.send_due(now=NOW + outbox.KEPT_UNREAD_FOR)

        assert again(lost).given_up_at is not None


def test_what_is_done_is_forgotten_in_the_end(server):
    posted("sam"), posted("nobody")
    outbox.send_due(now=NOW)
    waiting = posted("late")

    assert outbox.forget_done(now=NOW + outbox.KEPT_DONE_FOR - MINUTE) == 0
    assert outbox.forget_done(now=NOW + outbox.KEPT_DONE_FOR + MINUTE) == 2
    assert OutgoingMail.objects.get() == waiting
