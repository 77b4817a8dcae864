"""England's register, from the Care Quality Commission.

Two layouts: the care directory (one line a location, service types in a list) and the monthly file
of active locations (122 columns, one for each service type).

What is taken for a centre: a location whose service types hold substance misuse treatment. The
specialism "Substance misuse problems" alone is mostly care homes and wards. Left out: dormant
locations, prisons, and locations with prison healthcare among their services, because the register
does not say which of the services the public may use.

What the service types say of the level of care. The directory's "Rehabilitation (substance abuse)"
is the monthly file's "Residential substance misuse treatment and/or rehabilitation service" (the
same locations stand under both names), so it is residential. "Community services - Substance abuse"
is a community service: outpatient. A location with both has two programmes. The regulated activity
"Accommodation for persons who require treatment for substance misuse", where the file has it, also
makes the first. Detox, length, price, therapies and substances are not in the register and stay
unknown; "Mental health conditions" beside a substance service stays unknown too, because the
register does not say that both are treated together.
"""

import re

from . import cells
from .listing import Entries, LeftOut, Listing, Refused

SOURCE = "cqc"
METHOD = "register"

DIRECTORY = {
    "key": "CQC Location ID (for office use only)",
    "name": "Name",
    "address": "Address",
    "postcode": "Postcode",
    "phone": "Phone number",
    "website": "Service's website (if available)",
    "services": "Service types",
    "provider": "Provider name",
    "region": "Local authority",
}
ACTIVE_LOCATIONS = {
    "key": "Location ID",
    "name": "Location Name",
    "dormant": "Dormant (Y/N)",
    "street": "Location Street Address",
    "locality": "Location Address Line 2",
    "town": "Location City",
    "postcode": "Location Postal Code",
    "phone": "Location Telephone Number",
    "website": "Location Web Address",
    "provider": "Provider Name",
    "company_number": "Provider Companies House Number",
    "charity_number": "Provider Charity Number",
    "region": "Location Local Authority",
    "registered_on": "Location HSCA start date",
    "rating": "Location Latest Overall Rating",
    "rating_on": "Publication Date",
    "beds": "Care homes beds",
    "latitude": "Location Latitude",
    "longitude": "Location Longitude",
}
#: Columns that make a file one of the two.
_DIRECTORY_NEEDS = ("key", "name", "address", "postcode", "services")
_ACTIVE_NEEDS = ("key", "name", "street", "town", "postcode")
_TYPE, _ACTIVITY = "Service type - ", "Regulated activity - "
_ACCOMMODATION = "accommodation for persons who require treatment for substance misuse"

RESIDENTIAL = {
    "rehabilitation (substance abuse)",
    "residential substance misuse treatment and/or rehabilitation service",
}
COMMUNITY = {
    "community services - substance abuse",
    "community based services for people who misuse substances",
}
PRISON = {"prison healthcare", "prison healthcare services"}
_PRISON_NAME = re.compile(
    r"\b(HM ?P|HMYOI|YOI|HM Prison|Immigration Removal Centre|Secure Training Centre)\b"
)
#: Location ids: 1-123456789, or an NHS organisation's code.
_ID = re.compile(r"1-\d{6,15}|[A-Z0-9]{3,10}")
#: England with its islands: (south, west, north, east) in degrees.
_ENGLAND = (49.8, -6.5, 55.9, 1.9)
#: The ratings that the register gives, and what it says in place of one.
_RATINGS = {
    "outstanding", "good", "requires improvement", "inadequate", "inspected but not rated",
    "insufficient evidence to rate",
}  # fmt: skip
_NO_RATING = {"", "no published rating", "not rated"}


def read(source_file, terms):
    """`Entries` of a CQC file; no vocabulary is needed. Raises `Refused` on any other layout."""
    table = source_file.table(*(DIRECTORY[name] for name in _DIRECTORY_NEEDS))
    if table:
        return _read(source_file, table, DIRECTORY, _listed_services)
    table = source_file.table(*(ACTIVE_LOCATIONS[name] for name in _ACTIVE_NEEDS))
    if table and any(header.startswith(_TYPE) for header in table.headers):
        return _read(source_file, table, ACTIVE_LOCATIONS, _ticked_services)
    raise Refused(
        f"{source_file.name} is neither CQC's care directory nor its file of active locations: "
        "their column headings are not in it."
    )


def _read(source_file, table, columns, services):
    held = table.held()
    entries = Entries(
        listings=[],
        left_out=list(table.damaged),
        speaks_of=_spoken(columns, held),
        as_of=source_file.date_in_preamble(table),
    )
    first_lines = {}
    for row in table.rows:
        location = _Location(row, columns, services(row, table), entries)
        reason = location.reason_to_leave_out(first_lines)
        if reason:
            entries.left_out.append(reason)
            continue
        first_lines[location["key"]] = row.line
        entries.listings.append(location.listing())
    return entries


def _spoken(columns, held):
    needs = {
        "name": ("name",),
        "address": ("postcode",),
        "coordinates": ("postcode",),
        "registration": ("key",),
        "registered_on": ("registered_on",),
        "phones": ("phone",),
        "website": ("website",),
        "provider": ("provider",),
        "beds": ("beds",),
        "rating": ("rating", "rating_on"),
    }
    return frozenset(
        fact for fact, names in needs.items() if all(columns.get(name) in held for name in names)
    )


def _listed_services(row, table):
    return {service.casefold() for service in cells.tokens(row[DIRECTORY["services"]])}


def _ticked_services(row, table):
    return {
        header.removeprefix(_TYPE).removeprefix(_ACTIVITY).casefold()
        for header in table.headers
        if header.startswith((_TYPE, _ACTIVITY)) and row[header].upper() == "Y"
    }


class _Location:
    """One row of the register under construction."""

    def __init__(self, row, columns, services, entries):
        self.row, self.columns, self.services, self.entries = row, columns, services, entries

    def __getitem__(self, name):
        """A cell by our name for it. The register writes a dash for "none"."""
        text = self.row[self.columns[name]] if name in self.columns else ""
        return "" if text == "-" else text

    def reason_to_leave_out(self, first_lines):
        """A `LeftOut` where this row is no centre of the directory, else None."""
        if not _ID.fullmatch(self["key"]):
            return self._row("key", f"“{self['key'][:40]}” is not a CQC location id.", damaged=True)
        if not self.services & (RESIDENTIAL | COMMUNITY):
            return self._row("services", "No substance misuse service among its service types.")
        if self.services & PRISON:
            return self._row("services", "Prison healthcare is among its services.")
        if _PRISON_NAME.search(self["name"]) or _PRISON_NAME.search(self["address"]):
            return self._row("name", "It is in a prison.")
        if self["dormant"].upper() == "Y":
            return self._row("dormant", "It is dormant: registered, but not giving care.")
        if self["dormant"].upper() not in {"N", ""}:
            return self._damaged("dormant", f"“{self['dormant'][:40]}” is neither Y nor N.")
        if self["key"] in first_lines:
            line = first_lines[self["key"]]
            return self._damaged("key", f"{self['key']} is on line {line} already.")
        if not self["name"]:
            return self._damaged("name", "It has no name.")
        return None

    def _damaged(self, name, reason):
        """A row that is left out, of a location that the file names all the same."""
        self.entries.seen.add(self["key"])
        return self._row(name, reason, damaged=True)

    def _row(self, name, reason, *, damaged=False):
        column = self.columns.get(name, _TYPE.rstrip(" -"))
        return LeftOut(self.row.line, column, reason, damaged=damaged)

    def _read(self, name, parse, what):
        """A cell's value, or None with a note where it has text that `parse` cannot read."""
        text = self[name]
        if not text:
            return None
        value = parse(text)
        if value is None:
            reason = f"“{text[:60]}” is not {what}."
            self.entries.left_out.append(
                LeftOut(self.row.line, self.columns[name], reason, is_row=False)
            )
        return value

    def listing(self):
        facts = {
            "name": self["name"],
            "provider": self._provider(),
            "website": self._read("website", cells.website, "a web address"),
            "address": self._address(),
            "coordinates": self._coordinates(),
            "phones": self._phones(),
            "registration": self._registration(),
            "registered_on": self._registered_on(),
            "rating": self._rating(),
            "beds": self._beds(),
        }
        programmes = {}
        if self.services & {*RESIDENTIAL, _ACCOMMODATION}:
            programmes["residential"] = {"level": "residential"}
        if self.services & COMMUNITY:
            programmes["community"] = {"level": "outpatient"}
        return Listing(
            key=self["key"],
            line=self.row.line,
            country="GB",
            facts={fact: value for fact, value in facts.items() if value},
            programmes=programmes,
            provider_details={
                "charity_number": self._read(
                    "charity_number", cells.charity_number, "a charity's number"
                )
            },
        )

    def _provider(self):
        if not self["provider"]:
            return None
        number = self._read("company_number", cells.company_number, "a company's number")
        return {"name": self["provider"], "company_number": number or ""}

    def _address(self):
        lines = [part.strip() for part in re.split(r",(?! )", self["address"]) if part.strip()]
        town = self["town"] or (lines.pop() if len(lines) > 1 else "")
        street = self["street"] or (lines.pop(0) if lines else "")
        address = {
            "street": street,
            "locality": self["locality"] or ", ".join(lines),
            "town": town,
            "region": self["region"],
            "postcode": self._read("postcode", cells.british_postcode, "a postcode") or "",
        }
        return address if any(address.values()) else None

    def _coordinates(self):
        if not (self["latitude"] or self["longitude"]):
            return None
        place = cells.degrees(self["latitude"], self["longitude"], box=_ENGLAND)
        if place is None:
            text = f"{self['latitude']}, {self['longitude']}"[:60]
            reason = f"“{text}” is not a place in England."
            column = self.columns["latitude"]
            self.entries.left_out.append(LeftOut(self.row.line, column, reason, is_row=False))
            return None
        return {
            "latitude": place[0],
            "longitude": place[1],
            "precision": "postcode",
            "source": "Care Quality Commission",
        }

    def _phones(self):
        number = self._read("phone", cells.british_phone, "a British telephone number")
        return [{"number": number, "label": ""}] if number else None

    def _registration(self):
        return {
            "registration": "registered",
            "regulator": "cqc",
            "number": self["key"],
            "url": f"https://www.cqc.org.uk/location/{self['key']}",
        }

    def _registered_on(self):
        start = self._read("registered_on", cells.day, "a date")
        return start.isoformat() if start else None

    def _rating(self):
        """The rating in the register's words; one without its date is not taken."""
        if self["rating"].casefold() in _NO_RATING:
            return None
        rating = self._read("rating", _rating, "a rating")
        published = self._read("rating_on", cells.day, "a date")
        return {"rating": rating, "on": published.isoformat()} if rating and published else None

    def _beds(self):
        """The care home's beds; the register's 0 says that it is none, not that it has none."""
        if self["beds"] == "0":
            return None
        return self._read("beds", cells.whole_number, "a number of beds")


def _rating(text):
    return text if text.casefold() in _RATINGS else None
