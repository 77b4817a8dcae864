"""An advertiser is verified now (P2): what may be signed, and what ends it."""

import datetime
import threading

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.utils import timezone

from centres import agreements, workflow
from centres.consequences import end_adverts_of_unlisted
from centres.models import Advertisement, AuditEntry, Centre, Purpose, Standing, Verification
from centres.roles import install_roles
from centres.workflow import NotAllowed, NotPossible, Overtaken, ReasonOwed
from tests import factories

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TODAY = timezone.localdate(NOW)
DAY = datetime.timedelta(days=1)


def in_role(username, role):
    person = factories.person(username)
    person.groups.add(Group.objects.get(name=role))
    return person


@pytest.fixture
def mona(db):
    """An advertising manager."""
    return in_role("mona", "Advertising manager")


@pytest.fixture
def alder(db):
    """Verified and approved to advertise for 90 days."""
    centre = factories.centre(
        name="Alder House", verified_from=TODAY - 9 * DAY, verified_until=TODAY + 90 * DAY
    )
    factories.approved(centre, TODAY - 9 * DAY, TODAY + 90 * DAY, purpose=Purpose.ADVERTISER)
    return centre


def sign(centre, by, first=0, last=30, *, now=NOW, **facts):
    """Days are counted from today."""
    said = {"fee_band": "under-250", "reference": f"R{first}-{last}", "seller": by, **facts}
    begins, ends = TODAY + first * DAY, TODAY + last * DAY
    return agreements.sign(centre=centre, runs_from=begins, runs_until=ends, by=by, now=now, **said)


def at(days):
    """A moment so many days from now."""
    return NOW + days * DAY


def approve_anew(centre, ends, *, purpose=Purpose.VERIFIED, now=NOW):
    """Have the centre approved by the workflow, on one check that lasts until `ends`."""
    asked = factories.criterion(purpose=purpose, is_required=True)
    rita, aldo = in_role("rita", "Researcher"), in_role("aldo", "Approver")
    case = taken_case(centre, purpose, rita, now=now)
    pass_check(case, asked, rita, ends, now=now)
    case = workflow.perform(case, "submit", by=rita, now=now)
    case = workflow.perform(case, "approve", by=aldo, now=now)
    asked.is_retired = True
    asked.save()
    return case


def taken_case(centre, purpose, by, *, now):
    case = Verification.objects.create(
        centre=centre, purpose=purpose, due_on=timezone.localdate(now), opened_at=now
    )
    return workflow.perform(case, "take", by=by, now=now)


def pass_check(case, asked, by, ends, *, now):
    today = timezone.localdate(now)
    case.checks.create(
        criterion=asked,
        title=asked.title,
        outcome="passed",
        method="phone",
        note="Seen.",
        captured_on=today,
        checked_on=today,
        checked_by=by,
        expires_on=ends,
    )


def marked(centre):
    centre.refresh_from_db()
    return centre.advertiser_from, centre.advertiser_until


def is_advertiser(centre, *, now=NOW):
    """By the row and by the queryset, which agree."""
    centre.refresh_from_db()
    by_row = centre.is_advertiser(now=now)
    assert by_row == Centre.objects.advertisers(now=now).filter(pk=centre.pk).exists()
    assert by_row == Advertisement.objects.running(now=now).filter(centre=centre).exists()
    return by_row


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
        Centre.objects.update(status=status)

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
        other = in_role("otto", role)

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
            agreements.end(agreement, by=in_role("aldo", "Approver"), reason="x", now=NOW)

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


class TestTheVerification:
    def test_the_mark_lapses_with_it_and_no_job_has_run(self, alder, mona):
        sign(alder, mona, 0, 90)

        assert is_advertiser(alder, now=at(90))
        assert not is_advertiser(alder, now=at(91))

    @pytest.mark.parametrize("purpose", [Purpose.VERIFIED, Purpose.ADVERTISER])
    def test_revoking_ends_what_runs_and_what_is_to_come(self, alder, mona, purpose):
        sign(alder, mona, 0, 30), sign(alder, mona, 31, 60)
        case = Verification.objects.get(centre=alder, purpose=purpose)
        aldo = in_role("aldo", "Approver")

        workflow.perform(case, "revoke", by=aldo, now=NOW, reason="Paid for referrals.")

        assert not is_advertiser(alder)
        ended = set(Advertisement.objects.values_list("ended_on", "end_reason", "ender"))
        assert ended == {(TODAY, "Paid for referrals.", aldo.pk)}
        notes = AuditEntry.objects.filter(kind="advertisement", act="changed")
        assert list(notes.values_list("person", "note")) == [("aldo", "Paid for referrals.")] * 2

    def test_nor_does_verifying_again_bring_one_back(self, alder, mona):
        sign(alder, mona, 0, 30), sign(alder, mona, 31, 60)
        case = Verification.objects.get(centre=alder, purpose=Purpose.VERIFIED)
        workflow.perform(case, "revoke", by=in_role("aldo", "Approver"), now=NOW, reason="Moved.")

        approve_anew(alder, TODAY + 200 * DAY, now=at(1))

        assert Advertisement.objects.start_due(now=at(31)) == []
        assert not is_advertiser(alder, now=at(1))
        assert not is_advertiser(alder, now=at(31))
        assert marked(alder) == (None, None)

    def test_a_renewal_leaves_it_running_to_its_own_last_day(self, alder, mona):
        sign(alder, mona, 0, 90)

        approve_anew(alder, TODAY + 300 * DAY, now=at(60))

        assert is_advertiser(alder, now=at(90))
        assert not is_advertiser(alder, now=at(91))

    def test_a_renewal_after_a_lapse_revives_nothing(self, alder, mona):
        sign(alder, mona, 0, 90)

        approve_anew(alder, TODAY + 300 * DAY, now=at(95))

        assert not is_advertiser(alder, now=at(95))
        assert Advertisement.objects.get().standing(now=at(95)) == Standing.OVER

    @pytest.mark.parametrize("purpose", [Purpose.VERIFIED, Purpose.ADVERTISER])
    def test_a_shorter_renewal_ends_those_that_would_outlast_it(self, alder, mona, purpose):
        short, long = sign(alder, mona, 0, 20), sign(alder, mona, 21, 80)

        approve_anew(alder, TODAY + 40 * DAY, purpose=purpose, now=at(1))

        short.refresh_from_db(), long.refresh_from_db()
        assert (short.ended_on, long.ended_on) == (None, TODAY + DAY)
        assert "now ends on" in long.end_reason
        assert long.standing(now=at(1)) == Standing.STOPPED
        assert is_advertiser(alder, now=at(1))
        assert Advertisement.objects.start_due(now=at(21)) == []

    def test_an_approval_that_was_replaced_does_not_step_in_for_a_revoked_one(self, alder, mona):
        case = approve_anew(alder, TODAY + 300 * DAY, purpose=Purpose.ADVERTISER, now=at(1))
        aldo = in_role("aldo", "Approver")
        workflow.perform(case, "revoke", by=aldo, now=at(2), reason="Paid for referrals.")

        with pytest.raises(agreements.NotSigned, match="was revoked on"):
            sign(alder, mona, 3, 30, now=at(2))
        with pytest.raises(IntegrityError):
            Advertisement.objects.agree(
                centre=alder, fee_band="under-250", runs_from=TODAY + 3 * DAY,
                runs_until=TODAY + 30 * DAY, reference="x", seller=mona, by=mona, now=at(2),
            )  # fmt: skip

    @pytest.mark.parametrize("status", ["suspended", "withdrawn"])
    def test_a_centre_that_is_not_listed_loses_the_mark_before_any_job(self, alder, mona, status):
        agreement = sign(alder, mona)

        Centre.objects.update(status=status)

        assert not is_advertiser(alder)
        agreement.refresh_from_db()
        assert agreement.standing(now=NOW) == Standing.STOPPED

    @pytest.mark.parametrize("status", ["suspended", "closed", "withdrawn"])
    def test_listing_it_again_revives_nothing(self, alder, mona, status):
        sign(alder, mona, 0, 30), sign(alder, mona, 31, 60)
        closed_on = TODAY if status == "closed" else None
        Centre.objects.update(status=status, closed_on=closed_on)

        ended = end_adverts_of_unlisted(now=NOW)
        Centre.objects.update(status="listed", closed_on=None)

        assert len(ended) == 2
        assert f"The centre is {status}" in ended[0].end_reason
        assert not is_advertiser(alder)
        assert Advertisement.objects.start_due(now=at(31)) == []

    def test_others_keep_theirs(self, alder, mona):
        sign(alder, mona)

        assert end_adverts_of_unlisted(now=NOW) == []
        assert is_advertiser(alder)


class TestStarting:
    def test_one_that_follows_starts_on_its_first_day(self, alder, mona):
        sign(alder, mona, 0, 30)
        second = sign(alder, mona, 31, 60)

        assert Advertisement.objects.start_due(now=at(30)) == []
        assert Advertisement.objects.start_due(now=at(31)) == [second]
        assert Advertisement.objects.start_due(now=at(31)) == []
        assert is_advertiser(alder, now=at(31))

    def test_one_signed_later_for_earlier_days_comes_first(self, alder, mona):
        coming = sign(alder, mona, 40, 60)
        sign(alder, mona, 0, 30)

        assert is_advertiser(alder)
        assert Advertisement.objects.start_due(now=at(40)) == [coming]

    def test_one_that_was_ended_does_not(self, alder, mona):
        sign(alder, mona, 0, 30)
        agreements.end(sign(alder, mona, 31, 60), by=mona, reason="They asked.", now=NOW)

        assert Advertisement.objects.start_due(now=at(31)) == []

    def test_nor_one_whose_approval_was_revoked_by_other_means(self, alder, mona):
        """By SQL at a prompt, where nothing ended the agreements."""
        sign(alder, mona, 31, 60)
        sign(alder, mona, 0, 30)
        case = Verification.objects.get(centre=alder, purpose=Purpose.ADVERTISER)
        Centre.objects.update(advertiser_from=None, advertiser_until=None)
        Verification.objects.filter(pk=case.pk).update(
            version=case.version + 1, revoked_at=NOW, revoked_by=mona, revoked_reason="x"
        )

        assert Advertisement.objects.start_due(now=at(31)) == []

    def test_nor_one_of_a_centre_that_is_suspended(self, alder, mona):
        sign(alder, mona, 0, 30), sign(alder, mona, 31, 60)
        Centre.objects.update(status="suspended")

        assert Advertisement.objects.start_due(now=at(31)) == []

    def test_costs_one_query_where_none_is_due(self, alder, mona, django_assert_num_queries):
        sign(alder, mona)

        with django_assert_num_queries(1):
            Advertisement.objects.start_due(now=NOW)


def test_the_list_by_standing_says_what_each_row_says(alder, mona):
    beech = factories.centre(verified_from=TODAY, verified_until=TODAY + 9 * DAY)
    factories.approved(beech, TODAY, TODAY + 9 * DAY, purpose=Purpose.ADVERTISER)
    sign(alder, mona, 0, 3), sign(alder, mona, 4, 8), sign(alder, mona, 9, 20)
    agreements.end(sign(alder, mona, 21, 30), by=mona, reason="x", now=NOW)
    sign(beech, mona, 0, 9, reference="B")
    cedar = factories.centre(
        verified_from=TODAY, verified_until=TODAY + 9 * DAY,
        advertiser_from=TODAY, advertiser_until=TODAY + 9 * DAY,
    )  # fmt: skip
    Centre.objects.filter(pk=cedar.pk).update(status="suspended")

    for day in (0, 4, 9, 10, 100):
        for standing in Standing:
            listed = set(Advertisement.objects.in_standing(standing, now=at(day)))
            said = {
                row
                for row in Advertisement.objects.select_related("centre")
                if row.standing(now=at(day)) == standing
            }
            assert listed == said, (day, standing)


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
        return [in_role(name, "Advertising manager") for name in ("mona", "max")]

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
        aldo = in_role("aldo", "Approver")
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


class TestTheDailyCommand:
    def said(self, capsys):
        call_command("start_due_adverts")
        return capsys.readouterr().out

    def test_it_ends_those_of_centres_that_were_unlisted_by_other_means(self, alder, mona, capsys):
        sign(alder, mona, reference="AG-1")
        Centre.objects.update(status="suspended")

        assert "Agreement AG-1 ended: The centre is suspended." in self.said(capsys)
        assert "ended" not in self.said(capsys)

    def test_it_starts_one_that_is_due_once(self, alder, mona, capsys):
        agreement = sign(alder, mona, reference="AG-1")
        Centre.objects.update(advertiser_from=None, advertiser_until=None)

        assert "Agreement AG-1: Alder House is an advertiser until" in self.said(capsys)
        assert "No agreement was due to start." in self.said(capsys)
        assert marked(alder) == (agreement.runs_from, agreement.runs_until)
