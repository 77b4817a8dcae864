"""Points gathered into marks that never overlap. Pure."""

import numpy as np

#: Side of the squares that points are first gathered in.
FINE = 6.0
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
    squares = np.stack([np.floor(np.divide(y, FINE)), np.floor(np.divide(x, FINE))], axis=1)
    _, first, square_of, counts = np.unique(
        squares, axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    square_of = square_of.reshape(-1)
    middles = np.stack(
        [np.bincount(square_of, weights=x) / counts, np.bincount(square_of, weights=y) / counts],
        axis=1,
    )
    alone = counts == 1  # a sum and a division would move it by a rounding
    middles[alone] = np.stack([x[first[alone]], y[first[alone]]], axis=1)
    chosen, mark_of_square = _spread(middles, counts, apart)
    return middles[chosen], mark_of_square[square_of]


def _spread(middles, counts, apart):
    """(squares that make marks, the mark of each square)."""
    mark_of = np.full(len(middles), -1)
    chosen = []
    for square in np.argsort(-counts, kind="stable"):
        if mark_of[square] >= 0:
            continue
        free = np.flatnonzero(mark_of < 0)
        gaps = middles[free] - middles[square]
        taken = free[(gaps**2).sum(axis=1) < apart**2]
        mark_of[taken] = len(chosen)
        chosen.append(square)
    return np.array(chosen), mark_of
