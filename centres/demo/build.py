"""Writes `fixtures/demo/centres.json`: {"providers": [...], "centres": [...]}, one a line.

Dates are whole days from the day of loading, negative for the past. A field that is not there is
not known. `facts_on` says when facts were made up: "" for all that it does not name.
"""

import csv
import json

from django.conf import settings
from django.utils.text import slugify

from . import edges, names
from .chance import around, draw, once_in, pick, some
from .kinds import KINDS
from .programmes import programmes

FOLDER = settings.BASE_DIR / "fixtures" / "demo"
CENTRES = FOLDER / "centres.json"
PROVIDERS = 64

STREETS = ("Example Street", "Sample Road", "Placeholder Avenue", "Specimen Lane", "Pattern Close")
#: How far coordinates are moved from the town's, in degrees, by how precise they say they are.
PRECISIONS = {"exact": 0.012, "street": 0.012, "postcode": 0.01, "sector": 0.01, "outcode": 0.006}
MADE_UP = "Made up for the demo."
ANSWERED_BY = ("centre", "centre", "provider", "third-party", "unknown")
REGULATORS = {"ENG": "cqc", "SCT": "care-inspectorate", "WLS": "hiw", "NIR": "rqia"}
RATINGS = {
    "ENG": ("Good", "Good", "Outstanding", "Requires improvement", "Inadequate",
            "Inspected but not rated"),
    "SCT": ("Grade 5 (very good) for wellbeing", "Grade 3 (adequate) for wellbeing"),
}  # fmt: skip


class Vocabulary:
    """Slugs by kind, as the fixture has them."""

    def __init__(self):
        text = (settings.BASE_DIR / "fixtures" / "vocabulary.json").read_text(encoding="utf-8")
        self._slugs = {}
        for row in json.loads(text):
            self._slugs.setdefault(row["fields"]["kind"], []).append(row["fields"]["slug"])

    def of(self, kind):
        return self._slugs[kind]

    def at(self, kind, turn):
        """The slug whose turn it is: consecutive turns use every one."""
        return self._slugs[kind][turn % len(self._slugs[kind])]


def towns():
    with (FOLDER / "towns.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def directory():
    """The whole demo directory, as it is written."""
    vocabulary = Vocabulary()
    centres = []
    for town in towns():
        for _ in range(int(town["centres"])):
            number = len(centres)
            kind = _kind(number, country=town["country"])
            centres.append(_centre(number, town=town, kind=kind, vocabulary=vocabulary))
    for edge in edges.EDGES:
        number = len(centres)
        centres.append(_edge(edge, number=number, vocabulary=vocabulary))
    return {"providers": [_provider(number) for number in range(PROVIDERS)], "centres": centres}


def text():
    """What the committed file holds, to the byte."""
    lists = [
        f'"{name}": [\n' + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]"
        for name, rows in directory().items()
    ]
    return "{" + ",\n".join(lists) + "}\n"


def write():
    CENTRES.write_text(text(), encoding="utf-8")


def _kind(number, *, country):
    turns = [
        (kind, turn) for kind in KINDS if kind.country == country for turn in range(kind.weight)
    ]
    turns.sort(key=lambda pair: draw(pair[0].slug, pair[1]))
    return turns[number % len(turns)][0]


def _centre(number, *, town, kind, vocabulary):
    name = names.centre_name(number, nation=town["nation"], ending=pick(kind.endings, number))
    row = {"slug": slugify(name), "name": name, "country": town["country"], "status": "listed"}
    if not once_in(8, number, "provider"):
        row["provider"] = _provider_number(number, country=town["country"])
    row["about"] = (
        f"This is a made-up centre for demonstration: {kind.description} in {town['town']}. "
        "Nothing about it is real."
    )
    row |= _place(number, town=town)
    row |= _phones(number, town=town)
    row |= _standing_with_the_regulator(number, nation=town["nation"], kind=kind)
    row |= _on_site(number, town=town, kind=kind, vocabulary=vocabulary)
    row |= _verification(number, registration=row.get("registration"))
    row["cases"] = _cases(number, row=row)
    row["programmes"] = programmes(
        kind, number=number, country=town["country"], vocabulary=vocabulary
    )
    row["facts_on"] = {"": -(draw(number, "age") % 400) - 10, "phones": -(draw(number) % 90) - 1}
    return {field: value for field, value in row.items() if value not in (None, "", [])}


def _edge(edge, *, number, vocabulary):
    """A centre of the usual make with what is particular about this one laid over it."""
    town = next(town for town in towns() if town["postcode"] == edge.postcode)
    kind = next(kind for kind in KINDS if kind.slug == edge.kind)
    row = _centre(number, town=town, kind=kind, vocabulary=vocabulary)
    row |= {"name": f"{edge.name} {names.MARK}", **edge.facts}
    row["slug"] = edge.facts.get("slug") or slugify(row["name"])
    return {field: value for field, value in row.items() if value not in (None, "", [])}


def _provider(number):
    country = "US" if number % 4 == 3 else "GB"
    ending, ownership = pick(
        (
            ("Recovery Ltd", "company"),
            ("Trust", "charity"),
            ("Community Interest Company", "community-interest"),
            ("Partnership NHS Foundation Trust" if country == "GB" else "County", "public"),
            ("and Partners", "partnership"),
            ("Group", "unknown"),
        ),
        number,
        "provider",
    )
    return {
        "company_number": f"DEMO-{number:03}",
        "legal_name": names.provider_name(number, ending=ending),
        "country": country,
        "ownership": ownership,
        "website": f"https://example.com/demo/{number:03}",
    }


def _provider_number(number, *, country):
    own = [other for other in range(PROVIDERS) if (other % 4 == 3) == (country == "US")]
    return f"DEMO-{pick(own, number, 'which provider'):03}"


def _place(number, *, town):
    row = {field: town[field] for field in ("town", "region", "postcode")}
    if once_in(12, number, "website"):
        row["website"] = None
    else:
        row["website"] = f"https://example.org/demo/{number:03}"
    if once_in(9, number, "town only"):
        precision, spread = "town", 0.0
    else:
        row["street"] = f"{1 + draw(number, 'house') % 180} {pick(STREETS, number)}"
        precision, spread = pick(tuple(PRECISIONS.items()), number, "precision")
    return row | {
        "latitude": around(float(town["latitude"]), spread, number, "latitude"),
        "longitude": around(float(town["longitude"]), spread, number, "longitude"),
        "precision": precision,
        "coordinates_source": "Made up for the demo",
    }


def _phones(number, *, town):
    if number % 13 == 12:
        return {}
    last = f"{number:03}" if town["country"] == "GB" else f"{100 + number % 100}"
    phones = [
        {"number": town["dialling"] + last, "answered_by": pick(ANSWERED_BY, number, "phone")}
    ]
    if number % 4 == 1 and town["country"] == "GB":
        phones.append(
            {
                "number": f"+448081570{number:03}",
                "label": "admissions",
                "answered_by": ANSWERED_BY[number % len(ANSWERED_BY)],
            }
        )
    return {"phones": phones}


def _standing_with_the_regulator(number, *, nation, kind):
    if kind.slug in ("recovery-housing", "us-housing", "fellowship"):
        reason = "Housing and support without treatment is not regulated."
        return {"registration": "not-required", "registration_reason": reason}
    regulator = REGULATORS.get(nation, "us-state")
    turn = draw(number, "registration") % 10
    if turn == 0:
        return {"registration": "not-found", "regulator": regulator}
    if turn == 1 and nation in ("SCT", "WLS", "NIR"):
        return {"registration": "outside", "regulator": "cqc"}
    if turn == 2:
        return {}
    row = {
        "registration": "registered",
        "regulator": regulator,
        "registration_number": f"DEMO-{number:04}",
        "registration_url": f"https://example.org/register/{number:04}",
        "registered_on": -400 - draw(number, "registered") % 3000,
    }
    if nation in RATINGS and turn > 3:
        row["rating"] = pick(RATINGS[nation], number, "rating")
        row["rating_on"] = -20 - draw(number, "rated") % 900
    return row


def _on_site(number, *, town, kind, vocabulary):
    if once_in(9, number, "on site"):
        return {}
    languages = ["en"]
    if town["nation"] == "WLS":
        languages.append("cy")
    if town["country"] == "US" and number % 3 == 0:
        languages.append("es")
    if number % 2:
        languages.append(vocabulary.at("language", number // 2))
    row = {
        "languages": list(dict.fromkeys(languages)),
        "access": some(vocabulary.of("access"), draw(number, "access") % 5, number),
    }
    beds = pick(kind.beds, number, "beds")
    if kind.beds != (None,):
        row["beds"] = beds
        row["amenities"] = some(vocabulary.of("amenity")[:7], draw(number, "amenity") % 6, number)
        row["amenities"] += vocabulary.of("amenity")[7:][: number % 4]
    return row


def _verification(number, *, registration):
    """A third verified, most for long; of every twenty centres one advertises, did, or will."""
    turn = number % 20
    if registration in (None, "not-found"):
        return {"checked_on": -(draw(number, "checked") % 500)} if turn % 2 else {}
    if turn in (0, 4, 11, 16, 18):
        return _verified(number, until=31 + draw(number, "verified") % 54)
    if turn == 8:
        return _verified(number, until=31 + draw(number, "verified") % 29) | _advert(number // 20)
    if turn == 2:
        return _verified(number, until=1 + number % 29)
    if turn in (6, 13):
        return _verified(number, until=-1 - number % 120)
    return {"checked_on": -(draw(number, "checked") % 500)} if turn % 3 == 0 else {}


def _verified(number, *, until):
    """Verified for three months, or longer where it was renewed."""
    since = until - 86
    if once_in(3, number, "renewed"):
        since -= 30 + draw(number, "since") % 120
    return {"verified_from": since, "verified_until": until}


def _advert(turn):
    """Now, now after one that was ended, over, or still to come."""
    first, last = ((-15, 28), (0, 25), (-18, -2), (14, 30))[turn % 4]
    row = {"advertiser_from": first, "advertiser_until": last}
    return row | ({"ended_advert": [-21, 10, -2]} if turn % 4 == 1 else {})


def _cases(number, *, row):
    """Cases besides those that made it verified: closed ones, and at most one open.

    "ends" is where a case stands, or the last step it took.
    """
    turn, round_ = number % 20, number // 20
    if row.get("verified_until", -1) >= 0:
        return _cases_of_verified(number, row=row)
    if turn in (1, 3):
        told = (
            {"ends": "queued", "for": "new-listing", "opened": -3, "due": 11},
            {"ends": "queued", "for": "report", "opened": -11, "due": -4,
             "note": "A visitor says that another company answers the telephone. " + MADE_UP},
            {"ends": "approve", "for": "claim", "opened": -40, "purpose": "claimed"},
            {"ends": "in-review", "for": "new-listing", "opened": -6},
        )  # fmt: skip
        return [told[(round_ + turn) % 4]]
    if turn in (5, 7):
        told = (
            {"ends": "awaiting-approval", "for": "new-listing", "opened": -8},
            {"ends": "ask", "for": "claim", "opened": -17, "due": -3},
            {"ends": "reject", "for": "new-listing", "opened": -30},
            {"ends": "cancel", "for": "by-hand", "opened": -25},
            {"ends": "revoke", "for": "claim", "opened": -60, "on": -12},
            {"ends": "awaiting-approval", "for": "by-hand", "opened": -20},
        )
        return [told[(round_ + turn) % 6]]
    return []


def _cases_of_verified(number, *, row):
    turn, round_ = number % 20, number // 20
    if turn == 2 and round_ % 2:
        due = row["verified_until"]
        return [{"ends": "queued", "for": "lapsing", "opened": max(due - 30, -3), "due": due}]
    if turn == 0 and round_ % 5 == 1:
        note = "Its price changed. " + MADE_UP
        return [{"ends": "in-review", "for": "changed-fact", "opened": -4, "note": note}]
    if turn == 4 and round_ % 5 == 2:
        return [{"ends": "queued", "for": "advertiser", "opened": -2, "purpose": "advertiser"}]
    return []
