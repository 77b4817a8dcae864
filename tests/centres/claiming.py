"""Claims as they come about, step by step."""

import re

from centres import claims, reports, tokens
from centres.models import Claim, OutgoingMail
from tests import factories

from .cast import NOW
from .reporting import doubted

WEBSITE = "https://www.oakhouse.org.uk/"
OWN, OTHER = "dana@oakhouse.org.uk", "dana@gmail.com"
#: What a claim's link holds unless a test says otherwise.
LINK = "a-link"
PDF = b"%PDF-1.7\n%%EOF\n"


def _doubt(phone):
    for _ in range(reports.HIDE_A_NUMBER):
        doubted(phone)


def _answered_by_others(phone):
    phone.answered_by = "third-party"
    phone.save()


#: What may become of a number after it was chosen, so that it proves nothing: a function of each.
NO_LONGER = {
    "in doubt": _doubt,
    "answered by others": _answered_by_others,
    "removed": lambda phone: phone.delete(),
}


def oak(**facts):
    """A listed centre with a website and a telephone."""
    centre = factories.centre(**{"name": "Oak House", "website": WEBSITE, **facts})
    factories.phone(centre, answered_by="centre")
    return centre


def asked(centre, *, email=OWN, link=LINK, now=NOW):
    return claims.ask(centre, token=link, name="Dana Vexley", role="Manager", email=email, now=now)


def code(claim):
    """The code that waits, as whoever has it reads it."""
    return Claim.objects.get(pk=claim.pk).code


def entered(claim, typed=None, *, link=LINK, now=NOW):
    """Whether the code, or what is typed, was right."""
    return claims.enter_code(claim, typed or code(claim), token=link, now=now)


def confirmed(centre, *, email=OTHER, link=LINK, now=NOW):
    """A claim whose address is confirmed; proven where that is the centre's own."""
    claim = asked(centre, email=email, link=link, now=now)
    assert entered(claim, link=link, now=now)
    return Claim.objects.get(pk=claim.pk)


def read_out(claim):
    """The claim once somebody of the team had its code open."""
    Claim.objects.filter(pk=claim.pk).update(read_out_at=NOW)
    return Claim.objects.get(pk=claim.pk)


def wrong(claim):
    """A code that is not the one."""
    *start, last = code(claim)
    return "".join([*start, "4" if last == "3" else "3"])


def token_in_mail(kind="claim-link"):
    """The token of the link in the latest waiting mail of a kind."""
    body = OutgoingMail.objects.filter(kind=kind).latest("pk").body
    return re.search(r"/claims/([\w-]{32})/", body)[1]


def found(token):
    return Claim.objects.filter(token=tokens.digest(token)).first()
