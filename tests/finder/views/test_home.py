import pytest

pytestmark = pytest.mark.django_db


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


def test_says_who_pays(client):
    text = " ".join(client.get("/").content.decode().split())
    assert "Every centre is listed free." in text
    assert "Nobody pays us per call or per person." in text


def test_detox_stands_beside_its_warning(client):
    text = " ".join(client.get("/").content.decode().split())
    assert "Detox alone is not treatment." in text
    assert "Anyone who drinks heavily every day should not stop suddenly" in text


def test_costs_one_query(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get("/")
