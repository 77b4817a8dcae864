"""A plan in words, for the person who decides whether to apply it."""

from collections import defaultdict

#: Lines of a section that are printed unless all are asked for.
SHOWN = 20


def describe(plan, *, as_of, everything=False):
    """The lines of text that say what applying `plan` would do."""
    shown = None if everything else SHOWN
    yield f"Facts as of {as_of.isoformat()}."
    yield from _section("To create", [_created(listing) for listing in plan.creates], shown)
    yield from _section("To change", _changes(plan.changed), shown)
    yield from _section(
        "Changed here and by the source, so left as they are", _conflicts(plan), shown
    )
    gone = [f"{entry.name} ({entry.key})" for entry in plan.missing]
    yield from _section("No longer in the file", gone, shown)
    rows = [problem for problem in plan.left_out if problem.is_row]
    cells = [problem for problem in plan.left_out if not problem.is_row]
    yield from _section("Rows left out", _grouped(rows), shown, count=len(rows))
    yield from _section(
        "Cells left out of rows that are taken", _grouped(cells), shown, count=len(cells)
    )
    yield summary(plan)


def summary(plan):
    """The plan's counts in one line."""
    left_out = sum(problem.is_row for problem in plan.left_out)
    unchanged = len(plan.unchanged) + len(plan.updates) - len(plan.changed)
    return (
        f"{len(plan.creates)} to create, {len(plan.changed)} to change, {unchanged} unchanged, "
        f"{len(plan.missing)} no longer in the file, {left_out} rows left out."
    )


def _section(title, lines, shown, *, count=None):
    if not lines:
        return
    yield f"\n{title}: {len(lines) if count is None else count}"
    for line in lines[:shown]:
        yield f"  {line}"
    if shown is not None and len(lines) > shown:
        yield f"  … and {len(lines) - shown} more (--verbosity 2 prints all)"


def _created(listing):
    address = listing.facts.get("address") or {}
    place = ", ".join(filter(None, [address.get("town"), address.get("postcode")]))
    levels = ", ".join(_level(facts) for facts in listing.programmes.values())
    return f"line {listing.line}: {listing.facts['name']} ({place or 'place not said'}): {levels}"


def _level(facts):
    return facts.get("level") or facts.get("name") or "level unknown"


def _changes(updates):
    lines = []
    for update in updates:
        lines.append(f"line {update.listing.line}: {update.name}")
        if update.reopens:
            lines.append("  listed again: the file names it again")
        lines += [f"  {_difference(change)}" for change in update.changes]
        lines += [
            f"  new programme: {_level(update.listing.programmes[key])}" for key in update.added
        ]
        lines += ["  a programme goes: the file no longer states it" for _ in update.dropped]
    return lines


def _conflicts(plan):
    return [
        f"line {update.listing.line}: {update.name}: {_difference(conflict)}"
        for update in plan.conflicts
        for conflict in update.conflicts
    ]


def _difference(difference):
    scope = f"programme {difference.programme}, " if difference.programme else ""
    return f"{scope}{difference.fact}: {_words(difference.old)} → {_words(difference.new)}"


def _words(value):
    if value in (None, "", []):
        return "unknown"
    if isinstance(value, dict):
        return ", ".join(
            f"{key} {piece}" for key, piece in value.items() if piece not in (None, "")
        )
    if isinstance(value, list):
        return "; ".join(_words(piece) for piece in value)
    return f"“{value}”" if isinstance(value, str) else str(value)


def _grouped(problems):
    """Problems with the same reason on one line, with the lines of the file they are on."""
    by_reason = defaultdict(list)
    for problem in problems:
        by_reason[problem.column, problem.reason].append(problem.line)
    return [
        f"{_line_numbers(sorted(lines))}{f', column {column}' if column else ''}: {reason}"
        + (f" ({len(lines)} rows)" if len(lines) > 1 else "")
        for (column, reason), lines in by_reason.items()
    ]


def _line_numbers(lines, most=6):
    """“line 4” or “lines 4–6, 9”; the first ranges only where there are many."""
    ranges = []
    for line in lines:
        if ranges and line - ranges[-1][1] <= 1:
            ranges[-1][1] = line
        else:
            ranges.append([line, line])
    words = [str(first) if first == last else f"{first}–{last}" for first, last in ranges[:most]]
    more = ", …" if len(ranges) > most else ""
    return f"{'line' if len(lines) == 1 else 'lines'} {', '.join(words)}{more}"
