"""Asking to be called: who can be asked, what is asked for, and what every page of it keeps to."""

import datetime
import html
import io
import logging
import re

import pytest
from cryptography.fernet import Fernet
from django.urls import reverse
from django.utils import timezone

from centres import callback_links, callbacks, daily
from centres.models import AuditEntry, CallbackLink, CallbackRequest, Centre, Claim, OutgoingMail
from tests import factories
from tests.centres.callbacks import SAID, WORDS, asked, link_in_mail, taking
from tests.finder.taking_part.filling import agreed, stamped

pytestmark = pytest.mark.django_db

GOOD = {**SAID, "number": "01632 960717", "to_call": "on", "to_keep": "on"}
DAY = datetime.timedelta(days=1)


@pytest.fixture
def centre():
    centre = taking(now=timezone.now())
    factories.phone(centre, number="+441632960222", answered_by="centre")
    return centre


def form_of(centre=None):
    return reverse("centre-callback", args=[centre.slug]) if centre else reverse("callback")


def send(client, centre=None, **changes):
    values = {name: text for name, text in {**GOOD, **changes}.items() if text is not None}
    return client.post(form_of(centre), stamped("callback", **agreed(centre), **values))


def text_of(response):
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(words))


def kept():
    return CallbackRequest.objects.sealed().count()


class TestWhoCanBeAsked:
    def test_a_centre_that_takes_requests(self, client, centre):
        page = client.get(form_of(centre))

        assert page.status_code == 200
        said = text_of(page)
        assert "I agree that Oak House (run by Provider" in said
        assert said.count(centre.provider.legal_name) >= 3

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_another_says_so_and_gives_its_number_who_answers_and_our_team(self, client, method):
        centre = factories.centre(name="Elm", country="US")
        factories.phone(centre, number="+12125550123", answered_by="third-party")

        page = getattr(client, method)(form_of(centre), {})

        said = text_of(page)
        assert "This centre has not told us where to pass a request on" in said
        assert "(212) 555-0123 Answered by " in said
        assert "We do not advise or refer." in said
        assert f'{reverse("callback")}?country=US"' in page.content.decode()
        assert b"<form" not in page.content.split(b"<main")[1].split(b"</main>")[0]
        assert kept() == 0

    def test_a_centres_page_offers_it_only_where_it_can_be(self, client, centre):
        other = factories.centre()

        assert form_of(centre) in client.get(centre.get_absolute_url()).content.decode()
        assert "/callback/" not in client.get(other.get_absolute_url()).content.decode()

    def test_a_number_in_doubt_is_not_given(self, client):
        centre = factories.centre()
        number = "+441632960222"
        factories.phone(
            centre, number=number, doubted_number=number, doubted_on=timezone.localdate()
        )

        assert "960222" not in text_of(client.get(form_of(centre)))

    def test_one_that_many_asked_today_is_to_be_rung(self, client, centre, monkeypatch):
        monkeypatch.setattr(callbacks, "MOST_A_DAY", 0)

        said = text_of(send(client, centre))

        assert "pass no more on until tomorrow" in said
        assert "960222" in said
        assert kept() == 0

    def test_a_centre_that_ceased_to_take_them_meanwhile_is_sent_none(self, client, centre):
        Centre.objects.update(status="suspended")

        assert "We cannot pass a request on" in text_of(send(client, centre))
        assert kept() == 0

    def test_what_is_not_there_is_not_there(self, client):
        assert client.get("/centres/none/callback/").status_code == 404
        draft = factories.centre(status="draft")
        assert client.get(form_of(draft)).status_code == 404

    def test_our_team_which_says_what_it_does_not_do(self, client):
        said = text_of(client.get(form_of()))

        assert "We do not advise, assess or refer" in said
        assert "I agree that the team of this directory calls me" in said


class TestWhatIsAsked:
    def test_these_fields_and_no_other(self, client, centre):
        page = client.get(form_of(centre)).content.decode()

        main = page.split("<main")[1].split("</main>")[0]
        names = re.findall(r'<(?:input|textarea|select)[^>]* name="([^"]+)"', main)
        assert list(dict.fromkeys(names)) == [
            "stamp", "topic", "agreed", "name", "number", "when", "voicemail",
            "if_another_answers", "note", "wants_email", "email", "to_call", "to_keep",
        ]  # fmt: skip
        assert "checked" not in main, "nothing is ticked for anybody"
        assert "nothing about health" in main

    @pytest.mark.parametrize("name", ["name", "number", "when", "voicemail", "to_call", "to_keep"])
    def test_what_has_to_be_said(self, client, centre, name):
        page = send(client, centre, **{name: None})

        assert (page.status_code, kept()) == (200, 0)
        assert page.context["form"].errors.keys() == {name}
        assert "Quillon" in text_of(page) + page.content.decode() or name == "name"

    def test_what_need_not_be_said(self, client, centre):
        send(client, centre, if_another_answers=None, note=None)

        assert kept() == 1

    @pytest.mark.parametrize("number", ["960123", "116 123", "999", "212 555 0123", "09061 123456",
                                        "070 1234 5678", "call me"])  # fmt: skip
    def test_a_number_that_is_none_is_dear_or_may_be_another_countrys(self, client, number):
        assert send(client, number=number).context["form"].errors.keys() == {"number"}

    @pytest.mark.parametrize(
        ("country", "typed", "kept"),
        [
            ("GB", "(01632) 960-123", "+44 1632 960123"),
            ("GB", "+353 87 123 4567", "+353 87 123 4567"),
            ("GB", "0044 20 7946 0000 ext 12", "+44 20 7946 0000 ext. 12"),
            ("US", "(212) 555-0123", "+1 212-555-0123"),
        ],
    )
    def test_a_number_is_kept_as_anybody_may_dial_it(self, client, country, typed, kept):
        values = stamped("callback", **{**GOOD, **agreed(), "number": typed})
        client.post(f"{form_of()}?country={country}", values)

        assert CallbackRequest.objects.get().number == kept

    def test_an_address_is_asked_for_by_whoever_wants_the_link(self, client):
        assert send(client, wants_email="on").context["form"].errors.keys() == {"email"}
        send(client, email="not wanted", wants_email=None)
        assert (kept(), OutgoingMail.objects.count()) == (1, 0)
        send(client, wants_email="on", email="sam@example.org")
        mail = OutgoingMail.objects.get()
        assert mail.to == "sam@example.org"
        assert "/callback/" in mail.body

    def test_the_consents_are_kept_as_they_were_worded(self, client, centre):
        page = client.get(form_of(centre))
        send(client, centre)

        row = CallbackRequest.objects.get()
        form = page.context["form"]
        assert row.consent_to_call == form.fields["to_call"].label
        assert row.consent_to_keep == form.fields["to_keep"].label
        last = timezone.localdate(timezone.now() + 30 * DAY)
        assert f"{last:%-d %B %Y} at the latest" in row.consent_to_keep

    def test_a_tick_counts_for_the_words_it_stood_beside(self, client, centre):
        values = stamped("callback", **GOOD, **agreed(centre))
        type(centre.provider).objects.update(legal_name="Another Ltd")

        page = client.post(form_of(centre), values)

        assert kept() == 0
        said = text_of(page)
        assert "worded differently since you opened this page" in said
        assert "I agree that Oak House (run by Another Ltd) calls me" in said
        assert "Quillon" in page.content.decode()
        assert 'name="to_call" checked' not in page.content.decode()
        again = client.post(form_of(centre), {**values, "agreed": page.context["form"].agreed})
        assert again.status_code == 303

    def test_without_the_words_no_tick_counts(self, client, centre):
        page = client.post(form_of(centre), stamped("callback", **GOOD))

        assert (page.status_code, kept()) == (200, 0)

    def test_the_last_day_is_that_of_the_page_that_was_shown(self, client, centre):
        shown = timezone.now() - datetime.timedelta(hours=20)
        client.post(form_of(centre), stamped("callback", shown=shown, **GOOD, **agreed(centre)))

        row = CallbackRequest.objects.get()
        last = timezone.localdate(shown + 30 * DAY)
        assert f"{last:%-d %B %Y} at the latest" in row.consent_to_keep
        assert timezone.localdate(row.delete_at) == last

    def test_a_form_sent_to_another_recipient_changes_no_request(self, client, centre):
        other = taking(factories.centre(name="Elm"), now=timezone.now())
        stamp = stamped("callback", **GOOD)
        client.post(form_of(centre), {**stamp, **agreed(centre)})
        for to in (other, None):
            client.post(form_of(to), {**stamp, **agreed(to), "number": "01632 960718"})

        rows = {row.centre: row for row in CallbackRequest.objects.all()}
        assert rows.keys() == {centre, other, None}
        assert rows[centre].number == SAID["number"]
        assert "Oak House" in rows[centre].consent_to_call


class TestAfterwards:
    def test_the_link_is_shown_with_who_calls_and_until_when(self, client, centre):
        sent = send(client, centre)
        assert sent.status_code == 303

        page = client.get(sent["Location"])

        said = text_of(page)
        assert "Whoever calls you is Oak House" in said
        assert "Nobody has read it yet" in said
        assert f'value="http://127.0.0.1:8000{sent["Location"]}"' in page.content.decode()
        assert not [word for word in WORDS if word in page.content.decode()]

    def test_sent_twice_it_is_one_request_and_one_link(self, client, centre):
        values = stamped("callback", **GOOD, **agreed(centre))
        first, second = (client.post(form_of(centre), values) for _ in range(2))

        assert first["Location"] == second["Location"]
        assert (kept(), OutgoingMail.objects.count()) == (1, 1)

    def test_what_is_changed_too_late_is_not_passed_on_and_says_so(self, client, centre):
        values = stamped("callback", **GOOD, **agreed(centre))
        client.post(form_of(centre), values)
        callback_links.read(link_in_mail(), now=timezone.now())

        again = client.post(form_of(centre), {**values, "number": "01632 960718"}, follow=True)

        assert "What you changed was not passed on" in text_of(again)

    def test_the_button_deletes_it_there_and_then(self, client, centre):
        address = send(client, centre)["Location"]

        gone = client.post(address)

        assert "Your request is deleted" in text_of(gone)
        assert kept() == OutgoingMail.objects.count() == 0
        for again in (client.get(address), client.post(address)):
            assert again.status_code == 404
            assert "There is nothing here" in text_of(again)

    def test_looking_changes_nothing(self, client, centre):
        address = send(client, centre)["Location"]
        before = list(CallbackRequest.objects.values()), AuditEntry.objects.count()

        client.get(address), client.head(address)
        client.get(reverse("callback-read", args=[link_in_mail()]))

        assert (list(CallbackRequest.objects.values()), AuditEntry.objects.count()) == before

    @pytest.mark.parametrize(
        ("state", "words"),
        [("tried", "They tried to call you"), ("reached", "They say that they reached you"),
         ("closed", "was closed on")],
    )  # fmt: skip
    def test_it_says_what_became_of_it(self, client, centre, state, words):
        address = send(client, centre)["Location"]
        answer = callback_links.read(link_in_mail(), now=timezone.now()).answer
        assert "was read on" in text_of(client.get(address))

        callback_links.answer(answer, state, now=timezone.now())

        assert words in text_of(client.get(address))

    @pytest.mark.parametrize("why", ["suspended", "ended", "ran out"])
    def test_it_promises_no_call_that_cannot_come(self, client, centre, why):
        address = send(client, centre)["Location"]
        if why == "suspended":
            Centre.objects.update(status="suspended")
        elif why == "ended":
            Claim.objects.update(
                state="ended", takes_callbacks=False, ended_at=timezone.now(), reason="Left."
            )
        else:
            past = timezone.now() - 4 * DAY
            CallbackLink.objects.update(made_at=past, expires_at=past + 3 * DAY)

        said = text_of(client.get(address))

        assert "has not reached Oak House" in said
        assert "Please do not wait for a call" in said
        assert "Whoever calls you" not in said
        assert "Ask our team to call you" in said
        assert "Delete my request now" in said
        assert ("960222" in said) == (why != "suspended"), "no numbers of an unlisted centre"

    def test_what_was_read_says_so_though_the_centre_is_listed_no_more(self, client, centre):
        address = send(client, centre)["Location"]
        callback_links.read(link_in_mail(), now=timezone.now())
        Centre.objects.update(status="suspended")

        said = text_of(client.get(address))

        assert "was read on" in said
        assert "960222" not in said

    def test_word_is_said_to_be_sent_where_it_is(self, client, centre, settings):
        for expected, keys in (("We have sent word", None), ("could not send them word", [])):
            OutgoingMail.objects.all().delete()
            address = send(client, centre)["Location"]
            callback_links.read(link_in_mail(), now=timezone.now())
            if keys is not None:
                settings.ENCRYPTION_KEYS = keys

            assert expected in text_of(client.post(address))

    def test_a_link_that_is_not_mailed_is_shown_and_said_not_to_be(self, client, monkeypatch):
        monkeypatch.setattr(daily, "MOST_MAILS", 1)
        first, second = (
            client.get(send(client, wants_email="on", email="sam@example.org")["Location"])
            for _ in range(2)
        )

        assert "We could not send the link" not in text_of(first)
        assert "We could not send the link" in text_of(second)
        assert 'id="own-link"' in second.content.decode()

    def test_who_asked_from_the_united_states_is_given_its_help_lines_to_the_end(self, client):
        values = stamped("callback", **{**GOOD, **agreed(), "number": "(212) 555-0123"},
                         wants_email="on", email="sam@example.org")  # fmt: skip
        address = client.post(f"{form_of()}?country=US", values)["Location"]

        assert f"{address}\n" in OutgoingMail.objects.get(kind="callback-link").body
        status = client.get(address)
        assert f'action="{address}"' in status.content.decode()
        for page in (status, client.post(address), client.get(address)):
            assert 'href="tel:988"' in page.content.decode()
            assert 'href="tel:116123"' not in page.content.decode()


class TestTheCentresLink:
    def test_a_button_then_once_then_what_became_of_it(self, client, centre):
        send(client, centre)
        address = reverse("callback-read", args=[link_in_mail()])
        first = client.get(address)
        assert "Show it once" in text_of(first)
        assert not [word for word in WORDS if word in first.content.decode()]

        shown = client.post(address)

        said = text_of(shown)
        expected = {**SAID, "voicemail": "Leave no message"}
        assert not [text for text in expected.values() if text not in said]
        for again in (client.get(address), client.post(address)):
            assert again.status_code == 410
            assert "used" in text_of(again)
            assert "our team can send you a new link" in text_of(again)
        answer = client.post(reverse("callback-answer", args=[shown.context["answer"]]),
                             {"state": "tried"})  # fmt: skip
        assert answer.status_code == 303
        page = client.get(answer["Location"])
        assert "Tried, not reached" in text_of(page)
        closed = client.post(answer["Location"], {"state": "closed"})
        assert "deleted in 72 hours" in text_of(closed)

    def test_what_was_not_said_is_filled_with_what_is_safe(self, client, centre):
        send(client, centre, if_another_answers=None, note=None)

        shown = text_of(client.post(reverse("callback-read", args=[link_in_mail()])))

        assert "Ask for them by the name above, and do not say why." in shown

    @pytest.mark.parametrize("state", ["", "new", "x"])
    def test_what_it_may_not_say_changes_nothing(self, client, centre, state):
        send(client, centre)
        reading = callback_links.read(link_in_mail(), now=timezone.now())
        address = reverse("callback-answer", args=[reading.answer])

        assert client.post(address, {"state": state}).status_code == 410
        assert client.post(address, {"state": "reached"}).status_code == 303


def pages(client, centre):
    """Every page of a callback, by name."""
    status = send(client, centre)["Location"]
    token = link_in_mail()
    read = reverse("callback-read", args=[token])
    yield "form", client.get(form_of(centre))
    yield "errors", send(client, centre, name=None)
    yield "team", client.get(form_of())
    yield "status", client.get(status)
    yield "link", client.get(read)
    shown = client.post(read)
    yield "words", shown
    yield "answer", client.get(reverse("callback-answer", args=[shown.context["answer"]]))
    yield "spent", client.get(read)
    yield "withdrawn", client.post(status)
    yield "gone", client.get(status)
    yield "not taken", client.get(form_of(factories.centre()))


def test_every_page_is_kept_by_nobody_and_sets_no_cookie(client, centre):
    for name, page in pages(client, centre):
        assert "no-store" in page["Cache-Control"], name
        assert page["Referrer-Policy"] == "no-referrer", name
        assert "noindex" in page["X-Robots-Tag"], name
        assert 'name="robots" content="noindex"' in page.content.decode(), name
        assert 'rel="canonical"' not in page.content.decode(), name
        assert 'id="help-lines"' in page.content.decode(), name
        assert not page.cookies, name
    assert not client.cookies


def test_a_form_on_another_site_asks_nobody(client):
    values = stamped("callback", **GOOD, **agreed())

    assert (
        client.post(form_of(), values, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    )
    assert kept() == 0


class TestKeys:
    """It fails closed: without a key nothing is asked for; what is to go goes all the same."""

    def test_without_one_no_form_is_shown(self, client, centre, settings):
        settings.ENCRYPTION_KEYS = []

        for page in (client.get(form_of(centre)), send(client, centre)):
            assert page.status_code == 503
            assert "closed for now" in text_of(page)
            assert f'<a href="{centre.get_absolute_url()}">' in page.content.decode()
        assert kept() == 0

    def test_with_another_one_a_centre_reads_nothing_and_uses_nothing_up(
        self, client, centre, settings
    ):
        send(client, centre)
        address, keys = reverse("callback-read", args=[link_in_mail()]), settings.ENCRYPTION_KEYS
        settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
        assert client.post(address).status_code == 503
        settings.ENCRYPTION_KEYS = keys
        assert "Vexley" in text_of(client.post(address))

    def test_without_one_a_request_is_withdrawn_all_the_same(self, client, centre, settings):
        address = send(client, centre)["Location"]
        settings.ENCRYPTION_KEYS = []

        assert client.get(address).status_code == 200
        assert client.post(address).status_code == 200
        assert kept() == 0


def test_an_error_leaves_nothing_of_the_form_in_the_log(client, centre, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError(f"could not keep {args} {kwargs}")

    monkeypatch.setattr(callbacks, "ask", broken)
    client.raise_request_exception = False
    written = io.StringIO()
    handler = next(h for h in logging.getLogger("django").handlers if h.filters)
    monkeypatch.setattr(handler, "stream", written)

    page = send(client, centre)

    assert page.status_code == 500
    assert "RuntimeError" in written.getvalue()
    said = written.getvalue() + page.content.decode()
    assert not [word for word in WORDS if word in said]


def test_an_overdue_request_is_not_shown_though_no_job_has_run(client):
    asked(form="x" * 32, now=timezone.now() - 30 * DAY)

    assert client.get(reverse("callback-status", args=["x" * 32])).status_code == 404
