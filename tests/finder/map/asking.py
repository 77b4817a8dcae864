"""Maps of searches, in tests."""

from django.http import QueryDict
from django.utils import timezone

from finder.map.drawing import draw
from finder.search import search


def found(query):
    return search(QueryDict(query), now=timezone.now())


def drawn(query):
    return draw(found(query))
