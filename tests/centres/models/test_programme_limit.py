"""A centre has so many programmes and no more: the database counts them."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from centres.models import Programme
from centres.models.programme import MOST_PROGRAMMES
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def full():
    centre = factories.centre()
    Programme.objects.bulk_create(Programme(centre=centre) for _ in range(MOST_PROGRAMMES))
    return centre


def test_one_more_is_refused_however_it_comes(full):
    for add in (
        lambda: factories.programme(full),
        lambda: Programme.objects.bulk_create([Programme(centre=full)]),
    ):
        with pytest.raises(IntegrityError, match="at most"), transaction.atomic():
            add()

    assert full.programmes.count() == MOST_PROGRAMMES


def test_too_many_at_once_are_refused():
    centre = factories.centre()

    with pytest.raises(IntegrityError, match="at most"), transaction.atomic():
        Programme.objects.bulk_create(Programme(centre=centre) for _ in range(MOST_PROGRAMMES + 1))

    assert centre.programmes.count() == 0


def test_one_from_elsewhere_is_refused(full):
    elsewhere = factories.programme(factories.centre())

    with pytest.raises(IntegrityError, match="at most"), transaction.atomic():
        Programme.objects.filter(pk=elsewhere.pk).update(centre=full)


def test_those_there_can_be_edited(full):
    programme = full.programmes.first()
    programme.name = "Renamed"

    programme.save()

    assert full.programmes.filter(name="Renamed").count() == 1


def test_one_that_leaves_makes_room(full):
    full.programmes.first().delete()

    factories.programme(full)

    assert full.programmes.count() == MOST_PROGRAMMES


def test_two_people_adding_the_last_at_once_do_not_both_succeed(postgresql):
    centre = factories.centre()
    Programme.objects.bulk_create(Programme(centre=centre) for _ in range(MOST_PROGRAMMES - 1))
    added, may_commit, refused = threading.Event(), threading.Event(), []

    def first():
        with transaction.atomic():
            Programme.objects.create(centre=centre)
            added.set()
            assert may_commit.wait(20)
        connection.close()

    def second():
        try:
            Programme.objects.create(centre=centre)
        except IntegrityError as error:
            refused.append(error)
        connection.close()

    one, two = threading.Thread(target=first), threading.Thread(target=second)
    one.start()
    assert added.wait(20)
    two.start()
    two.join(0.3)  # it waits for the first to end
    may_commit.set()
    one.join()
    two.join()

    assert len(refused) == 1
    assert centre.programmes.count() == MOST_PROGRAMMES
