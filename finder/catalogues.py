"""The texts that are translated: found in the code, the templates and the data that ship with it,
and kept as gettext catalogues under `locale/`. Babel reads and writes them: no GNU gettext needed.

Welsh is written by hand in its catalogue. American English is worked out, text by text, from the
words that are spelt or said differently there; where it says the same, it has no entry.
"""

import datetime
import io
import json
import re
import tomllib

from babel.messages import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

from . import american
from .map.sources import OUTLINES
from .places.sources import SOURCES

LOCALE = settings.BASE_DIR / "locale"
WELSH, AMERICAN = "cy", "en_US"
#: What marks a text in code, and which of its arguments are text; "c": its context.
KEYWORDS = {
    "gettext": (1,),
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
KEYWORDS |= {f"{name}_lazy": arguments for name, arguments in KEYWORDS.items()}
KEYWORDS |= {"_": (1,), "gettext_noop": (1,)}
WIDTH = 100
#: What is compiled names the day it was made: always this one, so that it changes with its words.
NO_DAY = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
#: Lines of a catalogue's head that would differ with every run.
MACHINE_LINES = (
    "POT-Creation-Date", "PO-Revision-Date", "Generated-By", "Last-Translator", "Language-Team",
    "Report-Msgid-Bugs-To",
)  # fmt: skip


def found():
    """A `Catalog` of every text to be translated, each with the files it is in."""
    catalog = Catalog()
    for path, source in _sources():
        name = path.relative_to(settings.BASE_DIR).as_posix()
        for line, keyword, messages, _ in extract_python(source, KEYWORDS, [], {}):
            context, text = _message(keyword, messages)
            if text and all(text):
                text = tuple(text) if len(text) > 1 else text[0]
                catalog.add(text, locations=[(name, line)], context=context)
    for name, context, text in _data():
        catalog.add(text, locations=[(name, 1)], context=context)
    return catalog


def _sources():
    """(path, file of Python) of each module, and of each template as the Python Django makes it."""
    for package in ("centres", "finder"):
        for path in sorted((settings.BASE_DIR / package).rglob("*.py")):
            yield path, io.BytesIO(path.read_bytes())
    templates = settings.BASE_DIR / "templates"
    for path in sorted([*templates.glob("*.html"), *(templates / "finder").rglob("*.html")]):
        lines = templatize(path.read_text()).splitlines()
        # In brackets and unindented: what is no Python there is read past.
        source = "(\n" + "\n".join(line.strip() for line in lines) + "\n)"
        yield path, io.BytesIO(source.encode())


def _message(keyword, messages):
    """(context or None, [text, its plural]) of a call's arguments."""
    arguments = KEYWORDS[keyword]
    given = messages if isinstance(messages, tuple) else (messages,)
    if isinstance(arguments[0], tuple):
        return given[0], [given[place - 1] for place in arguments[1:] if place <= len(given)]
    return None, [given[place - 1] for place in arguments if place <= len(given)]


def _data():
    """(file, context, text) of what the site's own data say to visitors."""
    for row in _fixture("vocabulary.json"):
        yield "fixtures/vocabulary.json", "term", row["fields"]["label"]
    for row in _fixture("criteria.json"):
        yield "fixtures/criteria.json", "criterion", row["fields"]["title"]
        for line in row["fields"]["accepted_evidence"].splitlines():
            yield "fixtures/criteria.json", "evidence", line
    for source in SOURCES + OUTLINES:
        yield "finder/places/sources.py", "source", source.what
    lines = tomllib.loads((settings.BASE_DIR / "fixtures" / "help_lines.toml").read_text())["line"]
    for line in lines:
        for name in ("name", "what_for", "hours"):
            if line.get(name):
                yield "fixtures/help_lines.toml", "help line", line[name]


def _fixture(name):
    return json.loads((settings.BASE_DIR / "fixtures" / name).read_text())


def path_of(language, *, compiled=False):
    return LOCALE / language / "LC_MESSAGES" / f"django.{'mo' if compiled else 'po'}"


def read(language):
    """The `Catalog` of a language as it is kept."""
    with path_of(language).open("rb") as file:
        catalog = read_po(file, locale=language)
    catalog.creation_date = NO_DAY
    return catalog


def update():
    """Writes every catalogue anew, with the texts that are there now, and compiles it.

    Answers how many texts the Welsh one has, and those that have no Welsh yet.
    """
    template = found()
    welsh = read(WELSH)
    welsh.update(template, no_fuzzy_matching=True)
    _write(WELSH, welsh)
    _write(AMERICAN, american_of(template))
    texts = [message for message in welsh if message.id]
    return len(texts), [message for message in texts if not is_translated(message)]


def is_translated(message):
    """Whether every form of a text has words."""
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(forms)


def translated(catalog):
    """The `Catalog` without texts that have no words yet: those are said in English."""
    for message in [message for message in catalog if not is_translated(message)]:
        catalog.delete(message.id, context=message.context)
    return catalog


def american_of(template):
    """The `Catalog` of those texts that an American says differently."""
    about = "# American English, worked out from finder/american.py: nothing here is by hand."
    catalog = Catalog(locale=AMERICAN, header_comment=about, fuzzy=False)
    for message in template:
        forms = message.id if isinstance(message.id, tuple) else (message.id,)
        said = tuple(american.said(form) for form in forms)
        if said != forms:
            catalog.add(message.id, said if len(said) > 1 else said[0], context=message.context,
                        locations=message.locations)  # fmt: skip
    return catalog


def _write(language, catalog):
    folder = path_of(language).parent
    folder.mkdir(parents=True, exist_ok=True)
    with path_of(language).open("wb") as file:
        write_po(file, catalog, width=WIDTH, sort_output=True, ignore_obsolete=True,
                 include_lineno=False)  # fmt: skip
    text = path_of(language).read_text()
    path_of(language).write_text(_without_machine_lines(text))
    with path_of(language, compiled=True).open("wb") as file:
        write_mo(file, translated(read(language)))


def _without_machine_lines(text):
    names = "|".join(MACHINE_LINES)
    return re.sub(rf'^"({names}): .*\n', "", text, flags=re.MULTILINE)
