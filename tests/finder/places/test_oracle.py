"""The shipped gazetteer against real centroids, which are read and never kept."""

import csv
import statistics
from types import SimpleNamespace

import pytest

from finder.places.answers import Understood
from finder.places.assembly import km_between
from finder.places.models import Outcode
from finder.places.resolve import resolve

pytestmark = pytest.mark.django_db

WELL_KNOWN = """London|Birmingham|Leeds|Glasgow|Sheffield|Bradford|Liverpool|Edinburgh|Manchester
Bristol|Cardiff|Leicester|Coventry|Belfast|Nottingham|Newcastle upon Tyne|Kingston upon Hull
Plymouth|Stoke-on-Trent|Wolverhampton|Derby|Swansea|Southampton|Aberdeen|Portsmouth|York|Dundee
Oxford|Cambridge|Norwich|Exeter|Gloucester|Bath|Lincoln|Worcester|Chester|Durham|Carlisle
Lancaster|Preston|Blackpool|Bolton|Brighton|Bournemouth|Ipswich|Luton|Milton Keynes|Northampton
Peterborough|Reading|Slough|Sunderland|Swindon|Inverness|Perth|Stirling|Wrexham|Bangor, Gwynedd
Newport, Wales|Lisburn""".replace("\n", "|").split("|")


def rows(shared_data, name):
    with (shared_data / "gazetteer" / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def point(row):
    return SimpleNamespace(latitude=float(row["lat"]), longitude=float(row["lng"]))


def test_outcodes_lie_near_their_real_centroids(gazetteer, shared_data, record_property):
    """Half within 4 km and 95 % within 15 km of the middle of their postcodes."""
    stored = {district.outcode: district for district in Outcode.objects.all()}
    placed = [row for row in rows(shared_data, "outcodes.csv") if row["lat"]]
    errors = sorted(
        km_between(stored[row["outcode"]], point(row)) for row in placed if row["outcode"] in stored
    )
    unknown = [row["outcode"] for row in placed if row["outcode"] not in stored]
    within_15 = sum(error <= 15 for error in errors) / len(placed)
    most = errors[int(len(errors) * 0.95)]
    said = (
        f"median {statistics.median(errors):.2f} km, 95 % within {most:.2f} km,"
        f" worst {errors[-1]:.0f} km, not known: {unknown}"
    )
    record_property("outcodes", said)
    print(said)

    assert statistics.median(errors) <= 4, said
    assert within_15 >= 0.95, said
    assert len(unknown) <= 5, said


def test_well_known_towns_lie_where_they_are(gazetteer, shared_data):
    real = {}
    for row in rows(shared_data, "uk_places_small.csv"):
        if row["kind"] == "town":
            real.setdefault(row["name"], []).append(row)
    wrong = []
    for name in WELL_KNOWN:
        answer = resolve(name, country="GB")
        namesakes = real.get(name.split(",")[0], [])
        near = isinstance(answer, Understood) and any(
            km_between(answer.place, point(row)) <= 5 for row in namesakes
        )
        if not near:
            wrong.append(name)

    assert len(WELL_KNOWN) == 60
    assert len(wrong) <= 2, wrong


def test_towns_of_the_real_list_are_known(gazetteer, shared_data):
    """Of all its towns of 5,000 people and more, nearly all are understood or offered."""
    unknown = []
    towns = [
        row
        for row in rows(shared_data, "uk_places_small.csv")
        if row["kind"] == "town" and int(row["population"] or 0) >= 5_000
    ]
    for row in towns:
        answer = resolve(row["name"], country="GB")
        spots = [answer.place] if isinstance(answer, Understood) else []
        spots += [choice.place for choice in getattr(answer, "choices", ())]
        if not any(km_between(spot, point(row)) <= 5 for spot in spots):
            unknown.append(row["name"])

    assert len(unknown) <= 0.02 * len(towns), unknown


def test_zips_lie_near_the_middle_of_their_first_three_digits(gazetteer, shared_data):
    wrong = []
    for row in rows(shared_data, "us_zip3.csv"):
        found = [resolve(f"{row['zip3']}{n:02}") for n in (1, 10, 20)]
        places = [a.place for a in found if isinstance(a, Understood)]
        if places and min(km_between(p, point(row)) for p in places) > 250:
            wrong.append(row["zip3"])

    assert len(wrong) <= 10, wrong
