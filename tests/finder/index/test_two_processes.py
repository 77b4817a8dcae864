"""A write by any path, in one process, is seen by the next search of another."""

import datetime
import time

import pytest
from django.db import connection, transaction

from centres.models import Centre, Programme, Term
from finder.index.freshness import FEW
from tests import factories
from tests.centres.admin.conftest import errors, shown
from tests.finder.asking import NOW, ask

from .worker import Worker

DAY = datetime.timedelta(days=1)


@pytest.fixture
def other(processes):
    """The other process, with its index built before the test writes."""
    factories.term("substance", "alcohol")
    factories.term("substance", "cannabis")
    factories.term("language", "cy")
    started = Worker(processes)
    assert started()["count"] == 0
    return started


def execute(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


class TestCentres:
    def test_saved(self, other):
        centre = factories.centre(name="Ash House")
        assert other(q="ash")["count"] == 1

        centre.name = "Birch House"
        centre.save()
        assert (other(q="ash")["count"], other(q="birch")["count"]) == (0, 1)

        centre.delete()
        assert other()["count"] == 0

    def test_updated(self, other):
        centre = factories.centre()
        assert other()["count"] == 1

        Centre.objects.filter(pk=centre.pk).update(status="suspended")
        assert other()["count"] == 0

        Centre.objects.update(status="listed", country="US")
        assert other()["count"] == 0
        assert other(country="US")["count"] == 1

    def test_in_bulk(self, other):
        made = Centre.objects.bulk_create(
            Centre(name=f"Bulk {n}", slug=f"bulk-{n}", country="GB", status="listed")
            for n in range(30)
        )
        assert other(q="bulk")["count"] == 30

        for centre in made:
            centre.status = "draft"
        Centre.objects.bulk_update(made[:10], ["status"])
        assert other(q="bulk")["count"] == 20

        Centre.objects.filter(pk__in=[c.pk for c in made[15:]]).delete()
        assert other(q="bulk")["count"] == 5

    def test_moved(self, other):
        centre = factories.centre(latitude=53.8, longitude=-1.5)
        asked = {"near": "53.8,-1.5", "radius": "5"}
        assert other(**asked)["count"] == 1

        Centre.objects.filter(pk=centre.pk).update(latitude=55.0)
        assert other(**asked)["count"] == 0

    def test_by_raw_sql(self, other):
        centre = factories.centre(name="Ash")
        factories.programme(centre)
        assert other(level="residential")["count"] == 1

        execute("UPDATE centres_programme SET level = 'online'")
        assert other(level="residential")["count"] == 0
        execute("UPDATE centres_centre SET name = 'Birch'")
        assert other(q="birch")["count"] == 1
        execute("DELETE FROM centres_programme")
        assert other(level="online")["count"] == 0
        execute("DELETE FROM centres_centre")
        assert other()["count"] == 0

    def test_through_the_admin(self, other, client, django_user_model):
        centre = factories.centre(name="Ash")
        assert other(q="ash")["count"] == 1
        staff = django_user_model.objects.create(username="a", is_staff=True, is_superuser=True)
        client.force_login(staff)
        address = f"/admin/centres/centre/{centre.pk}/change/"
        typed = {"name": "Birch", "how_known": "phone", "as_of": "2025-06-01"}

        response = client.post(address, {**shown(client.get(address)), **typed})

        assert response.status_code == 302, errors(response)
        assert (other(q="ash")["count"], other(q="birch")["count"]) == (0, 1)


class TestProgrammes:
    def test_written(self, other):
        centre = factories.centre()
        assert other(level="residential")["count"] == 0

        programme = factories.programme(centre)
        assert other(level="residential")["count"] == 1

        programme.level = "online"
        programme.save()
        assert (other(level="residential")["count"], other(level="online")["count"]) == (0, 1)

        Programme.objects.bulk_create([Programme(centre=centre, level="secondary")])
        assert other(level="secondary")["count"] == 1

        programme.delete()
        assert other(level="online")["count"] == 0

    def test_moved_to_another_centre(self, other):
        one, two = factories.centre(name="One"), factories.centre(name="Two")
        programme = factories.programme(one)
        assert other(level="residential")["ids"] == [one.pk]

        Programme.objects.filter(pk=programme.pk).update(centre=two)
        assert other(level="residential")["ids"] == [two.pk]

    @pytest.mark.parametrize(
        ("of", "field", "parameter", "slug"),
        [
            ("programme", "substances", "substance", "alcohol"),
            ("centre", "languages", "language", "cy"),
        ],
    )
    def test_links(self, other, of, field, parameter, slug):
        centre = factories.centre()
        row = {"centre": centre, "programme": factories.programme(centre)}[of]
        links = getattr(row, field)
        term = Term.objects.get(slug=slug)

        def seen():
            return other(**{parameter: slug})["count"]

        assert seen() == 0
        for write, count in [
            (lambda: links.add(term), 1),
            (lambda: links.remove(term), 0),
            (lambda: links.set([term]), 1),
            (lambda: links.clear(), 0),
            (lambda: links.through.objects.create(**{f"{of}_id": row.pk, "term_id": term.pk}), 1),
            (lambda: links.through.objects.all().delete(), 0),
        ]:
            write()
            assert seen() == count


class TestTerms:
    def test_renamed(self, other):
        factories.programme(factories.centre(), substances=["alcohol"])
        assert other()["facets"]["substance"] == {"alcohol": 1, "cannabis": 0}

        Term.objects.filter(slug="alcohol").update(slug="drink")
        assert other(substance="drink")["facets"]["substance"] == {"drink": 1, "cannabis": 0}

    def test_new_and_gone(self, other):
        other()
        term = Term.objects.create(kind="substance", slug="ketamine", label="Ketamine")
        assert "ketamine" in other()["facets"]["substance"]

        term.delete()
        assert "ketamine" not in other()["facets"]["substance"]


class TestManyChanges:
    def test_more_than_are_kept_apart(self, other):
        assert other()["count"] == 0
        centres = Centre.objects.bulk_create(
            Centre(name=f"Many {n}", slug=f"many-{n}", country="GB", status="listed")
            for n in range(FEW + 50)
        )
        assert other()["count"] == FEW + 50

        for n in range(3):  # a few at a time, until there are many
            some = [c.pk for c in centres[n * 100 : n * 100 + 90]]
            Centre.objects.filter(pk__in=some).update(status="draft")
            assert other()["count"] == FEW + 50 - 90 * n - len(centres[n * 100 : n * 100 + 90])


class TestTheOtherWayRound:
    def test_what_the_other_writes_is_seen_here(self, other):
        centre = factories.centre(name="Ash")
        assert ask(q="ash").count == 1

        other.execute(f"UPDATE centres_centre SET name = 'Birch' WHERE id = {centre.pk}")
        assert (ask(q="ash").count, ask(q="birch").count) == (0, 1)

        other.execute("DELETE FROM centres_centre")
        assert ask().count == 0


class TestTransactions:
    def test_nothing_before_the_commit_and_everything_after(self, other):
        centre = factories.centre(name="Ash")
        assert other(q="ash")["count"] == 1

        with transaction.atomic():
            Centre.objects.filter(pk=centre.pk).update(name="Birch")
            factories.centre(name="Cedar")
            assert ask(q="birch").count == 1
            assert other()["names"] == ["Ash"]

        assert sorted(other()["names"]) == ["Birch", "Cedar"]

    def test_what_is_rolled_back_leaves_nothing(self, other):
        factories.centre(name="Ash")
        before = other()

        with transaction.atomic():
            factories.centre(name="Birch")
            Centre.objects.update(name="Cedar")
            transaction.set_rollback(True)

        assert other() == before
        Centre.objects.update(name="Dogwood")
        assert other()["names"] == ["Dogwood"]

    def test_a_search_waits_for_no_writer(self, other):
        """Another process holds a write transaction open; the last commit answers at once."""
        factories.centre(name="Ash")
        assert ask().count == 1

        other.begin()
        other.execute("UPDATE centres_centre SET name = 'Birch'")
        started = time.monotonic()
        assert ask(q="ash").count == 1
        assert ask(q="birch").count == 0
        assert time.monotonic() - started < 5  # a blocked reader would wait for 20
        other.commit()

        assert ask(q="birch").count == 1

    def test_the_first_to_write_commits_last(self, postgresql, other):
        """PostgreSQL numbers transactions in one order and commits them in another."""
        early, late = factories.centre(name="Early"), factories.centre(name="Late")
        assert ask().count == 2

        other.begin()
        other.execute(f"UPDATE centres_centre SET name = 'Early again' WHERE id = {early.pk}")
        Centre.objects.filter(pk=late.pk).update(name="Late again")
        assert ask(q="again").count == 1
        other.commit()

        assert ask(q="again").count == 2
        assert other(q="again")["count"] == 2


class TestTheClock:
    """Nothing is written; only `now` moves on."""

    def test_verified_begins_and_lapses(self, other):
        today = NOW.date()
        factories.centre(verified_from=today, verified_until=today + DAY)
        for days, count in [(-1, 0), (0, 1), (1, 1), (2, 0), (1, 1), (-1, 0)]:
            now = NOW + days * DAY
            assert other(now=now, verified="yes")["count"] == count
            assert ask(now=now, verified="yes").count == count
            assert other(now=now)["facets"]["verified"] == {"yes": count}

    def test_verified_lapses_at_midnight_in_london(self, other):
        """British Summer Time: the day ends an hour before UTC's does."""
        last = datetime.date(2026, 6, 30)
        factories.centre(verified_from=last, verified_until=last)
        for moment, count in [
            (datetime.datetime(2026, 6, 29, 22, 59, 59, tzinfo=datetime.UTC), 0),
            (datetime.datetime(2026, 6, 29, 23, 0, tzinfo=datetime.UTC), 1),
            (datetime.datetime(2026, 6, 30, 22, 59, 59, tzinfo=datetime.UTC), 1),
            (datetime.datetime(2026, 6, 30, 23, 0, tzinfo=datetime.UTC), 0),
        ]:
            assert other(now=moment, verified="yes")["count"] == count

    def test_an_admission_date_is_believed_for_72_hours(self, other):
        factories.programme(
            factories.centre(),
            earliest_admission=NOW.date() + 5 * DAY,
            earliest_admission_stated_at=NOW,
        )
        moment = datetime.timedelta(microseconds=1)
        for after, count in [
            (-moment, 0),
            (0 * moment, 1),
            (3 * DAY - moment, 1),
            (3 * DAY, 0),
            (2 * DAY, 1),
        ]:
            assert other(now=NOW + after, available="7")["count"] == count
            assert ask(now=NOW + after, available="7").count == count

    def test_a_date_comes_within_reach(self, other):
        factories.programme(
            factories.centre(),
            earliest_admission=NOW.date() + 8 * DAY,
            earliest_admission_stated_at=NOW,
        )

        assert other(now=NOW, available="7")["count"] == 0
        assert other(now=NOW + DAY, available="7")["count"] == 1
