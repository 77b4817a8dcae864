"""One cell of a row is spoilt: nothing else is lost, and what is not taken is said, by its line."""

import re
from dataclasses import dataclass

import pytest

from centres.models import Centre, ImportRun

from .files import (
    ACTIVE_HEADERS,
    DIRECTORY_HEADERS,
    SAMHSA_CODES,
    SAMHSA_PLAIN,
    active,
    csv_text,
    facility,
    location,
)

pytestmark = pytest.mark.django_db

SPOILT = [
    "x" * 5_000, "9" * 400, "-1", "0", "1", "16.5", "1e400", "nan", "inf", "TRUE", "?", "n/a",
    "#REF!", "31/02/2019", "99/99/9999", "0001-01-01", "9999-12-31", "=1+1", "١٢٣", "🜂",
    "a\u0301" * 150, "<script>alert(1)</script>", "'; DROP TABLE centres_centre; --", "1,2|3",
    "https://", "javascript:alert(1)", "sam@example.org", "LS1", "LS1 4DY LS1 4DY", "+44", "911",
]  # fmt: skip


@dataclass
class Layout:
    """A source's layout: a good row by number, and of each fact its columns and how it is held."""

    source: str
    headers: list
    row: object
    facts: dict
    #: Cells that are as good as any there, in whose column they mean something.
    good: frozenset = frozenset()


def numbers(centre):
    return [phone.number for phone in centre.phones.all()]


def place(centre):
    return centre.latitude, centre.longitude


def provider(centre):
    return centre.provider and centre.provider.legal_name


def company(centre):
    return centre.provider and centre.provider.company_number


def charity(centre):
    return centre.provider and centre.provider.charity_number


def therapies(centre):
    return [
        term.slug for programme in centre.programmes.all() for term in programme.therapies.all()
    ]


LAYOUTS = {
    "directory": Layout(
        "cqc",
        DIRECTORY_HEADERS,
        lambda n: location(
            n, phone="1632960001", website=f"https://willow-{n}.example.org/", provider="Willow Ltd"
        ),
        {
            "name": (["Name"], lambda c: c.name),
            "address": (["Address"], lambda c: (c.street, c.town)),
            "postcode": (["Postcode"], lambda c: (c.postcode, place(c))),
            "phones": (["Phone number"], numbers),
            "website": (["Service's website (if available)"], lambda c: c.website),
            "provider": (["Provider name"], provider),
            "region": (["Local authority"], lambda c: c.region),
            "row": (["Service types", DIRECTORY_HEADERS[-2]], lambda c: c.registration_number),
        },
    ),
    "active": Layout(
        "cqc",
        ACTIVE_HEADERS,
        lambda n: active(n) | {
            "Location Address Line 2": "Westside",
            "Location Web Address": f"https://willow-{n}.example.org/",
            "Provider Name": f"Willow {n} Ltd",
            "Provider Companies House Number": f"{n:08}",
            "Provider Charity Number": "1010101",
        },
        {
            "name": (["Location Name"], lambda c: c.name),
            "registered": (["Location HSCA start date"], lambda c: c.registered_on),
            "phones": (["Location Telephone Number"], numbers),
            "website": (["Location Web Address"], lambda c: c.website),
            "beds": (["Care homes beds"], lambda c: c.beds),
            "rating": (
                ["Location Latest Overall Rating", "Publication Date"],
                lambda c: (c.rating, c.rating_on),
            ),
            "street": (["Location Street Address"], lambda c: c.street),
            "locality": (["Location Address Line 2"], lambda c: c.locality),
            "town": (["Location City"], lambda c: c.town),
            "postcode": (["Location Postal Code"], lambda c: c.postcode),
            "place": (["Location Latitude", "Location Longitude"], place),
            "provider": (["Provider Name"], provider),
            "company": (["Provider Companies House Number"], company),
            "charity": (["Provider Charity Number"], charity),
            "row": (
                ["Location ID", "Dormant (Y/N)", ACTIVE_HEADERS[-2]],
                lambda c: c.registration_number,
            ),
        },
        good=frozenset({("Care homes beds", "0")}),
    ),
    "samhsa": Layout(
        "samhsa",
        [*SAMHSA_PLAIN, *SAMHSA_CODES],
        lambda n: facility(
            n, codes="sa op ort cbt", phone="617-555-0123", intake1="617-555-0124", zip4="1234",
            street2="Floor 2", website=f"https://maple-{n}.example.org/",
        ),
        {
            "name": (["name1", "name2"], lambda c: (c.name, provider(c))),
            "street": (["street1"], lambda c: c.street),
            "locality": (["street2"], lambda c: c.locality),
            "town": (["city"], lambda c: c.town),
            "region": (["state"], lambda c: c.region),
            "postcode": (["zip", "zip4"], lambda c: c.postcode),
            "phones": (["phone", "intake1"], numbers),
            "website": (["website"], lambda c: c.website),
            "place": (["latitude", "longitude"], place),
            "therapies": (["cbt"], therapies),
            "row": (["type_facility", "sa"], lambda c: c.country),
        },
        good=frozenset({("cbt", "0"), ("cbt", "1"), ("sa", "0"), ("sa", "1")}),
    ),
}  # fmt: skip


#: Rows count from here, so that a row's number is found wherever it stands.
FIRST = 8_000
#: What cannot be kept without another fact.
NEEDED_BY = {"provider": ["company", "charity"]}
WORD = re.compile(r"\w+")
NUMBER = re.compile(r"(?:Recovery |House |maple-|willow-)(\d{4})")


@pytest.fixture(params=LAYOUTS)
def layout(request):
    return LAYOUTS[request.param]


@pytest.fixture
def spoilt(layout, run, tmp_path):
    """[(number, fact, column, cell, line)] of one applied file; each column begins with a good row,
    of which fact and cell are None."""
    what = [
        (fact, column, cell)
        for fact, (columns, _) in layout.facts.items()
        for column in columns
        for cell in (None, *SPOILT)
    ]
    rows = [
        layout.row(FIRST + n) | ({} if cell is None else {column: cell})
        for n, (_, column, cell) in enumerate(what)
    ]
    path = tmp_path / "spoilt.csv"
    path.write_text(csv_text(layout.headers, rows), encoding="utf-8", newline="")
    run(layout.source, path, "--apply", "--as-of", "2026-05-01")
    return [(FIRST + n, *one, n + 2) for n, one in enumerate(what)]


@pytest.fixture
def centres(spoilt):
    """{number of its row: centre}."""
    rows = Centre.objects.select_related("provider").prefetch_related(
        "phones", "programmes__therapies"
    )
    found = {int(NUMBER.search(f"{row.name} {row.website}")[1]): row for row in rows}
    assert len(found) == len(rows)
    return found


def facts_of(layout, number, centre):
    """{fact: what the centre holds}, alike for rows that differ in their number alone."""
    return {
        fact: str(read(centre)).replace(str(number), "N")
        for fact, (_, read) in layout.facts.items()
    }


def test_a_spoilt_cell_costs_its_own_fact_at_most_and_that_is_reported(layout, spoilt, centres):
    good = facts_of(layout, FIRST, centres[FIRST])
    assert not [fact for fact, value in good.items() if value in {"", "None", "[]"}]
    lines = {problem["line"] for problem in ImportRun.objects.get().report}
    for number, fact, column, cell, line in spoilt:
        if number not in centres:
            assert cell is not None
            assert line in lines, (column, cell)
            continue
        held = facts_of(layout, number, centres[number])
        lost = {name for name in good if held[name] != good[name]}
        if cell is None:
            assert not lost, column
            continue
        assert lost <= {fact, *NEEDED_BY.get(fact, ())}, (column, cell)
        words = WORD.findall(cell.casefold())
        if (column, cell) not in layout.good and any(w not in held[fact].casefold() for w in words):
            assert line in lines, (column, cell, held[fact])
    for centre in centres.values():
        for row in (centre, *centre.programmes.all(), *centre.phones.all(), centre.provider):
            if row:  # what the database itself refuses is not in it
                row.full_clean(validate_unique=False, validate_constraints=False)
