"""Links that only their holder knows: what is in them, and the hash of it that is kept."""

import base64
import hashlib
import secrets

from django.utils.crypto import salted_hmac

#: Bytes of a token: 192 bits, more than can be guessed.
BYTES = 24


def new():
    """A token: 32 characters that may stand in an address."""
    return secrets.token_urlsafe(BYTES)


def from_nonce(nonce, *, salt):
    """The token that belongs to a form's nonce, alike each time; nobody else can work it out.

    So a form that is sent twice finds the row it made the first time, and shows the same link,
    though the link itself is kept nowhere. salt: which kind of form.
    """
    made = salted_hmac(f"centres.tokens.{salt}", nonce, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(made[:BYTES]).decode("ascii")


def digest(token):
    """What is kept of a token, to find its row by: SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
