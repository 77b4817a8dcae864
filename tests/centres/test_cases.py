"""Cases opened, filled with the checks that still hold, and opened again when something changed."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from centres import cases, workflow
from centres.models import Centre, Criterion, OpenedFor, Verification
from tests import factories

from .cast import A_DAY, DAY, NOW, approved, at, cast, do, passed, required, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return cast()


def titles(case):
    return sorted(check.title for check in case.checks.all())


class TestOpening:
    @pytest.mark.parametrize("who", ["ruth", "alan", "mona", "root"])
    def test_is_open_to_those_who_may(self, who, people):
        by = getattr(people, who)
        case = cases.open_case(factories.centre(), by=by, now=NOW, note="A report.")

        assert (case.state, case.version, case.opener) == ("queued", 1, by)
        assert case.due_on == DAY + 14 * A_DAY
        event = case.events.get()
        assert (event.action, event.person, event.reason) == ("open", by, "A report.")

    @pytest.mark.parametrize("who", ["audrey", "nobody"])
    def test_is_refused_to_others(self, who, people):
        with pytest.raises(workflow.NotAllowed):
            cases.open_case(factories.centre(), by=getattr(people, who), now=NOW)
        assert not Verification.objects.exists()

    def test_by_a_command_is_nobodys(self):
        assert cases.open_case(factories.centre(), by=None, now=NOW).opener is None

    def test_beside_an_open_case_is_refused_and_names_it(self, people):
        centre = factories.centre()
        first = cases.open_case(centre, by=people.ruth, now=NOW)

        with pytest.raises(cases.AlreadyOpen, match=f"case {first.pk}") as caught:
            cases.open_case(centre, purpose="listed", by=people.ruth, now=NOW)
        assert caught.value.case == first

    @pytest.mark.parametrize(
        "gone", [{"status": "closed", "closed_on": DAY}, {"status": "withdrawn"}]
    )
    def test_of_a_centre_that_has_gone_is_refused(self, gone, people):
        with pytest.raises(workflow.NotPossible):
            cases.open_case(factories.centre(**gone), by=people.ruth, now=NOW)

    def test_an_application_to_advertise_needs_a_verified_centre(self, people):
        with pytest.raises(workflow.NotPossible, match="Only a verified centre"):
            cases.open_case(factories.centre(), purpose="advertiser", by=people.mona, now=NOW)

    @pytest.mark.parametrize(
        ("reason", "days"), [(r, cases.DUE_DAYS.get(r, 14)) for r in OpenedFor]
    )
    def test_is_due_by_what_opened_it(self, reason, days):
        case = cases.open_case(factories.centre(), opened_for=reason, by=None, now=NOW)
        assert case.due_on == DAY + days * A_DAY


class TestCarrying:
    @pytest.fixture
    def centre(self, people):
        """Verified with checks that last 3, 12 and any number of months."""
        for slug, months in (("phone", 3), ("entity", 12), ("seen", None)):
            required(slug=slug, months=months)
        centre = factories.centre()
        approved(centre, people)
        return centre

    def reopened(self, centre, *, now=NOW, **facts):
        return cases.open_case(centre, by=None, now=now, **facts)

    def test_brings_what_still_holds(self, centre):
        case = self.reopened(centre, now=at(datetime.date(2026, 6, 3)))

        assert titles(case) == ["Entity", "Seen"]
        for check in case.checks.all():
            assert check.carried_from.verification.state == "approved"
            assert check.recorded_at == check.carried_from.recorded_at
        assert cases.changed_checks(case) == []

    def test_for_a_lapse_looks_sixty_days_ahead(self, centre):
        day = datetime.date(2026, 4, 3)  # sixty days before 2 June
        case = self.reopened(centre, opened_for="lapsing", now=at(day))
        assert "Phone" in titles(case)
        do(case, ("cancel", factories.person("root")))

        case = self.reopened(centre, opened_for="lapsing", now=at(day + A_DAY))

        assert titles(case) == ["Entity", "Seen"]

    @pytest.mark.parametrize(
        "changes",
        [
            {"is_retired": True},
            {"months": 6},  # a pass that did not lapse does not say when it does
            {"has_own_date": True},
            {"purpose": "listed"},
            {"country": "US"},
        ],
        ids=str,
    )
    def test_leaves_out_what_is_asked_otherwise_now(self, changes, centre):
        Criterion.objects.filter(slug="seen").update(**changes)
        assert titles(self.reopened(centre)) == ["Entity", "Phone"]

    def test_leaves_out_what_need_no_longer_not_apply(self, people):
        required(slug="phone")
        criterion = required(slug="detox", may_not_apply=True)
        case = cases.open_case(factories.centre(), by=people.ruth, now=NOW)
        do(case, ("take", people.ruth))
        passed(case, criterion, by=people.ruth, outcome="not_applicable")
        passed(case, Criterion.objects.get(slug="phone"), by=people.ruth)
        do(case, ("submit", people.ruth), ("approve", people.alan))
        Criterion.objects.filter(slug="detox").update(may_not_apply=False)

        assert titles(self.reopened(case.centre)) == ["Phone"]

    def test_brings_nothing_of_another_purpose(self, centre):
        assert titles(self.reopened(centre, purpose="listed")) == []

    def test_brings_nothing_from_a_rejected_case(self, people):
        required()
        case = do(sent(factories.centre(), people), ("reject", people.alan))
        assert titles(self.reopened(case.centre)) == []


class TestRecording:
    @pytest.fixture
    def case(self, people):
        required(slug="phone", months=3)
        case = cases.open_case(factories.centre(), by=people.ruth, now=NOW)
        return do(case, ("take", people.ruth))

    @property
    def phone(self):
        return Criterion.objects.get(slug="phone")

    def test_says_who_when_and_until(self, case, people):
        check = passed(case, self.phone, by=people.ruth, captured_on=DAY - A_DAY)

        assert (check.checked_by, check.checked_on, check.title) == (people.ruth, DAY, "Phone")
        assert check.expires_on == datetime.date(2026, 6, 1)
        event = case.events.last()
        assert (event.action, event.version) == ("check", 3)
        assert event.detail["check"]["outcome"] == "passed"
        assert event.detail["before"] is None

    def test_again_keeps_what_was_said_before(self, case, people):
        passed(case, self.phone, by=people.ruth)
        passed(case, self.phone, by=people.ruth, outcome="failed", note="No answer.")

        assert case.checks.get().outcome == "failed"
        detail = case.events.last().detail
        assert (detail["before"]["outcome"], detail["check"]["note"]) == ("passed", "No answer.")

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("captured_on", DAY + A_DAY),
            ("captured_on", None),
            ("link", "javascript:alert(1)"),
            ("link", "ftp://example.org/a"),
            ("outcome", "maybe"),
            ("outcome", ""),
            ("method", "hearsay"),
            ("note", ""),
            ("public_note", "x" * 301),
        ],
    )
    def test_of_nonsense_is_refused_with_a_sentence(self, field, value, case, people):
        with pytest.raises(ValidationError) as caught:
            passed(case, self.phone, by=people.ruth, **{field: value})

        assert all(str(message) for message in caught.value.messages)
        case.refresh_from_db()
        assert (case.version, case.checks.count()) == (2, 0)

    def test_of_a_date_of_its_own_needs_it(self, case, people):
        criterion = required(slug="accreditation", has_own_date=True)
        with pytest.raises(ValidationError, match="Give the date"):
            passed(case, criterion, by=people.ruth)
        with pytest.raises(ValidationError):
            passed(case, criterion, by=people.ruth, expires_on=DAY - A_DAY)

        check = passed(case, criterion, by=people.ruth, expires_on=DAY + A_DAY)
        assert check.expires_on == DAY + A_DAY

    @pytest.mark.parametrize(
        "facts", [{"country": "US"}, {"purpose": "listed"}, {"is_retired": True}]
    )
    def test_of_what_is_not_asked_is_refused(self, facts, case, people):
        with pytest.raises(workflow.NotPossible):
            passed(case, required(**facts), by=people.ruth)

    @pytest.mark.parametrize("who", ["rob", "alan", "root", "mona", "audrey", "nobody"])
    def test_is_for_whoever_has_the_case(self, who, case, people):
        with pytest.raises(workflow.NotAllowed):
            passed(case, self.phone, by=getattr(people, who))
        assert not case.checks.exists()


class TestTakingTheNext:
    def test_is_what_is_due_first(self, people):
        late, soon = (
            cases.open_case(factories.centre(), by=None, now=NOW, due_on=DAY + days * A_DAY)
            for days in (9, 3)
        )
        assert cases.take_next(by=people.ruth, now=NOW) == soon
        assert cases.take_next(by=people.rob, now=NOW) == late
        assert cases.take_next(by=people.rob, now=NOW) is None

    @pytest.mark.parametrize("who", ["mona", "audrey", "nobody"])
    def test_is_refused_to_those_who_may_not(self, who, people):
        cases.open_case(factories.centre(), by=None, now=NOW)
        with pytest.raises(workflow.NotAllowed):
            cases.take_next(by=getattr(people, who), now=NOW)


class TestChangedFacts:
    LATER = at(DAY + A_DAY)

    @pytest.fixture
    def centre(self, people):
        required(slug="phone", months=3)
        required(slug="entity", months=12)
        centre = factories.centre()
        case = cases.open_case(centre, by=people.ruth, now=NOW)
        do(case, ("take", people.ruth))
        passed(case, Criterion.objects.get(slug="phone"), by=people.ruth, facts=["phones"])
        passed(case, Criterion.objects.get(slug="entity"), by=people.ruth)
        do(case, ("submit", people.ruth), ("approve", people.alan))
        return centre

    def change(self, centre, *, fact="phones", now=LATER):
        centre.provenance.filter(fact=fact).delete()
        factories.provenance(centre, fact=fact, recorded_at=now)
        return cases.reopen_changed([centre.pk], now=now)

    def test_open_a_case_without_their_checks(self, centre):
        [case] = self.change(centre)

        assert (case.opened_for, case.opener) == ("changed-fact", None)
        assert case.note == "Changed since it was checked: Phone."
        assert titles(case) == ["Entity"]
        assert cases.reopen_changed([centre.pk], now=self.LATER) == []

    def test_that_no_check_vouches_for_open_none(self, centre):
        assert self.change(centre, fact="beds") == []

    def test_of_a_centre_that_is_not_verified_open_none(self, centre):
        assert self.change(centre, now=at(datetime.date(2027, 1, 1))) == []

    def test_take_their_checks_out_of_an_open_case(self, centre, people):
        case = do(sent(centre, people, now=at(DAY, 13)))
        assert titles(case) == ["Entity", "Phone"]

        assert self.change(centre) == [case]

        case.refresh_from_db()
        assert (case.state, titles(case)) == ("in_review", ["Entity"])
        assert case.events.last().action == "fact-changed"

    def test_take_out_a_check_that_only_the_open_case_has(self, centre, people):
        required(slug="name")
        case = cases.open_case(centre, by=people.ruth, now=at(DAY, 13))
        do(case, ("take", people.ruth))
        name = Criterion.objects.get(slug="name")
        passed(case, name, by=people.ruth, now=at(DAY, 14), facts=["name"])

        assert self.change(centre, fact="name") == [case]

        assert titles(case) == ["Entity", "Phone"]

    def test_wait_while_a_case_of_another_purpose_is_open(self, centre, people):
        other = cases.open_case(centre, purpose="listed", by=people.ruth, now=NOW)
        assert self.change(centre) == []
        do(other, ("cancel", people.alan))

        [case] = cases.open_due_cases(now=self.LATER)
        assert case.opened_for == "changed-fact"

    def test_that_are_checked_anew_stand(self, centre, people):
        [case] = self.change(centre)
        do(case, ("take", people.ruth), now=self.LATER)
        phone = Criterion.objects.get(slug="phone")
        passed(case, phone, by=people.ruth, now=at(DAY + A_DAY, 13), facts=["phones"])
        do(case, ("submit", people.ruth), ("approve", people.alan), now=at(DAY + A_DAY, 14))

        assert cases.reopen_changed([centre.pk], now=at(DAY + A_DAY, 15)) == []

    def test_while_it_was_decided_are_seen_afterwards(self, centre, people):
        """Whoever changed it began before the approval, and came to write after it."""
        case = sent(centre, people, now=at(DAY, 13))
        changed = at(DAY, 14)
        do(case, ("approve", people.alan), now=at(DAY, 15))

        [again] = self.change(centre, now=changed)

        assert titles(again) == ["Entity"]


class TestDueCases:
    UNTIL = datetime.date(2026, 6, 2)

    @pytest.fixture
    def centre(self, people):
        required(slug="phone", months=3)
        centre = factories.centre()
        approved(centre, people)
        return centre

    def opened(self, days_before, hour=12):
        return cases.open_due_cases(now=at(self.UNTIL - days_before * A_DAY, hour))

    def cancel(self, case, people):
        do(case, ("cancel", people.alan), now=case.opened_at)

    @pytest.mark.parametrize("hour", [0, 12, 23])
    def test_are_opened_sixty_thirty_and_seven_days_before(self, hour, centre, people):
        days = []
        for left in range(70, -3, -1):
            found = self.opened(left, hour)
            assert self.opened(left, hour) == [], "safe to repeat"
            for case in found:
                days.append(left)
                assert (case.opened_for, case.due_on) == ("lapsing", self.UNTIL)
                assert case.note == "The verification lapses on 2 June 2026."
                self.cancel(case, people)
        assert days == [60, 30, 7]

    def test_that_stay_open_are_not_doubled(self, centre):
        assert len(self.opened(60)) == 1
        assert [self.opened(days) for days in (30, 7, 0)] == [[], [], []]

    def test_of_a_command_that_was_not_run_are_opened_late(self, centre):
        assert self.opened(3)[0].due_on == self.UNTIL

    def test_of_a_short_renewal_are_opened_again(self, centre, people):
        """What was approved without the phone asked anew lapses as soon as before."""
        [case] = self.opened(1)
        now = at(self.UNTIL)
        do(case, ("take", people.ruth), now=now)
        phone = Criterion.objects.get(slug="phone")
        captured = datetime.date(2026, 3, 6)
        passed(case, phone, by=people.ruth, now=now, captured_on=captured)
        do(case, ("submit", people.ruth), ("approve", people.alan), now=now)
        centre.refresh_from_db()
        assert centre.verified_until == datetime.date(2026, 6, 6)

        assert len(cases.open_due_cases(now=at(self.UNTIL + A_DAY))) == 1

    @pytest.mark.parametrize(
        ("captured", "until"),
        [("2023-11-29", "2024-02-29"), ("2024-02-29", "2024-05-29"), ("2025-12-29", "2026-03-29")],
    )
    def test_cross_leap_days_and_changes_of_the_clock(self, captured, until, people):
        required(slug="phone", months=3)
        first = datetime.date.fromisoformat(captured)
        last = datetime.date.fromisoformat(until)
        centre = factories.centre()
        approved(centre, people, now=at(first))
        assert Centre.objects.get(pk=centre.pk).verified_until == last

        for notice in (60, 30, 7):
            day = last - notice * A_DAY
            assert cases.open_due_cases(now=at(day - A_DAY, 23, 59)) == []
            [case] = cases.open_due_cases(now=at(day, 0, 0))
            self.cancel(case, people)
        assert Centre.objects.verified(now=at(last, 23, 59)).exists()
        assert not Centre.objects.verified(now=at(last + A_DAY, 0, 0)).exists()

    def test_are_of_verified_centres_only(self, centre, people):
        lapsed = self.opened(-1)
        Centre.objects.filter(pk=centre.pk).update(status="suspended")
        assert (lapsed, self.opened(30)) == ([], [])
