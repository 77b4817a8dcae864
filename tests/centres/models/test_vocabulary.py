import pytest

from centres.models import Country, Currency, LevelOfCare, Term
from tests import factories

from .rules import WRITES, cases, checks_of, refused, uniques_of

BROKEN = {
    "centres_term_has_a_slug": [{"slug": ""}],
    "centres_term_has_a_label": [{"label": ""}],
    "centres_term_kind_is_known": [{"kind": "colour"}, {"kind": ""}],
    "centres_term_country_is_known": [{"country": "FR"}],
}


def test_every_rule_is_proved_here():
    assert set(BROKEN) == checks_of(Term)
    assert uniques_of(Term) == {"centres_term_kind_and_slug_are_unique"}


@pytest.mark.django_db
class TestTerm:
    @WRITES
    @pytest.mark.parametrize(("constraint", "facts"), cases(BROKEN))
    def test_a_row_cannot_be_made_to_break_a_rule(self, write, constraint, facts):
        term = factories.term("substance", "alcohol")

        with refused(constraint):
            write(term, facts)
        with refused(constraint):
            Term.objects.create(**{"kind": "therapy", "slug": "cbt", "label": "CBT", **facts})

    @WRITES
    def test_a_slug_stands_once_in_its_kind(self, write):
        factories.term("substance", "alcohol")
        other = factories.term("substance", "cannabis")

        with refused("centres_term_kind_and_slug_are_unique"):
            write(other, {"slug": "alcohol"})

    def test_two_kinds_may_share_a_slug(self):
        assert factories.term("condition", "autism") != factories.term("people", "autism")

    def test_is_found_by_kind_and_slug(self):
        term = factories.term("condition", "autism")

        assert Term.objects.get_by_natural_key(*term.natural_key()) == term

    def test_is_called_by_its_label(self):
        assert str(factories.term("condition", "autism", label="Autism")) == "Autism"

    def test_stands_in_the_order_given(self):
        for slug, position in (("second", 2), ("first", 1), ("third", 3)):
            factories.term("people", slug, position=position)

        assert [term.slug for term in Term.objects.all()] == ["first", "second", "third"]


def test_every_country_has_money_and_every_money_a_sign():
    assert {country.value: Currency(country.currency).sign for country in Country} == {
        "GB": "£",
        "US": "$",
    }


def test_the_safety_sentence_stands_beside_every_detox():
    assert {level.value for level in LevelOfCare if level.includes_detox} == {
        "home-detox",
        "residential-detox",
        "hospital-inpatient",
    }
