"""Searches as tests write them: keywords for parameters, names for results."""

import datetime

from django.http import QueryDict

from finder.search import search

NOW = datetime.datetime(2026, 3, 14, 15, 9, 26, tzinfo=datetime.UTC)
TODAY = NOW.date()


def parameters(**asked):
    """A QueryDict; a value is a text, a number or a list of them."""
    data = QueryDict(mutable=True)
    for name, value in asked.items():
        values = value if isinstance(value, (list, tuple)) else [value]
        data.setlist(name, [str(text) for text in values])
    return data


def ask(*, now=NOW, **asked):
    """`Results`."""
    return search(parameters(**asked), now=now)


def found(*, now=NOW, **asked):
    """Names of the centres on the page, in order."""
    return [hit.centre.name for hit in ask(now=now, **asked).hits]


def all_pages(*, now=NOW, page_size=100, **asked):
    """Ids of the centres on every page, in order."""
    ids, page, pages = [], 1, 1
    while page <= pages:
        results = ask(now=now, page=page, page_size=page_size, **asked)
        ids += [hit.centre.pk for hit in results.hits]
        page, pages = page + 1, results.pages
    return ids
