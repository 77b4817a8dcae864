"""An advert in a real browser: applied for, signed, shown to everybody, ended."""

import datetime

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from centres.models import Advertisement, Centre, Purpose, Verification
from tests import factories

from .axe import assert_in_nobodys_way, in_each_way

pytestmark = pytest.mark.django_db(transaction=True)


def days(number):
    return timezone.localdate() + datetime.timedelta(days=number)


def said(day):
    return f"{day:%-d %B %Y}"


@pytest.fixture
def manager(page, live_server):
    """The page, logged in as an advertising manager."""
    person = factories.member("mona", "Advertising manager")
    client = Client()
    client.force_login(person)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    return page


@pytest.fixture
def alder(db):
    """Verified and approved to advertise for 90 days."""
    centre = factories.centre(
        name="Alder House", town="Leeds", verified_from=days(-9), verified_until=days(90)
    )
    factories.approved(centre, days(-9), days(90), purpose=Purpose.ADVERTISER)
    return centre


@pytest.fixture
def advertisers(alder):
    """Some of today in two countries, one made up, and one of last month."""
    names = [
        ("GB", "St Werburgh’s Community Alcohol and Drug Recovery and Family Support Partnership"),
        ("US", "Maple House"),
    ]
    dates = {"verified_from": days(-90), "verified_until": days(90)}
    demo = factories.source(is_demo=True)
    for country, name in names:
        centre = factories.centre(
            name=name, country=country, town="Llanfairpwllgwyngyll", source=demo, **dates
        )
        factories.advertise(centre, days(0), days(30), fee_band="250-to-999")
    factories.centre(
        name="Ash House", **dates, advertiser_from=days(-60), advertiser_until=days(-30)
    )


def test_from_signing_to_the_public_page_to_its_end(manager, alder):
    page = manager
    page.goto(reverse("admin:centres_advertisement_changelist"))
    page.get_by_role("link", name="Add advertisement").press("Enter")
    page.get_by_label("Name, town or postcode of the centre").fill("alder")
    page.get_by_role("button", name="Search").press("Enter")
    page.get_by_role("link", name="Sign an agreement with Alder House").press("Enter")
    until = said(days(90))
    expect(
        page.get_by_text(f"Verified until {until}; may advertise until {until}.")
    ).to_be_visible()
    page.get_by_label("Flat fee").select_option(label="250 to 999 a month")
    page.get_by_label("First day").fill(f"{days(0)}")
    page.get_by_label("Last day").fill(f"{days(91)}")
    page.get_by_label("Reference").fill("AG-1")
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(page.get_by_text("an advert cannot outlast that")).to_be_visible()
    page.get_by_label("Last day").fill(f"{days(30)}")
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(page.get_by_text("was added successfully")).to_be_visible()

    page.goto("/advertising/")
    row = page.get_by_role("row", name="Alder House")
    expect(row).to_contain_text("£250 to £999 a month")
    expect(row).to_contain_text(f"{said(days(0))} to {said(days(30))}")

    page.goto(reverse("admin:centres_advertisement_changelist"))
    page.get_by_role("link", name="Alder House").press("Enter")
    page.get_by_label("Reason").fill("They asked.")
    page.get_by_role("button", name="End this agreement").press("Enter")
    expect(page.get_by_text("by mona. They asked.")).to_be_visible()
    assert not Centre.objects.advertisers(now=timezone.now()).exists()
    assert Advertisement.objects.get().end_reason == "They asked."
    page.goto("/advertising/")
    expect(page.get_by_text("Nobody advertises now.")).to_be_visible()
    assert page.console_messages == []
    assert page.foreign_requests == []


def test_a_verified_centre_applies(manager, db):
    factories.centre(name="Beech House", verified_from=days(-9), verified_until=days(90))
    manager.goto(reverse("admin:centres_advertisement_choose") + "?q=beech")
    manager.get_by_role("button", name="Apply to advertise: Beech House").press("Enter")
    expect(manager.get_by_text("has applied to advertise")).to_be_visible()

    assert Verification.objects.open().get().purpose == Purpose.ADVERTISER


@in_each_way
def test_nothing_is_in_anybodys_way(manager, alder, advertisers, way):
    agreement = Advertisement.objects.running(now=timezone.now()).first()
    name = "admin:centres_advertisement"
    paths = [
        "/advertising/",
        reverse(f"{name}_changelist"),
        reverse(f"{name}_choose") + "?q=house",
        reverse(f"{name}_add") + f"?centre={alder.pk}",
        reverse(f"{name}_change", args=[agreement.pk]),
    ]
    assert_in_nobodys_way(manager, way, paths, grave=True)
