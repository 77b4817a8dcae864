"""From the ids of a database to rows of arrays. No Django here."""

import numpy as np

#: The row of what is not there.
ABSENT = -1
#: A table by id, from the least to the greatest, may have this many places an id in use.
COMPACT = 8


class Rows:
    """Finds the rows of ids among `ids`, which are unique and in any order.

    rows: what is found in place of 0, 1, 2, ...
    """

    def __init__(self, ids, rows=None):
        rows = np.arange(len(ids), dtype=np.int32) if rows is None else rows
        self._table = None
        if not len(ids):
            self._lowest, self._table = 0, np.full(1, ABSENT)
        elif np.ptp(ids) < COMPACT * len(ids):
            self._lowest = ids.min() - 1
            self._table = np.full(ids.max() - self._lowest + 2, ABSENT, dtype=np.int32)
            self._table[ids - self._lowest] = rows
        else:
            order = np.argsort(ids)
            self._ordered, self._rows = ids[order], rows[order]

    def of(self, wanted):
        """The row of each id of `wanted`, ABSENT for those that are not here."""
        if self._table is not None:  # which has at both ends what is beyond them: nothing
            return self._table.take(wanted - self._lowest, mode="clip")
        nearest = np.minimum(np.searchsorted(self._ordered, wanted), len(self._ordered) - 1)
        return np.where(self._ordered[nearest] == wanted, self._rows[nearest], ABSENT)
