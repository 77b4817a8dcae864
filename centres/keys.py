"""The keys of what is encrypted: whether they serve, making one, and changing to another."""

from cryptography.fernet import Fernet
from django.apps import apps
from django.db import transaction

from .models import Closed
from .models.encrypted import EncryptedTextField, cipher

#: Rows encrypted anew in one transaction: some hold a whole document.
ROWS_AT_ONCE = 10
#: Keys come from the environment, so what is found when a server starts holds until it ends.
_found_at_start = ""


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
    return problem() or _found_at_start


def look_at_start():
    """Find out what `shut` answers, and answer it. Raises DatabaseError."""
    global _found_at_start
    columns = [] if problem() else unread()
    _found_at_start = f"No key of ENCRYPTION_KEYS reads {', '.join(columns)}." if columns else ""
    return shut()


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
    done, last = 0, 0
    while pks := list(
        model._default_manager.filter(pk__gt=last)
        .order_by("pk")
        .values_list("pk", flat=True)[:ROWS_AT_ONCE]
    ):
        with transaction.atomic():
            rows = model._default_manager.filter(pk__in=pks).order_by("pk").only("pk", *names)
            for row in rows.select_for_update():
                texts = {name: getattr(row, name) for name in names}
                model._default_manager.filter(pk=row.pk).update(**texts)
                done += 1
        last = pks[-1]
    return done
