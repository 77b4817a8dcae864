"""The sitemap: an index of parts, each with what the public may see and nothing else."""

import datetime
import re
from xml.etree import ElementTree

import pytest
from django.conf import settings

from finder.views import sitemap
from tests import factories
from tests.centres import texts
from tests.finder import towns

pytestmark = pytest.mark.django_db

NAMESPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def read(client, path):
    """{path of an address on the site: its day or None} of one file."""
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml"
    entries = ElementTree.fromstring(response.content)  # noqa: S314 - our own answer
    found = {}
    for entry in entries:
        address = entry.findtext("s:loc", namespaces=NAMESPACE)
        assert address.startswith(f"{settings.SITE_URL}/")
        found[address.removeprefix(settings.SITE_URL)] = entry.findtext(
            "s:lastmod", namespaces=NAMESPACE
        )
    return found


def everything(client):
    """What all parts list together."""
    return {
        path: day
        for part in read(client, "/sitemap.xml")
        for path, day in read(client, part).items()
    }


@pytest.fixture
def directory():
    texts.live("ketamine")
    texts.draft("alcohol")
    towns.leeds(), towns.boston()
    factories.centre(slug="open-house", latitude=53.8, longitude=-1.55)
    factories.centre(slug="draft-house", status="draft")
    factories.centre(slug="hidden-house", status="withdrawn")
    factories.centre(slug="resting-house", status="suspended")
    factories.centre(slug="gone-house", status="closed", closed_on="2025-03-01")


def test_robots_are_told_of_it(client):
    text = client.get("/robots.txt").content.decode()
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in text


def test_has_a_part_for_each_kind(directory, client):
    assert list(read(client, "/sitemap.xml")) == [
        "/sitemap-pages-1.xml",
        "/sitemap-guides-1.xml",
        "/sitemap-towns-1.xml",
        "/sitemap-centres-1.xml",
    ]


def test_a_kind_of_which_there_are_none_has_no_part(client):
    assert list(read(client, "/sitemap.xml")) == ["/sitemap-pages-1.xml"]


def test_lists_visible_centres_live_guides_and_towns_with_centres_alone(directory, client):
    listed = set(everything(client))
    assert {path for path in listed if path.startswith("/centres/")} == {"/centres/open-house/"}
    assert {path for path in listed if re.match("/treatment/.", path)} == {"/treatment/ketamine/"}
    assert {path for path in listed if re.match("/rehab/.", path)} == {"/rehab/leeds/"}
    assert {"/", "/help/", "/data/", "/treatment/", "/rehab/"} < listed


def test_every_address_answers_and_may_be_indexed(directory, client):
    for path in everything(client):
        response = client.get(path)
        text = response.content.decode()
        assert response.status_code == 200, path
        assert 'content="noindex"' not in text, path
        assert f'<link rel="canonical" href="{settings.SITE_URL}{path}">' in text, path


def test_a_centre_has_the_day_of_its_newest_fact(client):
    checked = factories.centre(slug="checked", checked_on=datetime.date(2026, 3, 1))
    factories.provenance(checked, fact="phones", as_of=datetime.date(2026, 2, 1))
    newer = factories.centre(slug="newer", checked_on=datetime.date(2026, 1, 1))
    factories.provenance(newer, fact="phones", as_of=datetime.date(2025, 2, 1))
    factories.provenance(newer, fact="address", as_of=datetime.date(2026, 4, 1))
    imported = factories.centre(slug="imported")
    factories.provenance(imported, fact="phones", as_of=datetime.date(2025, 5, 1))
    factories.centre(slug="bare")
    assert read(client, "/sitemap-centres-1.xml") == {
        "/centres/checked/": "2026-03-01",
        "/centres/newer/": "2026-04-01",
        "/centres/imported/": "2025-05-01",
        "/centres/bare/": None,
    }


def test_a_guide_has_the_day_its_text_was_published(client):
    text = texts.live("ketamine")
    day = text.published_at.date().isoformat()
    assert read(client, "/sitemap-guides-1.xml") == {"/treatment/ketamine/": day}


def test_parts_hold_each_centre_once_and_no_more_than_they_may(client, monkeypatch):
    monkeypatch.setattr(sitemap.CentreSitemap, "limit", 2)
    slugs = {factories.centre().get_absolute_url() for _ in range(5)}
    parts = [part for part in read(client, "/sitemap.xml") if "centres" in part]
    assert parts == [f"/sitemap-centres-{number}.xml" for number in (1, 2, 3)]
    lists = [list(read(client, part)) for part in parts]
    assert [len(each) for each in lists] == [2, 2, 1]
    assert {path for each in lists for path in each} == slugs
    assert sitemap.MOST_A_PART == 5_000


@pytest.mark.parametrize("part", ["centres-2", "centres-0", "nothing-1", "pages-2"])
def test_a_part_that_is_not_there_is_not_found(client, part):
    factories.centre()
    assert client.get(f"/sitemap-{part}.xml").status_code == 404


def test_costs_the_same_however_many_centres(client, django_assert_num_queries):
    for _ in range(30):
        factories.provenance(factories.centre())
    with django_assert_num_queries(2):
        client.get("/sitemap-centres-1.xml")
    client.get("/sitemap.xml")  # the facet index is built
    with django_assert_num_queries(5):
        client.get("/sitemap.xml")
