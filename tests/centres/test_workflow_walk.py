"""Whatever is done to it, in whatever order, no centre is verified or an advertiser wrongly."""

import random

import hypothesis.strategies as st
import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from centres.models import Advertisement, Verification
from tests.database import on_postgresql

from .walking import CENTRES, OUTCOMES, PEOPLE, PURPOSES, STEPS, World

#: Walks and what is done in each: 10,000 transitions, refusals not counted. On PostgreSQL one
#: walk: what may differ there, guards and locks, has tests of its own on both. Each step is
#: committed, as it is at work: PostgreSQL keeps every version of a row that one transaction made,
#: and reading past thousands of them takes seconds a statement.
WALKS, TRANSITIONS = 1 if on_postgresql() else 4, 2500
#: What leads on from each state, and who of the team usually does it.
USUAL = {
    "queued": ["take"],
    "in_review": ["submit", "submit", "submit", "ask", "put-back", "hand-back"],
    "awaiting_provider": ["answered", "answered", "put-back"],
    "awaiting_approval": ["approve", "approve", "approve", "approve", "return", "reject", "cancel"],
    "approved": ["revoke"],
    "rejected": ["reopen"],
    "cancelled": ["reopen"],
}
BY_REVIEWER = {"submit", "ask", "put-back", "answered"}
CRITERIA = 6
CHANGES = ("required", "retired", "inapplicable", "months", "own date")


class Walker:
    """Picks what is done next: mostly what would be done at work, sometimes anything at all."""

    def __init__(self, seed):
        self.world, self.rng = World(), random.Random(seed)

    def take_a_step(self, number):
        rng, world = self.rng, self.world
        if number % 150 == 149:
            world.replace_centre(rng.randrange(CENTRES))
        place, chance = rng.randrange(CENTRES), rng.random()
        if chance < 0.04:
            return world.pass_time(rng.choice([1, 1, 1, 2, 5, 10, 30, 70]))
        if chance < 0.06:
            return world.change_fact(place, rng.randrange(4))
        if chance < 0.065:
            return self._change_criterion()
        if chance < 0.10:
            return world.agree(place, rng.randrange(-3, 20), rng.randrange(80))
        if chance < 0.11:
            return world.end(place)
        if chance < 0.115:
            return world.change_status(place, rng.choice(["listed", "listed", "suspended"]))
        if chance < 0.2:
            return self._anything(place)
        return self._usual(place)

    def _change_criterion(self):
        number, how = self.rng.randrange(CRITERIA), self.rng.choice(CHANGES)
        self.world.change_criterion(number, how)
        if how in ("required", "retired") and self.rng.random() < 0.7:
            self.world.change_criterion(number, how)  # mostly soon put right

    def _anything(self, place):
        rng, world = self.rng, self.world
        who = rng.choice(PEOPLE)
        if rng.random() < 0.3:
            return world.open(place, rng.choice(PURPOSES), who)
        if rng.random() < 0.3:
            outcome = rng.choice(OUTCOMES)
            return world.check(
                place,
                rng.randrange(CRITERIA),
                who,
                outcome,
                rng.randrange(-2, 99),
                rng.randrange(-5, 99),
            )
        return world.step(place, rng.choice(STEPS), who, behind=rng.choice([0, 0, 1]))

    def _usual(self, place):
        rng, world = self.rng, self.world
        case = world.case_of(place)
        if case is None or (not case.is_open and rng.random() < 0.8):
            return self._next_case(place, case)
        if case.state == "in_review" and rng.random() < 0.8:
            return self._missing_check(place, case)
        name = rng.choice(USUAL[case.state])
        who = case.reviewer.username if name in BY_REVIEWER else rng.choice(["alan", "amy", "root"])
        if name == "take":
            who = rng.choice(["ruth", "ruth", "rob", "alan"])
        return world.step(place, name, who)

    def _next_case(self, place, last):
        """What is verified applies to advertise, and what may advertise mostly does."""
        rng, world = self.rng, self.world
        approved = last is not None and last.state == "approved" and last.revoked_at is None
        if approved and last.purpose == "advertiser" and rng.random() < 0.6:
            return world.agree(place, rng.choice([0, 0, 0, 5]), rng.randrange(30))
        after = {"verified": "advertiser"} if approved else {}
        usual = after.get(last.purpose, "verified") if last else "verified"
        return world.open(place, rng.choice([usual, usual, *PURPOSES]), "ruth")

    def _missing_check(self, place, case):
        """The next check that the case lacks, or else sent for approval."""
        made = set(case.checks.values_list("criterion_id", flat=True))
        lacking = [
            number
            for number, criterion in enumerate(self.world.criteria)
            if criterion.purpose == case.purpose and criterion.pk not in made
        ]
        if not lacking:
            return self.world.step(place, "submit", case.reviewer.username)
        outcome = self.rng.choice(["passed"] * 12 + ["failed", "not_applicable"])
        age, lasts = self.rng.choice([0, 1, 5, 40]), self.rng.choice([1, 30, 200, 400])
        return self.world.check(place, lacking[0], case.reviewer.username, outcome, age, lasts)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(WALKS))
def test_thousands_of_transitions_break_nothing(seed):
    walker = Walker(seed)
    number, done = 0, walker.world.did
    while sum(done.values()) < TRANSITIONS:
        walker.take_a_step(number)
        number += 1
        if number % 1000 == 0:
            walker.world.look_back()
    walker.world.look_everywhere()

    approved = Verification.objects.filter(state="approved")
    assert approved.filter(purpose="verified").count() > 10
    assert approved.filter(purpose="advertiser").count() > 1
    assert approved.filter(revoked_at__isnull=False).count() > 1
    assert Advertisement.objects.count() > 1
    assert all(done[name] for name in STEPS), done
    assert all(walker.world.refused[name] for name in STEPS), walker.world.refused
    assert all(sentence.strip() for sentence in walker.world.sentences)


PLACES = st.integers(0, 1)


class Machine(RuleBasedStateMachine):
    """The same world, with what is done drawn by hypothesis, which shortens what breaks it."""

    def __init__(self):
        super().__init__()
        self.world = World()

    @rule(place=PLACES, purpose=st.sampled_from(PURPOSES), who=st.sampled_from(PEOPLE[:5]))
    def open(self, place, purpose, who):
        self.world.open(place, purpose, who)

    @rule(
        place=PLACES,
        name=st.sampled_from(STEPS),
        who=st.sampled_from(PEOPLE),
        behind=st.sampled_from([0, 0, 0, 1]),
    )
    def step(self, place, name, who, behind):
        self.world.step(place, name, who, behind)

    @rule(place=PLACES, outcome=st.sampled_from(OUTCOMES), age=st.integers(0, 100))
    def check_everything(self, place, outcome, age):
        """By whoever has the case; in the state that this needs."""
        case = self.world.case_of(place)
        if case is None or case.reviewer is None:
            return
        for number, criterion in enumerate(self.world.criteria):
            if criterion.purpose == case.purpose:
                self.world.check(place, number, case.reviewer.username, outcome, age, 100)

    @rule(place=PLACES, number=st.integers(0, CRITERIA - 1), who=st.sampled_from(PEOPLE))
    def check(self, place, number, who):
        self.world.check(place, number, who, "passed", 0, 30)

    @rule(place=PLACES, who=st.sampled_from(["alan", "amy", "root"]))
    def bring_to_approval(self, place, who):
        """What a day's work comes to: opened, checked, sent, approved by another."""
        for act in ("open", "take", "check", "submit", "approve"):
            if act == "open":
                self.world.open(place, "verified", "ruth")
            elif act == "check":
                self.check_everything(place, "passed", 0)
            else:
                self.world.step(place, act, who if act == "approve" else "ruth")

    @rule(place=PLACES, number=st.integers(0, 3))
    def change_fact(self, place, number):
        self.world.change_fact(place, number)

    @rule(place=PLACES, begins=st.integers(-5, 40), lasts=st.integers(0, 100))
    def agree(self, place, begins, lasts):
        self.world.agree(place, begins, lasts)

    @rule(place=PLACES)
    def end(self, place):
        self.world.end(place)

    @rule(number=st.integers(0, CRITERIA - 1), how=st.sampled_from(CHANGES))
    def change_criterion(self, number, how):
        self.world.change_criterion(number, how)

    @rule(place=PLACES, status=st.sampled_from(["listed", "suspended"]))
    def change_status(self, place, status):
        self.world.change_status(place, status)

    @rule(number=st.integers(1, 100))
    def pass_time(self, number):
        self.world.pass_time(number)

    def teardown(self):
        self.world.look_everywhere()


@pytest.mark.django_db
def test_no_sequence_of_deeds_breaks_anything():
    class Undone(Machine):
        """Every sequence begins in an empty database."""

        def __init__(self):
            self.atomic = transaction.atomic()
            self.atomic.__enter__()
            super().__init__()

        def teardown(self):
            try:
                super().teardown()
            finally:
                transaction.set_rollback(True)
                self.atomic.__exit__(None, None, None)

    run_state_machine_as_test(Undone, settings=settings(max_examples=40, stateful_step_count=50))
