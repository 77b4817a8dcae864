"""Results as their cards say them: each fact in words, and what is not known said to be so (P6)."""

from dataclasses import dataclass

from centres.models import AnsweredBy, Centre, Regulator

from . import narrowing, telephone, wording
from .places import precision

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
    """A result in words; `distance`, `why` and `rating` are "" where there is nothing to say.

    lacks_place: its distance is asked for, and its place is not published. why: how many of its programmes meet the search, where it asks anything of them. more: how many
    programmes it leaves out.
    """

    centre: Centre
    address: str
    is_made_up: bool
    place: str
    distance: str
    lacks_place: bool
    why: str
    programmes: list[Line]
    more: int
    is_advertiser: bool
    rating: str
    call: Call | None


def cards(found, hits=None):
    """The cards of a page of `Results`, in their order; or of other `hits` of the same search."""
    by_programme = narrowing.asks_of_programmes(found.query)
    shown = found.hits if hits is None else hits
    return [_card(hit, found.origin, by_programme) for hit in shown]


def _card(hit, origin, by_programme):
    centre, distance = hit.centre, _distance(hit, origin)
    shown = [one.programme for one in hit.programmes if one.matches or not by_programme]
    return Card(
        centre=centre,
        address=centre.get_absolute_url(),
        is_made_up=centre.source is not None and centre.source.is_demo,
        place=place_of(centre),
        distance=distance,
        lacks_place=origin is not None and not distance,
        why=_why(len(shown), len(hit.programmes)) if by_programme else "",
        programmes=[_line(programme) for programme in shown[:PROGRAMMES_NAMED]],
        more=len(shown[PROGRAMMES_NAMED:]),
        is_advertiser=hit.advertiser,
        rating=_rating(centre),
        call=_call(centre),
    )


def place_of(centre):
    """Where it is, in a word or two; of one whose address is withheld, the region at most."""
    if centre.is_withheld:
        return centre.region or "Place not published"
    return centre.town or centre.region or "Town not known"


def _distance(hit, origin):
    """ "3.4 miles", "about 12 miles", never finer than the coarser of the two ends is known."""
    if origin is None:
        return ""
    return precision.distance_text(hit.distance_miles, origin.precision, hit.centre.precision)


def _why(matching, offered):
    programmes = "programme" if offered == 1 else "programmes"
    verb = "matches" if matching == 1 else "match"
    return f"{matching} of {offered} {programmes} {verb} your filters:"


def _line(programme):
    return Line(
        level=wording.level(programme) or "Kind of programme not known",
        length=wording.length(programme) or "length not known",
        price=wording.price(programme) or "price not published",
        is_detox=wording.is_detox(programme),
    )


def _rating(centre):
    """The regulator's rating, never without its date."""
    if not centre.rating:
        return ""
    by = f" by {Regulator(centre.regulator).label}" if centre.regulator else ""
    return f"Rated “{centre.rating}”{by}, {wording.day(centre.rating_on)}"


def _call(centre):
    """The first of the telephone numbers that it shows."""
    phone = next(iter(centre.shown_phones()), None)
    if phone is None:
        return None
    return Call(
        number=telephone.shown(phone.number, centre.country),
        link=telephone.link(phone.number, centre.country),
        answered_by=AnsweredBy(phone.answered_by).label,
    )
