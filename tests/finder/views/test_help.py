import pytest

from finder import help_lines

pytestmark = pytest.mark.django_db


def test_names_every_line_and_group_of_both_countries(client):
    text = client.get("/help/").content.decode()
    for line in help_lines.everything():
        assert line.name in text
        if line.phone:
            assert f'href="{line.phone_link}"' in text
    assert "Al-Anon" in text
    assert "Adfam" in text


def test_says_when_they_were_checked(client):
    assert (
        f"Checked {help_lines.checked_on('US'):%-d %B %Y}" in client.get("/help/").content.decode()
    )


def test_says_what_to_do_in_an_emergency_with_its_source(client):
    text = " ".join(client.get("/help/").content.decode().split())
    assert "In an emergency" in text
    assert "When to call 999" in text
    assert "should not stop suddenly without medical advice" in text
