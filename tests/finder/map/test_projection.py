import numpy as np
import pytest
from geopy.distance import geodesic
from hypothesis import given
from hypothesis import strategies as st

from finder.map import views
from finder.map.projection import Albers, Mercator, unwrapped

BRITISH = st.floats(49, 61), st.floats(-8.6, 2)
AMERICAN = st.floats(17, 72), st.floats(-190, -64)
PROJECTIONS = [
    Albers(55, -3.2, 51, 58),
    Albers(38, -96, 29.5, 45.5),
    Albers(60, -154, 55, 65),
    Albers.about(13.45, 144.8),
    Albers.about(-14.3, -170.7),
    Albers.about(0, 10),
    Mercator(-96),
]


def same_longitude(one, other):
    return abs((one - other + 180) % 360 - 180) < 1e-6


@pytest.mark.parametrize("projection", PROJECTIONS, ids=repr)
@given(latitude=st.floats(-20, 72), east=st.floats(-60, 60))
def test_what_is_made_flat_is_made_round_again(projection, latitude, east):
    longitude = projection.longitude + east
    x, y = projection.flat(np.array([latitude]), np.array([longitude]))
    (back,), (along,) = projection.round(x, y)
    assert back == pytest.approx(latitude, abs=1e-6)
    assert same_longitude(along, longitude)


@given(latitude=st.floats(50, 60), longitude=st.floats(-8, 2), radius=st.floats(1, 60))
def test_a_circle_on_the_ground_is_one_on_a_local_map(latitude, longitude, radius):
    projection = Albers.about(latitude, longitude, reach=radius / 111)
    rim = [
        geodesic(kilometers=radius).destination((latitude, longitude), b) for b in range(0, 360, 30)
    ]
    x, y = projection.flat(
        np.array([point.latitude for point in rim]), np.array([point.longitude for point in rim])
    )
    assert np.hypot(x, y) == pytest.approx(radius, rel=0.01)


def test_the_aleutians_stay_beside_alaska():
    assert unwrapped([173.2, -179.9, -131.0], -154).tolist() == pytest.approx(
        [-186.8, -179.9, -131.0]
    )
    attu, adak, juneau = (52.9, 173.2), (51.9, -176.6), (58.3, -134.4)
    alaska = views.whole("US").panels[1]
    latitudes, longitudes = np.array([attu, adak, juneau]).T
    x, y = alaska.place(latitudes, longitudes)
    assert x[0] < x[1] < x[2]
    assert alaska.is_of(latitudes, longitudes).all()
    assert alaska.reaches(x, y).all()


@pytest.mark.parametrize(
    ("country", "panel", "place"),
    [
        ("GB", 0, (60.76, -0.86)),  # Unst, the northernmost of Shetland
        ("GB", 0, (49.18, -2.10)),  # Jersey
        ("GB", 0, (54.60, -8.17)),  # Belleek
        ("GB", 0, (52.48, 1.76)),  # Lowestoft
        ("US", 0, (24.56, -81.78)),  # Key West
        ("US", 0, (44.90, -66.98)),  # Eastport, Maine
        ("US", 0, (48.37, -124.62)),  # Neah Bay
        ("US", 1, (71.29, -156.79)),  # Utqiagvik
        ("US", 1, (52.90, 173.20)),  # Attu
        ("US", 2, (21.31, -157.86)),  # Honolulu
        ("US", 3, (18.47, -66.11)),  # San Juan
        ("US", 3, (17.73, -64.73)),  # Christiansted
        ("US", -1, (13.47, 144.75)),  # Hagåtña: too far to be drawn with the rest
    ],
)
def test_the_ends_of_each_country_are_on_its_map(country, panel, place):
    view = views.whole(country)
    number, x, y = view.place(np.array([place[0]]), np.array([place[1]]))
    assert number.tolist() == [panel]
    if panel >= 0:
        assert view.panels[panel].reaches(x, y).all()


def test_insets_and_main_map_do_not_overlap():
    boxes = [panel.box for panel in views.whole("US").panels]
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1]
            assert apart or other[3] <= one[1]


@given(st.lists(st.tuples(*BRITISH), min_size=1, max_size=30))
def test_a_map_of_british_places_holds_them_all(places):
    latitudes, longitudes = np.array(places).T
    assert views.local("GB", latitudes, longitudes).holds(latitudes, longitudes).all()


@given(st.lists(st.tuples(st.floats(25, 49), st.floats(-124, -67)), min_size=1, max_size=30))
def test_a_map_of_american_places_holds_them_all(places):
    latitudes, longitudes = np.array(places).T
    assert views.local("US", latitudes, longitudes).holds(latitudes, longitudes).all()


def test_results_that_spread_get_the_whole_country_and_a_town_gets_its_own():
    leeds, london, inverness = (53.8, -1.55), (51.51, -0.13), (57.48, -4.22)
    assert views.local("GB", *np.array([leeds, london, inverness]).T).whole
    near = views.local("GB", *np.array([leeds, (53.79, -1.75)]).T)
    assert not near.whole
    miles, units = near.bar
    assert miles >= 1
    assert units <= views.LONGEST_BAR


@given(*BRITISH, st.floats(0.5, 100))
def test_a_circle_searched_is_all_on_the_map(latitude, longitude, radius):
    view = views.around("GB", latitude, longitude, radius)
    rim = [
        geodesic(kilometers=radius).destination((latitude, longitude), b) for b in range(0, 360, 20)
    ]
    held = view.holds(
        np.array([point.latitude for point in rim]), np.array([point.longitude for point in rim])
    )
    assert held.all()
