"""What machines read: health, and crawlers' rules. The sitemap: `test_sitemap.py`."""

import pytest

pytestmark = pytest.mark.django_db


def test_healthz_answers_while_the_database_does(client):
    response = client.get("/healthz")
    assert response.content == b"ok\n"
    assert "no-store" in response["Cache-Control"]


def test_robots_are_kept_from_searches(client):
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /search/?" in text
