"""What holds on every public page: the help lines, who we are, and that nothing is left behind."""

import pytest
from django.test import Client

from tests import factories
from tests.centres import texts
from tests.finder import towns

pytestmark = pytest.mark.django_db

PAGES = {
    "/": 200,
    "/help/": 200,
    "/data/": 200,
    "/verification/": 200,
    "/advertising/": 200,
    "/privacy/": 200,
    "/accessibility/": 200,
    "/centres/holbeck-house/": 200,
    "/centres/old-house/": 200,
    "/centres/never-was/": 404,
    "/shortlist/": 200,
    "/compare/": 200,
    "/compare/?c=holbeck-house": 200,
    "/compare/print/?c=holbeck-house": 200,
    "/nowhere/": 404,
    "/treatment/": 200,
    "/treatment/ketamine/": 200,
    "/treatment/cannabis/": 200,
    "/treatment/nothing/": 404,
    "/rehab/": 200,
    "/rehab/leeds/": 200,
    "/rehab/newport/": 404,
    "/search/": 200,
    "/search/?near=Leeds": 200,
    "/search/?near=Leeds&q=nothing-is-called-this": 200,
    "/search/?near=Newport": 200,
    "/search/?near=Qwxyzzy": 404,
    "/search/?near=Boston&country=GB": 400,
    "/search/?level=palace": 400,
}


@pytest.fixture
def directory():
    towns.leeds(), towns.boston(), towns.newports()
    factories.centre(name="Holbeck House", slug="holbeck-house", latitude=53.79, longitude=-1.55)
    texts.live("ketamine"), factories.term("substance", "cannabis")
    factories.centre(name="Old House", slug="old-house", status="closed", closed_on="2025-03-01")


@pytest.fixture(params=PAGES)
def response(request, directory, client):
    response = client.get(request.param)
    assert response.status_code == PAGES[request.param]
    return response


def test_says_that_this_is_a_directory_and_not_a_provider(response):
    text = " ".join(response.content.decode().split())
    assert "<strong>We are a directory.</strong> We do not treat, assess or refer anyone" in text
    assert "nobody pays us for sending you to them." in text


def test_help_lines_stand_between_the_page_and_its_foot(response):
    text = response.content.decode()
    main, lines, footer = (text.index(part) for part in ("</main>", 'id="help-lines"', "<footer"))
    assert main < lines < footer
    assert text.count('id="help-lines"') == 1
    assert lines < text.index('href="tel:999"', lines) < footer
    assert lines < text.index('href="tel:116123"', lines) < footer
    assert lines < text.index('href="sms:85258"', lines) < footer


def test_leaves_no_trace(response):
    assert not response.cookies
    assert "Set-Cookie" not in response.headers
    assert response["Referrer-Policy"] == "no-referrer"
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy


def test_holds_nothing_the_policy_forbids(response):
    text = response.content.decode()
    assert " style=" not in text
    assert "<style" not in text
    assert " onclick=" not in text
    assert "<script>" not in text
    assert 'src="http' not in text


def test_has_one_main_heading_and_a_title_of_its_own(response):
    text = response.content.decode()
    assert text.count("<h1") == 1
    assert "<title> –" not in text


def test_every_page_of_its_own_has_its_own_title(directory, client):
    titles = {
        path: client.get(path).content.decode().split("<title>")[1].split("</title>")[0]
        for path in PAGES
        if path != "/nowhere/"  # the same page as a centre that never was
    }
    assert len(set(titles.values())) == len(titles), titles


@pytest.mark.parametrize("path", [path for path in PAGES if path.startswith("/search/")])
def test_no_copy_of_a_search_is_kept(path, directory, client):
    assert "no-store" in client.get(path)["Cache-Control"]


def test_a_request_for_another_host_is_refused_in_the_sites_look(db):
    response = Client(headers={"host": "elsewhere.example.org"}).get("/")
    assert response.status_code == 400
    assert "help-lines" in response.content.decode()
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_a_fault_of_ours_still_shows_the_help_lines(client, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("finder.views.results.search", broken)
    client.raise_request_exception = False
    response = client.get("/search/?near=Leeds")
    assert response.status_code == 500
    assert 'href="tel:999"' in response.content.decode()
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_made_up_data_are_announced_only_while_they_are_loaded(client):
    assert "Made-up demo data" not in client.get("/").content.decode()
    demo = factories.source(is_demo=True)
    centre = factories.centre(source=demo)
    for path in ("/", "/help/", "/data/", "/search/", centre.get_absolute_url(), "/nowhere/"):
        assert "Made-up demo data" in client.get(path).content.decode(), path
    centre.delete()
    assert "Made-up demo data" not in client.get("/search/").content.decode()


def test_a_form_from_elsewhere_is_refused_in_the_sites_look(db):
    response = Client(enforce_csrf_checks=True).post("/help/")
    assert response.status_code == 403
    assert 'id="help-lines"' in response.content.decode()
