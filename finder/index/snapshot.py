"""The index at one moment: its parts searched as one."""

from collections import Counter as Tally
from dataclasses import dataclass

import numpy as np

from . import bits, geography
from .counting import Found
from .segment import Clock, Segment

#: Days offered as options of `available`.
AVAILABLE_DAYS = (7, 14, 28)


@dataclass(frozen=True)
class Part:
    """A segment, and the guard bits of those of its centres that no newer part replaces."""

    segment: Segment
    alive: np.ndarray


@dataclass(frozen=True)
class Place:
    """Where a result stands: a part's segment, what was found in it, the centre's number there."""

    segment: Segment
    found: Found
    number: int
    distance: float | None

    @property
    def centre_id(self):
        return int(self.segment.ids[self.number])

    @property
    def name(self):
        return self.segment.names[self.number]

    def terms(self):
        """{programme id: {parameter: [values]}}."""
        return self.segment.terms_of(self.number)

    def centre_terms(self):
        return self.segment.centre_terms_of(self.number)

    def matching_programmes(self):
        """Ids of the programmes that meet every programme filter."""
        return self.segment.matching_programmes(self.number, self.found)


@dataclass(frozen=True)
class Snapshot:
    """parts: {country: [Part]}; terms: {parameter: {id: Term}}."""

    parts: dict
    terms: dict

    @property
    def has_demo(self):
        return any(
            (part.segment.demo & part.alive).any()
            for parts in self.parts.values()
            for part in parts
        )

    def count(self, country):
        """How many centres of a country there are."""
        return sum(int(np.bitwise_count(part.alive).sum()) for part in self.parts[country])

    def find(self, country, wanted, *, clock, origin=None, radius=None):
        """An `Answer`.

        wanted: {parameter: tuple of values}. origin: (latitude, longitude) in degrees or None.
        radius: miles, or None for any distance.
        """
        found = []
        for part in self.parts[country]:
            within = None if radius is None else part.segment.within(origin, radius)
            found.append(
                part.segment.find(
                    wanted,
                    clock=clock,
                    alive=part.alive,
                    within=within,
                    available_days=AVAILABLE_DAYS,
                )
            )
        return Answer([part.segment for part in self.parts[country]], found, clock, origin)


@dataclass(frozen=True)
class Answer:
    segments: list
    found: list
    clock: Clock
    origin: tuple | None

    @property
    def count(self):
        return sum(found.count for found in self.found)

    @property
    def unknown_price(self):
        return sum(found.unknown_price for found in self.found)

    @property
    def facets(self):
        """{parameter: {value: how many centres it would leave}}."""
        totals = {parameter: Tally() for parameter in self.found[0].facets}
        for found in self.found:
            for parameter, counts in found.facets.items():
                totals[parameter].update(counts)
        return totals

    def count_without(self, parameter):
        """How many centres the same search finds without one of its filters."""
        return sum(found.count_without(parameter) for found in self.found)

    def without(self, parameter):
        """The `Answer` of the same search without one of its filters."""
        return self._of(found.without(parameter) for found in self.found)

    def within(self, radius):
        """The `Answer` of the same filters within so many miles; None for any distance."""
        return self._of(
            found.within(None if radius is None else segment.within(self.origin, radius))
            for segment, found in zip(self.segments, self.found, strict=True)
        )

    def unfiltered(self):
        """The `Answer` of no filter at all, as far as the search reaches."""
        return self._of(found.unfiltered() for found in self.found)

    def _of(self, found):
        return Answer(self.segments, list(found), self.clock, self.origin)

    @property
    def placed(self):
        """Arrays (ids, latitudes, longitudes) of all that were found and have a place."""
        columns = []
        for segment, found in zip(self.segments, self.found, strict=True):
            guards = segment.layout.guard[: segment.placed]
            numbers = np.flatnonzero(bits.bits_at(found.centres, guards))
            columns.append(
                (segment.ids[numbers], segment.latitudes[numbers], segment.longitudes[numbers])
            )
        return tuple(np.concatenate(parts) for parts in zip(*columns, strict=True))

    def page(self, sort, start, stop):
        """`Place`s from rank `start` to `stop`.

        Of all segments but the first, few and new, everything found is ranked; so the first is
        read from as many ranks earlier as those could have pushed back.
        """
        newer = sum(found.count for found in self.found[1:])
        skipped = max(0, start - newer)
        ranked = [
            (*item, segment, found)
            for place, (segment, found) in enumerate(zip(self.segments, self.found, strict=True))
            for item in segment.in_order(
                found,
                sort,
                origin=self.origin,
                clock=self.clock,
                start=0 if place else skipped,
                stop=stop,
            )
        ]
        if sort == "distance" and newer:
            ranked = self._told_apart(ranked)
        ranked.sort(key=lambda item: item[0])
        return [
            Place(segment, found, number, self._distance(sort, key, segment, number))
            for key, number, segment, found in ranked[start - skipped : stop - skipped]
        ]

    def _told_apart(self, ranked):
        """With the distances of near ties between segments: each has settled only its own."""
        placed = [item for item in ranked if np.isfinite(item[0][0])]
        miles = geography.settled(
            np.array([key[0] for key, *_ in placed]),
            self.origin,
            [segment.latitudes[number] for _, number, segment, _ in placed],
            [segment.longitudes[number] for _, number, segment, _ in placed],
        )
        settled = [
            ((exact, *key[1:]), *item)
            for exact, (key, *item) in zip(miles.tolist(), placed, strict=True)
        ]
        return settled + [item for item in ranked if not np.isfinite(item[0][0])]

    def _distance(self, sort, key, segment, number):
        if self.origin is None:
            return None
        if sort == "distance":
            return key[0] if np.isfinite(key[0]) else None
        return segment.distance(number, self.origin)
