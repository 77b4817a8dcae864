"""Two people at once, in real threads: one wins, the other is told in a sentence."""

import itertools
from functools import partial

import pytest
from django.db import transaction

from centres import cases, workflow
from centres.models import Advertisement, Centre, Check, Criterion, Verification
from tests import factories

from .at_once import one_wins, together
from .cast import A_DAY, DAY, NOW, REASON, approved, cast, do, passed, required, sent

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 8


def step(case, name, by, reason=REASON):
    """A function that takes a step of a case as it stands now."""
    seen = Verification.objects.get(pk=case.pk)
    return lambda: workflow.perform(seen, name, by=by, now=NOW, reason=reason)


def whole(case):
    """The case's events are one a version, and end where the case stands."""
    case.refresh_from_db()
    versions = list(case.events.values_list("version", flat=True))
    assert versions == list(range(1, case.version + 1))
    assert case.events.last().to_state == case.state
    return case


@pytest.fixture
def people():
    required(slug="phone", months=3)
    required(slug="domains", months=12, purpose="advertiser")
    return cast()


class TestRaces:
    """Each is run `ROUNDS` times with the two in both orders."""

    def rounds(self):
        return itertools.islice(itertools.cycle([False, True]), ROUNDS)

    def test_approve_and_approve(self, people):
        for _ in self.rounds():
            case = sent(factories.centre(), people)
            lost = one_wins(
                together(step(case, "approve", people.alan), step(case, "approve", people.amy))
            )
            assert type(lost) is workflow.Overtaken
            assert whole(case).state == "approved"
            assert str(lost).startswith(str(case.decided_by))

    def test_approve_and_return(self, people):
        for swapped in self.rounds():
            case = sent(factories.centre(), people)
            pair = step(case, "approve", people.alan), step(case, "return", people.amy)
            one_wins(together(*pair[:: -1 if swapped else 1]))
            verified = Centre.objects.get(pk=case.centre_id).verified_until is not None
            assert (whole(case).state == "approved") == verified

    def test_approve_and_record_a_check(self, people):
        """Whoever records a check has the case in review; the approver saw it sent."""
        phone = Criterion.objects.get(slug="phone")
        for swapped in self.rounds():
            case = sent(factories.centre(), people)
            seen = Verification.objects.get(pk=case.pk)

            def fail(case=seen):
                return passed(case, phone, by=people.ruth, outcome="failed")

            pair = step(case, "approve", people.alan), fail
            one_wins(together(*pair[:: -1 if swapped else 1]))
            assert whole(case).state == "approved"
            assert case.checks.get().outcome == "passed"

    def test_submit_and_record_a_failure(self, people):
        phone = Criterion.objects.get(slug="phone")
        for swapped in self.rounds():
            case = do(sent(factories.centre(), people), ("return", people.alan))

            def fail(case=case):
                return passed(case, phone, by=people.ruth, outcome="failed")

            pair = step(case, "submit", people.ruth), fail
            one_wins(together(*pair[:: -1 if swapped else 1]))
            sent_off = whole(case).state == "awaiting_approval"
            assert sent_off == (case.checks.get().outcome == "passed")

    def test_approve_and_a_check_typed_at_the_prompt(self, people):
        """No lock of ours is taken; the database keeps an approval and its checks together."""
        for swapped in self.rounds():
            case = do(sent(factories.centre(), people))
            check = case.checks.get()

            def fail(check=check, case=case):
                with transaction.atomic():
                    Verification.objects.filter(pk=case.pk, state="awaiting_approval").update(
                        state="in_review", version=case.version + 1
                    )
                    Check.objects.filter(pk=check.pk).update(outcome="failed")

            pair = step(case, "approve", people.alan), fail
            together(*pair[:: -1 if swapped else 1])
            case.refresh_from_db()
            assert (case.state == "approved") == (case.checks.get().outcome == "passed")

    def test_revoke_and_agree(self, people):
        for number, swapped in enumerate(self.rounds()):
            centre = factories.centre()
            case = approved(centre, people)
            approved(centre, people, purpose="advertiser")

            def agree(centre=centre, number=number):
                return Advertisement.objects.agree(
                    centre=centre, fee_band="under-250", runs_from=DAY, runs_until=DAY + 9 * A_DAY,
                    reference=f"AG-{number}", seller=people.mona, by=people.mona, now=NOW,
                )  # fmt: skip

            pair = step(case, "revoke", people.amy), agree
            results = together(*pair[:: -1 if swapped else 1])
            assert not isinstance(results[1 if swapped else 0], BaseException)
            centre.refresh_from_db()
            assert (centre.verified_until, centre.advertiser_until) == (None, None)
            assert not Advertisement.objects.not_ended().filter(centre=centre).exists()

    def test_two_agreements_for_the_same_days(self, people):
        for number in range(ROUNDS):
            centre = factories.centre()
            approved(centre, people)
            approved(centre, people, purpose="advertiser")

            def agree(copy, centre=centre, number=number):
                return Advertisement.objects.agree(
                    centre=centre, fee_band="under-250", runs_from=DAY, runs_until=DAY + 9 * A_DAY,
                    reference=f"AG-{number}-{copy}", seller=people.mona, by=people.mona, now=NOW,
                )  # fmt: skip

            together(partial(agree, 1), partial(agree, 2))
            assert Advertisement.objects.filter(centre=centre).count() == 1

    def test_open_and_open(self, people):
        for _ in range(ROUNDS):
            centre = factories.centre()
            lost = one_wins(
                together(
                    lambda c=centre: cases.open_case(c, by=people.ruth, now=NOW),
                    lambda c=centre: cases.open_case(c, by=people.rob, now=NOW),
                )
            )
            assert type(lost) is cases.AlreadyOpen
            assert centre.verifications.get() == lost.case

    def test_take_and_take(self, people):
        for _ in range(ROUNDS):
            case = cases.open_case(factories.centre(), by=people.ruth, now=NOW)
            lost = one_wins(
                together(step(case, "take", people.ruth), step(case, "take", people.rob))
            )
            assert type(lost) is workflow.Overtaken
            assert str(lost).startswith(str(whole(case).reviewer))

    def test_take_the_next_and_take_the_next(self, people):
        """Three people, two cases: each case goes to one, and the third has nothing to do."""
        for _ in range(ROUNDS):
            opened = {cases.open_case(factories.centre(), by=None, now=NOW) for _ in range(2)}
            takers = (people.ruth, people.rob, people.alan)
            taken = together(*(lambda by=by: cases.take_next(by=by, now=NOW) for by in takers))
            assert taken.count(None) == 1
            assert {case for case in taken if case} == opened
            for case, by in zip(taken, takers, strict=True):
                assert case is None or case.reviewer == by

    def test_reopen_and_open(self, people):
        for swapped in self.rounds():
            centre = factories.centre()
            case = do(sent(centre, people), ("reject", people.amy))
            pair = (
                step(case, "reopen", people.alan),
                lambda centre=centre: cases.open_case(centre, by=people.rob, now=NOW),
            )
            one_wins(together(*pair[:: -1 if swapped else 1]))
            assert centre.verifications.open().count() == 1

    def test_a_changed_fact_and_opening_a_case(self, people):
        later = NOW + A_DAY
        for swapped in self.rounds():
            centre = factories.centre()
            approved(centre, people, facts=["phones"])
            factories.provenance(centre, fact="phones", recorded_at=later)

            pair = (
                lambda c=centre: cases.reopen_changed([c.pk], now=later),
                lambda c=centre: cases.open_case(c, by=people.rob, now=later),
            )
            results = together(*pair[:: -1 if swapped else 1])
            assert not isinstance(results[1 if swapped else 0], BaseException)
            assert not centre.verifications.open().get().checks.exists()

    def test_a_changed_fact_and_approving_its_renewal(self, people):
        for swapped in self.rounds():
            centre = factories.centre()
            approved(centre, people, facts=["phones"])
            case = sent(centre, people, facts=["phones"])
            later = NOW + A_DAY

            def change(centre=centre, later=later):
                with transaction.atomic():
                    factories.provenance(centre, fact="phones", recorded_at=later)
                    return cases.reopen_changed([centre.pk], now=later)

            pair = change, step(case, "approve", people.alan)
            results = together(*pair[:: -1 if swapped else 1])
            assert not isinstance(results[1 if swapped else 0], BaseException)
            again = centre.verifications.open().get()
            assert not again.checks.exists(), "the check is to be made again, in this case or a new"

    def test_everybody_at_once(self, people):
        """Eight steps at one case; every one is taken or refused, and none is lost."""
        for _ in range(ROUNDS):
            case = sent(factories.centre(), people)
            steps = [
                step(case, name, by)
                for name in ("approve", "return", "reject", "cancel")
                for by in (people.alan, people.amy)
            ]
            results = together(*steps)
            assert sum(not isinstance(result, BaseException) for result in results) == 1
            whole(case)
