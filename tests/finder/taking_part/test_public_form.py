"""What holds a script back from a form, and what a person who is taken for one loses: nothing."""

import datetime

import pytest
from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from finder.public_form import LASTS, LOST, STAMP, TRAP, PublicForm, make_stamp, plain
from tests.centres.cast import at

NOW = at(datetime.date(2026, 3, 2))
SECOND = datetime.timedelta(seconds=1)


class Asking(PublicForm):
    action = "asking"

    name = forms.CharField(max_length=40)
    note = forms.CharField(max_length=200, required=False, widget=forms.Textarea)
    kind = forms.ChoiceField(choices=[("a", "A")], required=False)


def sent(*, shown=NOW - 60 * SECOND, stamp=None, now=NOW, form=Asking, **values):
    """The form as it comes in; `shown`: when its page was."""
    data = QueryDict(mutable=True)
    data[STAMP] = make_stamp("asking", now=shown) if stamp is None else stamp
    data.update({"name": "Sam", **values})
    return form(data, now=now)


def test_what_a_person_fills_in_is_taken():
    form = sent(note="Two\r\nlines")

    assert form.is_valid()
    assert form.cleaned_data["name"] == "Sam"


def test_sent_twice_it_has_the_same_token_and_another_page_another():
    page = make_stamp("asking", now=NOW - 60 * SECOND)
    first, again, other = sent(stamp=page), sent(stamp=page, name="Kim"), sent()

    assert first.is_valid()
    assert again.is_valid()
    assert other.is_valid()
    assert first.token == again.token != other.token


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"shown": NOW - SECOND}, "quicker than people type"),
        ({"shown": NOW - LASTS - SECOND}, "open for a long time"),
        ({"stamp": ""}, "open for a long time"),
        ({"stamp": "made:up"}, "open for a long time"),
        ({"stamp": make_stamp("another-form", now=NOW - 60 * SECOND)}, "open for a long time"),
        ({TRAP: "http://example.org"}, "a field that people do not see"),
    ],
    ids=["fast", "old", "none", "forged", "foreign", "trap"],
)
def test_what_looks_like_a_script_is_shown_again_with_all_that_was_typed(facts, says):
    form = sent(name="Sam", note="Long and careful words", **facts)

    assert not form.is_valid()
    assert says in str(form.non_field_errors())
    assert form["note"].value() == "Long and careful words"
    retry = sent(stamp=form.stamp, now=NOW + 5 * SECOND)
    assert retry.is_valid(), "and sent once more it is taken"


def test_shown_again_for_a_slip_it_keeps_its_nonce():
    """So that correcting a field does not make a second row of it."""
    page = make_stamp("asking", now=NOW - 60 * SECOND)

    form = sent(stamp=page, name="")

    assert not form.is_valid()
    assert form.stamp == page


@pytest.mark.parametrize(
    ("typed", "becomes"),
    [
        ("\u202a07700 900123\u202c", "07700 900123"),  # a telephone's own list of contacts
        ("Jos\u00e9\u200b", "Jos\u00e9"),
        ("\u05d0\u200f\u05d1", "\u05d0\u05d1"),
        ("bell\x07 and \x1b[31m", "bell and [31m"),
        ("\U0001f469\u200d\U0001f4bb", "\U0001f469\u200d\U0001f4bb"),  # one person, of two signs
        ("\u0646\u0645\u06cc\u200c", "\u0646\u0645\u06cc\u200c"),
        ("line\none\ttab", "line\none\ttab"),
        ("nul\0", f"nul{LOST}"),
        ("half \ud83d", f"half {LOST}"),
    ],
    ids=["contacts", "zero-width", "hebrew", "bell", "emoji", "persian", "lines", "nul", "half"],
)
def test_text_is_made_plain(typed, becomes):
    assert plain(typed) == becomes


@given(st.text(st.characters()))
def test_plain_text_can_be_written_and_is_plain_already(text):
    made = plain(text)

    made.encode()
    assert "\0" not in made
    assert plain(made) == made


def test_text_that_was_garbled_on_its_way_is_asked_for_again():
    form = sent(name=f"Jos{LOST}")

    assert not form.is_valid()
    assert "did not reach us as it was typed" in str(form.errors["name"])


def test_a_text_without_a_limit_is_a_mistake_of_ours():
    class Endless(PublicForm):
        action = "endless"
        words = forms.CharField()

    with pytest.raises(ImproperlyConfigured, match="words needs a max_length"):
        Endless(now=NOW)


def every_public_form(of=PublicForm):
    for form in of.__subclasses__():
        yield form
        yield from every_public_form(form)


def test_every_public_form_has_a_name_of_its_own_for_its_stamps():
    import finder.urls  # noqa: F401 - so that each is imported

    own = [form for form in every_public_form() if form.__module__.startswith("finder.")]

    assert own
    assert [form.__name__ for form in own if not form.action] == []
