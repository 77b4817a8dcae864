"""Keeps the index no older than the last commit: what changed since stands in a small segment."""

import gc
import threading
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection

from centres.models import Change, Country
from centres.models.change import EVERYTHING

from . import bits
from .load import read_columns, terms_by_parameter
from .segment import Segment
from .snapshot import Part, Snapshot

#: Values offered as options; any other number may still be asked for.
LENGTHS = (7, 10, 14, 21, 28, 42, 84)
PRICES = (1_000, 2_500, 5_000, 10_000, 20_000)
#: The changed centres are read anew with every change; above this many, or this share of all, the
#: whole index is built anew instead.
FEW = 200
SHARE = 0.02


@dataclass
class _Built:
    """The segments built of everything, and what has changed since."""

    terms: dict
    segments: dict
    changed: set
    mark: int
    applied: dict


@contextmanager
def _one_moment():
    """All that is read inside is one state of the database, so that no centre is half old.

    Writers neither wait nor are waited for. Inside a transaction, that one's rules hold instead.
    """
    if connection.in_atomic_block:
        yield
        return
    begin = {
        "sqlite": "BEGIN",
        "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(begin)
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


@contextmanager
def _without_collecting():
    """While a directory is read: the collector would walk millions of rows, each of which goes
    by itself, again and again."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _undone(applied, stamps):
    """Whether a change we have applied is no longer in the log, or another stands in its place.

    Both are {centre id: [version, stamp]}. It happens where a transaction that searches is rolled
    back to a savepoint, and where the database is emptied or replaced.
    """
    return any(
        centre not in stamps or (stamps[centre][0] == stamp[0] and stamps[centre] != stamp)
        for centre, stamp in applied.items()
    )


class FacetIndex:
    """The index as one set of connections sees it: a worker's threads, or one transaction."""

    def __init__(self):
        self._lock = threading.Lock()
        self._built = None
        self._snapshot = None

    def forget(self):
        with self._lock:
            self._built = self._snapshot = None

    def current(self):
        """The `Snapshot` of everything committed by now."""
        with self._lock:
            try:
                return self._caught_up()
            except BaseException:
                self._built = None  # changes may be ticked off that were never read
                raise

    def _caught_up(self):
        changed = self._built and self._changes()
        if self._built and not changed:
            return self._snapshot
        with _one_moment():
            if self._built:
                self._bring_in(changed | self._changes())
            else:
                self._build()
        return self._snapshot

    def _changes(self):
        """Ids of centres changed since the last call; they count as seen from here on."""
        built = self._built
        rows, mark = Change.objects.since(built.mark)
        stamps = {centre: stamp for centre, *stamp in rows}
        if _undone(built.applied, stamps):
            return {EVERYTHING}
        new = {centre for centre, stamp in stamps.items() if built.applied.get(centre) != stamp}
        built.applied = {centre: stamp for centre, stamp in stamps.items() if stamp[0] >= mark}
        built.mark = mark
        return new

    @_without_collecting()
    def _build(self):
        rows, mark = Change.objects.since(Change.objects.mark())
        applied = {centre: stamp for centre, *stamp in rows}
        terms = terms_by_parameter()
        self._built = _Built(terms, self._segments(terms), set(), mark, applied)
        self._publish({})

    def _bring_in(self, changed):
        built = self._built
        total = sum(len(segment) for segment in built.segments.values())
        changed = built.changed | changed
        if EVERYTHING in changed or len(changed) > max(FEW, SHARE * total):
            self._build()
            return
        built.changed = changed
        self._publish(self._segments(built.terms, only=changed))

    def _segments(self, terms, *, only=None):
        return {
            country: Segment(columns, lengths=LENGTHS, prices=PRICES)
            for country, columns in read_columns(terms, only=only).items()
        }

    def _publish(self, newer):
        """Snapshots are never changed, so that a search that has begun goes on undisturbed."""
        changed = list(self._built.changed)
        parts = {}
        for country in Country:
            segment = self._built.segments[country]
            alive = segment.guards
            if changed:
                alive = alive & ~bits.row(segment.guards_of(changed), segment.words)
            parts[country] = [Part(segment, alive)]
            if len(newer.get(country, ())):
                parts[country].append(Part(newer[country], newer[country].guards))
        self._snapshot = Snapshot(parts, self._built.terms)
