"""The pages of a claim, as somebody walks them and as nobody should."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from centres import claims, tokens
from centres.claims import MOST_BYTES
from centres.models import Claim, ClaimState, OutgoingMail, Proposal
from tests import factories
from tests.centres.claiming import NO_LONGER, OTHER, OWN, PDF, code, oak, read_out, wrong
from tests.finder.taking_part.filling import stamped

pytestmark = pytest.mark.django_db

WHO = {"name": "Dana Vexley", "role": "Manager", "email": OWN}


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def send(client, page, /, *args, action=None, **values):
    """The answer to a form; to one of a single button where there is no `action`."""
    data = stamped(action, **values) if action else values
    return client.post(reverse(page, args=args), data)


def begun(client, house, **who):
    """The token of the link to which the first form leads."""
    answer = send(client, "centre-claim", house.slug, action="claim", **{**WHO, **who})
    assert answer.status_code == 303, text(answer)
    return answer["Location"].rstrip("/").rpartition("/")[2]


def claim_of(link):
    return Claim.objects.get(token=tokens.digest(link))


def entered(client, link, typed=None):
    typed = typed or code(claim_of(link))
    return send(client, "claim-code", link, action="claim-code", code=typed)


def proven(house):
    link = tokens.new()
    factories.claim(house, token=link, proven_at=timezone.now())
    return link


class TestClaiming:
    def test_it_works_from_the_first_form_to_the_own_page(self, client):
        house = oak()
        link = begun(client, house)
        assert "Enter the code we sent you" in text(client.get(reverse("claim", args=[link])))

        answer = entered(client, link, f" {code(claim_of(link))[:3]} {code(claim_of(link))[3:]} ")
        assert answer.status_code == 303
        page = text(client.get(reverse("claim", args=[link])))
        assert "Keeping Oak House fresh" in page
        assert "not our verification" in page or "Two people of our team decide" in page
        assert OWN not in page
        assert not client.cookies

    def test_the_telephone_comes_after_another_address(self, client):
        house = oak()
        link = begun(client, house, email=OTHER)
        entered(client, link)
        number = house.phones.get()
        send(client, "claim-phone", link, action="claim-phone", phone=number.pk)

        page = text(client.get(reverse("claim", args=[link])))
        assert "will ring" in page
        assert code(claim_of(link)) not in page
        assert "We have not rung yet" in text(entered(client, link))
        read_out(claim_of(link))
        entered(client, link)
        assert claim_of(link).state == ClaimState.PROVEN

    @pytest.mark.parametrize(
        ("page", "values"),
        [
            ("claim-code", {"code": "AAAAAAAA"}),
            ("claim-phone", {"phone": "0"}),
            ("claim-document", {"document": ""}),
        ],
        ids=["code", "phone", "document"],
    )
    def test_a_link_that_ends_while_it_is_used_is_an_unknown_one(self, client, page, values):
        link = tokens.new()
        factories.claim(oak(), token=link)

        def ends(execute, sql, params, many, context):
            found = execute(sql, params, many, context)
            if "centres_claim" in sql and "SELECT" in sql and not gone:
                gone.append(sql)
                Claim.objects.update(token="0" * 64)
            return found

        gone = []
        with connection.execute_wrapper(ends):
            answer = send(client, page, link, action=page, **values)
        assert (answer.status_code, len(gone)) == (404, 1)

    def test_a_number_that_came_into_doubt_is_not_shown_and_another_proof_is_offered(self, client):
        house = oak()
        link = begun(client, house, email=OTHER)
        entered(client, link)
        number, other = house.phones.get(), factories.phone(house, answered_by="centre")
        send(client, "claim-phone", link, action="claim-phone", phone=number.pk)
        NO_LONGER["in doubt"](number)

        for answer in (client.get(reverse("claim", args=[link])), entered(client, link)):
            page = text(answer)
            assert "no longer serves as proof" in page
            assert "will ring" not in page
            assert "You send a document" in page
        assert claim_of(link).state == ClaimState.ASKED
        send(client, "claim-phone", link, action="claim-phone", phone=other.pk)
        assert "will ring" in text(client.get(reverse("claim", args=[link])))

    def test_a_document_is_sent_and_never_served(self, client):
        link = begun(client, oak(), email=OTHER)
        entered(client, link)
        upload = SimpleUploadedFile("../../<b>letter.html", PDF)
        answer = send(client, "claim-document", link, action="claim-document", document=upload)

        assert answer.status_code == 303
        page = client.get(reverse("claim", args=[link]))
        assert "looks at your document" in text(page)
        assert b"letter.html" not in page.content
        assert claim_of(link).document.size == len(PDF)

    def test_a_large_document_is_never_in_a_file_unencrypted(self, client, settings, tmp_path):
        settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "not-there")  # writing to it would fail
        link = begun(client, oak(), email=OTHER)
        entered(client, link)
        upload = SimpleUploadedFile("large.pdf", PDF + b"%" * (MOST_BYTES - len(PDF)))
        answer = send(client, "claim-document", link, action="claim-document", document=upload)

        assert answer.status_code == 303
        assert claim_of(link).document.size == MOST_BYTES

    @pytest.mark.parametrize("content", [b"<html><script>alert(1)</script>", b"MZ", b""])
    def test_what_is_no_document_is_told_so(self, client, content):
        link = begun(client, oak(), email=OTHER)
        entered(client, link)
        upload = SimpleUploadedFile("letter.pdf", content)
        answer = send(client, "claim-document", link, action="claim-document", document=upload)

        assert answer.status_code == 200
        assert "Please look at this again" in text(answer)

    def test_a_request_too_large_is_refused_unread(self, client):
        link = begun(client, oak(), email=OTHER)
        entered(client, link)
        upload = SimpleUploadedFile("letter.pdf", PDF + b" " * (claims.MOST_BYTES + 200_000))

        assert (
            send(client, "claim-document", link, action="claim-document", document=upload)
        ).status_code == 413

    def test_a_wrong_code_says_how_often_it_may_be_tried(self, client):
        link = begun(client, oak())

        assert "4 more times" in text(entered(client, link, wrong(claim_of(link))))
        for _ in range(3):
            entered(client, link, wrong(claim_of(link)))
        assert "no longer serves" in text(entered(client, link, wrong(claim_of(link))))
        assert "run out" in text(client.get(reverse("claim", args=[link])))

    @pytest.mark.parametrize("claimed", [False, True])
    def test_the_answer_is_the_same_whether_it_was_claimed_before(self, client, claimed):
        house = oak()
        if claimed:
            factories.claim(house, proven_at=timezone.now(), email=OWN)
        page = text(client.get(reverse("centre-claim", args=[house.slug])))

        assert "has been claimed" not in page
        link = begun(client, house)
        assert "Enter the code we sent you" in text(client.get(reverse("claim", args=[link])))

    def test_sent_twice_it_leads_to_the_same_page(self, client):
        house = oak()
        data = stamped("claim", **WHO)
        path = reverse("centre-claim", args=[house.slug])

        assert client.post(path, data)["Location"] == client.post(path, data)["Location"]
        assert OutgoingMail.objects.count() == 1

    @pytest.mark.parametrize("status", ["draft", "suspended", "closed"])
    def test_a_centre_that_is_not_listed_is_not_claimed(self, client, status):
        closed = {"closed_on": timezone.localdate()} if status == "closed" else {}
        house = factories.centre(status=status, **closed)

        assert client.get(reverse("centre-claim", args=[house.slug])).status_code == 404

    def test_one_address_may_guess_only_so_often(self, client):
        link, answers = begun(client, oak()), []
        for _ in range(21):
            answers.append(entered(client, link, "000000").status_code)

        assert answers[-1] == 429


class TestLinks:
    @pytest.mark.parametrize(
        "name", ["claim", "claim-code", "claim-another-code", "claim-phone", "claim-document",
                 "claim-admission", "claim-basics", "claim-callbacks", "claim-renew", "claim-end",
                 "claim-leave"],
    )  # fmt: skip
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_one_that_nobody_has_leads_on(self, client, name, method):
        answer = getattr(client, method)(reverse(name, args=[tokens.new()]))

        assert answer.status_code == 404
        assert "This link does not work" in text(answer)

    @pytest.mark.parametrize(
        "name", ["claim", "claim-code", "claim-another-code", "claim-phone", "claim-document",
                 "claim-admission", "claim-basics", "claim-callbacks", "claim-renew", "claim-end",
                 "claim-leave"],
    )  # fmt: skip
    def test_opening_one_changes_nothing(self, client, name):
        """Mail scanners follow links."""
        house = oak()
        factories.programme(house)
        link = proven(house)
        before = Claim.objects.values().get(), OutgoingMail.objects.count()
        client.get(reverse(name, args=[link]), {"when": "today", "take": "yes"})

        assert (Claim.objects.values().get(), OutgoingMail.objects.count()) == before

    def test_no_page_of_one_is_kept_indexed_or_sent_from_elsewhere(self, client):
        link = proven(oak())
        answer = client.get(reverse("claim", args=[link]))
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Robots-Tag"] == "noindex"

        away = Client(headers={"sec-fetch-site": "cross-site"})
        assert away.post(reverse("claim-end", args=[link])).status_code == 403
        assert claim_of(link).state == ClaimState.PROVEN

    def test_sending_it_again_says_the_same_to_everybody(self, client):
        house = oak()
        factories.claim(house, proven_at=timezone.now(), email=OWN)
        known, other = (
            text(send(client, "claim-link", house.slug, action="claim-again", email=email))
            for email in (OWN, OTHER)
        )

        assert known == other
        assert OutgoingMail.objects.get().to == OWN

    def test_a_renewed_one_comes_by_mail_alone(self, client):
        link = proven(oak())
        page = send(client, "claim-renew", link)

        assert "on its way" in text(page)
        assert re.search(r"/claims/([\w-]{32})/", OutgoingMail.objects.get().body)[1] != link
        assert client.get(reverse("claim", args=[link])).status_code == 404


class TestOwnPage:
    @pytest.mark.parametrize(("tap", "days"), [("today", 0), ("week", 7)])
    def test_one_tap_says_when_somebody_could_start(self, client, tap, days):
        house = oak()
        programme = factories.programme(house)
        answer = send(client, "claim-admission", proven(house), programme=programme.pk, when=tap)
        programme.refresh_from_db()

        assert answer.status_code == 303
        assert (programme.earliest_admission - timezone.localdate()).days == days
        shown = text(client.get(reverse("centre", args=[house.slug])))
        assert "Told to us by the centre" in shown or "by the centre" in shown

    @pytest.mark.parametrize(
        "said",
        [{}, {"when": "soon"}, {"day": "now"}, {"day": "0001-01-01"}, {"day": "9999-12-31"},
         {"when": "<script>"}, {"day": "2026-02-30"}],
    )  # fmt: skip
    def test_it_writes_a_day_or_nothing_and_never_words(self, client, said):
        house = oak()
        programme = factories.programme(house)
        answer = send(client, "claim-admission", proven(house), programme=programme.pk, **said)
        programme.refresh_from_db()

        assert answer.status_code == 409
        assert "That did not work" in text(answer)
        assert programme.earliest_admission is None

    @pytest.mark.parametrize("key", ["", "0", "-1", "x", "9" * 40, "1e3", "١"])
    def test_a_programme_that_is_none_is_refused(self, client, key):
        answer = send(client, "claim-admission", proven(oak()), programme=key, when="today")

        assert answer.status_code == 409

    def test_a_fact_waits_for_the_team(self, client):
        house = oak(beds=10)
        link = proven(house)
        path = reverse("claim-facts", args=[link, "page"])
        shown = client.get(path).context["form"]
        values = {"website": house.website, "about": "Fourteen rooms.", "beds": "14"}
        answer = client.post(
            path, stamped("claim-facts", seen=shown["seen"].value(), words="Ring us.", **values)
        )
        house.refresh_from_db()

        assert answer.status_code == 303
        assert (house.beds, house.about) == (10, "")
        changes = {c["field"]: c["to"] for c in Proposal.objects.get().changes}
        assert changes == {"about": "Fourteen rooms.", "beds": 14}
        assert "Waiting for us" in text(client.get(reverse("claim", args=[link])))
        assert "Fourteen" not in text(client.get(reverse("centre", args=[house.slug])))

    def test_another_persons_change_meanwhile_is_not_undone(self, client):
        house = oak(beds=10)
        path = reverse("claim-facts", args=[proven(house), "page"])
        seen = client.get(path).context["form"]["seen"].value()
        type(house).objects.update(beds=12)
        values = {"website": house.website, "about": "Rooms.", "beds": "10"}
        answer = client.post(path, stamped("claim-facts", seen=seen, **values))

        assert answer.status_code == 200
        assert "has changed since" in text(answer)
        assert not Proposal.objects.exists()

    def test_a_price_waits_with_its_currency_and_day(self, client):
        house = oak()
        programme = factories.programme(house)
        path = reverse("claim-facts", args=[proven(house), f"price-{programme.pk}"])
        seen = client.get(path).context["form"]["seen"].value()
        client.post(path, stamped("claim-facts", seen=seen, price="4200"))
        changes = {c["field"]: c["to"] for c in Proposal.objects.get().changes}

        assert changes == {
            "price": 4200,
            "currency": "GBP",
            "price_on": timezone.localdate().isoformat(),
        }

    def test_numbers_are_changed_added_and_taken_out(self, client):
        house = oak()
        first = house.phones.get()
        second = factories.phone(house)
        path = reverse("claim-facts", args=[proven(house), "phones"])
        seen = client.get(path).context["form"]["seen"].value()
        answer = client.post(
            path,
            stamped(
                "claim-facts",
                **{
                    "seen": seen,
                    f"number-{first.pk}": "01632 960999",
                    f"who-{first.pk}": "provider",
                    f"number-{second.pk}": second.number,
                    f"who-{second.pk}": "unknown",
                    f"gone-{second.pk}": "on",
                    "number-new": "01632 960998",
                    "who-new": "centre",
                },
            ),
        )

        assert answer.status_code == 303, text(answer)
        what = [(c["id"], c["field"]) for c in Proposal.objects.get().changes]
        assert what == [
            (first.pk, "number"), (first.pk, "answered_by"), (second.pk, ""), (None, ""),
        ]  # fmt: skip

    def test_a_withheld_address_is_on_none_of_its_pages(self, client):
        house = oak(precision="withheld", street="9 Secret Lane", region="Kent", town="Deal")
        link = proven(house)
        pages = [client.get(reverse("claim", args=[link]))]
        pages.append(client.get(reverse("claim-facts", args=[link, "address"]), follow=True))

        assert not [page for page in pages if "Secret Lane" in page.content.decode()]

    def test_callbacks_wait_for_two_people_where_one_found_it_proven(self, client):
        link = tokens.new()
        factories.claim(oak(), token=link, proven_at=timezone.now(), proof="phone")

        page = text(client.get(reverse("claim", args=[link])))
        assert "when two people of our team have decided" in page
        assert "Take these requests" not in page
        assert "two people" in text(send(client, "claim-callbacks", link, take="yes"))
        assert not claim_of(link).takes_callbacks

    @pytest.mark.parametrize("key", ["9" * 18, "99999999999999999999", "٣", "1.0", "-1", ""])
    def test_a_language_that_is_none_is_told_so(self, client, key):
        link = proven(oak())
        address = reverse("claim-facts", args=[link, "access"])
        answer = client.post(address, stamped("claim-facts", languages=key))

        assert answer.status_code == 200
        assert "is not one of the available choices" in text(answer)

    def test_callbacks_are_switched_on_and_off(self, client):
        link = proven(oak())
        send(client, "claim-callbacks", link, take="yes")
        assert claim_of(link).takes_callbacks
        send(client, "claim-callbacks", link, take="no")
        assert not claim_of(link).takes_callbacks

    def test_one_ends_it_oneself(self, client):
        link = proven(oak())
        send(client, "claim-end", link)

        assert claim_of(link).state == ClaimState.ENDED
        assert "This link has ended" in text(client.get(reverse("claim", args=[link])))

    def test_the_page_costs_the_same_for_one_programme_or_many(
        self, client, django_assert_max_num_queries
    ):
        house = oak()
        link = proven(house)
        for _ in range(6):
            factories.programme(house)

        with django_assert_max_num_queries(20):
            client.get(reverse("claim", args=[link]))
