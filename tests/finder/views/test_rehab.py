"""Pages of towns: what is around them, counted exactly, and only towns that are surely meant."""

import re

import pytest

from centres.models import Centre
from tests import factories
from tests.finder import towns

from .test_treatment import advertise, links, queries, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def directory():
    """Leeds with four centres around it and one beyond 25 miles; one whose place is withheld."""
    towns.leeds(), towns.boston(), towns.newports()
    factories.term("funding", "nhs-community")
    for number, (north, level) in enumerate(
        [(0.01, "residential"), (0.02, "outpatient"), (0.1, "residential"), (0.3, "online"),
         (0.6, "residential")]
    ):  # fmt: skip
        centre = factories.centre(
            name=f"House {number}", latitude=53.79648 + north, longitude=-1.54785
        )
        factories.programme(
            centre,
            level=level,
            dual_diagnosis="capable" if number else "none",
            funding=["nhs-community"] if level == "outpatient" else [],
        )
    factories.centre(name="Draft", status="draft", latitude=53.8, longitude=-1.55)
    factories.centre(name="Hidden", precision="withheld")


class TestTown:
    def test_it_works(self, client, directory):
        response = client.get("/rehab/leeds/")
        said = text_of(response)

        assert "4 centres within 25 miles of Leeds." in said
        assert said.index("House 0") < said.index("House 1") < said.index("House 2")
        assert "House 4" not in said
        assert "Draft" not in said
        assert "Hidden" not in said
        assert "noindex" not in response.content.decode()
        assert "Help that is free" in said

    def test_every_link_gives_exactly_its_number(self, client, directory):
        found = links(client.get("/rehab/leeds/"))
        assert len(found) >= 6
        for address, number in found:
            results = client.get(f"/api/centres/?{address.split('?')[1]}").json()
            assert results["count"] == number, address

    def test_they_are_of_25_miles_around(self, client, directory):
        near = "/search/?near=Leeds%2C+West+Yorkshire&radius=25&country=GB"
        found = dict(links(client.get("/rehab/leeds/")))

        assert found == {
            near: 4,
            f"{near}&setting=residential": 2,
            f"{near}&setting=outpatient": 1,
            f"{near}&setting=online": 1,
            f"{near}&dual_diagnosis=capable&dual_diagnosis=enhanced": 3,
            f"{near}&funding=nhs-community": 1,
            f"{near}&level=residential": 2,
            f"{near}&level=outpatient": 1,
            f"{near}&level=online": 1,
        }

    def test_adverts_change_no_number_and_no_order(self, client, directory):
        def shown():
            response = client.get("/rehab/leeds/")
            html = response.content.decode()
            return re.findall(r'class="card-name"><a href="[^"]+">([^<]+)', html), links(response)

        before = shown()
        advertise(Centre.objects.get(name="House 3"))

        assert before[0] == ["House 0", "House 1", "House 2", "House 3"]
        assert shown() == before

    def test_where_there_is_nothing_it_says_so_and_is_not_indexed(self, client, directory):
        response = client.get("/rehab/boston-massachusetts/")

        assert "We know of no center within 25 miles of Boston, Massachusetts." in text_of(response)
        assert '<meta name="robots" content="noindex">' in response.content.decode()
        assert 'href="/search/?near=Boston%2C+Massachusetts&amp;country=US"' in (
            response.content.decode()
        )

    def test_the_free_way_is_that_of_its_country(self, client, directory):
        assert "SAMHSA" in text_of(client.get("/rehab/boston-massachusetts/"))
        assert "911" in client.get("/rehab/boston-massachusetts/").content.decode()


class TestAddress:
    @pytest.mark.parametrize(
        ("slug", "canonical"),
        [
            ("Leeds", "leeds"),
            ("leeds-west-yorkshire", "leeds"),
            ("leeds-city-centre", "leeds"),
            ("boston-ma", "boston-massachusetts"),
            ("newport-shropshire", None),
            ("newport-isle-of-wight", None),
        ],
    )
    def test_one_town_has_one_address(self, client, directory, slug, canonical):
        response = client.get(f"/rehab/{slug}/")
        if canonical is None:
            assert response.status_code == 200
            return
        assert response.status_code == 301
        assert response["Location"] == f"/rehab/{canonical}/"

    def test_a_name_of_several_offers_each(self, client, directory):
        response = client.get("/rehab/newport/")

        assert response.status_code == 404
        html = response.content.decode()
        assert 'href="/rehab/newport-isle-of-wight/"' in html
        assert 'href="/rehab/newport-shropshire/"' in html

    @pytest.mark.parametrize("slug", ["qwxyzzy", "ls1-4dy", "england", "53-8"])
    def test_what_is_no_town_is_a_404_with_a_search_box(self, client, directory, slug):
        response = client.get(f"/rehab/{slug}/")

        assert response.status_code == 404
        assert 'name="near"' in response.content.decode()
        assert 'href="/rehab/"' in response.content.decode()

    def test_a_slip_of_the_pen_is_offered_and_not_followed(self, client, directory):
        response = client.get("/rehab/leedss/")

        assert response.status_code == 404
        assert 'href="/rehab/leeds/"' in response.content.decode()

    def test_a_small_town_is_searched_near_and_has_no_page(self, client, directory):
        towns.town("Otley", 53.905, -1.694, county="West Yorkshire", population=9_000)
        response = client.get("/rehab/otley/")

        assert response.status_code == 404
        assert 'href="/search/?near=Otley' in response.content.decode()


class TestIndex:
    def test_it_lists_towns_with_centres_by_nation_and_state(self, client, directory):
        said = text_of(client.get("/rehab/"))

        assert "England Leeds" in said
        assert "Boston" not in said
        factories.centre(country="US", latitude=42.36, longitude=-71.06)
        assert "Massachusetts Boston" in text_of(client.get("/rehab/"))


def test_pages_cost_the_same_however_many_centres(client, directory):
    few = [queries(client, path) for path in ("/rehab/leeds/", "/rehab/")]
    for _ in range(20):
        factories.programme(factories.centre(latitude=53.8, longitude=-1.5))

    assert [queries(client, path) for path in ("/rehab/leeds/", "/rehab/")] == few
    assert few[0] <= 12
    assert few[1] <= 4
