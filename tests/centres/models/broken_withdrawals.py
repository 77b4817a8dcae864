"""Each guard of withdrawals broken on purpose, in SQL, with its neighbour."""

from django.utils import timezone

from centres.models import Centre, Withdrawal
from tests import factories

from .statements import AT, breaks, delete, demo_centre, insert, person, update


def _asked(centre, **columns):
    return Withdrawal(centre=centre, asked_for_by="The manager", reason="They asked.", **columns)


def _decided(centre):
    return _asked(centre, withdrawn_at=timezone.now(), withdrawn_by=factories.person("alan"))


def _ended():
    return {"ended_at": AT, "ended_by_id": person("amy"), "ended_because": "They came back."}


@breaks("centres_centre_is_withdrawn_by_a_decision_insert")
def of_a_centre_born_withdrawn():
    facts = {"name": "Oak", "slug": "oak", "country": "GB", "created_at": timezone.now()}
    yield insert(Centre(status="withdrawn", **facts))
    yield [insert(Centre(status="draft", **facts))]


@breaks("centres_centre_is_withdrawn_by_a_decision_update")
def of_a_centre_withdrawn_by_nobody():
    centre = factories.centre()
    yield update(centre, status="withdrawn")
    Withdrawal.objects.bulk_create([_asked(centre)])
    yield update(centre, status="withdrawn")
    row = centre.withdrawals.get()
    yield [
        update(centre, status="draft"),
        update(row, withdrawn_at=AT, withdrawn_by_id=person("alan")),
        update(centre, status="withdrawn"),
        update(centre, name="Another name"),
    ]


@breaks("centres_centre_withdrawn_stays_so")
def of_a_withdrawn_centre_brought_back():
    centre = factories.centre(status="withdrawn")
    yield update(centre, status="listed")
    yield update(centre, status="closed", closed_on=AT[:10])
    yield [
        update(centre, status="draft"),
        update(centre.withdrawals.get(), **_ended()),
        update(centre, status="listed"),
    ]


@breaks("centres_withdrawal_stands_of_what_nobody_sees_insert")
def of_a_decision_about_a_centre_that_stays_listed():
    centre = factories.centre()
    yield insert(_decided(centre))
    yield [insert(_asked(centre))]


@breaks("centres_withdrawal_stands_of_what_nobody_sees_update")
def of_a_request_granted_while_the_centre_stays_listed():
    centre = factories.centre()
    row = _asked(centre)
    row.save()
    granted = update(row, withdrawn_at=AT, withdrawn_by_id=person("alan"))
    yield granted
    yield [update(centre, status="draft"), granted]


@breaks("centres_withdrawal_ended_lets_go")
def of_a_withdrawal_lifted_from_a_withdrawn_centre():
    centre = factories.centre(status="withdrawn")
    row = centre.withdrawals.get()
    yield update(row, **_ended())
    yield [update(centre, status="draft"), update(row, **_ended())]


@breaks("centres_withdrawal_is_not_rewritten")
def of_a_decision_told_otherwise():
    standing = factories.centre(status="withdrawn").withdrawals.get()
    yield update(standing, reason="Another reason.")
    yield update(standing, withdrawn_by_id=person("amy"))
    yield update(standing, centre_id=factories.centre(status="draft").pk)
    ended = factories.withdraw(factories.centre())
    factories.lift(ended)
    yield update(ended, ended_because="Another reason.")
    yield update(ended, ended_at=None, ended_by_id=None, ended_because="")
    waiting = _asked(factories.centre())
    waiting.save()
    yield [update(waiting, reason="In our words."), update(waiting, **_ended())]


@breaks("centres_withdrawal_is_not_deleted")
def of_a_decision_thrown_away():
    yield delete(factories.centre(status="withdrawn").withdrawals.get())
    demo = demo_centre()
    yield [delete(factories.withdraw(demo))]
