"""Texts of guides in the admin: drafted by one, published by another, everything noted."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from centres import guides
from centres.models import Act, AuditEntry, Guide, GuideRevision, Reference
from centres.workflow import NotAllowed, NotPossible, Overtaken, ReasonOwed
from tests import factories
from tests.centres import texts

from .conftest import errors, shown

pytestmark = pytest.mark.django_db


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def page(row):
    return reverse(f"admin:centres_{row._meta.model_name}_change", args=[row.pk])


def step(row, name):
    return reverse(f"admin:centres_{row._meta.model_name}_{name}", args=[row.pk])


def said(response):
    return [str(message) for message in response.context["messages"]]


class TestBeginning:
    def test_a_draft_begins_with_the_live_words_and_leaves_them(self, people):
        live = texts.live(sections={"what-it-does": "It is a drug. [a-source]",
                                    ("funding", "GB"): "The NHS pays. [a-source]"})  # fmt: skip
        ruth = signed_in(people.ruth)
        response = ruth.post(step(live.guide, "draft"))

        draft = GuideRevision.objects.drafts().get()
        assert response["Location"] == page(draft)
        assert (draft.number, draft.author, draft.reviewed_on) == (2, people.ruth, None)
        assert {(s.heading, s.country) for s in draft.sections.all()} == {
            ("what-it-does", ""),
            ("funding", "GB"),
        }
        assert GuideRevision.objects.live().get() == live

    def test_there_is_one_draft_at_a_time(self, people):
        draft = texts.draft(author=people.ruth)

        with pytest.raises(Overtaken, match="There is a draft already, by ruth"):
            guides.begin(draft.guide, by=people.rob, now=timezone.now())

    def test_a_new_guide_is_begun_from_nothing(self, people):
        term = factories.term("substance", "mdma", label="MDMA")
        ruth = signed_in(people.ruth)
        ruth.post(reverse("admin:centres_guide_add"), {"substance": term.pk})
        guide = Guide.objects.get()
        assert "Begin a draft" in ruth.get(page(guide)).content.decode()

        ruth.post(step(guide, "draft"))

        assert GuideRevision.objects.get().title == "MDMA"

    def test_only_a_substance_gets_a_guide(self, people):
        term = factories.term("therapy", "cbt")
        response = signed_in(people.ruth).post(
            reverse("admin:centres_guide_add"), {"substance": term.pk}
        )
        assert "substance" in errors(response)


class TestWriting:
    def test_its_author_changes_it_and_that_is_noted(self, people):
        draft = texts.draft(author=people.ruth)
        ruth = signed_in(people.ruth)
        typed = shown(ruth.get(page(draft)))
        typed |= {"title": "Ketamine, anew", "sections-0-text": "It numbs. [a-source]"}

        response = ruth.post(page(draft), typed)

        assert errors(response) == {}
        draft.refresh_from_db()
        assert draft.title == "Ketamine, anew"
        assert draft.sections.get().text == "It numbs. [a-source]"
        noted = AuditEntry.objects.get(act=Act.CHANGED, kind="guiderevision")
        assert noted.changes == {
            "title": ["Ketamine", "Ketamine, anew"],
            "What it is and what it does": ["It is a drug. [a-source]", "It numbs. [a-source]"],
        }

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("No source.", "End each statement with its sources"),
            ("It numbs. [nobody-knows]", "There is no source called “nobody-knows”."),
        ],
    )
    def test_a_statement_needs_a_source_that_is_there(self, people, text, problem):
        draft = texts.draft(author=people.ruth)
        ruth = signed_in(people.ruth)
        typed = {**shown(ruth.get(page(draft))), "sections-0-text": text}

        response = ruth.post(page(draft), typed)

        assert problem in " ".join(errors(response)["text"])
        assert draft.sections.get().text == "It is a drug. [a-source]"

    def test_half_a_review_is_an_error_beside_its_field(self, people):
        draft = texts.draft(author=people.ruth)
        ruth = signed_in(people.ruth)
        typed = {**shown(ruth.get(page(draft))), "next_review_on": ""}

        assert "together" in " ".join(errors(ruth.post(page(draft), typed))["reviewer_role"])

    @pytest.mark.parametrize("who", ["rob", "alan", "audrey", "root"])
    def test_nobody_else_changes_it(self, people, who):
        draft = texts.draft(author=people.ruth)
        client = signed_in(getattr(people, who))

        assert "It is a drug." in client.get(page(draft)).content.decode()
        assert client.post(page(draft), {"title": "Mine"}).status_code == 403

    def test_nor_does_its_author_once_it_is_published(self, people):
        draft = texts.draft(author=people.ruth)
        guides.publish(draft, by=people.alan, seen=draft.saved_at, now=timezone.now())

        assert signed_in(people.ruth).post(page(draft), {"title": "Mine"}).status_code == 403


class TestPublishing:
    def test_somebody_else_publishes_and_what_was_live_is_kept(self, people):
        before, draft = texts.live(), texts.draft(author=people.ruth, title="New")
        alan = signed_in(people.alan)
        assert "As drafted" not in alan.get(page(draft)).content.decode()

        response = alan.post(
            step(draft, "publish"), {"seen": draft.saved_at.isoformat()}, follow=True
        )

        assert said(response) == ["Published: this is what the public reads now."]
        draft.refresh_from_db(), before.refresh_from_db()
        assert (draft.state, draft.publisher) == ("published", people.alan)
        assert before.state == "replaced"
        noted = AuditEntry.objects.get(act=Act.DECIDED)
        assert (noted.person, noted.note) == ("alan", "Published.")

    @pytest.mark.parametrize(
        ("who", "why"),
        [("rob", "may not publish"), ("root", None), ("audrey", "may not publish")],
    )
    def test_who_may(self, people, who, why):
        draft = texts.draft(author=people.ruth)
        by = getattr(people, who)
        if why is None:
            guides.publish(draft, by=by, seen=draft.saved_at, now=timezone.now())
            return
        with pytest.raises(NotAllowed, match=why):
            guides.publish(draft, by=by, seen=draft.saved_at, now=timezone.now())
        assert AuditEntry.objects.get(act=Act.REFUSED).person == who

    def test_nobody_publishes_their_own(self, people):
        draft = texts.draft(author=people.alan)
        alan = signed_in(people.alan)
        assert "somebody else publishes it" in alan.get(page(draft)).content.decode()

        response = alan.post(
            step(draft, "publish"), {"seen": draft.saved_at.isoformat()}, follow=True
        )

        assert said(response) == ["You wrote this, so somebody else publishes it."]
        assert not GuideRevision.objects.live().exists()

    def test_only_what_the_person_saw(self, people):
        draft = texts.draft(author=people.ruth)
        seen = draft.saved_at
        GuideRevision.objects.update(saved_at=timezone.now())

        with pytest.raises(Overtaken, match="changed since you opened it"):
            guides.publish(draft, by=people.alan, seen=seen, now=timezone.now())

    def test_only_what_is_fit_to_be_read(self, people):
        review = {"reviewer_role": "", "reviewed_on": None, "next_review_on": None}
        draft = texts.draft(author=people.ruth, **review)

        with pytest.raises(NotPossible, match="compared with its sources"):
            guides.publish(draft, by=people.alan, seen=draft.saved_at, now=timezone.now())

    def test_once(self, people):
        draft = texts.draft(author=people.ruth)
        guides.publish(draft, by=people.alan, seen=draft.saved_at, now=timezone.now())

        with pytest.raises(Overtaken, match="is published"):
            guides.publish(draft, by=people.amy, seen=draft.saved_at, now=timezone.now())


class TestWithdrawing:
    def test_its_author_takes_a_draft_back(self, people):
        draft = texts.draft(author=people.ruth)
        signed_in(people.ruth).post(step(draft, "withdraw"))

        draft.refresh_from_db()
        assert draft.state == "withdrawn"

    def test_an_approver_takes_a_live_text_off_with_a_reason(self, people):
        live = texts.live()
        with pytest.raises(ReasonOwed):
            guides.withdraw(live, by=people.alan, now=timezone.now())

        guides.withdraw(live, by=people.alan, reason="A source was wrong.", now=timezone.now())

        assert not GuideRevision.objects.live().exists()
        assert AuditEntry.objects.get(act=Act.DECIDED).note == "Withdrawn. A source was wrong."

    def test_a_researcher_does_not(self, people):
        with pytest.raises(NotAllowed):
            guides.withdraw(texts.live(), by=people.ruth, reason="No.", now=timezone.now())


class TestReferences:
    def test_one_is_added_and_then_stands(self, people):
        ruth = signed_in(people.ruth)
        typed = {"slug": "who-2024", "label": "WHO", "citation": "WHO, 2024.", "dated": "2024",
                 "url": "https://www.who.int/", "read_on": "2025-06-01"}  # fmt: skip
        ruth.post(reverse("admin:centres_reference_add"), typed)
        row = Reference.objects.get()

        for client in (ruth, signed_in(people.root)):
            assert client.post(page(row), {**typed, "label": "Mine"}).status_code == 403

    def test_one_of_a_slug(self, people):
        texts.reference("who-2024")
        typed = {"slug": "who-2024", "label": "WHO", "citation": "WHO.", "dated": "2024",
                 "url": "https://www.who.int/", "read_on": "2025-06-01"}  # fmt: skip
        response = signed_in(people.ruth).post(reverse("admin:centres_reference_add"), typed)

        assert "slug" in errors(response)


def test_the_lists_cost_the_same_however_many(people, django_assert_max_num_queries):
    alan = signed_in(people.alan)
    for slug in ("alcohol", "heroin", "cannabis", "crack", "ghb"):
        texts.live(slug), texts.draft(slug, author=people.ruth)
    for name in ("guide", "guiderevision", "reference"):
        with django_assert_max_num_queries(12):
            assert alan.get(reverse(f"admin:centres_{name}_changelist")).status_code == 200
