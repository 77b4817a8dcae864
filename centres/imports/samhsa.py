"""The US survey of treatment facilities, as exported by FindTreatment.gov (SAMHSA).

One line a facility and kind of care: a site stands once as SU (substance use) and once as MH
(mental health), with no id; the two are merged by name, street and ZIP. `name1` is the
organisation, `name2` the site. Codes stand in columns, `1` or blank; blank is "not said", never no.

What is taken for a centre: a site that says it treats substance use (`sa`) or, on its SU line, that
it detoxifies (`dt`). Sites with mental health care only are left out.

Each level of care that the SU line states is a programme (`_programmes`). An MH line's settings are
those of mental health care, so a site known from an MH line alone has one programme of unknown
level. Residential, hospital and outpatient (RES, HI, OP) are sums of their parts: where detox is
the only part ticked, they add no programme of treatment, because detox alone is not treatment.

Which programme a code is about. The survey is answered for the site, not for a programme, so:

- how people may pay is asked of the whole site: every programme;
- therapies, and treating mental illness alongside (SUMH, IDD), describe how the site treats:
  every programme of treatment (outpatient, intensive, day, residential, hospital), not aftercare,
  housing, early help, waiting-list or online help;
- special groups (people, conditions, CO), other substances and who prescribes are somewhere at the
  site: taken only where it has one programme of treatment, else unknown;
- what is detoxified: taken where the site has one programme of detox, else unknown.

So a filter over several of these never combines statements about two programmes of a site, unless
the survey made the statement of the whole site. The price is that sites with several levels have
fewer facts.
"""

import hashlib
import re
from collections import defaultdict

from rapidfuzz import fuzz

from ..models import SourceRecord
from . import cells
from .listing import Entries, LeftOut, Listing, Refused
from .samhsa_programmes import programmes

SOURCE = "samhsa"
METHOD = "survey"

REQUIRED = ("name1", "name2", "street1", "city", "state", "zip", "phone", "type_facility", "sa")
#: Columns that are no service codes.
_PLAIN = {
    *REQUIRED[:-1], "street2", "zip4", "county", "intake_prompt", "intake1", "intake2", "website",
    "latitude", "longitude", "last_update",
}  # fmt: skip
_SUBSTANCE_USE, _MENTAL_HEALTH = {"SU", "SA"}, {"MH"}
#: Names of sites this alike (0 to 100) at one address are one name typed twice.
_ALIKE = 90
#: The US with its territories: (south, west, north, east) in degrees.
_AREAS = ((-15.0, -180.0, 72.0, -64.0), (13.0, 144.0, 21.0, 147.0))
_OWNERSHIP = {
    "PVTP": "company", "PVTN": "charity", "LCCG": "public", "STG": "public", "FED": "public",
    "VAMC": "public", "DDF": "public", "IH": "public", "TBG": "public",
}  # fmt: skip
_STREET_WORDS = {
    "street": "st", "avenue": "ave", "road": "rd", "drive": "dr", "boulevard": "blvd",
    "highway": "hwy", "lane": "ln", "place": "pl", "court": "ct", "parkway": "pkwy",
    "north": "n", "south": "s", "east": "e", "west": "w", "route": "rte", "suite": "ste",
}  # fmt: skip


def read(source_file, terms):
    """`Entries` of a FindTreatment.gov export.

    `terms` maps a service code to the (kind, slug) pairs of the vocabulary that stand for it.
    Raises `Refused` where the file has not that layout, or the vocabulary is not loaded.
    """
    table = source_file.table(*REQUIRED)
    if table is None:
        raise Refused(
            f"{source_file.name} is not an export of FindTreatment.gov: its column headings "
            "(name1, name2, street1, …, sa) are not in it."
        )
    if not terms:
        raise Refused(
            "The vocabulary is not loaded, so service codes mean nothing yet: "
            "run manage.py load_vocabulary."
        )
    entries = Entries(
        listings=[],
        left_out=list(table.damaged),
        speaks_of=_spoken(table.held()),
        as_of=_last_update(table) or source_file.date_in_preamble(table),
    )
    entries.regions = frozenset(row["state"].strip().upper() for row in table.rows)
    rows = [facility for row in table.rows if (facility := _facility(row, table, entries))]
    for key, site in _sites(rows).items():
        if not any(facility.treats_substance_use for facility in site):
            entries.left_out += [
                LeftOut(f.row.line, "sa", "It does not say that it treats substance use.")
                for f in site
            ]
            continue
        entries.listings.append(_Site(key, site, terms, entries).listing())
    return entries


def _spoken(held):
    spoken = {"name", "provider", "address", "coordinates", "languages", "access", "amenities"}
    spoken |= {"phones"} & ({"phones"} if "phone" in held else set())
    return frozenset(spoken | ({"website"} if "website" in held else set()))


def _last_update(table):
    """The latest day that any row was updated, in the layout that says so."""
    days = [cells.day(row["last_update"]) for row in table.rows if row["last_update"]]
    return max((day for day in days if day), default=None)


class _Facility:
    """One line of the export."""

    def __init__(self, row, codes):
        self.row, self.codes = row, codes
        self.is_substance_use = row["type_facility"].upper() in _SUBSTANCE_USE

    @property
    def treats_substance_use(self):
        return "SA" in self.codes or (self.is_substance_use and "DT" in self.codes)

    def key(self):
        """(name1, name2, street, ZIP), each without what differs only in spelling."""
        street = " ".join(
            _STREET_WORDS.get(word, word) for word in _letters(self.row["street1"]).split()
        )
        return (
            _letters(self.row["name1"]),
            _letters(self.row["name2"]),
            street,
            cells.zip_code(self.row["zip"]) or self.row["zip"],
        )


def _letters(text):
    return " ".join(re.sub(r"[\W_]", " ", text.casefold().replace("&", " and ")).split())


def _facility(row, table, entries):
    """The `_Facility` of a row, or None with the reason noted."""
    if not row["name1"]:
        entries.left_out.append(LeftOut(row.line, "name1", "It has no name.", damaged=True))
        return None
    if row["type_facility"].upper() not in _SUBSTANCE_USE | _MENTAL_HEALTH:
        reason = f"“{row['type_facility'][:40]}” is neither SU nor MH."
        entries.left_out.append(LeftOut(row.line, "type_facility", reason, damaged=True))
        return None
    codes = set()
    for header in table.headers:
        value = "" if header.casefold() in _PLAIN else row[header]
        if value == "1":
            codes.add(header.upper())
        elif value not in {"", "0"}:
            reason = f"“{value[:40]}” is neither 1 nor blank."
            entries.left_out.append(LeftOut(row.line, header, reason, is_row=False))
    return _Facility(row, codes)


def _sites(facilities):
    """Facilities by site: `{key: [facility, …]}`."""
    sites = defaultdict(list)
    for facility in facilities:
        sites[facility.key()].append(facility)
    for key in [key for key, site in sites.items() if not any(f.is_substance_use for f in site)]:
        twin = _twin(key, sites)
        if twin:
            sites[twin] += sites.pop(key)
    return {_joined(key): site for key, site in sites.items()}


def _joined(key):
    """The key as `SourceRecord` keeps it: where it is too long, its beginning and its digest."""
    text, longest = "|".join(key), SourceRecord._meta.get_field("key").max_length
    if len(text) <= longest:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"{text[: longest - len(digest) - 1]}|{digest}"


def _twin(key, sites):
    """The SU site at the address of the MH site `key` whose name is the same but for a slip."""
    name1, name2, street, zip_code = key
    twins = [
        other
        for other, site in sites.items()
        if (other[0], other[2], other[3]) == (name1, street, zip_code)
        and any(facility.is_substance_use for facility in site)
        and not any(not facility.is_substance_use for facility in site)
        and fuzz.ratio(other[1].replace(" ", ""), name2.replace(" ", "")) >= _ALIKE
    ]
    return twins[0] if len(twins) == 1 else None


class _Site:
    """One site under construction: its SU lines first, then its MH lines."""

    def __init__(self, key, facilities, terms, entries):
        self.key, self.terms, self.entries = key, terms, entries
        self.facilities = sorted(facilities, key=lambda f: not f.is_substance_use)
        self.codes = set().union(*(f.codes for f in facilities))
        self.substance_use_codes = set().union(*(f.codes for f in facilities if f.is_substance_use))

    def listing(self):
        first = self.facilities[0].row
        facts = {
            "name": self._name(first["name1"], first["name2"]),
            "provider": {"name": first["name1"], "company_number": ""},
            "website": self._website(),
            "address": self._address(first),
            "coordinates": self._coordinates(),
            "phones": self._phones(),
            "languages": self._terms("language"),
            "access": self._terms("access"),
            "amenities": self._terms("amenity"),
        }
        ownership = {_OWNERSHIP[code] for code in self.codes & _OWNERSHIP.keys()}
        return Listing(
            key=self.key,
            line=first.line,
            country="US",
            facts={fact: value for fact, value in facts.items() if value},
            programmes=programmes(self.substance_use_codes, self.codes, self.terms),
            provider_details={"ownership": ownership.pop()} if len(ownership) == 1 else {},
        )

    @staticmethod
    def _name(organisation, site):
        """Both names, because many sites are called “Outpatient”."""
        words, others = f" {_letters(site)} ", f" {_letters(organisation)} "
        if words in others or not words.strip():
            return organisation
        if others in words:
            return site
        return f"{organisation} – {site}"

    def _note(self, row, column, reason):
        self.entries.left_out.append(LeftOut(row.line, column, reason, is_row=False))

    def _each(self, column):
        """Rows that hold something in a column, and what."""
        return [(f.row, f.row[column]) for f in self.facilities if f.row[column]]

    def _website(self):
        for row, text in self._each("website"):
            url = cells.website(text)
            if url:
                return url
            self._note(row, "website", f"“{text[:60]}” is not a web address.")
        return None

    def _address(self, row):
        zip_code = cells.zip_code(row["zip"], row["zip4"])
        if row["zip"] and zip_code is None:
            self._note(row, "zip", f"“{row['zip'][:20]}” is not a ZIP code.")
        elif zip_code and row["zip4"] and "-" not in zip_code:
            self._note(row, "zip4", f"“{row['zip4'][:20]}” is not the end of a ZIP code.")
        state = row["state"].upper()
        if not re.fullmatch(r"[A-Z]{2}", state):
            self._note(row, "state", f"“{row['state'][:20]}” is not a state's two letters.")
            state = ""
        return {
            "street": row["street1"],
            "locality": row["street2"],
            "town": row["city"],
            "region": state,
            "postcode": zip_code or "",
        }

    def _coordinates(self):
        for row, latitude in self._each("latitude"):
            places = (cells.degrees(latitude, row["longitude"], box=box) for box in _AREAS)
            place = next(filter(None, places), None)
            if place:
                return {
                    "latitude": place[0],
                    "longitude": place[1],
                    "precision": "street",
                    "source": "SAMHSA",
                }
            text = f"{latitude}, {row['longitude']}"[:60]
            self._note(row, "latitude", f"“{text}” is not a place in the US.")
        return None

    def _phones(self):
        labels = {}
        for column, purpose in (("phone", ""), ("intake1", "intake"), ("intake2", "intake")):
            for row, text in self._each(column):
                phone = cells.american_phone(text)
                if phone is None:
                    self._note(row, column, f"“{text[:40]}” is not a US telephone number.")
                    continue
                number, extension = phone
                label = purpose + (f" extension {extension}" if extension else "")
                held = labels.setdefault(number, [])
                if label.strip() and label.strip() not in held:
                    held.append(label.strip())
        return [
            {"number": number, "label": ", ".join(said)[:60]} for number, said in labels.items()
        ]

    def _terms(self, kind):
        return sorted(
            {slug for code in self.codes for k, slug in self.terms.get(code, ()) if k == kind}
        )
