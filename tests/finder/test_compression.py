"""Public pages travel compressed; a page that may hold a secret never does."""

import gzip

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory

from finder import shortlist
from finder.compression import CompressionMiddleware
from tests import factories

pytestmark = pytest.mark.django_db
ASKING = {"accept-encoding": "gzip, deflate"}


def test_a_page_of_results_is_compressed_for_a_browser_that_asks(client):
    factories.centre(name="Holbeck House")
    plain = client.get("/search/")
    small = client.get("/search/", headers=ASKING)

    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert "Holbeck House" in gzip.decompress(small.content).decode()
    assert len(small.content) < len(plain.content) / 4


def test_for_somebody_who_keeps_a_centre_too(client):
    client.post("/shortlist/", {"keep": str(factories.centre().uuid), "next": "/"})

    assert shortlist.COOKIE in client.cookies
    assert client.get("/search/", headers=ASKING).headers["content-encoding"] == "gzip"


def test_not_for_somebody_who_is_signed_in(client):
    client.force_login(factories.person("rita"))
    for path in ("/search/", "/admin/"):
        assert "content-encoding" not in client.get(path, headers=ASKING).headers


def test_not_a_page_that_gives_a_form_its_token():
    request = RequestFactory(headers=ASKING).get("/")

    def answer(request):
        response = HttpResponse("x" * 1000)
        response.set_cookie(settings.CSRF_COOKIE_NAME, "token")
        return response

    assert "content-encoding" not in CompressionMiddleware(answer)(request).headers
