"""What the database refuses of claims by itself."""

import datetime

import pytest

from centres.models import Claim, ClaimDocument
from centres.models.claim import LINK_LASTS
from tests import factories
from tests.centres.cast import NOW

from .rules import WRITES, cases, checks_of, refused, uniques_of

pytestmark = pytest.mark.django_db

#: Of a claim that stands by its address.
BROKEN = {
    "centres_claim_proof_is_known": [{"proof": "oath"}],
    "centres_claim_state_is_known": [{"state": "believed", "takes_callbacks": False}],
    "centres_claim_has_a_token": [{"token": ""}],
    "centres_claim_has_a_name": [{"name": ""}],
    "centres_claim_has_a_role": [{"role": ""}],
    "centres_claim_has_an_email": [{"email": ""}],
    "centres_claim_code_and_its_end": [{"code_expires_at": NOW}],
    "centres_claim_rung_at_and_by": [{"rung_at": NOW}],
    "centres_claim_decided_at_and_by": [{"decided_at": NOW}],
    "centres_claim_proven_and_its_link": [{"link_expires_at": None}],
    "centres_claim_proven_says_when_and_how": [
        {"proven_at": None, "link_expires_at": None},
        {"email_confirmed_at": None},
        {"proof": ""},
    ],
    "centres_claim_only_an_open_one_has_a_code": [{"code": "x", "code_expires_at": NOW}],
    "centres_claim_document_is_decided_by_a_person": [{"proof": "document"}],
    "centres_claim_refusal_has_a_reason_and_a_decider": [{"state": "rejected"}],
    "centres_claim_ended_says_when_and_why": [
        {"state": "ended"},
        {"state": "ended", "ended_at": NOW},
        {"ended_at": NOW, "reason": "Left."},
    ],
    "centres_claim_only_a_proven_one_takes_callbacks": [
        {"state": "asked", "takes_callbacks": True}
    ],
}


def test_every_rule_is_proved_here():
    assert set(BROKEN) == checks_of(Claim)
    assert uniques_of(Claim) == {
        "centres_claim_one_takes_callbacks_a_centre",
        "centres_claim_one_rung_a_person",
    }
    assert checks_of(ClaimDocument) == {
        "centres_claimdocument_has_a_type",
        "centres_claimdocument_has_a_content",
    }


@WRITES
@pytest.mark.parametrize(("constraint", "facts"), cases(BROKEN))
def test_a_claim_cannot_be_made_to_break_a_rule(write, constraint, facts):
    claim = factories.claim(factories.centre(), proven_at=NOW)

    with refused(constraint):
        write(claim, facts)


@WRITES
@pytest.mark.parametrize("name", ["content_type", "content"])
def test_a_document_is_not_without(write, name):
    claim = factories.claim(factories.centre(), document=b"%PDF-")
    constraint = {"content_type": "type", "content": "content"}[name]

    with refused(f"centres_claimdocument_has_a_{constraint}"):
        write(claim.document, {name: ""})


def test_notices_of_a_centre_go_to_one_person():
    oak = factories.centre()
    factories.claim(oak, proven_at=NOW, takes_callbacks=True)

    with refused("centres_claim_one_takes_callbacks_a_centre"):
        factories.claim(oak, proven_at=NOW, takes_callbacks=True)


def test_a_person_of_the_team_has_one_code_open():
    ruth = factories.person("ruth")
    factories.claim(factories.centre(), rung_at=NOW, rung_by=ruth)

    with refused("centres_claim_one_rung_a_person"):
        factories.claim(factories.centre(), rung_at=NOW, rung_by=ruth)


def test_who_claims_is_kept_encrypted():
    factories.claim(factories.centre(), name="Quillon", role="Zephyr", email="q@oak.example.org")

    kept = Claim.objects.extra(select={"raw": "name || role || email"}).values_list("raw").get()[0]

    assert kept.count("gAAAA") == 3
    assert not any(word in kept for word in ("Quillon", "Zephyr", "oak.example"))


@pytest.mark.parametrize(
    ("after", "in_force", "renewable"),
    [(0, True, True), (90, False, True), (103, False, True), (104, False, False)],
)
def test_a_link_runs_out_with_no_job_having_run(after, in_force, renewable):
    claim = factories.claim(factories.centre(), proven_at=NOW)
    then = NOW + datetime.timedelta(days=after)

    assert claim.link_expires_at == NOW + LINK_LASTS
    assert claim.is_in_force(now=then) is in_force
    assert Claim.objects.in_force(now=then).exists() is in_force
    assert claim.may_renew(now=then) is renewable
