"""Colours, held to WCAG 2.2 in every palette; and stylesheets, held to the values of the design."""

import re

import pytest

from finder import palette

STYLESHEETS = sorted(palette.STYLESHEETS.glob("*.css"))
COLOURS = palette.palettes()


def rules(path):
    """(selector, {property: value}) of each rule, those within conditions too."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", text):
        pairs = (part.split(":", 1) for part in body.split(";") if ":" in part)
        yield selector.strip(), {name.strip(): value.strip() for name, value in pairs}


def named(value):
    return re.findall(r"var\(--([\w-]+)\)", value)


def test_contrast_is_worked_out_as_wcag_does():
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert palette.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert palette.contrast("#ffffff", "#777777") == palette.contrast("#777777", "#ffffff")


@pytest.mark.parametrize("name", COLOURS)
def test_every_pair_in_use_can_be_told_apart(name):
    colours = COLOURS[name]
    poor = {
        (pair.colour, pair.ground): round(found, 2)
        for pair in palette.PAIRS
        if (found := palette.contrast(colours[pair.colour], colours[pair.ground]))
        < pair.least(name)
    }

    assert poor == {}


def test_more_contrast_is_more():
    for scheme in ("Light", "Dark"):
        plain, more = COLOURS[scheme], COLOURS[f"{scheme}, more contrast"]
        for pair in palette.PAIRS:
            before = palette.contrast(plain[pair.colour], plain[pair.ground])
            after = palette.contrast(more[pair.colour], more[pair.ground])
            assert after >= before or after >= palette.MORE_TEXT, (scheme, pair)


@pytest.mark.parametrize("path", STYLESHEETS, ids=lambda path: path.name)
def test_whatever_a_rule_writes_on_a_ground_is_among_the_pairs(path):
    pairs = {(pair.colour, pair.ground) for pair in palette.PAIRS if pair.is_text}
    wrong = {}
    for selector, values in rules(path):
        written = named(values.get("color", ""))
        grounds = named(values.get("background", "")) or ["page", "surface"]
        if values.get("background") in {"none", "transparent"}:
            grounds = ["page", "surface"]
        if written and written[0].startswith("on-"):
            grounds = ["accent"]
        missing = [(c, g) for c in written for g in grounds if (c, g) not in pairs]
        if missing:
            wrong[selector] = missing

    assert wrong == {}


@pytest.mark.parametrize("path", STYLESHEETS, ids=lambda path: path.name)
def test_colours_are_written_in_the_tokens_alone(path):
    tokens = {name for of in COLOURS.values() for name in of} | {"shadow", "page"}
    raw = re.compile(r"#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(", re.IGNORECASE)
    wrong = [
        (selector, name, value)
        for selector, values in rules(path)
        for name, value in values.items()
        if raw.search(value) and not (name.startswith("--") and name[2:] in tokens)
    ]

    assert wrong == []


@pytest.mark.parametrize("path", STYLESHEETS, ids=lambda path: path.name)
def test_type_on_the_screen_keeps_to_the_scale(path):
    """Points are for paper, pixels for words inside a drawing, which grow with it."""
    wrong = [
        (selector, values["font-size"])
        for selector, values in rules(path)
        if not re.fullmatch(
            r"var\(--size-[\w-]+\)|[\d.]+(pt|px|em)", values.get("font-size", "0pt")
        )
    ]

    assert wrong == []


def test_every_value_that_is_used_is_there():
    known = {
        name
        for path in STYLESHEETS
        for _, values in rules(path)
        for key in values
        if key.startswith("--")
        for name in [key[2:]]
    }
    used = {name for path in STYLESHEETS for name in named(path.read_text())}

    assert used <= known
    assert known - used == set()
