"""Names nearly typed: which one was surely meant, and which may have been. Pure.

A distance is the number of letters added, lost, changed or swapped with their neighbour.
"""

from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

SURE_LETTERS = ((9, 2), (4, 1))  # from so many letters on, so many slips are surely a slip
DOUBTFUL_LETTERS = ((9, 3), (5, 2), (4, 1))
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


def near(folded, gazetteer, accepts):
    """`[Near]`, closest first, then biggest: names of which some place meets the predicate."""
    limit = allowed(folded, DOUBTFUL_LETTERS)
    if not limit:
        return []
    hits = process.extract(
        folded, gazetteer.spellings, scorer=OSA.distance, score_cutoff=limit, limit=60
    )
    found = []
    for spelling, slips, _ in hits:
        people = [p.population for p in gazetteer.named(spelling) if accepts(p)]
        if people:
            found.append(Near(spelling, slips, max(people)))
    return sorted(found, key=lambda n: (n.slips, -n.people, n.folded))


def surely(folded, nearby):
    """The one of `nearby` that was surely meant, or None."""
    limit = allowed(folded, SURE_LETTERS)
    candidates = [n for n in nearby if n.slips <= limit and n.folded[:1] == folded[:1]]
    if not candidates:
        return None
    best = max(candidates, key=lambda n: n.people)
    rivals = [n for n in nearby if n is not best and n.slips <= best.slips]
    if best.people < SURE_PEOPLE or any(n.people > best.people * NEGLIGIBLE for n in rivals):
        return None
    return best


def beginnings(folded, gazetteer, accepts):
    """Names that begin with what was typed, biggest place first."""
    if len(folded) < SHORTEST_START:
        return []
    sizes = {
        name: max((p.population for p in gazetteer.by_name[name] if accepts(p)), default=None)
        for name in gazetteer.spellings
        if name.startswith(folded) and name != folded
    }
    begun = [name for name, people in sizes.items() if people is not None]
    return sorted(begun, key=lambda name: (-sizes[name], name))[:MOST_SUGGESTIONS]
