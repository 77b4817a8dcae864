"""A listing as somebody fills it in: good answers to every step, and the steps as a browser takes
them."""

from urllib.parse import urlsplit

from django.urls import reverse
from django.utils import timezone

from centres import submissions, tokens
from finder.listing.forms import ACTION
from tests.finder.taking_part.filling import stamped

NAME = "Alder Lodge"
ANSWERS = {
    "centre": {"country": "GB", "name": NAME, "postcode": "ls1 4dy"},
    "address": {"street": "1 Sample Road", "town": "Leeds", "region": "West Yorkshire"},
    "place": {"right": "yes"},
    "phone": {"number": "01632 960123", "answered_by": "centre", "website": "alder.example.org"},
    "programme-1": {
        "level": "residential", "name": "Primary", "length_min_days": "28",
        "length_max_days": "28", "dual_diagnosis": "capable", "substances": ["alcohol"],
        "funding": ["self-pay"], "price": "5000", "price_includes": "Everything.", "more": "no",
    },
    "registration": {
        "registration": "registered", "regulator": "cqc", "registration_number": "1-100200300",
    },
    "you": {
        "role": "centre", "email": "", "is_true": "on", "no_paid_referrals": "on",
    },
}  # fmt: skip
#: The same as it is kept, of a centre that no map and no vocabulary has to know.
KEPT = {
    "centre": {"country": "GB", "name": NAME, "postcode": ""},
    "address": {
        "withheld": False, "street": "1 Sample Road", "locality": "", "town": "Leeds",
        "region": "",
    },
    "place": {"right": "unsure", "elsewhere": ""},
    "phone": {"number": "+441632960123", "answered_by": "centre", "website": ""},
    "programme-1": {
        "level": "residential", "name": "", "open_ended": False, "length_min_days": 28,
        "length_max_days": 28, "dual_diagnosis": "", "substances": [], "funding": [],
        "price": 5000, "price_includes": "", "more": "no",
    },
    "registration": {
        "registration": "unknown", "regulator": "", "registration_number": "",
        "registration_reason": "",
    },
    "you": {
        "role": "another", "how": "website", "email": "sam@example.org", "is_true": True,
        "no_paid_referrals": True,
    },
}  # fmt: skip


def begin(client):
    """The token of a listing that was begun."""
    response = client.post(reverse("list-a-centre"), stamped(ACTION))
    assert response.status_code == 303
    return token_of(response)


def token_of(response):
    return urlsplit(response["Location"]).path.split("/")[2]


def address(token, step):
    return reverse("list-a-centre-step", args=[token, step])


def answer(client, token, step, **values):
    """Post a step as the page that shows it would."""
    return client.post(address(token, step), stamped(ACTION, **values))


def fill_in(client, token, **changed):
    """Answer every step; changed: {step with underscores: values, or None to leave it out}."""
    changed = {name.replace("_", "-"): values for name, values in changed.items()}
    for step, values in (ANSWERS | changed).items():
        if values is not None:
            response = answer(client, token, step, **values)
            assert response.status_code == 303, (step, response.content.decode())
    return token


def send(client, token):
    return client.post(address(token, "check"), stamped(ACTION))


def sent(client, **changed):
    """The `Submission` of a listing that was filled in and sent."""
    token = fill_in(client, begin(client), **changed)
    response = send(client, token)
    assert response.status_code == 303, response.content.decode()
    row = submissions.found(token)
    assert row.sent_at, response["Location"]
    row.link = reverse("list-a-centre-status", args=[token])
    return row


def begun(said, *, now=None):
    """The token of a listing with these answers, written past its pages: as they would keep it."""
    now, token = now or timezone.now(), tokens.new()
    row = submissions.begin(token, now=now)
    for step, values in said.items():
        row = submissions.keep(row, step, values, now=now)
    return token
