"""What the team does with a centre that was sent in: says why not, or throws it away."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from centres import submissions, withdrawals, workflow
from centres.models import (
    Act,
    AuditEntry,
    Centre,
    OutgoingMail,
    Proposal,
    State,
    Submission,
    Verification,
)
from centres.workflow import NotAllowed, NotPossible, Overtaken, ReasonOwed
from tests import factories
from tests.centres.cast import passed

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def alan():
    return factories.member("alan", "Approver")


class TestTurningDown:
    def test_cancels_the_case_and_rejects_the_proposal_with_words_for_the_sender(self, alan):
        row = factories.submission(email="sam@example.org")
        message = submissions.Message("", "The centre you sent us", "Look at your link.")

        row = submissions.turn_down(
            row, by=alan, answer="It is an agent, not a centre.", message=message, now=NOW
        )

        assert (row.answer, row.email) == ("It is an agent, not a centre.", "")
        assert Verification.objects.get().state == State.CANCELLED
        assert Proposal.objects.get().state == "rejected"
        assert Centre.objects.get().status == "draft"
        assert OutgoingMail.objects.get().to == "sam@example.org"
        assert list(Submission.objects.unanswered()) == []

    def test_needs_words_and_is_done_once(self, alan):
        row = factories.submission()

        with pytest.raises(ReasonOwed):
            submissions.turn_down(row, by=alan, answer="  ", now=NOW)
        submissions.turn_down(row, by=alan, answer="No.", now=NOW)
        with pytest.raises(Overtaken):
            submissions.turn_down(row, by=alan, answer="No.", now=NOW)

    def test_is_an_approver_s(self):
        row, ruth = factories.submission(), factories.member("ruth", "Researcher")

        with pytest.raises(NotAllowed):
            submissions.turn_down(row, by=ruth, answer="No.", now=NOW)
        with pytest.raises(NotAllowed):
            submissions.throw_away(row, by=ruth, now=NOW)

        assert AuditEntry.objects.filter(act=Act.REFUSED).count() == 2

    def test_of_what_is_listed_is_refused(self, alan):
        row = factories.submission()
        Centre.objects.update(status="listed")

        with pytest.raises(NotPossible):
            submissions.turn_down(row, by=alan, answer="No.", now=NOW)


def test_who_gave_an_address_is_told_once_that_it_is_listed_and_it_is_forgotten():
    row = factories.submission(email="sam@example.org")
    factories.submission(email="kim@example.org")
    assert submissions.tell_listed(now=NOW) == 0
    Centre.objects.filter(pk=row.centre_id).update(status="listed")

    assert [submissions.tell_listed(now=NOW) for _ in range(2)] == [1, 0]

    message = OutgoingMail.objects.get()
    assert (message.to, row.centre.get_absolute_url() in message.body) == ("sam@example.org", True)
    row.refresh_from_db()
    assert row.email == ""


class TestThrowingAway:
    def test_deletes_the_draft_with_its_case_and_proposal_and_is_kept_itself(self, alan):
        row = factories.submission()
        case = workflow.perform(Verification.objects.get(), "take", by=alan, now=NOW)

        submissions.throw_away(row, by=alan, now=NOW)

        row.refresh_from_db()
        assert (row.centre, row.proposal) == (None, None)
        assert not Centre.objects.exists()
        assert not Verification.objects.filter(pk=case.pk).exists()
        entry = AuditEntry.objects.get(act=Act.DELETED)
        assert (entry.person, entry.note) == ("alan", "Thrown away.")

    def test_of_what_somebody_checked_is_refused(self, alan):
        row, ruth = factories.submission(), factories.member("ruth", "Researcher")
        seen = factories.criterion(purpose="listed")
        case = workflow.perform(Verification.objects.get(), "take", by=ruth, now=NOW)
        passed(case, seen, by=ruth, now=NOW)

        with pytest.raises(NotPossible, match="it is kept"):
            submissions.throw_away(row, by=alan, now=NOW)

        assert Submission.objects.get().answered_at is None
        assert Verification.objects.get().state == State.IN_REVIEW

    @pytest.mark.parametrize("answered", [True, False])
    def test_the_database_lets_go_only_of_what_was_turned_down(self, alan, answered):
        row = factories.submission()
        if answered:
            submissions.turn_down(row, by=alan, answer="No.", now=NOW)
            Centre.objects.update(status="listed")
        case = Verification.objects.filter(centre=row.centre)

        with pytest.raises(IntegrityError), transaction.atomic():
            case.delete()


class TestPage:
    """Of the admin."""

    def test_tells_where_it_stands_and_turns_it_down(self, client, alan):
        row = factories.submission(email="sam@example.org", answers="")
        client.force_login(alan)
        url = reverse("admin:centres_submission_change", args=[row.pk])
        page = client.get(url).content.decode()
        assert "Turn down" in page
        assert "sam@example.org" not in page

        client.post(
            reverse("admin:centres_submission_turn_down", args=[row.pk]), {"answer": "An agent."}
        )

        assert Submission.objects.get().answer == "An agent."
        assert "Turn down" not in client.get(url).content.decode()

    def test_the_front_page_names_what_waits(self, alan):
        centre = factories.centre(name="Alder Lodge", status="draft")
        factories.submission(centre=centre)
        withdrawals.ask(
            factories.centre(name="Elm House"), asked_for_by="The manager", reason="", now=NOW
        )
        client = Client()
        client.force_login(alan)

        page = client.get(reverse("admin:index")).content.decode()

        assert "Sent in, and neither listed nor answered" in page
        assert "Alder Lodge" in page
        assert "Centres that ask not to be listed" in page
        assert "Elm House" in page
