import datetime

import pytest

from centres.models import Criterion
from centres.models.criterion import LONGEST_MONTHS, months_after
from tests import factories

from .rules import WRITES, cases, checks_of, refused, uniques_of

BROKEN = {
    "centres_criterion_country_is_known": [{"country": "FR"}, {"country": ""}],
    "centres_criterion_purpose_is_known": [{"purpose": "trusted"}, {"purpose": ""}],
    "centres_criterion_has_a_slug": [{"slug": ""}],
    "centres_criterion_has_a_title": [{"title": ""}],
    "centres_criterion_months_are_in_range": [{"months": 0}, {"months": LONGEST_MONTHS + 1}],
    "centres_criterion_lasts_for_months_or_to_a_date": [{"months": 12, "has_own_date": True}],
}
LEGAL = {
    "months": [{"months": 1}, {"months": LONGEST_MONTHS}, {"months": None}],
    "own_date": [{"months": None, "has_own_date": True}],
    "known": [{"country": "US"}, {"purpose": "advertiser"}],
}


@pytest.mark.django_db
class TestTable:
    def test_every_rule_is_proved_here(self):
        assert set(BROKEN) == checks_of(Criterion)
        assert uniques_of(Criterion) == {"centres_criterion_once_a_country_and_purpose"}

    @WRITES
    @pytest.mark.parametrize(("constraint", "facts"), cases(BROKEN))
    def test_a_row_cannot_be_made_to_break_a_rule(self, write, constraint, facts):
        criterion = factories.criterion()

        with refused(constraint):
            write(criterion, facts)
        with refused(constraint):
            factories.criterion(**facts)

    @WRITES
    @pytest.mark.parametrize(("words", "facts"), cases(LEGAL))
    def test_its_neighbour_is_accepted(self, write, words, facts):
        criterion = factories.criterion()

        write(criterion, facts)

        criterion.refresh_from_db()
        assert {name: getattr(criterion, name) for name in facts} == facts

    @WRITES
    def test_a_slug_stands_once_with_a_country_and_purpose(self, write):
        factories.criterion(slug="phone")
        other = factories.criterion(slug="telephone")

        with refused("centres_criterion_once_a_country_and_purpose"):
            write(other, {"slug": "phone"})

    def test_another_country_or_purpose_may_use_it(self):
        for facts in ({}, {"country": "US"}, {"purpose": "listed"}):
            factories.criterion(slug="phone", **facts)

    def test_what_is_asked_is_of_the_country_and_purpose_and_not_retired(self):
        asked = factories.criterion(slug="phone")
        factories.criterion(slug="phone", country="US")
        factories.criterion(slug="phone", purpose="listed")
        factories.criterion(slug="fax", is_retired=True)

        assert list(Criterion.objects.asked_of(country="GB", purpose="verified")) == [asked]


class TestExpiry:
    @pytest.mark.parametrize(
        ("captured", "months", "until"),
        [
            ("2024-01-31", 1, "2024-02-29"),
            ("2023-01-31", 1, "2023-02-28"),
            ("2024-02-29", 12, "2025-02-28"),
            ("2024-02-29", 48, "2028-02-29"),
            ("2025-08-31", 6, "2026-02-28"),
            ("2025-12-31", 3, "2026-03-31"),
            ("2025-12-01", 1, "2026-01-01"),
            ("2025-11-30", 3, "2026-02-28"),
            ("2025-06-15", 60, "2030-06-15"),
        ],
    )
    def test_is_the_same_day_of_a_later_month_or_its_last(self, captured, months, until):
        criterion, day = Criterion(months=months), datetime.date.fromisoformat(captured)

        assert criterion.expiry(captured_on=day) == datetime.date.fromisoformat(until)
        assert months_after(day, months) == datetime.date.fromisoformat(until)
        assert criterion.lapses

    def test_is_none_of_what_does_not_lapse(self):
        assert Criterion().expiry(captured_on=datetime.date(2025, 6, 1)) is None
        assert not Criterion().lapses
        assert Criterion(has_own_date=True).lapses
