import json
import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from finder.map.sources import OUTLINES
from tests import factories
from tests.finder import towns

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[3]
BOX = {"zoom": "8", "west": "-3", "south": "53", "east": "0", "north": "54.5"}


def text_of(client, path="/search/"):
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def svg_of(client, path="/search/"):
    (svg,) = re.findall(r'<svg class="map-drawing".*</svg>\s*</div>', text_of(client, path), re.S)
    return ElementTree.fromstring(svg.rsplit("</div>", 1)[0])  # noqa: S314 - our own page


@pytest.fixture
def leeds():
    return towns.leeds()


@pytest.fixture
def house():
    return factories.centre(name="Alder & Sons", slug="alder", latitude=53.8, longitude=-1.5)


def test_it_works(client, house):
    svg = svg_of(client)
    assert svg.get("aria-label") == "Map of 1 centre"
    (link,) = svg.iter("a")
    assert link.get("href") == "#card-alder"
    assert link.find("title").text == "Alder & Sons, in this list"
    assert 'id="card-alder"' in text_of(client)
    assert list(svg.iter("path"))


def test_it_follows_the_list_in_reading_order(client, house):
    text = text_of(client)
    assert text.index('class="cards"') < text.index('id="map"')
    assert text.index('href="#map"') < text.index('class="cards"')


def test_nothing_on_it_is_styled_inline(client, house):
    part = text_of(client).partition('id="map"')[2].partition("</section>")[0]
    assert " style=" not in part
    assert "<style" not in part
    assert "<script" not in part


def test_every_target_is_large_enough_on_the_narrowest_screen(client):
    for place in range(30):
        factories.centre(latitude=50.5 + place / 5, longitude=-2 + place % 3)
    svg = svg_of(client)
    assert float(svg.get("viewBox").split()[2]) == 288
    radii = [float(c.get("r")) for c in svg.iter("circle") if c.get("class") == "map-target"]
    assert radii
    assert all(2 * radius >= 24.5 for radius in radii)


def test_says_in_words_what_is_on_it_and_what_is_not(client, leeds, house):
    factories.centre(precision="withheld")
    factories.centre(precision="withheld")
    factories.centre(latitude=53.9, longitude=-1.9, precision="town")
    text = text_of(client, "/search/?near=Leeds")
    assert "2 centres on this map, and in the list too." in text
    assert "2 not on the map: their place is not published." in text
    assert "1 is known only roughly, and drawn in a broken line." in text
    assert "The circle is 25 miles around Leeds" in text_of(client, "/search/?near=Leeds&radius=25")


def test_a_withheld_place_is_nowhere_in_it(client, house):
    factories.centre(precision="withheld", name="Hidden House", slug="hidden-house")
    text = text_of(client).partition('id="map"')[2].partition("</section>")[0]
    assert "Hidden House" not in text
    assert "hidden-house" not in text


def test_there_is_none_where_no_result_has_a_place(client):
    factories.centre()
    assert 'id="map"' not in text_of(client)
    assert 'id="map"' not in text_of(client, "/search/?q=nobody")


def test_it_costs_one_query_more_at_most(client, leeds):
    for place in range(30):
        factories.centre(latitude=50.5 + place / 5, longitude=-2 + place % 3)
    for path in ("/search/", "/search/?near=Leeds&sort=name"):
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        assert len(queries) <= 7


def test_the_script_of_the_map_that_moves_is_not_part_of_the_page(client, house):
    text = text_of(client)
    assert 'data-script="/static/js_lib_leaflet/leaflet.js"' in text
    assert '<script src="/static/js_lib_leaflet' not in text
    assert '<link rel="stylesheet" href="/static/js_lib_leaflet' not in text


def test_without_tiles_no_other_host_is_named(client, house):
    response = client.get("/search/")
    assert "data-tiles" not in response.content.decode()
    assert re.search(r"img-src 'self'(;|$)", response["Content-Security-Policy"])


def test_with_tiles_the_page_says_whose_they_are_before_any_is_asked_for(client, house, settings):
    settings.MAP_TILES_URL = "https://tiles.example.org/{z}/{x}/{y}.png"
    settings.MAP_TILES_CREDIT = "Example <maps>"
    text = text_of(client)
    assert "The pictures of streets come from tiles.example.org." in text
    assert 'data-tiles="https://tiles.example.org/{z}/{x}/{y}.png"' in text
    assert 'data-credit="Example &lt;maps&gt;"' in text
    assert not re.search(r'(src|href)="https://tiles', text)
    assert "tiles.example.org" in text_of(client, "/privacy/")


def pictures_allowed(tmp_path, tiles):
    """What the policy allows of pictures where the environment says so, or what was refused."""
    code = (
        "from finder.settings import CONTENT_SECURITY_POLICY as policy;"
        "print(policy['DIRECTIVES']['img-src'])"
    )
    environment = {**os.environ, "VAR_DIR": str(tmp_path), "MAP_TILES_URL": tiles}
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    return ran.stdout + ran.stderr


def test_with_tiles_the_policy_lets_pictures_come_from_that_host_alone(tmp_path):
    said = pictures_allowed(tmp_path, "https://tiles.example.org/{z}/{x}/{y}.png")
    assert said.strip() == """["'self'", 'https://tiles.example.org']"""


@pytest.mark.parametrize("tiles", ["http://example.org/{z}", "https://{s}.example.org/{z}", "x"])
def test_tiles_of_no_one_host_are_refused(tmp_path, tiles):
    assert "MAP_TILES_URL needs https://" in pictures_allowed(tmp_path, tiles)


class TestPoints:
    def test_answers_the_marks_of_a_box(self, client, house):
        factories.centre(latitude=50.2, longitude=-5.2)
        answer = client.get("/search/map/", BOX).json()
        (mark,) = answer["marks"]
        assert mark["latitude"] == 53.8
        assert mark["longitude"] == -1.5
        assert (mark["count"], mark["address"], mark["cards"]) == (1, "#card-alder", ["alder"])
        assert {"text", "latitude", "longitude"} <= set(answer["names"][0])

    def test_is_the_same_search(self, client, house):
        fern = factories.centre(name="Fern", latitude=53.5, longitude=-1)
        factories.programme(fern, level="residential")
        marks = client.get("/search/map/", {**BOX, "setting": "residential"}).json()["marks"]
        assert [mark["words"] for mark in marks] == ["Fern, in this list"]

    def test_is_kept_by_nobody(self, client, house):
        assert "no-store" in client.get("/search/map/", BOX)["Cache-Control"]

    def test_parts_what_stands_apart_when_looked_at_closely(self, client, house):
        factories.centre(latitude=53.81, longitude=-1.5)
        close = {"zoom": "14", "west": "-1.52", "south": "53.79", "east": "-1.48", "north": "53.82"}
        assert len(client.get("/search/map/", BOX).json()["marks"]) == 1
        assert len(client.get("/search/map/", close).json()["marks"]) == 2

    @pytest.mark.parametrize(
        "change",
        [
            *({"zoom": zoom} for zoom in ("", "nan", "40", "19")),
            {"west": "x"},
            {"west": "1"},
            {"south": "60"},
            {"east": "inf"},
            {"level": "palace"},
            {"near": "Qwxyzzy"},
            {"page": "9"},
        ],
    )
    def test_refuses_what_it_does_not_understand(self, client, house, change):
        response = client.get("/search/map/", {**BOX, **change})
        assert response.status_code == 400
        assert response.json()["errors"]

    def test_crosses_the_antimeridian_as_the_screen_does(self, client):
        factories.centre(country="US", latitude=52.9, longitude=173.2)
        box = {"zoom": "4", "west": "-195", "south": "45", "east": "-150", "north": "60"}
        (mark,) = client.get("/search/map/", {**box, "country": "US"}).json()["marks"]
        assert mark["longitude"] == 173.2


class TestOutline:
    @pytest.mark.parametrize("country", ["gb", "us"])
    def test_is_geojson_for_keeping(self, client, country):
        response = client.get(f"/search/map/{country}.geojson")
        assert response["Content-Type"] == "application/geo+json"
        assert "max-age" in response["Cache-Control"]
        assert json.loads(response.content)["type"] == "FeatureCollection"

    def test_of_no_other_country(self, client):
        assert client.get("/search/map/fr.geojson").status_code == 404


def test_the_data_page_says_where_the_outlines_come_from(client):
    text = unescape(text_of(client, "/data/"))
    for source in OUTLINES:
        assert source.name in text
        assert source.attribution in text


def test_the_command_says_which_file_it_cannot_read(tmp_path):
    for name in ("countries", "nations", "states"):
        (tmp_path / name).write_text("{")
    paths = {name: tmp_path / name for name in ("countries", "nations", "states")}
    with pytest.raises(CommandError, match="countries cannot be read"):
        call_command("build_outlines", **paths)
