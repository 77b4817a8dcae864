import re

import pytest

from tests import factories
from tests.centres import texts
from tests.finder import towns

pytestmark = pytest.mark.django_db


def words(client):
    return " ".join(client.get("/").content.decode().split())


def test_asks_for_a_place_and_a_programme_in_one_form(client):
    text = client.get("/").content.decode()
    assert 'action="/search/" method="get"' in text
    for name in ("near", "setting", "length", "dual_diagnosis", "level"):
        assert f'name="{name}"' in text


def test_every_choice_of_the_form_is_one_the_search_knows(client):
    text = client.get("/").content.decode()
    inputs = [part.split(">")[0] for part in text.split("<input ")[1:]]
    pairs = [
        (one.split('name="')[1].split('"')[0], one.split('value="')[1].split('"')[0])
        for one in inputs
        if 'value="' in one
    ]
    assert len(pairs) > 10
    for name, value in pairs:
        assert client.get("/search/", {name: value}).status_code == 200, (name, value)


def test_the_choices_are_in_plain_words(client):
    text = words(client)
    for choice in ("Lives in", "Goes home at night", "7 days", "14 days", "28 days",
                   "Mental health as well?"):  # fmt: skip
        assert choice in text


def test_who_it_is_for_leads_to_help_and_sends_nothing(client):
    text = client.get("/").content.decode()
    section = text[text.index('<section class="who"') :]
    section = section[: section.index("</section>")]
    assert "For me" in section
    assert "For someone else" in section
    assert not re.search("<(form|input|select|button)", section)
    help_page = client.get("/help/").content.decode()
    for part in re.findall(r'href="/help/#([\w-]+)"', section):
        assert f'id="{part}"' in help_page
    assert 'href="/help/#gb-families"' in section


def test_the_ways_in_name_what_there_is_to_read_and_towns_with_centres(client):
    towns.leeds(), towns.boston()
    texts.live("ketamine"), factories.term("substance", "cannabis")
    factories.centre(latitude=53.8, longitude=-1.55)

    text = client.get("/").content.decode()

    assert 'href="/treatment/ketamine/"' in text
    assert 'href="/treatment/cannabis/"' not in text  # nothing is written about it
    assert 'href="/rehab/leeds/"' in text
    assert "boston-massachusetts" not in text  # no centre is near
    assert client.get("/rehab/leeds/").status_code == 200


def test_says_who_pays(client):
    text = words(client)
    assert "Centres are listed free. Some pay a flat fee for an advert" in text
    assert "Every centre is listed free." in text
    assert "Nobody pays us per call or per person." in text


def test_detox_stands_beside_its_warning(client):
    text = words(client)
    assert "Detox alone is not treatment." in text
    assert "Anyone who drinks heavily every day should not stop suddenly" in text


def test_costs_as_many_queries_however_much_there_is(client, django_assert_num_queries):
    towns.leeds()
    texts.live("ketamine")
    factories.centre(latitude=53.8, longitude=-1.55)
    client.get("/")
    with django_assert_num_queries(4):  # demo, guides, gazetteer, index
        client.get("/")
    texts.live("alcohol"), factories.centre(latitude=53.7, longitude=-1.55)
    client.get("/")
    with django_assert_num_queries(4):
        client.get("/")
