"""The one search: place, filters, order and page in; results and facet counts out.

Every surface asks here: the page, the API, the exports. Nothing is guessed: input that is not
understood raises a `SearchProblem` that names the parameter, and never widens the search (P8).
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, cached_property, partial

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from centres.models import (
    Centre,
    Country,
    Phone,
    Programme,
)

from . import facets, index
from .filters import CentreFilterSet
from .forms import PAGE_SIZE, SearchForm
from .index.load import EPOCH, microseconds
from .index.segment import Clock
from .index.snapshot import Answer
from .languages import speaking_of
from .places import answers
from .places.resolve import resolve

#: An export ranks so many centres, then reads so many of them from the database, at a time.
RANKED_AT_A_TIME, READ_AT_A_TIME = 5_000, 200


class SearchProblem(Exception):
    """A search that cannot be answered as asked. errors: {parameter: [sentence, …]}."""

    def __init__(self, errors, *, query=None):
        super().__init__(errors)
        self.errors = errors
        self.query = query


class InvalidSearch(SearchProblem):
    """A parameter unknown, misspelt, out of range, or given twice where once is meant.

    lack_a_place: those of them that are well as they are, if only there were a place.
    """

    def __init__(self, errors, *, query=None, lack_a_place=frozenset()):
        self.lack_a_place = lack_a_place
        super().__init__(errors, query=query)


class UnknownPlace(SearchProblem):
    """A place we do not know; suggestions may be what was meant (each `.label`, `.query`)."""

    def __init__(self, text, suggestions, *, query):
        self.text, self.suggestions = text, suggestions
        message = _("We do not know a place called “%(text)s”.") % {"text": text}
        super().__init__({"near": [message]}, query=query)


class AmbiguousPlace(SearchProblem):
    """Several places of that name (choices: each `.label`, `.query`)."""

    def __init__(self, text, choices, *, query):
        self.text, self.choices = text, choices
        listed = "; ".join(choice.label for choice in choices)
        said = {"text": text, "places": listed}
        message = _("There is more than one “%(text)s”. Say which: %(places)s.") % said
        super().__init__({"near": [message]}, query=query)


class OtherCountry(SearchProblem):
    """The place lies outside the country that was asked for."""

    def __init__(self, place, country, *, query):
        self.place, self.country = place, country
        said = {"place": place.label, "country": Country(country).label}
        message = _("%(place)s is not in the %(country)s.") % said
        super().__init__({"near": [message]}, query=query)


@dataclass(frozen=True)
class Query:
    """A search as understood. values: {parameter: tuple of cleaned values}; radius in miles."""

    now: datetime
    near: str = ""
    radius: float | None = None
    country: str = Country.GB
    sort: str = "name"
    page: int = 1
    page_size: int = PAGE_SIZE
    values: dict = field(default_factory=dict)
    given: dict = field(default_factory=dict)  # {parameter: [texts]}, as typed, for links

    @property
    def clock(self):
        today = timezone.localdate(self.now)
        return Clock(today=(today - EPOCH.date()).days, now=microseconds(self.now))


@dataclass(frozen=True)
class ProgrammeHit:
    """A programme of a result. matches: it meets every programme filter of the search.

    find_terms: gives `terms`, {parameter: [slugs]}, which the page does not show.
    """

    programme: Programme
    matches: bool
    find_terms: Callable[[], dict] = field(repr=False, compare=False)

    @cached_property
    def terms(self):
        return self.find_terms()


@dataclass(frozen=True)
class Hit:
    """A result. distance_miles is None without a place asked for, or without one published.

    phones: those the public sees, in their order. hides_a_number: another is in doubt.
    find_terms: gives the centre's own terms, {parameter: [slugs]}, which the page does not show.
    """

    centre: Centre
    distance_miles: float | None
    find_terms: Callable[[], dict] = field(repr=False, compare=False)
    programmes: list
    phones: list
    hides_a_number: bool
    verified: bool
    advertiser: bool

    @property
    def languages(self):
        return self._terms["language"]

    @property
    def access(self):
        return self._terms["access"]

    @cached_property
    def _terms(self):
        return self.find_terms()


@dataclass(frozen=True)
class Results:
    query: Query
    origin: object
    note: str
    count: int
    hits: list
    facets: dict
    unknown_price: int
    has_demo: bool
    terms: dict
    answer: Answer = field(repr=False, compare=False)

    @property
    def pages(self):
        return max(1, -(-self.count // self.query.page_size))


def search(params, *, now):
    """`Results` for a QueryDict of the parameters in DESIGN order; raises `SearchProblem`s.

    now: the moment that "verified" and "available" are judged by, an aware datetime.
    """
    snapshot = index.current()
    query, spot, note = understand(params, now=now, terms=snapshot.terms)
    answer = _find(snapshot, query, spot)
    start, stop = _ranks(query, answer.count)
    with speaking_of(query.country):
        offered = facets.options(answer.facets, query, snapshot.terms)
    return Results(
        query=query,
        origin=spot,
        note=note,
        count=answer.count,
        hits=read(answer.page(query.sort, start, stop), now=now),
        facets=offered,
        unknown_price=answer.unknown_price,
        has_demo=snapshot.has_demo,
        terms=snapshot.terms,
        answer=answer,
    )


def count(params, *, now):
    """How many centres `search` would find, with nothing read of them; raises as it does."""
    snapshot = index.current()
    query, spot, _note = understand(params, now=now, terms=snapshot.terms)
    return _find(snapshot, query, spot).count


def counts_at(query, spots):
    """For a search that stopped at its place: how many it would find at each of `spots`."""
    snapshot = index.current()
    return [_find(snapshot, replace(query, country=spot.country), spot).count for spot in spots]


def export(params, *, now):
    """An iterator of every `Hit` of a search, in its order; of one page, where one is asked for.

    One state of the index answers to the end, and memory is bounded. Raises `SearchProblem`s as
    `search` does, before anything is read.
    """
    snapshot = index.current()
    query, spot, _note = understand(params, now=now, terms=snapshot.terms)
    answer = _find(snapshot, query, spot)
    paged = {"page", "page_size"} & set(query.given)
    start, stop = _ranks(query, answer.count) if paged else (0, answer.count)
    return _read(answer, query.sort, start, min(stop, answer.count), now)


def _find(snapshot, query, spot):
    return snapshot.find(
        query.country,
        query.values,
        clock=query.clock,
        origin=_coordinates(spot),
        radius=query.radius,
    )


def _ranks(query, count):
    """The ranks of the page asked for, from the first to beyond its last."""
    start = (query.page - 1) * query.page_size
    if query.page > 1 and start >= count:
        raise InvalidSearch({"page": [_("There are not that many pages.")]}, query=query)
    return start, start + query.page_size


def _read(answer, sort, start, stop, now):
    for first in range(start, stop, RANKED_AT_A_TIME):
        places = answer.page(sort, first, min(first + RANKED_AT_A_TIME, stop))
        for place in range(0, len(places), READ_AT_A_TIME):
            yield from read(places[place : place + READ_AT_A_TIME], now=now)


def understand(params, *, now, terms=None):
    """(`Query`, place or None, what was assumed of it) of a QueryDict; raises `SearchProblem`s.

    terms: the vocabularies of the index that is to answer, {parameter: {id: Term}}.
    """
    given = {name: [text for text in params.getlist(name) if text.strip()] for name in params}
    given = {name: texts for name, texts in given.items() if texts}
    kept = QueryDict(mutable=True)
    for name, texts in given.items():
        kept.setlist(name, texts)
    form = SearchForm(kept)
    values, refused = CentreFilterSet.read(given, terms=terms or index.current().terms)
    errors = _misuses(given, form) | refused
    lacking = form.lack_a_place - errors.keys()
    for name, messages in form.errors.items():
        errors.setdefault(name, []).extend(str(message) for message in messages)
    if errors:
        raise InvalidSearch(errors, query=Query(now=now, given=given), lack_a_place=lacking)
    cleaned = form.cleaned_data
    query = Query(
        now=now,
        near=cleaned["near"],
        radius=cleaned["radius"],
        country=cleaned["country"] or Country.GB.value,
        sort=cleaned["sort"] or ("distance" if cleaned["near"] else "name"),
        page=cleaned["page"] or 1,
        page_size=cleaned["page_size"] or PAGE_SIZE,
        values={name: tuple(values[name]) for name in given if name in values},
        given=given,
    )
    if not query.near:
        return query, None, ""
    return _placed(query, cleaned["country"] or None)


def _misuses(given, form):
    """Parameters that mean nothing here, and those given more than once that cannot be."""
    errors = {}
    for name, texts in given.items():
        if name in form.fields:
            if len(set(texts)) > 1:
                errors[name] = [_("Give this once.")]
        elif name not in CentreFilterSet.base_filters:
            errors[name] = [_("We do not know this filter.")]
    return errors


def _placed(query, country):
    """The query in the country of its place, with that place."""
    match resolve(query.near, country=country):
        case answers.Understood(place, note):
            return replace(query, country=country or place.country), place, note
        case answers.Ambiguous(text, choices):
            raise AmbiguousPlace(text, choices, query=query)
        case answers.Doubtful(text, suggestions):
            raise UnknownPlace(text, suggestions, query=query)
        case answers.OtherCountry(place):
            raise OtherCountry(place, country, query=query)
    raise UnknownPlace(query.near, (), query=query)


def _coordinates(spot):
    return None if spot is None else (spot.latitude, spot.longitude)


def read(places, *, now):
    """The `Hit`s of places of an answer, read by id in three queries whatever there are."""
    ids = [place.centre_id for place in places]
    centres = (
        Centre.objects.visible().filter(pk__in=ids).select_related("source").order_by().in_bulk()
    )
    programmes = _of_centres(Programme.objects.order_by("pk"), centres)
    phones = _of_centres(Phone.objects.order_by("position", "pk"), centres)
    return [
        _hit(centres[pk], programmes[pk], phones[pk], place, now)
        for pk, place in zip(ids, places, strict=True)
        if pk in centres
    ]


def _of_centres(rows, ids):
    """{centre id: [row]}; a prefetch would take twice as long."""
    found = defaultdict(list)
    for row in rows.filter(centre__in=ids):
        found[row.centre_id].append(row)
    return found


def _hit(centre, programmes, phones, place, now):
    matching, terms = place.matching_programmes(), cache(place.terms)
    return Hit(
        centre=centre,
        distance_miles=place.distance,
        phones=[phone for phone in phones if not phone.is_doubted],
        hides_a_number=any(phone.is_doubted for phone in phones),
        find_terms=place.centre_terms,
        programmes=[
            ProgrammeHit(programme, programme.pk in matching, partial(_terms_of, programme, terms))
            for programme in programmes
        ],
        verified=centre.is_verified(now=now),
        advertiser=centre.is_advertiser(now=now),
    )


def _terms_of(programme, terms):
    return terms().get(programme.pk, {})
