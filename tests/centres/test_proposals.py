"""A change that waits for a second person: nothing moves before, everything or nothing after."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from centres.changes import all_held, rows_of
from centres.models import AuditEntry, Centre, Origin, Phone, Programme, Proposal, Provenance
from centres.proposals import Stale, approve, propose, reject, steps_for, withdraw
from centres.workflow import NotAllowed, NotPossible, Overtaken, ReasonOwed
from tests import factories

from .changing import added, change, removed

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2025, 6, 10, 12, tzinfo=datetime.UTC)
DAY = datetime.date(2025, 6, 9)


@pytest.fixture
def rita():
    return factories.member("rita", "Researcher")


@pytest.fixture
def ada():
    return factories.member("ada", "Approver")


def proposed(centre, *changes, by, **facts):
    facts = {"method": "phone", "as_of": DAY, "evidence": "Asked the desk.", "now": NOW, **facts}
    return propose(centre, list(changes), by=by, **facts)


def contents(centre):
    return {key: all_held(key[0], row) for key, row in rows_of(centre).items()}


def test_it_works(rita, ada):
    centre = factories.centre(name="Oak House", town="Leeds")

    proposal = proposed(centre, change(centre, "town", "York"), by=rita)
    centre.refresh_from_db()
    assert centre.town == "Leeds"
    approve(proposal, by=ada, now=NOW)

    centre.refresh_from_db()
    proposal.refresh_from_db()
    assert centre.town == "York"
    assert (proposal.state, proposal.decided_by, proposal.decided_at) == ("approved", ada, NOW)
    entry = Provenance.objects.get()
    told = (entry.fact, entry.source.slug, entry.method, entry.as_of, entry.recorded_by)
    assert told == ("address", "research-team", "phone", DAY, rita)
    audited = AuditEntry.objects.get(act="changed")
    assert (audited.person, audited.changes) == ("ada", {"town": ["Leeds", "York"]})


def test_everything_a_centre_has_can_be_proposed(rita, ada):
    factories.term("language", "polish")
    for slug in ("alcohol", "ketamine"):
        factories.term("substance", slug)
    centre = factories.centre(provider=factories.provider())
    other = factories.provider(legal_name="Another Ltd")
    kept, gone = factories.phone(centre), factories.phone(centre)
    stage = factories.programme(centre, substances=["alcohol"])
    dropped = factories.programme(centre, name="Dropped")
    plan = {"insurer": "Acme", "plan": "", "standing": "recognised", "as_of": "2025-06-01"}

    proposal = proposed(
        centre,
        change(centre, "languages", ["polish"]),
        change(centre, "provider", other.pk),
        change(centre, "beds", 12),
        change(kept, "answered_by", "third-party"),
        removed(gone),
        added("phone", number="01632 960777", label="admissions"),
        change(stage, "substances", ["ketamine", "alcohol"]),
        change(stage, "length_min_days", 28),
        change(stage, "insurance", [plan]),
        removed(dropped),
        added("programme", level="home-detox", detoxes=["alcohol"]),
        by=rita,
    )
    approve(proposal, by=ada, now=NOW)

    centre = Centre.objects.get()
    assert (centre.provider, centre.beds) == (other, 12)
    assert [term.slug for term in centre.languages.all()] == ["polish"]
    numbers = {phone.number: (phone.answered_by, phone.label) for phone in Phone.objects.all()}
    assert numbers == {
        kept.number: ("third-party", ""),
        "+441632960777": ("unknown", "admissions"),
    }
    first, second = Programme.objects.order_by("pk")
    assert {term.slug for term in first.substances.all()} == {"alcohol", "ketamine"}
    assert (first.length_min_days, first.insurance.get().insurer) == (28, "Acme")
    assert (second.level, second.detoxes.get().slug) == ("home-detox", "alcohol")
    told = {(entry.programme_id, entry.fact) for entry in Provenance.objects.all()}
    assert told == {
        (None, "languages"), (None, "provider"), (None, "beds"), (None, "phones"),
        (first.pk, "substances"), (first.pk, "length"), (first.pk, "insurance"),
        (second.pk, "level"), (second.pk, "detoxes"),
    }  # fmt: skip
    acts = sorted((entry.kind, entry.act) for entry in AuditEntry.objects.all())
    assert acts == [
        ("centre", "changed"), ("phone", "added"), ("phone", "changed"), ("phone", "deleted"),
        ("programme", "added"), ("programme", "changed"), ("programme", "deleted"),
        ("proposal", "added"), ("proposal", "decided"),
    ]  # fmt: skip


def test_who_proposes_does_not_decide(ada):
    centre = factories.centre()
    proposal = proposed(centre, change(centre, "town", "York"), by=ada)

    with pytest.raises(NotAllowed, match="somebody else decides"):
        approve(proposal, by=ada, now=NOW)
    with pytest.raises(NotAllowed, match="somebody else decides"):
        reject(proposal, by=ada, reason="No", now=NOW)

    assert Centre.objects.get().town == ""
    assert [entry.note.split(":")[0] for entry in AuditEntry.objects.filter(act="refused")] == [
        "reject",
        "approve",
    ]
    with pytest.raises(IntegrityError, match="approver_is_not_the_proposer"), transaction.atomic():
        Proposal.objects.update(state="approved", decided_by=ada, decided_at=NOW)


def test_only_an_approver_decides_and_only_the_team_proposes(rita, ada):
    centre = factories.centre()
    wanted = change(centre, "town", "York")
    other = factories.member("rolf", "Researcher")

    for person in (
        factories.member("olga", "Auditor"),
        factories.member("sam", "Advertising manager"),
    ):
        with pytest.raises(NotAllowed):
            proposed(centre, wanted, by=person)
    with pytest.raises(NotAllowed):
        proposed(centre, wanted, by=None)
    proposal = proposed(centre, wanted, by=rita)
    for person in (rita, other):
        with pytest.raises(NotAllowed):
            approve(proposal, by=person, now=NOW)
    with pytest.raises(NotAllowed):
        withdraw(proposal, by=ada, now=NOW)
    assert [steps_for(proposal, by=person) for person in (rita, other, ada)] == [
        ["withdraw"],
        [],
        ["approve", "reject"],
    ]


def test_a_request_from_outside_waits_for_anybody_who_may_approve(ada):
    centre = factories.centre()
    facts = {"origin": Origin.PUBLIC, "method": "website"}
    proposal = proposed(centre, change(centre, "town", "York"), by=None, **facts)

    approve(proposal, by=ada, now=NOW)

    assert Provenance.objects.get().recorded_by == ada


def test_a_proposal_is_decided_once(rita, ada):
    centre = factories.centre()
    proposal = proposed(centre, change(centre, "town", "York"), by=rita)

    with pytest.raises(ReasonOwed):
        reject(proposal, by=ada, reason=" ", now=NOW)
    reject(proposal, by=ada, reason="Not what the site says.", now=NOW)

    for decide in (
        lambda: approve(proposal, by=ada, now=NOW),
        lambda: reject(proposal, by=ada, reason="No", now=NOW),
        lambda: withdraw(proposal, by=rita, now=NOW),
    ):
        with pytest.raises(Overtaken, match="Rejected by ada, 10 June 2025"):
            decide()
    with pytest.raises(IntegrityError, match="decided_stands"), transaction.atomic():
        Proposal.objects.update(state="pending", decided_by=None, decided_at=None)
    assert Centre.objects.get().town == ""


def test_whoever_proposed_takes_it_back(rita):
    centre = factories.centre()
    proposal = proposed(centre, change(centre, "town", "York"), by=rita)

    withdraw(proposal, by=rita, now=NOW)

    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == ("withdrawn", rita)


def test_what_has_moved_since_is_named_with_both_values(rita, ada):
    centre = factories.centre(town="Leeds", status="listed", languages=["polish"])
    programme = factories.programme(centre, name="Stage one", price=100, currency="GBP",
                                    price_on=DAY)  # fmt: skip
    proposal = proposed(
        centre,
        change(centre, "town", "York"),
        change(centre, "status", "suspended"),
        change(programme, "price", 200),
        by=rita,
    )
    Centre.objects.update(town="Hull")
    Programme.objects.update(price=150)

    with pytest.raises(Stale) as refusal:
        approve(proposal, by=ada, now=NOW)

    assert str(refusal.value) == (
        "The town was “Leeds” when this was proposed, and is “Hull” now. "
        "The price of Stage one was “100” when this was proposed, and is “150” now. "
        "Nothing changed."
    )
    centre.refresh_from_db()
    proposal.refresh_from_db()
    assert (centre.town, centre.status, proposal.state) == ("Hull", "listed", "pending")
    assert not Provenance.objects.exists()


def test_a_row_that_has_gone_is_not_changed(rita, ada):
    centre = factories.centre()
    phone = factories.phone(centre)
    proposal = proposed(centre, change(phone, "label", "desk"), by=rita)
    phone.delete()

    with pytest.raises(Stale, match="no longer there"):
        approve(proposal, by=ada, now=NOW)


def test_a_row_that_changed_is_not_removed(rita, ada):
    centre = factories.centre()
    programme = factories.programme(centre)
    proposal = proposed(centre, removed(programme), by=rita)
    programme.substances.add(factories.term("substance", "alcohol"))

    with pytest.raises(Stale, match=r"substances of .* was “not given”.* is “Alcohol” now"):
        approve(proposal, by=ada, now=NOW)
    assert Programme.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("status", "draft", "does not become a draft again"),
        ("status", "closed", "the day it closed"),
        ("status", "withdrawn", "a decision with a reason"),
        ("status", "verified", "not a valid choice"),
        ("name", "", "cannot be blank"),
        ("name", "  ", "cannot be blank"),
        ("name", "x" * 201, "at most 200"),
        ("website", "javascript:alert(1)", "valid URL"),
        ("latitude", 53.1, "both latitude and longitude"),
        ("beds", -1, "no value for the beds"),
        ("provider", 987654, "not a valid choice"),
        ("rating", "Good", "rating and its date"),
        ("registration", "registered", "needs its regulator"),
        ("successor", 987654, "not a valid choice"),
    ],
)
def test_what_breaks_a_rule_is_refused_when_it_is_proposed(rita, field, value, words):
    centre = factories.centre()

    with pytest.raises(NotPossible, match=words):
        proposed(centre, change(centre, field, value), by=rita)
    assert not Proposal.objects.exists()


def test_what_has_come_to_break_a_rule_is_refused_when_it_is_approved(rita, ada):
    centre = factories.centre(regulator="cqc", registration="unknown")
    proposal = proposed(centre, change(centre, "registration_number", "1-23"), by=rita)
    factories.centre(regulator="cqc", registration_number="1-23")

    with pytest.raises(NotPossible, match="Another centre has this regulator and number"):
        approve(proposal, by=ada, now=NOW)


@pytest.mark.parametrize(
    "field",
    ["verified_from", "verified_until", "advertiser_from", "advertiser_until", "uuid", "slug", "id",
     "pk", "source", "checked_on", "created_at", "provenance", "phones", "__class__", "FACTS", 5,
     None, ["name"]],
)  # fmt: skip
def test_what_nobody_types_nobody_proposes(rita, field):
    centre = factories.centre()
    wanted = {"object": "centre", "id": centre.pk, "field": field, "from": None, "to": "x"}

    with pytest.raises(NotPossible):
        proposed(centre, wanted, by=rita)


@pytest.mark.parametrize("field", ["centre", "id", "pk", "provenance"])
def test_nor_of_a_programme_or_a_telephone(rita, field):
    centre, other = factories.centre(), factories.centre()
    for row in (factories.programme(centre), factories.phone(centre)):
        kind = row._meta.model_name
        wanted = {"object": kind, "id": row.pk, "field": field, "from": centre.pk, "to": other.pk}
        with pytest.raises(NotPossible):
            proposed(centre, wanted, by=rita)
    with pytest.raises(NotPossible):
        proposed(centre, added("programme", level="residential", centre=other.pk), by=rita)


def test_rows_of_another_centre_are_out_of_reach(rita):
    centre, other = factories.centre(), factories.centre()
    programme = factories.programme(other)

    with pytest.raises(Stale, match="no longer there"):
        proposed(centre, change(programme, "name", "Mine"), by=rita)
    wanted = {**change(centre, "town", "York"), "id": other.pk}
    with pytest.raises(Stale, match="no longer there"):
        proposed(centre, wanted, by=rita)


@pytest.mark.parametrize("facts", [{"method": "made-up"}, {"method": "gossip"},
                                   {"as_of": datetime.date(2025, 6, 11)}, {"as_of": None},
                                   {"link": "javascript:alert(1)"},
                                   {"link": "ftp://example.org/x"}])  # fmt: skip
def test_evidence_that_is_none_is_refused(rita, facts):
    centre = factories.centre()

    with pytest.raises(ValidationError):
        proposed(centre, change(centre, "town", "York"), by=rita, **facts)
    assert not Proposal.objects.exists()


def test_what_is_the_same_is_no_change(rita):
    centre = factories.centre(town="Leeds")

    for changes in ([], [change(centre, "town", "Leeds")], [change(centre, "town", " Leeds ")]):
        with pytest.raises(NotPossible, match="Nothing would change"):
            proposed(centre, *changes, by=rita)


def test_two_changes_of_one_thing_are_refused(rita):
    centre = factories.centre()
    phone = factories.phone(centre)

    for pair in (
        (change(centre, "town", "York"), change(centre, "town", "Hull")),
        (removed(phone), change(phone, "label", "desk")),
        (removed(phone), removed(phone)),
    ):
        with pytest.raises(NotPossible, match="one thing"):
            proposed(centre, *pair, by=rita)


def test_trying_a_proposal_out_leaves_no_trace(rita):
    centre = factories.centre()
    factories.programme(centre, substances=["alcohol"])
    before = contents(centre)

    proposed(centre, change(centre, "town", "York"), added("phone", number="116 123"), by=rita)
    with pytest.raises(NotPossible):
        proposed(centre, added("phone", number="116 123"), change(centre, "name", ""), by=rita)

    assert contents(centre) == before


def test_a_centre_takes_no_more_programmes_than_the_index_holds(rita):
    centre = factories.centre()
    wanted = [added("programme", level="residential", name=f"{n}") for n in range(64)]

    with pytest.raises(NotPossible, match="at most 63 programmes"):
        proposed(centre, *wanted, by=rita)
    assert proposed(centre, *wanted[:63], by=rita).pk
