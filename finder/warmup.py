"""What a process reads before its first visitor, so that nobody waits for it."""

import contextlib
import gc

from django.db import DatabaseError, connections

from . import index
from .places import gazetteer

#: How many new objects the garbage collector waits for: a page makes some thousands, and drops
#: nearly all of them by itself when it is sent.
NEW_OBJECTS = 20_000


def warm_up():
    """Read the index and the gazetteer, and keep the garbage collector from looking through them.

    They stay, and are some hundred thousand objects: one look takes longer than a page. Where the
    database cannot be read yet, whoever comes first waits instead. No connection stays open, so
    that a server may do this once and divide itself.
    """
    with contextlib.suppress(DatabaseError):
        index.current()
        gazetteer.current()
    connections.close_all()
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])
