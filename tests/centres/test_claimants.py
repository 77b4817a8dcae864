"""What a proven claim may do: one thing at once, all else only once somebody has approved it."""

import datetime

import pytest
from django.http import QueryDict
from django.utils import timezone

from centres import callbacks, claimants, claims, proposals
from centres.models import (
    Act,
    AuditEntry,
    Centre,
    Claim,
    Method,
    Origin,
    Proposal,
    ProposalState,
    Provenance,
    Withdrawal,
)
from centres.workflow import NotPossible, Overtaken
from finder.search import search
from tests import factories

from .cast import A_DAY, DAY, NOW, cast
from .claiming import oak

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def house():
    return oak()


@pytest.fixture
def claim(house):
    return factories.claim(house, proven_at=NOW)


@pytest.fixture
def programme(house):
    return factories.programme(house, price=4000, currency="GBP", price_on=DAY)


def state(claim, programme, day, *, now=NOW):
    claimants.state_admission(claim, programme.pk, day=day, now=now)
    programme.refresh_from_db()
    return programme.fresh_admission(now=now)


class TestAdmission:
    def test_it_is_written_at_once_as_the_centres_word_and_noted(self, claim, programme):
        assert state(claim, programme, DAY) == DAY

        source = Provenance.objects.get(programme=programme, fact="earliest_admission")
        assert (source.method, source.as_of) == (Method.CENTRE, DAY)
        entry = AuditEntry.objects.get(kind="programme")
        assert (entry.person, entry.note) == ("", f"Claim {claim.pk}")

    def test_it_turns_unknown_after_72_hours_with_no_job_having_run(self, claim, programme):
        state(claim, programme, DAY + 10 * A_DAY)

        assert programme.fresh_admission(now=NOW + 72 * HOUR - HOUR) == DAY + 10 * A_DAY
        assert programme.fresh_admission(now=NOW + 72 * HOUR) is None

    def test_a_search_finds_it_while_it_is_fresh(self, claim, programme):
        def found(now):
            return [hit.centre.pk for hit in search(QueryDict("available=7"), now=now).hits]

        assert found(NOW) == []
        state(claim, programme, DAY + 5 * A_DAY)
        assert found(NOW) == [claim.centre_id]
        assert found(NOW + 72 * HOUR) == []

    def test_no_places_takes_the_date_off(self, claim, programme):
        state(claim, programme, DAY)

        assert state(claim, programme, None) is None
        assert state(claim, programme, None) is None

    @pytest.mark.parametrize("day", [DAY - A_DAY, DAY + 366 * A_DAY, datetime.date.min])
    def test_no_other_day_is_written(self, claim, programme, day):
        with pytest.raises(NotPossible):
            state(claim, programme, day)
        assert not Provenance.objects.exists()

    def test_another_centres_programme_is_not_written(self, claim):
        other = factories.programme(factories.centre())

        with pytest.raises(Overtaken):
            state(claim, other, DAY)

    def test_it_is_written_so_often_a_day(self, claim, programme, monkeypatch):
        monkeypatch.setattr(claimants, "MOST_ADMISSIONS_A_DAY", 2)
        state(claim, programme, DAY)
        state(claim, programme, DAY, now=NOW + HOUR)

        with pytest.raises(claims.TooMany):
            state(claim, programme, DAY, now=NOW + 2 * HOUR)
        assert state(claim, programme, DAY + A_DAY, now=NOW + A_DAY)


class TestWhenItMay:
    DOES = {
        "admission": lambda claim, now: claimants.state_admission(claim, 1, day=DAY, now=now),
        "proposal": lambda claim, now: claimants.propose(claim, town(claim.centre), now=now),
        "basics": lambda claim, now: claimants.confirm_basics(claim, now=now),
        "callbacks": lambda claim, now: claimants.switch_callbacks(claim, on=True, now=now),
        "leaving": lambda claim, now: claimants.ask_to_withdraw(claim, reason="", now=now),
    }

    @pytest.mark.parametrize("does", DOES)
    @pytest.mark.parametrize("how", ["run out", "ended", "asked", "suspended"])
    def test_nothing_comes_through_a_link_that_does_not_stand(self, house, does, how):
        facts = {
            "ended": {"state": "ended", "ended_at": NOW, "reason": "Left."},
            "asked": {"state": "asked"},
        }.get(how, {})
        claim = factories.claim(house, proven_at=NOW, **facts)
        if how == "suspended":
            Centre.objects.update(status="suspended")
        now = NOW + 90 * A_DAY if how == "run out" else NOW

        with pytest.raises(NotPossible):
            self.DOES[does](claim, now)
        assert not Proposal.objects.exists()
        assert not Withdrawal.objects.exists()
        assert not Claim.objects.filter(takes_callbacks=True).exists()


def town(centre, to="York"):
    return [{"object": "centre", "id": centre.pk, "field": "town", "from": centre.town, "to": to}]


class TestProposing:
    def test_it_waits_for_approval_and_is_then_the_centres_word(self, claim, house):
        proposal = claimants.propose(claim, town(house), words="See our site.", now=NOW)
        house.refresh_from_db()
        assert house.town == ""
        assert (proposal.origin, proposal.state) == (Origin.CENTRE, ProposalState.PENDING)
        assert "Morgan" not in proposal.evidence

        proposals.approve(proposal, by=cast().alan, now=NOW)
        house.refresh_from_db()
        assert house.town == "York"
        assert Provenance.objects.get(fact="address").method == Method.CENTRE

    def test_a_price_waits_too(self, claim, house, programme):
        said = [{"object": "programme", "id": programme.pk, "field": "price", "from": 4000,
                 "to": 5000}]  # fmt: skip
        claimants.propose(claim, said, now=NOW)
        programme.refresh_from_db()

        assert programme.price == 4000

    def test_sent_twice_it_is_one(self, claim, house):
        assert claimants.propose(claim, town(house), now=NOW) == claimants.propose(
            claim, town(house), now=NOW
        )

    def test_so_many_are_taken_a_day(self, claim, house, monkeypatch):
        monkeypatch.setattr(claimants, "MOST_PROPOSALS_A_DAY", 2)
        claimants.propose(claim, town(house), now=NOW)
        claimants.propose(claim, town(house, "Leeds"), now=NOW)

        with pytest.raises(claims.TooMany):
            claimants.propose(claim, town(house, "Hull"), now=NOW)

    @pytest.mark.parametrize("field", ["verified_until", "slug", "source", "advertiser_from"])
    def test_what_nobody_proposes_is_refused(self, claim, house, field):
        said = [{"object": "centre", "id": house.pk, "field": field, "from": None, "to": None}]

        with pytest.raises(NotPossible):
            claimants.propose(claim, said, now=NOW)


class TestCallbacks:
    def test_one_person_of_a_centre_has_them(self, claim, house):
        other = factories.claim(house, proven_at=NOW)
        claimants.switch_callbacks(claim, on=True, now=NOW)

        with pytest.raises(NotPossible):
            claimants.switch_callbacks(other, on=True, now=NOW)
        claimants.switch_callbacks(claim, on=False, now=NOW)
        assert claimants.switch_callbacks(other, on=True, now=NOW).takes_callbacks

    def test_one_whose_link_ran_out_keeps_them_from_nobody(self, house):
        factories.claim(house, proven_at=NOW - 95 * A_DAY, takes_callbacks=True)
        other = factories.claim(house, proven_at=NOW)

        assert claimants.switch_callbacks(other, on=True, now=NOW).takes_callbacks

    @pytest.mark.parametrize("proof", ["phone", "document"])
    def test_what_one_person_found_proven_gives_none_until_two_decide(self, house, proof):
        found = {"decided_at": NOW, "decided_by": factories.person("ruth"), "reason": "A letter."}
        claim = factories.claim(house, proven_at=NOW, proof=proof, **found)
        with pytest.raises(NotPossible, match="two people"):
            claimants.switch_callbacks(claim, on=True, now=NOW)

        Claim.objects.update(takes_callbacks=True)  # as if it had been allowed
        assert not callbacks.takes(house, now=NOW)
        case = factories.approved(house, DAY, DAY + A_DAY, purpose="claimed")
        Claim.objects.update(takes_callbacks=False, case=case)
        assert claimants.switch_callbacks(claim, on=True, now=NOW).takes_callbacks
        assert callbacks.takes(house, now=NOW)

    def test_a_switch_is_noted(self, claim):
        claimants.switch_callbacks(claim, on=True, now=NOW)

        entry = AuditEntry.objects.get(kind="claim", act=Act.CHANGED)
        assert entry.changes == {"takes_callbacks": [False, True]}


def test_the_basics_are_confirmed_with_a_date(claim):
    claimants.confirm_basics(claim, now=NOW)

    assert timezone.localdate(Claim.objects.get().basics_confirmed_at) == DAY


def test_leaving_is_asked_for_and_a_person_decides(claim, house):
    claimants.ask_to_withdraw(claim, reason="We are closing.", now=NOW)
    house.refresh_from_db()

    assert house.status == "listed"
    assert Withdrawal.objects.get().withdrawn_at is None
    assert "Morgan" not in Withdrawal.objects.get().asked_for_by
