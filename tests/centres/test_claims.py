"""Claims: each proof, guessing, replays, what is sent, and the case that a proven one opens."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from centres import cases, claims, daily
from centres.models import (
    Act,
    AuditEntry,
    Claim,
    ClaimDocument,
    ClaimState,
    OpenedFor,
    OutgoingMail,
    Proof,
    Purpose,
    Verification,
)
from centres.workflow import NotPossible, Overtaken
from tests import factories

from .cast import A_DAY, DAY, NOW
from .claiming import (
    LINK,
    NO_LONGER,
    OTHER,
    OWN,
    PDF,
    asked,
    code,
    confirmed,
    entered,
    oak,
    read_out,
    wrong,
)

pytestmark = pytest.mark.django_db

DOUBTED = "+441632960999"
MINUTE = datetime.timedelta(minutes=1)


def upload(content=PDF, name="letter.pdf"):
    return SimpleUploadedFile(name, content)


class TestAddress:
    def test_a_code_to_the_centres_own_domain_proves_it(self):
        claim = confirmed(oak(), email=OWN)

        assert (claim.state, claim.proof, claim.code) == (ClaimState.PROVEN, Proof.EMAIL, "")
        assert claim.link_expires_at == NOW + 90 * A_DAY

    def test_any_other_address_is_confirmed_and_proves_nothing(self):
        claim = confirmed(oak(), email=OTHER)

        assert (claim.state, claim.proof, claim.code) == (ClaimState.ASKED, "", "")
        assert claim.email_confirmed_at == NOW
        assert not Verification.objects.exists()

    def test_the_mail_holds_the_code_and_no_word_of_who_asked(self):
        claim = asked(oak())
        mail = OutgoingMail.objects.get()

        assert mail.to == OWN
        assert code(claim) in mail.body
        assert "Dana" not in mail.body + mail.subject
        assert "Manager" not in mail.body + mail.subject
        assert code(claim) not in mail.once

    def test_the_same_form_sent_twice_is_one_claim_and_one_mail(self):
        house = oak()

        assert asked(house) == asked(house)
        assert OutgoingMail.objects.count() == 1

    def test_a_second_person_gets_the_same_answer_and_a_claim_of_their_own(self):
        house = oak()
        first = confirmed(house, email=OWN)
        second = confirmed(house, email="lee@oakhouse.org.uk", link="another")

        assert {first.state, second.state} == {ClaimState.PROVEN}
        assert first.case == second.case
        assert Verification.objects.count() == 1

    def test_a_centre_that_is_not_listed_is_not_claimed(self):
        with pytest.raises(NotPossible):
            asked(factories.centre(status="draft"))


class TestGuessing:
    def test_five_wrong_codes_end_the_code(self):
        claim = asked(oak())
        guess = wrong(claim)

        for _ in range(claims.MOST_TRIES):
            assert not entered(claim, guess)

        assert code(claim) == ""
        with pytest.raises(NotPossible):
            entered(claim, guess)

    def test_the_right_code_still_serves_after_four_wrong_ones(self):
        claim = asked(oak())
        for _ in range(claims.MOST_TRIES - 1):
            assert not entered(claim, wrong(claim))

        assert entered(claim)

    @pytest.mark.parametrize("typed", ["", "0", "１２３４５６", "\N{SNOWMAN}", "x" * 5000])
    def test_what_is_no_code_is_a_wrong_one(self, typed):
        claim = asked(oak())

        assert not claims.enter_code(claim, typed, token=LINK, now=NOW)

    def test_a_code_runs_out(self):
        claim = asked(oak())

        with pytest.raises(NotPossible):
            entered(claim, now=NOW + 30 * MINUTE)
        assert entered(claim, now=NOW + 29 * MINUTE)

    def test_a_used_code_does_not_serve_again(self):
        claim = asked(oak(), email=OTHER)
        once = code(claim)
        assert entered(claim, once)

        with pytest.raises(NotPossible):
            entered(claim, once)

    def test_another_code_takes_the_place_of_the_last_and_there_are_three(self):
        claim = asked(oak())
        first = code(claim)
        claims.send_another_code(claim, now=NOW)
        assert not entered(claim, first) or first == code(claim)
        claims.send_another_code(claim, now=NOW)

        with pytest.raises(claims.TooMany):
            claims.send_another_code(claim, now=NOW)

    def test_mailed_codes_are_long_and_hold_nothing_that_looks_alike(self):
        house = oak()
        found = set()
        for number in range(15):
            found.add(code(asked(house, email=f"p{number}@oak.example", link=f"t{number}")))

        assert len(found) == 15
        assert all(len(each) == 8 for each in found)
        assert not set("".join(found)) & set("0O1IL5S8B2Z")


class TestLimits:
    def test_an_address_gets_so_many_mails_a_day(self):
        house = oak()
        for number in range(daily.MOST_MAILS):
            asked(house, link=f"token-{number}")

        with pytest.raises(claims.TooMany):
            asked(factories.centre(), email=OWN.upper(), link="one-more")
        assert asked(house, link="tomorrow", now=NOW + A_DAY)
        assert Claim.objects.count() == daily.MOST_MAILS + 1

    def test_a_centre_is_claimed_so_often_a_day(self):
        house = oak()
        for number in range(claims.MOST_CLAIMS_A_DAY):
            asked(house, email=f"p{number}@oak.example", link=f"token-{number}")

        with pytest.raises(claims.TooMany):
            asked(house, email="one-more@oak.example", link="one-more")


class TestPhone:
    def test_a_code_read_out_proves_it(self):
        house = oak()
        claim = claims.choose_phone(confirmed(house), house.phones.get(), now=NOW)

        read_out(claim)
        assert entered(claim, now=NOW + 2 * A_DAY)
        claim.refresh_from_db()
        assert (claim.state, claim.proof, claim.code) == (ClaimState.PROVEN, Proof.PHONE, "")

    def test_a_code_that_nobody_has_read_out_proves_nothing(self):
        house = oak()
        claim = claims.choose_phone(confirmed(house), house.phones.get(), now=NOW)

        with pytest.raises(NotPossible, match="not rung yet"):
            entered(claim)
        assert Claim.objects.get().state == ClaimState.ASKED
        read_out(claim)
        claims.choose_phone(claim, house.phones.get(), now=NOW)
        with pytest.raises(NotPossible, match="not rung yet"):
            entered(claim)

    def test_another_proof_in_between_gives_no_more_codes(self):
        house = oak()
        claim, number = confirmed(house), house.phones.get()
        for _ in range(claims.MOST_CODES):
            claims.choose_phone(claim, number, now=NOW)
            claims.send_document(claim, upload(), now=NOW)

        with pytest.raises(claims.TooMany, match="no more"):
            claims.choose_phone(claim, number, now=NOW)

    def test_wrong_digits_are_counted_over_all_claims_of_a_centre(self):
        house = oak()
        for number in range(claims.MOST_WRONG_A_DAY // claims.MOST_TRIES):
            claim = confirmed(house, email=f"p{number}@gmail.example", link=f"t{number}")
            read_out(claims.choose_phone(claim, house.phones.get(), now=NOW))
            guess = wrong(claim)
            for _ in range(claims.MOST_TRIES):
                assert not entered(claim, guess, link=f"t{number}")
        claim = confirmed(house)
        read_out(claims.choose_phone(claim, house.phones.get(), now=NOW))

        with pytest.raises(claims.TooMany, match="tomorrow"):
            entered(claim)
        assert entered(claim, now=NOW + A_DAY)

    def test_no_mail_holds_the_code_that_is_read_out(self):
        house = oak()
        claim = claims.choose_phone(confirmed(house), house.phones.get(), now=NOW)

        assert not [m for m in OutgoingMail.objects.all() if code(claim) in f"{m.body}{m.subject}"]

    def test_it_waits_three_working_days(self):
        house = oak()  # NOW is a Monday
        claim = claims.choose_phone(confirmed(house), house.phones.get(), now=NOW)

        assert claim.code_expires_at.date() == (NOW + 3 * A_DAY).date()
        assert claim in Claim.objects.to_ring(now=NOW + 3 * A_DAY)
        assert claim not in Claim.objects.to_ring(now=NOW + 4 * A_DAY)

    @pytest.mark.parametrize(
        "facts",
        [
            {"answered_by": "third-party"},
            {"number": DOUBTED, "doubted_on": DAY, "doubted_number": DOUBTED},
        ],
        ids=["answered by others", "in doubt"],
    )
    def test_a_number_that_may_not_be_theirs_proves_nothing(self, facts):
        house = oak()
        other = factories.phone(house, **facts)
        claim = confirmed(house)

        assert other not in claims.phones_to_ring(house)
        with pytest.raises(NotPossible):
            claims.choose_phone(claim, other, now=NOW)

    @pytest.mark.parametrize("since", NO_LONGER.values(), ids=NO_LONGER)
    def test_a_code_of_a_number_that_serves_no_longer_proves_nothing(self, since):
        house = oak()
        claim = claims.choose_phone(confirmed(house), house.phones.get(), now=NOW)
        since(claim.phone)

        with pytest.raises(NotPossible, match="Please choose another way"):
            entered(claim)
        assert Claim.objects.get().state == ClaimState.ASKED
        assert claims.send_document(claim, upload(), now=NOW).proof == Proof.DOCUMENT

    def test_another_centres_number_proves_nothing(self):
        claim = confirmed(oak())

        with pytest.raises(NotPossible):
            claims.choose_phone(claim, factories.phone(factories.centre()), now=NOW)

    def test_nobody_is_rung_before_the_address_is_confirmed(self):
        house = oak()

        with pytest.raises(NotPossible):
            claims.choose_phone(asked(house), house.phones.get(), now=NOW)


class TestDocument:
    def test_it_is_kept_encrypted_and_waits_for_the_team(self):
        claim = claims.send_document(confirmed(oak()), upload(), now=NOW)

        assert claim.state == ClaimState.ASKED
        assert claim in Claim.objects.to_decide()
        assert ClaimDocument.objects.get().content_type == "application/pdf"
        raw = ClaimDocument.objects.extra(select={"raw": "content"}).values_list("raw").get()[0]
        assert raw.startswith("gAAAA")

    @pytest.mark.parametrize(
        "content",
        [b"", b"MZ\x90", b"<html><script>", b"\x89PN", b"PK\x03\x04", b" %PDF-1.7"],
        ids=["nothing", "a program", "a page", "part of a picture", "an archive", "a space before"],
    )
    def test_it_is_told_by_its_content_whatever_it_is_called(self, content):
        claim = confirmed(oak())

        with pytest.raises(ValidationError):
            claims.send_document(claim, upload(content, "letter.pdf"), now=NOW)
        assert not ClaimDocument.objects.exists()

    def test_it_is_not_larger_than_it_may_be(self):
        claim = confirmed(oak())
        whole = PDF + b" " * (claims.MOST_BYTES - len(PDF))

        with pytest.raises(ValidationError):
            claims.send_document(claim, upload(whole + b" "), now=NOW)
        assert claims.send_document(claim, upload(whole), now=NOW)

    def test_another_takes_its_place(self):
        claim = confirmed(oak())
        claims.send_document(claim, upload(), now=NOW)
        claims.send_document(claim, upload(b"\xff\xd8\xff picture"), now=NOW)

        assert ClaimDocument.objects.get().content_type == "image/jpeg"

    def test_a_code_proves_no_document(self):
        claim = claims.send_document(confirmed(oak()), upload(), now=NOW)

        with pytest.raises(NotPossible):
            entered(claim, "123456")


class TestCase:
    def test_a_proven_claim_opens_a_case_of_a_claim(self):
        claim = confirmed(oak(), email=OWN)
        case = Verification.objects.get()

        assert (case.purpose, case.opened_for) == (Purpose.CLAIMED, OpenedFor.CLAIM)
        assert claim.case == case
        assert "Dana" not in case.note
        assert OWN not in case.note

    def test_while_another_case_is_open_it_waits(self):
        house = oak()
        case = cases.open_case(house, by=None, now=NOW)
        claim = confirmed(house, email=OWN)

        assert claim.state == ClaimState.PROVEN
        assert claims.case_waits(claim)
        assert Verification.objects.get() == case

    def test_the_audit_says_that_it_was_proven_and_by_no_name(self):
        confirmed(oak(), email=OWN)
        entries = AuditEntry.objects.filter(kind="claim")
        told = " ".join(f"{e.label} {e.note} {e.changes}" for e in entries)

        assert list(entries.values_list("act", flat=True)) == [Act.DECIDED, Act.ADDED]
        assert "Dana" not in told
        assert "@" not in told

    def test_a_link_that_was_replaced_does_nothing(self):
        claim = asked(oak())
        Claim.objects.update(token="0" * 64)

        with pytest.raises(Overtaken):
            entered(claim, "123456")
