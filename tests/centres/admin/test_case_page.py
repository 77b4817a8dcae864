"""One case on one screen: what it shows, to whom, at which cost."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from centres import cases, workflow
from centres.models import Act, AuditEntry, Country, Purpose, Status
from tests import factories

from .casework import text

pytestmark = pytest.mark.django_db

DAY = datetime.date(2025, 6, 1)


def now():
    return timezone.now()


def case_of(centre, reviewer, **said):
    case = cases.open_case(centre, by=reviewer, now=now(), **said)
    return workflow.perform(case, "take", by=reviewer, now=now())


def record(case, criterion, by, **said):
    said = {"outcome": "passed", "method": "phone", "note": "Asked.", "captured_on": DAY, **said}
    return cases.record_check(case, criterion, by=by, now=now(), **said)


def test_it_works(as_ruth, ruth):
    criterion = factories.criterion(title="The phone is its own", facts=["phones"], months=3)
    provider = factories.provider(legal_name="Oak Trust", company_number="0123")
    centre = factories.centre(
        name="Oak House", town="Leeds", provider=provider, website="https://oak.example.org/"
    )
    factories.phone(centre, number="+441632960111", answered_by="centre")
    factories.provenance(centre, fact="phones", as_of=DAY)
    case = case_of(centre, ruth, note="Look at the number.")

    page = as_ruth.get(case.get_absolute_url())

    assert page.status_code == 200
    said = text(page)
    assert "Oak House" in said
    assert "Oak Trust, company 0123" in said
    assert 'href="https://oak.example.org/"' in said
    assert "+441632960111, answered at the centre" in said
    assert "As of 1 June 2025" in said
    assert "Look at the number." in said
    assert reverse("admin:centres_centre_change", args=[centre.pk]) in said
    assert f'href="{centre.get_absolute_url()}"' in said
    block = page.context["page"].blocks[0]
    assert (block.criterion, block.words, block.is_open) == (
        criterion,
        "Not checked (not required)",
        True,
    )
    assert block.form["facts"].value() == ["phones"]
    assert block.form["captured_on"].value() == timezone.localdate()


def test_what_a_criterion_speaks_of_stands_beside_it_a_group_a_programme(as_ruth, ruth):
    factories.criterion(facts=["beds", "programme.price", "programme.therapies"])
    centre = factories.centre(beds=12)
    first = factories.programme(
        centre, name="Stage one", price=9000, currency="GBP", price_on=DAY, therapies=["cbt"]
    )
    factories.programme(centre, name="Stage two")
    factories.provenance(centre, programme=first, fact="price", as_of=DAY)

    page = as_ruth.get(case_of(centre, ruth).get_absolute_url())

    own, one, two = page.context["page"].blocks[0].groups
    assert [fact.lines for fact in own.known] == [["12"]]
    assert (one.of, one.known[1].lines) == ("Stage one", ["Cbt"])
    assert one.known[0].lines[:2] == ["9000", "Currency: pounds"]
    assert (two.of, two.known, two.unknown) == ("Stage two", [], "price, therapies")


def test_a_withheld_address_is_named_as_such(as_ruth, ruth):
    factories.criterion(facts=["address"])
    centre = factories.centre(town="Leeds", precision="withheld")

    page = as_ruth.get(case_of(centre, ruth).get_absolute_url())

    assert "withheld: never shown to the public" in text(page)


@pytest.mark.parametrize("website", ["javascript:alert(1)", "data:text/html,x"])
def test_what_is_no_web_address_never_becomes_a_link(as_ruth, ruth, website):
    factories.criterion(facts=["website"])
    centre = factories.centre(website=website, registration_url=website)

    page = as_ruth.get(case_of(centre, ruth).get_absolute_url())

    assert f'href="{website}"' not in text(page)


def test_the_register_is_one_step_away(as_ruth, ruth):
    factories.criterion()
    known = factories.centre(
        regulator="cqc", registration="registered", registration_number="1-1",
        registration_url="https://www.cqc.org.uk/location/1-1",
    )  # fmt: skip
    page = text(as_ruth.get(case_of(known, ruth).get_absolute_url()))
    assert 'href="https://www.cqc.org.uk/location/1-1"' in page
    assert "https://www.rqia.org.uk/" not in page

    page = text(as_ruth.get(case_of(factories.centre(), ruth).get_absolute_url()))
    assert "https://www.cqc.org.uk/" in page
    assert "https://www.rqia.org.uk/" in page

    factories.criterion(country=Country.US)
    page = text(as_ruth.get(case_of(factories.centre(country="US"), ruth).get_absolute_url()))
    assert "https://findtreatment.gov/" in page
    assert "https://www.cqc.org.uk/" not in page


def test_a_check_carried_over_says_from_where_and_by_whom(as_ruth, ruth):
    today = timezone.localdate()
    centre = factories.centre()
    old = factories.verify(centre, today, today + datetime.timedelta(days=200))
    case = case_of(centre, ruth)

    page = as_ruth.get(case.get_absolute_url())

    said = text(page)
    assert "carried over from" in said
    assert f'<a href="{old.get_absolute_url()}">case {old.pk}</a>' in said
    assert page.context["page"].answered == 1


def test_last_time_s_evidence_stands_where_there_is_none_in_this_case(as_ruth, ruth, alan):
    criterion = factories.criterion(title="Seen")
    centre = factories.centre()
    first = case_of(centre, ruth)
    record(first, criterion, ruth, link="https://example.org/entry", public_note="On the register")
    workflow.perform(
        refreshed(first), "cancel", by=alan, now=now(), reason="The centre asked to wait."
    )
    second = case_of(centre, ruth)

    page = as_ruth.get(second.get_absolute_url())

    block = page.context["page"].blocks[0]
    assert block.check is None
    assert block.last.verification == first
    assert block.form["link"].value() == "https://example.org/entry"
    assert block.form["outcome"].value() is None
    assert block.form["note"].value() is None
    assert f">case {first.pk}</a>" in text(page)


def refreshed(case):
    case.refresh_from_db()
    return case


def test_a_check_of_this_case_can_be_replaced_from_what_it_says(as_ruth, ruth):
    criterion = factories.criterion(facts=["phones", "website"])
    case = case_of(factories.centre(), ruth)
    record(case, criterion, ruth, note="Rang.", facts=["phones"], is_public=False)

    form = as_ruth.get(case.get_absolute_url()).context["page"].blocks[0].form

    values = {name: form[name].value() for name in ("outcome", "note", "facts", "is_public")}
    assert values == {
        "outcome": "passed",
        "note": "Rang.",
        "facts": ["phones"],
        "is_public": False,
    }
    assert str(form["captured_on"].value()) == "2025-06-01"


def test_a_lapsed_check_is_said_to_have_lapsed(as_ruth, ruth):
    criterion = factories.criterion(months=1)
    case = case_of(factories.centre(), ruth)
    record(case, criterion, ruth)

    block = as_ruth.get(case.get_absolute_url()).context["page"].blocks[0]

    assert (block.mark, block.words) == ("lapsed", "Lapsed on 1 July 2025")


def test_a_check_whose_fact_changed_since_is_said_so_and_comes_next(as_ruth, ruth):
    first = factories.criterion(facts=["phones"], position=1)
    factories.criterion(position=2)
    centre = factories.centre()
    case = case_of(centre, ruth)
    record(case, first, ruth, facts=["phones"])
    factories.provenance(centre, fact="phones")

    block = as_ruth.get(case.get_absolute_url()).context["page"].blocks[0]

    assert (block.mark, block.is_open, block.is_next) == ("changed", True, True)
    assert block.words.startswith("A fact changed on ")


def test_a_centre_s_page_leads_to_opening_a_case(client, as_ruth, alan):
    centre = factories.centre()
    url = reverse("admin:centres_centre_change", args=[centre.pk])
    opening = reverse("admin:centres_verification_open", args=[centre.pk])
    assert opening in text(as_ruth.get(url))

    client.force_login(factories.member("olga", "Auditor"))
    assert opening not in text(client.get(url))


def test_its_history_says_what_a_check_said_before(as_ruth, ruth):
    criterion = factories.criterion(title="Seen")
    case = case_of(factories.centre(), ruth)
    record(case, criterion, ruth, note="Rang once.")
    record(case, criterion, ruth, note="Rang twice.", outcome="failed")

    page = as_ruth.get(case.get_absolute_url())

    lines = page.context["page"].history
    assert [line.title for line in lines] == [
        "Opened",
        "Take it",
        "Check recorded: Seen",
        "Check recorded: Seen",
    ]
    assert ("Outcome", "Passed", "Failed") in lines[-1].changes
    assert ("Note for the team", "Rang once.", "Rang twice.") in lines[-1].changes
    assert ("How", "", "Asked by telephone") in lines[-2].changes
    assert "Rang once." in text(page)


def test_changes_of_the_centre_s_facts_are_in_its_history(as_ruth, ruth):
    factories.criterion()
    centre = factories.centre()
    AuditEntry.objects.note(
        Act.CHANGED, person=ruth, row=centre, now=now(), changes={"town": ["Leeds", "York"]}
    )
    case = case_of(centre, ruth)

    assert "town: Leeds → York" in text(as_ruth.get(case.get_absolute_url()))


def test_the_reason_of_a_return_stands_at_the_head(as_ruth, ruth):
    factories.criterion()
    case = case_of(factories.centre(), ruth)
    workflow.perform(case, "ask", by=ruth, now=now(), reason="Send us the\ncertificate.")

    page = as_ruth.get(case.get_absolute_url())

    assert "Send us the<br>certificate." in text(page)
    assert page.context["page"].last_word.who == ruth


def test_other_cases_of_the_centre_are_linked(as_ruth, ruth):
    today = timezone.localdate()
    centre = factories.centre()
    old = factories.verify(centre, today, today + datetime.timedelta(days=200))
    case = case_of(centre, ruth)

    assert old.get_absolute_url() in text(as_ruth.get(case.get_absolute_url()))
    assert case.get_absolute_url() in text(as_ruth.get(old.get_absolute_url()))


def test_a_decided_case_shows_its_checks_and_no_form(as_ruth):
    today = timezone.localdate()
    case = factories.verify(factories.centre(), today, today + datetime.timedelta(days=200))
    factories.criterion(title="Asked since")

    page = as_ruth.get(case.get_absolute_url()).context["page"]

    assert [(block.title, block.form) for block in page.blocks] == [("Seen", None)]
    assert page.steps == []


def test_a_criterion_asked_no_longer_keeps_its_check(as_ruth, ruth):
    criterion = factories.criterion(title="Once asked")
    case = case_of(factories.centre(), ruth)
    record(case, criterion, ruth)
    type(criterion).objects.update(is_retired=True)

    page = as_ruth.get(case.get_absolute_url())

    assert [block.title for block in page.context["page"].blocks] == ["Once asked"]
    assert "It is no longer asked." in text(page)


@pytest.mark.parametrize("role", ["Approver", "Advertising manager", "Auditor"])
def test_somebody_who_does_not_hold_the_case_gets_no_form(client, ruth, role):
    client.force_login(factories.member("olga", role))
    criterion = factories.criterion()
    case = case_of(factories.centre(), ruth)
    record(case, criterion, ruth)

    page = client.get(case.get_absolute_url())

    assert page.context["page"].blocks[0].form is None
    assert ("History of this case" in text(page)) == (role != "Advertising manager")


def test_somebody_without_the_right_does_not_see_it(client, ruth):
    factories.criterion()
    case = case_of(factories.centre(), ruth)
    client.force_login(factories.person("guest"))

    assert client.get(case.get_absolute_url()).status_code == 403
    assert client.get(reverse("admin:centres_verification_changelist")).status_code == 403


def test_a_stranger_is_asked_to_log_in(client, ruth):
    factories.criterion()
    url = case_of(factories.centre(), ruth).get_absolute_url()

    assert "/login/" in client.get(url)["Location"]


def test_it_is_only_read(as_ruth, ruth):
    factories.criterion()
    case = case_of(factories.centre(), ruth)
    version = refreshed(case).version

    assert as_ruth.post(case.get_absolute_url(), {"state": "approved"}).status_code == 405
    assert as_ruth.get(reverse("admin:centres_verification_add")).status_code == 403
    for name in ("take", "submit", "approve"):
        url = reverse("admin:centres_verification_step", args=[case.pk, name])
        assert as_ruth.get(url).status_code == 405
    delete = reverse("admin:centres_verification_delete", args=[case.pk])
    assert as_ruth.post(delete, {"post": "yes"}).status_code == 403
    assert refreshed(case).version == version


@pytest.mark.parametrize("case_id", ["0", "999999", "9" * 30, "x"])
def test_an_unknown_case_leads_home(as_ruth, case_id):
    response = as_ruth.get(reverse("admin:centres_verification_change", args=[case_id]))

    assert response.status_code == 302
    assert response["Location"] == reverse("admin:index")


def test_its_history_address_leads_to_the_page(as_ruth, ruth):
    factories.criterion()
    case = case_of(factories.centre(), ruth)

    response = as_ruth.get(reverse("admin:centres_verification_history", args=[case.pk]))

    assert response["Location"] == f"{case.get_absolute_url()}#history"


def full_case(ruth, *, criteria, programmes, earlier):
    """A case with so many criteria answered, of a centre with so many programmes."""
    asked = [
        factories.criterion(facts=["phones", "languages", "programme.price", "programme.therapies"])
        for _ in range(criteria)
    ]
    centre = factories.centre(languages=["english"])
    for _ in range(programmes):
        programme = factories.programme(centre, therapies=["cbt"])
        factories.provenance(centre, programme=programme, fact="price")
    for _ in range(earlier):
        case = case_of(centre, ruth)
        record(case, asked[0], ruth)
        approver = factories.person("alan")
        workflow.perform(refreshed(case), "cancel", by=approver, now=now(), reason="Later.")
    case = case_of(centre, ruth)
    for criterion in asked[1:]:
        record(case, criterion, ruth)
    return case


def test_it_costs_the_same_with_one_criterion_and_with_many(
    as_ruth, ruth, alan, django_assert_num_queries
):
    small = full_case(ruth, criteria=2, programmes=1, earlier=1)
    as_ruth.get(small.get_absolute_url())  # the audit notes once that somebody looks
    few = queries_of(as_ruth, small)
    large = full_case(ruth, criteria=16, programmes=4, earlier=3)
    as_ruth.get(large.get_absolute_url())

    with django_assert_num_queries(few):
        as_ruth.get(large.get_absolute_url())
    assert few <= 45


def queries_of(client, case):
    with CaptureQueriesContext(connection) as captured:
        client.get(case.get_absolute_url())
    return len(captured)


def test_a_case_is_opened_from_a_page_of_its_own(as_ruth, ruth):
    centre = factories.centre(status=Status.DRAFT)
    url = reverse("admin:centres_verification_open", args=[centre.pk])
    assert as_ruth.get(url).status_code == 200
    assert not centre.verifications.exists()

    response = as_ruth.post(url, {"purpose": "verified", "note": "Came by letter."})

    case = centre.verifications.get()
    assert response["Location"] == case.get_absolute_url()
    assert (case.purpose, case.opened_for, case.opener) == ("verified", "new-listing", ruth)
    assert case.note == "Came by letter."


@pytest.mark.parametrize(
    ("led_by", "days"), [("report", 7), ("claim", 7), ("by-hand", None), ("lapsing", None)]
)
def test_a_report_or_a_claim_opens_a_case_that_is_due_sooner(as_ruth, led_by, days):
    centre = factories.centre()
    url = reverse("admin:centres_verification_open", args=[centre.pk])

    as_ruth.post(url, {"purpose": "verified", "led_by": led_by})

    due = [(case.opened_for, case.due_on) for case in centre.verifications.all()]
    today = timezone.localdate()
    assert due == ([(led_by, today + datetime.timedelta(days=days))] if days else [])


def test_a_second_open_case_is_refused_and_the_first_one_named(as_ruth, ruth):
    centre = factories.centre()
    first = cases.open_case(centre, by=ruth, now=now())
    url = reverse("admin:centres_verification_open", args=[centre.pk])

    response = as_ruth.post(url, {"purpose": "listed", "note": "Typed with care."})

    assert response.status_code == 409
    assert "This centre has an open case already" in text(response)
    assert first.get_absolute_url() in text(response)
    assert "Typed with care." in text(response)
    assert centre.verifications.count() == 1


@pytest.mark.parametrize("role", ["Auditor", None])
def test_who_may_not_open_a_case_is_refused_and_it_is_noted(client, role):
    client.force_login(factories.member("olga", role))
    centre = factories.centre()
    url = reverse("admin:centres_verification_open", args=[centre.pk])

    assert client.get(url).status_code == 403
    assert client.post(url, {"purpose": "nonsense"}).status_code == 403
    assert not centre.verifications.exists()
    assert (
        AuditEntry.objects.filter(act=Act.REFUSED, person="olga", centre_id=centre.pk).count() == 1
    )


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({"purpose": "nonsense"}, "Select a valid choice"),
        ({"purpose": Purpose.VERIFIED, "note": "x" * 5001}, "at most 5000 characters"),
        ({"purpose": Purpose.ADVERTISER}, "Only a verified centre may apply to advertise."),
    ],
)
def test_nonsense_opens_nothing(as_ruth, posted, sentence):
    centre = factories.centre()
    url = reverse("admin:centres_verification_open", args=[centre.pk])

    assert sentence in text(as_ruth.post(url, posted))
    assert not centre.verifications.exists()
