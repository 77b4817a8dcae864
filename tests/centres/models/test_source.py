import datetime

import pytest
from django.contrib.auth import get_user_model
from django.db.models import ProtectedError

from centres.models import ImportRun, Source, SourceRecord
from tests import factories

from .rules import WRITES, checks_of, refused, uniques_of

pytestmark = pytest.mark.django_db


class TestSource:
    def test_every_rule_is_proved_here(self):
        assert checks_of(Source) == {"centres_source_has_a_slug"}
        assert uniques_of(Source) == set()

    @WRITES
    def test_has_a_slug_of_its_own(self, write):
        source, other = factories.source(slug="register"), factories.source()

        with refused("centres_source_has_a_slug"):
            write(source, {"slug": ""})
        with refused("centres_source_slug"):
            write(other, {"slug": "register"})

    def test_is_found_by_its_slug(self):
        source = factories.source(slug="register")

        assert Source.objects.get_by_natural_key(*source.natural_key()) == source

    def test_that_facts_came_from_is_not_deleted(self):
        source = factories.source()
        factories.centre(source=source)

        with pytest.raises(ProtectedError):
            source.delete()


class TestImportRun:
    def test_counts_start_at_nothing(self):
        run = factories.import_run()

        counts = (run.created, run.changed, run.unchanged, run.closed, run.left_out)
        assert counts == (0, 0, 0, 0, 0)
        assert run.report == []

    def test_outlives_who_ran_it(self):
        user = get_user_model().objects.create_user("ann")
        run = factories.import_run(applied_by=user)

        user.delete()

        run.refresh_from_db()
        assert run.applied_by is None

    def test_says_what_and_when(self):
        run = ImportRun(
            source=Source(name="Register"),
            file_name="june.csv",
            applied_at=datetime.datetime(2025, 6, 1, tzinfo=datetime.UTC),
        )

        assert str(run) == "Register: june.csv, 1 June 2025"


class TestSourceRecord:
    def test_every_rule_is_proved_here(self):
        assert checks_of(SourceRecord) == {"centres_sourcerecord_has_a_key"}
        assert uniques_of(SourceRecord) == {"centres_sourcerecord_key_is_unique_in_its_source"}

    @WRITES
    def test_has_a_key_that_its_source_uses_once(self, write):
        record = factories.source_record(factories.centre(), key="1-100")
        other = factories.source_record(factories.centre(), source=record.source)

        with refused("centres_sourcerecord_has_a_key"):
            write(other, {"key": ""})
        with refused("centres_sourcerecord_key_is_unique_in_its_source"):
            write(other, {"key": "1-100"})

    def test_two_sources_may_use_one_key(self):
        for _ in range(2):
            factories.source_record(factories.centre(), key="1-100")

    def test_a_centre_may_be_in_two_sources(self):
        centre = factories.centre()

        factories.source_record(centre)
        factories.source_record(centre)

        assert centre.source_records.count() == 2
