"""Which centres a new listing may be: by name and place, number, telephone and website.

Nothing here decides that two are one. It finds what a person should look at before a centre is
entered a second time, and what asked not to be listed.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

from .models import Centre, Phone, Status

#: Names at least so alike (0 to 100) are one name; with the same postcode, so alike will do.
ALIKE, ALIKE_IN_ONE_PLACE = 90, 65
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
    "name". elsewhere: both have a postcode, and not the same."""

    centre: Centre
    by: frozenset
    alike: float
    elsewhere: bool = False

    @property
    def is_sure(self):
        """Whether it is the same beyond reasonable doubt."""
        if "number" in self.by:
            return True
        if "place" in self.by and self.alike >= ALIKE:
            return True
        if self.elsewhere:  # several houses of one organisation share a telephone
            return False
        return bool({"phone", "website"} & self.by) and self.alike >= ALIKE

    @property
    def is_withdrawn(self):
        return self.centre.status == Status.WITHDRAWN


def resembling(described, *, among=None):
    """The `Likeness`es of a new listing, the surest first; made-up centres of the demo too.

    among: a queryset of centres, all of them unless it is given.
    """
    rows = (Centre.objects.all() if among is None else among).filter(country=described.country)
    reasons = {}
    for pk, reason in _reasons(described, rows):
        reasons.setdefault(pk, set()).add(reason)
    centres = rows.in_bulk(list(reasons))
    found = [
        Likeness(
            centre,
            frozenset(reasons[pk]),
            _alike(described.name, centre.name),
            elsewhere=bool(described.postcode and centre.postcode) and "place" not in reasons[pk],
        )
        for pk, centre in centres.items()
    ]
    found = [likeness for likeness in found if _counts(likeness)]
    return sorted(found, key=lambda one: (not one.is_sure, -one.alike, one.centre.pk))[:MOST]


def of_the_public(described):
    """Those that a visitor may be told of: what has a page, and what asked not to be listed."""
    return resembling(
        described,
        among=Centre.objects.with_page() | Centre.objects.filter(status=Status.WITHDRAWN),
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
        described.name, names, scorer=fuzz.token_sort_ratio, processor=default_process,
        score_cutoff=ALIKE, limit=MOST,
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


def _alike(one, other):
    """How alike two names are, 0 to 100: in the order of their words, or one within the other."""
    return max(
        fuzz.token_sort_ratio(one, other, processor=default_process),
        0.95 * fuzz.token_set_ratio(one, other, processor=default_process),
    )


def squeezed(postcode):
    return "".join(postcode.split()).upper()


def host_of(website):
    """The host of a web address without "www.", "" for one that many share or that is none."""
    try:
        host = (urlsplit(website).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    shared = any(host == each or host.endswith(f".{each}") for each in SHARED_HOSTS)
    return "" if shared else host
