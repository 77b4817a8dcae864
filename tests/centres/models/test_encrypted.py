"""What is encrypted is read with the right key, and otherwise by nobody (P10)."""

import io
import json

import pytest
from django.core.exceptions import FieldError
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models.functions import Length, Lower
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from centres import keys
from centres.admin.audit import held_values
from centres.models import Closed, OutgoingMail
from tests import factories

pytestmark = pytest.mark.django_db

FIELD = OutgoingMail._meta.get_field("body")
SECRET = "Ring after five; ask for Sam. Łódź 🜂"
#: Any text that can be written at all.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


def stored(row, column="body"):
    """What the database itself holds."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM centres_outgoingmail WHERE id = %s", [row.pk])
        return cursor.fetchone()[0]


@pytest.fixture
def two_keys(settings):
    """(the key things were written with, another)."""
    settings.ENCRYPTION_KEYS = [keys.make()]
    return settings.ENCRYPTION_KEYS[0], keys.make()


@given(TEXTS)
def test_any_text_comes_back_as_it_was_and_is_nowhere_in_what_is_kept(text):
    kept = FIELD.get_prep_value(text)

    assert FIELD.from_db_value(kept, None, connection) == text
    assert kept.isascii()
    assert len(text) < 4 or text not in kept
    assert FIELD.get_prep_value(text) != kept, "the same text is not seen to be the same"


@given(TEXTS)
def test_a_backup_holds_it_encrypted_and_gives_it_back(text):
    written = FIELD.value_to_string(OutgoingMail(body=text))

    assert FIELD.to_python(written) == text
    assert len(text) < 4 or text not in written


@given(st.text(max_size=200))
def test_what_is_no_ciphertext_of_ours_is_never_handed_out(text):
    if text:
        with pytest.raises(Closed):
            FIELD.from_db_value(text, None, connection)


def test_the_empty_text_stays_empty_and_can_be_asked_for(two_keys):
    row = factories.mail(now=timezone.now())
    row.body = ""
    row.save()

    assert stored(row) == ""
    assert OutgoingMail.objects.filter(body="").get() == row
    assert not OutgoingMail.objects.exclude(body="").exists()


def test_another_key_reads_nothing_and_says_so_without_it(two_keys, settings):
    row = factories.mail(now=timezone.now(), body=SECRET)
    settings.ENCRYPTION_KEYS = [two_keys[1]]

    with pytest.raises(Closed) as refused:
        OutgoingMail.objects.get(pk=row.pk)

    assert stored(row) not in str(refused.value)
    assert two_keys[1] not in str(refused.value)
    assert OutgoingMail.objects.sealed().get(pk=row.pk).kind == "test", "the rest can be read"


@pytest.mark.parametrize("wrong", [[], ["not a key"], [""], ["é" * 44], ["A" * 40]])
def test_without_a_key_nothing_is_written(settings, wrong):
    settings.ENCRYPTION_KEYS = wrong

    with pytest.raises(Closed), transaction.atomic():
        factories.mail(now=timezone.now())

    assert not OutgoingMail.objects.exists()


class TestChangingKeys:
    def test_both_read_until_everything_is_encrypted_anew(self, two_keys, settings):
        old, new = two_keys
        row = factories.mail(now=timezone.now(), body=SECRET)
        settings.ENCRYPTION_KEYS = [new, old]
        assert OutgoingMail.objects.get().body == SECRET

        call_command("encrypt_anew", stdout=io.StringIO())

        settings.ENCRYPTION_KEYS = [new]
        assert OutgoingMail.objects.get(pk=row.pk).body == SECRET
        assert keys.unread() == []
        settings.ENCRYPTION_KEYS = [old]
        assert keys.unread() == ["OutgoingMail.to", "OutgoingMail.subject", "OutgoingMail.body"]

    def test_a_row_that_no_key_reads_is_left_as_it_is(self, two_keys, settings):
        row = factories.mail(now=timezone.now(), body=SECRET)
        before = stored(row)
        settings.ENCRYPTION_KEYS = [two_keys[1]]

        with pytest.raises(CommandError, match="OutgoingMail: No key"):
            call_command("encrypt_anew", stdout=io.StringIO())

        assert stored(row) == before

    def test_where_a_key_is_lost_what_it_locked_is_deleted_on_demand_and_nothing_else(
        self, two_keys, settings
    ):
        factories.mail(now=timezone.now(), body=SECRET)
        settings.ENCRYPTION_KEYS = [two_keys[1]]
        row = factories.mail(now=timezone.now(), body="Another")
        said = io.StringIO()

        call_command("encrypt_anew", "--delete-unread", stdout=said)

        assert OutgoingMail.objects.get() == row
        assert "OutgoingMail: 1 deleted\nOutgoingMail: 1 encrypted anew" in said.getvalue()

    def test_more_rows_than_are_looked_up_at_a_time(self, two_keys, settings, monkeypatch):
        monkeypatch.setattr(keys, "ROWS_AT_ONCE", 3)
        now = timezone.now()
        for number in range(keys.ROWS_AT_ONCE * 2 + 1):
            factories.mail(now=now, body=f"{SECRET} {number}")
        settings.ENCRYPTION_KEYS = list(reversed(two_keys))

        keys.encrypt_anew(OutgoingMail, ["to", "subject", "body"])

        settings.ENCRYPTION_KEYS = [two_keys[1]]
        bodies = set(OutgoingMail.objects.values_list("body", flat=True))
        assert bodies == {f"{SECRET} {number}" for number in range(keys.ROWS_AT_ONCE * 2 + 1)}

    def test_a_new_key_is_a_key(self, settings):
        out = io.StringIO()
        call_command("make_key", stdout=out)

        settings.ENCRYPTION_KEYS = [out.getvalue().strip()]

        assert keys.problem() == ""


@pytest.mark.parametrize(
    "look",
    [
        lambda rows: rows.filter(body=SECRET),
        lambda rows: rows.filter(body__contains="Sam"),
        lambda rows: rows.filter(body__in=[SECRET]),
        lambda rows: rows.filter(body__length=3),
        lambda rows: rows.exclude(body__gt="a"),
        lambda rows: rows.get(body=SECRET),
    ],
    ids=["exact", "contains", "in", "length", "greater", "get"],
)
def test_it_cannot_be_searched(look):
    with pytest.raises(FieldError, match="encrypted"):
        look(OutgoingMail.objects.all()).count()


def test_no_expression_hands_out_the_ciphertext():
    factories.mail(now=timezone.now(), body=SECRET)

    with pytest.raises(Closed):
        list(OutgoingMail.objects.values_list(Lower("body")))
    assert list(OutgoingMail.objects.values_list("body", flat=True)) == [SECRET]
    assert OutgoingMail.objects.values("body").get() == {"body": SECRET}
    assert OutgoingMail.objects.annotate(long=Length("body")).get().body == SECRET


def test_neither_a_backup_nor_the_audit_holds_the_text(tmp_path):
    row = factories.mail(now=timezone.now(), body=SECRET, subject="About Sam")
    backup = tmp_path / "backup.json"

    call_command("dumpdata", "centres.outgoingmail", output=str(backup), verbosity=0)

    for kept in (backup.read_text(), json.dumps(held_values(row), default=str)):
        # Longer than what stands in some ciphertext by chance, as "Sam" does once in a thousand.
        assert "for Sam" not in kept
        assert "About Sam" not in kept
    OutgoingMail.objects.all().delete()
    call_command("loaddata", str(backup), verbosity=0)
    assert (OutgoingMail.objects.get().body, OutgoingMail.objects.get().to) == (SECRET, row.to)


def test_ciphertext_that_was_tampered_with_is_refused():
    row = factories.mail(now=timezone.now(), body=SECRET)
    whole = stored(row)
    middle = len(whole) // 2
    spoilt = whole[:middle] + ("A" if whole[middle] != "A" else "B") + whole[middle + 1 :]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE centres_outgoingmail SET body = %s", [spoilt])

    with pytest.raises(Closed):
        OutgoingMail.objects.get()
