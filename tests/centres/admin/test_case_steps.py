"""Steps posted to a case: taken, or refused with a sentence and nothing changed."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from centres import cases, workflow
from centres.models import Act, AuditEntry, State, Status, Verification
from tests import factories

from .casework import REASON, check, everything, log_in, step, taken, text, typed

pytestmark = pytest.mark.django_db


def test_from_a_draft_to_verified_by_two_people(as_ruth, as_alan, ruth, alan, seen):
    centre = factories.centre(status=Status.DRAFT)
    factories.phone(centre)
    factories.provenance(centre, fact="phones")
    opened = reverse("admin:centres_verification_open", args=[centre.pk])
    as_ruth.post(opened, {"purpose": "verified", "note": ""})
    case = centre.verifications.get()

    assert step(as_ruth, case, "take").status_code == 302
    assert check(as_ruth, case, seen).status_code == 302
    assert step(as_ruth, case, "submit").status_code == 302
    assert step(as_alan, case, "approve").status_code == 302

    centre.refresh_from_db()
    assert centre.status == Status.LISTED
    assert centre.is_verified(now=timezone.now())
    phones = centre.provenance.get(fact="phones")
    assert (phones.method, phones.recorded_by) == ("phone", ruth)


def test_a_version_to_come_is_refused(as_ruth, ruth, seen):
    case = taken(ruth)
    before = everything()

    assert check(as_ruth, case, seen, version=case.version + 10).status_code == 409
    assert step(as_ruth, case, "put-back", version=case.version + 10).status_code == 409
    assert everything() == before


@pytest.mark.parametrize("case_id", [0, 999999, 10**30])
def test_a_forged_case_is_not_found(as_ruth, seen, case_id):
    for name, arguments in (("check", [case_id, seen.pk]), ("step", [case_id, "take"])):
        url = reverse(f"admin:centres_verification_{name}", args=arguments)
        assert as_ruth.post(url, {"version": 1}).status_code == 404


def test_an_unknown_step_is_not_found(as_ruth, ruth, seen):
    assert step(as_ruth, taken(ruth), "verify").status_code == 404


def test_another_s_case_is_refused_and_it_is_noted(ruth, seen):
    case = taken(ruth)
    olga = factories.member("olga", "Researcher")
    before = everything()

    response = check(log_in(olga), case, seen)
    assert response.status_code == 403
    assert "This case is with ruth." in text(response)
    response = step(log_in(olga), case, "submit")

    assert response.status_code == 403
    assert everything() == before
    noted = AuditEntry.objects.filter(act=Act.REFUSED, person="olga", centre_id=case.centre_id)
    assert noted.count() == 2


@pytest.mark.parametrize("name", [transition.name for transition in workflow.TRANSITIONS])
@pytest.mark.parametrize("role", ["Auditor", "Advertising manager", None])
def test_who_works_no_cases_is_refused_every_step_and_it_is_noted(ruth, seen, role, name):
    case = taken(ruth)
    olga = factories.member("olga", role)
    before = everything()

    for posted in ({"reason": REASON}, {"version": "x", "reason": "x" * 9000}):
        assert step(log_in(olga), case, name, **posted).status_code == 403

    assert check(log_in(olga), case, seen, outcome="nonsense").status_code == 403
    assert everything() == before
    assert AuditEntry.objects.filter(act=Act.REFUSED, person="olga").count() == 3


@pytest.mark.parametrize("name", ["hand-back", "return", "approve", "reject", "cancel", "revoke"])
def test_a_researcher_decides_nothing(as_ruth, ruth, seen, name):
    case = taken(ruth)
    check(as_ruth, case, seen)
    step(as_ruth, case, "submit")
    before = everything()

    assert step(as_ruth, case, name, reason=REASON).status_code == 403
    assert everything() == before
    assert AuditEntry.objects.filter(act=Act.REFUSED, person="ruth").exists()


def test_nobody_approves_their_own_work(as_alan, alan, seen):
    case = taken(alan)
    check(as_alan, case, seen)
    step(as_alan, case, "submit")
    before = everything()

    response = step(as_alan, case, "approve")

    assert response.status_code == 403
    assert "You worked on this case, so somebody else decides it." in text(response)
    assert everything() == before
    assert AuditEntry.objects.filter(act=Act.REFUSED, person="alan").exists()


def test_what_is_missing_is_said_before_and_after_asking(as_ruth, ruth, seen):
    case = taken(ruth)
    page = as_ruth.get(case.get_absolute_url())
    submit = next(each for each in page.context["page"].steps if each.name == "submit")
    assert submit.hindrance == "Not yet checked: Seen."

    response = step(as_ruth, case, "submit")

    assert response.status_code == 409
    assert "Not yet checked: Seen. Nothing was changed." in text(response)
    assert Verification.objects.get(pk=case.pk).state == State.IN_REVIEW


def test_the_second_of_two_is_told_who_was_first(as_ruth, ruth, seen):
    case = cases.open_case(factories.centre(), by=ruth, now=timezone.now())
    olga = factories.member("olga", "Researcher")
    step(log_in(olga), case, "take", version=1)
    before = everything()

    response = step(as_ruth, case, "take", version=1)

    assert response.status_code == 409
    assert "olga took a step meanwhile: in review." in text(response)
    assert everything() == before


def test_a_reason_that_is_owed_is_asked_for_and_one_typed_stays(as_ruth, as_alan, ruth, seen):
    case = taken(ruth)
    before = everything()

    response = step(as_ruth, case, "ask", reason="  ")
    assert response.status_code == 200
    assert "To return to the provider, give the reason here." in text(response)
    assert everything() == before

    stale = step(as_alan, case, "cancel", version=1, reason="Typed with care.")
    assert stale.status_code == 409
    form = stale.context["page"].step_form
    assert form["reason"].value() == "Typed with care."
    assert step(as_alan, case, "cancel", version=form["version"].value(), reason="Still.")
    assert Verification.objects.get(pk=case.pk).state == State.CANCELLED


def test_a_huge_reason_is_refused(as_ruth, ruth, seen):
    case = taken(ruth)
    before = everything()

    response = step(as_ruth, case, "ask", reason="x" * 5001)

    assert "at most 5000 characters" in text(response)
    assert everything() == before


def test_a_note_beyond_the_server_s_limit_is_refused(as_ruth, ruth, seen, caplog):
    case = taken(ruth)
    before = everything()

    assert check(as_ruth, case, seen, note="x" * 3_000_000).status_code == 400
    assert step(as_ruth, case, "ask", reason="x" * 3_000_000).status_code == 400
    assert everything() == before


@pytest.mark.parametrize("route", ["check", "step", "open"])
def test_a_post_without_its_token_is_refused(ruth, seen, route):
    case = taken(ruth)
    client = Client(enforce_csrf_checks=True)
    client.force_login(ruth)
    before = everything()
    url = {
        "check": reverse("admin:centres_verification_check", args=[case.pk, seen.pk]),
        "step": reverse("admin:centres_verification_step", args=[case.pk, "put-back"]),
        "open": reverse("admin:centres_verification_open", args=[factories.centre().pk]),
    }[route]
    before = everything()

    assert client.post(url, typed(case, purpose="verified")).status_code == 403
    assert everything() == before


def test_a_token_read_after_the_size_is_still_honoured(ruth, seen):
    case = taken(ruth)
    client = Client(enforce_csrf_checks=True)
    client.force_login(ruth)
    client.get(case.get_absolute_url())
    url = reverse("admin:centres_verification_check", args=[case.pk, seen.pk])
    token = client.cookies["csrftoken"].value

    assert client.post(url, {**typed(case), "csrfmiddlewaretoken": token}).status_code == 302


def test_a_stranger_s_post_is_asked_to_log_in(client, ruth, seen):
    case = taken(ruth)
    before = everything()

    assert "/login/" in step(client, case, "put-back")["Location"]
    assert "/login/" in check(client, case, seen)["Location"]
    assert everything() == before
