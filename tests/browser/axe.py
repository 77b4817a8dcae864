"""What would be in somebody's way on a page: axe's rules, and scrolling sideways.

`in_each_way` runs a test once for each of `WAYS`, in which `assert_in_nobodys_way` sees pages;
`problems` are those of a page as it stands.
"""

from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe

#: Every rule axe runs by itself (WCAG 2.2 A and AA, good practice), and the one of 2.2 it does not.
OPTIONS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
GRAVE = {"serious", "critical"}
TWICE = """
    new CSSStyleSheet().replace("html { font-size: 200% }")
        .then(sheet => document.adoptedStyleSheets.push(sheet))
"""

_axe = Axe()


@dataclass(frozen=True, slots=True)
class Way:
    """How a page is looked at. width: of the window, in pixels. is_twice: text at 200 %."""

    width: int
    scheme: str
    is_twice: bool = False


#: By what a failure is called: light and dark, 320 pixels, text at 200 % each in one of them at
#: least. Text twice the size has half a wide screen; that way is the dark one too, since colours do
#: not depend on sizes, and each way costs minutes.
WAYS = {
    "wide": Way(1280, "light"),
    "narrow": Way(320, "light"),
    "dark and twice the size": Way(640, "dark", is_twice=True),
}

in_each_way = pytest.mark.parametrize("way", WAYS)


def problems(page, *, within=None, grave=False):
    """The rules a page breaks, with where: of the part `within` alone, the grave ones alone."""
    violations = _axe.run(page, context=within, options=OPTIONS).response["violations"]
    return [
        (rule["id"], [node["html"][:160] for node in rule["nodes"]][:3])
        for rule in violations
        if not grave or rule["impact"] in GRAVE
    ]


def beyond(page):
    """By how many pixels a page is wider than its window."""
    return max(0, page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def look(page, path, way):
    """Open a page and see it in one of `WAYS`."""
    page.set_viewport_size({"width": way.width, "height": 900})
    page.emulate_media(color_scheme=way.scheme)
    page.goto(path)
    if way.is_twice:
        page.evaluate(TWICE)


def assert_in_nobodys_way(page, way, paths, *, grave=False, also=None):
    """Each page, seen in one of `WAYS`, breaks no rule, fits the window, says and asks for nothing.

    also: called with the page as it stands; what it answers is a problem.
    """
    wrong = {}
    for path in paths:
        page.console_messages.clear()  # axe itself may say something of its own styles
        look(page, path, WAYS[way])
        said = [text for text in page.console_messages if "status of 4" not in text]
        found = [*said, *problems(page, grave=grave), *(also(page) if also else [])]
        if too_wide := beyond(page):
            found.append(f"{too_wide} pixels too wide")
        if found:
            wrong[path] = found
    page.console_messages.clear()
    assert wrong == {}, wrong  # this module is not rewritten by pytest
    assert page.foreign_requests == []
