import pytest

from finder import help_lines

pytestmark = pytest.mark.django_db


def test_names_every_line_and_group_of_both_countries(client):
    text = client.get("/help/").content.decode()
    for line in help_lines.everything():
        assert str(line.name) in text
        if line.phone:
            assert f'href="{line.phone_link}"' in text
    assert "Al-Anon" in text
    assert "Adfam" in text
    assert "Nar-Anon" in text


def test_says_when_they_were_checked(client):
    assert (
        f"Checked {help_lines.checked_on('US'):%-d %B %Y}" in client.get("/help/").content.decode()
    )


def test_says_what_to_do_in_an_emergency_with_its_source(client):
    text = " ".join(client.get("/help/").content.decode().split())
    assert "In an emergency" in text
    assert "When to call 999" in text
    assert "should not stop suddenly without medical advice" in text


def test_says_that_groups_are_independent_and_free(client):
    text = " ".join(client.get("/help/").content.decode().split())
    assert "independent of us and of any treatment centre. They cost nothing to join" in text
    assert text.count("Independent and free as well") == 2


def test_groups_stand_under_their_own_country(client):
    british, american = client.get("/help/").content.decode().split('<h2 id="us"')
    for country, part in (("GB", british), ("US", american)):
        for line in help_lines.of(country, kinds={"mutual-aid", "family"}):
            assert f'href="{line.url}"' in part


def test_says_what_exit_this_page_cannot_do_and_how_to_clear_the_history(client):
    text = " ".join(client.get("/help/").content.decode().split())
    section = text.split('<h2 id="leaving"')[1].split("</section>")[0]
    for words in (
        "does not clear your history",
        "copies of our pages",
        "other people who can use the phone",
        "To clear your history, open your browser’s menu",
        "private window",
    ):
        assert words in section
    assert 'href="#leaving"' in text


def test_the_way_out_is_a_plain_link_near_the_top_of_every_page(client):
    for path in ("/", "/help/", "/search/?near=nowhere", "/missing/"):
        text = client.get(path).content.decode()
        assert text.count('<a id="exit"') == 1
        assert text.index('<a id="exit"') < text.index("<header")
        assert 'rel="noreferrer">Exit this page</a>' in text
