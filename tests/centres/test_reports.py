"""Reports: taken in once, answered in words, counted honestly; and numbers that people doubt."""

import datetime

import pytest

from centres import proposals, reports, workflow, working_days
from centres.models import (
    AuditEntry,
    Method,
    OutgoingMail,
    Phone,
    Problem,
    Report,
    Status,
    Verification,
)
from tests import factories

from .cast import A_DAY, DAY, NOW, cast
from .changing import added, change, removed
from .reporting import ANSWER, WORDS, answered, doubted, hidden, reported

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return cast()


@pytest.mark.parametrize(
    ("day", "due"),
    [
        ("2026-03-02", "2026-03-09"),  # Monday
        ("2026-03-06", "2026-03-13"),  # Friday
        ("2026-03-07", "2026-03-13"),  # Saturday
        ("2026-03-08", "2026-03-13"),  # Sunday
    ],
)
def test_five_working_days_are_five_of_monday_to_friday(day, due):
    day, due = (datetime.date.fromisoformat(text) for text in (day, due))

    assert working_days.after(day, 5) == due


def test_a_report_says_when_it_is_answered_at_the_latest():
    report = reported(factories.centre(), text=WORDS)

    assert report.due_on == datetime.date(2026, 3, 9)
    assert report.is_open
    assert not report.is_overdue(today=datetime.date(2026, 3, 9))
    assert report.is_overdue(today=datetime.date(2026, 3, 10))


def test_the_same_form_sent_twice_is_one_report():
    centre = factories.centre()

    first = reported(centre, form="once")
    again = reported(centre, form="once", text="Another text")

    assert again == first
    assert Report.objects.count() == 1


def test_no_address_is_kept_and_two_centres_cannot_be_matched():
    one, other = (reported(factories.centre(), address="198.51.100.7") for _ in range(2))

    assert len(one.sender) == len(other.sender) == 64
    assert one.sender != other.sender


def test_an_answer_reaches_who_asked_for_it_and_wipes_where_it_came_from(people):
    report = reported(factories.centre(), email="sam@example.org", text=WORDS)

    answered(report, by=people.ruth, upheld=True, corrected_on=DAY)

    report.refresh_from_db()
    assert (report.state, report.answer, report.corrected_on) == ("upheld", ANSWER, DAY)
    assert (report.sender, report.email) == ("", "")
    mail = OutgoingMail.objects.get()
    assert mail.to == "sam@example.org"
    assert ANSWER in mail.body
    assert WORDS not in mail.body


def test_without_an_address_nothing_is_sent(people):
    answered(reported(factories.centre()), by=people.ruth)

    assert not OutgoingMail.objects.exists()


def test_the_audit_knows_the_decision_and_no_word_of_the_reporter(people):
    report = reported(factories.centre(), text=WORDS, email="sam@example.org")

    answered(report, by=people.ruth)

    kept = str(list(AuditEntry.objects.values()))
    assert "decided" in kept
    assert "Florida" not in kept
    assert "sam@" not in kept


@pytest.mark.parametrize("name", ["mona", "audrey", "nobody"])
def test_who_may_not_answer_is_refused_and_noted(people, name):
    report, person = reported(factories.centre()), getattr(people, name)

    with pytest.raises(workflow.NotAllowed):
        answered(report, by=person)
    with pytest.raises(workflow.NotAllowed):
        reports.open_case(report, by=person, now=NOW)

    report.refresh_from_db()
    assert report.is_open
    assert AuditEntry.objects.filter(act="refused", person=name).count() == 2


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"words": " "}, workflow.ReasonOwed),
        ({"corrected_on": DAY, "upheld": False}, workflow.NotPossible),
        ({"corrected_on": DAY + A_DAY}, workflow.NotPossible),
    ],
)
def test_an_answer_that_says_too_little_or_too_much_is_refused(people, facts, refusal):
    report = reported(factories.centre())
    facts = {"upheld": True, "words": ANSWER, **facts}

    with pytest.raises(refusal):
        reports.answer(report, by=people.ruth, now=NOW, **facts)

    report.refresh_from_db()
    assert report.is_open


def test_the_second_of_two_answers_is_told_of_the_first(people):
    report = reported(factories.centre())
    answered(report, by=people.ruth)

    with pytest.raises(workflow.Overtaken, match="ruth"):
        answered(report, by=people.alan, upheld=True)


def test_what_needs_checking_gets_a_case_or_joins_the_open_one(people):
    centre = factories.centre()
    one, other = reported(centre), reported(centre)

    case = reports.open_case(one, by=people.ruth, now=NOW)

    assert case.opened_for == "report"
    assert reports.open_case(other, by=people.rob, now=NOW) == case
    assert set(case.reports.all()) == {one, other}


# Numbers


def test_three_people_hide_a_number_and_open_a_case():
    phone = factories.phone(factories.centre())
    doubted(phone)
    doubted(phone)
    assert list(Phone.objects.shown()) == [phone]

    doubted(phone)

    phone.refresh_from_db()
    assert (phone.is_doubted, phone.doubted_on) == (True, DAY)
    assert not Phone.objects.shown().exists()
    assert list(Phone.objects.doubted()) == [phone]
    assert phone.centre.shown_phones() == []
    case = Verification.objects.get()
    assert (case.opened_for, case.opener) == ("report", None)
    assert set(case.reports.all()) == set(Report.objects.all())


def test_more_reports_hide_it_no_more_than_once():
    phone = hidden()

    doubted(phone, now=NOW + A_DAY)

    phone.refresh_from_db()
    assert phone.doubted_on == DAY
    assert Verification.objects.count() == 1


def test_reports_from_one_address_count_once():
    phone = factories.phone(factories.centre())

    for _ in range(5):
        doubted(phone, address="198.51.100.7")
    for last in range(1, 4):  # one connection has a whole network of these
        doubted(phone, address=f"2001:db8::{last}")

    assert list(Phone.objects.shown()) == [phone]


def test_networks_handed_to_one_customer_count_once():
    phone, other = (factories.phone(factories.centre()) for _ in range(2))

    for network in range(1, 6):
        doubted(phone, address=f"2001:db8:1:{network}::1")
        doubted(other, address=f"2001:db8:{network}::1")

    assert list(Phone.objects.shown()) == [phone]


def test_one_person_who_reports_for_weeks_still_counts_once():
    """The hash of an address changes with time; the one of the time before is recognised."""
    phone = factories.phone(factories.centre())

    for day in range(0, 80, 8):
        doubted(phone, address="198.51.100.7", now=NOW + day * A_DAY)

    assert list(Phone.objects.shown()) == [phone]


def test_three_people_within_a_month_hide_it_and_over_a_year_do_not():
    near, far = (factories.phone(factories.centre()) for _ in range(2))

    for number in range(3):
        doubted(near, now=NOW + number * 14 * A_DAY)
        doubted(far, now=NOW + number * 100 * A_DAY)

    assert list(Phone.objects.shown()) == [far]


def test_only_reports_that_say_so_of_this_number_count():
    centre = factories.centre()
    phone, other = factories.phone(centre), factories.phone(centre)
    doubted(phone)
    doubted(other)
    doubted(phone, problem=Problem.WRONG_NUMBER)
    doubted(phone, problem=Problem.HARM)

    assert Phone.objects.shown().count() == 2


def test_a_closed_centre_s_number_is_hidden_though_no_case_is_opened():
    centre = factories.centre(status=Status.CLOSED, closed_on=DAY)

    assert hidden(centre).is_doubted
    assert not Verification.objects.exists()


def test_where_a_case_is_open_already_the_reports_join_it(people):
    centre = factories.centre()
    case = reports.open_case(reported(centre), by=people.ruth, now=NOW)

    hidden(centre)

    assert Verification.objects.get() == case
    assert case.reports.count() == 4


def test_found_to_be_right_it_is_shown_again_once_all_are_answered(people):
    phone = hidden()
    first, *others = Report.objects.all()

    answered(first, by=people.ruth)
    phone.refresh_from_db()
    assert phone.is_doubted
    answered(others[0], by=people.ruth, others_too=True)

    phone.refresh_from_db()
    assert (phone.is_doubted, phone.doubted_on) == (False, None)
    assert phone.confirmed_on == DAY
    assert {report.answer for report in Report.objects.all()} == {ANSWER}


def test_a_number_found_to_be_right_is_not_hidden_by_the_next_crowd_for_a_month(people):
    phone = hidden()
    answered(Report.objects.first(), by=people.ruth, others_too=True)

    for _ in range(5):
        doubted(phone, now=NOW + 5 * A_DAY)
    assert list(Phone.objects.shown()) == [phone]
    doubted(phone, now=NOW + 30 * A_DAY)

    assert not Phone.objects.shown().exists()


def test_a_report_is_right_only_once_the_number_is_gone(people):
    phone = hidden()

    with pytest.raises(workflow.NotPossible, match="still stands"):
        answered(Report.objects.first(), by=people.ruth, upheld=True)

    phone.delete()
    answered(Report.objects.first(), by=people.ruth, upheld=True, corrected_on=DAY, others_too=True)
    assert set(Report.objects.values_list("state", "corrected_on")) == {("upheld", DAY)}


def test_a_number_is_gone_only_once_no_telephone_of_the_centre_has_it(people):
    phone = hidden()
    Phone.objects.filter(pk=phone.pk).delete()
    again = factories.phone(phone.centre, number=phone.number)

    with pytest.raises(workflow.NotPossible, match="still stands"):
        answered(Report.objects.first(), by=people.ruth, upheld=True)

    again.delete()
    answered(Report.objects.first(), by=people.ruth, upheld=True, others_too=True)
    assert not Report.objects.open().exists()


def test_a_number_found_wrong_and_later_put_back_is_shown(people):
    """No open report stands against it any more, so nothing could ever show it again."""
    phone = hidden(number="+441632960001")
    Phone.objects.filter(pk=phone.pk).update(number="+441632960002")
    answered(Report.objects.first(), by=people.ruth, upheld=True)
    phone.refresh_from_db()
    assert phone.doubted_number == "+441632960001", "others doubt it still"

    answered(Report.objects.open().first(), by=people.ruth, upheld=True, others_too=True)
    Phone.objects.filter(pk=phone.pk).update(number="+441632960001")

    phone.refresh_from_db()
    assert list(Phone.objects.shown()) == [phone]
    assert (phone.doubted_on, phone.confirmed_on, phone.confirmed_number) == (None, None, "")


def test_a_hidden_number_that_is_deleted_and_typed_again_stays_hidden(people):
    phone = hidden(number="+441632960001")
    centre = phone.centre
    written(centre, removed(phone), people=people)
    assert not centre.phones.exists()

    written(centre, added("phone", number="01632 960001"), people=people)

    again = centre.phones.get()
    assert again.is_doubted
    assert not centre.shown_phones()
    assert list(Report.objects.of_hidden_numbers().values_list("phone", flat=True)) == 3 * [
        again.pk
    ]
    answered(Report.objects.first(), by=people.ruth, others_too=True)
    assert [each.number for each in centre.shown_phones()] == [phone.number]


def test_a_number_typed_again_that_two_people_doubt_or_that_was_answered_for_is_shown(people):
    centre = factories.centre()
    for number, doubts in (("+441632960001", 2), ("+441632960002", 3)):
        phone = factories.phone(centre, number=number)
        for _ in range(doubts):
            doubted(phone)
        written(centre, removed(phone), people=people)
    answered(Report.objects.last(), by=people.ruth, upheld=True, others_too=True)

    again = [added("phone", number=number) for number in ("01632 960001", "01632 960002")]
    written(centre, *again, people=people)

    assert len(centre.shown_phones()) == 2


def written(centre, *changes, people):
    """Changes of two people: who proposes them and who approves."""
    proposal = proposals.propose(
        centre, list(changes), by=people.ruth, method=Method.PHONE, as_of=DAY, now=NOW
    )
    proposals.approve(proposal, by=people.alan, now=NOW)


def test_a_report_survives_that_its_number_or_programme_is_deleted_meanwhile():
    phone, programme = (make(factories.centre()) for make in (factories.phone, factories.programme))
    for row in (phone, programme):
        type(row).objects.filter(pk=row.pk).delete()

    of_phone = doubted(phone)
    of_programme = reported(programme.centre, fact="programme.price", programme=programme)

    of_phone.refresh_from_db()
    assert (of_phone.phone, of_phone.number) == (None, phone.number)
    of_programme.refresh_from_db()
    assert (of_programme.programme, of_programme.fact) == (None, "programme.price")


def test_a_number_put_in_its_place_by_two_people_is_shown_at_once(people):
    """The correction goes the usual way, and the report is answered after it."""
    phone = hidden(number="+441632960001")
    written(phone.centre, change(phone, "number", "+441632960002"), people=people)

    assert [each.number for each in phone.centre.shown_phones()] == ["+441632960002"]
    answered(Report.objects.first(), by=people.ruth, upheld=True, others_too=True)
    assert not Report.objects.open().exists()


def test_what_hides_a_number_is_first_in_the_queue_then_what_is_due_first():
    centre = factories.centre()
    late = reported(centre, now=NOW - 10 * A_DAY)
    hidden()
    soon = reported(centre, now=NOW - A_DAY)

    queue = list(Report.objects.open().in_order())

    assert [report.hides_a_number for report in queue] == [True, True, True, False, False]
    assert queue[3:] == [late, soon]


# Time


def test_what_was_written_is_deleted_a_year_after_the_answer_and_the_answer_stays(people):
    old, fresh = (reported(factories.centre(), text=WORDS) for _ in range(2))
    unanswered = reported(factories.centre(), text=WORDS, now=NOW - 900 * A_DAY)
    answered(old, by=people.ruth, now=NOW - 366 * A_DAY)
    answered(fresh, by=people.ruth, now=NOW - 364 * A_DAY)

    assert reports.wipe_due(now=NOW) == 1

    texts = {report.pk: report.text for report in Report.objects.all()}
    assert texts == {old.pk: "", fresh.pk: WORDS, unanswered.pk: WORDS}
    assert Report.objects.get(pk=old.pk).answer == ANSWER
    assert reports.wipe_due(now=NOW) == 0


def test_the_record_counts_every_report_of_ninety_days_once(people):
    centre = factories.centre()
    assert reports.record(now=NOW) == reports.Record(reported=0, in_time=0, late=0, waiting=0)
    for days, after in [(20, 3), (21, 7), (22, 8), (30, 20)]:  # two in time, two late
        report = reported(centre, now=NOW - days * A_DAY)
        answered(report, by=people.ruth, now=NOW - (days - after) * A_DAY)
    reported(centre, now=NOW - 40 * A_DAY)  # late, and unanswered
    reported(centre, now=NOW - A_DAY)
    reported(centre, now=NOW - 91 * A_DAY)

    assert reports.record(now=NOW) == reports.Record(reported=6, in_time=2, late=3, waiting=1)
