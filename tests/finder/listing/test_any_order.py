"""Whatever is posted, in whatever order of steps: it is saved or refused in words, never lost."""

import pytest
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from centres import submissions
from centres.models import Centre, Submission, SubmissionState
from tests import factories
from tests.finder import towns
from tests.finder.taking_part.hostile import PAYLOADS

from .sending import ANSWERS, address, answer, begin, fill_in, send

pytestmark = pytest.mark.django_db

#: Steps, and fields of all of them, each with good answers and what nobody should send.
STEPS = [*ANSWERS, "known", "check", "programme-2", "programme-8"]
FIELDS = sorted({name for values in ANSWERS.values() for name in values} | {
    "elsewhere", "registration_reason", "how", "withheld", "open_ended", "another", "locality",
})  # fmt: skip
#: What the test client cannot send, and what is far too long, is among the hostile posts.
SENDABLE = [text for text in PAYLOADS if len(text) < 600 and (text.isascii() or text.isprintable())]
ODD = st.sampled_from(SENDABLE) | st.text(st.characters(codec="utf-8"), max_size=40)
GOOD = st.sampled_from([
    "yes", "no", "unsure", "GB", "US", "registered", "not-required", "us-state", "02108",
    "53.8, -1.5", "Leeds", "centre", "another", "website", "0", "1", "365", "on", "alcohol",
    "residential", "(617) 555-0123", "sam@example.org", "example.org",
])  # fmt: skip
POSTS = st.lists(
    st.tuples(
        st.sampled_from(STEPS),
        st.dictionaries(st.sampled_from(FIELDS), ODD | GOOD | st.lists(ODD, max_size=3),
                        max_size=4),
    ),
    min_size=1,
    max_size=6,
)  # fmt: skip


def kept(token):
    return submissions.answers_of(submissions.found(token))


@settings(
    max_examples=25,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(posts=POSTS)
def test_it_is_saved_or_refused_in_words_and_never_lost(posts):
    client = Client(REMOTE_ADDR=f"10.8.{Submission.objects.count()}.1")
    token = begin(client)
    for step, changed in posts:
        before = kept(token)
        response = answer(client, token, step, **(ANSWERS.get(step, {}) | changed))
        assert response.status_code in {200, 303}, (step, response.status_code)
        if submissions.found(token).state == SubmissionState.SENT:
            return
        after = kept(token)
        others = set(before) - {step, "place"}  # another postcode asks for the place anew
        assert {each: after.get(each) for each in others} == {each: before[each] for each in others}
        if response.status_code == 200:
            assert "Please look at this again" in response.content.decode()
            assert after == before
    _finishes(client, token)


def _finishes(client, token):
    """Answered well in the end, it is sent: nothing posted before stands in its way for good."""
    fill_in(client, token)
    for _ in range(3):  # another programme that was asked for, or what it resembles
        onward = send(client, token)["Location"].split("/")[-2]
        if onward == token:
            break
        if onward.startswith("programme"):
            answer(client, token, onward, **ANSWERS["programme-1"])
        if onward == "known":
            answer(client, token, onward, another="on")
    row = Submission.objects.latest("pk")
    assert (row.state, row.centre.status) == ("sent", "draft")
    assert not Centre.objects.visible().exists()


@pytest.fixture(autouse=True)
def _directory(db):
    towns.leeds()
    factories.term("substance", "alcohol")
    factories.term("funding", "self-pay")


def test_a_form_that_was_too_quick_is_shown_again_with_all_that_was_typed(client):
    token = fill_in(client, begin(client))
    from django.utils import timezone

    from finder.public_form import STAMP, make_stamp

    quick = {STAMP: make_stamp("list-a-centre", now=timezone.now())}
    response = client.post(address(token, "check"), quick)

    assert response.status_code == 200
    assert "quicker than people type" in response.content.decode()
    assert "Alder Lodge" in response.content.decode()
    assert send(client, token).status_code == 303
