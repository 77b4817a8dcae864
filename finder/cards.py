"""Results as their cards say them: each fact in words, and what is not known said to be so (P6)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from centres.models import AnsweredBy, Centre, Regulator

from . import matching, narrowing, telephone, wording

#: A card names so many programmes and counts the others.
PROGRAMMES_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A programme in a line."""

    level: str
    length: str
    price: str
    is_detox: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A telephone number. link: what dials it."""

    number: str
    link: str
    answered_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A result in words; `distance` and `rating` are "" where there is nothing to say.

    lacks_place: its distance is asked for, and its place is not published. match: what it meets of
    what was asked for, None where nothing was. more: how many programmes it leaves out.
    """

    centre: Centre
    address: str
    is_made_up: bool
    place: str
    distance: str
    lacks_place: bool
    match: matching.Match | None
    programmes: list[Line]
    more: int
    is_advertiser: bool
    rating: str
    call: Call | None
    hides_a_number: bool


def cards(found, hits=None):
    """The cards of a page of `Results`, in their order; or of some `hits` of them."""
    asked, by_programme = matching.things(found), narrowing.asks_of_programmes(found.query)
    hits = found.hits if hits is None else hits
    matches = matching.of_results(asked, hits, by_programme)
    return [
        _card(hit, found.origin, by_programme, match)
        for hit, match in zip(hits, matches, strict=True)
    ]


def others(found, lacking):
    """The cards of centres that are no results: of [(`Hit`, the one thing asked that it lacks)]."""
    asked, by_programme = matching.things(found), narrowing.asks_of_programmes(found.query)
    return [
        _card(
            hit,
            found.origin,
            by_programme,
            matching.of_other(asked, hit, lacks, now=found.query.now),
        )
        for hit, lacks in lacking
    ]


def _card(hit, origin, by_programme, match):
    centre, distance = hit.centre, _distance(hit, origin)
    shown = [one.programme for one in hit.programmes if one.matches or not by_programme]
    return Card(
        centre=centre,
        address=centre.get_absolute_url(),
        is_made_up=centre.source is not None and centre.source.is_demo,
        place=place_of(centre),
        distance=distance,
        lacks_place=origin is not None and not distance,
        match=match,
        programmes=[_line(programme) for programme in shown[:PROGRAMMES_NAMED]],
        more=len(shown[PROGRAMMES_NAMED:]),
        is_advertiser=hit.advertiser,
        rating=_rating(centre),
        call=_call(hit),
        hides_a_number=hit.hides_a_number,
    )


def place_of(centre):
    """Where it is, in a word or two; of one whose address is withheld, the region at most."""
    if centre.is_withheld:
        return centre.region or _("Place not published")
    return centre.town or centre.region or _("Town not known")


def _distance(hit, origin):
    """ "3.4 miles", "about 12 miles", never finer than the coarser of the two ends is known."""
    if origin is None:
        return ""
    return wording.distance(hit.distance_miles, origin.precision, hit.centre.precision)


def _line(programme):
    return Line(
        level=wording.level(programme) or _("Kind of programme not known"),
        length=wording.length(programme) or _("length not known"),
        price=wording.price(programme) or _("price not published"),
        is_detox=wording.is_detox(programme),
    )


def _rating(centre):
    """The regulator's rating, never without its date."""
    if not centre.rating:
        return ""
    known = {"rating": centre.rating, "day": wording.day(centre.rating_on)}
    if not centre.regulator:
        return _("Rated “%(rating)s”, %(day)s") % known
    known["regulator"] = Regulator(centre.regulator).label
    return _("Rated “%(rating)s” by %(regulator)s, %(day)s") % known


def _call(hit):
    """The first of the telephone numbers that it shows."""
    if not hit.phones:
        return None
    phone, country = hit.phones[0], hit.centre.country
    return Call(
        number=telephone.shown(phone.number, country),
        link=telephone.link(phone.number, country),
        answered_by=AnsweredBy(phone.answered_by).label,
    )
