"""Beside a fact: when it was corrected, and what the centre says; on the page, in print, in the
API."""

import datetime
import json
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from centres import replies, reports
from centres.models import Reply
from tests import factories
from tests.centres.reporting import WORDS, replied, reported
from tests.finder.taking_part.filling import stamped
from tests.test_layout import ROOT

pytestmark = pytest.mark.django_db

A_DAY = datetime.timedelta(days=1)


@pytest.fixture
def centre():
    return factories.centre(name="Oak House", beds=12)


@pytest.fixture
def ruth():
    return factories.member("ruth", "Researcher")


def corrected(centre, *, by, on=None, **facts):
    now = timezone.now()
    reports.answer(
        reported(centre, now=now, **facts), upheld=True, words="Put right.",
        corrected_on=on or timezone.localdate(now), by=by, now=now,
    )  # fmt: skip


def shown(centre, *, by, now=None, **facts):
    now = now or timezone.now()
    reply = replied(centre, now=now, **facts)
    replies.show(reply, by=by, now=now)
    return reply


def page_of(client, centre):
    page = client.get(centre.get_absolute_url()).content.decode()
    return unescape(" ".join(page.split()))


def fact_on(page, label):
    """What the page says in the list of facts under a label."""
    return page.partition(f"<dt>{label}</dt>")[2].partition("</dd>")[0]


def record_of(client, centre):
    return json.loads(client.get(reverse("api-centre", args=[centre.uuid])).content)


def test_corrected_on_stands_beside_the_fact_it_is_about(client, centre, ruth):
    corrected(centre, by=ruth, on=datetime.date(2026, 3, 1))
    corrected(centre, by=ruth, on=datetime.date(2026, 3, 5))

    page = page_of(client, centre)

    assert "Corrected on 5 March 2026" in fact_on(page, "Beds")
    assert page.count("Corrected on") == 1
    assert record_of(client, centre)["remarks"] == {
        "beds": {"corrected_on": "2026-03-05", "reply": None}
    }


@pytest.mark.parametrize("fact", ["phones", "address", "about", "name"])
def test_so_it_does_of_what_is_no_row_of_a_table(client, centre, ruth, fact):
    corrected(centre, by=ruth, fact=fact)

    assert page_of(client, centre).count("Corrected on") == 1


def test_a_programme_s_fact_is_corrected_for_that_programme_alone(client, centre, ruth):
    _, second = (factories.programme(centre, name=name) for name in ("Oak", "Elm"))
    corrected(centre, by=ruth, fact="programme.price", programme=second)

    record = record_of(client, centre)
    assert [bool(one["remarks"]) for one in record["programmes"]] == [False, True]
    assert page_of(client, centre).count("Corrected on") == 1


def test_what_was_reported_of_them_all_is_corrected_at_each_by_the_latest_day(client, centre, ruth):
    first, second = (factories.programme(centre, name=name) for name in ("Oak", "Elm"))
    corrected(centre, by=ruth, fact="programme.price", on=datetime.date(2026, 3, 5))
    corrected(
        centre, by=ruth, fact="programme.price", programme=first, on=datetime.date(2026, 3, 1)
    )
    corrected(
        centre, by=ruth, fact="programme.price", programme=second, on=datetime.date(2026, 3, 9)
    )

    days = [
        {fact: remark["corrected_on"] for fact, remark in one["remarks"].items()}
        for one in record_of(client, centre)["programmes"]
    ]
    assert days == [{"price": "2026-03-05"}, {"price": "2026-03-09"}]
    page = page_of(client, centre)
    assert "Corrected on 5 March 2026" in page
    assert "Corrected on 9 March 2026" in page


def test_what_was_left_as_it_is_or_not_dated_leaves_no_mark(client, centre, ruth):
    now = timezone.now()
    for upheld in (True, False):
        reports.answer(
            reported(centre, text=WORDS, now=now), upheld=upheld, words="Seen.", by=ruth, now=now
        )

    page = page_of(client, centre)
    assert "Corrected on" not in page
    assert "Florida" not in page
    assert record_of(client, centre)["remarks"] == {}


def test_a_reply_stands_beside_its_fact_as_the_centre_s_words_and_changes_nothing(
    client, centre, ruth
):
    shown(centre, by=ruth, text="We have 14 <beds> & a garden.")

    page = page_of(client, centre)
    beds = fact_on(page, "Beds")

    assert '<span class="fact-line">12</span>' in beds
    assert f"The centre says ({timezone.localdate():%-d %B %Y}):" in beds
    assert "We have 14 <beds> & a garden." in beds
    assert "<beds>" not in client.get(centre.get_absolute_url()).content.decode()
    reply = record_of(client, centre)["remarks"]["beds"]["reply"]
    assert reply == {
        "text": "We have 14 <beds> & a garden.", "replied_on": f"{timezone.localdate()}",
    }  # fmt: skip


@pytest.mark.parametrize("decide", ["not yet", "reject", "withdraw"])
def test_what_was_not_shown_is_nowhere(client, centre, ruth, decide):
    claim = factories.claim(centre, proven_at=timezone.now())
    reply, now = replied(centre, claim=claim, now=timezone.now()), timezone.now()
    if decide == "reject":
        replies.reject(reply, reason="It names a person.", by=ruth, now=now)
    if decide == "withdraw":
        replies.withdraw(reply, claim=claim, now=now)

    assert "14 beds" not in page_of(client, centre)
    assert record_of(client, centre)["remarks"] == {}


def test_a_reply_to_what_stood_there_before_says_so(client, centre, ruth):
    then = timezone.now() - 9 * A_DAY
    shown(centre, by=ruth, now=then)
    factories.provenance(centre, fact="beds", recorded_at=timezone.now())

    assert "before this was noted anew:" in page_of(client, centre)


def test_both_are_printed():
    """Nothing of the two is hidden on paper."""
    css = (ROOT / "finder/static/finder/centre.css").read_text()
    printed = css.partition("@media print")[2]
    hidden = printed.partition("display: none")[0]
    assert ".reply" not in hidden
    assert ".corrected" not in hidden


# The claimant's own page


def reply_page(client, token):
    return client.get(reverse("claim-reply", args=[token]))


def test_a_claimant_replies_by_their_link(client, centre):
    factories.claim(centre, token="a-token", proven_at=timezone.now())  # noqa: S106
    path = reverse("claim-reply", args=["a-token"])
    assert "14 beds" not in reply_page(client, "a-token").content.decode()

    response = client.post(path, stamped("reply", fact="beds", text="We have 14 beds."))

    assert response.status_code == 303
    assert Reply.objects.get().state == "pending"
    page = client.get(response["Location"]).content.decode()
    assert "A person of our team reads it" in page
    assert "14 beds" in page

    client.post(path, {"withdraw": Reply.objects.get().pk})
    assert Reply.objects.get().state == "withdrawn"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"fact": ""}, "Choose the fact."),
        ({"text": ""}, "Write what you say about it."),
        ({"text": "Call 01632 960123"}, "Leave out telephone numbers."),
        ({"text": "Read www.example.org"}, "Leave out links"),
        ({"fact": "programme.price"}, "Choose the programme."),
    ],
)
def test_what_cannot_stand_there_is_said_and_nothing_typed_is_lost(client, centre, values, said):
    for _ in range(2):
        factories.programme(centre)
    factories.claim(centre, token="a-token", proven_at=timezone.now())  # noqa: S106
    values = {"fact": "beds", "text": "We have 14 beds.", **values}

    response = client.post(reverse("claim-reply", args=["a-token"]), stamped("reply", **values))

    page = unescape(response.content.decode())
    assert said in page
    assert values["text"] in page
    assert not Reply.objects.exists()


def test_without_a_link_that_serves_nobody_replies(client, centre):
    factories.claim(centre, token="asked")  # noqa: S106
    factories.claim(centre, token="old", proven_at=timezone.now() - 4000 * A_DAY)  # noqa: S106

    assert reply_page(client, "nothing").status_code == 404
    for token in ("asked", "old"):
        assert reply_page(client, token)["Location"] == reverse("claim", args=[token])


def test_nobody_takes_back_the_reply_of_another_centre(client, centre):
    other = replied(factories.centre(beds=3), now=timezone.now())
    factories.claim(centre, token="a-token", proven_at=timezone.now())  # noqa: S106
    path = reverse("claim-reply", args=["a-token"])

    for key in (other.pk, "x", "9" * 40, "-1"):
        assert client.post(path, {"withdraw": key}).status_code == 404
    other.refresh_from_db()
    assert other.state == "pending"
