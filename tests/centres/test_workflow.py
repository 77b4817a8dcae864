"""Who may take which step of a case, and what stops them."""

from contextlib import contextmanager

import pytest
from django.db import transaction

from centres import cases, workflow
from centres.models import AuditEntry, Centre, State, Verification
from tests import factories

from .cast import A_DAY, DAY, EVERYONE, NOW, REASON, at, case_in, cast, do, passed, required, sent

pytestmark = pytest.mark.django_db

REVIEWERS = {"ruth", "rob", "alan", "amy", "root"}
APPROVERS = {"alan", "amy", "root"}
#: Who may take a step of a case that ruth reviews and made the checks of.
MAY = {
    "take": REVIEWERS,
    "put-back": {"ruth"},
    "hand-back": APPROVERS,
    "ask": {"ruth"},
    "answered": {"ruth"},
    "submit": {"ruth"},
    "return": APPROVERS,
    "approve": APPROVERS,
    "reject": APPROVERS,
    "cancel": APPROVERS,
    "reopen": APPROVERS,
    "revoke": APPROVERS,
}
FROM = [
    pytest.param(transition.name, source, id=f"{transition.name}-{source}")
    for transition in workflow.TRANSITIONS
    for source in transition.sources
]
OWED = [transition.name for transition in workflow.TRANSITIONS if transition.reason_owed]


@pytest.fixture
def people():
    return cast()


@pytest.fixture(autouse=True)
def criterion():
    return required(months=12)


def cast_again(person):
    """Somebody with the rights they have now: Django keeps those it has looked up."""
    return type(person).objects.get(pk=person.pk)


def trace(case):
    """All that a refusal leaves as it was."""
    centre = Centre.objects.filter(pk=case.centre_id)
    row = Verification.objects.filter(pk=case.pk)
    return row.values().get(), list(case.events.values()), centre.values().get()


def refuse(kind, case, name, *, by, reason=REASON, now=NOW):
    """Take a step that is refused, with a sentence and without a trace; returns the sentence."""
    before = trace(case)
    with pytest.raises(workflow.Refused) as caught:
        workflow.perform(case, name, by=by, now=now, reason=reason)
    assert type(caught.value) is kind, caught.value
    assert trace(case) == before
    sentence = str(caught.value)
    assert sentence.endswith(".")
    return sentence


@contextmanager
def undone():
    """What is done inside is as if it had not been."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class TestRoles:
    def test_the_table_of_rights_is_whole(self):
        assert set(MAY) == set(workflow.BY_NAME)

    @pytest.mark.parametrize(("name", "source"), FROM)
    def test_a_step_is_taken_by_those_who_may_and_refused_to_others(self, name, source, people):
        case = case_in(source, people)
        for who in EVERYONE:
            by = getattr(people, who)
            offered = name in {step.name for step in workflow.steps_for(case, by=by)}
            assert offered == (who in MAY[name]), who
            if who in MAY[name]:
                with undone():
                    moved = workflow.perform(case, name, by=by, now=NOW, reason=REASON)
                    assert moved.state == workflow.BY_NAME[name].target
                    assert not AuditEntry.objects.filter(person=who).exists()
                continue
            refuse(workflow.NotAllowed, case, name, by=by)
            entry = AuditEntry.objects.get(person=who)
            assert (entry.act, entry.centre_id) == ("refused", case.centre_id)
            assert entry.note.startswith(f"{name}: ")

    def test_somebody_who_left_may_do_nothing(self, people):
        case = case_in("awaiting_approval", people)
        people.alan.is_active = False

        refuse(workflow.NotAllowed, case, "approve", by=people.alan)

    @pytest.mark.parametrize("who", ["rob", "alan", "amy", "root"])
    @pytest.mark.parametrize("name", ["put-back", "ask", "submit"])
    def test_a_case_is_worked_on_by_the_one_who_holds_it(self, name, who, people):
        sentence = refuse(
            workflow.NotAllowed, case_in("in_review", people), name, by=getattr(people, who)
        )
        assert sentence == "This case is with ruth."


class TestSteps:
    @pytest.mark.parametrize("source", State.values)
    @pytest.mark.parametrize("name", list(workflow.BY_NAME))
    def test_start_from_their_sources_only(self, name, source, people):
        if source in workflow.BY_NAME[name].sources:
            return
        case = case_in(source, people)

        sentence = refuse(workflow.NotPossible, case, name, by=people.root)

        assert sentence == f"This case is {State(source).label.lower()}."

    @pytest.mark.parametrize("name", ["", "delete", "approved", "APPROVE", "take "])
    def test_that_are_made_up_are_refused(self, name, people):
        sentence = refuse(workflow.NotPossible, case_in("queued", people), name, by=people.root)
        assert sentence == "There is no such step."

    @pytest.mark.parametrize("reason", ["", "  ", "\n\t"])
    @pytest.mark.parametrize("name", OWED)
    def test_owe_a_reason(self, name, reason, people):
        transition = workflow.BY_NAME[name]
        by = people.ruth if transition.permission == workflow.REVIEW else people.alan
        case = case_in(transition.sources[0], people)

        refuse(workflow.ReasonOwed, case, name, by=by, reason=reason)

    def test_that_owe_none_are_as_they_should_be(self):
        assert set(workflow.BY_NAME) - set(OWED) == {
            "take", "put-back", "answered", "submit", "approve",
        }  # fmt: skip

    @pytest.mark.parametrize(("name", "source"), FROM)
    def test_from_a_stale_form_are_refused(self, name, source, people):
        case = case_in(source, people)
        for seen in (case.version - 1, case.version + 1, 0):
            stale = Verification.objects.get(pk=case.pk)
            stale.version = seen
            sentence = (
                refuse(workflow.Overtaken, stale, name, by=people.alan)
                if ("alan" in MAY[name])
                else refuse(workflow.Overtaken, stale, name, by=people.ruth)
            )
            assert "Look at it again before you decide." in sentence

    def test_each_write_one_event(self, people):
        case = case_in("awaiting_approval", people)
        do(case, ("return", people.amy), ("ask", people.ruth), ("answered", people.ruth),
           ("submit", people.ruth), ("approve", people.alan), ("revoke", people.amy))  # fmt: skip

        events = list(case.events.all())
        assert [event.action for event in events] == [
            "open", "take", "check", "submit", "return", "ask", "answered", "submit", "approve",
            "revoke",
        ]  # fmt: skip
        assert [event.version for event in events] == list(range(1, 11))
        assert [event.from_state for event in events[1:]] == [e.to_state for e in events[:-1]]
        assert events[4].reason == REASON
        assert (events[8].person, events[9].person) == (people.alan, people.amy)

    def test_write_who_decided_when_and_why(self, people):
        rejected, cancelled = (case_in(state, people) for state in ("rejected", "cancelled"))

        for case in (rejected, cancelled):
            assert (case.decided_by, case.decided_at, case.reason) == (people.amy, NOW, REASON)

    def test_put_back_a_case_is_anybodys(self, people):
        back = do(case_in("in_review", people), ("put-back", people.ruth))
        assert back.reviewer is None
        assert do(back, ("take", people.rob)).reviewer == people.rob

    def test_taken_from_its_reviewer_a_case_is_anybodys(self, people):
        back = do(case_in("awaiting_provider", people), ("hand-back", people.alan))
        assert back.reviewer is None
        assert do(back, ("take", people.alan)).reviewer == people.alan

    def test_of_sending_need_an_answer_to_every_criterion(self, people, criterion):
        case = cases.open_case(factories.centre(), by=people.ruth, now=NOW)
        do(case, ("take", people.ruth))
        case.refresh_from_db()

        sentence = refuse(workflow.NotPossible, case, "submit", by=people.ruth)
        assert sentence == f"Not yet checked: {criterion.title}."
        passed(case, criterion, by=people.ruth, outcome="failed")

        assert do(case, ("submit", people.ruth)).state == State.AWAITING_APPROVAL


class TestReopening:
    @pytest.mark.parametrize("state", ["rejected", "cancelled"])
    def test_forgets_the_decision_and_keeps_the_checks(self, state, people):
        case = do(case_in(state, people), ("reopen", people.alan))

        assert (case.state, case.reviewer, case.decided_at, case.reason) == (
            "queued",
            None,
            None,
            "",
        )
        assert case.checks.count() == 1

    def test_is_refused_beside_another_open_case(self, people):
        case = case_in("rejected", people)
        other = cases.open_case(case.centre, by=people.rob, now=NOW)

        sentence = refuse(workflow.NotPossible, case, "reopen", by=people.alan)

        assert sentence == f"The centre has an open case already: case {other.pk}."

    @pytest.mark.parametrize("gone", ["closed", "withdrawn"])
    def test_is_refused_of_a_centre_that_has_gone(self, gone, people):
        case = case_in("cancelled", people)
        factories.set_status(case.centre, gone)

        refuse(workflow.NotPossible, case, "reopen", by=people.alan)


class TestTwoPairsOfEyes:
    @pytest.mark.parametrize("who", ["alan", "root"])
    @pytest.mark.parametrize("name", ["approve", "reject"])
    def test_nobody_decides_about_a_case_they_review(self, name, who, people, criterion):
        by = getattr(people, who)
        case = cases.open_case(factories.centre(), by=by, now=NOW)
        do(case, ("take", by))
        passed(case, criterion, by=by)
        case = do(case, ("submit", by))

        sentence = refuse(workflow.NotAllowed, case, name, by=by)

        assert sentence == "You worked on this case, so somebody else decides it."
        assert case not in Verification.objects.awaiting_approval_by(by)
        assert case in Verification.objects.awaiting_approval_by(people.amy)

    def test_nobody_approves_a_check_of_theirs_that_another_sent(self, people, criterion):
        case = cases.open_case(factories.centre(), by=people.alan, now=NOW)
        do(case, ("take", people.alan))
        passed(case, criterion, by=people.alan)
        case = do(case, ("put-back", people.alan), ("take", people.rob), ("submit", people.rob))

        refuse(workflow.NotAllowed, case, "approve", by=people.alan)
        assert case not in Verification.objects.awaiting_approval_by(people.alan)
        assert do(case, ("approve", people.amy)).decided_by == people.amy

    def test_a_check_made_anew_is_anothers_work(self, people, criterion):
        case = cases.open_case(factories.centre(), by=people.alan, now=NOW)
        do(case, ("take", people.alan))
        passed(case, criterion, by=people.alan)
        do(case, ("put-back", people.alan), ("take", people.rob))
        passed(case, criterion, by=people.rob)
        case = do(case, ("submit", people.rob))

        assert do(case, ("approve", people.alan)).decided_by == people.alan

    def test_a_check_carried_over_is_work_of_the_case_before(self, people):
        centre = factories.centre()
        do(sent(centre, people), ("approve", people.alan))
        case = cases.open_case(centre, by=people.rob, now=at(DAY + A_DAY))
        assert case.checks.get().checked_by == people.ruth
        case = do(case, ("take", people.rob), ("submit", people.rob), now=at(DAY + A_DAY))
        people.ruth.groups.set(people.alan.groups.all())  # she has become an approver since
        ruth = cast_again(people.ruth)

        assert do(case, ("approve", ruth), now=at(DAY + A_DAY)).decided_by == ruth
