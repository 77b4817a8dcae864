"""What may be signed, by whom, and how it is ended; two managers at once."""

import threading

import pytest
from django.db import connection
from django.utils import timezone

from centres import agreements, workflow
from centres.models import Advertisement, AuditEntry, Purpose, Standing, Verification
from centres.roles import install_roles
from centres.workflow import NotAllowed, NotPossible, Overtaken, ReasonOwed
from tests import factories

from .adverts import DAY, NOW, TODAY, alder_house, at, is_advertiser, manager, marked, sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def mona(db):
    return manager()


@pytest.fixture
def alder(db):
    return alder_house()


class TestSigning:
    def test_the_mark_stands_from_the_first_day(self, alder, mona):
        sign(alder, mona, 2, 30)

        assert [is_advertiser(alder, now=at(day)) for day in (1, 2, 30, 31)] == [
            False, True, True, False,
        ]  # fmt: skip

    def test_it_may_last_as_long_as_the_verification(self, alder, mona):
        sign(alder, mona, 0, 90)

        assert is_advertiser(alder)

    @pytest.mark.parametrize(
        ("first", "last", "field", "words"),
        [
            (0, 91, "runs_until", "approved to advertise until"),
            (-1, 30, "runs_from", "begins today or later"),
            (30, 29, "runs_until", "before the first"),
            (300_000, 300_001, "runs_until", "cannot outlast"),
        ],
    )
    def test_days_it_may_not_have_are_refused_in_words(
        self, alder, mona, first, last, field, words
    ):
        with pytest.raises(agreements.NotSigned) as refusal:
            sign(alder, mona, first, last)

        assert words in refusal.value.problems[field]
        assert not Advertisement.objects.exists()

    def test_it_says_which_of_the_two_ends_first(self, mona):
        centre = factories.centre(verified_from=TODAY, verified_until=TODAY + 9 * DAY)
        factories.approved(centre, TODAY, TODAY + 90 * DAY, purpose=Purpose.ADVERTISER)

        with pytest.raises(agreements.NotSigned, match="The centre is verified until"):
            sign(centre, mona, 0, 10)

    @pytest.mark.parametrize("days", [(0, 30), (10, 12), (30, 60), (0, 90)])
    def test_one_that_overlaps_names_the_other(self, alder, mona, days):
        sign(alder, mona, 0, 30, reference="AG-7")

        with pytest.raises(agreements.NotSigned, match="AG-7"):
            sign(alder, mona, *days)

    def test_one_that_follows_is_signed(self, alder, mona):
        sign(alder, mona, 0, 30)
        sign(alder, mona, 31, 60)

        assert marked(alder) == (TODAY, TODAY + 30 * DAY)

    def test_a_centre_that_is_not_verified_is_refused(self, mona):
        with pytest.raises(agreements.NotSigned, match="not verified"):
            sign(factories.centre(), mona)

    def test_a_lapsed_one_too_though_it_was_approved(self, alder, mona):
        with pytest.raises(agreements.NotSigned, match="lapsed on"):
            sign(alder, mona, 91, 92, now=at(91))

    @pytest.mark.parametrize("status", ["suspended", "withdrawn"])
    def test_a_centre_that_is_not_listed_is_refused(self, alder, mona, status):
        factories.set_status(alder, status)

        with pytest.raises(agreements.NotSigned, match=status):
            sign(alder, mona)

    def test_a_verified_one_that_never_applied_is_refused(self, mona):
        centre = factories.centre(verified_from=TODAY, verified_until=TODAY + 90 * DAY)

        with pytest.raises(agreements.NotSigned, match="has to apply"):
            sign(centre, mona)

    def test_the_same_reference_twice_is_refused(self, alder, mona):
        sign(alder, mona, 0, 5, reference="AG-1")

        with pytest.raises(agreements.NotSigned) as refusal:
            sign(alder, mona, 6, 9, reference="AG-1")
        assert refusal.value.problems == {"reference": "Another agreement has this reference."}

    @pytest.mark.parametrize("role", ["Researcher", "Approver", "Auditor"])
    def test_nobody_else_signs_or_sells(self, alder, mona, role):
        other = factories.member("otto", role)

        with pytest.raises(NotAllowed):
            sign(alder, other, seller=mona)
        with pytest.raises(agreements.NotSigned, match="may not sell"):
            sign(alder, mona, seller=other)

    def test_the_audit_names_who_signed_and_what(self, alder, mona):
        sign(alder, mona, reference="AG-1")

        entry = AuditEntry.objects.get(kind="advertisement")
        assert (entry.act, entry.person, entry.centre_id) == ("added", "mona", alder.pk)
        assert entry.changes["reference"] == [None, "AG-1"]
        assert entry.changes["runs_until"] == [None, f"{TODAY + 30 * DAY}"]

    def test_what_it_may_sign_is_said(self, alder):
        until = f"{TODAY + 90 * DAY:%-d %B %Y}"

        said = str(agreements.allowance(alder, now=NOW))

        assert said == f"Verified until {until}; may advertise until {until}."

    def test_allowances_of_many_cost_two_queries(self, alder, django_assert_num_queries):
        centres = [alder, *(factories.centre() for _ in range(9))]

        with django_assert_num_queries(2):
            agreements.allowances(centres, now=NOW)


class TestEnding:
    def test_the_mark_goes_at_once_and_the_reason_is_kept(self, alder, mona):
        agreement = sign(alder, mona)

        agreements.end(agreement, by=mona, reason=" They asked. ", now=NOW)

        assert not is_advertiser(alder)
        agreement.refresh_from_db()
        assert (agreement.ended_on, agreement.end_reason) == (TODAY, "They asked.")
        assert agreement.ender == mona
        assert agreement.standing(now=NOW) == Standing.ENDED
        entry = AuditEntry.objects.get(kind="advertisement", act="changed")
        assert (entry.person, entry.note) == ("mona", "They asked.")

    def test_a_reason_is_owed(self, alder, mona):
        agreement = sign(alder, mona)

        with pytest.raises(ReasonOwed):
            agreements.end(agreement, by=mona, reason=" ", now=NOW)
        assert is_advertiser(alder)

    def test_an_approver_ends_none(self, alder, mona):
        agreement = sign(alder, mona)

        with pytest.raises(NotAllowed):
            agreements.end(agreement, by=factories.member("aldo", "Approver"), reason="x", now=NOW)

    def test_the_second_to_end_it_is_told_by_whom(self, alder, mona):
        agreement = sign(alder, mona)
        agreements.end(agreement, by=mona, reason="They asked.", now=NOW)

        with pytest.raises(Overtaken, match=r"by mona\. They asked\."):
            agreements.end(agreement, by=mona, reason="Again.", now=NOW)

    def test_what_is_over_is_not_ended(self, alder, mona):
        agreement = sign(alder, mona, 0, 3)

        with pytest.raises(NotPossible, match="ended by itself"):
            agreements.end(agreement, by=mona, reason="x", now=at(4))

    def test_another_is_signed_on_the_same_day(self, alder, mona):
        agreements.end(sign(alder, mona, 0, 30), by=mona, reason="Another band.", now=NOW)
        sign(alder, mona, 0, 20, fee_band="1000-or-more")

        assert marked(alder) == (TODAY, TODAY + 20 * DAY)

    def test_the_next_one_still_begins_on_its_own_day(self, alder, mona):
        running = sign(alder, mona, 0, 30)
        sign(alder, mona, 31, 60)

        agreements.end(running, by=mona, reason="They asked.", now=NOW)

        assert [is_advertiser(alder, now=at(day)) for day in (0, 30, 31, 60)] == [
            False, False, True, True,
        ]  # fmt: skip


class TestTwoAtOnce:
    """Two managers, two connections."""

    pytestmark = pytest.mark.django_db(transaction=True)

    def both(self, *acts):
        """Do the acts at the same time; how each ended."""
        ready, outcomes = threading.Barrier(len(acts)), []

        def run(act):
            ready.wait(20)
            try:
                act()
                outcomes.append("done")
            except workflow.Refused as refusal:
                outcomes.append(str(refusal))
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=[act]) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(outcomes, key=lambda outcome: outcome == "done")

    def people(self):
        install_roles(using="default")
        return [factories.member(name, "Advertising manager") for name in ("mona", "max")]

    @pytest.mark.parametrize("attempt", range(3))
    def test_of_two_who_sign_for_the_same_days_one_is_told(self, attempt, alder):
        mona, max_ = self.people()

        told, done = self.both(
            lambda: sign(alder, mona, 0, 20, reference="M1"),
            lambda: sign(alder, max_, 10, 30, reference="M2"),
        )

        assert done == "done"
        assert "This centre has an agreement for some of these days" in told
        assert Advertisement.objects.count() == 1
        assert is_advertiser(alder, now=at(15))

    @pytest.mark.parametrize("attempt", range(3))
    def test_signing_while_the_approval_is_revoked_leaves_no_advert(self, attempt, alder):
        mona, _ = self.people()
        aldo = factories.member("aldo", "Approver")
        case = Verification.objects.get(centre=alder, purpose=Purpose.ADVERTISER)

        self.both(
            lambda: sign(alder, mona),
            lambda: workflow.perform(case, "revoke", by=aldo, now=timezone.now(), reason="x"),
        )

        assert not is_advertiser(alder)
        assert not Advertisement.objects.not_ended().exists()

    def test_of_two_who_end_it_one_is_told(self, alder):
        mona, max_ = self.people()
        agreement = sign(alder, mona)

        told, done = self.both(
            lambda: agreements.end(agreement, by=mona, reason="They asked.", now=NOW),
            lambda: agreements.end(agreement, by=max_, reason="Unpaid.", now=NOW),
        )

        assert done == "done"
        assert "It was ended already" in told
