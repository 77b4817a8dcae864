"""Every form that a stranger can send, each with an answer that is taken: a line a form.

The hostile posts (`hostile.py`) and the kills (`killed.py`) go through this table.
"""

import itertools
from dataclasses import dataclass, field

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from centres import claims, tokens
from tests import factories
from tests.centres import callbacks
from tests.finder.listing import sending

from .filling import agreed


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
    return Filled(reverse("callback"), "callback", {**CALLBACK, **agreed()})


def centre_callback():
    centre = callbacks.taking(factories.centre(), now=timezone.now())
    values = {**CALLBACK, **agreed(centre)}
    return Filled(reverse("centre-callback", args=[centre.slug]), "callback", values)


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


def listing_begun():
    return Filled(reverse("list-a-centre"), "list-a-centre")


def listing_step():
    factories.term("substance", "alcohol"), factories.term("funding", "self-pay")
    token = sending.begun({"centre": sending.KEPT["centre"]})
    return Filled(
        sending.address(token, "programme-1"), "list-a-centre", sending.ANSWERS["programme-1"]
    )


def listing_sent():
    return Filled(sending.address(sending.begun(sending.KEPT), "check"), "list-a-centre")


_number = itertools.count()


def claim():
    values = {"name": "Sam", "role": "Manager", "email": f"sam{next(_number)}@example.org"}
    return Filled(reverse("centre-claim", args=[factories.centre().slug]), "claim", values)


def claim_code():
    """The last step of a proof: the claim, its case and a mail."""
    now, token = timezone.now(), tokens.new()
    centre = factories.centre(website="https://oak.example.org/")
    row = claims.ask(
        centre,
        token=token,
        name="Sam",
        role="Manager",
        email=f"sam{next(_number)}@oak.example.org",
        now=now,
    )
    return Filled(reverse("claim-code", args=[token]), "claim-code", {"code": row.code})


def _of_claim(page, *args, **values):
    token = tokens.new()
    factories.claim(factories.centre(town="Leeds"), token=token, proven_at=timezone.now())
    path = reverse(page, args=[token, *args])
    return Filled(path, page, {**values, **_seen(path)})


def _seen(path):
    """What the page of facts says that it showed."""
    form = Client().get(path).context["form"]
    return {"seen": form["seen"].value()} if "seen" in form.fields else {}


def claim_facts():
    return _of_claim("claim-facts", "page", website="", about="Rooms for 12.", beds="12")


def claim_numbers():
    values = {"number-new": "01632 960123", "who-new": "centre", "words": "It is new."}
    return _of_claim("claim-facts", "phones", **values)


def claim_leave():
    return _of_claim("claim-leave", reason="We are closing.")


#: Name: function that makes what the form needs and answers it `Filled`. It runs in a test.
FORMS = {"callback to a centre": centre_callback, "callback to the team": team_callback,
         "report": report, "reply": reply, "listing begun": listing_begun,
         "listing step": listing_step, "listing sent": listing_sent,
         "claim": claim, "code of a claim": claim_code, "facts of a claim": claim_facts,
         "numbers of a claim": claim_numbers, "leaving": claim_leave}  # fmt: skip
#: Those that add no row but change one, which a count of rows does not show.
CHANGING = {"listing step"}
