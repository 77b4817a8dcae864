"""One centre in full: each fact with its source, and only of centres that have a page."""

import datetime
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories
from tests.finder import casework
from tests.finder.casework import said

from .reading import answer, text_of

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TODAY = timezone.localdate(NOW)
DAY = datetime.timedelta(days=1)


def in_full(client, centre):
    return answer(client, f"/api/centres/{centre.uuid}/")


def test_it_works(client):
    register = factories.source(slug="cqc", name="Care directory", licence="OGL v3")
    centre = factories.centre(
        name="Holbeck House",
        source=register,
        provider=factories.provider(legal_name="Holbeck Ltd", company_number="01234567"),
        about="A house.",
        website="https://holbeck.example.org/",
        street="1 Mill Road",
        town="Leeds",
        postcode="LS11 5QN",
        latitude=53.79,
        longitude=-1.55,
        registration="registered",
        regulator="cqc",
        registration_number="1-123",
        registered_on="2011-02-03",
        rating="Good",
        rating_on="2024-05-06",
        beds=12,
        languages=["en"],
        access=["step-free"],
        amenities=["en-suite"],
        checked_on=TODAY,
        verified_from=TODAY - DAY,
        verified_until=TODAY + DAY,
    )
    factories.phone(centre, number="+441632960123", label="admissions", answered_by="centre")
    programme = factories.programme(
        centre,
        name="Primary",
        level="residential",
        substances=["alcohol"],
        detoxes=["alcohol"],
        exclusions=["psychosis"],
        medicines=["methadone"],
        approach="secular",
        age_min=18,
        price=9800,
        currency="GBP",
        price_on="2025-04-01",
        price_includes="Everything.",
    )
    factories.insurance(programme, insurer="Example Health", standing="in-network")
    factories.provenance(centre, fact="rating", source=register, as_of="2024-05-07")
    factories.provenance(
        centre, programme=programme, fact="price", source=register, method="website"
    )

    found = in_full(client, centre)

    (sheet,) = found.pop("programmes")
    (source,) = found.pop("sources")
    assert found == {
        "id": str(centre.uuid),
        "slug": centre.slug,
        "name": "Holbeck House",
        "country": "GB",
        "status": "listed",
        "closed_on": None,
        "successor": None,
        "about": "A house.",
        "website": "https://holbeck.example.org/",
        "provider": {
            "legal_name": "Holbeck Ltd",
            "ownership": None,
            "company_number": "01234567",
            "charity_number": None,
            "website": None,
        },
        "address": {
            "lines": ["1 Mill Road", "Leeds", "LS11 5QN"],
            "street": "1 Mill Road",
            "locality": None,
            "town": "Leeds",
            "region": None,
            "postcode": "LS11 5QN",
        },
        "latitude": 53.79,
        "longitude": -1.55,
        "precision": "exact",
        "phones": [{"number": "+441632960123", "label": "admissions", "answered_by": "centre"}],
        "hides_a_number": False,
        "registration": {
            "status": "registered",
            "reason": None,
            "regulator": "cqc",
            "number": "1-123",
            "url": None,
            "registered_on": "2011-02-03",
        },
        "rating": {"rating": "Good", "rated_on": "2024-05-06"},
        "beds": 12,
        "languages": ["en"],
        "access": ["step-free"],
        "amenities": ["en-suite"],
        "checked_on": TODAY.isoformat(),
        "verified": True,
        "verified_from": (TODAY - DAY).isoformat(),
        "verified_until": (TODAY + DAY).isoformat(),
        "checks": [
            {
                "criterion": "seen",
                "title": "Seen",
                "outcome": "passed",
                "method": "phone",
                "link": None,
                "register_reference": None,
                "captured_on": (TODAY - DAY).isoformat(),
                "expires_on": None,
                "changed_on": None,
            }
        ],
        "claimed_on": None,
        "advertiser": False,
        "remarks": {},
        "provenance": {"rating": {"source": "cqc", "method": "register", "as_of": "2024-05-07"}},
    }
    assert (source["slug"], source["licence"], source["made_up"]) == ("cqc", "OGL v3", False)
    assert sheet["provenance"] == {
        "price": {"source": "cqc", "method": "website", "as_of": "2025-06-01"}
    }
    assert sheet["insurance"] == [
        {
            "insurer": "Example Health",
            "plan": None,
            "standing": "in-network",
            "as_of": "2025-06-01",
        }
    ]
    told = {
        "name": "Primary",
        "level": "residential",
        "setting": "residential",
        "substances": ["alcohol"],
        "detoxes": ["alcohol"],
        "exclusions": ["psychosis"],
        "medicines": ["methadone"],
        "approach": "secular",
        "medication": None,
        "age_min": 18,
        "age_max": None,
        "price": 9800,
        "price_on": "2025-04-01",
        "price_includes": "Everything.",
        "price_extras": None,
    }
    assert {name: sheet[name] for name in told} == told


def test_it_says_of_a_centre_what_the_search_says(client):
    centre = factories.centre(languages=["en", "cy"], access=["step-free"])
    factories.programme(centre, substances=["cannabis", "alcohol"], funding=["self-pay"])
    factories.programme(centre, level="", people=["women"])
    (result,) = answer(client, "/api/centres/")["results"]

    found = in_full(client, centre)

    for name in set(result) - {"distance_miles", "programmes"}:
        assert found[name] == result[name], name
    for sheet, programme in zip(found["programmes"], result["programmes"], strict=True):
        assert {name: sheet[name] for name in programme} == programme


def test_it_tells_what_was_checked_of_the_verification_that_stands(client):
    centre = factories.centre()
    at = NOW - 9 * DAY
    phone = factories.criterion(slug="phone", title="The telephone", months=3)
    owner = factories.criterion(slug="owner", title="Who owns it")
    casework.approve(
        centre,
        said(
            phone, at=at, method="register", link="https://example.org/1",
            register_reference="1-123", facts=["phones"],
        ),
        said(owner, at=at, outcome="failed", is_public=False, link="https://example.org/2"),
        at=at,
    )  # fmt: skip
    factories.provenance(centre, fact="phones", recorded_at=NOW - DAY)

    telephone, owned = in_full(client, centre)["checks"]

    assert telephone == {
        "criterion": "phone",
        "title": "The telephone",
        "outcome": "passed",
        "method": "register",
        "link": "https://example.org/1",
        "register_reference": "1-123",
        "captured_on": (TODAY - 9 * DAY).isoformat(),
        "expires_on": phone.expiry(captured_on=TODAY - 9 * DAY).isoformat(),
        "changed_on": (TODAY - DAY).isoformat(),
    }
    assert (owned["outcome"], owned["link"], owned["expires_on"]) == ("failed", None, None)


def test_checks_of_a_verification_that_lapsed_stand_with_its_date(client):
    centre = factories.centre(verified_from=TODAY - 9 * DAY, verified_until=TODAY - DAY)

    found = in_full(client, centre)

    assert (found["verified"], len(found["checks"])) == (False, 1)
    assert found["verified_until"] == (TODAY - DAY).isoformat()


def test_a_verification_that_was_withdrawn_tells_no_checks(client):
    centre = factories.centre()
    criterion = factories.criterion()
    for _ in range(2):
        case = casework.approve(centre, said(criterion, at=NOW), at=NOW)
    casework.revoke(case, at=NOW)

    found = in_full(client, centre)

    assert (found["verified"], found["checks"]) == (False, [])


def test_what_a_centre_claims_is_told_by_its_date_and_is_not_verified(client):
    centre = factories.centre()
    factories.approved(centre, TODAY - DAY, TODAY + DAY, purpose="claimed")

    found = in_full(client, centre)

    assert found["claimed_on"] == (TODAY - DAY).isoformat()
    assert (found["verified"], found["checks"]) == (False, [])


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_what_has_no_page_is_not_here(client, status):
    response = client.get(f"/api/centres/{factories.centre(status=status).uuid}/")

    assert response.status_code == 404
    assert response.json() == {"detail": "No centre has this id."}


@pytest.mark.parametrize("id", [uuid.UUID(int=0), "holbeck-house", "1", "%00", "x" * 500])
def test_an_unknown_id_is_a_404_in_json(client, id):
    response = client.get(f"/api/centres/{id}/")

    assert response.status_code == 404
    assert response.json() == {"detail": "No centre has this id."}


def test_a_closed_centre_says_so_and_names_its_successor(client):
    later = factories.centre(name="Later")
    closed = factories.centre(status="closed", closed_on="2025-03-01", successor=later)

    found = in_full(client, closed)

    assert (found["status"], found["closed_on"]) == ("closed", "2025-03-01")
    assert found["successor"] == {"id": str(later.uuid), "slug": later.slug, "name": "Later"}


def test_a_successor_without_a_page_is_not_named(client):
    hidden = factories.centre(status="withdrawn")
    closed = factories.centre(status="closed", closed_on="2025-03-01", successor=hidden)

    assert in_full(client, closed)["successor"] is None


def test_a_suspended_centre_is_never_verified(client):
    dates = {"verified_from": TODAY, "verified_until": TODAY}
    marks = {"advertiser_from": TODAY, "advertiser_until": TODAY}
    centre = factories.centre(status="suspended", **dates, **marks)

    found = in_full(client, centre)

    assert (found["status"], found["verified"], found["advertiser"]) == ("suspended", False, False)


def test_of_a_withheld_address_the_region_alone_is_told(client):
    centre = factories.centre(
        precision="withheld", street="1 Secret Street", locality="Hidden", town="Hidden",
        postcode="KY1 1AA", region="Fife",
    )  # fmt: skip

    response = client.get(f"/api/centres/{centre.uuid}/")

    found = response.json()
    assert found["address"]["lines"] == ["Fife"]
    assert found["precision"] == "withheld"
    assert found["latitude"] is found["longitude"] is None
    for secret in ("Secret", "Hidden", "KY1"):
        assert secret not in text_of(response)


def test_it_costs_the_same_queries_however_much_there_is(client):
    def queries(centre):
        with CaptureQueriesContext(connection) as captured:
            in_full(client, centre)
        return len(captured)

    def grow(centre, number):
        for _ in range(number):
            programme = factories.programme(centre, substances=["alcohol"], medicines=["x"])
            factories.insurance(programme)
            factories.phone(centre)
            factories.provenance(centre, programme=programme, fact="price")

    centre = factories.centre(source=factories.source(), provider=factories.provider())
    grow(centre, 1)
    asked = [factories.criterion() for _ in range(20)]
    casework.approve(centre, said(asked[0], at=NOW - DAY), at=NOW - DAY)
    few = queries(centre)
    grow(centre, 20)
    casework.approve(centre, *[said(criterion, at=NOW) for criterion in asked], at=NOW)

    assert queries(centre) == few
