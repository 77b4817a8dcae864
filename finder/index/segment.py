"""The read-only facet index of one country's centres: filters and order. No Django here."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from . import bits, geography
from .counting import CENTRE_PARAMETERS, Counter, Found
from .names import Names

UNKNOWN = -1
#: Above this many found centres, the nearest are looked for in widening rings of cells.
RING_FROM = 4096
FIRST_RING_KM = 8.0
#: Rows of `available` kept from one search to the next: those offered, and a few more.
KEPT_WAITS = 8


@dataclass
class Options:
    """A table of rows, one an option, addressed by parameter and value."""

    rows: np.ndarray
    places: dict[str, dict[str, int]]

    def any_of(self, parameter, values):
        """The OR of the rows of some values of one parameter."""
        chosen = [self.places[parameter][value] for value in values]
        return np.bitwise_or.reduce(self.rows[chosen], axis=0)

    def rows_of(self, parameter):
        """The rows of one parameter, in the order of its values; they stand together."""
        places = self.places[parameter].values()
        return self.rows[min(places) : max(places) + 1] if places else self.rows[:0]

    def set_at(self, slot):
        """{parameter: [values]} of the options whose bit is set at a slot."""
        column = self.rows[:, slot // bits.WORD] & np.uint64(1 << slot % bits.WORD)
        chosen = {parameter: [] for parameter in self.places}
        for place in np.flatnonzero(column).tolist():
            parameter, value = self._names[place]
            chosen[parameter].append(value)
        return chosen

    @cached_property
    def _names(self):
        """(parameter, value) of each row."""
        return [(name, value) for name, values in self.places.items() for value in values]

    def has(self, parameter, values):
        return all(value in self.places.get(parameter, ()) for value in values)


@dataclass
class Columns:
    """What a segment is made of, in its order: centres by cell, unplaced ones last.

    Centres: ids, names (list of str), latitudes, longitudes (degrees, NaN without a place),
    verified_from, verified_until, checked (days since 1970, UNKNOWN where none), demo (bool);
    by_name: numbers of the centres in the order of their names, then ids. Programmes, in the
    centres' order: slots, programme_ids, length_min, length_max, price (UNKNOWN where none).
    Admissions, only where stated: admission_slots, admission_days (since 1970), admission_from,
    admission_until (microseconds since 1970). options: {parameter: {value: row of programme bits}};
    centre_options likewise of guard bits.
    """

    layout: bits.Layout
    ids: np.ndarray
    names: list
    by_name: np.ndarray
    latitudes: np.ndarray
    longitudes: np.ndarray
    verified_from: np.ndarray
    verified_until: np.ndarray
    checked: np.ndarray
    demo: np.ndarray
    slots: np.ndarray
    programme_ids: np.ndarray
    length_min: np.ndarray
    length_max: np.ndarray
    price: np.ndarray
    admission_slots: np.ndarray
    admission_days: np.ndarray
    admission_from: np.ndarray
    admission_until: np.ndarray
    options: dict = field(default_factory=dict)
    centre_options: dict = field(default_factory=dict)


@dataclass
class Clock:
    """The moment of a search: today (days since 1970) and now (microseconds since 1970)."""

    today: int
    now: int


class Segment:
    """Centres stand in the order of their grid cells, those without a place last."""

    def __init__(self, columns, *, lengths, prices):
        """lengths, prices: the values offered as options of `length` and `max_price`."""
        self.layout = columns.layout
        self.words = max(self.layout.words, 1)
        self.ids = columns.ids
        self.names = Names(columns.names)
        self.latitudes, self.longitudes = columns.latitudes, columns.longitudes
        self.placed = int(np.count_nonzero(~np.isnan(columns.latitudes)))
        self.space = geography.to_space(
            columns.latitudes[: self.placed], columns.longitudes[: self.placed]
        )
        self.cells = geography.cells(
            columns.latitudes[: self.placed], columns.longitudes[: self.placed]
        )
        self.guards = bits.row(self.layout.guard, self.words)
        self._place_programmes(columns)
        self._lay_options(columns, lengths, prices)
        self.verified_from, self.verified_until = columns.verified_from, columns.verified_until
        self.checked = columns.checked
        self.by_name = columns.by_name.astype(np.int32)
        self.rank = np.empty(len(self.by_name), dtype=np.int32)
        self.rank[self.by_name] = np.arange(len(self.by_name), dtype=np.int32)
        self._rows_of_day = {}
        self._fresh = None

    def __len__(self):
        return len(self.ids)

    def guards_of(self, ids):
        """Guard slots of those of the centres `ids` that are in this segment."""
        return self.layout.guard[np.flatnonzero(np.isin(self.ids, ids))]

    def _place_programmes(self, columns):
        def by_slot(values, kind, *, elsewhere=UNKNOWN):
            placed = np.full(self.words * bits.WORD, elsewhere, dtype=kind)
            placed[columns.slots] = values
            return placed

        self.programme_ids = by_slot(columns.programme_ids, np.int64, elsewhere=0)
        self.programmes = bits.row(columns.slots, self.words)
        # Ones in every field below its guard, used or not: fields hold no spare bits, words may.
        self.below_guards = self.programmes
        self.length_min = by_slot(columns.length_min, np.int16)
        self.length_max = by_slot(columns.length_max, np.int16)
        self.price = by_slot(columns.price, np.int32)
        self.admission_slots, self.admission_days = columns.admission_slots, columns.admission_days
        self.admission_from, self.admission_until = columns.admission_from, columns.admission_until

    def _lay_options(self, columns, lengths, prices):
        lasting = {n: bits.from_flags(self._lasts(n)) for n in lengths}
        costing = {n: bits.from_flags(self._costs_at_most(n)) for n in prices}
        self.options = self._table(columns.options | {"length": lasting, "max_price": costing})
        self.centre_options = self._table(columns.centre_options)
        self.demo = bits.row(self.layout.guard[columns.demo], self.words)
        self.price_unknown = self.programmes & ~bits.from_flags(self.price != UNKNOWN)

    def _table(self, named):
        total = sum(len(values) for values in named.values())
        table = Options(np.zeros((total, self.words), dtype=np.uint64), {})
        place = 0
        for parameter, values in named.items():
            table.places[parameter] = {}
            for value, row in values.items():
                table.rows[place] = row
                table.places[parameter][value] = place
                place += 1
        return table

    # -- filters -------------------------------------------------------------------------------

    def _lasts(self, days):
        low, high = self.length_min, self.length_max
        return (
            ((low != UNKNOWN) | (high != UNKNOWN))
            & ((low == UNKNOWN) | (low <= days))
            & ((high == UNKNOWN) | (high >= days))
        )

    def _costs_at_most(self, price):
        return (self.price != UNKNOWN) & (self.price <= price)

    def _fresh_admissions(self, clock):
        """(slots, days) of the admission dates believed at the clock; kept until that changes."""
        kept = self._fresh
        if kept is None or not kept[0] <= clock.now < kept[1]:
            fresh = (self.admission_from <= clock.now) & (clock.now < self.admission_until)
            events = np.concatenate([self.admission_from, self.admission_until])
            later = events[events > clock.now]
            until = int(later.min()) if len(later) else np.iinfo(np.int64).max
            kept = (
                clock.now, until, self.admission_slots[fresh], self.admission_days[fresh], {},
            )  # fmt: skip
            self._fresh = kept
        return kept

    def _admits_within(self, days, clock):
        _, _, slots, dates, rows = self._fresh_admissions(clock)
        key = clock.today + days
        if key in rows:
            return rows[key]
        row = bits.row(slots[dates <= key], self.words)
        if len(rows) < KEPT_WAITS:
            rows[key] = row
        return row

    def _verified(self, clock):
        rows = self._rows_of_day  # replaced by another thread with another day's, never changed
        if clock.today not in rows:
            holds = (
                (self.verified_from != UNKNOWN)
                & (self.verified_from <= clock.today)
                & (self.verified_until >= clock.today)
            )
            rows = {clock.today: bits.row(self.layout.guard[holds], self.words)}
            self._rows_of_day = rows
        return rows[clock.today]

    def _programme_row(self, parameter, values, clock):
        if parameter == "available":
            return self._admits_within(max(values), clock)
        if parameter == "max_price":
            values = (max(values),)
        if self.options.has(parameter, values):
            return self.options.any_of(parameter, values)
        test = {"length": self._lasts, "max_price": self._costs_at_most}[parameter]
        return np.bitwise_or.reduce([bits.from_flags(test(value)) for value in values])

    def _centre_row(self, parameter, values, clock):
        if parameter == "verified":
            return self._verified(clock)
        if parameter == "q":
            numbers = np.concatenate([self.names.containing(text) for text in values])
            return bits.row(self.layout.guard[numbers], self.words)
        return self.centre_options.any_of(parameter, values)

    # -- geography -----------------------------------------------------------------------------

    def within(self, origin, radius):
        """Guard bits of the centres within `radius` miles of (latitude, longitude)."""
        km = radius * geography.KM_A_MILE
        numbers = self._in_cells(origin, km)
        chord = self._chords(origin, numbers)
        inside = chord <= geography.surely_within(km)
        shell = np.flatnonzero(~inside & (chord <= geography.surely_beyond(km)))
        if len(shell):
            there = numbers[shell]
            miles = geography.miles_between(
                origin, self.latitudes[there], self.longitudes[there], limit=radius
            )
            inside[shell] = miles <= radius
        return bits.row(self.layout.guard[numbers[inside]], self.words)

    def _in_cells(self, origin, km):
        """Numbers of the centres whose cells a circle touches."""
        ranges = geography.cell_ranges(origin, km)
        starts = np.searchsorted(self.cells, [first for first, _ in ranges], side="left")
        ends = np.searchsorted(self.cells, [last for _, last in ranges], side="right")
        spans = [np.arange(a, b) for a, b in zip(starts, ends, strict=True) if b > a]
        return np.concatenate(spans) if spans else np.empty(0, dtype=np.int64)

    def _chords(self, origin, numbers):
        here = geography.to_space(np.array([origin[0]]), np.array([origin[1]]))[0]
        return geography.chords(here, self.space[numbers])

    # -- finding and counting ------------------------------------------------------------------

    def find(self, wanted, *, clock, alive, within=None, available_days):
        """`Found` for `wanted`, {parameter: tuple of values}.

        alive: guard bits of the centres that count; within: of those inside the circle asked for,
        None for no circle; available_days: the values offered as options of `available`.
        """
        everywhere = alive if within is None else alive & within
        centre_rows, programme_rows = {}, {}
        for parameter, values in wanted.items():
            if parameter in CENTRE_PARAMETERS:
                centre_rows[parameter] = self._centre_row(parameter, values, clock)
            else:
                programme_rows[parameter] = self._programme_row(parameter, values, clock)
        counter = Counter(self, everywhere, programme_rows, centre_rows)
        waits = {days: self._admits_within(days, clock) for days in available_days}
        return Found(counter, alive, waits, self._verified(clock))

    # -- order ---------------------------------------------------------------------------------

    def numbers_of(self, guard_bits):
        """Numbers of the centres whose guard bits are set, ascending."""
        return np.searchsorted(self.layout.guard, bits.slots_of(guard_bits))

    def in_order(self, found, sort, *, origin, clock, start, stop):
        """Found centres from rank `start` to `stop`: [(key, number)]; segments' keys compare."""
        stop = min(stop, found.count)
        if start >= stop:
            return []
        if sort == "distance":
            return self._by_distance(found, origin, start, stop)
        if sort == "name":
            return [((self.names[n], self.ids[n]), n) for n in self._walk(found, start, stop)]
        numbers = self.numbers_of(found.centres)
        values = {
            "price": self._least_price,
            "available": self._first_admission,
            "checked": self._checked,
        }[sort](numbers, found, clock)
        chosen = np.lexsort((self.rank[numbers], values))[start:stop]
        return [self._keyed(float(values[c]), int(numbers[c])) for c in chosen]

    def _keyed(self, value, number):
        return (value, self.names[number], int(self.ids[number])), number

    def _walk(self, found, start, stop):
        """Numbers from rank `start` to `stop` by name, reading no further than needed."""
        passed, chosen, place, step = 0, [], 0, 4096
        while passed < stop and place < len(self.by_name):
            numbers = self.by_name[place : place + step]
            hits = numbers[bits.bits_at(found.centres, self.layout.guard[numbers])]
            chosen.extend(hits[max(0, start - passed) : max(0, stop - passed)].tolist())
            passed += len(hits)
            place, step = place + step, step * 4
        return chosen

    def _by_distance(self, found, origin, start, stop):
        numbers = self._nearest_candidates(found, origin, stop)
        placed = len(numbers) if numbers is not None else 0
        ranked = self._rank_near(numbers, origin, start, min(stop, placed)) if placed else []
        if len(ranked) == stop - start:
            return ranked
        found_numbers = self.numbers_of(found.centres)
        unplaced = found_numbers[found_numbers >= self.placed]
        unplaced = unplaced[np.argsort(self.rank[unplaced])]
        before = found.count - len(unplaced)
        rest = unplaced[max(0, start - before) : stop - before]
        return ranked + [self._keyed(np.inf, int(n)) for n in rest]

    def _nearest_candidates(self, found, origin, stop):
        """Numbers of found, placed centres that hold the nearest `stop`, or all of them."""
        if found.count > RING_FROM:
            km = FIRST_RING_KM
            while km < geography.FURTHEST / 4:
                numbers = self._in_cells(origin, km)
                numbers = numbers[bits.bits_at(found.centres, self.layout.guard[numbers])]
                sure = self._chords(origin, numbers) <= geography.surely_within(km)
                if np.count_nonzero(sure) >= stop:
                    return numbers
                km *= 2
        numbers = self.numbers_of(found.centres)
        return numbers[numbers < self.placed]

    def _rank_near(self, numbers, origin, start, stop):
        """Ranks `start` to `stop` among `numbers` by (miles, name, id), exactly.

        Every candidate's distance lies in an interval. Whatever ends before the start-th smallest
        lower end is surely earlier, whatever begins after the stop-th smallest upper end is surely
        later, and only the rest need their geodesics.
        """
        if start >= stop:
            return []
        least, most = geography.bounds(self._chords(origin, numbers))
        low = np.partition(least, start)[start]
        high = np.partition(most, stop - 1)[stop - 1]
        earlier = most < low
        possible = numbers[~earlier & (least <= high)]
        skipped = int(np.count_nonzero(earlier))
        miles = geography.miles_between(origin, self.latitudes[possible], self.longitudes[possible])
        order = np.lexsort((self.rank[possible], miles))[start - skipped : stop - skipped]
        return [self._keyed(float(miles[c]), int(possible[c])) for c in order]

    def _least_price(self, numbers, found, clock):
        slots = bits.slots_of(found.programmes & ~self.price_unknown)
        return self._least(numbers, slots, self.price[slots])

    def _first_admission(self, numbers, found, clock):
        _, _, slots, days, _ = self._fresh_admissions(clock)
        meets = bits.bits_at(found.programmes, slots)
        return self._least(numbers, slots[meets], days[meets])

    def _checked(self, numbers, found, clock):
        days = self.checked[numbers]
        return np.where(days == UNKNOWN, np.inf, -days.astype(float))

    def _least(self, numbers, slots, values):
        """For each centre of `numbers` the least value among its slots, infinity without any."""
        least = np.full(len(self.ids), np.inf)
        np.minimum.at(least, np.searchsorted(self.layout.guard, slots), values)
        return least[numbers]

    # -- what a result shows -------------------------------------------------------------------

    def distance(self, number, origin):
        """Miles from `origin`, or None where the centre has no published place."""
        if number >= self.placed:
            return None
        place = slice(number, number + 1)
        return float(
            geography.miles_between(origin, self.latitudes[place], self.longitudes[place])[0]
        )

    def terms_of(self, number):
        """{programme id: {parameter: [values]}} of a centre's programmes."""
        first, guard = int(self.layout.first[number]), int(self.layout.guard[number])
        return {
            int(self.programme_ids[slot]): self.options.set_at(slot) for slot in range(first, guard)
        }

    def centre_terms_of(self, number):
        """{parameter: [values]} of the centre itself."""
        return self.centre_options.set_at(int(self.layout.guard[number]))

    def matching_programmes(self, number, found):
        """Ids of the centre's programmes that meet every programme filter."""
        slots = np.arange(self.layout.first[number], self.layout.guard[number])
        return set(self.programme_ids[slots[bits.bits_at(found.programmes, slots)]].tolist())
