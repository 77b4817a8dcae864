"""Search written a second time, as plainly as can be: the index is held to this.

Filters are the FilterSet's own queryset, distances are geopy's over every centre, and each facet
option is counted with that option alone in place of its parameter: all of them by judging row by
row, and a few by the queryset.
"""

from functools import cache

from django.db.models import prefetch_related_objects
from django.http import QueryDict
from django.utils import timezone
from geopy.distance import geodesic

from centres.models import Centre
from finder.filters import CentreFilterSet
from finder.index import names

LINKS = ("substances", "therapies", "conditions", "funding", "people")


def matching(asked, *, country, origin, radius, now):
    """Centres that meet the filters `asked`, {parameter: [texts]}, within the radius."""
    data = QueryDict(mutable=True)
    for name, values in asked.items():
        data.setlist(name, values)
    filters = CentreFilterSet(data, Centre.objects.visible().filter(country=country), now=now)
    assert filters.is_valid(), filters.errors
    found = filters.qs
    if radius is None:
        return list(found)
    return [c for c in found if (d := distance(c, origin)) is not None and d <= radius]


def distance(centre, origin):
    """Miles, or None."""
    if origin is None or centre.latitude is None:
        return None
    return _miles(origin, (centre.latitude, centre.longitude))


@cache
def _miles(origin, point):
    return geodesic(origin, point).miles


def with_programmes(centres):
    """The same centres, their programmes and all terms read at once."""
    links = [f"programmes__{name}" for name in LINKS]
    prefetch_related_objects(centres, "languages", "access", "programmes", *links)
    return centres


def count(centres, asked, now):
    """How many of `centres` meet the filters `asked`, judged row by row."""
    of_programmes = asked.keys() - {"language", "access", "verified", "q"}
    return sum(
        holds(centre, asked, now) and bool(not of_programmes or met(centre, asked, now))
        for centre in centres
    )


def holds(centre, asked, now):
    """Whether the centre itself is as asked."""
    for name, terms in (("language", centre.languages), ("access", centre.access)):
        if name in asked and not any(term.slug in asked[name] for term in terms.all()):
            return False
    if "verified" in asked and not centre.is_verified(now=now):
        return False
    folded = names.fold(centre.name)
    return "q" not in asked or any(
        all(word in folded for word in names.words(text)) for text in asked["q"]
    )


def in_order(centres, sort, *, asked, origin, now):
    def key(centre):
        value = {
            "distance": distance(centre, origin),
            "name": 0,
            "price": min(
                (p.price for p in met(centre, asked, now) if p.price is not None), default=None
            ),
            "available": min(
                (
                    date
                    for p in met(centre, asked, now)
                    if (date := p.fresh_admission(now=now)) is not None
                ),
                default=None,
            ),
            "checked": centre.checked_on and -centre.checked_on.toordinal(),
        }[sort]
        return (value is None, value if value is not None else 0, centre.name, centre.pk)

    return sorted(centres, key=key)


def met(centre, asked, now):
    """The programmes of a centre that meet every programme filter, judged row by row."""
    today = timezone.localdate(now)
    return [p for p in centre.programmes.all() if meets(p, asked, now, today)]


def meets(programme, asked, now, today):
    def has(name, field):
        if name not in asked:
            return True
        return any(term.slug in asked[name] for term in getattr(programme, field).all())

    def one_of(name, value):
        return name not in asked or value in asked[name]

    def lasts(days):
        low, high = programme.length_min_days, programme.length_max_days
        if low is None and high is None:
            return False
        return (low is None or low <= days) and (high is None or days <= high)

    if not (one_of("level", programme.level) and one_of("setting", programme.setting)):
        return False
    if not one_of("dual_diagnosis", programme.dual_diagnosis):
        return False
    if not one_of("medication", programme.medication):
        return False
    if "length" in asked and not any(lasts(int(days)) for days in asked["length"]):
        return False
    if "max_price" in asked and (
        programme.price is None or programme.price > max(map(int, asked["max_price"]))
    ):
        return False
    if "available" in asked:
        date = programme.fresh_admission(now=now)
        if date is None or (date - today).days > max(map(int, asked["available"])):
            return False
    fields = {
        "substance": "substances",
        "therapy": "therapies",
        "condition": "conditions",
        "funding": "funding",
        "people": "people",
    }
    return all(has(name, field) for name, field in fields.items())
