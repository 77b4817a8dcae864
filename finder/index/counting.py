"""The counts of one search: what is found, what each option would leave. No Django here."""

from dataclasses import dataclass
from functools import cached_property, reduce
from operator import and_

import numpy as np

from . import bits

#: Filters of the centre itself; every other filter is one a programme has to meet.
CENTRE_PARAMETERS = frozenset({"language", "access", "verified", "q"})


class Counter:
    """One segment under the rows of a search's filters.

    everywhere: guard bits of the centres that count at all. programme_rows, centre_rows:
    {parameter: row}.
    """

    def __init__(self, segment, everywhere, programme_rows, centre_rows):
        self.segment = segment
        self.everywhere = everywhere
        self.programme_rows, self.centre_rows = programme_rows, centre_rows

    def programmes(self, *, without=None):
        """Bits of the programmes that meet every programme filter, but `without` one of them."""
        rows = [row for name, row in self.programme_rows.items() if name != without]
        return reduce(and_, rows) if rows else self.segment.programmes

    def centres_by_themselves(self, *, without=None):
        """Guard bits of the centres that meet every filter of the centre itself."""
        rows = [row for name, row in self.centre_rows.items() if name != without]
        return reduce(and_, rows, self.everywhere)

    def centres(self, *, without=None):
        """Guard bits of the centres found: one and the same programme meets all its filters."""
        centres = self.centres_by_themselves(without=without)
        if not self.programme_rows.keys() - {without}:
            return centres
        return centres & self._having(self.programmes(without=without))

    def facets(self, admits_within, verified):
        """{parameter: {value: centres left}}, each counted without its own filter.

        admits_within: {days: row of programmes}; verified: guard bits.
        """
        programmes, centres = self.programmes(), self.centres_by_themselves()
        table = self.segment.options
        facets = {}
        for name, values in table.places.items():
            meeting = self.programmes(without=name) if name in self.programme_rows else programmes
            facets[name] = self._counted(values, table.rows_of(name), meeting, centres)
        waits = np.stack(list(admits_within.values()))
        meeting = self.programmes(without="available")
        facets["available"] = self._counted(admits_within, waits, meeting, centres)
        own = self.segment.centre_options
        for name, values in own.places.items():
            counts = bits.count_centre_options(own.rows_of(name), self.centres(without=name))
            facets[name] = dict(zip(values, counts, strict=True))
        left = self.centres(without="verified")
        facets["verified"] = {"yes": bits.count(left & verified)}
        return facets

    def _counted(self, values, rows, programmes, centres):
        counts = bits.count_options(rows, programmes, self.segment.below_guards, centres)
        return dict(zip(values, counts, strict=True))

    def _having(self, programmes):
        return bits.centres_of(programmes, self.segment.below_guards)

    def unknown_price(self):
        """How many centres only an unknown price keeps out of a search with `max_price`."""
        if "max_price" not in self.programme_rows:
            return 0
        unpriced = self.programmes(without="max_price") & self.segment.price_unknown
        left = self.centres_by_themselves() & self._having(unpriced)
        return bits.count(left & ~self.centres())


@dataclass
class Found:
    """What a search found in one segment; its facets are counted when somebody asks for them.

    alive: guard bits of the segment's centres that count wherever they are. admits_within:
    {days: row of programmes}, the options of `available`. verified: guard bits.
    """

    counter: Counter
    alive: np.ndarray
    admits_within: dict
    verified: np.ndarray

    @cached_property
    def centres(self):
        """Guard bits of the centres found."""
        return self.counter.centres()

    @cached_property
    def programmes(self):
        """Bits of the programmes that meet every programme filter."""
        return self.counter.programmes()

    @cached_property
    def count(self):
        return bits.count(self.centres)

    @cached_property
    def facets(self):
        """{parameter: {value: centres left}}."""
        return self.counter.facets(self.admits_within, self.verified)

    @property
    def unknown_price(self):
        """How many centres are left out only because no price is known."""
        return self.counter.unknown_price()

    def count_without(self, parameter):
        """How many centres the same search finds without one of its filters."""
        return bits.count(self.counter.centres(without=parameter))

    def without(self, parameter):
        """`Found` of the same search without one of its filters."""
        kept = self.counter
        rows = (
            {name: row for name, row in of.items() if name != parameter}
            for of in (kept.programme_rows, kept.centre_rows)
        )
        counter = Counter(kept.segment, kept.everywhere, *rows)
        return Found(counter, self.alive, self.admits_within, self.verified)

    def within(self, circle):
        """`Found` of the same filters inside `circle`, guard bits; None for anywhere."""
        everywhere = self.alive if circle is None else self.alive & circle
        kept = self.counter
        counter = Counter(kept.segment, everywhere, kept.programme_rows, kept.centre_rows)
        return Found(counter, self.alive, self.admits_within, self.verified)

    def unfiltered(self):
        """`Found` of no filter at all, as far as the search reaches."""
        counter = Counter(self.counter.segment, self.counter.everywhere, {}, {})
        return Found(counter, self.alive, self.admits_within, self.verified)
