"""Two people at once over claims, in real threads: nothing is proven twice or counted short."""

import pytest

from centres import claim_decisions, claimants, claims, tokens
from centres.models import Claim, ClaimState, OutgoingMail, Verification
from centres.workflow import Refused
from tests import factories

from .cast import NOW, cast
from .claiming import LINK, OWN, PDF, asked, code, oak, wrong
from .test_workflow_races import one_wins, together

pytestmark = pytest.mark.django_db(transaction=True)


def enter(claim, typed, *, link=LINK):
    return lambda: claims.enter_code(claim, typed, token=link, now=NOW)


def test_a_code_proves_once():
    claim = asked(oak())

    one_wins(together(enter(claim, code(claim)), enter(claim, code(claim))))
    assert Claim.objects.get().state == ClaimState.PROVEN
    assert Verification.objects.count() == 1
    assert OutgoingMail.objects.filter(kind="claim-link").count() == 1


def test_two_who_prove_theirs_at_once_share_a_case():
    house = oak()
    first, second = asked(house), asked(house, email="lee@oakhouse.org.uk", link="another")

    results = together(enter(first, code(first)), enter(second, code(second), link="another"))
    assert results == [True, True]
    assert Verification.objects.count() == 1
    assert Claim.objects.standing().filter(case=Verification.objects.get()).count() == 2


def test_guesses_at_once_are_all_counted():
    claim = asked(oak())
    guess = enter(claim, wrong(claim))

    results = together(*[guess] * (claims.MOST_TRIES + 2))
    assert results.count(False) == claims.MOST_TRIES
    assert sum(isinstance(result, Refused) for result in results) == 2
    assert code(claim) == ""


def test_notices_go_to_one_of_two_who_ask_at_once():
    house = oak()
    pair = [factories.claim(house, proven_at=NOW) for _ in range(2)]

    one_wins(
        together(
            *[
                lambda claim=claim: claimants.switch_callbacks(claim, on=True, now=NOW)
                for claim in pair
            ]
        )
    )
    assert Claim.objects.filter(takes_callbacks=True).count() == 1


def test_a_document_is_decided_once():
    people, claim = cast(), factories.claim(oak(), document=PDF)

    one_wins(
        together(
            lambda: claim_decisions.accept(claim, by=people.ruth, reason="Hers.", now=NOW),
            lambda: claim_decisions.reject(claim, by=people.alan, reason="Not hers.", now=NOW),
        )
    )


def test_the_same_form_sent_twice_at_once_is_one_claim():
    house = oak()

    results = together(*[lambda: asked(house)] * 2)
    assert results[0] == results[1]
    assert Claim.objects.get().token == tokens.digest(LINK)
    assert OutgoingMail.objects.get().to == OWN
