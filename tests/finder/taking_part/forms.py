"""Every form that a stranger can send, each with an answer that is taken: a line a form.

The hostile posts (`hostile.py`) and the kills (`killed.py`) go through this table.
"""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import timezone

from centres import tokens
from tests import factories
from tests.centres import callbacks


@dataclass(frozen=True)
class Filled:
    """path: where it is sent. action: of its stamp. values: {field: text} that is taken."""

    path: str
    action: str
    values: dict = field(default_factory=dict)


CALLBACK = {
    "name": "Sam", "number": "01632 960123", "when": "Any time", "voicemail": "no",
    "if_another_answers": "It is the plumber.", "note": "None.", "to_call": "on", "to_keep": "on",
    "wants_email": "on", "email": "sam@example.org",
}  # fmt: skip


def team_callback():
    return Filled(reverse("callback"), "callback", CALLBACK)


def centre_callback():
    centre = callbacks.taking(factories.centre(), now=timezone.now())
    return Filled(reverse("centre-callback", args=[centre.slug]), "callback", CALLBACK)


def report():
    phone = factories.phone(factories.centre())
    values = {"problem": "not-their-number", "fact": f"phones.{phone.pk}", "text": "A shop.",
              "email": "sam@example.org"}  # fmt: skip
    return Filled(reverse("centre-report", args=[phone.centre.slug]), "report", values)


def reply():
    token = tokens.new()
    factories.claim(factories.centre(), token=token, proven_at=timezone.now())
    values = {"fact": "beds", "text": "We have 14 beds."}
    return Filled(reverse("claim-reply", args=[token]), "reply", values)


#: Name: function that makes what the form needs and answers it `Filled`. It runs in a test.
FORMS = {"callback to a centre": centre_callback, "callback to the team": team_callback,
         "report": report, "reply": reply}  # fmt: skip
