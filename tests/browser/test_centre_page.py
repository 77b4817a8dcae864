"""A centre's page in a real browser: on a telephone, on paper, by keyboard, asking nobody else."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from finder.places import gazetteer
from tests import factories
from tests.finder import towns

from .axe import assert_in_nobodys_way, in_each_way

pytestmark = pytest.mark.django_db(transaction=True)

SLUGS = ["full", "many", "bare", "safe", "closed", "suspended"]


@pytest.fixture
def houses():
    towns.leeds()
    place = {"latitude": 53.8, "longitude": -1.55, "town": "Leeds", "street": "1 Example Street"}
    full = factories.centre(name="Full House", slug="full", **place)
    factories.phone(full)
    for name, level in (("Stay", "residential"), ("Detox", "residential-detox"), ("After", "")):
        programme = factories.programme(full, name=name, level=level, substances=["alcohol", "a"])
        factories.provenance(full, programme=programme, fact="substances")
    many = factories.centre(name="Many House", slug="many", **place)
    for number in range(12):
        days = 7 * (number // 2 + 1)
        factories.programme(many, name=f"Course {number + 1}", length_min_days=days)
    factories.centre(name="Bare House", slug="bare")
    factories.programme(factories.centre(slug="safe", precision="withheld", region="Fife"))
    factories.programme(
        factories.centre(
            slug="closed", status="closed", closed_on=timezone.localdate(), successor=full, **place
        )
    )
    factories.programme(factories.centre(slug="suspended", status="suspended", **place))
    yield
    gazetteer.forget()


@in_each_way
def test_every_kind_of_centre_is_in_nobodys_way(page, houses, way):
    assert_in_nobodys_way(page, way, [f"/centres/{slug}/" for slug in SLUGS])


def test_on_a_telephone_each_answer_says_whose_it_is(page, houses):
    page.set_viewport_size({"width": 320, "height": 900})
    page.goto("/centres/full/")
    for name in ("Stay", "Detox", "After"):
        whose = page.locator("#take ~ table td", has_text=f"{name}:").first
        expect(whose.locator(".whose")).to_be_visible()
    page.goto("/centres/many/")
    shared = page.get_by_role("row", name="Treats")
    expect(shared.locator(".whose")).to_have_text("All 12 programmes:")
    expect(shared.locator(".whose")).to_be_visible()


def test_side_by_side_columns_are_headed_and_rows_named(page, houses):
    page.goto("/centres/full/")
    take = page.get_by_role("region", name="Can they take me?")
    expect(take.get_by_role("columnheader")).to_have_text(["Stay", "Detox", "After"])
    expect(take.get_by_role("rowheader", name="Kind of programme")).to_be_visible()


def test_sources_open_by_keyboard(page, houses):
    page.goto("/centres/full/")
    take = page.get_by_role("region", name="Can they take me?")
    summary = take.locator("summary", has_text="Sources:")
    listed = take.locator(".sources li").first
    expect(listed).to_be_hidden()
    summary.focus()
    page.keyboard.press("Enter")
    expect(listed).to_be_visible()
    assert summary.bounding_box()["height"] >= 24


def test_on_paper_there_are_tables_and_open_sources_and_no_buttons(page, houses):
    page.set_viewport_size({"width": 703, "height": 900})
    page.emulate_media(media="print")
    page.goto("/centres/full/")
    expect(page.get_by_text("True on 1 June 2025").first).to_be_visible()
    expect(page.get_by_role("navigation", name="On this page")).to_be_hidden()
    expect(page.get_by_role("link", name="Directions on OpenStreetMap")).to_be_hidden()
    heads = page.get_by_role("region", name="Can they take me?").get_by_role("columnheader")
    tops = {heads.nth(i).bounding_box()["y"] for i in range(3)}
    assert len(tops) == 1
