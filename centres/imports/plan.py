"""What applying a file would do: which centres it creates, changes and no longer names.

Each fact is merged three ways. What the source said last (`SourceRecord.values`), what it says now,
and what the row holds: only what the source itself changed is applied; where a person changed the
fact too, the person's value stays and the conflict is reported. So an edit of ours outlives every
file that says the same again.

Left alone whatever the file says: withdrawn centres ("do not list"), and centres closed by a
person. A centre that an import closed, because a file no longer named it, is listed again when a
later file names it.

A centre entered by hand is taken for the same as a new entry when its registration number is the
entry's, or its name and postcode are; facts it holds are then conflicts, not overwritten. What is
new is held against the withdrawn centres (`withdrawn`) before it is planned.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.text import slugify

from ..models import Centre, Precision, Programme, SourceRecord, Status
from . import facts as held_facts
from .listing import LeftOut
from .withdrawn import WITHDRAWN, Withdrawn

#: Centres loaded at a time: bounds memory, and the parameters of one query.
CHUNK = 500
_FINEST_FIRST = list(Precision.values)


@dataclass(frozen=True)
class Difference:
    """One fact that differs. `programme` is the source's key for it, "" for the centre's own."""

    programme: str
    fact: str
    old: object
    new: object


@dataclass
class Update:
    """What a listing does to the centre `centre_id`. `said` is what the source has now said."""

    listing: object
    record_id: int | None
    centre_id: int
    name: str
    said: dict
    changes: list = field(default_factory=list)
    conflicts: list = field(default_factory=list)
    added: list = field(default_factory=list)
    dropped: list = field(default_factory=list)
    reopens: bool = False

    @property
    def changes_centre(self):
        return bool(self.changes or self.added or self.dropped or self.reopens)

    def programme_id(self, key):
        return self.said["programmes"][key]["id"]

    def facts_said(self, key):
        """What the source says of the programme `key`, or of the centre itself for ""."""
        return self.said["programmes"][key]["facts"] if key else self.said["centre"]


@dataclass(frozen=True)
class Known:
    """An entry of the source that became a centre before."""

    record_id: int
    key: str
    centre_id: int
    said: dict
    last_as_of: object
    name: str
    status: str
    closed_on: object
    region: str

    @property
    def closed_by_import(self):
        gone = self.said.get("gone")
        return self.status == Status.CLOSED and gone == self.closed_on.isoformat()

    def is_older_than(self, as_of):
        return self.last_as_of is None or self.last_as_of < as_of


@dataclass
class Plan:
    creates: list = field(default_factory=list)
    updates: list = field(default_factory=list)
    #: `Known` entries about which the file says what the source said before.
    unchanged: list = field(default_factory=list)
    #: `Known` entries, listed now, that the file no longer names.
    missing: list = field(default_factory=list)
    left_out: list = field(default_factory=list)

    @property
    def changed(self):
        return [update for update in self.updates if update.changes_centre]

    @property
    def conflicts(self):
        return [update for update in self.updates if update.conflicts]

    def to_refresh(self, as_of):
        """Unchanged entries whose facts this file says are still true on a later day."""
        return [known for known in self.unchanged if known.is_older_than(as_of)]


def make_plan(entries, *, source, as_of):
    """`Plan` for `entries` of `source`, whose facts were true on `as_of`. Writes nothing."""
    plan = Plan(left_out=list(entries.left_out))
    known = _known(source)
    unclaimed, withdrawn = _Centres(source), Withdrawn()
    pending = []
    for listing in entries.listings:
        if not _fits(listing, plan.left_out):
            continue
        entry = known.get(listing.key)
        if entry is None:
            _plan_new(listing, unclaimed, withdrawn, pending, plan)
            continue
        reason = _reason_to_leave_alone(entry, as_of)
        if reason:
            plan.left_out.append(LeftOut(listing.line, "", f"{entry.name}: {reason}"))
            continue
        said = _said(entry.said, listing, entries.speaks_of)
        if said == entry.said and entry.status != Status.CLOSED:
            plan.unchanged.append(entry)
            continue
        pending.append(
            (entry.said, Update(listing, entry.record_id, entry.centre_id, entry.name, said))
        )
        pending[-1][1].reopens = entry.closed_by_import
    _compare_all(pending)
    plan.updates = [update for _, update in pending]
    named = {listing.key for listing in entries.listings} | entries.seen
    plan.missing = [
        entry
        for entry in known.values()
        if entry.key not in named
        and entry.status not in {Status.CLOSED, Status.WITHDRAWN}
        and (entry.last_as_of == as_of or entry.is_older_than(as_of))
        and (entries.regions is None or entry.region in entries.regions)
    ]
    return plan


def _known(source):
    rows = SourceRecord.objects.filter(source=source).values_list(
        "pk", "key", "centre_id", "values", "last_run__as_of",
        "centre__name", "centre__status", "centre__closed_on", "centre__region",
    )  # fmt: skip
    return {row[1]: Known(*row) for row in rows.order_by("pk")}


def _reason_to_leave_alone(entry, as_of):
    if entry.status == Status.WITHDRAWN:
        return WITHDRAWN
    if entry.status == Status.CLOSED and not entry.closed_by_import:
        return "closed here by the team; a file does not bring it back."
    if entry.last_as_of and entry.last_as_of > as_of:
        return f"a newer file, of {entry.last_as_of.isoformat()}, has been applied."
    return None


@dataclass(frozen=True)
class Unclaimed:
    """A centre that a new entry may be. Claimed: it has become another entry's already."""

    centre_id: int
    name: str
    status: str
    is_claimed: bool

    def reason_to_leave_alone(self):
        if self.status == Status.WITHDRAWN:
            return WITHDRAWN
        if self.is_claimed:
            return "another entry's centre has its registration number."
        if self.status == Status.CLOSED:
            label = Status(self.status).label.lower()
            return f"{label} here; a file does not bring it back."
        return None


class _Centres:
    """Centres that new entries may be, found by number or by name and postcode."""

    def __init__(self, source):
        self.by_number, self.by_name = {}, {}
        claimed = set(
            SourceRecord.objects.filter(source=source).values_list("centre_id", flat=True)
        )
        rows = Centre.objects.exclude(source__is_demo=True).values_list(
            "pk", "name", "status", "country", "postcode", "regulator", "registration_number"
        )
        for pk, name, status, country, postcode, regulator, number in rows.iterator():
            found = Unclaimed(pk, name, status, is_claimed=pk in claimed)
            if number:
                self.by_number[regulator, number] = found
            named = (country, slugify(name), _squeezed(postcode))
            if postcode and status == Status.WITHDRAWN:  # registered anew it is still the same
                self.by_name[named] = found
            elif postcode and not number and not found.is_claimed:
                self.by_name.setdefault(named, found)

    def pop(self, listing):
        """The `Unclaimed` that `listing` speaks of, or None."""
        registration = listing.facts.get("registration") or {}
        number = (registration.get("regulator"), registration.get("number"))
        if number in self.by_number:
            return self._taken(self.by_number, number)
        postcode = (listing.facts.get("address") or {}).get("postcode", "")
        name = (listing.country, slugify(listing.facts["name"]), _squeezed(postcode))
        return self._taken(self.by_name, name) if postcode else None

    def _taken(self, centres, key):
        """Each is one entry's, but a withdrawn one, which turns away all that speak of it."""
        found = centres.get(key)
        if found and found.status != Status.WITHDRAWN:
            del centres[key]
        return found


def _squeezed(postcode):
    return postcode.replace(" ", "").upper()


def _plan_new(listing, unclaimed, withdrawn, pending, plan):
    found = unclaimed.pop(listing)
    if found is None:
        reason = withdrawn.reason_to_leave_out(listing)
        if reason:
            plan.left_out.append(LeftOut(listing.line, "", reason))
            return
        plan.creates.append(listing)
        return
    reason = found.reason_to_leave_alone()
    if reason:
        plan.left_out.append(LeftOut(listing.line, "", f"{found.name}: {reason}"))
        return
    said = _said({}, listing, frozenset())
    pending.append(({}, Update(listing, None, found.centre_id, found.name, said)))


def _fits(listing, left_out):
    """Drop facts that do not fit their columns; False where the name does not."""
    for scope, facts, model in [
        ("", listing.facts, Centre),
        *((key, facts, Programme) for key, facts in listing.programmes.items()),
    ]:
        for fact, value in list(facts.items()):
            problems = held_facts.too_long(model, fact, value)
            if not problems:
                continue
            is_row = fact == "name" and not scope
            left_out += [
                LeftOut(listing.line, piece or fact, problem, is_row=is_row)
                for piece, problem in problems.items()
            ]
            if is_row:
                return False
            del facts[fact]
            if fact in held_facts.LOOSE:
                rest = value | dict.fromkeys(problems, "")
                if any(rest.values()):
                    facts[fact] = rest
    return True


def _said(before, listing, speaks_of):
    """What the source has said once it has said `listing` too."""
    old = before.get("centre", {})
    centre = {fact: value for fact, value in old.items() if fact not in speaks_of}
    centre |= listing.facts
    if _is_coarser(centre, old):
        centre["coordinates"] = old["coordinates"]
    old_programmes = before.get("programmes", {})
    programmes = {
        key: {"id": old_programmes.get(key, {}).get("id"), "facts": dict(facts)}
        for key, facts in listing.programmes.items()
    }
    return {"centre": centre, "programmes": programmes}


def _is_coarser(new, old):
    """Whether a less exact place is offered for the address that was placed already."""
    if not new.get("coordinates") and not old.get("coordinates"):
        return False
    if (new.get("address") or {}).get("postcode") != (old.get("address") or {}).get("postcode"):
        return False
    if not old.get("coordinates"):
        return False
    if not new.get("coordinates"):
        return True
    return _FINEST_FIRST.index(new["coordinates"]["precision"]) > _FINEST_FIRST.index(
        old["coordinates"]["precision"]
    )


def _compare_all(pending):
    for start in range(0, len(pending), CHUNK):
        chunk = pending[start : start + CHUNK]
        centres = (
            Centre.objects.filter(pk__in=[update.centre_id for _, update in chunk])
            .select_related("provider")
            .prefetch_related(*held_facts.prefetch_for(_differing(chunk)))
            .in_bulk()
        )
        for before, update in chunk:
            _compare(before, update, centres[update.centre_id])


def _differing(chunk):
    """Facts that any of these updates has to look up: (whether of a programme, name)."""
    found = set()
    for before, update in chunk:
        found |= {
            (False, fact) for fact in _changed(before.get("centre", {}), update.said["centre"])
        }
        old = before.get("programmes", {})
        for key, programme in update.said["programmes"].items():
            said = old.get(key, {}).get("facts", {})
            found |= {(True, fact) for fact in _changed(said, programme["facts"])}
    return found


def _changed(before, now):
    return sorted(fact for fact in before.keys() | now.keys() if before.get(fact) != now.get(fact))


def _compare(before, update, centre):
    _merge(update, "", before.get("centre", {}), update.said["centre"], centre)
    rows = {programme.pk: programme for programme in centre.programmes.all()}
    by_level = defaultdict(list)
    for programme in rows.values():
        by_level[programme.level].append(programme)
    old = before.get("programmes", {})
    for key, programme in update.said["programmes"].items():
        if key not in old:
            same = by_level.get(programme["facts"].get("level"), [])
            if update.record_id is None and len(same) == 1:
                programme["id"] = same[0].pk
            else:
                update.added.append(key)
                continue
        row = rows.get(programme["id"])
        if row is None:  # a person removed it; the file does not bring it back
            continue
        said_before = old.get(key, {}).get("facts", {})
        _merge(update, key, said_before, programme["facts"], row)
    for key in old.keys() - update.said["programmes"].keys():
        _drop(update, key, old[key], rows.get(old[key]["id"]))


def _merge(update, scope, before, now, row):
    for fact in _changed(before, now):
        old, new, held = before.get(fact), now.get(fact), held_facts.held_fact(row, fact)
        if held == new:
            continue
        difference = Difference(scope, fact, held, new)
        (update.changes if held == old else update.conflicts).append(difference)


def _drop(update, key, said, row):
    """The source no longer states a programme: it goes, unless a person has worked on it."""
    if row is None:
        return
    facts = [*held_facts.PROGRAMME_COLUMNS, *held_facts.PROGRAMME_TERMS]
    if all(held_facts.held_fact(row, fact) == said["facts"].get(fact) for fact in facts):
        update.dropped.append(row.pk)
        return
    update.conflicts.append(Difference(key, "level", row.level, None))
