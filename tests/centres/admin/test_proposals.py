"""Who may not change a centre proposes, on the same forms; a page shows it and somebody decides."""

import datetime

import pytest
from django.urls import reverse

from centres.changes import all_held, rows_of
from centres.models import (
    AuditEntry,
    Centre,
    Phone,
    Programme,
    Proposal,
    Provenance,
    Verification,
)
from tests import factories

from ..changing import added, change, removed
from .conftest import errors, shown

KNOWN = {"how_known": "phone", "as_of": "2025-06-01"}
DAY = datetime.date(2025, 6, 1)


class Posting:
    """Somebody at the forms: posts what a form shows, with something typed over it."""

    def __init__(self, client, person):
        self.client, self.person = client, person
        client.force_login(person)

    def page(self, row):
        return self.client.get(address(row))

    def types(self, row, **typed):
        self.client.force_login(self.person)
        return self.client.post(address(row), {**shown(self.page(row)), **typed})

    def adds(self, **typed):
        url = reverse("admin:centres_centre_add")
        return self.client.post(url, {**shown(self.client.get(url)), **typed})

    def decides(self, proposal, step, **typed):
        self.client.force_login(self.person)
        url = reverse(f"admin:centres_proposal_{step}", args=[proposal.pk])
        return self.client.post(url, typed, follow=True)


def address(row):
    return reverse(f"admin:centres_{row._meta.model_name}_change", args=[row.pk])


@pytest.fixture
def rita(client, db):
    return Posting(client, factories.member("rita", "Researcher"))


@pytest.fixture
def ada(client, db):
    return Posting(client, factories.member("ada", "Approver"))


def contents(centre):
    return {key: all_held(key[0], row) for key, row in rows_of(centre).items()}


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_it_works(rita, ada):
    centre = factories.centre(name="Oak House", town="Leeds")
    rita.client.force_login(rita.person)

    response = rita.types(centre, **KNOWN, town="York", seen="Ann on the desk said so.")

    assert errors(response) == {}
    proposal = Proposal.objects.get()
    page = rita.page(centre)
    assert said(page)[0].startswith(
        "Proposed; the page stays as it is until somebody else approves."
    )
    assert address(proposal) in said(page)[0]
    assert proposal.changes == [change(centre, "town", "York")]
    assert (proposal.proposer, proposal.method, proposal.as_of) == (rita.person, "phone", DAY)
    assert proposal.evidence == "Ann on the desk said so."
    assert Centre.objects.get().town == "Leeds"

    ada.decides(proposal, "approve")
    assert Centre.objects.get().town == "York"
    assert Provenance.objects.get().recorded_by == rita.person


def test_a_proposal_holds_what_was_changed_and_nothing_else(rita):
    rita.client.force_login(rita.person)
    alcohol = factories.term("substance", "alcohol")
    centre = factories.centre(languages=["polish"])
    phone, gone = factories.phone(centre), factories.phone(centre)
    programme = factories.programme(centre, name="Stage one")
    before = contents(centre)

    response = rita.types(
        centre,
        **KNOWN,
        languages=[],
        **{
            "status": "suspended",
            "phones-0-label": "desk",
            "phones-1-DELETE": "on",
            "phones-TOTAL_FORMS": "3",
            "phones-2-number": "01632 960777",
            "phones-2-answered_by": "centre",
            "phones-2-position": "0",
            "programmes-0-substances": [alcohol.pk],
            "programmes-0-length_min_days": "28",
            "programmes-TOTAL_FORMS": "2",
            "programmes-1-level": "residential-detox",
            "programmes-1-dual_diagnosis": "unknown",
            "programmes-1-approach": "unknown",
            "programmes-1-medication": "unknown",
        },
    )

    assert errors(response) == {}
    found = Proposal.objects.get().changes
    expected = [
        change(centre, "status", "suspended"),
        change(centre, "languages", []),
        change(phone, "label", "desk"),
        removed(gone),
        added("phone", number="+441632960777", answered_by="centre"),
        change(programme, "substances", ["alcohol"]),
        change(programme, "length_min_days", 28),
        added("programme", level="residential-detox"),
    ]
    # PostgreSQL keeps the keys of an object in an order of its own.
    assert sorted(found, key=_in_order) == sorted(expected, key=_in_order)
    assert contents(centre) == before
    assert not Provenance.objects.exists()


def _in_order(one):
    return str(sorted(one.items()))


def test_insurance_is_proposed_on_the_programmes_page(rita, ada):
    programme = factories.programme(factories.centre())
    factories.insurance(programme, insurer="Acme")
    rita.client.force_login(rita.person)

    response = rita.types(
        programme,
        **KNOWN,
        price="9000",
        currency="GBP",
        price_on="2025-06-01",
        **{"insurance-0-standing": "not-accepted"},
    )

    assert errors(response) == {}
    assert programme.insurance.get().standing == "recognised"
    ada.decides(Proposal.objects.get(), "approve")
    programme.refresh_from_db()
    assert (programme.price, programme.insurance.get().standing) == (9000, "not-accepted")
    told = set(Provenance.objects.values_list("programme", "fact"))
    assert told == {(programme.pk, "price"), (programme.pk, "insurance")}


@pytest.mark.parametrize("missing", ["how_known", "as_of"])
@pytest.mark.parametrize(("field", "typed"), [("town", "York"), ("status", "suspended")])
def test_whatever_is_proposed_says_how_it_is_known(rita, field, typed, missing):
    rita.client.force_login(rita.person)

    found = errors(rita.types(factories.centre(), **{**KNOWN, field: typed, missing: ""}))

    assert missing in found
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"latitude": "91", "longitude": "0"}, "latitude"),
        ({"registration": "registered"}, "registration_number"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"status": "draft"}, "status"),
        ({"town": "York", "seen_at": "javascript:alert(1)"}, "seen_at"),
    ],
)
def test_the_rules_of_the_form_hold_for_a_proposal(rita, typed, field):
    rita.client.force_login(rita.person)

    assert field in errors(rita.types(factories.centre(), **KNOWN, **typed))
    assert not Proposal.objects.exists()


def test_nothing_changed_is_nothing_proposed(rita):
    rita.client.force_login(rita.person)
    centre = factories.centre()

    rita.types(centre, **KNOWN)

    assert said(rita.page(centre)) == ["You changed nothing, so nothing is proposed."]
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("field", ["verified_until", "advertiser_until", "slug", "source", "uuid"])
def test_what_nobody_types_is_not_proposed_either(rita, field):
    rita.client.force_login(rita.person)

    rita.types(factories.centre(), **KNOWN, **{field: "2999-01-01"})

    assert not Proposal.objects.exists()


def test_a_new_centre_of_a_researcher_is_a_draft_with_a_case(rita):
    rita.client.force_login(rita.person)
    typed = {"name": "Oak House", "country": "GB", "town": "Leeds"}

    assert "status" in errors(rita.adds(**KNOWN, **typed, status="listed"))
    assert errors(rita.adds(**KNOWN, **typed, status="draft")) == {}

    centre, case = Centre.objects.get(), Verification.objects.get()
    assert centre.status == "draft"
    assert (case.centre, case.opened_for, case.opener) == (centre, "new-listing", rita.person)
    assert AuditEntry.objects.filter(kind="centre", act="added", centre_id=centre.pk).exists()
    assert not Proposal.objects.exists()


def test_an_approver_changes_at_once_and_the_audit_keeps_both_values(ada):
    ada.client.force_login(ada.person)
    centre = factories.centre(town="Leeds", languages=["polish"])
    phone, gone = factories.phone(centre), factories.phone(centre)
    programme = factories.programme(centre)

    response = ada.types(
        centre,
        **KNOWN,
        town="York",
        languages=[],
        **{"phones-0-label": "desk", "phones-1-DELETE": "on", "programmes-0-name": "One"},
    )

    assert errors(response) == {}
    assert Centre.objects.get().town == "York"
    written = AuditEntry.objects.exclude(act="saw")
    entries = {(e.kind, e.row_id): (e.act, e.changes) for e in written}
    number = gone.number
    assert entries == {
        ("centre", f"{centre.pk}"): (
            "changed",
            {"town": ["Leeds", "York"], "languages": [["polish"], []]},
        ),
        ("phone", f"{phone.pk}"): ("changed", {"label": ["", "desk"]}),
        ("phone", f"{gone.pk}"): (
            "deleted",
            {
                "number": [number, None], "label": ["", None],
                "answered_by": ["unknown", None], "position": [0, None],
            },
        ),
        ("programme", f"{programme.pk}"): ("changed", {"name": ["", "One"]}),
    }  # fmt: skip
    assert not Proposal.objects.exists()
    assert Phone.objects.get() == phone


def test_a_page_shows_the_difference_in_words(rita, ada):
    factories.term("language", "polish", label="Polish")
    programme = factories.programme(factories.centre(town="Leeds"), name="Stage one", level="")
    centre = programme.centre
    rita.client.force_login(rita.person)
    rita.types(
        centre, **KNOWN, town="York", languages=[factories.term("language", "polish").pk],
        **{"programmes-0-level": "residential-detox"},
    )  # fmt: skip
    Centre.objects.update(town="Hull")

    ada.client.force_login(ada.person)
    page = ada.page(Proposal.objects.get())
    html = page.content.decode()

    lines = {
        line.label: (line.was, line.now, line.would_be)
        for part in page.context["parts"]
        for line in part.lines
    }
    assert lines == {
        "Town": ("Leeds", "Hull", "York"),
        "Languages": ("not given", "", "Polish"),
        "Level of care": ("not given", "", "Residential detox"),
    }
    assert "Hull: changed since it was proposed" in html
    assert "Asked by telephone" in html
    assert "<style" not in html
    assert "unsafe" not in page["Content-Security-Policy"]


def test_a_stale_proposal_is_refused_in_words_and_changes_nothing(rita, ada):
    centre = factories.centre(town="Leeds")
    proposal = factories.proposal(centre, proposer=rita.person)
    Centre.objects.update(town="Hull")

    response = ada.decides(proposal, "approve")

    assert said(response) == [
        "The town was “Leeds” when this was proposed, and is “Hull” now. Nothing changed."
    ]
    assert Centre.objects.get().town == "Hull"


def test_rejecting_needs_a_reason_and_a_decision_is_final(rita, ada):
    proposal = factories.proposal(factories.centre(), proposer=rita.person)

    assert said(ada.decides(proposal, "reject")) == ["Give the reason."]
    ada.decides(proposal, "reject", reason="The site says otherwise.")
    again = ada.decides(proposal, "approve")

    assert "Rejected by ada" in said(again)[0]
    assert "The site says otherwise." in again.content.decode()
    assert Centre.objects.get().town == ""


def test_nobody_else_decides(rita, ada, client):
    proposal = factories.proposal(factories.centre(), proposer=rita.person)
    url = reverse("admin:centres_proposal_approve", args=[proposal.pk])

    assert "You may not" in said(rita.decides(proposal, "approve"))[0]
    assert "Only whoever proposed it" in said(ada.decides(proposal, "withdraw"))[0]
    assert client.get(url).status_code == 405
    client.logout()
    assert "/login/" in client.post(url)["Location"]
    proposal.refresh_from_db()
    assert (proposal.state, Centre.objects.get().town) == ("pending", "")
    assert AuditEntry.objects.filter(act="refused").count() == 2


def test_a_forged_id_is_not_found(ada):
    url = reverse("admin:centres_proposal_approve", args=[987654])
    ada.client.force_login(ada.person)

    assert ada.client.post(url).status_code == 404


@pytest.mark.parametrize(
    ("who", "buttons"), [("rita", ["withdraw"]), ("ada", ["approve", "reject"])]
)
def test_each_is_offered_their_own_steps(request, rita, ada, who, buttons):
    proposal = factories.proposal(factories.centre(), proposer=rita.person)
    person = request.getfixturevalue(who)
    person.client.force_login(person.person)

    html = person.page(proposal).content.decode()

    steps = ("approve", "reject", "withdraw")
    assert [step for step in steps if f"/{proposal.pk}/{step}/" in html] == buttons


def test_what_waits_comes_first_and_is_named_on_the_centres_page(ada):
    ada.client.force_login(ada.person)
    centre = factories.centre(name="Oak House")
    factories.proposal(centre)
    decided = {"decided_by": ada.person, "decided_at": "2025-06-02T00:00:00Z"}
    factories.proposal(centre, state="approved", **decided)
    url = reverse("admin:centres_proposal_changelist")

    def count(query=""):
        return ada.client.get(url + query).context["cl"].result_count

    assert (count(), count("?state=approved"), count("?state=all")) == (1, 1, 2)
    assert count("?state=no-such") == 0
    html = ada.page(centre).content.decode()
    assert "Changes that wait for a decision" in html
    assert html.count("/proposal/") == 1


def test_a_programme_of_a_researchers_own_draft_is_added_with_it(rita):
    rita.client.force_login(rita.person)
    typed = {
        "name": "Oak House", "country": "GB", "status": "draft",
        "programmes-TOTAL_FORMS": "1", "programmes-0-level": "residential",
        "programmes-0-dual_diagnosis": "unknown", "programmes-0-approach": "unknown",
        "programmes-0-medication": "unknown",
    }  # fmt: skip

    assert errors(rita.adds(**KNOWN, **typed)) == {}
    assert Programme.objects.get().centre.name == "Oak House"


def test_somebody_who_may_only_look_is_refused(client, db):
    for role in ("Auditor", "Advertising manager"):
        person = Posting(client, factories.member(role.split()[0].lower(), role))
        centre = factories.centre()

        assert client.post(address(centre), {**KNOWN, "town": "York"}).status_code == 403
        assert "How do you know?" not in person.page(centre).content.decode()
    assert not Proposal.objects.exists()
