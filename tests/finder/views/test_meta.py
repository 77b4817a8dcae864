"""What the head of each page says of it: to people in a list of results, and to programs."""

import datetime
import html
import json
import re

import pytest
from django.conf import settings
from django.utils import timezone

from centres.models import Purpose
from finder import structured_data
from finder.templatetags.site import SITE_NAME
from tests import factories
from tests.centres import texts
from tests.finder import towns

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = datetime.timedelta(days=1)
INDEXED = [
    "/",
    "/search/",
    "/help/",
    "/data/",
    "/verification/",
    "/advertising/",
    "/privacy/",
    "/accessibility/",
    "/treatment/",
    "/treatment/ketamine/",
    "/rehab/",
    "/rehab/leeds/",
    "/centres/holbeck-house/",
]


def full(**facts):
    """A centre of which everything that a program may read is known, as of today."""
    centre = factories.centre(
        **{
            "name": "Holbeck House",
            "slug": "holbeck-house",
            "provider": factories.provider(legal_name="Holbeck Care Ltd"),
            "street": "1 Example Street",
            "town": "Leeds",
            "postcode": "LS1 4DY",
            "latitude": 53.7965,
            "longitude": -1.5478,
            "website": "https://example.org/",
            "registration": "registered",
            "regulator": "cqc",
            "registration_number": "1-123456789",
            "rating": "Good",
            "rating_on": TODAY,
            **facts,
        }
    )
    factories.phone(centre, number="+441632960123", answered_by="centre")
    facts = ("address", "coordinates", "phones", "website", "registration", "provider", "rating")
    for fact in facts:
        factories.provenance(centre, fact=fact, as_of=TODAY)
    return centre


def criterion(*facts, months):
    return factories.criterion(
        country="GB", purpose=Purpose.VERIFIED, slug=facts[0], facts=list(facts), months=months
    )


def clinic(client, path="/centres/holbeck-house/"):
    """The MedicalClinic of a page, or None."""
    found = [each for each in data(client, path) if each["@type"] == "MedicalClinic"]
    return found[0] if found else None


def data(client, path):
    text = client.get(path).content.decode()
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.S)
    return [json.loads(block) for block in blocks]


def meta(client, path):
    """The page's meta elements by name, its title and its canonical address."""
    head = client.get(path).content.decode().split("</head>")[0]
    found = dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', head))
    found["title"] = head.split("<title>")[1].split("</title>")[0]
    found["canonical"] = re.findall(r'<link rel="canonical" href="([^"]*)"', head)
    return {
        name: html.unescape(value) if isinstance(value, str) else value
        for name, value in found.items()
    }


@pytest.fixture
def directory():
    towns.leeds(), towns.boston()
    texts.live("ketamine")
    full()


def test_every_page_that_is_indexed_says_what_it_is_and_where(directory, client):
    said = {path: meta(client, path) for path in INDEXED}
    for path, found in said.items():
        assert found["canonical"] == [f"{settings.SITE_URL}{path}"], path
        assert found["og:url"] == f"{settings.SITE_URL}{path}"
        assert found["title"] == f"{found['og:title']} – {SITE_NAME}"
        assert 0 < len(found["description"]) <= 300, path
        assert found["og:description"] == found["description"]
        assert found["og:type"] == "website"
        assert "robots" not in found, path
        assert not {name for name in found if name.startswith(("og:image", "twitter", "fb"))}
    assert len({found["description"] for found in said.values()}) == len(INDEXED)


def test_a_search_is_not_indexed_and_its_address_holds_nothing_of_it(directory, client):
    found = meta(client, "/search/?near=Leeds&substance=ketamine")
    assert found["robots"] == "noindex"
    assert found["canonical"] == [f"{settings.SITE_URL}/search/"]
    assert found["og:url"] == f"{settings.SITE_URL}/search/"
    assert "Leeds" not in found["description"]


def test_an_american_text_has_an_address_of_its_own(directory, client):
    american = f"{settings.SITE_URL}/treatment/ketamine/?country=US"
    assert meta(client, "/treatment/ketamine/?country=US&x=1")["canonical"] == [american]
    british = f"{settings.SITE_URL}/treatment/ketamine/"
    assert meta(client, "/treatment/ketamine/?country=GB")["canonical"] == [british]


@pytest.mark.parametrize("path", ["/nowhere/", "/centres/never-was/", "/shortlist/", "/compare/"])
def test_what_is_nowhere_or_the_visitors_own_has_no_address_to_be_known_by(path, directory, client):
    found = meta(client, path)
    assert found["canonical"] == []
    assert not [name for name in found if name.startswith("og:")]


def test_a_hostile_name_stays_text_wherever_it_stands(client):
    name = "</script><script>alert(1)</script><!-- \"'&\u2028"
    full(name=name)
    text = client.get("/centres/holbeck-house/").content.decode()
    assert "<script>alert" not in text
    assert "</script><script" not in text
    assert clinic(client)["name"] == name
    assert meta(client, "/centres/holbeck-house/")["og:title"].startswith("</script><script>")


def test_a_page_of_a_centre_is_described_by_its_facts(client):
    centre = full()
    factories.programme(centre, level="residential")
    said = meta(client, centre.get_absolute_url())["description"]
    assert said.startswith("Holbeck House, Leeds: ")
    assert said.endswith("Each fact with its source and its age.")


def test_a_clinic_is_told_by_its_facts(client):
    full()
    assert clinic(client) == {
        "@context": "https://schema.org",
        "@type": "MedicalClinic",
        "@id": f"{settings.SITE_URL}/centres/holbeck-house/#centre",
        "name": "Holbeck House",
        "mainEntityOfPage": f"{settings.SITE_URL}/centres/holbeck-house/",
        "url": "https://example.org/",
        "telephone": ["+441632960123"],
        "address": {
            "@type": "PostalAddress",
            "streetAddress": "1 Example Street",
            "addressLocality": "Leeds",
            "postalCode": "LS1 4DY",
            "addressCountry": "GB",
        },
        "geo": {"@type": "GeoCoordinates", "latitude": 53.7965, "longitude": -1.5478},
        "identifier": {
            "@type": "PropertyValue",
            "propertyID": "Care Quality Commission",
            "value": "1-123456789",
        },
        "parentOrganization": {"@type": "Organization", "legalName": "Holbeck Care Ltd"},
    }


def test_ratings_adverts_prices_and_our_own_mark_are_never_in_it(client):
    centre = full(
        verified_from=TODAY - DAY,
        verified_until=TODAY + 90 * DAY,
        advertiser_from=TODAY,
        advertiser_until=TODAY + 9 * DAY,
    )
    factories.programme(centre, price=9800, currency="GBP", price_on=TODAY)
    told = json.dumps(clinic(client)).lower()
    for word in ("rating", "good", "review", "price", "9800", "verif", "advert", "offer"):
        assert word not in told


def test_a_fact_older_than_a_check_of_it_may_grow_is_left_out(client):
    centre = full()
    criterion("phones", months=3)
    criterion("address", months=24)
    assert "telephone" in clinic(client)
    centre.provenance.update(as_of=TODAY - 120 * DAY)
    told = clinic(client)
    assert "telephone" not in told
    assert "address" in told
    centre.provenance.update(as_of=TODAY - 760 * DAY)
    told = clinic(client)
    assert "address" not in told
    assert "geo" not in told


def test_it_holds_to_its_last_day(client):
    centre = full()
    rule = criterion("phones", months=3)
    last = rule.expiry(captured_on=datetime.date(2026, 1, 31))
    centre.provenance.filter(fact="phones").update(as_of=datetime.date(2026, 1, 31))
    noon = datetime.datetime.combine(last, datetime.time(12), tzinfo=datetime.UTC)
    assert "telephone" in structured_data.clinic(centre, now=noon)
    centre.refresh_from_db()
    assert "telephone" not in structured_data.clinic(centre, now=noon + DAY)


def test_a_fact_without_a_source_is_left_out(client):
    centre = full()
    centre.provenance.filter(fact__in=["phones", "provider"]).delete()
    told = clinic(client)
    assert "telephone" not in told
    assert "parentOrganization" not in told


def test_a_withheld_place_has_no_address_no_point_and_no_way_to_them(client):
    full(latitude=None, longitude=None, precision="withheld", region="West Yorkshire")
    told = clinic(client)
    assert not {"address", "geo", "identifier"} & set(told)
    text = client.get("/centres/holbeck-house/").content.decode()
    head = text.split("</head>")[0]
    for secret in ("Example Street", "LS1 4DY", "53.79"):
        assert secret not in head


@pytest.mark.parametrize("precision", ["sector", "outcode", "town"])
def test_a_place_that_is_known_roughly_is_no_point(client, precision):
    full(precision=precision)
    told = clinic(client)
    assert "geo" not in told
    assert "address" in told


def test_a_number_that_another_company_answers_is_not_the_clinics(client):
    centre = full()
    centre.phones.update(answered_by="third-party")
    assert "telephone" not in clinic(client)


@pytest.mark.parametrize("status", ["closed", "suspended"])
def test_one_that_is_not_listed_is_no_clinic_to_go_to(client, status):
    full(status=status, closed_on=TODAY if status == "closed" else None)
    assert clinic(client) is None
    assert [each["@type"] for each in data(client, "/centres/holbeck-house/")] == ["BreadcrumbList"]


def test_of_one_whose_verification_was_withdrawn_only_the_name_is_told(client):
    told = structured_data.clinic(full(), now=timezone.now(), is_doubtful=True)
    assert set(told) == {"@context", "@type", "@id", "name", "mainEntityOfPage"}


def test_a_made_up_centre_says_so(client):
    full(source=factories.source(is_demo=True))
    assert clinic(client)["disambiguatingDescription"].startswith("Made up")


def test_costs_the_same_however_much_is_known(client, django_assert_max_num_queries):
    centre = full()
    for number in range(8):
        programme = factories.programme(centre)
        factories.provenance(centre, programme=programme, fact="level", as_of=TODAY)
        criterion(f"programme.fact-{number}", months=3)
    loaded = type(centre).objects.select_related("provider", "source")
    row = loaded.prefetch_related("provenance", "phones").get()
    with django_assert_max_num_queries(1):
        structured_data.clinic(row, now=timezone.now())


def test_a_page_says_where_it_stands(directory, client):
    for path, names in {
        "/centres/holbeck-house/": ["Home", "Centres", "Holbeck House"],
        "/treatment/ketamine/": ["Home", "Substances and behaviours", "Ketamine"],
        "/rehab/leeds/": ["Home", "Towns", "Leeds"],
    }.items():
        (trail,) = [each for each in data(client, path) if each["@type"] == "BreadcrumbList"]
        steps = trail["itemListElement"]
        assert [step["name"] for step in steps] == names
        assert [step["position"] for step in steps] == [1, 2, 3]
        assert steps[0]["item"] == f"{settings.SITE_URL}/"
        assert steps[2]["item"] == f"{settings.SITE_URL}{path}"


def test_the_manifest_names_the_site_and_its_own_icon(client):
    text = client.get("/").content.decode()
    assert '<link rel="manifest" href="/manifest.webmanifest">' in text
    assert text.count('<meta name="theme-color"') == 2
    response = client.get("/manifest.webmanifest")
    assert response["Content-Type"] == "application/manifest+json"
    told = response.json()
    assert told["name"] == SITE_NAME
    assert told["start_url"] == "/"
    assert [icon["src"] for icon in told["icons"]] == ["/static/finder/icon.svg"]
