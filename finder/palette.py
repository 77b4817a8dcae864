"""The colours of the stylesheets, which are used on which, and how well they can be told apart.

Read from the stylesheets themselves, so that what staff are shown and what tests hold to account
is what visitors get. Imports no Django.
"""

import re
from dataclasses import dataclass
from pathlib import Path

STYLESHEETS = Path(__file__).resolve().parent / "static" / "finder"

#: What WCAG 2.2 asks at level AA of text, and of what is drawn (1.4.3, 1.4.11).
TEXT, DRAWN = 4.5, 3.0
#: What we ask of text for people who ask for more contrast: level AAA (1.4.6).
MORE_TEXT = 7.0

DARK, MORE = "(prefers-color-scheme: dark)", "(prefers-contrast: more)"
#: Name of a palette: (stylesheet, condition) of each block that makes it, later ones over earlier.
PALETTES = {
    "Light": [("tokens.css", "")],
    "Dark": [("tokens.css", ""), ("tokens.css", DARK)],
    "Light, more contrast": [("tokens.css", ""), ("tokens.css", MORE)],
    "Dark, more contrast": [
        ("tokens.css", ""),
        ("tokens.css", DARK),
        ("tokens.css", MORE),
        ("tokens.css", f"{MORE} and {DARK}"),
    ],
    "Print": [("tokens.css", ""), ("print.css", "")],
    "Print, where the screen is dark": [
        ("tokens.css", ""),
        ("tokens.css", DARK),
        ("print.css", ""),
    ],
}


@dataclass(frozen=True, slots=True)
class Pair:
    """A colour that stands on another. is_text: whether it is read, else it is drawn."""

    colour: str
    ground: str
    is_text: bool

    def least(self, palette):
        """The contrast it needs in the palette of that name."""
        if not self.is_text:
            return DRAWN
        return MORE_TEXT if "more contrast" in palette else TEXT


def _on(colours, grounds, *, is_text):
    return [Pair(c, g, is_text) for c in colours.split() for g in grounds.split()]


#: Every pair that the pages use.
PAIRS = [
    *_on("ink", "page surface surface-sunk accent-wash ember-wash alarm-wash", is_text=True),
    *_on("ink-quiet", "page surface surface-sunk accent-wash", is_text=True),
    *_on("ink ink-quiet", "map-land map-sea map-context", is_text=True),
    *_on("accent accent-deep", "page surface surface-sunk accent-wash", is_text=True),
    *_on("accent", "ember-wash alarm-wash", is_text=True),
    *_on("on-accent", "accent accent-deep", is_text=True),
    *_on("alarm", "page surface surface-sunk alarm-wash", is_text=True),
    *_on("line-strong", "page surface surface-sunk", is_text=False),
    *_on("accent", "map-land map-sea map-context", is_text=False),
    *_on("ember", "page surface ember-wash", is_text=True),
    *_on("ember", "map-land map-sea map-context", is_text=False),
    *_on("focus", "page surface surface-sunk accent-wash ember-wash alarm-wash", is_text=False),
    *_on("focus", "map-land map-sea map-context", is_text=False),
]


def palettes():
    """{name of a palette: {name of a colour: "#rrggbb"}}."""
    return {name: _colours(blocks) for name, blocks in PALETTES.items()}


def contrast(one, other):
    """From 1 to 21, of two colours "#rrggbb". WCAG 2.2, "contrast ratio"."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def lengths():
    """{name: value} of the sizes of type and space, as they are on a narrow screen."""
    return {
        name: value
        for name, value in _blocks("tokens.css")[""].items()
        if name.startswith(("size-", "space-", "round", "target"))
    }


def _luminance(colour):
    """WCAG 2.2, "relative luminance"."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)


def _linear(channel):
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _colours(blocks):
    values = {}
    for stylesheet, condition in blocks:
        values |= _blocks(stylesheet)[condition]
    return {name: value for name, value in values.items() if re.fullmatch("#[0-9a-f]{6}", value)}


def _blocks(stylesheet):
    """{condition, "" for none: {name of a custom property: value}} of the `:root`s of a file."""
    text = re.sub(r"/\*.*?\*/", "", (STYLESHEETS / stylesheet).read_text(), flags=re.DOTALL)
    pattern = r"(?:@media ([^{]+)\{\s*)?:root\s*\{([^}]*)\}"
    found = {}
    for condition, body in re.findall(pattern, text):
        values = re.findall(r"--([\w-]+):\s*([^;]+);", body)
        found.setdefault(condition.strip(), {}).update(values)
    return found
