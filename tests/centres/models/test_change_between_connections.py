"""The change log while several connections write, and while tables are altered."""

import threading

import pytest
from django.core.management import call_command
from django.db import connection, models, transaction

from centres.models import Centre, Change, Programme, Term
from centres.models.change import EVERYTHING, install_triggers, lift_triggers
from tests import factories

from .reader import WATCHED, Reader, execute, tables_with_triggers


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
