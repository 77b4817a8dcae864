import pytest
from django.db.models import ProtectedError

from centres.models import Provider
from tests import factories

from .rules import WRITES, cases, checks_of, refused, uniques_of

pytestmark = pytest.mark.django_db

BROKEN = {
    "centres_provider_has_a_name": [{"legal_name": ""}],
    "centres_provider_country_is_known": [{"country": "FR"}, {"country": ""}],
    "centres_provider_ownership_is_known": [{"ownership": "family"}, {"ownership": ""}],
}


def test_every_rule_is_proved_here():
    assert set(BROKEN) == checks_of(Provider)
    assert uniques_of(Provider) == {"centres_provider_company_number_is_unique"}


@WRITES
@pytest.mark.parametrize(("constraint", "facts"), cases(BROKEN))
def test_a_row_cannot_be_made_to_break_a_rule(write, constraint, facts):
    provider = factories.provider()

    with refused(constraint):
        write(provider, facts)
    with refused(constraint):
        factories.provider(**facts)


@WRITES
def test_a_company_number_is_one_company_s(write):
    factories.provider(company_number="01234567")

    with refused("centres_provider_company_number_is_unique"):
        write(factories.provider(), {"company_number": "01234567"})


def test_countries_number_their_companies_apart():
    factories.provider(company_number="01234567", country="GB")
    factories.provider(company_number="01234567", country="US")


def test_any_number_of_providers_have_no_company_number():
    assert {factories.provider().company_number for _ in range(2)} == {""}


def test_a_provider_with_centres_is_not_deleted():
    provider = factories.provider()
    factories.centre(provider=provider)

    with pytest.raises(ProtectedError):
        provider.delete()


def test_it_is_called_by_its_legal_name():
    assert str(Provider(legal_name="Oak Ltd")) == "Oak Ltd"
