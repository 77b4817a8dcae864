"""Reports in the admin: what is due first, one on a screen beside the fact, and the answer."""

import datetime
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from centres import reports
from centres.models import AuditEntry, Report, Verification
from tests import factories
from tests.centres.reporting import WORDS, doubted, hidden, replied, reported

pytestmark = pytest.mark.django_db

A_DAY = datetime.timedelta(days=1)


@pytest.fixture
def centre():
    return factories.centre(name="Oak House", beds=12)


@pytest.fixture
def now():
    return timezone.now()


def page_of(report):
    return reverse("admin:centres_report_change", args=[report.pk])


def text_of(response):
    return unescape(" ".join(response.content.decode().split()))


def answers(client, report, **typed):
    typed = {"upheld": "no", "words": "We rang: it is so.", **typed}
    return client.post(reverse("admin:centres_report_answer", args=[report.pk]), typed)


def test_one_screen_has_what_was_said_the_fact_as_it_is_and_the_other_reports(as_ruth, centre, now):
    factories.provenance(centre, fact="beds", source=factories.source(name="The register"))
    report = reported(centre, text=WORDS, now=now)
    other = reported(centre, fact="website", now=now)

    page = text_of(as_ruth.get(page_of(report)))

    assert WORDS in page
    assert "<dt>Beds</dt> <dd> 12" in page
    assert "The register" in page
    assert page_of(other) in page
    assert reverse("admin:centres_centre_change", args=[centre.pk]) in page


def test_who_read_it_is_noted_without_a_word_of_it(as_ruth, centre, now):
    report = reported(centre, text=WORDS, now=now)

    as_ruth.get(page_of(report))

    entry = AuditEntry.objects.get(act="saw", kind="report")
    assert (entry.person, entry.row_id) == ("ruth", str(report.pk))
    assert "Florida" not in str(list(AuditEntry.objects.values()))


def test_lists_hold_no_word_of_it_and_begin_with_hidden_numbers_and_say_what_is_overdue(
    as_ruth, centre, now
):
    reported(centre, text=WORDS, now=now - 12 * A_DAY)
    hidden(centre, now=now)

    listed = text_of(as_ruth.get(reverse("admin:centres_report_changelist")))
    front = text_of(as_ruth.get(reverse("admin:index")))

    for page in (listed, front):
        assert "Florida" not in page
        assert "overdue" in page
    assert listed.index("hidden until answered") < listed.index("days overdue")
    assert 'Reports overdue <span class="queue-count">(1)' in front
    assert 'Reports to answer <span class="queue-count">(4)' in front


def test_an_answer_is_written_and_said(as_ruth, centre, now):
    report = reported(centre, now=now)

    response = answers(as_ruth, report, upheld="yes", corrected_on=f"{timezone.localdate(now)}")

    assert response["Location"] == page_of(report)
    report.refresh_from_db()
    assert (report.state, report.answer) == ("upheld", "We rang: it is so.")
    assert "We rang: it is so." in text_of(as_ruth.get(page_of(report)))


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"words": ""}, 400, "This field is required."),
        ({"upheld": ""}, 400, "This field is required."),
        ({"upheld": "yes"}, 409, "still stands there"),
        ({"corrected_on": "2026-01-01"}, 409, "was not corrected"),
    ],
)
def test_an_answer_that_cannot_be_given_comes_back_with_what_was_typed(
    as_ruth, centre, now, typed, status, said
):
    report = doubted(factories.phone(centre), now=now)

    response = answers(as_ruth, report, **typed)

    page = text_of(response)
    assert response.status_code == status
    assert said in page
    assert typed.get("words", "We rang: it is so.") in page
    report.refresh_from_db()
    assert report.is_open


@pytest.mark.parametrize(
    ("fact", "is_offered"),
    [
        ("beds", True),
        ("phones", True),
        ("", False),
        ("closed_on", False),
        ("programme.name", False),
    ],
)
def test_a_day_is_asked_for_only_where_a_fact_is_for_it_to_stand_beside(
    as_ruth, centre, now, fact, is_offered
):
    report = reported(centre, problem="closed", fact=fact, now=now)
    assert ("Corrected on" in text_of(as_ruth.get(page_of(report)))) is is_offered

    answers(as_ruth, report, upheld="yes", corrected_on=f"{timezone.localdate(now)}")

    report.refresh_from_db()
    assert report.state == "upheld"
    assert (report.corrected_on is not None) is is_offered


def test_the_other_reports_about_a_number_are_answered_alike(as_ruth, centre, now):
    phone = hidden(centre, now=now)
    report = Report.objects.first()
    assert "Answer the 2 other reports about this number alike" in text_of(
        as_ruth.get(page_of(report))
    )

    answers(as_ruth, report, others_too="on")

    phone.refresh_from_db()
    assert not phone.is_doubted
    assert not Report.objects.open().exists()


def test_a_case_is_opened_by_a_button(as_ruth, centre, now):
    report = reported(centre, now=now)

    response = as_ruth.post(reverse("admin:centres_report_open_case", args=[report.pk]))

    case = Verification.objects.get()
    assert response["Location"] == case.get_absolute_url()
    assert f"case {case.pk}" in text_of(as_ruth.get(page_of(report)))


def test_what_the_public_does_not_see_staff_see_with_the_reason(as_ruth, centre, now):
    phone = hidden(centre, number="+441632960987", now=now)

    page = text_of(as_ruth.get(page_of(Report.objects.first())))

    assert "+441632960987 is hidden from the public" in page
    assert "hidden from the public: in doubt" in page
    assert reports.alike(Report.objects.first()).count() == 2
    assert phone.is_doubted


def test_it_costs_the_same_with_one_other_report_as_with_ten(
    as_ruth, centre, now, django_assert_max_num_queries
):
    for _ in range(10):
        report = reported(centre, now=now)
    as_ruth.get(page_of(report))

    with django_assert_max_num_queries(30):
        as_ruth.get(page_of(report))


def test_a_reply_is_read_beside_its_fact_and_decided(as_ruth, centre, now):
    reply = replied(centre, now=now)
    page = text_of(as_ruth.get(reverse("admin:centres_reply_change", args=[reply.pk])))
    assert "We have 14 beds." in page
    assert "<dt>Beds</dt> <dd> 12" in page

    as_ruth.post(reverse("admin:centres_reply_show", args=[reply.pk]))
    reply.refresh_from_db()
    assert reply.state == "shown"
    as_ruth.post(reverse("admin:centres_reply_reject", args=[reply.pk]), {"reason": "Outdated."})
    reply.refresh_from_db()
    assert (reply.state, reply.reason) == ("rejected", "Outdated.")
