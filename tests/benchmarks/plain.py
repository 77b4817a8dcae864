"""The same search without the index: the FilterSet's SQL, a query a facet, distances in Python.

What a careful Django project would write first. It gives the same answers and is only slower.
"""

import json

import numpy as np
from django.db import connection
from django.db.models import Count, Q
from django.db.models.expressions import RawSQL
from django.http import QueryDict

from centres.models import Centre, Programme
from finder.filters import CentreFilterSet, ProgrammeFilter
from finder.index.geography import miles_between
from finder.index.load import CENTRE_TERMS, PROGRAMME_TERMS

MILES_A_DEGREE = 68.7  # the least, so that the box holds the circle
GROUPED = {"level": "level", "dual_diagnosis": "dual_diagnosis", "medication": "medication"} | {
    name: f"{field}__slug" for name, field in PROGRAMME_TERMS.items()
}


def search(asked, *, origin, radius, now):
    """(ids of the first twenty, count, {parameter: {value: count}})."""
    found = _ranked(_filters(asked, now).qs, origin, radius)
    facets = {}
    for name, column in GROUPED.items():
        others = {key: values for key, values in asked.items() if key != name}
        filters = _filters(others, now)
        programmes = Programme.objects.filter(
            _of_one_programme(filters, now), centre__in=_within(filters.qs, origin, radius)
        )
        facets[name] = _counted(programmes, column, "centre")
    for name, field in CENTRE_TERMS.items():
        others = {key: values for key, values in asked.items() if key != name}
        centres = _within(_filters(others, now).qs, origin, radius)
        facets[name] = _counted(centres, f"{field}__slug", "pk")
    return found[:20], len(found), facets


def _filters(asked, now):
    data = QueryDict(mutable=True)
    for name, values in asked.items():
        data.setlist(name, values)
    filters = CentreFilterSet(data, Centre.objects.visible().filter(country="GB"), now=now)
    if not filters.is_valid():
        raise ValueError(filters.errors)
    return filters


def _of_one_programme(filters, now):
    """What one programme has to meet, so that the others of its centre do not count."""
    condition = Q()
    for name, values in filters.form.cleaned_data.items():
        if values and isinstance(filters.filters[name], ProgrammeFilter):
            condition &= filters.filters[name].condition(values, now)
    return condition


def _boxed(centres, origin, radius):
    reach = radius / MILES_A_DEGREE
    return centres.filter(
        latitude__range=(origin[0] - reach, origin[0] + reach),
        longitude__range=(origin[1] - 2 * reach, origin[1] + 2 * reach),
    )


def _ranked(centres, origin, radius):
    """Ids in order: of name without a place, else of distance, within the radius."""
    if origin is None:
        return list(centres.order_by("name", "pk").values_list("pk", flat=True))
    if radius is not None:
        centres = _boxed(centres, origin, radius)
    rows = list(centres.order_by().values_list("pk", "latitude", "longitude", "name"))
    if not rows:
        return []
    ids, latitudes, longitudes, names = zip(*rows, strict=True)
    miles = miles_between(origin, np.array(latitudes), np.array(longitudes))
    ranked = sorted(zip(miles.tolist(), names, ids, strict=True))
    return [pk for far, _, pk in ranked if radius is None or far <= radius]


def _within(centres, origin, radius):
    """The centres as a query: those inside the circle are named, for SQL knows no geodesic."""
    if radius is None:
        return centres
    ids = _ranked(centres, origin, radius)
    if connection.vendor == "postgresql":
        return Centre.objects.filter(pk__in=RawSQL("SELECT unnest(%s::bigint[])", [ids]))
    return Centre.objects.filter(
        pk__in=RawSQL("SELECT value FROM json_each(%s)", [json.dumps(ids)])
    )


def _counted(queryset, column, what):
    return dict(queryset.order_by().values_list(column).annotate(n=Count(what, distinct=True)))
