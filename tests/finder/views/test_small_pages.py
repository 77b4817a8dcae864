"""What machines read: health, crawlers' rules, the sitemap."""

import pytest
from django.conf import settings

from tests import factories
from tests.centres import texts
from tests.finder import towns

pytestmark = pytest.mark.django_db


def test_healthz_answers_while_the_database_does(client):
    response = client.get("/healthz")
    assert response.content == b"ok\n"
    assert "no-store" in response["Cache-Control"]


def test_robots_are_kept_from_searches_and_told_of_the_sitemap(client):
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /search/?" in text
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in text


def test_sitemap_lists_pages_and_visible_centres_alone(client):
    factories.centre(slug="open-house")
    factories.centre(slug="draft-house", status="draft")
    factories.centre(slug="gone-house", status="closed", closed_on="2025-03-01")
    text = client.get("/sitemap.xml").content.decode()
    assert f"<loc>{settings.SITE_URL}/centres/open-house/</loc>" in text
    assert f"<loc>{settings.SITE_URL}/data/</loc>" in text
    assert "draft-house" not in text
    assert "gone-house" not in text


def test_sitemap_lists_what_we_wrote_about_and_towns_with_centres(client):
    texts.live("ketamine")
    texts.draft("alcohol")
    towns.leeds(), towns.boston()
    factories.centre(latitude=53.8, longitude=-1.55)
    text = client.get("/sitemap.xml").content.decode()
    for path in ("/treatment/", "/treatment/ketamine/", "/rehab/", "/rehab/leeds/"):
        assert f"<loc>{settings.SITE_URL}{path}</loc>" in text
    assert "/treatment/alcohol/" not in text
    assert "/rehab/boston" not in text


def test_sitemap_costs_the_same_however_many_centres(client, django_assert_max_num_queries):
    for _ in range(30):
        factories.centre()
    client.get("/sitemap.xml")  # the index is built
    with django_assert_max_num_queries(8):
        client.get("/sitemap.xml")
