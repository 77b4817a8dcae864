"""Proposals of any shape: an approved one is what a direct edit makes; nonsense is refused."""

import datetime
import math
from threading import Barrier, Thread

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from centres.changes import KINDS, all_held, rows_of
from centres.models import AuditEntry, Centre, Proposal, Provenance, Term
from centres.proposals import approve, propose
from centres.workflow import Overtaken, Refused
from tests import factories

from .admin.conftest import shown
from .changing import added, change

NOW = datetime.datetime(2025, 6, 10, 12, tzinfo=datetime.UTC)
DAY = datetime.date(2025, 6, 9)
KNOWN = {"how_known": "phone", "as_of": "2025-06-09"}
SLUGS = ("alcohol", "ketamine", "cannabis")
LANGUAGES = ("english", "polish")

texts = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=12)
numbers = st.one_of(st.none(), st.integers(0, 400))
#: Field: values to type; what a form would refuse is refused alike of both.
CENTRE = {
    "name": texts,
    "town": texts,
    "about": texts,
    "status": st.sampled_from(["listed", "suspended", "closed", "draft", "withdrawn"]),
    "beds": numbers,
    "precision": st.sampled_from(["", "exact", "withheld"]),
    "rating": st.sampled_from(["", "Good"]),
    "rating_on": st.sampled_from([None, "2025-06-01"]),
    "closed_on": st.sampled_from([None, "2025-06-01"]),
    "registration": st.sampled_from(["unknown", "registered", "not-required"]),
    "registration_reason": texts,
    "languages": st.sets(st.sampled_from(LANGUAGES)).map(sorted),
}
PROGRAMME = {
    "name": texts,
    "level": st.sampled_from(["", "residential", "home-detox"]),
    "length_min_days": numbers,
    "length_max_days": numbers,
    "open_ended": st.booleans(),
    "price": numbers,
    "currency": st.sampled_from(["", "GBP"]),
    "price_on": st.sampled_from([None, "2025-06-01"]),
    "substances": st.sets(st.sampled_from(SLUGS)).map(sorted),
    "age_min": numbers,
    "age_max": numbers,
}
PHONE = {
    "number": st.sampled_from(["01632 960555", "+441632960777", "116 123", "12", "nonsense", ""]),
    "label": texts,
    "answered_by": st.sampled_from(["centre", "third-party"]),
}


def some(fields):
    """A few of the fields, each with a value."""
    return st.fixed_dictionaries({}, optional=fields)


def a_centre():
    for slug in SLUGS:
        factories.term("substance", slug)
    for slug in LANGUAGES:
        factories.term("language", slug)
    centre = factories.centre(name="Oak House", languages=["polish"])
    factories.phone(centre, number="+441632960001")
    factories.programme(centre, substances=["alcohol"], length_min_days=28)
    return centre


def contents(centre):
    """What its rows hold, in their order, without their keys."""
    return [(kind, all_held(kind, row)) for (kind, _), row in rows_of(centre).items()]


def typed(centre, of_centre, of_phone, of_programme, new):
    """The same changes as a browser would post them."""
    keys = {(term.kind, term.slug): term.pk for term in Term.objects.all()}
    kinds = {"languages": "language", "substances": "substance"}
    post = {}
    said = [("", of_centre), ("phones-0-", of_phone), ("programmes-0-", of_programme)]
    if new is not None:
        post |= {"phones-TOTAL_FORMS": "2", "phones-1-position": "0"}
        said.append(("phones-1-", {"answered_by": "unknown", **new}))
    for prefix, values in said:
        for name, value in values.items():
            if name in kinds:
                value = [keys[kinds[name], slug] for slug in value]
            post[prefix + name] = "" if value is None else value
    return post


def posted(client, centre, values):
    """Post the form as a browser would, where an unchecked box is not sent at all."""
    url = f"/admin/centres/centre/{centre.pk}/change/"
    data = {**shown(client.get(url)), **KNOWN, **values}
    return client.post(url, {name: value for name, value in data.items() if value is not False})


@pytest.mark.django_db
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    of_centre=some(CENTRE),
    of_phone=some(PHONE),
    of_programme=some(PROGRAMME),
    new=st.none() | st.fixed_dictionaries(PHONE),
)
def test_an_approved_proposal_makes_what_a_direct_edit_makes(
    client, of_centre, of_phone, of_programme, new
):
    rita, ada = factories.member("rita", "Researcher"), factories.member("ada", "Approver")
    proposed, edited = a_centre(), a_centre()
    before = contents(edited)
    client.force_login(ada)
    saved = posted(client, edited, typed(edited, of_centre, of_phone, of_programme, new))

    phone, programme = proposed.phones.get(), proposed.programmes.get()
    changes = [change(proposed, name, value) for name, value in of_centre.items()]
    changes += [change(phone, name, value) for name, value in of_phone.items()]
    changes += [change(programme, name, value) for name, value in of_programme.items()]
    changes += [added("phone", **new)] if new else []
    try:
        facts = {"by": rita, "method": "phone", "as_of": DAY, "now": NOW}
        approve(propose(proposed, changes, **facts), by=ada, now=NOW)
        refused = ""
    except Refused as refusal:
        refused = str(refusal)

    if saved.status_code == 200:
        assert refused
    assert contents(proposed) == contents(edited), refused
    if refused:
        assert contents(proposed) == before
        return
    own = Provenance.objects.filter(centre=proposed).values_list("fact", flat=True)
    assert set(own) == set(Provenance.objects.filter(centre=edited).values_list("fact", flat=True))


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = sorted({name for _, fields in KINDS.values() for name in fields} | {"", "slug", "uuid"})


@pytest.fixture
def oak(db):
    return a_centre()


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.data(),
    kind=st.sampled_from([*KINDS, "provider"]) | json,
    field=st.sampled_from(FIELDS) | json,
    value=json,
    whole=json,
)
def test_nonsense_is_refused_in_a_sentence_and_changes_nothing(
    oak, data, kind, field, value, whole
):
    facts = {
        "by": factories.member("rita", "Researcher"),
        "method": "phone",
        "as_of": DAY,
        "now": NOW,
    }
    before = contents(oak)
    keys = [key for _, key in rows_of(oak)]
    nonsense = {
        "object": kind,
        "id": data.draw(st.sampled_from(keys) | json),
        "field": field,
        "from": data.draw(st.none() | json),
        "to": value,
    }

    said = []
    for changes in ([nonsense], whole, [nonsense, whole]):
        try:
            propose(oak, changes, **facts)
        except Refused as refusal:
            said.append(str(refusal))
    assert all(said)
    assert contents(oak) == before


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, 10**400, 2**31, 2**63, "\x00", "\ud800", True, {"a": 1}, ["x"], b"x"],
    ids=repr,
)
@pytest.mark.parametrize(
    "field", ["beds", "latitude", "name", "provider", "rating_on", "languages"]
)
@pytest.mark.django_db
def test_a_value_no_column_keeps_is_refused(field, value):
    centre = factories.centre(languages=["polish"])
    facts = {
        "by": factories.member("rita", "Researcher"),
        "method": "phone",
        "as_of": DAY,
        "now": NOW,
    }

    with pytest.raises(Refused):
        propose(centre, [change(centre, field, value)], **facts)
    assert not Proposal.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_approve_at_once_one_wins_and_the_other_is_told():
    centre = factories.centre(town="Leeds")
    rita = factories.member("rita", "Researcher")
    approvers = [factories.member(name, "Approver") for name in ("ada", "alan")]
    facts = {"by": rita, "method": "phone", "as_of": DAY, "now": NOW}
    proposal = propose(centre, [change(centre, "town", "York")], **facts)
    together, told = Barrier(2), []

    def decide(person):
        seen = Proposal.objects.get(pk=proposal.pk)
        together.wait()
        try:
            approve(seen, by=person, now=NOW)
            told.append("approved")
        except Overtaken as refusal:
            told.append(str(refusal))
        finally:
            connection.close()

    _at_once(decide, approvers)

    assert sorted(told)[-1] == "approved"
    assert sorted(told)[0].startswith("Approved and applied by a")
    assert AuditEntry.objects.filter(kind="centre", act="changed").count() == 1
    assert Centre.objects.get().town == "York"


@pytest.mark.django_db(transaction=True)
def test_of_two_proposals_for_one_field_the_second_is_stale():
    centre = factories.centre(town="Leeds")
    rita = factories.member("rita", "Researcher")
    ada = factories.member("ada", "Approver")
    facts = {"by": rita, "method": "phone", "as_of": DAY, "now": NOW}
    wanted = [propose(centre, [change(centre, "town", to)], **facts) for to in ("York", "Hull")]
    together, told = Barrier(2), []

    def decide(proposal):
        together.wait()
        try:
            approve(proposal, by=ada, now=NOW)
            told.append("approved")
        except Refused as refusal:
            told.append(type(refusal).__name__)
        finally:
            connection.close()

    _at_once(decide, wanted)

    assert sorted(told) == ["Stale", "approved"]
    assert Proposal.objects.pending().count() == 1


def _at_once(target, each):
    threads = [Thread(target=target, args=[one]) for one in each]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
