"""Three reports at the same moment hide a number once, and an answer is given once."""

import pytest

from centres import reports
from centres.models import AuditEntry, Phone, Report, Verification
from tests import factories

from .cast import NOW, cast
from .reporting import ANSWER, doubted, reported
from .test_workflow_races import one_wins, together

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 4


def test_three_at_once_hide_a_number_exactly_once():
    for _ in range(ROUNDS):
        phone = factories.phone(factories.centre())

        made = together(*[lambda phone=phone: doubted(phone)] * 3)

        assert {type(each) for each in made} == {Report}
        phone.refresh_from_db()
        assert phone.is_doubted
        assert Verification.objects.get(centre=phone.centre).reports.count() == 3
        hidden = AuditEntry.objects.filter(kind="phone", row_id=str(phone.pk))
        assert hidden.count() == 1


def test_the_same_form_sent_twice_at_once_is_one_report():
    centre = factories.centre()

    made = together(*[lambda: reported(centre, form="once", address="192.0.2.9")] * 3)

    assert len({report.pk for report in made}) == 1
    assert Report.objects.count() == 1


def test_of_two_who_answer_at_once_one_wins():
    people = cast()
    for _ in range(ROUNDS):
        report = reported(factories.centre())

        def answer(report=report, by=people.ruth):
            return reports.answer(report, upheld=False, words=ANSWER, by=by, now=NOW)

        one_wins(together(answer, lambda: answer(by=people.rob)))


def test_the_third_report_and_the_answer_to_the_first_never_leave_it_half_hidden():
    """Whichever comes first: three stand against it and it is hidden, or two and it is not."""
    people = cast()
    for _ in range(ROUNDS):
        phone = factories.phone(factories.centre())
        first = doubted(phone)
        doubted(phone)

        together(
            lambda phone=phone: doubted(phone),
            lambda first=first: reports.answer(
                first, upheld=False, words=ANSWER, by=people.ruth, now=NOW
            ),
        )

        phone = Phone.objects.get(pk=phone.pk)
        cases = Verification.objects.filter(centre=phone.centre).count()
        assert cases == phone.is_doubted
