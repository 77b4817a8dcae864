"""Help lines and mutual aid, by country: dated data in `fixtures/help_lines.toml`, read once."""

import datetime
import tomllib
from dataclasses import dataclass, replace
from functools import cache

from django.conf import settings
from django.utils.translation import get_language, pgettext

from . import telephone

PATH = settings.BASE_DIR / "fixtures" / "help_lines.toml"
#: Kinds that stand on every page; the others are on /help/ only.
EVERYWHERE = {"emergency", "health", "crisis", "drugs", "children"}
KINDS = EVERYWHERE | {"free", "mutual-aid", "family"}
#: Of an entry, what is said in the language of the page.
WORDS = ("name", "what_for", "hours")


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpLine:
    """One service somebody can turn to, with the day its entry was last checked."""

    country: str
    kind: str
    name: str
    what_for: str
    checked_on: datetime.date
    phone: str = ""
    textphone: str = ""
    sms: str = ""
    word: str = ""  # what to text
    hours: str = ""
    url: str = ""
    source: str = ""  # what `what_for` rests on, and what that is called
    source_name: str = ""

    @property
    def phone_link(self):
        return telephone.link(self.phone, self.country)

    @property
    def textphone_link(self):
        return telephone.link(self.textphone, self.country)

    @property
    def sms_link(self):
        return f"sms:{self.sms}"


def everything():
    """Every entry of the file, in its order and in the language of the page that shows it.

    Raises on an entry that is not complete.
    """
    return _in_language(get_language())


@cache
def _in_language(language):
    return tuple(
        replace(line, **{name: _said(getattr(line, name)) for name in WORDS}) for line in _stored()
    )


def _said(words):
    return pgettext("help line", words) if words else ""


@cache
def _stored():
    entries = tomllib.loads(PATH.read_text(encoding="utf-8"))["line"]
    lines = tuple(HelpLine(**entry) for entry in entries)
    for line in lines:
        if line.kind not in KINDS or not (line.phone or line.sms or line.url):
            raise ValueError(f"{PATH.name}: {line.name} ({line.country}) is not complete")
    return lines


def of(country, *, kinds=EVERYWHERE):
    """The lines of `country` ("GB" or "US") of these kinds, emergencies first."""
    return [line for line in everything() if line.country == country and line.kind in kinds]


def checked_on(country):
    """The day by which every line of `country` had been checked: the oldest of their dates."""
    return min(line.checked_on for line in everything() if line.country == country)
