"""One and the same programme (P11), and unknown that is never a match (P6)."""

import datetime
from itertools import combinations, permutations

import pytest

from centres.models import Term
from tests import factories

from . import directories
from .asking import NOW, TODAY, ask, found

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
PRICED = {"currency": "GBP", "price_on": TODAY}
STATED = {"earliest_admission_stated_at": NOW}

#: For each programme filter: what is asked, what meets it, and what is known and does not.
FILTERS = {
    "level": ("residential", {"level": "residential"}, {"level": "outpatient"}),
    "setting": ("residential", {"level": "residential"}, {"level": "online"}),
    "length": (
        "28",
        {"length_min_days": 21, "length_max_days": 28},
        {"length_min_days": 29, "length_max_days": 84},
    ),
    "dual_diagnosis": (
        "enhanced", {"dual_diagnosis": "enhanced"}, {"dual_diagnosis": "none"},
    ),
    "substance": ("alcohol", {"substances": ["alcohol"]}, {"substances": ["cannabis"]}),
    "therapy": ("cbt", {"therapies": ["cbt"]}, {"therapies": ["dbt"]}),
    "condition": ("ptsd", {"conditions": ["ptsd"]}, {"conditions": ["anxiety"]}),
    "funding": ("nhs", {"funding": ["nhs"]}, {"funding": ["self-pay"]}),
    "people": ("women", {"people": ["women"]}, {"people": ["veterans"]}),
    "medication": (
        "prescribes", {"medication": "prescribes"}, {"medication": "does-not-accept"},
    ),
    "max_price": ("5000", {"price": 5000, **PRICED}, {"price": 5001, **PRICED}),
    "available": (
        "7",
        {"earliest_admission": TODAY + 7 * DAY, **STATED},
        {"earliest_admission": TODAY + 8 * DAY, **STATED},
    ),
}  # fmt: skip
#: `setting` follows from `level`: no programme meets one of the two and fails the other.
PAIRS = [pair for pair in combinations(FILTERS, 2) if set(pair) != {"level", "setting"}]


@pytest.fixture(autouse=True)
def _vocabulary():
    directories.vocabulary()


class TestOneAndTheSameProgramme:
    def test_residential_28_days_dual_diagnosis_in_three_programmes(self):
        """A centre that has all three, but in three programmes, is not what was asked for."""
        trap = factories.centre(name="Trap")
        factories.programme(trap, level="residential", length_min_days=7, length_max_days=10)
        factories.programme(trap, level="outpatient", length_min_days=28, length_max_days=28)
        factories.programme(trap, level="online", dual_diagnosis="enhanced")
        right = factories.centre(name="Right")
        factories.programme(
            right,
            level="residential",
            length_min_days=28,
            length_max_days=28,
            dual_diagnosis="enhanced",
        )

        asked = {"level": "residential", "length": "28", "dual_diagnosis": "enhanced"}

        assert found(**asked) == ["Right"]
        for name, value in asked.items():
            assert found(**{name: value}) == ["Right", "Trap"]

    @pytest.mark.parametrize(("one", "two"), PAIRS, ids="-".join)
    def test_each_pair_of_filters(self, one, two):
        """One programme meets the one and fails the other, its neighbour the other way round."""
        (one_asks, one_meets, one_fails), (two_asks, two_meets, two_fails) = (
            FILTERS[one], FILTERS[two],
        )  # fmt: skip
        trap = factories.centre(name="Trap")
        factories.programme(trap, **{"level": "", **one_meets, **two_fails})
        factories.programme(trap, **{"level": "", **two_meets, **one_fails})
        right = factories.centre(name="Right")
        factories.programme(right, **{"level": "", **one_fails, **two_fails})
        factories.programme(right, **{"level": "", **one_meets, **two_meets})

        results = ask(**{one: one_asks, two: two_asks})

        assert [hit.centre.name for hit in results.hits] == ["Right"]
        assert [item.matches for item in results.hits[0].programmes] == [False, True]
        assert found(**{one: one_asks}) == found(**{two: two_asks}) == ["Right", "Trap"]
        for name, other in permutations((one, two)):
            counted = {o.value: o.count for o in ask(**{name: FILTERS[name][0]}).facets[other]}
            assert counted.get(FILTERS[other][0], 1) == 1, (name, other)

    def test_the_least_price_is_of_a_programme_that_was_asked_for(self):
        cheap = factories.centre(name="A cheap outpatient programme")
        factories.programme(cheap, level="outpatient", price=100, **PRICED)
        factories.programme(cheap, level="residential", price=9000, **PRICED)
        plain = factories.centre(name="Plain")
        factories.programme(plain, level="residential", price=5000, **PRICED)

        assert found(sort="price") == ["A cheap outpatient programme", "Plain"]
        assert found(sort="price", level="residential") == ["Plain", "A cheap outpatient programme"]


#: What is not known, in each form it can take.
UNKNOWN = {
    "level": [{"level": ""}],
    "setting": [{"level": ""}],
    "length": [{}, {"open_ended": True}],
    "dual_diagnosis": [{"dual_diagnosis": "unknown"}],
    "substance": [{}],
    "therapy": [{}],
    "condition": [{}],
    "funding": [{}],
    "people": [{}],
    "medication": [{"medication": "unknown"}],
    "max_price": [{}],
    "available": [
        {},
        {"earliest_admission": TODAY, "earliest_admission_stated_at": NOW - 3 * DAY},
        {"earliest_admission": TODAY, "earliest_admission_stated_at": NOW + DAY},
    ],
}
EVERY_VALUE = {
    "length": ["1", "7", "28", "1095"],
    "max_price": ["0", "5000", "1000000"],
    "available": ["0", "7", "365"],
}


class TestUnknown:
    @pytest.mark.parametrize(
        ("name", "facts"),
        [(name, facts) for name, forms in UNKNOWN.items() for facts in forms],
        ids=lambda value: value if isinstance(value, str) else "-".join(value) or "nothing",
    )
    def test_it_meets_no_value_of_a_programme_filter(self, name, facts):
        level = {} if name in {"level", "setting"} else {"level": "residential"}
        centre = factories.centre()
        factories.programme(centre, **level, **facts)

        options = ask().facets[name]

        assert options
        assert all(option.count == 0 for option in options)
        for value in EVERY_VALUE.get(name, [option.value for option in options]):
            assert ask(**{name: value}).count == 0
        assert ask().count == 1

    @pytest.mark.parametrize("name", ["language", "access", "verified"])
    def test_it_meets_no_value_of_a_centre_filter(self, name):
        factories.centre()

        options = ask().facets[name]

        assert all(option.count == 0 for option in options)
        assert all(ask(**{name: option.value}).count == 0 for option in options)

    def test_a_centre_without_programmes_meets_no_programme_filter(self):
        factories.centre()

        for name, (asked, *_) in FILTERS.items():
            assert ask(**{name: asked}).count == 0

    def test_none_is_known_and_unknown_is_not(self):
        factories.programme(factories.centre(name="Known"), dual_diagnosis="none")
        factories.programme(factories.centre(name="Unknown"))

        assert found(dual_diagnosis="none") == ["Known"]

    def test_unknown_prices_left_out_are_counted(self):
        for name, price in {"Cheap": 100, "Dear": 9000, "Unknown": None}.items():
            known = {"price": price, **PRICED} if price else {}
            factories.programme(factories.centre(name=name), **known)
        both = factories.centre(name="Both")
        factories.programme(both)
        factories.programme(both, price=9000, **PRICED)
        factories.programme(factories.centre(name="Elsewhere"), level="online")

        results = ask(max_price="5000", level="residential")

        assert [hit.centre.name for hit in results.hits] == ["Cheap"]
        assert results.unknown_price == 2  # "Unknown", and "Both" for its other programme
        assert ask(level="residential").unknown_price == 0


def test_free_is_a_price():
    factories.programme(factories.centre(name="Free"), price=0, **PRICED)
    factories.programme(factories.centre(name="Unknown"))

    assert found(max_price="0") == ["Free"]
    assert found(sort="price") == ["Free", "Unknown"]


def test_a_term_of_another_country_is_not_offered():
    funding = {option.value for option in ask(country="GB").facets["funding"]}

    assert "medicaid" not in funding
    assert Term.objects.filter(slug="medicaid").exists()
    assert "medicaid" in {option.value for option in ask(country="US").facets["funding"]}
