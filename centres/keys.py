"""The keys of what is encrypted: whether they serve, making one, and changing to another."""

from cryptography.fernet import Fernet
from django.apps import apps
from django.db import transaction

from .models import Closed
from .models.encrypted import EncryptedTextField, cipher

#: Rows looked up at a time.
ROWS_AT_ONCE = 100
#: Keys come from the environment, so what is found when a server starts holds until it ends.
_found_at_start = ""
#: Whether the database was not there yet when the server started.
_is_to_look = False


def make():
    """A key as text, for ENCRYPTION_KEYS."""
    return Fernet.generate_key().decode("ascii")


def problem():
    """What is wrong with the keys themselves, in a sentence; "" where they serve."""
    try:
        cipher()
    except Closed as closed:
        return str(closed)
    return ""


def shut():
    """Why nothing may be taken in now, in a sentence; "" where all is well.

    Under a key that does not read what is kept nothing is written either: one of the two is wrong.
    """
    if _is_to_look:
        look_at_start()
    return problem() or _found_at_start


def look_at_start():
    """Find out what `shut` answers, and answer it.

    Raises DatabaseError where the database is not there yet; then `shut` looks before it answers.
    """
    global _found_at_start, _is_to_look
    _is_to_look = True
    columns = [] if problem() else unread()
    _is_to_look = False
    _found_at_start = f"No key of ENCRYPTION_KEYS reads {', '.join(columns)}." if columns else ""
    return problem() or _found_at_start


def encrypted_columns():
    """(model, names of its encrypted fields) of every model that has any."""
    for model in apps.get_models():
        names = [f.name for f in model._meta.local_fields if isinstance(f, EncryptedTextField)]
        if names:
            yield model, names


def unread():
    """The columns whose newest text no key reads: ["Claim.email", …]. Raises DatabaseError."""
    return [
        f"{model.__name__}.{name}"
        for model, names in encrypted_columns()
        for name in names
        if not _reads_newest(model, name)
    ]


def _reads_newest(model, name):
    newest = model._default_manager.exclude(**{name: ""}).order_by("-pk")
    try:
        newest.values_list(name, flat=True).first()
    except Closed:
        return False
    return True


def encrypt_anew(model, names):
    """Write every row's encrypted columns again under the first key; how many rows there were.

    Raises `Closed` at the first row that no key reads; those before it are written.
    """
    return sum(_encrypt_row_anew(model, pk, names) for pk in _pks(model))


@transaction.atomic
def _encrypt_row_anew(model, pk, names):
    rows = model._default_manager.filter(pk=pk)
    row = rows.select_for_update().only("pk", *names).first()
    if row is None:  # deleted since
        return 0
    return rows.update(**{name: getattr(row, name) for name in names})


def delete_unread(model, names):
    """Delete the rows that no key reads: for when a key is lost. How many there were."""
    return sum(_delete_if_unread(model, pk, names) for pk in _pks(model))


@transaction.atomic
def _delete_if_unread(model, pk, names):
    rows = model._default_manager.filter(pk=pk)
    try:
        rows.select_for_update().only("pk", *names).first()
    except Closed:
        rows.only("pk").delete()
        return 1
    return 0


def _pks(model):
    """The keys of all rows, a few at a time: rows may come and go meanwhile."""
    last = 0
    while pks := list(
        model._default_manager.filter(pk__gt=last)
        .order_by("pk")
        .values_list("pk", flat=True)[:ROWS_AT_ONCE]
    ):
        yield from pks
        last = pks[-1]
