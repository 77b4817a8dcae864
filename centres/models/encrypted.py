"""Text that only holders of the site's keys can read, kept in a column of its own.

Encrypted with Fernet (AES-128-CBC and HMAC-SHA256, https://github.com/fernet/spec) under the first
of `settings.ENCRYPTION_KEYS`; any of them reads, so a key is rotated by putting a new one first.
"""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models
from django.db.models.lookups import Exact

#: Stands before ciphertext in a backup, so that reading one back does not encrypt it again.
SEALED = "encrypted:"


class Closed(Exception):
    """Nothing can be encrypted or read: a key is missing, or is not the one it was written with.

    The message says which, in a sentence without the key or the text.
    """


def cipher():
    """The keys as one cipher. Raises `Closed` where there is none, or one that is no key."""
    keys = settings.ENCRYPTION_KEYS
    if not keys:
        raise Closed("ENCRYPTION_KEYS is not set.")
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError:
        raise Closed("ENCRYPTION_KEYS holds something that is not a key.") from None


class EncryptedTextField(models.TextField):
    """Text encrypted at rest. The empty text stays empty; nothing else can be searched for.

    Reading a row whose key is not among the keys raises `Closed`, never the ciphertext. A backup
    made by `dumpdata` holds ciphertext (after `SEALED`), and `loaddata` needs the keys.
    """

    description = "Encrypted text"

    def to_python(self, value):
        value = super().to_python(value)
        if isinstance(value, str) and value.startswith(SEALED):
            return _opened(value.removeprefix(SEALED))
        return value

    def value_to_string(self, obj):
        value = self.value_from_object(obj)
        return f"{SEALED}{self.get_prep_value(value)}" if value else value

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        if not value:
            return value
        return cipher().encrypt(value.encode()).decode("ascii")

    def from_db_value(self, value, expression, connection):
        return _opened(value) if value else value

    def get_lookup(self, name):
        if name != "exact":
            raise FieldError(f"{self.name} is encrypted and cannot be searched.")
        return _IsEmpty

    def get_transform(self, name):
        raise FieldError(f"{self.name} is encrypted and cannot be searched.")


def _opened(ciphertext):
    try:
        return cipher().decrypt(ciphertext.encode("ascii")).decode()
    except (InvalidToken, UnicodeEncodeError):
        raise Closed("No key of ENCRYPTION_KEYS reads what is kept.") from None


class _IsEmpty(Exact):
    """Whether there is no text: all that can be asked of what is encrypted."""

    def __init__(self, lhs, rhs):
        if rhs != "":
            raise FieldError("What is encrypted cannot be searched for.")
        super().__init__(lhs, rhs)
