"""Changes of a centre as data: a shape, the check that something has it, and the writing of it."""

from .recording import audit, settle
from .shape import tidied
from .values import KINDS, Unfit, all_held, as_json, empty, held
from .words import OF_KIND, Words, label
from .writing import Difference, Moved, Touched, differences, rows_of, write

__all__ = [
    "KINDS",
    "OF_KIND",
    "Difference",
    "Moved",
    "Touched",
    "Unfit",
    "Words",
    "all_held",
    "as_json",
    "audit",
    "differences",
    "empty",
    "held",
    "label",
    "rows_of",
    "settle",
    "tidied",
    "write",
]
