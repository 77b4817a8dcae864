"""Each guard of cases and checks broken on purpose, in SQL, with its nearest neighbour."""

from centres.models import Verification
from tests import factories

from .statements import (
    AT,
    FIRST,
    LAST,
    LATER,
    NO_ADVERT,
    UNMARKED,
    approval,
    approved,
    breaks,
    carried,
    check,
    delete,
    demo_centre,
    held,
    insert,
    person,
    queued,
    refusal,
    revocation,
    run,
    sent,
    step,
    update,
    verified,
)


@breaks("centres_verification_begins_in_the_queue")
def of_the_first_state():
    centre, ruth = factories.centre(), factories.person("ruth")
    case = {"centre": centre, "due_on": FIRST}
    yield insert(Verification(state="in_review", reviewer=ruth, **case))
    yield insert(Verification(version=2, **case))
    yield [insert(Verification(**case))]


@breaks("centres_verification_moves_by_its_steps")
def of_a_step():
    case, ruth = queued(), person("ruth")
    yield step(case, state="awaiting_approval", reviewer_id=ruth)
    yield refusal(case)
    yield [step(case, state="in_review", reviewer_id=ruth)]


@breaks("centres_verification_counts_its_steps")
def of_the_version():
    case = queued()
    yield update(case, note="Look at the web site.")
    yield update(case, version=3)
    yield update(case, version=0)
    yield [step(case, note="Look at the web site.")]


@breaks("centres_verification_stays_about_one_thing")
def of_what_a_case_is_about():
    case = queued()
    yield step(case, centre_id=factories.centre().pk)
    yield step(case, purpose="listed")
    yield step(case, opened_for="lapsing")
    yield step(case, opened_at=AT)
    yield step(case, opener_id=person("ruth"))
    yield step(case, id=case.pk + 1000)
    yield [step(case, due_on=LAST, note="Look at the web site.")]


@breaks("centres_verification_approved_stands")
def of_what_was_approved():
    case, revoked = approved(), approved()
    run(revocation(revoked))
    yield step(case, valid_until=LATER)
    yield step(case, valid_from="2025-12-31")
    yield step(case, decided_by_id=person("amy"))
    yield step(case, decided_at="2026-02-02 12:00:00")
    yield step(case, reviewer_id=person("rob"))
    yield step(case, note="Never mind.")
    yield step(revoked, revoked_reason="It has closed.")
    yield step(revoked, revoked_at=None, revoked_by_id=None, revoked_reason="")
    yield [revocation(case)]


@breaks("centres_verification_refused_stands")
def of_what_was_refused():
    case, cancelled = queued(), queued()
    run(step(case, state="in_review", reviewer_id=person("ruth")), refusal(case))
    run(refusal(cancelled, "cancelled"))
    yield step(case, reason="Nobody answered.")
    yield step(case, decided_by_id=person("amy"))
    yield step(cancelled, reason="Nobody answered.")
    again = {"state": "queued", "reviewer_id": None, "reason": ""}
    yield [step(case, decided_at=None, decided_by_id=None, **again)]


@breaks("centres_verification_is_not_deleted")
def of_deleting_a_case():
    yield delete(queued())
    yield delete(factories.approved(factories.centre(), FIRST, LAST))
    yield [delete(queued(demo_centre()))]


def answered(criterion, **facts):
    """A case sent for approval that answers `criterion`, and passed another besides."""
    case = held(purpose=criterion.purpose)
    run(insert(check(case)), insert(check(case, criterion, **facts)))
    run(step(case, state="awaiting_approval"))
    return case


@breaks("centres_verification_approved_meets_every_criterion")
def of_a_criterion_that_is_not_met():
    asked = {"is_required": True, "months": 12}
    criterion = factories.criterion(may_not_apply=True, **asked)
    listed = factories.criterion(purpose="listed", **asked)
    met = answered(criterion, expires_on=LAST)
    yield approval(sent())
    yield approval(answered(criterion, outcome="failed"))
    yield approval(answered(listed, outcome="not_applicable"))
    yield approval(met, valid_until=LATER)
    factories.criterion(country="US", **asked)
    factories.criterion(is_retired=True, **asked)
    yield [approval(met), approval(answered(criterion, outcome="not_applicable"))]


@breaks("centres_verification_approved_on_evidence")
def of_no_evidence():
    yield approval(sent(checks=0))
    yield approval(sent(outcome="failed"))
    yield approval(sent(outcome="not_applicable"))
    yield [approval(sent())]


@breaks("centres_verification_approved_on_what_stands")
def of_a_check_carried_from_a_revoked_case():
    pending = []
    for _ in range(2):
        first = approved()
        case = held(first.centre)
        run(insert(carried(case, first.checks.get())), step(case, state="awaiting_approval"))
        pending.append((first, case))
    (revoked, tainted), (_, sound) = pending
    run(revocation(revoked))
    yield approval(tainted)
    yield [approval(sound)]


@breaks("centres_verification_approved_by_another")
def of_approving_ones_own_check():
    case = sent(checked_by=factories.person("amy"))
    yield approval(case, by="amy")
    yield [approval(case, by="alan")]


@breaks("centres_verification_revoked_ends_the_mark")
def of_a_mark_that_outlives_its_case():
    centre = verified()
    case = centre.verifications.get()
    yield revocation(case)
    yield [update(centre, **UNMARKED), revocation(case)]


@breaks("centres_verification_revoked_ends_the_advert")
def of_an_advert_that_outlives_its_case():
    centre = verified()
    factories.advertise(centre, FIRST, LAST)
    case = centre.verifications.get(purpose="advertiser")
    yield revocation(case)
    yield [update(centre, **NO_ADVERT), revocation(case)]


@breaks("centres_check_is_made_in_review")
def of_a_check_outside_review():
    yield insert(check(queued()))
    yield insert(check(sent()))
    yield insert(check(approved()))
    first = approved()
    asked = held()
    run(step(asked, state="awaiting_provider"))
    carrying = insert(carried(queued(first.centre), first.checks.get()))
    yield [insert(check(held())), insert(check(asked)), carrying]


@breaks("centres_check_is_changed_in_review")
def of_changing_a_check():
    case, other = held(), held()
    run(insert(check(case)))
    mine = case.checks.get()
    yield update(sent().checks.get(), note="Or so they say.")
    yield update(approved().checks.get(), note="Or so they say.")
    yield update(mine, verification_id=other.pk)
    yield update(mine, criterion_id=factories.criterion().pk)
    yield update(mine, id=mine.pk + 1000)
    yield [update(mine, note="Or so they say.")]


@breaks("centres_check_is_taken_back_before_approval")
def of_taking_a_check_back():
    yield delete(sent().checks.get())
    yield delete(approved().checks.get())
    case = held()
    run(insert(check(case)))
    yield [delete(case.checks.get()), delete(sent(demo_centre()).checks.get())]


def forgeries(original):
    """{facts}: what a carried check might say that the original does not."""
    yield {"criterion": factories.criterion()}
    yield {"outcome": "failed"}
    yield {"checked_by": factories.person("rob")}
    yield {"captured_on": "2026-01-02", "checked_on": "2026-01-02"}
    yield {"checked_on": "2026-01-02"}
    yield {"expires_on": LAST}
    yield {"note": "Or so they say."}
    yield {"link": "https://example.org/"}
    yield {"register_reference": "1-100"}
    yield {"method": "visit"}
    yield {"title": "Something else"}


@breaks("centres_check_carried_is_genuine_insert")
def of_forging_a_carried_check():
    first = approved()
    original, case = first.checks.get(), queued(first.centre)
    for facts in forgeries(original):
        yield insert(carried(case, original, **facts))
    yield insert(carried(queued(), original))
    yield insert(carried(held(), sent().checks.get()))
    yield [insert(carried(case, original))]


@breaks("centres_check_carried_is_genuine_update")
def of_changing_a_carried_check():
    first = approved()
    case = held(first.centre)
    run(insert(carried(case, first.checks.get())))
    mine = case.checks.get()
    yield update(mine, note="Or so they say.")
    yield update(mine, expires_on=LAST)
    yield update(mine, checked_by_id=person("rob"))
    yield [update(mine, note="Seen again.", carried_from_id=None)]


@breaks("centres_check_answers_a_criterion_of_its_case")
def of_a_criterion_of_another_case():
    case = held()
    yield insert(check(case, factories.criterion(country="US")))
    yield insert(check(case, factories.criterion(purpose="listed")))
    yield [insert(check(case, factories.criterion()))]


@breaks("centres_check_that_lapses_says_when_insert")
def of_a_pass_without_an_end():
    case, lapses = held(), factories.criterion(months=3)
    yield insert(check(case, lapses))
    yield insert(check(case, factories.criterion(has_own_date=True)))
    failed = insert(check(held(), lapses, outcome="failed"))
    yield [insert(check(case, lapses, expires_on=LAST)), failed]


@breaks("centres_check_that_lapses_says_when_update")
def of_taking_the_end_of_a_pass_away():
    case = held()
    run(insert(check(case, factories.criterion(months=3), expires_on=LAST)))
    yield update(case.checks.get(), expires_on=None)
    yield [update(case.checks.get(), expires_on=LATER)]
