"""Each role does its whole job through the forms; and what a form is for is all it does."""

import datetime

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from centres.models import (
    Act,
    Advertisement,
    AuditEntry,
    Centre,
    Criterion,
    Phone,
    Programme,
    Proposal,
    Provenance,
    State,
    Verification,
)
from tests import factories
from tests.centres import cast as work

from .auditing import EXPORT, LIST, signed_in, url
from .conftest import errors, shown
from .world import world

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAYS = datetime.timedelta(days=1)
KNOWN = {"how_known": "phone", "as_of": f"{TODAY}"}
FACTS = (Centre, Programme, Phone, Provenance)


def step(client, case, name, **said):
    """Press a button of the case's page."""
    case.refresh_from_db()
    address = reverse("admin:centres_verification_step", args=[case.pk, name])
    return client.post(address, {"version": case.version, **said})


def check(client, case, criterion):
    """Fill in a criterion's form on the case's page."""
    case.refresh_from_db()
    address = reverse("admin:centres_verification_check", args=[case.pk, criterion.pk])
    said = {"outcome": "passed", "method": "phone", "captured_on": f"{TODAY}", "note": "Rang."}
    return client.post(address, {"version": case.version, **said})


def change(client, row, **typed):
    return client.post(url(row), {**shown(client.get(url(row))), **typed})


def rows_of(*models):
    return [list(model.objects.order_by("pk").values()) for model in models]


def verified(**facts):
    since, until = TODAY - 9 * DAYS, TODAY + 90 * DAYS
    return factories.centre(verified_from=since, verified_until=until, **facts)


def test_a_researcher_lists_checks_and_proposes(people):
    ruth, required = signed_in(people.ruth), work.required()
    add = reverse("admin:centres_centre_add")
    typed = {"name": "Oak House", "country": "GB", "town": "Leeds", "status": "draft", **KNOWN}
    assert errors(ruth.post(add, {**shown(ruth.get(add)), **typed})) == {}
    case = Verification.objects.get(centre__name="Oak House")

    taken = ruth.post(reverse("admin:centres_verification_take_next"))
    assert taken["Location"] == case.get_absolute_url()
    assert check(ruth, case, required).status_code == 302
    assert step(ruth, case, "submit").status_code == 302
    case.refresh_from_db()
    assert (case.state, case.reviewer) == (State.AWAITING_APPROVAL, people.ruth)

    listed = factories.centre(town="Leeds")
    assert change(ruth, listed, town="York", seen="On its site.", **KNOWN).status_code == 302
    assert Proposal.objects.get().proposer == people.ruth


def test_an_approver_decides_corrects_and_keeps_the_criteria(people):
    alan, required = signed_in(people.alan), work.required()
    case = work.sent(factories.centre(), people, now=timezone.now())
    assert step(alan, case, "approve").status_code == 302
    assert Centre.objects.get(pk=case.centre_id).is_verified(now=timezone.now())

    centre = factories.centre(town="Leeds")
    proposal = factories.proposal(centre, proposer=people.ruth)
    alan.post(reverse("admin:centres_proposal_approve", args=[proposal.pk]))
    centre.refresh_from_db()
    assert centre.town == "York"

    assert errors(change(alan, centre, town="Hull", **KNOWN)) == {}
    centre.refresh_from_db()
    assert centre.town == "Hull"

    assert errors(change(alan, required, guidance="Ring twice.")) == {}
    assert Criterion.objects.get(pk=required.pk).guidance == "Ring twice."


def test_an_advertising_manager_applies_signs_and_ends(people):
    mona, alder = signed_in(people.mona), verified(name="Alder House")
    work.required(purpose="advertiser")
    choose = reverse("admin:centres_advertisement_choose")
    assert "Alder House" in mona.get(choose, {"q": "alder"}).content.decode()

    mona.post(reverse("admin:centres_advertisement_apply"), {"centre": alder.pk})
    case = Verification.objects.open().get(centre=alder)
    assert (case.purpose, case.opener) == ("advertiser", people.mona)
    ruth, alan = signed_in(people.ruth), signed_in(people.alan)
    step(ruth, case, "take")
    for criterion in Criterion.objects.asked_of(country="GB", purpose="advertiser"):
        check(ruth, case, criterion)
    step(ruth, case, "submit")
    step(alan, case, "approve")

    add = f"{reverse('admin:centres_advertisement_add')}?centre={alder.pk}"
    said = {
        "centre": alder.pk, "fee_band": "under-250", "reference": "AG-1", "seller": people.mona.pk,
        "runs_from": f"{TODAY}", "runs_until": f"{TODAY + 30 * DAYS}",
    }  # fmt: skip
    assert errors(mona.post(add, said)) == {}
    agreement = Advertisement.objects.get()
    alder.refresh_from_db()
    assert alder.is_advertiser(now=timezone.now())

    end = reverse("admin:centres_advertisement_end", args=[agreement.pk])
    mona.post(end, {"reason": "The centre asked."})
    alder.refresh_from_db()
    assert not alder.is_advertiser(now=timezone.now())


def test_an_auditor_reads_all_but_who_asks_for_help_and_takes_the_audit_away(settings, tmp_path):
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    here = world()
    audrey = signed_in(here.people.audrey)

    for noun, row in here.rows.items():
        if noun not in {"user", "group", "evidencefile", "callbackrequest"}:
            assert audrey.get(url(row)).status_code == 200, noun
            assert audrey.get(reverse(f"admin:centres_{noun}_changelist")).status_code == 200
    assert audrey.get(url(here.rows["callbackrequest"])).status_code == 403
    file = reverse("admin:centres_evidencefile_document", args=[here.rows["evidencefile"].pk])
    assert b"".join(audrey.get(file).streaming_content).startswith(b"%PDF")
    assert audrey.get(LIST).status_code == 200
    exported = audrey.post(EXPORT, {"centre": here.kept.pk})
    assert exported["Content-Type"].startswith("text/csv")
    assert len(list(exported.streaming_content)) > 2


def test_a_researcher_s_change_leaves_every_fact_as_it_is(people):
    centre = factories.centre(town="Leeds")
    programme = factories.programme(centre)
    ruth, before = signed_in(people.ruth), rows_of(*FACTS)
    dates = {"verified_from": "2020-01-01", "verified_until": "2999-01-01"}

    change(ruth, centre, town="York", status="suspended", seen="On its site.", **dates, **KNOWN)
    change(ruth, programme, name="Taken over", seen="On its site.", **KNOWN)
    forged = {"_save": "1", "proposes": "", "_continue": "1"}
    change(ruth, centre, town="Hull", seen="On its site.", **forged, **KNOWN)

    assert rows_of(*FACTS) == before
    assert Proposal.objects.count() == 3


def test_a_researcher_publishes_nothing(people):
    ruth, add = signed_in(people.ruth), reverse("admin:centres_centre_add")
    typed = {"name": "Oak House", "country": "GB", **KNOWN}
    dates = {"verified_from": "2020-01-01", "verified_until": "2999-01-01"}

    refused = ruth.post(add, {**shown(ruth.get(add)), **typed, "status": "listed"})
    ruth.post(add, {**shown(ruth.get(add)), **typed, "status": "draft", **dates})

    assert "status" in errors(refused)
    centre = Centre.objects.get()
    assert (centre.status, centre.verified_from, centre.verified_until) == ("draft", None, None)


@pytest.mark.parametrize("name", ["approve", "reject"])
def test_nobody_decides_about_their_own_work(people, name):
    """Not an approver who reviewed it, and not a superuser either."""
    work.required()
    for person in (people.alan, people.root):
        client, centre = signed_in(person), factories.centre()
        client.post(
            reverse("admin:centres_verification_open", args=[centre.pk]), {"purpose": "verified"}
        )
        case = Verification.objects.get(centre=centre)
        step(client, case, "take")
        for criterion in Criterion.objects.asked_of(country="GB", purpose="verified"):
            check(client, case, criterion)
        step(client, case, "submit")

        assert step(client, case, name, reason="Because.").status_code == 403
        case.refresh_from_db()
        assert case.state == State.AWAITING_APPROVAL
    assert AuditEntry.objects.filter(act=Act.REFUSED).count() == 2


@pytest.mark.parametrize("person", ["ruth", "alan", "mona", "audrey"])
def test_nobody_gives_themselves_a_role(people, person):
    """Not with any form that takes a person's own data: only their password is theirs to change."""
    someone = getattr(people, person)
    someone.set_password("not-a-word-9231")
    someone.save()
    client = signed_in(someone)
    rights = {"is_superuser": "on", "groups": ["1", "2", "3", "4"], "user_permissions": ["1"]}
    through = [m for m in apps.get_models(include_auto_created=True) if m._meta.auto_created]
    before = rows_of(*through)
    new = {"new_password1": "another-word-77", "new_password2": "another-word-77"}

    changed = client.post(
        reverse("admin:password_change"), {"old_password": "not-a-word-9231", **new, **rights}
    )

    assert changed.status_code == 302
    someone.refresh_from_db()
    assert someone.check_password("another-word-77")
    assert (someone.is_superuser, rows_of(*through)) == (False, before)
