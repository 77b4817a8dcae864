"""Pages in Welsh under /cy/, in American English where they show American centres; by no cookie."""

import datetime
import re
from html import unescape

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from centres.models import Country
from finder import catalogues, languages, wording
from tests import factories
from tests.finder import towns

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 11, 22)
#: Every kind of page that is in Welsh, with what it needs in the directory.
WELSH_PAGES = [
    "/", "/search/?near=Leeds&setting=residential&length=28&max_price=9000",
    "/search/?near=Newport", "/search/?near=Qwxyzzy", "/search/?near=overdose",
    "/search/?near=Boston&country=GB", "/search/?level=palace&radius=5",
    "/search/?near=Leeds&setting=online&radius=5", "/centres/holbeck-house/", "/centres/old-house/",
    "/centres/never-was/", "/shortlist/", "/compare/", "/compare/?c=holbeck-house&near=Leeds",
    "/compare/print/?c=holbeck-house", "/help/", "/accessibility/", "/treatment/", "/data/",
    "/treatment/alcohol/", "/rehab/", "/rehab/leeds/", "/verification/", "/advertising/",
    "/privacy/", "/centres/holbeck-house/report/",
]  # fmt: skip


@pytest.fixture
def directory():
    towns.leeds(), towns.boston(), towns.newports()
    factories.term("substance", "alcohol", label="Alcohol")
    place = {"town": "Leeds", "latitude": 53.7965, "longitude": -1.5478}
    today = timezone.localdate()
    house = factories.centre(
        name="Holbeck House",
        slug="holbeck-house",
        rating="Good",
        rating_on=DAY,
        regulator="cqc",
        verified_from=today,
        verified_until=today + datetime.timedelta(days=20),
        **place,
    )
    factories.phone(house, answered_by="third-party")
    factories.provenance(house, fact="address", source=factories.source())
    factories.programme(
        house,
        length_min_days=28,
        length_max_days=84,
        price=8400,
        currency="GBP",
        price_on=DAY,
        substances=["alcohol"],
        detoxes=["alcohol"],
    )
    factories.programme(house, level="residential-detox", length_max_days=7)
    factories.centre(name="Old", slug="old-house", status="closed", closed_on=DAY, successor=house)
    return house


def read(client, path, **headers):
    response = client.get(path, headers=headers)
    return " ".join(response.content.decode().split())


def words_of(page):
    """The words that stand on a page, but for what it says is English, and data for programs."""
    page = re.sub(r"<script.*?</script>", " ", page)
    page = re.sub(r'<(\w+)[^>]* lang="en[^"]*".*?</\1>', " ", page)
    return unescape(" ".join(re.sub(r"<[^>]*>", " ", page).split()))


class TestAddresses:
    def test_an_address_is_english_and_stands_in_welsh_under_cy(self, client):
        assert '<html lang="en-GB">' in read(client, "/help/")
        page = read(client, "/cy/help/")

        assert '<html lang="cy">' in page
        assert "Cymorth nawr" in page

    def test_what_a_browser_prefers_and_keeps_changes_nothing_and_nothing_is_set(self, client):
        client.cookies["django_language"] = "cy"
        response = client.get("/help/", headers={"accept-language": "cy"})

        assert '<html lang="en-GB">' in response.content.decode()
        assert "Vary" not in response or "Accept-Language" not in response["Vary"]
        assert not client.get("/cy/help/").cookies

    def test_links_stay_in_the_language(self, client):
        page = read(client, "/cy/help/")
        inside = [to for to in re.findall(r'href="(/[^"]*)"', page) if not to.startswith("/static")]

        assert {to for to in inside if not to.startswith("/cy/")} == {
            "/help/",  # the same page in English, twice
            reverse("manifest"),
        }

    @pytest.mark.parametrize("path", ["/api/centres/", "/healthz", "/robots.txt", "/admin/"])
    def test_what_programs_and_staff_use_has_one_address(self, client, path):
        assert client.get(f"/cy{path}").status_code == 404

    def test_the_first_page_without_its_slash_is_sent_on(self, client):
        assert client.get("/cy").headers["Location"] == "/cy/"

    def test_no_other_language_has_an_address(self, client):
        assert client.get("/en-us/help/").status_code == 404
        assert client.get("/en-gb/help/").status_code == 404


class TestTheOtherLanguage:
    def test_each_page_leads_to_itself_with_its_search(self, client):
        towns.leeds()
        page = read(client, "/search/?near=Leeds&verified=yes")
        link = (
            '<a href="/cy/search/?near=Leeds&amp;verified=yes" lang="cy" hreflang="cy">Cymraeg</a>'
        )

        assert link in page
        assert 'href="/search/?near=Leeds&amp;verified=yes" lang="en-GB"' in read(
            client, "/cy/search/?near=Leeds&verified=yes"
        )

    def test_a_page_that_is_known_in_both_says_so(self, client):
        for path in ("/help/", "/cy/help/"):
            page = read(client, path)
            assert f'hreflang="en-GB" href="{settings.SITE_URL}/help/"' in page
            assert f'hreflang="cy" href="{settings.SITE_URL}/cy/help/"' in page
            assert f'<link rel="canonical" href="{settings.SITE_URL}{path}">' in page

    @pytest.mark.parametrize("path", ["/cy//evil.example/", "/cy/%2Fevil.example/"])
    def test_no_link_leads_to_another_host(self, client, path):
        assert 'href="//' not in read(client, path)

    def test_a_welsh_page_says_that_its_welsh_is_not_checked_yet(self, client):
        page = read(client, "/cy/help/")

        assert "yn aros i rywun sy’n siarad Cymraeg fel iaith gyntaf" in page
        assert "first language" not in read(client, "/help/")

    def test_a_page_without_welsh_says_so_and_marks_its_english(self, client):
        page = read(client, "/cy/list-a-centre/")
        main = page[page.index("<main") : page.index("</main>")]

        assert "Saesneg yw testun y dudalen hon" in page
        assert re.match(r'<main [^>]*lang="en-GB"', main)
        assert "List a centre" in main
        assert 'href="/cy/' in main
        assert 'href="/help/' not in main
        assert "Gadael y dudalen hon" in page


class TestWelsh:
    def test_no_english_is_left_on_the_search_and_the_help_pages(self, client, directory):
        """Of the texts that are longer than a name, and say something else in Welsh."""
        english = {
            text: re.compile(rf"(?<!\w){re.escape(text)}(?!\w)")
            for message in catalogues.read("cy")
            for text in [message.id]
            if isinstance(text, str) and len(text) > 6 and message.string != text
            if "%" not in text and "{" not in text and not text.startswith("English")
        }
        left = {}
        for path in WELSH_PAGES:
            words = words_of(read(client, f"/cy{path}"))
            left[path] = [text for text, pattern in english.items() if pattern.search(words)]

        assert {path: texts for path, texts in left.items() if texts} == {}

    def test_dates_and_distances_and_money_are_written_as_in_welsh(self):
        with translation.override("cy"):
            assert wording.day(DAY) == "22 Tachwedd 2026"
            assert wording.distance(1, "exact") == "1 filltir"
            assert wording.distance(3.4, "exact") == "3.4 milltir"
            assert wording.distance(12, "town") == "tua 12 milltir"
            assert wording.money(12_400, "GBP") == "£12,400"
            assert [wording.days(n) for n in (1, 2, 28)] == [
                "1 diwrnod",
                "2 ddiwrnod",
                "28 diwrnod",
            ]

    def test_no_page_writes_its_dates_in_one_language_alone(self):
        pages = (settings.BASE_DIR / "templates" / "finder").rglob("*.html")

        assert [
            path.name for path in pages if re.search(r'date:"[^"]*[FMbN]', path.read_text())
        ] == []

    def test_a_place_not_known_by_its_vocabulary_is_said_as_it_stands(self):
        with translation.override("cy"):
            assert wording.term("Powder cocaine") == "Cocên powdr"
            assert wording.term("A term of somebody’s own") == "A term of somebody’s own"

    def test_a_centre_is_kept_and_found_again_in_welsh(self, client, directory):
        back = "/cy/search/?near=Leeds"
        response = client.post("/cy/shortlist/", {"keep": "holbeck-house", "next": back})

        assert response.headers["Location"] == back
        assert "Holbeck House" in read(client, "/cy/shortlist/")

    def test_the_help_lines_are_rendered_once_a_language(self, client):
        assert "someone to talk to" in read(client, "/help/").lower()
        assert "rhywun i siarad â nhw" in read(client, "/cy/help/").lower()
        assert "someone to talk to" in read(client, "/help/").lower()

    def test_the_map_speaks_it_too(self, client, directory):
        box = {"zoom": 8, "west": -3, "south": 53, "east": 0, "north": 55, "near": "Leeds"}
        (mark,) = client.get("/cy/search/map/", box).json()["marks"]

        assert mark["words"] == "Holbeck House, yn y rhestr hon"


class TestAmericanEnglish:
    def test_an_american_centre_is_told_of_in_american_words_and_dates(self, client):
        centre = factories.centre(country="US", checked_on=DAY)
        factories.programme(centre, level="intensive-outpatient")
        page = read(client, centre.get_absolute_url())

        assert '<html lang="en-US">' in page
        assert "Last checked by us on November 22, 2026" in page
        assert "Structured day or evening program" in page
        assert not re.search(r"\b(programme|centre)s?\b", words_of(page).replace(centre.name, ""))

    def test_a_british_one_in_british_words(self, client):
        centre = factories.centre(checked_on=DAY)
        page = read(client, centre.get_absolute_url())

        assert '<html lang="en-GB">' in page
        assert "Last checked by us on 22 November 2026" in page

    def test_a_search_follows_its_country_with_every_facet(self, client):
        towns.boston()
        centre = factories.centre(country="US", latitude=42.36, longitude=-71.06)
        factories.term("therapy", "person-centred", label="Person-centred counselling")
        factories.programme(centre, therapies=["person-centred"])
        page = read(client, "/search/?near=Boston, MA")

        assert "Person-centered counseling" in page
        assert "Centers near Boston" in page
        assert "Centres in the United Kingdom" in read(client, "/search/")

    def test_addresses_are_the_same(self, client):
        with languages.speaking_of(Country.US):
            assert reverse("help") == "/help/"
        with translation.override("cy"), languages.speaking_of(Country.US):
            assert reverse("help") == "/cy/help/"
            assert translation.get_language() == "cy"

    def test_one_request_leaves_nothing_for_the_next(self, client):
        centre = factories.centre(country="US")
        read(client, centre.get_absolute_url())
        read(client, "/cy/help/")

        assert translation.get_language() == settings.LANGUAGE_CODE
        assert '<html lang="en-GB">' in read(client, "/help/")
