import datetime

import pytest
from django.contrib.auth import get_user_model
from django.db.models import ProtectedError

from centres.models import Centre, Programme, Provenance
from tests import factories

from .rules import WRITES, checks_of, refused, uniques_of

pytestmark = pytest.mark.django_db


def test_every_rule_is_proved_here():
    assert checks_of(Provenance) == {"centres_provenance_method_is_known"}
    assert uniques_of(Provenance) == {
        "centres_provenance_one_a_centre_fact",
        "centres_provenance_one_a_programme_fact",
    }


@WRITES
@pytest.mark.parametrize("method", ["rumour", ""])
def test_a_method_is_one_we_know(write, method):
    centre = factories.centre()

    with refused("centres_provenance_method_is_known"):
        write(factories.provenance(centre), {"method": method})
    with refused("centres_provenance_method_is_known"):
        factories.provenance(centre, fact="about", method=method)


@WRITES
def test_a_centre_s_fact_has_one_provenance(write):
    centre = factories.centre()
    factories.provenance(centre, fact="name")
    other = factories.provenance(centre, fact="about")

    with refused("centres_provenance_one_a_centre_fact"):
        write(other, {"fact": "name"})


@WRITES
def test_a_programme_s_fact_has_one_provenance(write):
    centre = factories.centre()
    programme = factories.programme(centre)
    factories.provenance(centre, programme=programme, fact="price")
    other = factories.provenance(centre, programme=programme, fact="level")

    with refused("centres_provenance_one_a_programme_fact"):
        write(other, {"fact": "price"})


def test_a_centre_and_its_programmes_may_state_facts_of_one_name():
    centre = factories.centre()

    factories.provenance(centre, fact="name")
    for _ in range(2):
        factories.provenance(centre, programme=factories.programme(centre), fact="name")

    assert centre.provenance.count() == 3


def test_goes_with_what_it_speaks_of():
    centre = factories.centre()
    programme = factories.programme(centre)
    factories.provenance(centre)
    factories.provenance(centre, programme=programme)

    programme.delete()
    assert centre.provenance.count() == 1

    centre.delete()
    assert not Provenance.objects.exists()


def test_keeps_its_source_and_outlives_who_recorded_it():
    user = get_user_model().objects.create_user("ann")
    provenance = factories.provenance(factories.centre(), recorded_by=user)

    with pytest.raises(ProtectedError):
        provenance.source.delete()
    user.delete()

    provenance.refresh_from_db()
    assert provenance.recorded_by is None


def test_says_how_and_how_old():
    provenance = Provenance(fact="price", method="phone", as_of=datetime.date(2025, 6, 1))

    assert str(provenance) == "price: Asked by telephone, 1 June 2025"


@pytest.mark.parametrize("model", [Centre, Programme])
def test_facts_are_named_once_and_fit_their_column(model):
    assert len(set(model.FACTS)) == len(model.FACTS)
    assert max(map(len, model.FACTS)) <= Provenance._meta.get_field("fact").max_length
