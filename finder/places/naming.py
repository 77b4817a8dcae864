"""Names of places to answers: qualifiers, namesakes, misspellings, addresses."""

import re

from django.utils.translation import gettext as _

from . import gazetteer, names, ranking, spelling
from .answers import Ambiguous, Doubtful, OtherCountry, Understood, Unknown
from .assembly import km_between
from .precision import BOROUGH, COUNTY, NATION, REGION, TOWN

# How far, in kilometres, a place may lie from the middle of what is said to hold it.
REACH_KM = {TOWN: 25, BOROUGH: 25, COUNTY: 60, REGION: 130, NATION: 0}
ABROAD_COUNTS = 0.25  # of a namesake's people, where no country was asked for
LEADING = re.compile(
    r"^(?:near|in|around|at|close to|the|(?:the )?city of|(?:the )?town of|"
    r"(?:london |royal |metropolitan )?borough of) (?=\w)"
)
TRAILING = re.compile(r"(?<=\w) (?:city centre|town centre|centre|city center|downtown|area)$")
STREET = re.compile(
    r"\d|\b(?:street|st|road|rd|lane|ln|avenue|ave|drive|close|court|house|hospital|clinic|"
    r"square|way|place|terrace|gardens|hill|park|building|floor|flat|unit)$"
)


class NamedLookup:
    """One look-up of a text that is no postcode, ZIP or pair of numbers."""

    def __init__(self, text, country, home):
        self.text = text
        self.home = home
        self.gazetteer = gazetteer.current()
        parts = [part for part in map(names.fold, re.split(r"[,;]", text)) if part]
        self.parts, typed = without_country(parts)
        self.country = typed or country

    def answer(self):
        if not self.parts:
            return Unknown(self.text)
        return self._exact(self.parts) or self._misspelt() or self._address() or self._doubtful()

    # Names that are in the gazetteer.

    def _exact(self, parts):
        """The answer for a name, with or without what qualifies it; None where it is not known."""
        head, *qualifiers = parts
        places = self._named(head)
        if qualifiers:
            places = ranking.distinct(places, head)
            places = fully_named(self._qualified(places, qualifiers), head)
            return self._choose(places, head, qualified=True) if places else None
        if places:
            return self._choose(places, head)
        return self._split(head)

    def _named(self, folded):
        """Places of a name, tried without "near", "city of", "city centre"."""
        for attempt in (folded, LEADING.sub("", folded), TRAILING.sub("", folded)):
            if places := self.gazetteer.named(attempt):
                return places
        return []

    def _split(self, head):
        """A name and its qualifier without a comma: "boston lincolnshire", "washington dc"."""
        words = head.split()
        for cut in range(len(words) - 1, 0, -1):
            name, qualifier = " ".join(words[:cut]), " ".join(words[cut:])
            if places := self._qualified(self._named(name), [qualifier]):
                return self._choose(fully_named(places, name), name, qualified=True)
        return None

    def _qualified(self, places, qualifiers):
        for qualifier in qualifiers:
            places = self._within(places, qualifier)
        return places

    def _within(self, places, qualifier):
        """Those in the county, state, nation or country named, else the nearest to the place."""
        bare = qualifier.removeprefix("near ")
        near = [p for p in places if p.near and names.fold(p.near) == bare]
        if near and bare != qualifier:
            return near
        if inside := [p for p in places if bare in belongs_to(p)]:
            return inside
        if near:
            return near
        marks = self.gazetteer.named(bare)
        close = []
        for place in places:
            distances = [
                km_between(place, m) / REACH_KM[m.kind]
                for m in marks
                if m.country == place.country and m is not place and may_hold(m)
            ]
            if distances and min(distances) <= 1:
                close.append((min(distances), place.code, place))
        return [min(close)[2]] if close else []

    def _choose(self, places, folded, *, qualified=False):
        """The one meant, or the choices; a place that is surely abroad is said to be."""
        if not qualified and not self.country and folded in ranking.HOUSEHOLD:
            choices = self._choices(places)
            return Ambiguous(self.text, choices) if choices[1:] else Doubtful(self.text, choices)
        places = ranking.distinct(places, folded)
        inside = [p for p in places if self.country in (None, p.country)]
        if not inside:
            return self._abroad(places, folded)
        if not qualified and (better := self._better_at_home(inside, folded)):
            return better
        place = ranking.meant(inside, folded, country=self.country, home=self.home)
        if place is None:
            return Ambiguous(self.text, self._choices(inside))
        if qualified:
            return Understood(place.spot)
        return Understood(place.plain_spot, self._other_name_note(place, folded))

    def _choices(self, places):
        return tuple(p.choice for p in ranking.ranked(places, home=self.country or self.home))

    def _abroad(self, places, folded):
        """Known, but not in the country asked for; unless a bigger place there is nearly it."""
        biggest = max(places, key=lambda p: p.population)
        meant = self._one_slip(folded, self.country)
        if meant and meant.people > biggest.population:
            return self._choose_misspelt(meant)
        return OtherCountry(biggest.spot)

    def _better_at_home(self, places, folded):
        """A name known only abroad may be a slip for a bigger place at home: "Edinburg"."""
        if self.country or any(p.country == self.home for p in places):
            return None
        meant = self._one_slip(folded, self.home)
        if not meant or meant.people <= max(p.population for p in places):
            return None
        namesakes = ranking.distinct(self.gazetteer.named(meant.folded), meant.folded)
        at_home = [p for p in namesakes if p.country == self.home]
        return Ambiguous(self.text, self._choices([*at_home, *places]))

    def _other_name_note(self, place, folded):
        known = {*place.folded.split(), *place.alternates.split("\n")}
        if place.kind != TOWN or {*folded.split()} <= known or folded in known:
            return ""
        if LEADING.sub("", folded) == place.folded or TRAILING.sub("", folded) == place.folded:
            return ""
        return read_as(self.parts[0], place.label)

    # Names that nearly are.

    def _spelling(self, folded, country=None):
        """The names like this one, of places that the country and the qualifiers allow."""
        country = country or self.country
        return spelling.Spelling(folded, self.gazetteer, country, lambda p: self._size(p, country))

    def _size(self, place, country):
        """How likely a place is meant, in people at home; None where it cannot be."""
        if country and place.country != country:
            return None
        if self.parts[1:] and not self._qualified([place], self.parts[1:]):
            return None
        abroad = place.country != (country or self.home)
        return place.population * (ABROAD_COUNTS if abroad else 1)

    def _sure(self, folded, country=None):
        return self._spelling(folded, country).surely_meant()

    def _one_slip(self, folded, country):
        """As `_sure`, for a text that is itself a name somewhere: one slip and no more."""
        meant = self._sure(folded, country)
        return meant if meant and meant.slips == 1 else None

    def _misspelt(self):
        meant = self._sure(self.parts[0])
        return self._choose_misspelt(meant) if meant else None

    def _choose_misspelt(self, meant):
        places = [
            p for p in self.gazetteer.named(meant.folded) if self._size(p, self.country) is not None
        ]
        answer = self._choose(places, meant.folded, qualified=len(self.parts) > 1)
        if not isinstance(answer, Understood):
            return answer
        return Understood(answer.place, read_as(self._typed(), answer.place.label))

    def _typed(self):
        return self.text.split(",")[0].strip()

    # Texts with a place somewhere in them.

    def _address(self):
        """A street in a town we know: the town, which the note says."""
        if not STREET.search(self.parts[0]):
            return None
        answer = self._rest()
        if not isinstance(answer, Understood):
            return answer
        said = {"typed": self.text, "place": answer.place.label}
        note = _("We could not place all of “%(typed)s”, so this is %(place)s.") % said
        return Understood(answer.place, note)

    def _rest(self):
        """The answer for what follows the first part, or for the text's last words."""
        for start in range(1, len(self.parts)):
            if answer := self._exact(self.parts[start:]):
                return answer
        words = self.parts[-1].split()
        for start in range(1, len(words)):
            name = " ".join(words[start:])
            if self.gazetteer.by_name.get(name):
                return self._exact([name])
        return None

    def _doubtful(self):
        """What may have been meant, as suggestions; `Unknown` where nothing is near."""
        head = self.parts[0]
        found = [self._best(name) for name in self._spelling(head).suggestions()]
        found += [p for p in self._named(head) if self.country in (None, p.country)]
        found += self._first_words(head)
        choices = [place.choice for place in dict.fromkeys(found)]
        if isinstance(rest := self._rest(), Understood):
            self._add_rest(choices, rest)
        if isinstance(rest, Ambiguous):
            choices += rest.choices
        if not choices:
            return Unknown(self.text)
        return Doubtful(self.text, tuple(dict.fromkeys(choices))[: spelling.MOST_SUGGESTIONS])

    def _first_words(self, head):
        """The place that a text begins with: "leeds general infirmary"."""
        words = head.split()
        for end in range(len(words) - 1, 0, -1):
            name = " ".join(words[:end])
            if any(self._size(p, self.country) for p in self.gazetteer.by_name.get(name, ())):
                return [self._best(name)]
        return []

    def _add_rest(self, choices, rest):
        place = next(
            p
            for p in self.gazetteer.places
            if (p.latitude, p.longitude, p.kind)
            == (rest.place.latitude, rest.place.longitude, rest.place.precision)
        )
        choices.append(place.choice)

    def _best(self, name):
        places = ranking.distinct(self.gazetteer.named(name), name)
        sizes = {p: self._size(p, self.country) for p in places}
        return max((p for p in sizes if sizes[p] is not None), key=sizes.get)


def without_country(parts):
    """`(parts, country)`: what is left when a country, in words, ends them."""
    if len(parts) > 1 and parts[-1] in names.COUNTRY_WORDS:
        return parts[:-1], names.COUNTRY_WORDS[parts[-1]]
    if not parts:
        return parts, None
    last, country = names.split_country(parts[-1])
    return [*parts[:-1], last], country


def fully_named(places, folded):
    """Those of exactly this name, where there are any: a qualifier has told the others apart."""
    return [p for p in places if p.folded == folded] or places


def belongs_to(place):
    """The folded names of everything a place is in."""
    if place.kind == NATION or place.code.startswith("state-"):
        return set()
    within = {place.county, place.nation, place.region}
    if place.country == names.US:
        within |= {names.STATES.get(place.region, "")}
    return {names.fold(name) for name in within if name}


def may_hold(mark):
    """Whether nearness to it says anything: not for a nation or state, whose places are listed."""
    return REACH_KM[mark.kind] > 0 and not mark.code.startswith("state-")


def read_as(typed, label):
    return _("We read “%(typed)s” as %(place)s.") % {"typed": typed, "place": label}
