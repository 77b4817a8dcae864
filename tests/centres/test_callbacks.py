"""A callback request reaches one centre or the team, by consent, and is gone when it has served."""

import datetime
import re

import pytest
from cryptography.fernet import Fernet
from django.utils import timezone

from centres import callback_links, callback_notices, callback_queue, callbacks, daily
from centres.jobs import JOBS
from centres.models import (
    AuditEntry,
    CallbackLink,
    CallbackRequest,
    Claim,
    Closed,
    OutgoingMail,
)
from centres.models.callback import PRIVATE
from centres.workflow import Overtaken
from tests import factories

from .callbacks import ADDRESS, CONSENTS, SAID, WORDS, asked, link_in_mail, taking
from .cast import NOW, cast

pytestmark = pytest.mark.django_db

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


def kept():
    return CallbackRequest.objects.sealed().count()


def test_a_request_to_a_centre_keeps_what_was_said_and_tells_the_centre_where_it_is():
    centre = taking()

    row = asked(centre)

    row = CallbackRequest.objects.get(pk=row.pk)
    assert {name: getattr(row, name) for name in PRIVATE} == SAID
    assert (row.consent_to_call, row.consent_to_keep) == (CONSENTS.to_call, CONSENTS.to_keep)
    assert row.delete_at == NOW + 30 * DAY
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.to) == ("callback-notice", ADDRESS)
    assert f"/callback/read/{link_in_mail()}/" in mail.body
    assert not [word for word in WORDS if word in mail.subject + mail.body]


def test_a_request_to_the_team_tells_the_team_where_an_address_is_set(settings):
    settings.TEAM_EMAIL = "team@directory.example.org"

    row = asked()

    mail = OutgoingMail.objects.get()
    assert (row.centre, mail.to) == (None, "team@directory.example.org")
    assert "/admin/centres/callbackrequest/" in mail.body
    assert not [word for word in WORDS if word in mail.subject + mail.body]


def test_without_an_address_of_the_team_nothing_is_sent():
    asked()

    assert not OutgoingMail.objects.exists()


def test_a_made_up_centre_has_nobody_to_write_to():
    asked(taking(email="manager@made-up.example.invalid"))

    assert (kept(), OutgoingMail.objects.count()) == (1, 0)


class TestTaking:
    """A centre can be asked where somebody there is proven and takes callbacks, while listed."""

    def test_it_takes_requests(self):
        assert callbacks.takes(taking(), now=NOW)

    @pytest.mark.parametrize("status", ["draft", "suspended"])
    def test_only_a_listed_centre_does(self, status):
        centre = taking()
        type(centre).objects.filter(pk=centre.pk).update(status=status)

        assert not callbacks.takes(centre, now=NOW)

    def test_nobody_else_of_the_centre_will_do(self):
        centre = taking()
        Claim.objects.update(takes_callbacks=False)

        assert not callbacks.takes(centre, now=NOW)
        assert not callbacks.takes(factories.centre(), now=NOW)

    def test_a_claim_whose_link_has_run_out_takes_none(self):
        assert not callbacks.takes(taking(), now=NOW + 91 * DAY)

    def test_a_centre_that_takes_none_is_not_asked(self):
        with pytest.raises(callbacks.NotTaken):
            asked(factories.centre())
        assert kept() == OutgoingMail.objects.count() == AuditEntry.objects.count() == 0


class TestSentTwice:
    def test_the_same_form_is_the_same_request(self):
        centre = taking()

        assert asked(centre) == asked(centre, now=NOW + HOUR)
        assert kept() == OutgoingMail.objects.count() == 1

    def test_another_form_is_another_request(self):
        asked(), asked(form="another")

        assert kept() == 2

    def test_what_was_corrected_counts_while_nobody_has_read_it(self):
        asked()
        row = asked(number="+44 1632 960718")

        assert CallbackRequest.objects.get(pk=row.pk).number == "+44 1632 960718"
        assert kept() == 1

    def test_what_was_read_is_not_changed_under_the_readers_eyes(self):
        row = asked()
        CallbackRequest.objects.update(read_at=NOW)

        with pytest.raises(Overtaken):
            asked(number="+44 1632 960718")
        assert CallbackRequest.objects.get(pk=row.pk).number == SAID["number"]


class TestWithdrawal:
    def test_it_is_deleted_there_and_then_with_links_and_waiting_mail(self):
        asked(taking(), email="sam@example.org", link="https://site.example/x")
        assert OutgoingMail.objects.count() == 2

        assert callbacks.withdraw("a-form", now=NOW)

        assert kept() == CallbackLink.objects.count() == OutgoingMail.objects.count() == 0
        assert callbacks.withdraw("a-form", now=NOW) is None

    def test_a_centre_that_has_read_it_is_asked_not_to_call(self):
        asked(taking())
        callback_links.read(link_in_mail(), now=NOW)

        assert callbacks.withdraw("a-form", now=NOW + HOUR).is_centre_told

        mail = OutgoingMail.objects.get()
        assert (mail.kind, mail.to) == ("callback-stop", ADDRESS)
        assert "2 March 2026, 12:00" in mail.body
        assert "do not call" in mail.body

    def test_everybody_who_read_it_is_told_though_another_link_was_sent_since(self):
        row = asked(taking())
        callback_links.read(link_in_mail(), now=NOW)
        Claim.objects.update(takes_callbacks=False)
        taking(row.centre, email="night@oak.example.org")
        callback_queue.send_new_notice(row, by=cast().carol, now=NOW)
        callback_links.read(link_in_mail(), now=NOW)
        callback_queue.send_new_notice(row, by=cast().carol, now=NOW)

        callbacks.withdraw("a-form", now=NOW)

        told = {mail.to for mail in OutgoingMail.objects.filter(kind="callback-stop")}
        assert told == {ADDRESS, "night@oak.example.org"}

    def test_nobody_was_told_where_no_mail_goes(self):
        asked(taking(email="manager@made-up.example.invalid"))
        CallbackLink.objects.update(used_at=NOW)
        CallbackRequest.objects.update(read_at=NOW)

        assert not callbacks.withdraw("a-form", now=NOW).is_centre_told

    def test_it_waits_for_no_key(self, settings):
        asked(taking())
        callback_links.read(link_in_mail(), now=NOW)
        settings.ENCRYPTION_KEYS = []

        assert not callbacks.withdraw("a-form", now=NOW).is_centre_told

        assert kept() == 0

    def test_the_link_that_was_asked_for_by_mail_says_nothing_of_why(self):
        asked(taking(), email="sam@example.org", link="https://site.example/callback/x/")

        mail = OutgoingMail.objects.get(kind="callback-link")
        assert mail.to == "sam@example.org"
        assert "https://site.example/callback/x/" in mail.body
        assert not [w for w in [*WORDS, "Oak", "treatment", "call"] if w in mail.subject]
        assert not [w for w in [*WORDS, "Oak", "treatment", "drug"] if w in mail.body]


class TestDeletion:
    def test_after_30_days_whatever_became_of_it(self):
        asked(), asked(form="another", now=NOW + DAY)

        assert callbacks.delete_due(NOW + 30 * DAY - HOUR) == 0
        assert callbacks.delete_due(NOW + 30 * DAY) == 1
        assert kept() == 1

    def test_72_hours_after_it_was_closed(self):
        row = asked(now=NOW)
        callbacks.mark(row, "closed", by=None, now=NOW + DAY)

        callbacks.delete_due(NOW + DAY + 71 * HOUR)
        assert kept() == 1
        callbacks.delete_due(NOW + DAY + 72 * HOUR)
        assert kept() == 0

    def test_closing_never_keeps_it_longer(self):
        row = asked()
        callbacks.mark(row, "closed", by=None, now=NOW + 29 * DAY)

        row.refresh_from_db(fields=["delete_at"])
        assert row.delete_at == NOW + 30 * DAY

    def test_what_is_due_is_not_found_though_no_job_has_run(self):
        asked()

        assert callbacks.found("a-form", now=NOW + 30 * DAY - HOUR)
        assert callbacks.found("a-form", now=NOW + 30 * DAY) is None

    def test_it_needs_no_key(self, settings):
        asked(taking())
        settings.ENCRYPTION_KEYS = []

        callbacks.delete_due(NOW + 30 * DAY)

        assert kept() == 0

    def test_many_go_in_turn(self, monkeypatch):
        monkeypatch.setattr(callbacks, "DELETED_AT_ONCE", 2)
        for number in range(5):
            asked(form=f"f{number}")

        assert callbacks.delete_due(NOW + 30 * DAY) == 5

    def test_the_job_is_among_those_that_run_by_the_clock(self):
        (job,) = [job for job in JOBS if job.name == "delete-callbacks"]
        asked(now=timezone.now() - 31 * DAY)
        assert job.every <= callbacks.AHEAD, "it runs before the moment that was promised"
        said = job.does(timezone.now())
        assert kept() == 0
        assert not re.search(r"\d", said), "all of the staff read it, and nobody counts requests"

    def test_the_time_runs_from_the_form_that_named_the_day(self):
        row = asked(shown=NOW - HOUR)

        assert row.delete_at == NOW - HOUR + 30 * DAY

    def test_it_is_gone_before_the_moment_that_was_promised(self):
        row = asked()

        assert callbacks.delete_due(row.delete_at - callbacks.AHEAD) == 1


class TestFlooding:
    """A stranger's mailbox and a centre's have room for so many in a day."""

    def test_an_address_is_sent_a_few_links_a_day_and_the_request_is_kept(self):
        for number in range(daily.MOST_MAILS + 1):
            row = asked(form=f"f{number}", email="Sam@example.org", link="https://x.example/")
            is_sent = callback_notices.is_link_mailed(row)
            assert is_sent == (number < daily.MOST_MAILS)

        assert kept() == daily.MOST_MAILS + 1
        later = asked(form="l", email="sam@example.org", link="https://x.e/", now=NOW + DAY)
        assert callback_notices.is_link_mailed(later)

    def test_a_centre_is_passed_so_many_a_day_taken_back_or_not(self, monkeypatch):
        monkeypatch.setattr(callbacks, "MOST_A_DAY", 2)
        centre = taking()
        asked(centre, form="a"), asked(centre, form="b")
        callbacks.withdraw("a", now=NOW)

        with pytest.raises(callbacks.TooManyToday):
            asked(centre, form="c")
        assert asked(centre, form="b") == asked(centre, form="b"), "sent again it is no other"
        asked(form="team"), asked(taking(), form="elsewhere")
        assert asked(centre, form="c", now=NOW + DAY)


class TestKeys:
    def test_without_one_nothing_is_kept(self, settings):
        settings.ENCRYPTION_KEYS = []

        with pytest.raises(Closed):
            asked()
        assert kept() == AuditEntry.objects.count() == 0

    def test_with_another_one_nothing_is_read(self, settings):
        row = asked()
        settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

        with pytest.raises(Closed):
            CallbackRequest.objects.get(pk=row.pk)

    def test_a_key_is_changed_by_putting_a_new_one_first(self, settings):
        row = asked()
        settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.ENCRYPTION_KEYS]

        assert CallbackRequest.objects.get(pk=row.pk).name == SAID["name"]


def test_the_audit_tells_what_happened_and_not_a_word_of_it():
    centre = taking()
    row = asked(centre)
    callbacks.mark(row, "tried", by=None, now=NOW)
    callbacks.withdraw("a-form", now=NOW)

    entries = AuditEntry.objects.order_by("pk")
    assert [(entry.act, entry.label) for entry in entries] == [
        (act, str(row)) for act in ("added", "changed", "deleted")
    ]
    told = str(list(entries.values()))
    assert not [word for word in WORDS if word in told]
    assert {entry.centre_id for entry in entries} == {centre.pk}
