"""An advertiser is verified now (P2): what begins an advert, and what ends it."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError

from centres import agreements, workflow
from centres.consequences import end_adverts_of_unlisted
from centres.models import Advertisement, AuditEntry, Centre, Purpose, Standing, Verification
from tests import factories

from .adverts import (
    DAY,
    NOW,
    TODAY,
    alder_house,
    approve_anew,
    at,
    is_advertiser,
    manager,
    marked,
    sign,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def mona(db):
    return manager()


@pytest.fixture
def alder(db):
    return alder_house()


class TestTheVerification:
    def test_the_mark_lapses_with_it_and_no_job_has_run(self, alder, mona):
        sign(alder, mona, 0, 90)

        assert is_advertiser(alder, now=at(90))
        assert not is_advertiser(alder, now=at(91))

    @pytest.mark.parametrize("purpose", [Purpose.VERIFIED, Purpose.ADVERTISER])
    def test_revoking_ends_what_runs_and_what_is_to_come(self, alder, mona, purpose):
        sign(alder, mona, 0, 30), sign(alder, mona, 31, 60)
        case = Verification.objects.get(centre=alder, purpose=purpose)
        aldo = factories.member("aldo", "Approver")

        workflow.perform(case, "revoke", by=aldo, now=NOW, reason="Paid for referrals.")

        assert not is_advertiser(alder)
        ended = set(Advertisement.objects.values_list("ended_on", "end_reason", "ender"))
        assert ended == {(TODAY, "Paid for referrals.", aldo.pk)}
        notes = AuditEntry.objects.filter(kind="advertisement", act="changed")
        assert list(notes.values_list("person", "note")) == [("aldo", "Paid for referrals.")] * 2

    def test_nor_does_verifying_again_bring_one_back(self, alder, mona):
        sign(alder, mona, 0, 30), sign(alder, mona, 31, 60)
        case = Verification.objects.get(centre=alder, purpose=Purpose.VERIFIED)
        workflow.perform(
            case, "revoke", by=factories.member("aldo", "Approver"), now=NOW, reason="Moved."
        )

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
        aldo = factories.member("aldo", "Approver")
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

        factories.set_status(alder, status)

        assert not is_advertiser(alder)
        agreement.refresh_from_db()
        assert agreement.standing(now=NOW) == Standing.STOPPED

    @pytest.mark.parametrize("status", ["suspended", "closed", "withdrawn"])
    def test_listing_it_again_revives_nothing(self, alder, mona, status):
        sign(alder, mona, 0, 30), sign(alder, mona, 31, 60)
        factories.set_status(alder, status)

        ended = end_adverts_of_unlisted(now=NOW)
        factories.set_status(alder, "listed")

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
