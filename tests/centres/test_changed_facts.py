"""The whole loop: a fact that a check vouched for changes, in any way, and is checked again."""

import datetime

import pytest
from django.utils import timezone

from centres.cases import open_case
from centres.imports.apply import apply_entries
from centres.imports.listing import Entries, Listing
from centres.models import Centre, OpenedFor, Provenance, State, Verification
from centres.proposals import approve, propose, reject
from tests import factories

from .admin.conftest import errors, shown
from .cast import A_DAY, cast, do, passed, required
from .changing import change

pytestmark = pytest.mark.django_db
#: The forms take the day from the clock, so this does too.
NOW = timezone.now()
TODAY = timezone.localdate(NOW)


@pytest.fixture
def people(db):
    return cast()


@pytest.fixture
def phone(db):
    return required(slug="phone", title="Phone", facts=["phones"], months=12)


@pytest.fixture
def address(db):
    return required(slug="address", title="Address", facts=["address"], months=12)


@pytest.fixture
def centre(people, phone, address):
    """A verified centre of a register, whose checks vouch for its telephone and its address."""
    row = factories.centre(
        name="Oak House",
        town="Leeds",
        regulator="cqc",
        registration="registered",
        registration_number="1-1",
    )
    factories.phone(row, number="+441632960001")
    before = NOW - 10 * A_DAY
    case = do(open_case(row, by=people.ruth, now=before), ("take", people.ruth), now=before)
    for criterion in (phone, address):
        passed(case, criterion, by=people.ruth, now=before, facts=criterion.facts)
    do(case, ("submit", people.ruth), ("approve", people.alan), now=before)
    row.refresh_from_db()
    return row


def by_proposal(centre, people, client):
    changes = [change(centre.phones.get(), "number", "01632 960555")]
    facts = {"method": "phone", "as_of": TODAY, "now": NOW}
    proposal = propose(centre, changes, by=people.rob, **facts)
    approve(proposal, by=people.amy, now=NOW)


def by_hand(centre, people, client):
    client.force_login(people.amy)
    url = f"/admin/centres/centre/{centre.pk}/change/"
    typed = {"phones-0-number": "01632 960555", "how_known": "phone"}
    assert errors(client.post(url, {**shown(client.get(url)), **typed})) == {}


def by_import(centre, people, client):
    source = factories.source()
    for day, number in ((TODAY - datetime.timedelta(days=1), "001"), (TODAY, "555")):
        facts = {
            "name": "Oak House",
            "phones": [{"number": f"+441632960{number}", "label": ""}],
            "registration": {
                "registration": "registered", "regulator": "cqc", "number": "1-1", "url": "",
            },
        }  # fmt: skip
        entries = Entries([Listing("1-1", 1, "GB", facts, {})], [], frozenset(facts))
        apply_entries(entries, source=source, method="register", as_of=day, now=NOW,
                      progress=lambda *_: None)  # fmt: skip


WAYS = pytest.mark.parametrize("way", [by_proposal, by_hand, by_import])


@WAYS
def test_the_mark_stands_and_a_case_lacks_just_that_check(way, centre, address, people, client):
    before = (centre.verified_from, centre.verified_until)

    way(centre, people, client)

    row = Centre.objects.get()
    assert row.phones.get().number == "+441632960555"
    assert (row.verified_from, row.verified_until) == before
    assert row.is_verified(now=NOW)
    case = Verification.objects.open().get()
    assert (case.opened_for, case.state) == (OpenedFor.CHANGED_FACT, State.QUEUED)
    assert case.note == "Changed since it was checked: Phone."
    carried = case.checks.get()
    assert carried.criterion == address
    assert carried.carried_from is not None


@WAYS
def test_checked_again_it_is_vouched_for_anew_and_no_case_follows(
    way, centre, phone, people, client
):
    way(centre, people, client)
    later = timezone.now() + datetime.timedelta(minutes=5)
    case = do(Verification.objects.open().get(), ("take", people.ruth), now=later)
    passed(case, phone, by=people.ruth, now=later, facts=phone.facts)
    do(case, ("submit", people.ruth), ("approve", people.alan), now=later)

    entry = Provenance.objects.get(fact="phones")
    assert (entry.recorded_by, entry.recorded_at) == (people.ruth, later)
    assert not Verification.objects.open().exists()


@WAYS
def test_a_case_sent_for_approval_comes_back(way, centre, address, people, client):
    before = NOW - A_DAY
    case = open_case(centre, by=people.ruth, now=before)
    case = do(case, ("take", people.ruth), ("submit", people.ruth), now=before)

    way(centre, people, client)

    case.refresh_from_db()
    assert case.state == State.IN_REVIEW
    assert [check.criterion for check in case.checks.all()] == [address]
    assert case.events.last().action == "fact-changed"


def test_a_fact_nothing_vouched_for_opens_no_case(centre, people):
    changes = [change(centre, "website", "https://example.org")]
    proposal = propose(centre, changes, by=people.rob, method="website", as_of=TODAY, now=NOW)

    approve(proposal, by=people.amy, now=NOW)

    assert not Verification.objects.open().exists()


def test_a_rejected_change_opens_no_case(centre, people):
    changes = [change(centre, "town", "York")]
    proposal = propose(centre, changes, by=people.rob, method="phone", as_of=TODAY, now=NOW)

    reject(proposal, by=people.amy, reason="No.", now=NOW)

    assert not Verification.objects.open().exists()
