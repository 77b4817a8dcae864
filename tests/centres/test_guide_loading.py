"""What ships: every statement with a source that is there, and nothing that may not be said."""

import re

import pytest
from django.core.management import call_command
from django.utils import timezone

from centres.guide_loading import load_guides, references, shipped
from centres.guide_text import parse, sources_of, words_of
from centres.models import AuditEntry, Country, GuideRevision, Heading, Reference
from tests import factories

TEXTS = shipped()
SECTIONS = [
    pytest.param(slug, section, id=f"{slug}-{section['heading']}-{section.get('country', '')}")
    for slug, text in TEXTS.items()
    for section in text["section"]
]
#: What must not be said anywhere: fear, flattery, selling, or a level of care recommended.
UNSAID = re.compile(
    r"junkie|addicts?\b|abuser|clean\b|luxur|world[- ]class|leading|best rehab|guarantee"
    r"|success rate|you should go|we recommend|you need rehab|deadly|horrif|devastat|nightmare of",
    re.IGNORECASE,
)
#: What is often printed of ketamine, and not supported.
UNSUPPORTED = re.compile(
    r"naltrexone|buprenorphine|methadone|opioid|\bmu[- ]receptor|\bhours?\b|\bday (one|two|\d)"
    r"|days? \d+ ?(–|-|to) ?\d+|taper",
    re.IGNORECASE,
)


def words(slug):
    return " ".join(words_of(parse(section["text"])) for section in TEXTS[slug]["section"])


def test_the_substances_asked_for_first_have_a_guide():
    assert {"ketamine", "alcohol", "heroin", "cocaine", "crack", "cannabis"} <= set(TEXTS)
    assert {"benzodiazepines", "gambling"} <= set(TEXTS)
    length = {slug: len(words(slug)) for slug in TEXTS}
    assert max(length, key=length.get) == "ketamine"


@pytest.mark.parametrize(("slug", "section"), SECTIONS)
def test_every_statement_has_a_source_that_ships(slug, section):
    known = {each["slug"] for each in references()}

    assert section["heading"] in Heading
    assert section.get("country", "") in {"", *Country}
    named = sources_of(parse(section["text"]))
    assert named
    assert set(named) <= known


def test_every_source_is_complete_and_named():
    rows = references()
    named = {slug for text in TEXTS.values() for section in text["section"]
             for slug in sources_of(parse(section["text"]))}  # fmt: skip

    assert {each["slug"] for each in rows} == named
    assert len({each["slug"] for each in rows}) == len(rows)
    assert all(each["url"].startswith("https://") and each["dated"] for each in rows)


@pytest.mark.parametrize("slug", TEXTS)
def test_nothing_frightens_flatters_sells_or_places_anybody(slug):
    assert UNSAID.findall(words(slug)) == []
    assert UNSAID.findall(TEXTS[slug]["summary"]) == []


def test_of_ketamine_nothing_is_said_that_is_not_supported():
    assert UNSUPPORTED.findall(words("ketamine")) == []
    assert "NMDA" in words("ketamine")
    assert "class C to class B in June 2014" in words("ketamine")


@pytest.mark.parametrize(
    "claim",
    ["It acts on opioid receptors.", "Naltrexone treats it.", "It peaks on day 3.", "48 hours"],
)
def test_what_is_not_supported_would_be_found(claim):
    assert UNSUPPORTED.search(claim)


@pytest.mark.parametrize("slug", TEXTS)
def test_where_stopping_to_drink_comes_up_so_does_medical_advice(slug):
    said = words(slug)

    if slug == "alcohol":
        assert "should not stop suddenly without medical advice" in said
    if re.search(r"alcohol (detox|withdrawal)", said, re.IGNORECASE):
        assert "medical advice" in said


@pytest.mark.parametrize("slug", TEXTS)
def test_each_says_when_to_get_medical_help_at_once(slug):
    assert [s for s in TEXTS[slug]["section"] if s["heading"] == Heading.MEDICAL_HELP]


@pytest.mark.parametrize("slug", TEXTS)
def test_sentences_are_short(slug):
    statements = [
        statement.words
        for section in TEXTS[slug]["section"]
        for block in parse(section["text"])
        for entry in block.entries
        for statement in entry
    ]
    sentences = [each for said in statements for each in re.split(r"(?<=[.:?])\s+", said)]
    lengths = [len(sentence.split()) for sentence in sentences]

    assert sum(lengths) / len(lengths) <= 15
    assert max(lengths) <= 40


@pytest.mark.django_db
class TestLoading:
    def test_it_works(self):
        call_command("load_vocabulary", verbosity=0)

        live = GuideRevision.objects.live().select_related("guide__substance")
        assert {row.guide.substance.slug for row in live} == set(TEXTS)
        row = live.get(guide__substance__slug="ketamine")
        assert row.author is None
        assert row.author_role == row.reviewer_role == "The directory’s editors"
        assert not row.reviewed_by_clinician
        assert row.next_review_on > row.reviewed_on
        assert Reference.objects.count() == len(references())
        assert AuditEntry.objects.filter(kind="guiderevision", person="").count() == len(TEXTS)

    def test_what_is_there_stays(self):
        factories.term("substance", "ketamine")
        now = timezone.now()
        assert load_guides(now=now) == 1
        GuideRevision.objects.update(state="withdrawn", reason="We write our own.")

        assert load_guides(now=now) == 0
        assert not GuideRevision.objects.live().exists()

    def test_a_substance_that_is_not_here_gets_none(self):
        assert load_guides(now=timezone.now()) == 0
