"""The catalogues: complete where the site says that it speaks Welsh, and true to what they say."""

import re
from gettext import GNUTranslations

import pytest

from finder import american, catalogues

#: What nobody has put into Welsh yet; a page whose text is from here says so: see finder/languages.
NOT_YET = re.compile(r"callback|claim|listing|list_a_centre|reply")
PLACES = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
ELEMENTS = re.compile(r"<[^>]*>")


def key(message):
    return message.context, message.id


@pytest.fixture(scope="module")
def texts():
    """Every text there is now, by its context and itself."""
    return {key(message): message for message in catalogues.found() if message.id}


@pytest.fixture(scope="module")
def welsh():
    return {key(message): message for message in catalogues.read("cy") if message.id}


def forms(text):
    return text if isinstance(text, tuple) else (text,)


def test_it_finds_texts_in_code_in_templates_and_in_data(texts):
    assert (None, "Nearest first") in texts
    assert (None, ("%(number)s centre", "%(number)s centres")) in texts
    assert (None, "Which “%(text)s” do you mean?") in texts
    assert ("term", "Powder cocaine") in texts
    assert ("help line", "someone to talk to, about anything") in texts


def test_the_search_and_the_help_pages_are_in_welsh_to_the_last_word(texts, welsh):
    asked = {
        each
        for each, message in texts.items()
        if any(not NOT_YET.search(path) for path, _line in message.locations)
    }
    lacking = {
        each for each in asked if each not in welsh or not catalogues.is_translated(welsh[each])
    }

    assert lacking == set(), "run build_messages, and write their Welsh into locale/cy"


def test_a_translation_has_the_values_and_the_elements_of_its_text(welsh):
    """Of a text's two forms the one for a single thing may leave the number out."""
    wrong = []
    for each, message in welsh.items():
        for said in filter(None, forms(message.string)):
            for kind in (PLACES, ELEMENTS):
                meant = [sorted(kind.findall(form)) for form in forms(each[1])]
                if sorted(kind.findall(said)) not in meant:
                    wrong.append((each[1], said))

    assert wrong == []


def test_safety_is_said_in_no_other_way_where_it_is_said_again(welsh):
    """One text of the sentence about drinking, wherever it stands."""
    said = [key for key in welsh if "drinks heavily" in str(key[1])]

    assert len(said) == 1


@pytest.mark.parametrize("language", [catalogues.WELSH, catalogues.AMERICAN])
def test_what_is_compiled_is_what_is_written(language):
    with catalogues.path_of(language, compiled=True).open("rb") as file:
        compiled = {text: said for text, said in GNUTranslations(file)._catalog.items() if text}
    written = {}
    for message in catalogues.translated(catalogues.read(language)):
        if not message.id:
            continue
        context = f"{message.context}\x04" if message.context else ""
        if isinstance(message.id, tuple):
            for number, said in enumerate(message.string):
                written[context + message.id[0], number] = said
        else:
            written[context + message.id] = message.string

    assert compiled == written


def test_american_english_is_what_its_words_make_of_every_text(texts):
    kept = {key(message): message.string for message in catalogues.read("en_US") if message.id}
    made = {
        each: tuple(american.said(form) for form in forms(each[1]))
        for each in texts
    }  # fmt: skip
    different = {each: said for each, said in made.items() if said != forms(each[1])}

    assert {each: forms(said) for each, said in kept.items()} == different, "run build_messages"


@pytest.mark.parametrize(
    ("british", "as_american"),
    [
        ("Centres near a programme", "Centers near a program"),
        ("%(centre)s has a programme", "%(centre)s has a program"),
        ("{centre} is a centre", "{centre} is a center"),
        ("Behaviour, licence and counselling", "Behavior, license and counseling"),
        ("Epicentre", "Epicentre"),
        ("Nothing else decides", "Nothing else decides"),
    ],
)
def test_words_change_and_the_names_of_values_do_not(british, as_american):
    assert american.said(british) == as_american
