"""What constraints keep of agreements, and the days on which an agreement's mark stands."""

import datetime

import pytest

from centres.models import Advertisement, Centre
from tests import factories

from .rules import WRITES, cases, checks_of, lift_guards, refused, uniques_of

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 3, 1)
A_DAY = datetime.timedelta(days=1)
LAST = DAY + 100 * A_DAY
ENDED = {"ended_on": DAY, "end_reason": "They asked."}

BROKEN = {
    "centres_advertisement_fee_band_is_known": [{"fee_band": "per-call"}, {"fee_band": ""}],
    "centres_advertisement_has_a_reference": [{"reference": ""}],
    "centres_advertisement_runs_until_is_not_before_from": [{"runs_until": DAY - A_DAY}],
    "centres_advertisement_ended_has_a_reason": [{"ended_on": DAY}, {"end_reason": "Why?"}],
    "centres_advertisement_ender_of_what_ended": [{"ender": "alan"}],
}
LEGAL = {
    "bands": [{"fee_band": "250-to-999"}, {"fee_band": "1000-or-more"}],
    "a_day": [{"runs_until": DAY}],
    "ended_with_the_verification": [ENDED],
    "ended_by_somebody": [{**ENDED, "ender": "alan"}],
}


def at(day, hour=12):
    return datetime.datetime.combine(day, datetime.time(hour), tzinfo=datetime.UTC)


def people(facts):
    return {k: factories.person(v) if k == "ender" else v for k, v in facts.items()}


@pytest.fixture
def agreement():
    """One whose mark does not stand, so that it may be ended by hand."""
    centre = factories.centre(verified_from=DAY, verified_until=LAST)
    row = factories.advertise(centre, DAY, LAST)
    Centre.objects.filter(pk=centre.pk).update(advertiser_from=None, advertiser_until=None)
    return row


def test_every_rule_is_proved_here():
    assert set(BROKEN) == checks_of(Advertisement)
    assert uniques_of(Advertisement) == set()


@WRITES
@pytest.mark.parametrize(("constraint", "facts"), cases(BROKEN))
def test_a_row_cannot_be_made_to_break_a_rule(write, constraint, facts, agreement):
    facts = people(facts)

    with refused(constraint):
        write(agreement, facts)


@WRITES
@pytest.mark.parametrize(("words", "facts"), cases(LEGAL))
def test_its_neighbour_is_accepted(write, words, facts, agreement):
    facts = people(facts)
    lift_guards("centres_advertisement")

    write(agreement, facts)

    agreement.refresh_from_db()
    assert {name: getattr(agreement, name) for name in facts} == facts


def test_a_reference_is_used_once(agreement):
    other = factories.centre(verified_from=DAY, verified_until=LAST)

    with refused("centres_advertisement_reference", "centres_advertisement_is_not_replaced"):
        factories.advertise(other, DAY, LAST, reference=agreement.reference)


class TestAgreeing:
    @pytest.fixture
    def centre(self):
        centre = factories.centre(verified_from=DAY, verified_until=LAST)
        factories.approved(centre, DAY, LAST + A_DAY, purpose="advertiser")
        return centre

    @staticmethod
    def agree(centre, begins, ends, *, on=DAY, reference=""):
        mona = factories.person("mona")
        return Advertisement.objects.agree(
            centre=centre,
            fee_band="under-250",
            runs_from=begins,
            runs_until=ends,
            reference=reference or f"AG-{begins:%j}",
            seller=mona,
            by=mona,
            now=at(on),
        )

    def marked(self, centre):
        centre.refresh_from_db()
        return centre.advertiser_from, centre.advertiser_until

    def test_lets_the_mark_stand_from_the_first_day_to_the_last(self, centre):
        self.agree(centre, DAY + A_DAY, DAY + 5 * A_DAY)
        centre.refresh_from_db()

        days = [DAY + number * A_DAY for number in range(8)]
        bears = [centre.is_advertiser(now=at(day)) for day in days]
        assert bears == [False, True, True, True, True, True, False, False]
        running = [Advertisement.objects.running(now=at(day)).exists() for day in days]
        assert running == bears

    def test_what_is_refused_leaves_no_trace(self, centre):
        with refused("centres_advertisement_within_the_verification"):
            self.agree(centre, DAY, LAST + A_DAY)

        assert self.marked(centre) == (None, None)
        assert not Advertisement.objects.exists()

    def test_one_that_follows_another_waits_for_its_day(self, centre):
        self.agree(centre, DAY, DAY + 5 * A_DAY)
        second = self.agree(centre, DAY + 6 * A_DAY, DAY + 9 * A_DAY)
        assert self.marked(centre) == (DAY, DAY + 5 * A_DAY)

        assert Advertisement.objects.start_due(now=at(DAY + 5 * A_DAY)) == []
        assert Advertisement.objects.start_due(now=at(DAY + 6 * A_DAY)) == [second]
        assert Advertisement.objects.start_due(now=at(DAY + 6 * A_DAY)) == []

        assert self.marked(centre) == (second.runs_from, second.runs_until)

    def test_the_mark_goes_when_it_is_ended_and_another_may_begin_that_day(self, centre):
        first = self.agree(centre, DAY, LAST)

        first.end(by=factories.person("mona"), reason="They asked.", now=at(DAY + 2 * A_DAY))
        assert self.marked(centre) == (None, None)
        with refused("centres_advertisement_overlaps_no_other"):
            self.agree(centre, DAY + A_DAY, LAST, on=DAY + 2 * A_DAY, reference="AG-2")
        self.agree(centre, DAY + 2 * A_DAY, LAST, on=DAY + 2 * A_DAY, reference="AG-3")

        assert self.marked(centre) == (DAY + 2 * A_DAY, LAST)

    def test_one_that_is_ended_after_its_last_day_is_in_nobodys_way(self, centre):
        first = self.agree(centre, DAY, DAY + 5 * A_DAY)
        first.end(by=None, reason="Tidied up.", now=at(DAY + 20 * A_DAY))

        self.agree(centre, DAY + 6 * A_DAY, LAST, on=DAY + 20 * A_DAY)

        assert self.marked(centre) == (DAY + 6 * A_DAY, LAST)

    def test_a_lapsed_verification_starts_nothing(self, centre):
        self.agree(centre, DAY, DAY + 5 * A_DAY)
        self.agree(centre, DAY + 6 * A_DAY, LAST)
        Centre.objects.filter(pk=centre.pk).update(
            advertiser_from=None, advertiser_until=None, verified_from=None, verified_until=None
        )

        assert Advertisement.objects.start_due(now=at(DAY + 7 * A_DAY)) == []

    def test_a_verification_that_began_anew_revives_nothing(self, centre):
        self.agree(centre, DAY, DAY + 5 * A_DAY)
        self.agree(centre, DAY + 6 * A_DAY, LAST)
        Centre.objects.filter(pk=centre.pk).update(advertiser_from=None, advertiser_until=None)
        factories.verify(centre, DAY + 7 * A_DAY, LAST)

        assert Advertisement.objects.start_due(now=at(DAY + 8 * A_DAY)) == []
        assert self.marked(centre) == (None, None)
