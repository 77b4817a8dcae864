"""Outlines cut to a frame and written as SVG paths. Pure."""

import numpy as np

#: Coordinates are written in tenths of a unit: whole numbers, and fine enough for any screen.
FINENESS = 10


def clipped(ring, low, high):
    """The part of a closed ring within the box from `low` (x, y) to `high`, as a ring.

    Sutherland and Hodgman (Reentrant polygon clipping, CACM 17, 1974), a side at a time.
    """
    for axis in (0, 1):
        ring = _cut(ring, axis, low[axis], 1)
        ring = _cut(ring, axis, high[axis], -1)
    return ring


def _cut(ring, axis, limit, sign):
    if not len(ring):
        return ring
    depth = (ring[:, axis] - limit) * sign
    inside = depth >= 0
    if inside.all():
        return ring
    following = np.roll(ring, -1, axis=0)
    crossing = inside != np.roll(inside, -1)
    gap = depth - np.roll(depth, -1)
    share = np.divide(depth, gap, out=np.zeros_like(depth), where=crossing)
    crossings = ring + (following - ring) * share[:, None]
    both = np.stack([ring, crossings], axis=1).reshape(-1, 2)
    return both[np.stack([inside, crossing], axis=1).reshape(-1)]


def runs(line, low, high):
    """The stretches of an open line within the box, each cut at its sides.

    Liang and Barsky (A new concept and method for line clipping, ACM TOG 3, 1984), all segments of
    the line at once.
    """
    starts, moves = line[:-1], np.diff(line, axis=0)
    enter, leave = np.zeros(len(moves)), np.ones(len(moves))
    for axis in (0, 1):
        start, move = starts[:, axis], moves[:, axis]
        with np.errstate(divide="ignore", invalid="ignore"):
            one, two = (low[axis] - start) / move, (high[axis] - start) / move
        still = move == 0
        within = (start >= low[axis]) & (start <= high[axis])
        one = np.where(still, np.where(within, -np.inf, np.inf), one)
        two = np.where(still, np.inf, two)
        enter = np.maximum(enter, np.minimum(one, two))
        leave = np.minimum(leave, np.maximum(one, two))
    seen = np.flatnonzero(enter < leave)
    if not len(seen):
        return []
    first = starts[seen] + moves[seen] * enter[seen, None]
    last = starts[seen] + moves[seen] * leave[seen, None]
    broken = (np.diff(seen) > 1) | (leave[seen][:-1] < 1) | (enter[seen][1:] > 0)
    groups = np.split(np.arange(len(seen)), np.flatnonzero(broken) + 1)
    return [np.concatenate([first[group], last[group[-1:]]]) for group in groups]


def path(points, *, closed):
    """The `d` of an SVG path, in whole tenths of a unit; "" where nothing is left to see."""
    whole = np.round(points * FINENESS).astype(int)
    moved = np.ones(len(whole), dtype=bool)
    moved[1:] = (np.diff(whole, axis=0) != 0).any(axis=1)
    whole = whole[moved]
    if len(whole) < (3 if closed else 2):
        return ""
    steps = np.diff(whole, axis=0).tolist()
    x, y = whole[0].tolist()
    drawn = "".join(f"{dx}{dy:+d} " if dy else f"{dx} 0 " for dx, dy in steps)
    return f"M{x} {y}l{drawn.rstrip()}{'z' if closed else ''}"
