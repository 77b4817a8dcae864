"""Every guard broken on purpose on the database at hand, and laid again by `migrate`."""

import re

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from centres import workflow
from centres.models import (
    Advertisement,
    AuditEntry,
    Centre,
    Check,
    EvidenceFile,
    Proposal,
    State,
    Verification,
    VerificationEvent,
)
from centres.models.change import lift_triggers
from centres.models.guards import GUARDS, STEPS
from centres.models.triggers import KEPT, install_guards
from tests import factories
from tests.centres import texts

from . import broken_cases, broken_guides, broken_marks, broken_withdrawals
from .rules import refused
from .statements import (
    AT,
    BREAKING,
    FIRST,
    LAST,
    approved,
    columns_of,
    in_state,
    insert,
    person,
    queued,
    run,
    step,
)

NAMES = {guard.name for guard in GUARDS}
#: PostgreSQL cuts longer names short without a word.
LONGEST_NAME = 63


def laid():
    """The names of our guards that the database has."""
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with connection.cursor() as cursor:
        cursor.execute(query[connection.vendor])
        return {name for (name,) in cursor.fetchall()} & NAMES


class TestNames:
    def test_are_short_enough_and_say_their_table(self):
        assert len(NAMES) == len(GUARDS)
        assert [name for name in NAMES if len(name) > LONGEST_NAME] == []
        assert [g.name for g in GUARDS if not g.name.startswith(f"{g.table}_")] == []

    def test_are_those_of_no_constraint(self):
        tables = [Centre, Verification, VerificationEvent, Check, EvidenceFile, Advertisement]
        constraints = {c.name for model in tables for c in model._meta.constraints}

        assert not constraints & NAMES

    def test_words_need_no_quoting(self):
        assert [g.words for g in GUARDS if re.search(r"['%]", g.words)] == []


class TestSteps:
    #: Guards that refuse a step on the way to a state, or away from one.
    REFUSING = (
        "centres_verification_moves_by_its_steps",
        "centres_verification_approved_stands",
        "centres_verification_refused_stands",
        "centres_verification_approved_on_evidence",
    )

    def test_are_those_of_the_table_of_transitions(self):
        performed = {
            (source.value, transition.target.value)
            for transition in workflow.TRANSITIONS
            for source in transition.sources
            if source != transition.target
        }

        assert performed == set(STEPS)
        assert len(set(STEPS)) == len(STEPS)

    @pytest.mark.django_db
    @pytest.mark.parametrize("target", State.values)
    @pytest.mark.parametrize("source", State.values)
    def test_are_all_there_are(self, source, target):
        case, columns = in_state(source), columns_of(target)
        if (source, target) in STEPS:
            run(step(case, **columns))
            return
        if source == target and source not in ("approved", "rejected", "cancelled"):
            return

        with refused(*self.REFUSING):
            run(step(case, **columns))


def test_every_guard_is_proved_here():
    assert broken_cases
    assert broken_guides
    assert broken_marks
    assert broken_withdrawals
    assert set(BREAKING) == NAMES


@pytest.mark.django_db
@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_a_guard_refuses_what_it_is_for_and_nothing_beside_it(guard):
    *broken, accepted = BREAKING[guard.name]()
    assert broken

    for statement in broken:
        with refused(guard.name):
            run(statement)
    run(*accepted)


@pytest.mark.django_db
class TestReplacing:
    """SQLite's INSERT OR REPLACE drops the row in its way, and fires no DELETE guard for it."""

    VERB = "INSERT OR REPLACE"

    def rows(self):
        """One row of each table that is kept."""
        text = texts.draft()
        yield from (text, text.sections.get(), texts.reference())
        centre = factories.centre(verified_from=FIRST, verified_until=LAST)
        advert = factories.advertise(centre, FIRST, LAST)
        case = centre.verifications.get(purpose="verified")
        later = queued(centre)
        now, ruth = timezone.now(), factories.person("ruth")
        facts = {"action": "open", "to_state": "queued", "version": 1, "happened_at": now}
        yield case
        yield case.checks.get()
        yield advert
        yield VerificationEvent.objects.create(verification=later, **facts)
        yield AuditEntry.objects.create(act="saw", kind="centre")
        yield EvidenceFile.objects.create(name="a.pdf", sha256="0" * 64, size=1, added_by=ruth)
        yield factories.withdraw(factories.centre())
        yield Proposal.objects.create(centre=centre, changes=[], method="website", as_of=FIRST)

    def test_every_table_whose_rows_are_never_deleted_is_kept(self):
        deleting = {guard.table for guard in GUARDS if guard.event == "DELETE"}

        assert deleting <= set(KEPT)
        assert {row._meta.db_table for row in self.rows()} == set(KEPT)

    def test_no_row_comes_in_place_of_another(self):
        if connection.vendor != "sqlite":
            self.VERB = "INSERT"  # there is no other
        for row in self.rows():
            before = type(row).objects.values().get(pk=row.pk)
            with pytest.raises(IntegrityError), transaction.atomic():
                run(insert(row, self.VERB))
            assert type(row).objects.values().get(pk=row.pk) == before

    def test_nor_by_what_is_unique_of_it(self):
        *_, advert, event, _, _, gone, _ = self.rows()
        verb = self.VERB if connection.vendor == "sqlite" else "INSERT"
        for row in (advert, event, gone):
            row.pk, kept = None, row.pk
            with pytest.raises(IntegrityError), transaction.atomic():
                run(insert(row, verb))
            assert type(row).objects.filter(pk=kept).exists()


class TestLaying:
    @pytest.mark.django_db
    def test_migrate_lays_them_all(self):
        assert laid() == NAMES

    def test_tables_can_be_altered_between_lifting_and_laying(self, transactional_db):
        always = models.Q(pk__gte=0)
        lift_triggers(using="default")
        try:
            for model in (Centre, Verification, VerificationEvent, Check, Advertisement):
                name = f"{model._meta.db_table}_is_positive"
                check = models.CheckConstraint(name=name, condition=always)
                with connection.schema_editor() as editor:
                    editor.add_constraint(model, check)
                with connection.schema_editor() as editor:
                    editor.remove_constraint(model, check)
        finally:
            install_guards(using="default")
            call_command("migrate", verbosity=0)

        assert laid() == NAMES

    def test_one_that_was_taken_off_comes_back(self, transactional_db):
        guard = GUARDS[0]
        where = f" ON {guard.table}" if connection.vendor == "postgresql" else ""
        run((f"DROP TRIGGER {guard.name}{where}", []))
        assert laid() == NAMES - {guard.name}

        call_command("migrate", verbosity=0)

        assert laid() == NAMES

    def test_laying_again_changes_nothing(self, transactional_db):
        install_guards(using="default")
        install_guards(using="default")

        assert laid() == NAMES
        case = approved()
        with refused("centres_verification_approved_stands"):
            run(step(case, decided_by_id=person("amy"), decided_at=AT))
