"""Claims in the admin: who sees who claims, one code at a time, documents as files and no pages."""

import re

import pytest
from cryptography.fernet import Fernet
from django.urls import reverse
from django.utils import timezone

from centres import claims
from centres.models import Act, AuditEntry, Claim, ClaimState
from tests import factories
from tests.centres.claiming import LINK, NO_LONGER, PDF, code, confirmed, oak

from .casework import log_in, text

pytestmark = pytest.mark.django_db


def page(client, claim):
    return client.get(reverse("admin:centres_claim_change", args=[claim.pk]))


def take(client, claim, step, **posted):
    return client.post(reverse(f"admin:centres_claim_{step}", args=[claim.pk]), posted, follow=True)


@pytest.fixture
def ringing():
    now = timezone.now()
    house = oak()
    return claims.choose_phone(confirmed(house, now=now), house.phones.get(), now=now)


def read_out(claim):
    """The code that waits, as it is shown to whoever reads it out on the telephone."""
    return f"{code(claim)[:3]} {code(claim)[3:]}"


def test_who_claims_is_shown_to_those_who_decide_and_that_they_saw_it_is_noted(as_ruth, ringing):
    shown = text(page(as_ruth, ringing))

    assert "Dana Vexley" in shown
    assert "dana@gmail.com" in shown
    assert AuditEntry.objects.filter(act=Act.SAW, kind="claim", person="ruth").count() == 1


def test_an_auditor_sees_what_became_of_it_and_not_who(audrey, ringing):
    shown = text(page(audrey, ringing))

    assert "Oak House" in shown
    assert "Dana" not in shown
    assert "dana@" not in shown


def test_a_code_is_shown_to_whoever_has_it_open_alone(as_ruth, as_alan, ringing):
    digits = read_out(ringing)
    assert digits not in text(page(as_ruth, ringing))
    shown = text(take(as_ruth, ringing, "ring"))

    assert digits in shown
    assert "Ring 01632 960" in shown
    assert digits not in text(page(as_alan, ringing))
    assert "has this code open" in text(take(as_alan, ringing, "ring"))
    assert digits not in text(take(as_ruth, ringing, "put_back"))


def test_a_number_that_came_into_doubt_is_not_to_be_rung_and_its_code_is_on_no_page(
    as_ruth, ringing
):
    take(as_ruth, ringing, "ring")
    NO_LONGER["in doubt"](ringing.phone)

    shown = text(page(as_ruth, ringing))

    assert "is not to be rung" in shown
    assert read_out(ringing) not in shown
    assert code(ringing) not in shown
    assert "Ring 01632 960" not in shown
    take(as_ruth, ringing, "put_back")
    assert "Show me the number" not in text(page(as_ruth, ringing))


def test_a_code_sent_by_mail_is_on_no_page(as_ruth):
    house = oak()
    claim = claims.ask(
        house, token=LINK, name="Dana", role="Cook", email="d@x.example", now=timezone.now()
    )

    assert code(claim) not in page(as_ruth, claim).content.decode()
    assert code(claim) not in take(as_ruth, claim, "ring").content.decode()


def test_a_document_is_given_as_a_file_that_does_nothing_and_noted(as_ruth, audrey):
    claim = factories.claim(oak(), document=PDF)
    address = reverse("admin:centres_claim_document", args=[claim.pk])
    answer = as_ruth.get(address)

    assert answer.content == PDF
    assert answer["Content-Disposition"] == f'attachment; filename="claim-{claim.pk}.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert AuditEntry.objects.get(act=Act.SAW).note == "The document."
    assert audrey.get(address).status_code == 403


@pytest.mark.parametrize(
    ("step", "state"), [("accept", ClaimState.PROVEN), ("reject", ClaimState.REJECTED)]
)
def test_a_document_is_decided_with_a_reason(as_ruth, step, state):
    claim = factories.claim(oak(), document=PDF)
    assert "Give the reason." in text(take(as_ruth, claim, step, reason=" "))
    take(as_ruth, claim, step, reason="Her letter.")

    assert Claim.objects.get().state == state


def test_a_link_is_ended_with_a_reason(as_ruth):
    claim = factories.claim(oak(), proven_at=timezone.now())
    take(as_ruth, claim, "end", reason="She left.")

    assert Claim.objects.get().state == ClaimState.ENDED


def test_the_list_begins_with_what_waits_for_the_team(as_ruth, ringing):
    factories.claim(factories.centre(name="Elm House"), proven_at=timezone.now())
    address = reverse("admin:centres_claim_changelist")

    assert "Elm House" not in text(as_ruth.get(address))
    assert "Oak House" in text(as_ruth.get(address))
    assert "Elm House" in text(as_ruth.get(address, {"which": "all"}))


def test_the_front_page_counts_them(as_ruth, ringing):
    factories.claim(factories.centre(), document=PDF)
    shown = text(as_ruth.get(reverse("admin:index")))

    assert re.search(r"Claims by centres.{0,80}2", re.sub(r"<[^>]+>", " ", shown))
    assert "Read out a code" in shown
    assert "Look at a document" in shown


def test_without_the_key_who_claims_is_not_shown_and_nothing_breaks(ruth, ringing, settings):
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    shown = page(log_in(ruth), ringing)

    assert shown.status_code == 200
    assert "No key of ENCRYPTION_KEYS reads" in text(shown)
