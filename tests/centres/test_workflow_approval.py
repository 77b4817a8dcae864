"""What an approval needs, what follows from it, and what follows from taking it back."""

import datetime

import pytest

from centres import cases, workflow
from centres.models import Advertisement, Check, Criterion, Provenance, State
from tests import factories

from .cast import A_DAY, DAY, NOW, REASON, approved, at, cast, do, passed, required, sent

pytestmark = pytest.mark.django_db

#: The day after the last on which evidence of `DAY` holds for three months.
LAPSED = datetime.date(2026, 6, 3)


@pytest.fixture
def people():
    return cast()


def marks(centre):
    centre.refresh_from_db()
    dates = ("verified_from", "verified_until", "advertiser_from", "advertiser_until")
    return tuple(getattr(centre, name) for name in dates)


def refused(case, people, *, now=NOW):
    """The sentence with which an approval is refused; nothing has changed."""
    case.refresh_from_db()
    before = marks(case.centre)
    with pytest.raises(workflow.NotPossible) as caught:
        workflow.perform(case, "approve", by=people.alan, now=now)
    case.refresh_from_db()
    assert (case.state, marks(case.centre)) == ("awaiting_approval", before)
    return str(caught.value)


class TestNeeds:
    def test_a_check_of_every_required_criterion(self, people):
        required(slug="phone")
        case = sent(factories.centre(), people)
        required(slug="address")  # asked since the case was sent

        assert refused(case, people) == "Not met, or no longer: Address."
        Criterion.objects.filter(slug="address").update(is_required=False)
        assert do(case, ("approve", people.alan)).state == State.APPROVED

    def test_no_check_of_a_retired_one(self, people):
        criterion = required(slug="phone")
        required(slug="address")
        case = sent(factories.centre(), people)
        case = do(case, ("return", people.alan))
        passed(case, criterion, by=people.ruth, outcome="failed")
        case = do(case, ("submit", people.ruth))
        assert refused(case, people) == "Not met, or no longer: Phone."

        Criterion.objects.filter(slug="phone").update(is_retired=True)

        assert do(case, ("approve", people.alan)).state == State.APPROVED

    def test_a_check_that_holds_until_its_last_day(self, people):
        required(slug="phone", months=3)
        case = sent(factories.centre(), people)

        assert refused(case, people, now=at(LAPSED)) == "Not met, or no longer: Phone."
        last = LAPSED - A_DAY
        case = do(case, ("approve", people.alan), now=at(last, 23, 59))
        assert (case.valid_from, case.valid_until) == (last, last)

    def test_the_day_of_london_and_not_of_greenwich(self, people):
        required(slug="phone", months=3)
        case = sent(factories.centre(), people)
        night = datetime.datetime(2026, 6, 2, 23, 30, tzinfo=datetime.UTC)  # 00:30 on 3 June

        assert refused(case, people, now=night) == "Not met, or no longer: Phone."

    def test_a_date_where_the_criterion_has_its_own(self, people):
        criterion = required(slug="accreditation", has_own_date=True)
        case = cases.open_case(factories.centre(), by=people.ruth, now=NOW)
        do(case, ("take", people.ruth))
        passed(case, criterion, by=people.ruth, expires_on=DAY + A_DAY)
        case = do(case, ("submit", people.ruth))

        assert refused(case, people, now=at(DAY + 2 * A_DAY)).endswith("Accreditation.")
        assert do(case, ("approve", people.alan)).valid_until == DAY + A_DAY

    def test_that_does_not_apply_may_be_said(self, people):
        criterion = required(slug="detox", may_not_apply=True, months=6)
        required(slug="phone")
        case = sent(factories.centre(), people)
        case = do(case, ("return", people.alan))
        passed(case, criterion, by=people.ruth, outcome="not_applicable", note="No detox.")
        case = do(case, ("submit", people.ruth))
        Criterion.objects.filter(slug="detox").update(may_not_apply=False)
        assert refused(case, people) == "Not met, or no longer: Detox."

        Criterion.objects.filter(slug="detox").update(may_not_apply=True)

        assert do(case, ("approve", people.alan)).valid_until == datetime.date(2026, 9, 2)

    def test_something_that_was_checked(self, people):
        case = do(sent(factories.centre(), people))
        assert refused(case, people) == "Nothing was checked with evidence."

    @pytest.mark.parametrize("gone", ["closed", "withdrawn"])
    def test_a_centre_that_is_still_there(self, gone, people):
        required()
        case = sent(factories.centre(), people)
        factories.set_status(case.centre, gone)

        assert refused(case, people).startswith("The centre is ")

    def test_facts_that_are_as_they_were_checked(self, people):
        criterion = required(slug="phone")
        case = sent(factories.centre(), people, facts=["phones"])
        factories.provenance(case.centre, fact="phones", recorded_at=at(DAY, 13))

        assert refused(case, people, now=at(DAY, 14)) == "Changed since it was checked: Phone."
        case = do(case, ("return", people.amy), now=at(DAY, 14))
        passed(case, criterion, by=people.ruth, now=at(DAY, 15), facts=["phones"])

        case = do(case, ("submit", people.ruth), ("approve", people.alan), now=at(DAY, 16))
        assert case.state == State.APPROVED

    def test_nothing_carried_from_a_revoked_approval(self, people):
        criterion = required(slug="phone")
        first = approved(factories.centre(), people)
        case = sent(first.centre, people, now=at(DAY + A_DAY))
        assert case.checks.get().carried_from.verification == first
        do(first, ("revoke", people.amy), now=at(DAY + A_DAY))

        sentence = refused(case, people, now=at(DAY + 2 * A_DAY))
        assert sentence == "Carried from an approval that was revoked: Phone."
        case = do(case, ("return", people.amy), now=at(DAY + 2 * A_DAY))
        passed(case, criterion, by=people.ruth, now=at(DAY + 2 * A_DAY))
        case = do(case, ("submit", people.ruth), ("approve", people.alan), now=at(DAY + 2 * A_DAY))

        assert marks(case.centre)[0] == DAY + 2 * A_DAY

    def test_an_advertiser_that_is_verified(self, people):
        required(months=3)
        required(purpose="advertiser", slug="domains")
        centre = factories.centre()
        approved(centre, people)
        case = sent(centre, people, purpose="advertiser")

        sentence = refused(case, people, now=at(LAPSED))
        assert sentence == "Only a verified centre may advertise, and this one is not verified now."
        assert do(case, ("approve", people.alan)).state == State.APPROVED


class TestFollowing:
    def test_the_centre_is_verified_until_its_first_check_lapses(self, people):
        for slug, months in (("entity", 12), ("phone", 3), ("address", 24), ("seen", None)):
            required(slug=slug, months=months)
        factories.criterion(slug="nice", months=1)  # not required: it shortens nothing
        case = approved(factories.centre(), people, captured_on=DAY - 10 * A_DAY)

        assert (case.valid_from, case.valid_until) == (DAY, datetime.date(2026, 5, 20))
        assert marks(case.centre) == (DAY, datetime.date(2026, 5, 20), None, None)
        assert case.centre.checked_on == DAY

    def test_it_lasts_two_years_at_most(self, people):
        required(months=None)
        assert approved(factories.centre(), people).valid_until == datetime.date(2028, 3, 2)

    @pytest.mark.parametrize(
        ("purpose", "status", "verified"),
        [("listed", "listed", False), ("verified", "listed", True), ("claimed", "draft", False)],
    )
    def test_a_draft_is_listed_where_the_purpose_says_so(self, purpose, status, verified, people):
        required(purpose=purpose)
        case = approved(factories.centre(status="draft"), people, purpose=purpose)

        assert marks(case.centre)[0] == (DAY if verified else None)
        checked_on = None if purpose == "claimed" else DAY  # a claim is the centre's own word
        assert (case.centre.status, case.centre.checked_on) == (status, checked_on)

    def test_a_suspended_centre_stays_suspended(self, people):
        required()
        case = approved(factories.centre(status="suspended"), people)

        case.centre.refresh_from_db()
        assert case.centre.status == "suspended"
        assert not case.centre.is_verified(now=NOW)

    def test_an_advertiser_has_no_mark_before_an_agreement(self, people):
        required(months=3)
        required(purpose="advertiser", slug="domains")
        centre = factories.centre()
        approved(centre, people)
        approved(centre, people, purpose="advertiser")

        assert marks(centre)[2:] == (None, None)

    def test_facts_it_vouches_for_come_from_the_team(self, people):
        required(slug="phone")
        centre = factories.centre(website="https://example.org/")
        programme = factories.programme(centre, price=100, currency="GBP", price_on=DAY)
        factories.provenance(centre, fact="website", recorded_at=at(DAY - A_DAY))
        facts = ["website", "beds", "programme.price", "programme.length", "nonsense"]
        case = approved(centre, people, facts=facts, captured_on=DAY - 3 * A_DAY)

        found = {entry.fact: entry for entry in Provenance.objects.filter(centre=centre)}
        assert set(found) == {"website", "price"}, "no check vouches for an unknown"
        assert found["price"].programme == programme
        for entry in found.values():
            assert (entry.recorded_by, entry.recorded_at) == (people.ruth, case.decided_at)
            assert (entry.as_of, entry.method) == (DAY - 3 * A_DAY, "phone")

    def test_a_rejection_brings_nothing_about(self, people):
        required()
        case = do(sent(factories.centre(status="draft"), people), ("reject", people.alan))

        case.centre.refresh_from_db()
        assert (case.centre.status, case.centre.checked_on) == ("draft", None)
        assert marks(case.centre) == (None, None, None, None)


@pytest.fixture
def advertiser(people):
    """A centre verified until 2 June, which may advertise and does until then."""
    required(slug="phone", months=3)
    required(purpose="advertiser", slug="domains", months=12)
    centre = factories.centre()
    approved(centre, people)
    approved(centre, people, purpose="advertiser")
    agree(centre, people, DAY, LAPSED - A_DAY)
    return centre


def agree(centre, people, begins, ends, *, now=NOW):
    return Advertisement.objects.agree(
        centre=centre, fee_band="under-250", runs_from=begins, runs_until=ends,
        reference=f"AG-{begins}-{ends}", seller=people.mona, by=people.mona, now=now,
    )  # fmt: skip


def renewed(centre, people, *, now, **said):
    """The centre's verification approved anew, every check made again."""
    case = cases.open_case(centre, by=people.ruth, now=now)
    do(case, ("take", people.ruth), now=now)
    for answer in workflow.answers(case):
        passed(case, answer.criterion, by=people.ruth, now=now, **said)
    return do(case, ("submit", people.ruth), ("approve", people.alan), now=now)


class TestRenewal:
    def test_in_time_keeps_the_first_day_and_the_advert(self, people, advertiser):
        last = LAPSED - A_DAY
        renewed(advertiser, people, now=at(last))

        assert marks(advertiser) == (DAY, datetime.date(2026, 9, 2), DAY, last)
        assert Advertisement.objects.not_ended().count() == 1

    def test_after_a_lapse_begins_anew_and_revives_no_advert(self, people, advertiser):
        renewed(advertiser, people, now=at(LAPSED))

        assert marks(advertiser) == (LAPSED, datetime.date(2026, 9, 3), None, None)
        assert Advertisement.objects.start_due(now=at(LAPSED)) == []

    def test_that_is_shorter_ends_what_would_outlast_it(self, people, advertiser):
        day = DAY + 5 * A_DAY
        renewed(advertiser, people, now=at(day), captured_on=datetime.date(2026, 2, 1))

        assert marks(advertiser) == (DAY, datetime.date(2026, 5, 1), None, None)
        advert = Advertisement.objects.get()
        assert (advert.ended_on, advert.ender) == (day, None)
        assert advert.end_reason == "The verification now ends on 1 May 2026, before the advert."

    def test_that_is_shorter_leaves_what_ends_before_it(self, people, advertiser):
        Advertisement.objects.get().end(by=people.mona, reason="Sooner.", now=NOW)
        agree(advertiser, people, DAY, datetime.date(2026, 4, 30))
        later = agree(advertiser, people, datetime.date(2026, 5, 1), LAPSED - A_DAY)
        renewed(advertiser, people, now=at(DAY + A_DAY), captured_on=datetime.date(2026, 2, 1))

        assert marks(advertiser)[2:] == (DAY, datetime.date(2026, 4, 30))
        later.refresh_from_db()
        assert later.ended_on == DAY + A_DAY

    def test_a_failed_check_leaves_the_mark_until_it_is_decided(self, people, advertiser):
        case = cases.open_case(advertiser, by=people.ruth, now=NOW)
        case = do(case, ("take", people.ruth))
        passed(case, Criterion.objects.get(slug="phone"), by=people.ruth, outcome="failed")
        do(case, ("submit", people.ruth), ("reject", people.alan))

        assert marks(advertiser)[1] == LAPSED - A_DAY


class TestRevoking:
    def test_ends_the_mark_and_the_advert_in_one(self, people, advertiser):
        case = advertiser.verifications.get(purpose="verified")
        later = at(DAY + 5 * A_DAY)
        case = do(case, ("revoke", people.amy), now=later)

        assert marks(advertiser) == (None, None, None, None)
        assert (case.revoked_by, case.revoked_at, case.revoked_reason) == (
            people.amy,
            later,
            REASON,
        )
        advert = Advertisement.objects.get()
        assert (advert.ended_on, advert.end_reason) == (DAY + 5 * A_DAY, REASON)
        assert advert.ender == people.amy

    def test_the_right_to_advertise_leaves_the_verification(self, people, advertiser):
        do(advertiser.verifications.get(purpose="advertiser"), ("revoke", people.amy))

        assert marks(advertiser) == (DAY, LAPSED - A_DAY, None, None)
        assert Advertisement.objects.get().end_reason == REASON

    def test_happens_once(self, people, advertiser):
        case = do(advertiser.verifications.get(purpose="verified"), ("revoke", people.amy))

        with pytest.raises(workflow.NotPossible, match="was revoked already"):
            workflow.perform(case, "revoke", by=people.alan, now=NOW, reason=REASON)

    def test_is_of_the_latest_approval(self, people, advertiser):
        first = advertiser.verifications.get(purpose="verified")
        second = renewed(advertiser, people, now=at(DAY + A_DAY))

        with pytest.raises(workflow.NotPossible, match="later approval has taken its place"):
            workflow.perform(first, "revoke", by=people.alan, now=NOW, reason=REASON)
        assert "revoke" not in {s.name for s in workflow.steps_for(first, by=people.alan)}
        do(second, ("revoke", people.alan), now=at(DAY + 2 * A_DAY))

        assert marks(advertiser) == (None, None, None, None)
        assert cases.latest_approval(advertiser) is None, "the first does not come back"
        assert not cases.open_case(advertiser, by=people.ruth, now=NOW).checks.exists()

    def test_of_the_right_to_advertise_brings_back_no_earlier_one(self, people, advertiser):
        now = at(DAY + A_DAY)
        case = sent(advertiser, people, purpose="advertiser", now=now)
        case = do(case, ("approve", people.alan), ("revoke", people.amy), now=now)

        with pytest.raises(Exception, match="approved_advertiser"):
            agree(advertiser, people, DAY + A_DAY, DAY + 9 * A_DAY, now=now)

    def test_lets_the_centre_be_verified_anew(self, people, advertiser):
        do(advertiser.verifications.get(purpose="verified"), ("revoke", people.amy))
        renewed(advertiser, people, now=at(DAY + A_DAY))

        assert marks(advertiser)[0] == DAY + A_DAY
        assert Check.objects.filter(carried_from__isnull=False).count() == 0
