"""The change log: whatever writes a centre, the facet index hears of it."""

import threading

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction

from centres.models import Centre, Change, Programme, Term
from centres.models.change import EVERYTHING, install_triggers, lift_triggers
from centres.models.programme import MOST_PROGRAMMES
from tests import factories

pytestmark = pytest.mark.django_db

WATCHED = {
    "centres_centre",
    "centres_centre_access",
    "centres_centre_amenities",
    "centres_centre_languages",
    "centres_programme",
    "centres_programme_conditions",
    "centres_programme_detoxes",
    "centres_programme_excluded_conditions",
    "centres_programme_exclusions",
    "centres_programme_funding",
    "centres_programme_medicines",
    "centres_programme_people",
    "centres_programme_substances",
    "centres_programme_therapies",
    "centres_term",
}
LINKS = [
    *((factories.centre, name, kind) for name, kind in factories.CENTRE_TERMS.items()),
    *((factories.programme, name, kind) for name, kind in factories.PROGRAMME_TERMS.items()),
]


class Reader:
    """Reads the log as a worker does: from its last mark, leaving out what it has applied."""

    def __init__(self):
        self.mark = Change.objects.mark()
        rows, _ = Change.objects.since(self.mark)
        self.applied = {(centre, stamp) for centre, _, stamp in rows}

    def news(self):
        """Ids of the centres that changed since the last call."""
        rows, self.mark = Change.objects.since(self.mark)
        fresh = {(centre, stamp) for centre, _, stamp in rows} - self.applied
        self.applied |= fresh
        return {centre for centre, _ in fresh}


def execute(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def tables_with_triggers():
    queries = {
        "sqlite": "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal",
    }
    with connection.cursor() as cursor:
        cursor.execute(queries[connection.vendor])
        return sorted(table for (table,) in cursor.fetchall())


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


@pytest.mark.parametrize(("factory", "name", "kind"), LINKS, ids=lambda value: str(value))
class TestLink:
    """Every vocabulary of centres and programmes, by every way of linking."""

    @pytest.fixture
    def centre(self):
        return factories.centre()

    @pytest.fixture
    def links(self, centre, factory, name):
        owner = centre if factory is factories.centre else factories.programme(centre)
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


def test_what_search_does_not_read_is_not_noted():
    centre = factories.centre(provider=factories.provider(), source=factories.source())
    programme = factories.programme(centre)
    reader = Reader()

    factories.provider()
    factories.phone(centre)
    factories.insurance(programme)
    factories.provenance(centre)
    factories.source_record(centre)
    factories.import_run()
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


class TestCommitting:
    """What other connections see, and when."""

    def test_another_connection_hears_after_the_commit(self, transactional_db):
        centre = factories.centre()
        reader = Reader()
        written, may_commit = threading.Event(), threading.Event()

        def write():
            with transaction.atomic():
                Centre.objects.filter(pk=centre.pk).update(beds=3)
                written.set()
                assert may_commit.wait(20)
            connection.close()

        writer = threading.Thread(target=write)
        writer.start()
        assert written.wait(20)
        assert reader.news() == set()
        may_commit.set()
        writer.join()

        assert reader.news() == {centre.pk}
        assert reader.news() == set()

    def test_the_first_to_write_may_commit_last(self, postgresql):
        """Numbers are given in one order and committed in another, and none is passed over."""
        early, late = factories.centre(), factories.centre()
        reader = Reader()
        written, may_commit = threading.Event(), threading.Event()

        def write_early():
            with transaction.atomic():
                Centre.objects.filter(pk=early.pk).update(beds=3)
                written.set()
                assert may_commit.wait(20)
            connection.close()

        def write_late():
            Centre.objects.filter(pk=late.pk).update(beds=4)
            connection.close()

        slow = threading.Thread(target=write_early)
        slow.start()
        assert written.wait(20)
        quick = threading.Thread(target=write_late)
        quick.start()
        quick.join()
        assert reader.news() == {late.pk}
        may_commit.set()
        slow.join()

        assert reader.news() == {early.pk}
        assert reader.news() == set()

    def test_a_mark_taken_between_misses_nothing(self, postgresql):
        centre = factories.centre()
        written, may_commit = threading.Event(), threading.Event()

        def write():
            with transaction.atomic():
                Centre.objects.filter(pk=centre.pk).update(beds=3)
                written.set()
                assert may_commit.wait(20)
            connection.close()

        writer = threading.Thread(target=write)
        writer.start()
        assert written.wait(20)
        reader = Reader()  # a worker starts while the other transaction is running
        may_commit.set()
        writer.join()

        assert reader.news() == {centre.pk}

    def test_a_table_emptied_at_once_is_heard_of(self, postgresql):
        factories.centre()
        reader = Reader()

        execute("TRUNCATE centres_term CASCADE")

        assert reader.news() == {EVERYTHING}


class TestMigrating:
    """Tables can still be altered, and what is written meanwhile is heard of."""

    @pytest.mark.parametrize("model", [Centre, Programme, Change, Term], ids=str)
    def test_a_watched_table_can_be_altered(self, transactional_db, model):
        field = model._meta.get_fields()[-1] if model is Change else model._meta.pk
        check = models.CheckConstraint(
            name="centres_is_positive", condition=models.Q(**{f"{field.name}__gte": 0})
        )

        lift_triggers(using="default")
        try:
            with connection.schema_editor() as editor:
                editor.add_constraint(model, check)
            with connection.schema_editor() as editor:
                editor.remove_constraint(model, check)
        finally:
            install_triggers(using="default")

        assert set(tables_with_triggers()) == WATCHED

    def test_writes_without_triggers_have_everything_read_anew(self, transactional_db):
        reader = Reader()

        lift_triggers(using="default")
        centre = factories.centre()
        install_triggers(using="default")

        assert reader.news() & {EVERYTHING, centre.pk}

    def test_migrate_with_nothing_to_do_changes_nothing(self, transactional_db):
        reader = Reader()

        call_command("migrate", verbosity=0)

        assert reader.news() == set()
        assert set(tables_with_triggers()) == WATCHED


class TestMostProgrammes:
    @pytest.fixture
    def full(self):
        centre = factories.centre()
        Programme.objects.bulk_create(Programme(centre=centre) for _ in range(MOST_PROGRAMMES))
        return centre

    def test_one_more_is_refused_however_it_comes(self, full):
        for add in (
            lambda: factories.programme(full),
            lambda: Programme.objects.bulk_create([Programme(centre=full)]),
        ):
            with pytest.raises(IntegrityError, match="at most"), transaction.atomic():
                add()

        assert full.programmes.count() == MOST_PROGRAMMES

    def test_too_many_at_once_are_refused(self):
        centre = factories.centre()

        with pytest.raises(IntegrityError, match="at most"), transaction.atomic():
            Programme.objects.bulk_create(
                Programme(centre=centre) for _ in range(MOST_PROGRAMMES + 1)
            )

        assert centre.programmes.count() == 0

    def test_one_from_elsewhere_is_refused(self, full):
        elsewhere = factories.programme(factories.centre())

        with pytest.raises(IntegrityError, match="at most"), transaction.atomic():
            Programme.objects.filter(pk=elsewhere.pk).update(centre=full)

    def test_those_there_can_be_edited(self, full):
        programme = full.programmes.first()
        programme.name = "Renamed"

        programme.save()

        assert full.programmes.filter(name="Renamed").count() == 1

    def test_one_that_leaves_makes_room(self, full):
        full.programmes.first().delete()

        factories.programme(full)

        assert full.programmes.count() == MOST_PROGRAMMES

    def test_two_people_adding_the_last_at_once_do_not_both_succeed(self, postgresql):
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
