"""GeoJSON and CSV: the whole of the same search, in the same order, with the same facts."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from centres.models import Centre
from finder import search
from tests import factories, many
from tests.finder import directories

from .reading import answer, rows, text_of

pytestmark = pytest.mark.django_db

JSON, GEOJSON, CSV = "/api/centres/", "/api/centres.geojson", "/api/centres.csv"
TODAY = timezone.localdate()
DAY = datetime.timedelta(days=1)
SEARCHES = (
    {},
    {"near": "53.8,-1.55"},
    {"near": "53.8,-1.55", "radius": "300", "setting": ["residential", "online"]},
    {"q": "nothing is called this"},
    {"verified": "yes", "sort": "price"},
    {"country": "US"},
)


@pytest.fixture
def directory(db):
    many.verify(directories.build(11, 60), TODAY - DAY, TODAY + DAY)
    many.advertise(Centre.objects.filter(name__startswith="Ash"), TODAY)


@pytest.fixture(params=[None, (3, 2), (5, 100)])
def parts(request, monkeypatch):
    """An export read in parts of several sizes."""
    if request.param:
        monkeypatch.setattr(search, "RANKED_AT_A_TIME", request.param[0])
        monkeypatch.setattr(search, "READ_AT_A_TIME", request.param[1])
        monkeypatch.setattr("finder.api.exports.RESULTS_A_PART", request.param[1])


def in_cells(result):
    """The lines that a result of the JSON should have, every value as text."""
    centre = {name: value for name, value in result.items() if name != "programmes"}
    for programme in result["programmes"] or [{}]:
        yield {name: cell(name, value) for name, value in {**centre, **programme}.items()}


def cell(name, value):
    if value is None or value is False:
        return ""
    if value is True:
        return name
    return "|".join(value) if isinstance(value, list) else str(value)


def test_geojson_holds_what_the_search_finds(client, directory, parts):
    for asked in SEARCHES:
        found = answer(client, JSON, page_size=100, **asked)["results"]

        collection = answer(client, GEOJSON, **asked)

        assert set(collection) == {"type", "features"}
        assert collection["type"] == "FeatureCollection"
        assert [feature["properties"] for feature in collection["features"]] == found, asked
        for feature in collection["features"]:
            check_feature(feature)


def check_feature(feature):
    place = feature["properties"]
    assert set(feature) == {"type", "id", "geometry", "properties"}
    assert (feature["type"], feature["id"]) == ("Feature", place["id"])
    if place["latitude"] is None:
        assert feature["geometry"] is None
        return
    point = [place["longitude"], place["latitude"]]
    assert feature["geometry"] == {"type": "Point", "coordinates": point}


def test_csv_holds_what_the_search_finds(client, directory, parts):
    for asked in SEARCHES:
        found = answer(client, JSON, page_size=100, **asked)["results"]

        lines = rows(client, **asked)

        expected = [line for result in found for line in in_cells(result)]
        assert [filled(line) for line in lines] == [filled(line) for line in expected], asked


def filled(line):
    return {name: text for name, text in line.items() if text}


def test_csv_has_the_same_columns_whatever_is_found(client):
    empty = text_of(client.get(CSV))
    factories.programme(factories.centre())
    filled = text_of(client.get(CSV))

    assert empty == filled.splitlines(keepends=True)[0]
    assert empty == (
        "id,slug,name,country,distance_miles,latitude,longitude,verified,verified_until,"
        "advertiser,languages,access,level,setting,length_min_days,length_max_days,"
        "dual_diagnosis,substances,therapies,conditions,funding,people,medication,price,currency,"
        "earliest_admission\r\n"
    )


def test_csv_names_advertisers_in_words(client):
    dates = {"verified_from": TODAY, "verified_until": TODAY}
    factories.centre(name="A", **dates, advertiser_from=TODAY, advertiser_until=TODAY)
    factories.centre(name="B", **dates)

    assert [line["advertiser"] for line in rows(client)] == ["advertiser", ""]
    assert [line["verified"] for line in rows(client)] == ["verified", "verified"]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_is_a_formula(client, sign):
    name = f"{sign}HYPERLINK(1)"
    factories.centre(name=name, latitude=-1.5, longitude=-2.5)

    (line,) = rows(client)

    assert line["name"] == f"'{name}"
    assert (line["latitude"], line["longitude"]) == ("-1.5", "-2.5")  # numbers stay numbers


def test_names_arrive_as_they_are_written(client):
    name = "Bryn Wŷdd, “The Oaks”\nSt Óran’s 樹"
    factories.centre(name=name, latitude=1.0, longitude=2.0)

    (line,) = rows(client)
    (feature,) = answer(client, GEOJSON)["features"]

    assert line["name"] == feature["properties"]["name"] == name


@pytest.mark.parametrize("path", [GEOJSON, CSV])
@pytest.mark.parametrize("status", ["draft", "withdrawn", "suspended", "closed"])
def test_only_what_is_listed_is_exported(client, path, status):
    closed = {"closed_on": TODAY} if status == "closed" else {}
    factories.centre(name="Gone", status=status, **closed)
    factories.centre(name="There")

    text = text_of(client.get(path))

    assert "There" in text
    assert "Gone" not in text


def test_a_page_is_exported_where_one_is_asked_for(client, directory):
    asked = {"near": "53.8,-1.55", "page": 2, "page_size": 5}
    found = answer(client, JSON, **asked)["results"]

    assert [f["properties"] for f in answer(client, GEOJSON, **asked)["features"]] == found
    assert {line["id"] for line in rows(client, **asked)} == {result["id"] for result in found}


def test_adverts_change_no_export_but_their_own_mark(client, directory):
    def exported():
        lines = rows(client, near="53.8,-1.55")
        return [line.pop("advertiser") for line in lines], lines

    marks, before = exported()
    Centre.objects.update(advertiser_from=None, advertiser_until=None)
    none, after = exported()

    assert set(marks) == {"advertiser", ""}
    assert set(none) == {""}
    assert after == before


@pytest.mark.parametrize(
    ("path", "kind"), [(GEOJSON, "application/geo+json"), (CSV, "text/csv; charset=utf-8")]
)
def test_an_export_is_read_and_sent_a_part_at_a_time(client, monkeypatch, path, kind):
    monkeypatch.setattr(search, "READ_AT_A_TIME", 4)
    monkeypatch.setattr("finder.api.exports.RESULTS_A_PART", 4)
    for _ in range(12):
        factories.centre()
    text_of(client.get(path))

    response = client.get(path)
    pieces = iter(response.streaming_content)
    with CaptureQueriesContext(connection) as captured:
        next(pieces), next(pieces)
        first = len(captured)
        rest = list(pieces)

    assert response["Content-Type"] == kind
    assert len(rest) >= 2
    assert 0 < first < len(captured) <= 3 * first


def test_a_centre_withdrawn_while_an_export_is_read_is_left_out(client, monkeypatch):
    monkeypatch.setattr(search, "READ_AT_A_TIME", 2)
    monkeypatch.setattr("finder.api.exports.RESULTS_A_PART", 2)
    for name in "abcd":
        factories.centre(name=name)
    pieces = iter(client.get(CSV).streaming_content)
    next(pieces), next(pieces)

    factories.withdraw(Centre.objects.get(name="d"))

    rest = b"".join(pieces).decode()
    assert ",c," in rest
    assert ",d," not in rest
