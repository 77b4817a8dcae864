"""The in-process facet index: every visible centre as bits, derived from the database.

One a worker process, read-only, rebuilt whenever lost. `current()` first asks the change log (one
small query) whether anything was committed since, and brings that in, so no worker answers from
before the last commit it could have seen.
"""

from .freshness import FacetIndex

_index = FacetIndex()


def current():
    """The `Snapshot` of everything committed by now."""
    return _index.current()


def forget():
    """Drop the index; the next search builds it anew."""
    _index.forget()
