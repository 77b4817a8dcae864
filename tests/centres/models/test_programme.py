import datetime

import pytest
from django.db import IntegrityError, transaction

from centres.models import Insurance, LevelOfCare, Programme, Setting
from centres.models.programme import HIGHEST_PRICE, LONGEST_DAYS
from tests import factories

from .rules import WRITES, cases, checks_of, refused, uniques_of

pytestmark = pytest.mark.django_db

DAY = datetime.date(2025, 6, 1)
NOON = datetime.datetime(2025, 6, 1, 12, tzinfo=datetime.UTC)
SECOND = datetime.timedelta(seconds=1)
PRICED = {"price": 12_000, "currency": "GBP", "price_on": DAY}

BROKEN = {
    "centres_programme_level_is_known": [{"level": "spa"}],
    "centres_programme_dual_diagnosis_is_known": [
        {"dual_diagnosis": "yes"},
        {"dual_diagnosis": ""},
    ],
    "centres_programme_approach_is_known": [{"approach": "holistic"}, {"approach": ""}],
    "centres_programme_medication_is_known": [{"medication": "no"}, {"medication": ""}],
    "centres_programme_currency_is_known": [{**PRICED, "currency": "EUR"}],
    "centres_programme_asam_level_with_edition": [{"asam_level": "3.5"}, {"asam_edition": 3}],
    "centres_programme_length_is_in_range": [
        {"length_min_days": 0},
        {"length_max_days": 0},
        {"length_min_days": LONGEST_DAYS + 1},
        {"length_max_days": LONGEST_DAYS + 1},
    ],
    "centres_programme_length_min_is_not_above_max": [
        {"length_min_days": 29, "length_max_days": 28}
    ],
    "centres_programme_open_ended_has_no_length": [
        {"open_ended": True, "length_min_days": 28},
        {"open_ended": True, "length_max_days": 28},
    ],
    "centres_programme_ages_are_in_order": [
        {"age_min": 121},
        {"age_max": 121},
        {"age_min": 19, "age_max": 18},
    ],
    "centres_programme_price_has_currency_and_date": [
        {"price": 12_000},
        {"price": 0},
        {"currency": "GBP"},
        {"price_on": DAY},
        {**PRICED, "currency": ""},
        {**PRICED, "price_on": None},
        {**PRICED, "price": None},
    ],
    "centres_programme_price_is_in_range": [{**PRICED, "price": HIGHEST_PRICE + 1}],
    "centres_programme_admission_says_when_stated": [
        {"earliest_admission": DAY},
        {"earliest_admission_stated_at": NOON},
    ],
}
LEGAL = {
    "centres_programme_level_is_known": [{"level": ""}, {"level": "aftercare"}],
    "centres_programme_asam_level_with_edition": [{"asam_level": "3.5", "asam_edition": 3}],
    "centres_programme_length_is_in_range": [
        {"length_min_days": 1, "length_max_days": LONGEST_DAYS},
        {"length_min_days": 28},
        {"length_max_days": 28},
    ],
    "centres_programme_length_min_is_not_above_max": [
        {"length_min_days": 28, "length_max_days": 28}
    ],
    "centres_programme_open_ended_has_no_length": [{"open_ended": True}],
    "centres_programme_ages_are_in_order": [
        {"age_min": 18, "age_max": 18},
        {"age_min": 0, "age_max": 120},
        {"age_min": 18},
    ],
    "centres_programme_price_has_currency_and_date": [PRICED, {**PRICED, "currency": "USD"}],
    "centres_programme_price_is_in_range": [
        {**PRICED, "price": 0},
        {**PRICED, "price": HIGHEST_PRICE},
    ],
    "centres_programme_admission_says_when_stated": [
        {"earliest_admission": DAY, "earliest_admission_stated_at": NOON}
    ],
}


def test_every_rule_is_proved_here():
    assert set(BROKEN) == checks_of(Programme)
    assert uniques_of(Programme) == set()


@pytest.mark.parametrize(("constraint", "facts"), cases(BROKEN))
def test_a_row_that_breaks_a_rule_cannot_be_created(constraint, facts):
    centre = factories.centre()

    with refused(constraint):
        Programme.objects.create(centre=centre, **facts)


@WRITES
@pytest.mark.parametrize(("constraint", "facts"), cases(BROKEN))
def test_a_row_cannot_be_made_to_break_a_rule(write, constraint, facts):
    programme = factories.programme(factories.centre())

    with refused(constraint):
        write(programme, facts)


@WRITES
@pytest.mark.parametrize(("constraint", "facts"), cases(LEGAL))
def test_its_neighbour_is_accepted(write, constraint, facts):
    programme = factories.programme(factories.centre())

    write(programme, facts)

    programme.refresh_from_db()
    assert {name: getattr(programme, name) for name in facts} == facts


@pytest.mark.parametrize("field", ["price", "length_min_days", "length_max_days", "age_min"])
def test_numbers_are_not_negative(field):
    programme = factories.programme(factories.centre(), **PRICED)

    with pytest.raises(IntegrityError), transaction.atomic():
        Programme.objects.filter(pk=programme.pk).update(**{field: -1})


def test_a_programme_of_which_nothing_is_known_says_nothing():
    programme = Programme.objects.create(centre=factories.centre())

    assert programme.setting == ""
    assert programme.dual_diagnosis == programme.approach == programme.medication == "unknown"
    assert programme.fresh_admission(now=NOON) is None
    assert str(programme) == "Programme"


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"name": "Twelve weeks", "level": "residential"}, "Twelve weeks"),
        ({"level": "residential"}, "Residential rehab"),
    ],
)
def test_it_is_called_by_its_name_or_its_level(facts, name):
    assert str(Programme(**facts)) == name


class TestSetting:
    @pytest.mark.parametrize("level", LevelOfCare)
    def test_follows_from_the_level(self, level):
        beds = {"residential-detox", "hospital-inpatient", "residential", "secondary",
                "recovery-housing"}  # fmt: skip
        expected = {"online": Setting.ONLINE}.get(
            level.value, Setting.RESIDENTIAL if level.value in beds else Setting.OUTPATIENT
        )

        assert Programme(level=level.value).setting == expected

    def test_every_level_is_in_one_setting(self):
        levels = [level for setting in Setting for level in LevelOfCare.in_setting(setting)]

        assert sorted(levels) == sorted(LevelOfCare)


class TestFreshAdmission:
    @pytest.mark.parametrize(
        ("age", "fresh"),
        [
            (-SECOND, False),  # stated in the future: a clock is wrong
            (0 * SECOND, True),
            (datetime.timedelta(hours=72) - SECOND, True),
            (datetime.timedelta(hours=72), False),
            (datetime.timedelta(hours=72) + SECOND, False),
        ],
    )
    def test_is_believed_for_72_hours(self, age, fresh):
        programme = Programme(earliest_admission=DAY, earliest_admission_stated_at=NOON)

        assert programme.fresh_admission(now=NOON + age) == (DAY if fresh else None)

    def test_lapses_by_hours_that_passed_not_by_the_clock_on_the_wall(self):
        """Clocks went forward in London on 30 March 2025 at 01:00 UTC."""
        stated = datetime.datetime(2025, 3, 28, 12, tzinfo=datetime.UTC)
        programme = Programme(earliest_admission=DAY, earliest_admission_stated_at=stated)
        after = datetime.timedelta(hours=72)

        assert programme.fresh_admission(now=stated + after - SECOND) == DAY
        assert programme.fresh_admission(now=stated + after) is None


class TestInsurance:
    BROKEN = {
        "centres_insurance_standing_is_known": [{"standing": "accepted"}, {"standing": ""}],
    }

    def test_every_rule_is_proved_here(self):
        assert set(self.BROKEN) == checks_of(Insurance)
        assert uniques_of(Insurance) == {"centres_insurance_one_standing_a_plan"}

    @WRITES
    @pytest.mark.parametrize(("constraint", "facts"), cases(BROKEN))
    def test_a_row_cannot_be_made_to_break_a_rule(self, write, constraint, facts):
        insurance = factories.insurance(factories.programme(factories.centre()))

        with refused(constraint):
            write(insurance, facts)
        with refused(constraint):
            factories.insurance(insurance.programme, **facts)

    def test_a_plan_stands_once_with_a_programme(self):
        programme = factories.programme(factories.centre())
        factories.insurance(programme, insurer="Mutual", plan="Gold")
        factories.insurance(programme, insurer="Mutual", plan="Silver", standing="not-accepted")

        with refused("centres_insurance_one_standing_a_plan"):
            factories.insurance(programme, insurer="Mutual", plan="Gold", standing="unknown")

    def test_it_is_called_by_insurer_and_plan(self):
        assert str(Insurance(insurer="Mutual", plan="Gold")) == "Mutual Gold"
        assert str(Insurance(insurer="Mutual")) == "Mutual"
