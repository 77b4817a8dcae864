"""Names nearly typed: which one was surely meant, and which may have been. Pure.

A distance is the number of letters added, lost, changed or swapped with their neighbour.
"""

from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

SURE_LETTERS = ((9, 2), (4, 1))  # from so many letters on, so many slips are surely a slip
DOUBTFUL_LETTERS = ((12, 3), (5, 2), (4, 1))
SURE_PEOPLE = 10_000  # only a town of some size is surely meant by another name
NEGLIGIBLE = 0.1  # of the size of the one meant, for every other name as close
SHORTEST_START = 3  # letters, for "Manch"
MOST_SUGGESTIONS = 6


@dataclass(frozen=True, slots=True)
class Near:
    """A name near to what was typed."""

    folded: str
    slips: int
    people: int  # of the biggest place that bears it


def allowed(folded, table):
    """How many slips a name of this length may hold."""
    return next((slips for letters, slips in table if len(folded) >= letters), 0)


class Spelling:
    """A name that is in no table, and the names of the tables that are near to it.

    `size` gives how likely a place is to be meant, in people; None for one that cannot be.
    """

    def __init__(self, folded, gazetteer, country, size):
        self.folded = folded
        self.gazetteer = gazetteer
        self.names = gazetteer.spellings[country]
        self.size = size

    def near(self):
        """`[Near]`, closest first, then biggest."""
        limit = allowed(self.folded, DOUBTFUL_LETTERS)
        if not limit:
            return []
        hits = process.extract(
            self.folded, self.names, scorer=OSA.distance, score_cutoff=limit, limit=60
        )
        found = [
            Near(name, slips, people)
            for name, slips, _ in hits
            if (people := self._people(name)) is not None
        ]
        return sorted(found, key=lambda n: (n.slips, -n.people, n.folded))

    def begun(self):
        """Names that begin with what was typed ("Manch"), biggest first."""
        if len(self.folded) < SHORTEST_START:
            return []
        found = [
            Near(name, 0, people)
            for name in self.names
            if name.startswith(self.folded) and name != self.folded
            if (people := self._people(name)) is not None
        ]
        return sorted(found, key=lambda n: (-n.people, n.folded))[:MOST_SUGGESTIONS]

    def surely_meant(self):
        """The `Near` that was surely meant, or None."""
        limit = allowed(self.folded, SURE_LETTERS)
        near = self.near()
        candidates = [n for n in near if n.slips <= limit and n.folded[:1] == self.folded[:1]]
        if not candidates:
            return None
        best = max(candidates, key=lambda n: n.people)
        rivals = [n for n in near if n.slips <= best.slips] + self.begun()
        # "Edinburgh City" is no rival of "Edinburgh".
        others = [n for n in rivals if not f"{n.folded} ".startswith(f"{best.folded} ")]
        if best.people < SURE_PEOPLE or any(n.people > best.people * NEGLIGIBLE for n in others):
            return None
        return best

    def suggestions(self):
        """Names to offer, likeliest first."""
        begun = [n.folded for n in self.begun()]
        near = [n.folded for n in self.near()]
        return list(dict.fromkeys([*begun[:2], *near, *begun]))

    def _people(self, name):
        sizes = [self.size(place) for place in self.gazetteer.named(name)]
        return max((size for size in sizes if size is not None), default=None)
