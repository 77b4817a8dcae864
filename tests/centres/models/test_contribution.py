import datetime

import pytest

from centres.models import Proposal
from tests import factories

from .rules import WRITES, cases, checks_of, lift_guards, refused, uniques_of

pytestmark = pytest.mark.django_db

DAY = datetime.date(2025, 6, 1)
AT = datetime.datetime(2025, 6, 1, 12, tzinfo=datetime.UTC)
APPROVED = {"state": "approved", "decided_at": AT, "decided_by": "alan"}
REJECTED = {**APPROVED, "state": "rejected", "reason": "The register says otherwise."}

BROKEN = {
    "centres_proposal_origin_is_known": [{"origin": "rumour"}, {"origin": ""}],
    "centres_proposal_method_is_known": [{"method": "rumour"}, {"method": ""}],
    "centres_proposal_state_is_known": [{**APPROVED, "state": "done"}, {**APPROVED, "state": ""}],
    "centres_proposal_decided_at_and_by": [
        {**APPROVED, "decided_by": None},
        {"decided_by": "alan"},
    ],
    "centres_proposal_pending_is_not_decided": [
        {**APPROVED, "state": "pending"},
        {"state": "approved"},
        {"state": "withdrawn"},
    ],
    "centres_proposal_approver_is_not_the_proposer": [{**APPROVED, "decided_by": "ruth"}],
    "centres_proposal_refusal_has_a_reason": [{**REJECTED, "reason": ""}],
    "centres_proposal_link_is_a_web_address": [
        {"link": "javascript:alert(1)"},
        {"link": "data:text/html,x"},
    ],
}
LEGAL = {
    "of_each_origin": [{"origin": "centre"}, {"origin": "public", "proposer": None}],
    "approved": [APPROVED, {**APPROVED, "proposer": None}],
    "rejected": [REJECTED, {**REJECTED, "decided_by": "ruth"}],
    "withdrawn": [{**REJECTED, "state": "withdrawn", "decided_by": "ruth", "reason": ""}],
    "a_link": [{"link": "https://example.org/"}, {"link": "http://example.org/"}, {"link": ""}],
}


def people(facts):
    return {
        name: factories.person(value) if name in ("proposer", "decided_by") and value else value
        for name, value in facts.items()
    }


@pytest.fixture
def proposal():
    return Proposal.objects.create(
        centre=factories.centre(),
        proposer=factories.person("ruth"),
        changes=[{"object": "centre", "id": 1, "field": "beds", "from": None, "to": 4}],
        method="website",
        as_of=DAY,
    )


def test_every_rule_is_proved_here():
    assert set(BROKEN) == checks_of(Proposal)
    assert uniques_of(Proposal) == set()


@WRITES
@pytest.mark.parametrize(("constraint", "facts"), cases(BROKEN))
def test_a_row_cannot_be_made_to_break_a_rule(write, constraint, facts, proposal):
    facts = people(facts)
    also = {
        "centres_proposal_state_is_known": "centres_proposal_refusal_has_a_reason",
        "centres_proposal_decided_at_and_by": "centres_proposal_pending_is_not_decided",
    }

    with refused(constraint, also.get(constraint, constraint)):
        write(proposal, facts)


@WRITES
@pytest.mark.parametrize(("words", "facts"), cases(LEGAL))
def test_its_neighbour_is_accepted(write, words, facts, proposal):
    facts = people(facts)
    lift_guards("centres_proposal")

    write(proposal, facts)

    proposal.refresh_from_db()
    assert {name: getattr(proposal, name) for name in facts} == facts


def test_those_that_wait_are_pending(proposal):
    assert list(Proposal.objects.pending()) == [proposal]
    Proposal.objects.update(**people(REJECTED))
    assert not Proposal.objects.pending().exists()
