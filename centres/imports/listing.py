"""What a source says of a centre, in the directory's own terms but in no database.

Facts are plain JSON values under the names in `Centre.FACTS` and `Programme.FACTS`; a fact that is
not there is unknown. `facts` says what shape each has.
"""

import datetime
from dataclasses import dataclass, field


class Refused(Exception):
    """The file, or the whole import, cannot be done; the message is a sentence for people."""


@dataclass(frozen=True)
class LeftOut:
    """Something of the file that was not taken: a row, or one cell of a row that was.

    `line` is the file's line (CSV) or the sheet's row (XLSX, ODS), from 1. `damaged`: the row could
    not be read, so that even which entry it was is not sure.
    """

    line: int
    column: str
    reason: str
    is_row: bool = True
    damaged: bool = False


@dataclass
class Listing:
    """One entry of a source: a centre, and the programmes by a key that lasts between files."""

    key: str
    line: int
    country: str
    facts: dict
    programmes: dict
    #: About the provider, for when it is not known yet: ownership, charity_number.
    provider_details: dict = field(default_factory=dict)
    #: Facts worked out from others, such as coordinates from a postcode.
    derived: set = field(default_factory=set)


@dataclass
class Entries:
    """What one file of a source holds."""

    listings: list
    left_out: list
    #: The centre facts the file's layout holds at all: it says nothing about the others.
    speaks_of: frozenset
    #: The day the publisher says its facts were true, or None where the file does not say.
    as_of: datetime.date | None = None
    #: Keys of entries that are in the file although they were left out.
    seen: set = field(default_factory=set)
    #: The regions (`Centre.region`) that the file is about, or None where it is about all.
    regions: frozenset | None = None
