import datetime
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from geopy.distance import geodesic

from finder.map import clusters, drawing
from finder.places import gazetteer
from tests import factories
from tests.finder import towns

from .asking import drawn, found

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def _towns():
    towns.leeds(), towns.boston()
    yield
    gazetteer.forget()


def scatter(count, *, seed=1, **facts):
    """Centres all over Great Britain, the denser the nearer Leeds."""
    rng = np.random.default_rng(seed)
    reach = rng.exponential(1.0, count).clip(0, 4)
    angles = rng.uniform(0, 2 * np.pi, count)
    north, east = reach * np.cos(angles), reach * np.sin(angles)
    return [
        factories.centre(latitude=53.8 + up, longitude=-1.5 + along, **facts)
        for up, along in zip(north.tolist(), east.tolist(), strict=True)
    ]


def followed(mark):
    """The search that a mark leads to."""
    return found(urlsplit(mark.address).query)


@pytest.mark.parametrize(
    "query", ["", "near=Leeds&radius=30", "near=Leeds", "near=Leeds&radius=any&sort=name&page=2"]
)
def test_every_result_is_in_one_mark_or_said_not_to_be(query):
    scatter(60)
    factories.centre(precision="withheld")
    factories.centre()
    results, map_ = found(query), drawn(query)
    assert map_.on_map + map_.beyond + map_.unplaced == results.count
    assert sum(mark.count for mark in map_.marks) == map_.on_map
    cards = [slug for mark in map_.marks for slug in mark.cards]
    assert len(cards) == len(set(cards))


def test_no_two_marks_overlap_and_none_is_cut():
    scatter(80)
    for query in ("", "near=Leeds&radius=30", "near=Leeds"):
        map_ = drawn(query)
        points = drawing.points_of(map_.marks)
        for place, point in enumerate(points):
            apart = np.hypot(*(points[place + 1 :] - point).T)
            assert (apart >= clusters.APART - 0.2).all()
        assert (points >= 13).all()
        assert (points <= [map_.view.width - 13, map_.view.height - 13]).all()


def test_a_cluster_leads_to_a_search_that_has_all_of_it():
    scatter(60)
    centres = {c.slug: c for c in (hit.centre for hit in found("page_size=100").hits)}
    map_ = drawn("")
    several = [mark for mark in map_.marks if mark.count > 1]
    assert several
    for mark in several:
        there = followed(mark)
        assert there.count >= mark.count
        radius = float(parse_qs(urlsplit(mark.address).query)["radius"][0])
        within = [
            slug
            for slug, centre in centres.items()
            if geodesic((mark.latitude, mark.longitude), (centre.latitude, centre.longitude)).miles
            <= radius
        ]
        assert set(mark.cards) <= set(within)


def test_looking_closer_goes_on_until_each_centre_stands_alone():
    scatter(40)
    queue, alone = ["page_size=100"], set()
    for _ in range(400):
        if not queue:
            break
        for mark in drawn(queue.pop()).marks:
            if mark.count == 1:
                alone.add(mark.words)
            elif not mark.address.startswith("#"):
                queue.append(urlsplit(mark.address).query)
    assert not queue
    assert len(alone) >= 36  # the others are within half a mile of another


def test_filters_are_kept_when_looking_closer():
    for centre in scatter(30):
        factories.programme(centre, level="residential")
    mark = next(mark for mark in drawn("setting=residential").marks if mark.count > 1)
    assert parse_qs(urlsplit(mark.address).query)["setting"] == ["residential"]


def test_a_result_on_this_page_leads_to_its_card_and_another_to_its_own_page():
    factories.centre(name="Alder House", slug="alder", latitude=50.5, longitude=-3.5)
    factories.centre(name="Birch House", slug="birch", latitude=55.5, longitude=-3.5)
    marks = {mark.words: mark for mark in drawn("page_size=1").marks}
    assert marks["Alder House, in this list"].address == "#card-alder"
    assert marks["Alder House, in this list"].cards == ("alder",)
    assert marks["Birch House"].address == "/centres/birch/"
    assert marks["Birch House"].cards == ()


def test_one_result_has_a_map_of_its_surroundings():
    factories.centre(name="Alder House", slug="alder-house", latitude=53.8, longitude=-1.5)
    (mark,) = drawn("").marks
    assert mark.address == "#card-alder-house"
    assert not drawn("").view.whole


def test_a_thousand_at_one_point_are_one_mark_that_leads_to_them():
    factories.centre(latitude=53.8, longitude=-1.5)
    row = factories.Centre.objects.get()
    factories.Centre.objects.bulk_create(
        factories.Centre(
            name=f"Centre {n}", slug=f"many-{n}", country="GB", status="listed", precision="exact",
            latitude=row.latitude, longitude=row.longitude, coordinates_source="Made up",
        )
        for n in range(999)
    )  # fmt: skip
    (mark,) = drawn("").marks
    assert mark.count == 1000
    assert followed(mark).count == 1000
    (again,) = drawn(urlsplit(mark.address).query).marks
    assert again.address == "#results-heading"


def test_a_few_at_one_point_lead_to_the_first_of_their_cards():
    for name in ("Birch House", "Alder House"):
        factories.centre(name=name, slug=name[:5].lower(), latitude=53.8, longitude=-1.5)
    (mark,) = drawn("").marks
    assert mark.cards == ("alder", "birch")
    assert mark.address == "#card-alder"
    assert mark.words.startswith("2 centres about ")


def test_no_result_with_a_place_has_no_map():
    assert drawn("") is None
    factories.centre(precision="withheld")
    assert drawn("") is None


def test_a_coarse_place_is_an_area_and_a_fine_one_is_a_point():
    factories.centre(name="Coarse", latitude=55.0, longitude=-2.0, precision="outcode")
    factories.centre(name="Fine", latitude=53.0, longitude=-2.0, precision="postcode")
    fine, coarse = sorted(drawn("").marks, key=lambda mark: mark.latitude)
    assert (fine.metres, fine.reach) == (None, None)
    assert coarse.metres == 5000
    assert coarse.reach == pytest.approx(5 * drawn("").view.panels[0].scale, abs=0.1)
    assert "known only roughly" in coarse.words


def test_the_circle_searched_is_drawn_to_scale():
    factories.centre(latitude=53.85, longitude=-1.5)
    map_ = drawn("near=Leeds&radius=25")
    assert map_.origin == pytest.approx((144, 144), abs=0.1)
    assert map_.ring == pytest.approx(129, abs=0.5)
    assert drawn("near=Leeds").ring is None


def test_what_lies_beyond_leads_to_a_map_that_has_it():
    for number in range(25):
        factories.centre(latitude=53.8 + number / 100, longitude=-1.5)
    far = factories.centre(latitude=50.1, longitude=-5.3)
    map_ = drawn("near=Leeds")
    assert map_.beyond >= 1
    assert "near" not in parse_qs(urlsplit(map_.beyond_address).query)
    wide = drawn(urlsplit(map_.beyond_address).query)
    assert wide.beyond == 0
    assert any(mark.words.startswith(far.name) for mark in wide.marks)


def test_american_islands_are_in_insets_and_guam_is_a_link_away():
    places = [(42.3, -71.1), (34.0, -118.2), (21.3, -157.9), (52.9, 173.2), (18.4, -66.1)]
    for latitude, longitude in places:
        factories.centre(country="US", latitude=latitude, longitude=longitude)
    towns.town("Honolulu", 21.31, -157.86, country="US", region="HI")
    guam = factories.centre(country="US", latitude=13.45, longitude=144.78)
    map_ = drawn("country=US")
    assert [mark.count for mark in map_.marks] == [1] * 5
    assert map_.beyond == 1
    beyond = drawn(urlsplit(map_.beyond_address).query)
    assert any(mark.words.startswith(guam.name) for mark in beyond.marks)


def test_centres_on_both_sides_of_the_antimeridian_are_on_one_small_map():
    for longitude in (179.6, -179.8):
        factories.centre(country="US", latitude=52.0, longitude=longitude)
    map_ = drawn("country=US")
    assert map_.beyond == 0
    assert sum(mark.count for mark in map_.marks) == 2
    assert not map_.view.whole


@pytest.mark.parametrize("status", ["draft", "suspended", "withdrawn"])
def test_only_visible_centres_are_on_it(status):
    factories.centre(latitude=53.8, longitude=-1.5)
    factories.centre(latitude=53.9, longitude=-1.5, status=status)
    assert drawn("").on_map == 1


def test_adverts_change_nothing_on_it():
    centres = scatter(30)
    before = [drawn(query).marks for query in ("", "near=Leeds")]
    for centre in centres[:10]:
        factories.verify(centre, TODAY - DAY, TODAY + 90 * DAY)
        factories.advertise(centre, TODAY, TODAY + DAY)
    assert [drawn(query).marks for query in ("", "near=Leeds")] == before


@pytest.mark.parametrize("number", [3, 60])
def test_it_asks_the_database_once_at_most(number):
    scatter(number)
    for query in ("", "near=Leeds", "near=Leeds&radius=40"):
        results = found(query)
        with CaptureQueriesContext(connection) as queries:
            drawing.draw(results)
        assert len(queries) <= 1
