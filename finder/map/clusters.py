"""Points gathered into marks that never overlap. Pure."""

import numpy as np

#: Side of the squares that points are first gathered in.
FINE = 9.0
#: Two marks are no closer than this, in units of the map: a target of 24 pixels where a unit is
#: a pixel or a little less.
APART = 27.0


def gather(x, y, *, apart=APART):
    """(marks, mark of each point): arrays of shape (m, 2) and (n,). Every point is in one mark.

    The fullest square makes the first mark, at the middle of its points, and takes all squares
    less than `apart` from it; then the fullest of the others. Ties go from north to south, then
    from west to east, so the same points always give the same marks.
    """
    if not len(x):
        return np.empty((0, 2)), np.empty(0, dtype=int)
    column, row = (np.floor(np.divide(values, FINE)).astype(int) for values in (x, y))
    column -= column.min()
    key = (row - row.min()) * (column.max() + 1) + column
    counts = np.bincount(key)
    squares = np.flatnonzero(counts)
    square_of = (np.cumsum(counts > 0) - 1)[key]
    counts = counts[squares]
    middles = np.stack(
        [np.bincount(square_of, weights=values) / counts for values in (x, y)], axis=1
    )
    chosen, mark_of_square = _spread(middles, counts, apart)
    return middles[chosen], mark_of_square[square_of]


def _spread(middles, counts, apart):
    """(squares that make marks, the mark of each square)."""
    mark_of = np.full(len(middles), -1)
    chosen, free = [], np.argsort(-counts, kind="stable")
    x, y = middles[free].T
    while len(free):
        across, down = x - x[0], y - y[0]
        left = across * across + down * down >= apart * apart
        mark_of[free[~left]] = len(chosen)
        chosen.append(free[0])
        free, x, y = free[left], x[left], y[left]
    return np.array(chosen), mark_of
