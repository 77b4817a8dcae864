"""“Do not list”: who decides it, what follows, and that only another lifts it."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from centres import cases, withdrawals
from centres.models import Act, AuditEntry, Centre, State, Withdrawal
from centres.workflow import NotAllowed, NotPossible, Overtaken, ReasonOwed
from tests import factories

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TODAY = timezone.localdate(NOW)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def alan():
    return factories.member("alan", "Approver")


@pytest.fixture
def amy():
    return factories.member("amy", "Approver")


def withdraw(centre, by, **facts):
    facts = {"asked_for_by": "The manager", "reason": "They asked us to.", "now": NOW, **facts}
    return withdrawals.withdraw(centre, by=by, **facts)


def test_it_works(alan, client):
    centre = factories.centre(name="Oak House", slug="oak-house")

    row = withdraw(centre, alan)

    centre.refresh_from_db()
    assert (centre.status, row.stands, row.withdrawn_by) == ("withdrawn", True, alan)
    assert client.get("/centres/oak-house/").status_code == 404
    entry = AuditEntry.objects.get(act=Act.CHANGED, kind="centre")
    assert (entry.person, entry.changes) == ("alan", {"status": ["listed", "withdrawn"]})


def test_its_advert_ends_and_its_open_case_is_cancelled(alan):
    centre = factories.centre(verified_from=TODAY, verified_until=TODAY + 90 * DAY)
    advert = factories.advertise(centre, TODAY, TODAY + 30 * DAY)
    case = cases.open_case(centre, by=None, now=NOW)

    withdraw(centre, alan)

    advert.refresh_from_db(), case.refresh_from_db(), centre.refresh_from_db()
    assert advert.ended_on == TODAY
    assert case.state == State.CANCELLED
    assert not centre.is_advertiser(now=NOW)


def test_a_closed_one_is_withdrawn_too_and_forgets_the_day_it_closed(alan):
    centre = factories.centre(status="closed", closed_on=TODAY, successor=factories.centre())

    withdraw(centre, alan)

    centre.refresh_from_db()
    assert (centre.status, centre.closed_on, centre.successor) == ("withdrawn", None, None)


@pytest.mark.parametrize("role", ["Researcher", "Advertising manager", "Auditor"])
def test_only_an_approver_decides_and_a_refusal_is_noted(role):
    centre, other = factories.centre(), factories.member("other", role)
    waiting = withdrawals.ask(centre, asked_for_by="A carer", reason="", now=NOW)

    with pytest.raises(NotAllowed):
        withdraw(centre, other)
    with pytest.raises(NotAllowed):
        withdrawals.decline(waiting, by=other, reason="No.", now=NOW)
    with pytest.raises(NotAllowed):
        withdrawals.lift(waiting, by=other, reason="No.", now=NOW)

    centre.refresh_from_db()
    assert centre.status == "listed"
    assert AuditEntry.objects.filter(act=Act.REFUSED, person="other").count() == 3


@pytest.mark.parametrize("facts", [{"reason": " "}, {"asked_for_by": " "}])
def test_it_says_who_asked_and_why(alan, facts):
    centre = factories.centre()
    with pytest.raises(ReasonOwed):
        withdraw(centre, alan, **facts)
    assert not Withdrawal.objects.exists()


def test_twice_is_once(alan, amy):
    centre = factories.centre()
    withdraw(centre, alan)

    with pytest.raises(Overtaken):
        withdraw(centre, amy)

    assert Withdrawal.objects.get().withdrawn_by == alan


class TestAsking:
    def test_changes_nothing_until_somebody_decides(self):
        centre = factories.centre()

        row = withdrawals.ask(centre, asked_for_by="The manager", reason="  ", now=NOW)
        again = withdrawals.ask(centre, asked_for_by="The manager", reason="Now!", now=NOW)

        centre.refresh_from_db()
        assert (centre.status, row, row.reason) == ("listed", again, "They gave no reason.")

    def test_what_was_asked_is_what_is_decided(self, alan):
        centre = factories.centre()
        row = withdrawals.ask(centre, asked_for_by="The manager", reason="", now=NOW)

        assert withdraw(centre, alan) == row

    def test_of_a_withdrawn_one_is_refused(self):
        with pytest.raises(NotPossible):
            withdrawals.ask(
                factories.centre(status="withdrawn"), asked_for_by="A", reason="", now=NOW
            )

    def test_declined_it_stays_listed_and_may_be_asked_again(self, alan):
        centre = factories.centre()
        row = withdrawals.ask(centre, asked_for_by="Somebody", reason="", now=NOW)

        withdrawals.decline(row, by=alan, reason="Not from the centre.", now=NOW)

        centre.refresh_from_db(), row.refresh_from_db()
        assert (centre.status, row.standing_in_words) == ("listed", "declined")
        assert withdrawals.ask(centre, asked_for_by="The manager", reason="", now=NOW) != row


class TestLifting:
    def test_makes_a_draft_with_a_case(self, alan, amy, client):
        centre = factories.centre(slug="oak-house")
        row = withdraw(centre, alan)

        case = withdrawals.lift(row, by=amy, reason="They came back.", now=NOW)

        centre.refresh_from_db(), row.refresh_from_db()
        assert (centre.status, case.state, row.stands) == ("draft", State.QUEUED, False)
        assert client.get("/centres/oak-house/").status_code == 404

    def test_is_another_person_s(self, alan):
        row = withdraw(factories.centre(), alan)

        with pytest.raises(NotAllowed, match="somebody else lifts it"):
            withdrawals.lift(row, by=alan, reason="I was wrong.", now=NOW)

    def test_is_done_once_and_with_a_reason(self, alan, amy):
        row = withdraw(factories.centre(), alan)

        with pytest.raises(ReasonOwed):
            withdrawals.lift(row, by=amy, reason=" ", now=NOW)
        withdrawals.lift(row, by=amy, reason="They came back.", now=NOW)
        with pytest.raises(Overtaken):
            withdrawals.lift(row, by=amy, reason="They came back.", now=NOW)


class TestPage:
    """Of the admin."""

    def url(self, centre):
        return reverse("admin:centres_centre_withdraw", args=[centre.pk])

    def test_from_request_to_decision_to_lifting(self, client, alan, amy):
        centre = factories.centre()
        withdrawals.ask(centre, asked_for_by="The manager, by their link", reason="", now=NOW)
        client.force_login(alan)
        page = client.get(self.url(centre)).content.decode()
        assert "The manager, by their link" in page
        assert "They gave no reason." in page
        said = {"asked_for_by": "The manager", "reason": "They want to."}

        client.post(self.url(centre), {"step": "withdraw", **said})

        assert Centre.objects.get().status == "withdrawn"
        assert "somebody else lifts it" in client.get(self.url(centre)).content.decode()
        client.force_login(amy)
        client.post(self.url(centre), {"step": "lift", "end-reason": "They came back."})
        assert Centre.objects.get().status == "draft"

    def test_what_is_missing_is_said_and_what_was_typed_stays(self, client, alan):
        centre = factories.centre()
        client.force_login(alan)

        answer = client.post(self.url(centre), {"step": "withdraw", "reason": "They asked."})

        assert answer.status_code == 409
        assert "Say in which role somebody asked, and why. Nothing was changed." in (
            answer.content.decode()
        )
        assert "They asked.</textarea>" in answer.content.decode()

    @pytest.mark.parametrize(
        ("before", "after"), [("listed", "withdrawn"), ("withdrawn", "listed")]
    )
    def test_the_status_is_not_typed_to_or_from_it(self, client, alan, before, after):
        centre = factories.centre(status=before)
        client.force_login(alan)
        url = reverse("admin:centres_centre_change", args=[centre.pk])
        form = client.get(url).context["adminform"].form

        assert [value for value, _ in form.fields["status"].choices if value == after] == []
        client.post(url, {"status": after, "name": centre.name, "country": "GB"})
        assert Centre.objects.get().status == before
