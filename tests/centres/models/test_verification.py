"""What constraints keep of cases, events, checks and documents; the guards are in test_guards."""

import datetime

import pytest

from centres.models import Check, EvidenceFile, State, Verification, VerificationEvent
from tests import factories

from .rules import WRITES, cases, checks_of, lift_guards, refused, uniques_of

pytestmark = pytest.mark.django_db

DAY = datetime.date(2025, 6, 1)
A_DAY = datetime.timedelta(days=1)
AT = datetime.datetime(2025, 6, 1, 12, tzinfo=datetime.UTC)


def with_people(facts):
    """The facts, with whoever is named in them: users are made in the test's own database."""
    people = ("opener", "reviewer", "decided_by", "revoked_by", "checked_by")
    return {
        name: factories.person(value) if name in people and value else value
        for name, value in facts.items()
    }


def kept(row):
    """{field: value} of a row as the database has it."""
    row.refresh_from_db()
    return {field.name: getattr(row, field.name) for field in row._meta.fields}


class TestVerification:
    HELD = {"state": "in_review", "reviewer": "ruth"}
    DECIDED = {"decided_at": AT, "decided_by": "alan"}
    DATES = {"valid_from": DAY, "valid_until": DAY}
    APPROVED = {"state": "approved", "reviewer": "ruth", **DECIDED, **DATES}
    REJECTED = {"state": "rejected", **DECIDED, "reason": "The address is a mailbox."}
    REVOKED = {"revoked_at": AT, "revoked_by": "amy", "revoked_reason": "It has moved."}
    BROKEN = {
        "centres_verification_purpose_is_known": [{"purpose": "trusted"}, {"purpose": ""}],
        "centres_verification_state_is_known": [{**APPROVED, "state": "done"}, {"state": ""}],
        "centres_verification_opened_for_is_known": [{"opened_for": "fun"}, {"opened_for": ""}],
        "centres_verification_decided_at_and_by": [
            {**REJECTED, "decided_by": None},
            {"decided_by": "alan"},
        ],
        "centres_verification_revoked_at_and_by": [
            {**APPROVED, **REVOKED, "revoked_by": None},
            {**APPROVED, "revoked_by": "amy"},
        ],
        "centres_verification_valid_from_and_until": [
            {**APPROVED, "valid_until": None},
            {"valid_until": DAY},
        ],
        "centres_verification_decided_when_it_is_closed": [
            {"state": "rejected", "reason": "It is."},
            {"state": "cancelled", "reason": "It is."},
            {**APPROVED, "decided_at": None, "decided_by": None},
            DECIDED,
            {**HELD, **DECIDED},
        ],
        "centres_verification_held_by_its_reviewer": [
            {"reviewer": "ruth"},
            {"state": "in_review"},
            {"state": "awaiting_provider"},
            {"state": "awaiting_approval"},
        ],
        "centres_verification_approver_is_not_the_reviewer": [
            {**APPROVED, "decided_by": "ruth"},
            {**APPROVED, "reviewer": None},
        ],
        "centres_verification_only_approved_has_dates": [
            {**APPROVED, "valid_from": None, "valid_until": None},
            {**REJECTED, **DATES},
            DATES,
        ],
        "centres_verification_valid_until_is_not_before_from": [
            {**APPROVED, "valid_until": DAY - A_DAY},
        ],
        "centres_verification_refusal_has_a_reason": [
            {**REJECTED, "reason": ""},
            {**REJECTED, "state": "cancelled", "reason": ""},
        ],
        "centres_verification_revoked_has_a_reason": [
            {**APPROVED, **REVOKED, "revoked_reason": ""},
            {**APPROVED, "revoked_reason": "It has moved."},
            {**REJECTED, **REVOKED},
        ],
    }
    #: Rules that say part of the same, and may be the one to refuse.
    OVERLAPPING = {
        "centres_verification_state_is_known": (
            "centres_verification_held_by_its_reviewer",
            "centres_verification_only_approved_has_dates",
            "centres_verification_decided_when_it_is_closed",
        ),
        "centres_verification_valid_from_and_until": (
            "centres_verification_only_approved_has_dates",
        ),
        "centres_verification_decided_at_and_by": (
            "centres_verification_decided_when_it_is_closed",
        ),
        "centres_verification_decided_when_it_is_closed": (
            "centres_verification_approver_is_not_the_reviewer",
        ),
    }
    LEGAL = {
        "of_each_purpose": [{"purpose": "listed"}, {"purpose": "claimed"}],
        "queued": [{"state": "queued", "reviewer": None}],
        "held": [HELD, {**HELD, "state": "awaiting_provider"}],
        "sent": [{**HELD, "state": "awaiting_approval"}],
        "approved": [APPROVED, {**APPROVED, "valid_until": DAY + A_DAY}],
        "rejected": [REJECTED, {**REJECTED, "reviewer": "ruth"}],
        "cancelled": [{**REJECTED, "state": "cancelled"}],
        "decided_by_the_reviewer_where_it_is_a_refusal": [{**REJECTED, "reviewer": "alan"}],
        "revoked": [{**APPROVED, **REVOKED}, {**APPROVED, **REVOKED, "revoked_by": "alan"}],
        "opened_by_a_command": [{"opener": None, "opened_for": "lapsing"}],
    }

    @staticmethod
    def case(**facts):
        return Verification.objects.create(
            centre=facts.pop("centre", None) or factories.centre(), due_on=DAY, **facts
        )

    def test_every_rule_is_proved_here(self):
        assert set(self.BROKEN) == checks_of(Verification)
        assert uniques_of(Verification) == {"centres_verification_one_open_case_a_centre"}

    @WRITES
    @pytest.mark.parametrize(("constraint", "facts"), cases(BROKEN))
    def test_a_row_cannot_be_made_to_break_a_rule(self, write, constraint, facts):
        case, facts = self.case(), with_people(facts)

        with refused(constraint, *self.OVERLAPPING.get(constraint, ())):
            write(case, facts)

    @pytest.mark.parametrize(("constraint", "facts"), cases(BROKEN))
    def test_a_row_that_breaks_a_rule_cannot_be_created(self, constraint, facts):
        with refused(constraint, *self.OVERLAPPING.get(constraint, ())):
            self.case(**with_people(facts))

    @WRITES
    @pytest.mark.parametrize(("words", "facts"), cases(LEGAL))
    def test_its_neighbour_is_accepted(self, write, words, facts):
        case, facts = self.case(), with_people(facts)
        lift_guards("centres_verification")

        write(case, facts)

        assert kept(case).items() >= facts.items()

    @WRITES
    @pytest.mark.parametrize("state", ["queued", "in_review", "awaiting_approval"])
    def test_a_second_open_case_is_refused(self, write, state):
        centre, ruth = factories.centre(), factories.person("ruth")
        lift_guards("centres_verification")
        self.case(centre=centre, state=state, reviewer=None if state == "queued" else ruth)
        closed = self.case(centre=centre, **with_people(self.REJECTED))

        with refused("centres_verification_one_open_case_a_centre"):
            self.case(centre=centre)
        with refused("centres_verification_one_open_case_a_centre"):
            facts = {"state": "queued", "decided_at": None, "decided_by": None, "reason": ""}
            write(closed, facts)

    def test_another_centre_or_a_closed_case_is_in_nobodys_way(self):
        centre = factories.centre()
        lift_guards("centres_verification")
        for facts in (self.REJECTED, self.REJECTED, self.APPROVED, {}):
            self.case(centre=centre, **with_people(facts))
        self.case()

        assert Verification.objects.open().count() == 2


class TestVerificationEvent:
    BROKEN = {
        "centres_verificationevent_from_is_known": [{"from_state": "somewhere"}],
        "centres_verificationevent_to_is_known": [{"to_state": "somewhere"}, {"to_state": ""}],
        "centres_verificationevent_has_an_action": [{"action": ""}],
    }
    LEGAL = {
        "opening": [{"action": "open", "from_state": "", "to_state": "queued"}],
        "a_step": [{"action": "take", "from_state": "queued", "to_state": "in_review"}],
    }

    @staticmethod
    def event(case, **facts):
        facts = {"action": "open", "to_state": "queued", "version": case.version, **facts}
        return VerificationEvent.objects.create(verification=case, happened_at=AT, **facts)

    def test_every_rule_is_proved_here(self):
        assert set(self.BROKEN) == checks_of(VerificationEvent)
        assert uniques_of(VerificationEvent) == {"centres_verificationevent_one_a_version"}

    @WRITES
    @pytest.mark.parametrize(("constraint", "facts"), cases(BROKEN))
    def test_a_row_cannot_be_made_to_break_a_rule(self, write, constraint, facts):
        event = self.event(TestVerification.case())

        with refused(constraint):
            write(event, facts)

    @WRITES
    @pytest.mark.parametrize(("words", "facts"), cases(LEGAL))
    def test_its_neighbour_is_accepted(self, write, words, facts):
        event = self.event(TestVerification.case())
        lift_guards("centres_verificationevent")

        write(event, facts)

        assert kept(event).items() >= facts.items()

    def test_a_version_has_one_event(self):
        case, other = TestVerification.case(), TestVerification.case()
        self.event(case)
        self.event(other)

        with refused(
            "centres_verificationevent_one_a_version", "centres_verificationevent_is_not_replaced"
        ):
            self.event(case)


class TestCheck:
    PASSED = {"outcome": "passed", "note": "", "link": "", "register_reference": "", "file": None}
    BROKEN = {
        "centres_check_outcome_is_known": [{"outcome": "maybe"}, {"outcome": ""}],
        "centres_check_method_is_known": [{"method": "hearsay"}, {"method": ""}],
        "centres_check_pass_has_evidence": [PASSED],
        "centres_check_other_outcome_has_a_note": [
            {**PASSED, "outcome": "failed", "link": "https://example.org/"},
            {**PASSED, "outcome": "not_applicable"},
        ],
        "centres_check_link_is_a_web_address": [
            {"link": "javascript:alert(1)"},
            {"link": "ftp://example.org/"},
            {"link": " https://example.org/"},
            {"link": "//example.org/"},
        ],
        "centres_check_evidence_is_not_of_a_day_to_come": [{"captured_on": DAY + A_DAY}],
        "centres_check_expires_after_it_was_captured": [{"expires_on": DAY - A_DAY}],
    }
    LEGAL = {
        "a_link": [{**PASSED, "link": "https://example.org/"}, {**PASSED, "link": "http://a.b/"}],
        "a_reference": [{**PASSED, "register_reference": "1-100"}],
        "a_note": [{**PASSED, "note": "Rang and asked."}],
        "another_outcome": [{**PASSED, "outcome": "failed", "note": "No answer."}],
        "not_applicable": [{**PASSED, "outcome": "not_applicable", "note": "No detox."}],
        "of_the_same_day": [{"captured_on": DAY}, {"captured_on": DAY - 1000 * A_DAY}],
        "lapsing": [{"expires_on": DAY}, {"expires_on": None}],
    }

    @staticmethod
    def check(**facts):
        case, ruth = TestVerification.case(), factories.person("ruth")
        Verification.objects.filter(pk=case.pk).update(
            version=2, state=State.IN_REVIEW, reviewer=ruth
        )
        criterion = factories.criterion()
        facts = {"outcome": "passed", "method": "phone", "note": "Seen.", **facts}
        return Check.objects.create(
            verification=case,
            criterion=criterion,
            title=criterion.title,
            captured_on=DAY,
            checked_on=DAY,
            checked_by=ruth,
            **facts,
        )

    def test_every_rule_is_proved_here(self):
        assert set(self.BROKEN) == checks_of(Check)
        assert uniques_of(Check) == {"centres_check_one_a_criterion"}

    @WRITES
    @pytest.mark.parametrize(("constraint", "facts"), cases(BROKEN))
    def test_a_row_cannot_be_made_to_break_a_rule(self, write, constraint, facts):
        check = self.check()

        with refused(constraint):
            write(check, facts)

    @WRITES
    @pytest.mark.parametrize(("words", "facts"), cases(LEGAL))
    def test_its_neighbour_is_accepted(self, write, words, facts):
        check = self.check()

        write(check, facts)

        assert kept(check).items() >= facts.items()

    @WRITES
    def test_a_file_alone_is_evidence(self, write):
        check, ruth = self.check(), factories.person("ruth")
        document = EvidenceFile.objects.create(name="a.pdf", sha256="0" * 64, size=1, added_by=ruth)

        write(check, {"note": "", "file": document})

        assert kept(check)["file"] == document

    def test_a_criterion_has_one_check_a_case(self):
        check = self.check()
        check.pk = None
        check._state.adding = True

        with refused("centres_check_one_a_criterion"):
            check.save()


class TestEvidenceFile:
    BROKEN = {
        "centres_evidencefile_has_a_hash": [{"sha256": ""}],
        "centres_evidencefile_has_a_name": [{"name": ""}],
    }

    def test_every_rule_is_proved_here(self):
        assert set(self.BROKEN) == checks_of(EvidenceFile)
        assert uniques_of(EvidenceFile) == set()

    @WRITES
    @pytest.mark.parametrize(("constraint", "facts"), cases(BROKEN))
    def test_a_row_cannot_be_made_to_break_a_rule(self, write, constraint, facts):
        said = {"name": "a.pdf", "sha256": "0" * 64, "size": 1}
        document = EvidenceFile.objects.create(added_by=factories.person("ruth"), **said)

        with refused(constraint):
            write(document, facts)
        with refused(constraint):
            EvidenceFile.objects.create(added_by=factories.person("ruth"), **{**said, **facts})
