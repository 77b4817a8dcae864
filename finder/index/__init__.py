"""The in-process facet index: every visible centre as bits, derived from the database.

One a worker process, read-only, rebuilt whenever lost. `current()` first asks the change log (one
small query) whether anything was committed since, and brings that in, so no worker answers from
before the last commit it could have seen.
"""

import threading

from django.db import connection

from .freshness import FacetIndex

_index = FacetIndex()
_of_transaction = threading.local()


def current():
    """The `Snapshot` of everything committed by now.

    Inside a transaction it holds what that has written too, and is the transaction's own.
    """
    if not connection.in_atomic_block:
        _of_transaction.__dict__.clear()
        return _index.current()
    if not hasattr(_of_transaction, "index"):
        _of_transaction.index = FacetIndex()
    return _of_transaction.index.current()


def forget():
    """Drop the index; the next search builds it anew."""
    _of_transaction.__dict__.clear()
    _index.forget()
