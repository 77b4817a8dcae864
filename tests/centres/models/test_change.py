"""The change log: whatever writes a centre, the facet index hears of it."""

import pytest
from django.db import transaction

from centres.models import Centre, Programme, Source, Term
from centres.models.change import EVERYTHING, install_triggers
from tests import factories

from .reader import WATCHED, Reader, execute, tables_with_triggers

pytestmark = pytest.mark.django_db

LINKS = [
    *(("centre", name, kind) for name, kind in factories.CENTRE_TERMS.items()),
    *(("programme", name, kind) for name, kind in factories.PROGRAMME_TERMS.items()),
]


def test_it_works():
    reader = Reader()

    centre = factories.centre()

    assert reader.news() == {centre.pk}
    assert reader.news() == set()


def test_every_table_that_search_reads_is_watched():
    assert set(tables_with_triggers()) == WATCHED


def test_laying_triggers_twice_lays_them_once():
    before = tables_with_triggers()

    install_triggers(using="default")

    assert tables_with_triggers() == before


class TestCentre:
    def test_saved(self):
        centre = factories.centre()
        reader = Reader()

        centre.name = "Another name"
        centre.save()

        assert reader.news() == {centre.pk}

    def test_updated(self):
        one, two = factories.centre(), factories.centre()
        factories.centre(status="draft")
        reader = Reader()

        Centre.objects.visible().update(about="Two of three")

        assert reader.news() == {one.pk, two.pk}

    def test_created_in_bulk(self):
        reader = Reader()

        Centre.objects.bulk_create(
            Centre(name=f"Bulk {n}", slug=f"bulk-{n}", country="GB") for n in range(3)
        )

        assert reader.news() == set(Centre.objects.values_list("pk", flat=True))

    def test_updated_in_bulk(self):
        centres = [factories.centre() for _ in range(3)]
        reader = Reader()
        for centre in centres[:2]:
            centre.beds = 12

        Centre.objects.bulk_update(centres[:2], ["beds"])

        assert reader.news() == {centre.pk for centre in centres[:2]}

    def test_created_or_updated_in_bulk(self):
        old = factories.centre(slug="old")
        reader = Reader()

        Centre.objects.bulk_create(
            [
                Centre(name="New name", slug="old", country="GB"),
                Centre(name="New centre", slug="new", country="GB"),
            ],
            update_conflicts=True,
            update_fields=["name"],
            unique_fields=["slug"],
        )

        assert reader.news() == {old.pk, Centre.objects.get(slug="new").pk}

    def test_written_by_raw_sql(self):
        centre = factories.centre()
        reader = Reader()

        execute("UPDATE centres_centre SET name = 'Raw' WHERE id = %s", centre.pk)

        assert reader.news() == {centre.pk}

    def test_deleted(self):
        pk = factories.centre().pk
        reader = Reader()

        Centre.objects.filter(pk=pk).delete()

        assert reader.news() == {pk}

    def test_bereft_of_its_successor(self):
        successor = factories.centre()
        closed = factories.centre(status="closed", closed_on="2025-06-01", successor=successor)
        gone = successor.pk
        reader = Reader()

        successor.delete()

        assert reader.news() == {closed.pk, gone}

    def test_changed_twice_in_one_transaction_is_heard_of_the_second_time(self):
        centre = factories.centre()
        reader = Reader()

        for name in ("First", "Second"):
            Centre.objects.filter(pk=centre.pk).update(name=name)
            assert reader.news() == {centre.pk}


class TestProgramme:
    def test_saved(self):
        centre = factories.centre()
        reader = Reader()

        programme = factories.programme(centre)
        assert reader.news() == {centre.pk}

        programme.price, programme.currency, programme.price_on = 0, "GBP", "2025-06-01"
        programme.save()
        assert reader.news() == {centre.pk}

    def test_created_updated_and_deleted_in_bulk(self):
        one, two = factories.centre(), factories.centre()
        reader = Reader()

        Programme.objects.bulk_create(Programme(centre=centre) for centre in (one, two))
        assert reader.news() == {one.pk, two.pk}

        Programme.objects.filter(centre=one).update(level="residential")
        assert reader.news() == {one.pk}

        programme = two.programmes.get()
        programme.level = "aftercare"
        Programme.objects.bulk_update([programme], ["level"])
        assert reader.news() == {two.pk}

        Programme.objects.all().delete()
        assert reader.news() == {one.pk, two.pk}

    def test_moved_to_another_centre_concerns_both(self):
        one, two = factories.centre(), factories.centre()
        programme = factories.programme(one)
        reader = Reader()

        Programme.objects.filter(pk=programme.pk).update(centre=two)

        assert reader.news() == {one.pk, two.pk}

    def test_deleted_with_all_its_links(self):
        centre = factories.centre()
        programme = factories.programme(centre, substances=["alcohol"], funding=["self-pay"])
        reader = Reader()

        programme.delete()

        assert reader.news() == {centre.pk}

    def test_deleted_with_its_centre(self):
        centre = factories.centre(languages=["pl"])
        factories.programme(centre, substances=["alcohol"])
        pk = centre.pk
        reader = Reader()

        centre.delete()

        assert reader.news() == {pk}


@pytest.mark.parametrize(("of", "name", "kind"), LINKS)
class TestLink:
    """Every vocabulary of centres and programmes, by every way of linking."""

    @pytest.fixture
    def centre(self):
        return factories.centre()

    @pytest.fixture
    def links(self, centre, of, name):
        owner = centre if of == "centre" else factories.programme(centre)
        return getattr(owner, name)

    @pytest.fixture
    def terms(self, kind):
        return [factories.term(kind, slug) for slug in ("one", "two", "three")]

    def test_changed_by_the_orm(self, centre, links, terms):
        one, two, three = terms
        reader = Reader()

        for change in (
            lambda: links.add(one, two),
            lambda: links.add(one, three),  # one of them is there already
            lambda: links.remove(one),
            lambda: links.set([one]),
            lambda: links.clear(),
        ):
            change()
            assert reader.news() == {centre.pk}

    def test_written_by_bulk_and_raw_sql(self, centre, links, terms):
        one, two, _ = terms
        through, owner = links.through, f"{links.source_field_name}_id"
        table = through._meta.db_table
        reader = Reader()

        through.objects.bulk_create(
            [through(**{owner: links.instance.pk}, term=one)], ignore_conflicts=True
        )
        assert reader.news() == {centre.pk}

        execute(f"UPDATE {table} SET term_id = %s", two.pk)
        assert reader.news() == {centre.pk}

        execute(f"DELETE FROM {table}")
        assert reader.news() == {centre.pk}


class TestTerm:
    def test_renamed_concerns_everything(self):
        term = factories.term("substance", "alcohol")
        reader = Reader()

        term.label = "Drink"
        term.save()

        assert reader.news() == {EVERYTHING}

    def test_deleted_concerns_its_centres_too(self):
        centre = factories.centre()
        factories.programme(centre, substances=["alcohol"])
        reader = Reader()

        Term.objects.get(slug="alcohol").delete()

        assert reader.news() == {EVERYTHING, centre.pk}


def test_a_source_that_turns_out_made_up_is_noted():
    source = factories.source()
    reader = Reader()

    Source.objects.filter(pk=source.pk).update(is_demo=True)

    assert reader.news() == {EVERYTHING}


def test_what_search_does_not_read_is_not_noted():
    source = factories.source()
    centre = factories.centre(provider=factories.provider(), source=source)
    programme = factories.programme(centre)
    reader = Reader()

    factories.provider()
    factories.phone(centre)
    factories.insurance(programme)
    factories.provenance(centre, source=source)
    factories.source_record(centre, source=source)
    factories.import_run(source=source)
    centre.phones.all().delete()

    assert reader.news() == set()


def test_a_link_that_is_there_already_changes_nothing():
    centre = factories.centre(languages=["pl"])
    reader = Reader()

    centre.languages.add(factories.term("language", "pl"))

    assert reader.news() == set()


def test_what_is_rolled_back_is_not_heard_of():
    centre = factories.centre()
    reader = Reader()

    with transaction.atomic():
        Centre.objects.filter(pk=centre.pk).update(beds=3)
        transaction.set_rollback(True)

    assert reader.news() == set()
