import datetime

import pytest

from centres.models import Act, AuditEntry
from tests import factories

from .rules import WRITES, checks_of, refused, uniques_of

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2025, 6, 1, 12, tzinfo=datetime.UTC)


def test_every_rule_is_proved_here():
    assert checks_of(AuditEntry) == {"centres_auditentry_act_is_known"}
    assert uniques_of(AuditEntry) == set()


@WRITES
@pytest.mark.parametrize("act", ["guessed", ""])
def test_an_act_is_one_of_the_known(write, act):
    entry = AuditEntry.objects.create(act=Act.SAW, kind="centre")

    with refused("centres_auditentry_act_is_known"):
        write(entry, {"act": act})
    with refused("centres_auditentry_act_is_known"):
        AuditEntry.objects.create(act=act, kind="centre")


@pytest.mark.parametrize("act", Act.values)
def test_every_act_is_accepted(act):
    assert AuditEntry.objects.create(act=act, kind="centre").pk


def test_an_entry_has_no_foreign_keys():
    assert [field for field in AuditEntry._meta.fields if field.is_relation] == []


def test_an_entry_outlives_the_centre_and_the_person():
    centre, ruth = factories.centre(name="Oak"), factories.person("ruth")
    AuditEntry.objects.note(Act.CHANGED, person=ruth, row=centre, now=NOW, changes={"beds": [1, 2]})
    pk = centre.pk

    centre.delete()
    ruth.delete()

    entry = AuditEntry.objects.get()
    assert (entry.person, entry.centre, entry.centre_id) == ("ruth", "Oak", pk)
    assert (entry.kind, entry.row_id, entry.label) == ("centre", str(pk), "Oak")
    assert (entry.at, entry.changes) == (NOW, {"beds": [1, 2]})


def test_a_command_has_no_name_and_a_row_its_centre():
    centre = factories.centre(name="Oak")
    programme = factories.programme(centre)

    entry = AuditEntry.objects.note(
        Act.ADDED, person=None, row=programme, centre=centre, now=NOW, note="By an import."
    )

    assert (entry.person, entry.person_id, entry.centre_id) == ("", None, centre.pk)
    assert str(entry) == f"A command added {programme}"


def test_a_long_name_is_cut_and_not_refused():
    centre = factories.centre(name="O" * 200)
    case = factories.approved(centre, NOW.date(), NOW.date())

    entry = AuditEntry.objects.note(Act.SAW, person=None, row=case, centre=centre, now=NOW)

    assert len(entry.label) == 200
