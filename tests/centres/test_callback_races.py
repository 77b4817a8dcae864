"""Callback requests and two at once: one wins, the other is told, and nothing is read twice."""

import datetime

import pytest

from centres import callback_links, callback_queue, callbacks
from centres.models import AuditEntry, CallbackLink, CallbackRequest, OutgoingMail
from centres.workflow import Refused

from .at_once import one_wins, together
from .callbacks import CONSENTS, SAID, asked, link_in_mail, taking
from .cast import cast

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 6
NOW = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)


def test_two_of_the_team_open_the_same_request():
    people = cast()
    people.alan.groups.set(people.carol.groups.all())
    for number in range(ROUNDS):
        row = asked(form=f"f{number}", now=NOW)
        pair = [people.carol, people.alan][:: 1 if number % 2 else -1]

        one_wins(
            together(
                *(lambda by=by, row=row: callback_queue.open_up(row, by=by, now=NOW) for by in pair)
            )
        )

        row = CallbackRequest.objects.get(pk=row.pk)
        seen = AuditEntry.objects.filter(act="saw", row_id=str(row.pk))
        assert [entry.person_id for entry in seen] == [row.opened_by_id]
        callbacks.withdraw(f"f{number}", now=NOW)


def test_one_of_the_team_opens_two_requests():
    carol = cast().carol
    for number in range(ROUNDS):
        rows = [asked(form=f"f{number}{each}", now=NOW) for each in "ab"]

        one_wins(
            together(
                *(lambda row=row: callback_queue.open_up(row, by=carol, now=NOW) for row in rows)
            )
        )

        assert CallbackRequest.objects.filter(opened_by=carol).count() == 1
        CallbackRequest.objects.sealed().only("pk").delete()


def test_a_link_is_used_twice_at_once():
    centre = taking(now=NOW)
    for number in range(ROUNDS):
        row = asked(centre, form=f"f{number}", now=NOW)
        token = link_in_mail()

        results = together(*[lambda token=token: callback_links.read(token, now=NOW)] * 2)

        assert isinstance(one_wins(results), callback_links.Spent)
        assert CallbackLink.objects.filter(request=row, purpose="answer").count() == 1
        assert AuditEntry.objects.filter(act="saw", row_id=str(row.pk)).count() == 1


def test_withdrawn_while_the_centre_reads():
    """Whoever comes first: a centre that read it is told to stop, one that came too late reads
    nothing."""
    centre, read_first = taking(now=NOW), 0
    for number in range(ROUNDS):
        asked(centre, form=f"f{number}", now=NOW)
        token, form = link_in_mail(), f"f{number}"
        steps = [
            lambda token=token: callback_links.read(token, now=NOW),
            lambda form=form: callbacks.withdraw(form, now=NOW),
        ]

        results = together(*steps[:: 1 if number % 2 else -1])

        refused = [result for result in results if isinstance(result, Refused)]
        assert not CallbackRequest.objects.sealed().exists()
        assert not CallbackLink.objects.exists()
        read_first += not refused
        assert OutgoingMail.objects.filter(kind="callback-stop").count() == read_first


def test_withdrawn_while_the_job_deletes_it_and_the_centre_answers():
    centre, later = taking(now=NOW), NOW + callbacks.KEPT_FOR
    for number in range(ROUNDS):
        asked(centre, form=f"f{number}", now=NOW)
        answer = callback_links.read(link_in_mail(), now=NOW).answer
        form = f"f{number}"

        together(
            lambda: callbacks.delete_due(later),
            lambda form=form: callbacks.withdraw(form, now=later),
            lambda answer=answer: callback_links.answer(answer, "tried", now=NOW),
        )

        assert not CallbackRequest.objects.sealed().exists()
        gone = AuditEntry.objects.filter(act="deleted", kind="callbackrequest")
        assert gone.count() == number + 1


def test_the_same_form_sent_twice_at_once():
    centre = taking(now=NOW)
    for number in range(ROUNDS):
        form = f"f{number}"

        first, second = together(
            *[
                lambda form=form: callbacks.ask(
                    centre, SAID, token=form, consents=CONSENTS, language="cy", now=NOW
                )
            ]
            * 2
        )

        assert first.pk == second.pk
    assert CallbackRequest.objects.sealed().count() == ROUNDS
    assert OutgoingMail.objects.filter(kind="callback-notice").count() == ROUNDS
