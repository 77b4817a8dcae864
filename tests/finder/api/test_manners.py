"""What holds at every address of the API: it reads only, in its own format, and leaves no trace."""

import logging

import pytest

from tests import factories

from .reading import text_of

pytestmark = pytest.mark.django_db

ANSWERS = {
    "/api/centres/?near=Leeds": 200,
    "/api/centres/?level=palace": 400,
    "/api/centres/?near=Qwxyzzy": 400,
    "/api/centres/11111111-1111-4111-8111-111111111111/": 200,
    "/api/centres/22222222-2222-4222-8222-222222222222/": 404,
    "/api/centres.geojson?near=Leeds": 200,
    "/api/centres.geojson?foo=1": 400,
    "/api/centres.csv?near=Leeds": 200,
    "/api/centres.csv?page=x": 400,
    "/api/schema/": 200,
}


@pytest.fixture(autouse=True)
def directory(leeds):
    factories.centre(uuid="11111111-1111-4111-8111-111111111111")


@pytest.fixture(params=ANSWERS)
def path(request):
    return request.param


def check_headers(response):
    assert not response.cookies
    assert "Set-Cookie" not in response.headers
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "no-store"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert response["X-Content-Type-Options"] == "nosniff"
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy


def test_it_works_and_leaves_no_trace(client, path):
    response = client.get(path)

    assert response.status_code == ANSWERS[path]
    check_headers(response)


def test_nothing_can_be_written(client, path):
    for method in ("post", "put", "patch", "delete", "trace"):
        response = getattr(client, method)(path)

        assert response.status_code == 405, method
        check_headers(response)


def test_head_answers_without_a_body(client, path):
    response = client.head(path)

    assert response.status_code == ANSWERS[path]
    assert text_of(response) == ""
    check_headers(response)


def test_options_tells_what_is_allowed(client, path):
    response = client.options(path)

    assert response.status_code == 200
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    check_headers(response)


def test_the_address_says_which_format_whatever_is_accepted(client, path):
    plain = client.get(path)
    text = text_of(plain)

    for accepted in ("text/html", "application/xml", "nonsense", "*/*;q=0.1"):
        response = client.get(path, headers={"accept": accepted})

        assert response.status_code == plain.status_code
        assert response["Content-Type"] == plain["Content-Type"]
        assert text_of(response) == text


def test_a_sign_in_changes_nothing(client, admin_client):
    for path in ANSWERS:
        assert text_of(admin_client.get(path)) == text_of(client.get(path)), path


def test_no_log_holds_what_was_searched_for(client, path, caplog):
    logger = logging.getLogger("django.request")
    logger.addHandler(caplog.handler)
    try:
        client.get(path)
    finally:
        logger.removeHandler(caplog.handler)

    assert bool(caplog.records) is (ANSWERS[path] >= 400)
    assert "Leeds" not in caplog.text
    assert "Qwxyzzy" not in caplog.text
    assert "palace" not in caplog.text
