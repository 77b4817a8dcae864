"""The demo's marks come of made-up cases, as a real centre's come of real ones."""

from itertools import pairwise

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import CommandError
from django.db.models import F

from centres.cases import changed_checks, due_for_renewal, open_due_cases
from centres.changes import shape
from centres.consequences import validity
from centres.demo import load as demo
from centres.demo import people
from centres.models import (
    Advertisement,
    Centre,
    Check,
    Criterion,
    OpenedFor,
    Outcome,
    Proposal,
    Provenance,
    Purpose,
    State,
    Verification,
    VerificationEvent,
)
from centres.workflow import TRANSITIONS, every_criterion_answered, every_criterion_met

from .loading import NOW, TODAY, said

STEPS = {(source, t.target, t.name) for t in TRANSITIONS for source in t.sources}


@pytest.fixture
def approvals(loaded, db):
    return Verification.objects.filter(state=State.APPROVED).select_related("centre")


def test_it_works(approvals):
    house = Centre.objects.get(slug="lastday-ostrelquay-demo")
    chain = list(approvals.filter(centre=house, purpose=Purpose.VERIFIED).order_by("valid_from"))
    assert [case.opened_for for case in chain] == ["new-listing", "lapsing", "lapsing"]
    assert (chain[0].valid_from, chain[-1].valid_until) == (house.verified_from, TODAY)
    assert house.checked_on == max(approvals.filter(centre=house).values_list("valid_from"))[0]
    for before, after in pairwise(chain):
        assert after.valid_from <= before.valid_until
        assert after.checks.filter(carried_from__verification=before).exists()


def test_every_mark_is_of_an_approval_that_stands(approvals):
    marked = Centre.objects.demo().exclude(verified_until=None)
    assert marked.count() > 100
    for centre in marked:
        standing = Verification.objects.standing().filter(centre=centre, purpose=Purpose.VERIFIED)
        assert standing.order_by("decided_at").last().valid_until == centre.verified_until


def test_an_approval_lasts_as_long_as_the_checks_do(approvals):
    to_come = Centre.objects.get(slug="tomorrow-vennelquay-demo")
    for case in approvals.exclude(centre=to_come):
        assert validity(case, now=case.decided_at) == (case.valid_from, case.valid_until)
        assert every_criterion_answered(case, None, case.decided_at) == ""
        assert every_criterion_met(case, None, case.decided_at) == ""


def test_evidence_is_as_old_as_the_criteria_allow(approvals):
    lasting = Check.objects.exclude(criterion__months=None).filter(outcome=Outcome.PASSED)
    checks = list(lasting.select_related("criterion"))
    exact = [c for c in checks if c.expires_on == c.criterion.expiry(captured_on=c.captured_on)]
    assert len(exact) > 0.98 * len(checks)  # some months have no such last day
    assert not Check.objects.filter(captured_on__gt=F("checked_on")).exists()
    assert not Check.objects.filter(checked_on__gt=TODAY).exists()


def test_every_check_says_that_it_is_made_up(approvals):
    said_of = set(Check.objects.values_list("method", "note", "public_note"))
    assert said_of == {("made-up", "Made up for the demo.", "Made up for the demo.")}
    optional = Check.objects.filter(criterion__is_required=False)
    assert set(optional.values_list("outcome", flat=True)) == set(Outcome.values)


def test_two_people_worked_on_each(approvals):
    for case in approvals.select_related("reviewer", "decided_by"):
        assert case.reviewer.username == people.RESEARCHER
        assert case.decided_by.username == people.APPROVER


def test_nobody_can_sign_in_as_either(approvals):
    users = get_user_model().objects.filter(username__startswith="demo-")
    assert users.count() == 2
    for user in users:
        assert not user.is_active
        assert not user.has_usable_password()
        assert authenticate(username=user.username, password="") is None


def test_every_step_has_its_event_in_order(approvals):
    for case in Verification.objects.prefetch_related("events"):
        events = sorted(case.events.all(), key=lambda event: event.version)
        assert [event.version for event in events] == list(range(1, case.version + 1))
        assert events[-1].to_state == case.state
        times = [event.happened_at for event in events]
        assert times == sorted(times)
        assert times[-1] <= NOW
        for before, event in pairwise(events):
            step = (event.from_state, event.to_state, event.action)
            assert event.from_state == before.to_state
            assert event.action == "check" or step in STEPS
        recorded = [event for event in events if event.action == "check"]
        assert len(recorded) == case.checks.filter(carried_from=None).count()


def test_the_queue_has_cases_in_every_state(approvals):
    is_open = Verification.objects.open()
    assert set(is_open.values_list("state", flat=True)) == {
        State.QUEUED, State.IN_REVIEW, State.AWAITING_PROVIDER, State.AWAITING_APPROVAL,
    }  # fmt: skip
    assert 5 < Verification.objects.overdue(today=TODAY).count() < is_open.count()
    assert {State.REJECTED, State.CANCELLED} < set(
        Verification.objects.values_list("state", flat=True)
    )
    reasons = set(Verification.objects.values_list("opened_for", flat=True))
    assert reasons == set(OpenedFor.values)
    waiting = is_open.filter(state=State.AWAITING_APPROVAL).select_related("centre")
    assert all(every_criterion_met(case, None, NOW) == "" for case in waiting)


def test_one_was_revoked_and_bears_no_mark(approvals):
    revoked = approvals.exclude(revoked_at=None)
    assert revoked
    for case in revoked:
        assert case.revoked_reason
        assert case.centre.verified_until is None


def test_some_are_claimed_and_not_verified(approvals):
    claimed = approvals.filter(purpose=Purpose.CLAIMED, valid_until__gte=TODAY)
    assert claimed.filter(centre__verified_until=None).exists()


def test_facts_that_were_checked_have_not_changed_since(approvals):
    assert [case for case in approvals if changed_checks(case)] == []
    vouched = Provenance.objects.filter(recorded_by__username=people.RESEARCHER)
    assert vouched.count() > 1000
    programme = vouched.filter(fact="price").select_related("programme").first()
    assert programme.as_of == programme.programme.price_on


def test_what_lapses_soon_is_opened_as_for_any_centre(approvals):
    due = set(due_for_renewal(now=NOW))
    opened = open_due_cases(now=NOW)
    assert {case.centre for case in opened} <= due
    assert opened


def test_adverts_rest_on_agreements(approvals):
    for centre in Centre.objects.exclude(advertiser_from=None):
        dates = {"runs_from": centre.advertiser_from, "runs_until": centre.advertiser_until}
        assert Advertisement.objects.not_ended().filter(centre=centre, **dates).exists()
    assert Advertisement.objects.running(now=NOW).count() >= 5
    ended = Advertisement.objects.exclude(ended_on=None)
    assert ended
    assert all(agreement.end_reason for agreement in ended)
    assert Advertisement.objects.values("fee_band").distinct().count() == 3


def test_proposals_wait_that_can_be_applied(approvals):
    proposals = Proposal.objects.pending().select_related("centre")
    assert {proposal.origin for proposal in proposals} == {"team", "centre", "public"}
    for proposal in proposals:
        assert shape.tidied(proposal.centre, proposal.changes) == proposal.changes


def test_the_same_day_makes_the_same_cases(approvals):
    columns = ("slug", "verifications__valid_until", "verifications__state")
    before = list(Centre.objects.demo().order_by(*columns).values_list(*columns))
    demo.clear()
    demo.load(now=NOW)
    assert list(Centre.objects.demo().order_by(*columns).values_list(*columns)) == before


def test_clearing_takes_out_every_record_and_both_people(approvals):
    said("clear_demo", "--no-input")
    for model in (Verification, VerificationEvent, Check, Advertisement, Proposal):
        assert not model.objects.exists()
    assert not get_user_model().objects.exists()


def test_clearing_takes_out_what_was_done_since(approvals):
    open_due_cases(now=NOW)
    said("clear_demo", "--no-input")
    assert not Verification.objects.exists()


def test_without_criteria_it_says_what_to_do(loaded, db):
    demo.clear()
    Criterion.objects.all().delete()
    with pytest.raises(CommandError, match=r"no criteria .* Run load_vocabulary first"):
        said("load_demo")
    assert not Centre.objects.demo().exists()
