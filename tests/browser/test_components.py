"""The page of parts in a real browser: what holds of each part there holds wherever it stands."""

import pytest
from django.conf import settings

from tests import factories

from .axe import assert_in_nobodys_way, beyond, in_each_way, problems

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = "/admin/components/"


@pytest.fixture
def staff(page, live_server, client):
    """The page, signed in as somebody of the staff, and a verified centre to show."""
    factories.programme(factories.centre(verified_from="2025-06-01", verified_until="2999-01-01"))
    client.force_login(factories.person("nobody"))
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
    )
    return page


@in_each_way
def test_every_part_is_in_nobodys_way(staff, way):
    assert_in_nobodys_way(staff, way, [ADDRESS])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_more_contrast_and_colours_of_ones_own_lose_nothing(staff, scheme):
    staff.emulate_media(color_scheme=scheme, contrast="more")
    staff.goto(ADDRESS)
    assert problems(staff) == []
    staff.emulate_media(color_scheme=scheme, forced_colors="active")
    assert beyond(staff) == 0
    button = staff.get_by_role("button", name="Send it")
    colours = "e => { const s = getComputedStyle(e); return [s.color, s.backgroundColor] }"
    ink, ground = button.evaluate(colours)
    assert ink != ground
