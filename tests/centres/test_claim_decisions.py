"""What the team decides about claims, how links are renewed, and what the clock brings."""

import datetime

import pytest
from django.db import connection

from centres import cases, claim_decisions, claims, daily
from centres.models import (
    Act,
    AuditEntry,
    Claim,
    ClaimDocument,
    ClaimState,
    Closed,
    OutgoingMail,
    Proof,
    Verification,
)
from centres.models.claim import KEPT_FOR, LINK_LASTS, RENEWABLE_FOR
from centres.workflow import NotAllowed, NotPossible, Overtaken, ReasonOwed
from tests import factories

from .cast import A_DAY, NOW, REASON, cast, do
from .claiming import (
    NO_LONGER,
    OTHER,
    OWN,
    PDF,
    asked,
    code,
    confirmed,
    entered,
    found,
    oak,
    token_in_mail,
)

pytestmark = pytest.mark.django_db

OLD = "an-old-link"
MAY = ["ruth", "alan", "root"]
MAY_NOT = ["mona", "audrey", "nobody"]


@pytest.fixture
def people():
    return cast()


def ringing(**facts):
    house = oak(**facts)
    return claims.choose_phone(
        confirmed(house, link=f"link-{house.pk}"), house.phones.get(), now=NOW
    )


def with_document():
    return factories.claim(oak(), document=PDF)


class TestRinging:
    def test_whoever_reads_a_code_is_noted_without_it(self, people):
        claim = claim_decisions.ring(ringing(), by=people.ruth, now=NOW)
        entry = AuditEntry.objects.filter(kind="claim", act=Act.SAW).get()

        assert (entry.person, entry.note) == ("ruth", "The code.")
        assert code(claim) not in f"{entry.label}{entry.note}{entry.changes}"

    def test_a_code_that_was_opened_serves_even_once_it_is_put_back(self, people):
        claim = ringing()
        link = f"link-{claim.centre_id}"
        with pytest.raises(NotPossible):
            entered(claim, link=link)
        claim_decisions.ring(claim, by=people.ruth, now=NOW)
        claim_decisions.put_back(claim, by=people.ruth, now=NOW)

        assert entered(claim, link=link)

    def test_one_at_a_time(self, people):
        first, second = ringing(), ringing(name="Elm House")
        claim_decisions.ring(first, by=people.ruth, now=NOW)
        claim_decisions.ring(second, by=people.ruth, now=NOW)

        assert Claim.objects.get(rung_by=people.ruth) == second

    def test_nobody_else_opens_it_meanwhile(self, people):
        claim = claim_decisions.ring(ringing(), by=people.ruth, now=NOW)

        with pytest.raises(Overtaken):
            claim_decisions.ring(claim, by=people.rob, now=NOW)
        claim_decisions.put_back(claim, by=people.ruth, now=NOW)
        assert claim_decisions.ring(claim, by=people.rob, now=NOW)

    @pytest.mark.parametrize("since", NO_LONGER.values(), ids=NO_LONGER)
    def test_a_number_that_serves_no_longer_is_not_rung(self, people, since):
        claim = ringing()
        since(claim.phone)

        with pytest.raises(NotPossible):
            claim_decisions.ring(claim, by=people.ruth, now=NOW)
        assert not Claim.objects.filter(rung_by__isnull=False).exists()

    def test_there_is_nothing_to_read_once_it_has_run_out(self, people):
        with pytest.raises(NotPossible):
            claim_decisions.ring(ringing(), by=people.ruth, now=NOW + 5 * A_DAY)

    def test_a_code_sent_by_mail_is_nobodys_to_read(self, people):
        with pytest.raises(NotPossible):
            claim_decisions.ring(asked(oak()), by=people.ruth, now=NOW)


class TestDeciding:
    def test_a_document_that_is_accepted_proves_it_and_the_link_goes_to_the_address(self, people):
        claim = with_document()
        claim_decisions.accept(claim, by=people.ruth, reason="Her letter.", now=NOW)
        proven = found(token_in_mail())

        assert proven == claim
        assert (proven.state, proven.decided_by) == (ClaimState.PROVEN, people.ruth)
        assert proven.case == Verification.objects.get()

    def test_a_refusal_says_why_and_deletes_the_document(self, people):
        claim = with_document()
        claim_decisions.reject(claim, by=people.ruth, reason="Of another house.", now=NOW)

        assert Claim.objects.get().state == ClaimState.REJECTED
        assert not ClaimDocument.objects.exists()
        assert "Of another house." in OutgoingMail.objects.get().body

    def test_an_address_nobody_confirmed_gets_no_mail(self, people):
        claim = asked(oak())
        claim_decisions.reject(claim, by=people.ruth, reason=REASON, now=NOW)

        assert not OutgoingMail.objects.exclude(kind="claim-code").exists()

    def test_a_link_that_is_ended_no_longer_serves(self, people):
        claim = factories.claim(oak(), proven_at=NOW, takes_callbacks=True)
        claim_decisions.end(claim, by=people.ruth, reason="She left.", now=NOW)
        claim.refresh_from_db()

        assert (claim.state, claim.takes_callbacks) == (ClaimState.ENDED, False)
        assert not claim.is_in_force(now=NOW)
        assert "She left." in OutgoingMail.objects.get().body

    @pytest.mark.parametrize("step", ["accept", "reject", "end"])
    def test_each_owes_a_reason_and_is_done_once(self, people, step):
        claim = factories.claim(oak(), proven_at=NOW) if step == "end" else with_document()
        act = getattr(claim_decisions, step)
        with pytest.raises(ReasonOwed):
            act(claim, by=people.ruth, reason=" ", now=NOW)
        act(claim, by=people.ruth, reason=REASON, now=NOW)

        again = Claim.objects.get()
        with pytest.raises((Overtaken, NotPossible)):
            act(again, by=people.ruth, reason=REASON, now=NOW)

    @pytest.mark.parametrize("who", MAY_NOT)
    @pytest.mark.parametrize("step", ["accept", "reject", "end", "ring"])
    def test_who_may_not_changes_nothing_and_is_noted(self, people, who, step):
        claim = factories.claim(oak(), proven_at=NOW) if step == "end" else with_document()
        reason = {} if step == "ring" else {"reason": REASON}
        before = Claim.objects.values().get()

        with pytest.raises(NotAllowed):
            getattr(claim_decisions, step)(claim, by=getattr(people, who), now=NOW, **reason)
        assert Claim.objects.values().get() == before
        assert AuditEntry.objects.filter(act=Act.REFUSED, person=who).count() == 1

    @pytest.mark.parametrize("who", MAY)
    def test_who_may(self, people, who):
        assert claim_decisions.accept(
            with_document(), by=getattr(people, who), reason=REASON, now=NOW
        )


class TestRenewing:
    def test_a_new_link_serves_and_the_old_one_does_not(self):
        claim = factories.claim(oak(), token=OLD, proven_at=NOW)
        claim_decisions.renew(claim, now=NOW + 80 * A_DAY)

        assert found(OLD) is None
        assert found(token_in_mail()).link_expires_at == NOW + 80 * A_DAY + LINK_LASTS

    def test_one_that_ran_out_a_while_ago_is_not_renewed(self):
        claim = factories.claim(oak(), proven_at=NOW)

        with pytest.raises(NotPossible):
            claim_decisions.renew(claim, now=NOW + LINK_LASTS + RENEWABLE_FOR)

    def test_an_address_that_is_known_gets_it_again(self):
        house = oak()
        factories.claim(house, token=OLD, email=OWN, proven_at=NOW)
        claim_decisions.send_link_again(house, email=OWN.upper(), now=NOW)

        assert found(token_in_mail()) is not None

    @pytest.mark.parametrize("email", ["lee@oakhouse.org.uk", "", "dana"])
    def test_any_other_gets_nothing(self, email):
        house = oak()
        factories.claim(house, email=OWN, proven_at=NOW)
        claim_decisions.send_link_again(house, email=email, now=NOW)
        claim_decisions.send_link_again(factories.centre(), email=OWN, now=NOW)

        assert not OutgoingMail.objects.exists()

    def test_it_is_as_silent_about_one_that_was_sent_often(self):
        house = oak()
        factories.claim(house, email=OWN, proven_at=NOW)
        for _ in range(daily.MOST_MAILS + 2):
            claim_decisions.send_link_again(house, email=OWN, now=NOW)

        assert OutgoingMail.objects.count() == daily.MOST_MAILS


class TestByTheClock:
    def expire(self, *, days):
        return claim_decisions.expire(now=NOW + datetime.timedelta(days=days))

    def test_a_code_that_has_run_out_is_wiped(self):
        claim = asked(oak())

        assert self.expire(days=1)["codes"] == 1
        assert code(claim) == ""

    def test_a_link_that_nobody_renewed_ends(self):
        claim = factories.claim(oak(), proven_at=NOW, takes_callbacks=True)

        assert self.expire(days=103)["links"] == 0
        assert self.expire(days=104)["links"] == 1
        claim.refresh_from_db()
        assert (claim.state, claim.takes_callbacks) == (ClaimState.ENDED, False)

    def test_a_mail_says_once_that_a_link_ends_soon(self):
        factories.claim(oak(), proven_at=NOW)
        self.expire(days=75)
        assert not OutgoingMail.objects.exists()
        self.expire(days=77)
        self.expire(days=78)

        assert OutgoingMail.objects.get().kind == "claim-ends"

    @pytest.mark.parametrize(
        "facts",
        [
            {},
            {"document": PDF},
            {"state": "ended", "ended_at": NOW, "reason": "Left."},
            {"state": "rejected", "decided_at": NOW, "reason": "No."},
        ],
        ids=["never proven", "never decided", "ended", "rejected"],
    )
    def test_what_came_to_nothing_is_deleted_with_its_document(self, facts):
        if "decided_at" in facts:
            facts = {**facts, "decided_by": factories.person("ruth")}
        factories.claim(oak(), asked_at=NOW, **facts)

        assert self.expire(days=KEPT_FOR.days - 1)["deleted"] == 0
        assert self.expire(days=KEPT_FOR.days)["deleted"] == 1
        assert not Claim.objects.exists()
        assert not ClaimDocument.objects.exists()
        assert AuditEntry.objects.filter(kind="claim", act=Act.DELETED).count() == 1

    def test_a_claim_whose_key_is_lost_holds_up_nothing(self):
        for house in (oak(), oak(name="Elm House")):
            factories.claim(house, asked_at=NOW)
            factories.claim(house, proven_at=NOW)
            factories.claim(house, proven_at=NOW - A_DAY * 79)
        lost = Claim.objects.sealed().filter(centre__name="Oak House")
        with connection.cursor() as cursor:
            for key in lost.values_list("pk", flat=True):
                cursor.execute("UPDATE centres_claim SET email = 'x' WHERE id = %s", [key])
        with pytest.raises(Closed):
            list(Claim.objects.all())

        done = self.expire(days=KEPT_FOR.days)
        assert (done["deleted"], done["links"], done["cases"]) == (2, 2, 2)
        assert self.expire(days=77)["reminders"] == 1

    def test_a_claim_that_stands_is_kept(self):
        factories.claim(oak(), proven_at=NOW)

        assert self.expire(days=80)["deleted"] == 0

    def test_a_case_that_waited_is_opened_once_the_other_has_closed(self, people):
        house = oak()
        other = cases.open_case(house, by=None, now=NOW)
        claim = confirmed(house, email=OWN)
        assert self.expire(days=0)["cases"] == 0
        do(other, ("cancel", people.amy))

        assert self.expire(days=0)["cases"] == 1
        assert self.expire(days=0)["cases"] == 0
        claim.refresh_from_db()
        assert claim.case.purpose == "claimed"

    def test_a_case_that_was_turned_down_is_not_opened_again(self, people):
        claim = confirmed(oak(), email=OWN)
        do(claim.case, ("cancel", people.amy))

        assert self.expire(days=1)["cases"] == 0

    def test_what_is_confirmed_and_no_code_waits_is_not_touched(self):
        claim = confirmed(oak(), email=OTHER)

        assert self.expire(days=2) == dict.fromkeys(
            ["codes", "reminders", "links", "deleted", "cases"], 0
        )
        assert claim in Claim.objects.open()
        assert claim.proof != Proof.EMAIL
        with pytest.raises(NotPossible):
            entered(claim, "123456")
