import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from centres.guide_text import Malformed, parse, sources_of, words_of
from centres.models import GuideRevision, GuideSection, Reference
from tests import factories
from tests.centres import texts

from .rules import WRITES, cases, checks_of, lift_guards, refused, uniques_of

AT = datetime.datetime(2025, 6, 1, 12, tzinfo=datetime.UTC)
NEXT = datetime.date(2999, 1, 1)
LIVE = {"state": "published", "published_at": AT}
UNREVIEWED = {"reviewer_role": "", "reviewed_on": None, "next_review_on": None}

BROKEN = {
    "centres_guiderevision_state_is_known": [{"state": "hidden"}, {"state": ""}],
    "centres_guiderevision_has_a_title": [{"title": ""}],
    "centres_guiderevision_has_a_summary": [{"summary": ""}],
    "centres_guiderevision_has_an_author_role": [{"author_role": ""}],
    "centres_guiderevision_review_is_whole": [
        {"reviewer_role": ""},
        {"next_review_on": None},
        {"reviewed_on": None, "next_review_on": None},
    ],
    "centres_guiderevision_next_review_is_later": [
        {"next_review_on": texts.DAY},
        {"next_review_on": datetime.date(2020, 1, 1)},
    ],
    "centres_guiderevision_clinician_has_a_role": [{**UNREVIEWED, "reviewed_by_clinician": True}],
    "centres_guiderevision_is_published_with_a_date": [
        {"state": "published"},
        {"published_at": AT},
        {"state": "replaced"},
        {"publisher": "alan"},
    ],
    "centres_guiderevision_is_published_once_reviewed": [{**LIVE, **UNREVIEWED}],
    "centres_guiderevision_publisher_is_not_the_author": [
        {**LIVE, "author": "ruth", "publisher": "ruth"},
    ],
    "centres_guiderevision_is_published_by_a_second_person": [{**LIVE, "author": "ruth"}],
}
LEGAL = {
    "shipped": [LIVE],
    "published": [{**LIVE, "author": "ruth", "publisher": "alan"}],
    "replaced": [{**LIVE, "state": "replaced", "author": "ruth", "publisher": "alan"}],
    "withdrawn": [{"state": "withdrawn"}, {**LIVE, "state": "withdrawn"}],
    "not_reviewed_yet": [{**UNREVIEWED, "author": "ruth"}],
    "by_a_clinician": [{"reviewed_by_clinician": True, "reviewer_role": "Psychiatrist"}],
}


def people(facts):
    return {
        name: factories.person(value) if name in ("author", "publisher") and value else value
        for name, value in facts.items()
    }


class TestText:
    def test_it_works(self):
        blocks = parse("One. [a] Two,\nstill two. [b-1, c]\n\n- First [a]\n- Second [d]\n")

        assert [block.is_list for block in blocks] == [False, True]
        assert blocks[0].entries[0][1].words == "Two, still two."
        assert blocks[0].entries[0][1].sources == ("b-1", "c")
        assert [entry[0].words for entry in blocks[1].entries] == ["First", "Second"]
        assert sources_of(blocks) == ["a", "b-1", "c", "d"]
        assert words_of(blocks) == "One. Two, still two. First Second"

    @pytest.mark.parametrize(
        "text", ["No source.", "One. [a] And no source.", "- a [b]\n- c", "[a]"]
    )
    def test_a_statement_without_a_source_is_refused(self, text):
        with pytest.raises(Malformed, match="End each statement with its sources"):
            parse(text)

    @pytest.mark.parametrize("text", ["Said. [A Book]", "Said. []", "Said. [a, ]"])
    def test_a_source_has_the_form_of_a_slug(self, text):
        with pytest.raises(Malformed, match="by their slugs"):
            parse(text)

    def test_a_list_stands_apart(self):
        with pytest.raises(Malformed, match="blank line"):
            parse("Before. [a]\n- an entry [a]")

    def test_html_is_text_like_any_other(self):
        assert words_of(parse("<b>Bold</b> & plain. [a]")) == "<b>Bold</b> & plain."

    def test_of_nothing_there_is_nothing(self):
        assert parse("  \n\n ") == []


@pytest.mark.django_db
class TestRules:
    def test_every_rule_is_proved_here(self):
        assert set(BROKEN) == checks_of(GuideRevision)
        assert uniques_of(GuideRevision) == {
            "centres_guiderevision_number_once_a_guide",
            "centres_guiderevision_one_is_live",
            "centres_guiderevision_one_draft_at_a_time",
        }

    @WRITES
    @pytest.mark.parametrize(("constraint", "facts"), cases(BROKEN))
    def test_a_row_cannot_be_made_to_break_a_rule(self, write, constraint, facts):
        row, facts = texts.draft(), people(facts)
        lift_guards("centres_guiderevision")
        also = {
            "centres_guiderevision_state_is_known": [
                "centres_guiderevision_is_published_with_a_date",
                "centres_guiderevision_is_published_once_reviewed",
            ],
            "centres_guiderevision_clinician_has_a_role": [],
        }

        with refused(constraint, *also.get(constraint, [])):
            write(row, facts)

    @WRITES
    @pytest.mark.parametrize(("words", "facts"), cases(LEGAL))
    def test_its_neighbour_is_accepted(self, write, words, facts):
        row, facts = texts.draft(), people(facts)
        lift_guards("centres_guiderevision")

        write(row, facts)

        row.refresh_from_db()
        assert {name: getattr(row, name) for name in facts} == facts

    def test_one_draft_at_a_time(self):
        row = texts.draft()

        with pytest.raises(IntegrityError), transaction.atomic():
            texts.draft(number=2)
        row.state = "withdrawn"
        row.save()
        assert texts.draft(number=2).pk

    def test_one_text_is_live(self):
        texts.live()
        second = texts.draft()

        with pytest.raises(IntegrityError), transaction.atomic():
            GuideRevision.objects.filter(pk=second.pk).update(**LIVE)

    def test_a_section_says_something_of_a_known_heading(self):
        row = texts.draft()
        facts = {"revision": row, "heading": "families", "text": "Said. [a-source]"}
        for wrong in ({"heading": "history"}, {"country": "FR"}, {"text": ""},
                      {"heading": "what-it-does"}):  # fmt: skip
            with pytest.raises(IntegrityError), transaction.atomic():
                GuideSection.objects.create(**{**facts, **wrong})
        assert GuideSection.objects.create(**facts).pk

    @pytest.mark.parametrize("wrong", ["slug", "label", "citation", "dated", "url"])
    def test_a_reference_is_complete(self, wrong):
        facts = {"slug": "b", "label": "B", "citation": "B.", "dated": "2012"}
        facts |= {"url": "https://example.org/", "read_on": texts.DAY}
        bad = "javascript:alert(1)" if wrong == "url" else ""

        with pytest.raises(IntegrityError), transaction.atomic():
            Reference.objects.create(**{**facts, wrong: bad})
        assert Reference.objects.create(**facts).pk


@pytest.mark.django_db
class TestReading:
    def test_sections_come_in_the_fixed_order_for_the_country(self):
        row = texts.draft(
            sections={
                "families": "F [a-source]",
                ("what-it-does", "GB"): "W in Britain [a-source]",
                "what-it-does": "W [a-source]",
                ("funding", "US"): "Paid there [a-source]",
            }
        )

        said = {
            country: [(heading.value, [s.text[0:4].strip() for s in sections])
                      for heading, sections in row.sections_for(country)]
            for country in ("GB", "US")
        }  # fmt: skip
        assert said["GB"] == [("what-it-does", ["W [a", "W in"]), ("families", ["F [a"])]
        assert [heading for heading, _ in said["US"]] == ["what-it-does", "funding", "families"]

    def test_a_draft_beside_it_changes_nothing_live(self):
        live = texts.live()
        texts.draft(title="A draft")

        assert list(GuideRevision.objects.live()) == [live]

    def test_those_to_publish_are_what_others_wrote(self):
        ruth, alan = factories.person("ruth"), factories.person("alan")
        row = texts.draft(author=ruth)

        assert list(GuideRevision.objects.awaiting_publication_by(alan)) == [row]
        assert not GuideRevision.objects.awaiting_publication_by(ruth).exists()

    def test_its_next_review_comes(self):
        row = texts.draft()
        today = timezone.localdate()

        assert not row.is_due(today=today)
        assert row.is_due(today=row.next_review_on)
        assert not GuideRevision().is_due(today=today)
