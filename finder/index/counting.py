"""The counts of one search: what is found, what each option would leave. No Django here."""

from functools import reduce
from operator import and_

import numpy as np

from . import bits

#: Filters of the centre itself; every other filter is one a programme has to meet.
CENTRE_PARAMETERS = frozenset({"language", "access", "verified", "q"})


class Counter:
    """One segment's words, those `pick` names, under the rows of a search's filters.

    everywhere: guard bits of the centres that count at all. programme_rows, centre_rows:
    {parameter: row}, already picked.
    """

    def __init__(self, segment, pick, everywhere, programme_rows, centre_rows):
        self.segment, self.pick = segment, pick
        self.everywhere = everywhere
        self.programme_rows, self.centre_rows = programme_rows, centre_rows
        self.below_guards = segment.below_guards[pick]

    def programmes(self, *, without=None):
        """Bits of the programmes that meet every programme filter, but `without` one of them."""
        rows = [row for name, row in self.programme_rows.items() if name != without]
        return reduce(and_, rows, self.segment.programmes[self.pick])

    def centres_by_themselves(self, *, without=None):
        """Guard bits of the centres that meet every filter of the centre itself."""
        rows = [row for name, row in self.centre_rows.items() if name != without]
        return reduce(and_, rows, self.everywhere)

    def centres(self, *, without=None):
        """Guard bits of the centres found: one and the same programme meets all its filters."""
        centres = self.centres_by_themselves(without=without)
        if not self.programme_rows.keys() - {without}:
            return centres
        return centres & bits.centres_of(self.programmes(without=without), self.below_guards)

    def facets(self, admits_within, verified):
        """{parameter: {value: centres left}}, each counted without its own filter.

        admits_within: {days: row of programmes}; verified: guard bits.
        """
        centres = self.centres_by_themselves()
        table = self.segment.options
        rows = table.rows[:, self.pick]
        counts = self._count(rows, self.programmes(), centres)
        facets = {
            name: {value: int(counts[place]) for value, place in places.items()}
            for name, places in table.places.items()
        }
        for name in self.programme_rows.keys() & table.places.keys():
            places = list(table.places[name].values())
            own = self._count(rows[places], self.programmes(without=name), centres)
            facets[name] = dict(zip(table.places[name], own.tolist(), strict=True))
        facets["available"] = self._available(admits_within, centres)
        facets |= self._facets_of_centres()
        left = self.centres(without="verified")
        facets["verified"] = {"yes": bits.count(left & verified)}
        return facets

    def _count(self, rows, programmes, centres):
        return bits.count_options(rows, programmes, self.below_guards, centres)

    def _available(self, admits_within, centres):
        rows = np.stack(list(admits_within.values()))
        counts = self._count(rows, self.programmes(without="available"), centres)
        return dict(zip(admits_within, counts.tolist(), strict=True))

    def _facets_of_centres(self):
        table = self.segment.centre_options
        facets = {}
        for name, places in table.places.items():
            rows = table.rows[list(places.values())][:, self.pick]
            counts = bits.count_centre_options(rows, self.centres(without=name))
            facets[name] = dict(zip(places, counts.tolist(), strict=True))
        return facets

    def unknown_price(self):
        """How many centres only an unknown price keeps out of a search with `max_price`."""
        if "max_price" not in self.programme_rows:
            return 0
        unpriced = self.programmes(without="max_price") & self.segment.price_unknown[self.pick]
        left = self.centres_by_themselves() & bits.centres_of(unpriced, self.below_guards)
        return bits.count(left & ~self.centres())
