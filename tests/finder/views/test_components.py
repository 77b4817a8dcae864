"""The page of parts: for staff alone, with every part as visitors get it."""

import pytest
from django.urls import reverse

from finder import palette
from finder.views import components
from tests import factories

pytestmark = pytest.mark.django_db

ADDRESS = "/admin/components/"


@pytest.fixture
def staff(client):
    client.force_login(factories.person("nobody", is_staff=True))
    return client


def test_it_works(staff):
    factories.programme(
        factories.centre(
            name="Alder House", verified_from="2025-06-01", verified_until="2999-01-01"
        )
    )

    response = staff.get(ADDRESS)

    assert response.status_code == 200
    text = response.content.decode()
    for part in ("search-box", "filter-group", "chip", "card", "badge-verified", "notice-alarm",
                 "disclosure", "error-summary", "steps", "answers", "done"):  # fmt: skip
        assert f'class="{part}' in text or f' {part}"' in text or f" {part} " in text, part
    assert "Alder House" in text
    assert "too close" not in text
    assert 'name="robots" content="noindex"' in text
    assert "no-store" in response["Cache-Control"]


def test_it_works_without_a_centre(staff):
    assert "there is none to show" in staff.get(ADDRESS).content.decode()


def test_anybody_else_is_asked_to_sign_in(client):
    sign_in = f"{reverse('admin:login')}?next={ADDRESS}"
    assert client.get(ADDRESS)["Location"] == sign_in
    client.force_login(factories.person("guest", is_staff=False))
    assert client.get(ADDRESS)["Location"] == sign_in


def test_every_picture_and_icon_says_when_to_use_it(staff):
    for folder, uses in (("art", components.PICTURES), ("icons", components.ICONS)):
        files = {path.stem.removeprefix("_") for path in (components.PARTIALS / folder).iterdir()}
        assert files == set(uses)


def test_every_drawing_is_hidden_from_readers_and_takes_its_colours_from_the_palette():
    for path in (*components.PARTIALS.glob("art/*"), *components.PARTIALS.glob("icons/*")):
        text = path.read_text()
        assert text.startswith("<svg"), path
        assert 'aria-hidden="true"' in text, path
        assert "#" not in text, path
        assert "style=" not in text, path
        assert len(text) < 2000, path


def test_it_names_every_colour_and_every_pair(staff):
    text = staff.get(ADDRESS).content.decode()
    for name in palette.palettes()["Light"]:
        assert f"--{name}<" in text
    for pair in palette.PAIRS:
        assert f"{pair.colour} on {pair.ground}" in text
