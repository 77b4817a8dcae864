"""Another worker: a process that answers searches, a line of JSON for each.

`worker = Worker(processes)` starts it; `worker(sort="name")` searches there. A line may hold `now`
(ISO) and `sql` (run instead, and committed).
"""

import json
import os
import sys


class Worker:
    def __init__(self, processes):
        self._process = processes.start("-m", "tests.finder.index.worker", answers=True)

    def _ask(self, **line):
        self._process.stdin.write(json.dumps(line) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def __call__(self, *, now=None, **asked):
        """{"count", "ids", "names", "facets"} of a search."""
        return self._ask(asked=asked, now=now and now.isoformat())

    def begin(self):
        """Open a transaction."""
        return self._ask(sql="BEGIN")

    def execute(self, sql):
        """Run a statement; committed unless a transaction was begun."""
        return self._ask(sql=sql)

    def commit(self):
        return self._ask(sql="COMMIT")


def _known(parts):
    return sorted(
        (int(part.segment.ids[n]), part.segment.names[n])
        for part in parts
        for n in part.segment.numbers_of(part.alive).tolist()
    )


def _answer(line):
    import datetime

    from django.db import connection

    from finder import index
    from tests.finder.asking import NOW, ask

    if "sql" in line:
        with connection.cursor() as cursor:
            cursor.execute(line["sql"])
        return {"done": True}
    now = datetime.datetime.fromisoformat(line["now"]) if line.get("now") else NOW
    results = ask(now=now, **line["asked"])
    return {
        "count": results.count,
        "ids": [hit.centre.pk for hit in results.hits],
        "names": [name for _, name in _known(index.current().parts[results.query.country])],
        "facets": {
            name: {option.value: option.count for option in options}
            for name, options in results.facets.items()
        },
    }


def _serve():
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "finder.settings")
    django.setup()
    for line in sys.stdin:
        print(json.dumps(_answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    _serve()
