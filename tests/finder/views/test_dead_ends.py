"""Bad input never widens a search: each dead end is a page of its own with a way on (P8)."""

from html import unescape

import pytest

from tests import factories
from tests.finder import towns

pytestmark = pytest.mark.django_db


@pytest.fixture
def directory():
    towns.leeds(), towns.boston(), towns.newports()
    factories.programme(factories.centre(name="Holbeck House", latitude=53.79, longitude=-1.55))


def page(client, path, status):
    response = client.get(path)
    assert response.status_code == status
    assert 'class="card"' not in response.content.decode()
    return unescape(" ".join(response.content.decode().split()))


def links(text):
    return [part.split('"')[0] for part in text.split('<li><a href="')[1:]]


def test_an_unknown_place_asks_for_another(client, directory):
    text = page(client, "/search/?near=Qwxyzzy&setting=residential", 404)
    assert "We do not know a place called “Qwxyzzy”" in text
    assert '<input type="hidden" name="setting" value="residential">' in text


def test_a_doubtful_place_offers_what_may_be_meant(client, directory):
    text = page(client, "/search/?near=Bostin Spa&setting=residential", 404)
    if "Did you mean" in text:
        (link, *_) = [link for link in links(text) if link.startswith("/search/?")]
        assert client.get(link).status_code == 200


def test_an_ambiguous_place_gives_choices_that_keep_the_filters(client, directory):
    text = page(client, "/search/?near=Newport&setting=residential", 200)
    assert "Which “Newport” do you mean?" in text
    choices = [link for link in links(text) if "near=" in link]
    assert len(choices) == 2
    for choice in choices:
        assert "setting=residential" in choice
        assert "<h1>Centres near Newport" in client.get(choice).content.decode()
    assert text.count(": 1 centre</a>") == 2


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("level=palace", "level"),
        ("colour=blue", "colour"),
        ("length=many", "length"),
        ("sort=distance", "sort"),
        ("radius=10", "radius"),
        ("page=0", "page"),
        ("page=999", "page"),
        ("country=FR", "country"),
        ("verified=perhaps", "verified"),
    ],
)
def test_an_invalid_filter_is_named_and_can_be_taken_out(client, directory, query, named):
    text = page(client, f"/search/?setting=residential&{query}", 400)
    assert f"<code>{named}</code>" in text
    assert '<a href="/search/?setting=residential">Search without it: 1 centre</a>' in text


def test_an_invalid_filter_says_what_is_allowed(client, directory):
    text = page(client, "/search/?setting=castle", 400)
    assert "It may be: residential, outpatient, online." in text


def test_what_was_typed_is_never_markup(client, directory):
    for path in ("/search/?near=<script>x</script>", "/search/?<b>=1", "/search/?level=<b>"):
        assert "<script>x" not in client.get(path).content.decode()
        assert "<b>" not in client.get(path).content.decode()


def test_an_empty_result_names_the_filters_to_take_out(client, directory):
    text = page(client, "/search/?near=Leeds&radius=10&setting=online", 200)
    assert "Nothing matches all of this at once" in text
    assert '<a href="/search/?near=Leeds&radius=10">Without “Online”: 1 centre</a>' in text
    everything = "Every centre in the United Kingdom, nearest to Leeds first: 1 centre"
    assert f'<a href="/search/?near=Leeds">{everything}</a>' in text


def test_a_place_in_another_country_offers_both(client, directory):
    text = page(client, "/search/?near=Boston&country=GB", 400)
    assert "is not in the United Kingdom" in text
    assert "in the United States: 0 centres" in text
    assert "Stay in the United Kingdom, at any place: 1 centre" in text
    there, here = [link for link in links(text) if link.startswith("/search/?")]
    assert "country=US" in there
    assert here == "/search/?country=GB"
    assert client.get(there).status_code == 200


@pytest.mark.parametrize(
    "query",
    ["near=%00", "near=" + "a" * 5000, "near=%F0%9F%98%80", "page=1e9", "near=999,999", "q=%00"],
)
def test_nothing_a_visitor_types_breaks_the_page(client, directory, query):
    assert client.get(f"/search/?{query}").status_code in {200, 400, 404}
