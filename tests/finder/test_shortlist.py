"""What a visitor keeps: in one cookie of their own, and only once they keep something (P9)."""

from html import unescape
from uuid import UUID

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from centres.models import Centre
from finder import shortlist
from finder.urls import urlpatterns
from tests import factories
from tests.finder import towns

pytestmark = pytest.mark.django_db

SEARCH = "/search/?near=Leeds&setting=residential"


def houses(count):
    return [
        factories.centre(name=f"House {number}", slug=f"house-{number}")
        for number in range(1, count + 1)
    ]


def keep(client, slug, **more):
    return client.post("/shortlist/", {"keep": slug, **more})


def queries(client, path):
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


def text_of(client, path="/shortlist/"):
    return unescape(" ".join(client.get(path).content.decode().split()))


def kept(client):
    """UUIDs in the client's cookie, as the site reads them."""
    request = type("Request", (), {"COOKIES": {k: m.value for k, m in client.cookies.items()}})()
    return shortlist.kept(request)


def test_it_works(client):
    first, second = houses(2)
    keep(client, "house-2"), keep(client, "house-1")
    assert kept(client) == [second.uuid, first.uuid]
    text = text_of(client)
    assert "You keep 2 of at most 4 centres." in text
    assert text.index("House 2</a>") < text.index("House 1</a>")
    client.post("/shortlist/", {"remove": str(second.uuid)})
    assert kept(client) == [first.uuid]


def routes(patterns):
    """The routes of all public addresses, as English pages have them."""
    for pattern in patterns:
        route = str(pattern.pattern)
        if route.startswith("admin/"):
            continue
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns)
        else:
            yield route


def test_no_page_sets_a_cookie_before_anything_is_kept(client):
    """Every public page, asked for without cookies, forms and all."""
    towns.leeds()
    factories.centre(slug="house", latitude=53.8, longitude=-1.55)
    factories.centre(slug="old", status="closed", closed_on="2025-03-01")
    paths = [
        "/search/?near=Leeds", "/search/?near=Qwxyzzy", "/search/?level=palace",
        "/search/?q=nothing-is-called-this", "/centres/house/", "/centres/old/", "/centres/none/",
        "/shortlist/?asked=house", "/compare/?c=house&c=old", "/compare/print/?c=house",
        "/treatment/ketamine/", "/rehab/leeds/", "/nowhere/",
    ]  # fmt: skip
    plain = [f"/{route}" for route in routes(urlpatterns) if "<" not in route]
    assert {"/", "/search/", "/shortlist/", "/compare/"} <= set(plain)
    paths += plain
    for path in paths:
        response = Client().get(path)
        assert not response.cookies, path
        assert b"csrfmiddlewaretoken" not in b"".join(response), path
    assert 'name="keep"' in text_of(client, "/search/")


def test_the_cookie_goes_with_the_browser_and_no_script_reads_it(client, settings):
    houses(1)
    (cookie,) = keep(client, "house-1").cookies.values()
    assert cookie.key == "shortlist"
    assert cookie["max-age"] == cookie["expires"] == cookie["domain"] == ""
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    assert not cookie["secure"]
    settings.HTTPS = True
    assert keep(client, "house-1").cookies["shortlist"]["secure"] is True


def test_two_who_keep_the_same_have_the_same_cookie(client):
    houses(1)
    other = Client()
    mine, theirs = keep(client, "house-1"), keep(other, "house-1")
    assert mine.cookies["shortlist"].value == theirs.cookies["shortlist"].value


def test_nothing_of_it_is_written_down_here(client, django_assert_num_queries):
    houses(1)
    with django_assert_num_queries(1):  # which centre it is
        keep(client, "house-1")
    assert not Session.objects.exists()


def test_a_fifth_is_refused_in_words_and_may_take_the_place_of_another(client):
    rows = houses(5)
    for row in rows[:4]:
        keep(client, row.slug)
    response = keep(client, "house-5", next=SEARCH)
    assert response.status_code == 303
    assert response["Location"] == "/shortlist/?asked=house-5"
    text = text_of(client, response["Location"])
    assert "House 5 was not kept" in text
    assert "Your shortlist is full: 4 centres fit side by side." in text
    assert [row.uuid for row in rows[:4]] == kept(client)
    client.post("/shortlist/", {"remove": str(rows[1].uuid), "keep": "house-5"})
    assert [rows[0].uuid, rows[2].uuid, rows[3].uuid, rows[4].uuid] == kept(client)
    assert "was not kept" not in text_of(client, "/shortlist/?asked=house-5")


def test_keeping_again_changes_nothing(client):
    houses(4)
    for number in (1, 2, 3, 4, 2):
        assert "asked" not in keep(client, f"house-{number}")["Location"]
    assert len(kept(client)) == 4


@pytest.mark.parametrize("status", ["draft", "withdrawn", "suspended", "closed"])
def test_what_is_not_listed_cannot_be_kept(client, status):
    closed_on = "2025-03-01" if status == "closed" else None
    factories.centre(name="Hidden House", slug="hidden", status=status, closed_on=closed_on)
    response = keep(client, "hidden")
    assert kept(client) == []
    text = text_of(client, response["Location"])
    assert "That centre was not kept" in text
    assert "Hidden House" not in text


@pytest.mark.parametrize(
    "slug", ["never-was", "\x00", "a\r\nSet-Cookie: x=y", "é", "x" * 9000, "é" * 9000]
)
def test_what_is_no_centre_is_no_error(client, slug):
    response = keep(client, slug)
    assert response.status_code == 303
    assert "That centre was not kept" in text_of(client, response["Location"])


def test_a_kept_centre_that_closes_says_so_and_one_that_goes_is_not_named(client):
    closing, going = houses(2)
    keep(client, "house-1"), keep(client, "house-2")
    Centre.objects.filter(pk=closing.pk).update(status="closed", closed_on="2026-03-01")
    factories.withdraw(going)
    text = text_of(client)
    assert "This centre has closed." in text
    assert "A centre that you kept is no longer listed here." in text
    assert "House 2" not in text
    assert "Compare them" not in text
    client.post("/shortlist/", {"remove": str(going.uuid)})
    assert kept(client) == [closing.uuid]
    assert "Remove" in text_of(client, "/centres/house-1/")


@pytest.mark.parametrize("field", ["clear", "remove"])
def test_with_the_last_centre_the_cookie_goes_too(client, field):
    (row,) = houses(1)
    keep(client, "house-1")
    response = client.post("/shortlist/", {field: str(row.uuid)})
    cookie = response.cookies["shortlist"]
    assert cookie.value == ""
    assert cookie["max-age"] == 0
    assert "You keep no centre. Nothing is stored on this device." in text_of(client)


@pytest.mark.parametrize(
    "cookie", ["", "nonsense", "WyJ4Il0:forged", "a:b:c", "x" * 5000, str(UUID(int=7)), "\x7f"]
)
def test_a_cookie_that_is_not_ours_keeps_nothing(client, cookie):
    (row,) = houses(1)
    client.cookies["shortlist"] = cookie
    assert "You keep no centre." in text_of(client)
    assert client.get("/search/").status_code == 200
    keep(client, "house-1")
    assert kept(client) == [row.uuid]


def test_the_button_is_on_cards_and_on_the_centres_page_and_says_which(client):
    houses(2)
    for path in ("/search/", "/centres/house-1/"):
        text = text_of(client, path)
        assert 'Keep this centre<span class="visually-hidden"> House 1</span>' in text
    keep(client, "house-1")
    for path in ("/search/", "/centres/house-1/"):
        text = text_of(client, path)
        assert 'Remove<span class="visually-hidden"> House 1 from your shortlist</span>' in text
        assert '<a href="/shortlist/">Your shortlist: 1 of 4</a>' in text
    assert text_of(client, "/search/").count("Keep this centre") == 1
    assert "Cookie" in client.get("/centres/house-1/")["Vary"]


@pytest.mark.parametrize("status", ["closed", "suspended"])
def test_a_centre_that_is_not_listed_has_no_button(client, status):
    closed_on = "2025-03-01" if status == "closed" else None
    factories.centre(slug="gone", status=status, closed_on=closed_on)
    assert "Keep this centre" not in text_of(client, "/centres/gone/")


def test_the_visitor_comes_back_to_where_the_button_was(client):
    houses(1)
    here = '<input type="hidden" name="next" value="/search/?q=House#keep-house-1">'
    assert here in text_of(client, "/search/?q=House&setting=&near=")
    assert keep(client, "house-1", next=f"{SEARCH}#keep-house-1")["Location"] == (
        f"{SEARCH}#keep-house-1"
    )


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example.org/", "//elsewhere.example.org/", "/\\elsewhere.example.org",
        "///elsewhere.example.org", "javascript:alert(1)", "elsewhere", "", "/" + "x" * 5000,
        "/" + "é" * 3000,
        "\x01/help/", "/\x01//elsewhere.example.org",
    ],
)  # fmt: skip
def test_nobody_is_sent_elsewhere(client, address):
    houses(1)
    location = keep(client, "house-1", next=address)["Location"]
    assert location == "/shortlist/" or location.startswith("/%01//elsewhere")


FROM_US = {"sec-fetch-site": "same-origin", "origin": "null"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (FROM_US, 303),
        ({"sec-fetch-site": "cross-site", "origin": "https://elsewhere.example.org"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "null"}, 403),
        ({"sec-fetch-site": "same-site", "origin": "null"}, 403),
        ({"sec-fetch-site": "none"}, 403),
        ({"origin": "https://elsewhere.example.org"}, 403),
        ({"origin": "http://testserver"}, 303),
        ({"origin": "null"}, 303),
        ({}, 303),
    ],
    ids=str,
)
def test_a_form_from_elsewhere_is_refused_as_far_as_the_browser_tells(db, headers, status):
    houses(1)
    client = Client(enforce_csrf_checks=True)
    response = client.post("/shortlist/", {"keep": "house-1"}, headers=headers)
    assert response.status_code == status
    assert bool(kept(client)) == (status == 303)
    if status == 403:
        assert "could not be shown to come from our own page" in response.content.decode()
        assert not response.cookies


def test_the_admins_session_is_as_it_was(client):
    houses(1)
    client.force_login(factories.person("ruth"))
    keep(client, "house-1")
    client.post("/shortlist/", {"clear": "yes"})
    assert Session.objects.count() == 1
    assert client.cookies["sessionid"].value


def test_costs_the_same_with_one_centre_as_with_four(client):
    for row in houses(4):
        factories.phone(row)
        factories.programme(row)
    keep(client, "house-1")
    once = queries(client, "/shortlist/")
    for number in (2, 3, 4):
        keep(client, f"house-{number}")
    assert queries(client, "/shortlist/") == once


def test_a_page_of_results_costs_no_query_more_for_it(client):
    houses(3)
    client.get("/search/")
    before = queries(client, "/search/")
    keep(client, "house-1")
    assert queries(client, "/search/") == before
