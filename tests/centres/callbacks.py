"""Callback requests as they come, in words that are found wherever they should not be."""

import datetime
import re

from centres import callbacks, tokens
from centres.models import CallbackRequest, Claim, OutgoingMail
from tests import factories

from .cast import NOW

#: What somebody writes; each text stands nowhere else.
SAID = {
    "name": "Quillon Vexley",
    "number": "+44 1632 960717",
    "when": "after the Zephyrine bells",
    "voicemail": "no",
    "if_another_answers": "it is about the Marrowgate boiler",
    "note": "speak slowly, Ostrava dialect",
}
#: Texts of which none may be found outside the one column each.
WORDS = ["Quillon", "Vexley", "960717", "Zephyrine", "Marrowgate", "Ostrava"]
CONSENTS = callbacks.Consents("I agree that you call.", "I agree that it is kept.")
ADDRESS = "duty@oak.example.org"


def taking(centre=None, *, email=ADDRESS, now=NOW):
    """A listed centre where somebody has proved who they are and takes callbacks."""
    centre = centre or factories.centre(name="Oak House", provider=factories.provider())
    Claim.objects.create(
        centre=centre,
        token=tokens.digest(tokens.new()),
        proof="email",
        state="proven",
        name="Dana",
        role="manager",
        email=email,
        email_confirmed_at=now,
        proven_at=now,
        link_expires_at=now + datetime.timedelta(days=90),
        takes_callbacks=True,
    )
    return centre


def asked(centre=None, *, form="a-form", now=NOW, **facts):
    """A request as the form makes it; the row without its words."""
    said = {**SAID, **{name: facts.pop(name) for name in list(facts) if name in SAID}}
    facts = {"consents": CONSENTS, "language": "en-gb", **facts}
    callbacks.ask(centre, said, token=form, now=now, **facts)
    return CallbackRequest.objects.sealed().get(token=tokens.digest(form))


def link_in_mail(kind="callback-notice"):
    """The token of the link in the latest waiting mail of a kind."""
    body = OutgoingMail.objects.filter(kind=kind).latest("pk").body
    return re.search(r"/([\w-]{32})/\n", body)[1]
