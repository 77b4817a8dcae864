"""The place of a centre, told by the centres around it."""

import pytest
from geopy.distance import geodesic

from centres.admin import map as centre_map
from tests import factories

LEEDS = (53.7965, -1.5478)


def placed(latitude, longitude, **facts):
    return factories.centre(latitude=latitude, longitude=longitude, **facts)


def test_neighbours_are_those_within_ten_miles_nearest_first(db):
    centre = placed(*LEEDS)
    every = [
        placed(LEEDS[0] + north / 20, LEEDS[1] + east / 12)
        for north in range(-4, 5)
        for east in range(-4, 5)
        if north or east
    ]
    factories.centre()  # without a place

    found = centre_map.neighbours(centre)

    miles = {other.pk: geodesic(LEEDS, (other.latitude, other.longitude)).miles for other in every}
    near = sorted((d, pk) for pk, d in miles.items() if d <= centre_map.WITHIN_MILES)
    assert [place.miles for place in found] == [d for d, _ in near][: centre_map.MOST_NEIGHBOURS]
    assert 0 < len(near) < len(every)


@pytest.mark.parametrize("pole", [90, -90])
def test_a_pole_has_neighbours_too(db, pole):
    other = placed(pole * 0.999, 170)

    assert [place.pk for place in centre_map.neighbours(placed(pole, 0))] == [other.pk]


def test_no_coordinates_no_map(db):
    assert centre_map.map_of(factories.centre()) is None


def test_zero_is_a_coordinate_like_any_other(db):
    assert centre_map.map_of(placed(0, 0))["drawing"]["latitude"] == 0


def test_a_zip_code_is_wider_than_a_postcode(db):
    british = placed(*LEEDS, precision="postcode")
    american = placed(42.36, -71.06, precision="postcode", country="US")

    assert centre_map.radius_metres(british) < centre_map.radius_metres(american)


def test_the_form_tells_the_place_in_words(admin_client):
    centre = placed(*LEEDS, precision="town")
    placed(*LEEDS, name="Next door")
    placed(LEEDS[0] + 0.05, LEEDS[1], name="Up <the> road", town="Leeds")

    html = admin_client.get(f"/admin/centres/centre/{centre.pk}/change/").content.decode()

    assert "53.79650, -1.54780" in html
    assert "so within about" in html
    assert "5 km" in html
    assert "At the very same point:" in html
    assert "Up &lt;the&gt; road</a>, Leeds:" in html
    assert "Up <the> road" not in html


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "No coordinates saved."),
        ({"precision": "withheld"}, "Not published, so no coordinates"),
    ],
)
def test_no_place_is_said_in_words(admin_client, facts, words):
    centre = factories.centre(**facts)

    assert words in admin_client.get(f"/admin/centres/centre/{centre.pk}/change/").content.decode()
