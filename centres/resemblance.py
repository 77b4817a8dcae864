"""Which centres a new listing may be: by name and place, number, telephone and website.

Nothing here decides that two are one. It finds what a person should look at before a centre is
entered a second time, and what asked not to be listed.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from urllib.parse import urlsplit

from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

from .models import Centre, Phone, Status

#: Names at least so alike (0 to 100) are one name; with the same postcode, so alike will do.
ALIKE, ALIKE_IN_ONE_PLACE = 90, 65
#: Words that a name has or has not without being another's.
_EMPTY_WORDS = {
    "the", "and", "ltd", "limited", "llp", "plc", "cic", "cio", "inc", "incorporated", "llc",
    "corp", "corporation", "co", "company", "centre", "center",
}  # fmt: skip
#: Signs within a word: “C.I.C.”, “St Mary's”.
_WITHIN_WORDS = str.maketrans("", "", ".'’")
#: So many of the likest are looked at.
MOST = 5
#: Hosts on which many centres have a page.
SHARED_HOSTS = {"facebook.com", "instagram.com", "linkedin.com", "nhs.uk", "sites.google.com"}


@dataclass(frozen=True)
class Described:
    """What is known of a new listing so far; "" for what is not. phones: as they are kept."""

    name: str
    country: str
    postcode: str = ""
    phones: tuple = ()
    website: str = ""
    regulator: str = ""
    registration_number: str = ""


@dataclass(frozen=True)
class Likeness:
    """A centre that the new one resembles, and by what: "number", "place", "phone", "website",
    "name". named_alike: how alike the whole names are, 0 to 100; alike: the same, or one within the
    other. elsewhere: both have a postcode, and not the same."""

    centre: Centre
    by: frozenset
    named_alike: float
    alike: float
    elsewhere: bool = False

    @property
    def is_of_one_name(self):
        return self.named_alike >= ALIKE

    @property
    def is_sure(self):
        """Whether it is the same beyond reasonable doubt. A name within another's is in doubt."""
        if "number" in self.by:
            return True
        if not self.is_of_one_name:
            return False
        if "place" in self.by:
            return True
        if self.elsewhere:  # several houses of one organisation share a telephone
            return False
        return bool({"phone", "website"} & self.by)

    @property
    def may_be_told(self):
        """Whether a visitor may learn of it; that it withdrew, only who has its name or number."""
        return not self.is_withdrawn or self.is_sure or self.is_of_one_name

    @property
    def is_worth_a_look(self):
        """Whether no file may list the new one before a person looked, had this one withdrawn."""
        if self.is_sure or "phone" in self.by:
            return True
        if self.by & {"place", "website"} and self.alike >= ALIKE_IN_ONE_PLACE:
            return True
        return bool(self.by & {"name", "website"}) and not self.elsewhere

    @property
    def is_withdrawn(self):
        return self.centre.status == Status.WITHDRAWN


def resembling(described, *, among=None):
    """The `Likeness`es of a new listing, the surest first; made-up centres of the demo too.

    among: a queryset of centres, all of them unless it is given.
    """
    return _resembling(described, Centre.objects.all() if among is None else among)[:MOST]


def of_the_public(described):
    """Those that a visitor may be told of: what has a page, and what asked not to be listed."""
    among = Centre.objects.with_page() | Centre.objects.filter(status=Status.WITHDRAWN)
    return [one for one in _resembling(described, among) if one.may_be_told][:MOST]


def _resembling(described, among):
    rows = among.filter(country=described.country)
    reasons = defaultdict(set)
    for pk, reason in _reasons(described, rows):
        reasons[pk].add(reason)
    centres = rows.in_bulk(list(reasons))
    found = [_likeness(described, centre, reasons[pk]) for pk, centre in centres.items()]
    found = [likeness for likeness in found if _counts(likeness)]
    return sorted(found, key=lambda one: (not one.is_sure, -one.alike, one.centre.pk))


class Prepared:
    """A few centres, made ready to be held against thousands of new ones."""

    def __init__(self, centres):
        self._centres = {row.pk: row for row in centres.prefetch_related("phones")}
        self._names, self._by_mark = defaultdict(dict), defaultdict(set)
        for pk, row in self._centres.items():
            self._names[row.country][pk] = _plain(row.name)
            for mark in _marks(row, [phone.number for phone in row.phones.all()]):
                self._by_mark[row.country, mark].add(pk)

    def likest(self, described):
        """The surest `Likeness` that is worth a person's look, or None."""
        reasons = defaultdict(set)
        for mark in _marks(described, described.phones):
            for pk in self._by_mark.get((described.country, mark), ()):
                reasons[pk].add(mark[0])
        likest = process.extract(
            _plain(described.name), self._names.get(described.country, {}), scorer=fuzz.ratio,
            score_cutoff=ALIKE, limit=None,
        )  # fmt: skip
        for _, _, pk in likest:
            reasons[pk].add("name")
        found = [_likeness(described, self._centres[pk], by) for pk, by in reasons.items()]
        return min(
            (one for one in found if one.is_worth_a_look),
            key=lambda one: (not one.is_sure, -one.alike, one.centre.pk),
            default=None,
        )


def _marks(of, phones):
    """What two have in common if they are one: pairs of a reason and a value that is known."""
    marks = [
        ("place", squeezed(of.postcode)),
        ("website", host_of(of.website)),
        ("number", of.registration_number.strip().casefold()),
        *(("phone", number) for number in phones),
    ]
    return [mark for mark in marks if mark[1]]


def _likeness(described, centre, reasons):
    by = set(reasons)
    if "number" in by and not _same_number(described, centre.regulator, centre.registration_number):
        by.remove("number")
    whole = fuzz.ratio(_plain(described.name), _plain(centre.name))
    within = 0.95 * fuzz.token_set_ratio(described.name, centre.name, processor=default_process)
    return Likeness(
        centre,
        frozenset(by),
        whole,
        max(whole, within),
        elsewhere=bool(described.postcode and centre.postcode) and "place" not in by,
    )


def _counts(likeness):
    """A telephone, a website or a postcode is often shared: the name has to be alike as well."""
    if likeness.by & {"number", "name"}:
        return True
    return likeness.alike >= ALIKE_IN_ONE_PLACE


def _reasons(described, rows):
    """Pairs (id, reason): some resemblance, of any strength."""
    names, postcode = {}, squeezed(described.postcode)
    host = host_of(described.website)
    columns = ("pk", "name", "postcode", "website", "regulator", "registration_number")
    for pk, name, code, website, regulator, number in rows.values_list(*columns).iterator():
        names[pk] = name
        if postcode and squeezed(code) == postcode:
            yield pk, "place"
        if host and host_of(website) == host:
            yield pk, "website"
        if number and _same_number(described, regulator, number):
            yield pk, "number"
    likest = process.extract(
        described.name, names, scorer=fuzz.ratio, processor=_plain, score_cutoff=ALIKE, limit=MOST,
    )  # fmt: skip
    yield from ((pk, "name") for _, _, pk in likest)
    if described.phones:
        holders = Phone.objects.filter(number__in=described.phones, centre__in=rows)
        yield from ((pk, "phone") for pk in holders.values_list("centre", flat=True))


def _same_number(described, regulator, number):
    return (
        described.registration_number.strip().casefold() == number.strip().casefold()
        and described.regulator in {"", regulator}
    )


def _plain(name):
    """The words of a name in the order of the alphabet, without those that say nothing."""
    words = default_process(name.translate(_WITHIN_WORDS)).split()
    return " ".join(sorted(word for word in words if word not in _EMPTY_WORDS) or sorted(words))


def squeezed(postcode):
    """A postcode as it is compared: of a ZIP+4 the ZIP alone."""
    bare = "".join(postcode.split()).upper()
    return bare[:5] if re.fullmatch(r"\d{5}-?\d{4}", bare) else bare


def host_of(website):
    """The host of a web address without "www.", "" for one that many share or that is none."""
    try:
        host = (urlsplit(website).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    shared = any(host == each or host.endswith(f".{each}") for each in SHARED_HOSTS)
    return "" if shared else host
