"""Listing a centre from the first page to a page of its own, and what is public on the way."""

import datetime

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from centres import cases, outbox, submissions, workflow
from centres.models import (
    Centre,
    Criterion,
    OutgoingMail,
    Proposal,
    Purpose,
    Submission,
    Verification,
)
from centres.proposals import approve
from tests import factories
from tests.centres.cast import passed
from tests.finder import towns

from .sending import (
    ANSWERS,
    NAME,
    address,
    answer,
    begin,
    fill_in,
    send,
    sent,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _directory():
    towns.leeds()
    factories.term("substance", "alcohol")
    factories.term("funding", "self-pay")


def text_of(client, path, status=200):
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def test_it_works(client):
    row = sent(client)

    centre, proposal = row.centre, row.proposal
    case = Verification.objects.get(centre=centre)
    assert (centre.name, centre.slug, centre.status) == (NAME, "alder-lodge", "draft")
    assert (centre.town, centre.postcode, centre.phones.count()) == ("", "", 0)
    assert (proposal.state, proposal.origin, proposal.proposer) == ("pending", "public", None)
    assert (proposal.method, case.opened_for, case.purpose) == ("centre", "new-listing", "listed")
    assert (row.state, row.answers, row.email) == ("sent", "", "")


def test_the_first_page_says_what_is_asked_and_begins_nothing(client):
    factories.criterion(purpose=Purpose.LISTED, title="It is a real place")
    factories.criterion(purpose=Purpose.LISTED, country="US", title="It is real over there")

    response = client.get(reverse("list-a-centre"))

    page = response.content.decode()
    assert "It is a real place" in page
    assert "It is real over there" in page
    assert "We do not promise that a centre is listed" in page
    assert "A place in our lists cannot be bought." in page
    assert "noindex" not in response.headers.get("X-Robots-Tag", "")
    assert not response.cookies
    assert not Submission.objects.exists()


def test_all_that_was_said_is_proposed_and_approved_it_is_there(client):
    row = sent(client)
    alan = factories.member("alan", "Approver")

    approve(row.proposal, by=alan, now=timezone.now())

    centre, programme = Centre.objects.get(), Centre.objects.get().programmes.get()
    phone = centre.phones.get()
    assert (centre.street, centre.town, centre.postcode) == ("1 Sample Road", "Leeds", "LS1 4DY")
    assert (centre.precision, round(centre.latitude, 1)) == ("town", 53.8)
    assert (centre.registration, centre.registration_number) == ("registered", "1-100200300")
    assert centre.website == "https://alder.example.org"
    assert (phone.number, phone.answered_by) == ("+441632960123", "centre")
    assert (programme.level, programme.length_min_days) == ("residential", 28)
    assert (programme.price, programme.currency) == (5000, "GBP")
    assert [term.slug for term in programme.substances.all()] == ["alcohol"]
    assert centre.status == "draft"
    methods = set(centre.provenance.values_list("method", flat=True))
    assert methods == {"centre"}


PUBLIC = ("/", "/search/", "/search/?q=Alder", "/api/centres/", "/api/centres.csv",
          "/api/centres.geojson", "/sitemap.xml",
          "/sitemap-centres-1.xml", "/data/", "/verification/")  # fmt: skip


def seen_in_public(client):
    pages = []
    for path in PUBLIC:
        response = client.get(path)
        pages.append(b"".join(response) if response.streaming else response.content)
    return [page for page in pages if NAME.encode() in page]


def test_nothing_is_public_until_a_case_is_approved_and_then_a_search_finds_it(client):
    seen = Criterion.objects.create(
        country="GB", purpose=Purpose.LISTED, slug="seen", title="Seen", guidance="Look.",
        accepted_evidence="A note.",
    )  # fmt: skip
    row, now = sent(client), timezone.now()
    ruth, alan = factories.member("ruth", "Researcher"), factories.member("alan", "Approver")
    assert "It is being looked at" in text_of(client, row.link)
    assert seen_in_public(client) == []
    assert client.get("/centres/alder-lodge/").status_code == 404

    case = workflow.perform(Verification.objects.get(), "take", by=ruth, now=now)
    passed(case, seen, by=ruth, now=now)
    case.refresh_from_db()
    case = workflow.perform(case, "submit", by=ruth, now=now)
    with pytest.raises(workflow.NotPossible, match="What was sent in is still a proposal"):
        workflow.perform(case, "approve", by=alan, now=now)
    approve(row.proposal, by=alan, now=now)
    assert seen_in_public(client) == []
    workflow.perform(case, "approve", by=alan, now=now)

    assert "It is listed" in text_of(client, row.link)
    results = client.get("/api/centres/?near=Leeds&level=residential&length=28").json()["results"]
    assert [each["name"] for each in results] == [NAME]
    assert client.get("/centres/alder-lodge/").status_code == 200


class TestLink:
    def test_brings_back_what_was_said_on_another_device(self, client, client_of_another):
        token = begin(client)
        answer(client, token, "centre", **ANSWERS["centre"])

        page = text_of(client_of_another, address(token, "centre"))

        assert f'value="{NAME}"' in page
        assert address(token, "address") in text_of(
            client_of_another, reverse("list-a-centre-status", args=[token])
        )

    def test_stands_on_every_step_and_sets_no_cookie(self, client):
        token = begin(client)
        answer(client, token, "centre", **ANSWERS["centre"])
        for step in ANSWERS:
            response = client.get(address(token, step))
            assert f"/list-a-centre/{token}/</a>" in response.content.decode()
            assert "no-store" in response["Cache-Control"]
            assert "noindex" in response["X-Robots-Tag"]
            assert not response.cookies

    def test_that_is_not_whole_is_said_to_be_so(self, client):
        token = begin(client)
        for path in (address(token[:-1], "centre"), address(token, "nonsense"),
                     f"/list-a-centre/{token}x/"):  # fmt: skip
            assert "There is nothing here" in text_of(client, path, 404)

    def test_is_kept_as_a_hash_and_the_answers_encrypted(self, client):
        token = fill_in(client, begin(client))
        row = Submission.objects.extra(select={"raw": "answers"}).get()

        assert token not in str(Submission.objects.values().get())
        assert NAME not in row.raw

    def test_is_sent_by_mail_when_asked_for_and_once(self, client):
        token = begin(client)
        values = {"link-email": "sam@example.org"}
        for _ in range(2):
            client.post(reverse("list-a-centre-status", args=[token]), stamped_link(values))

        outbox.send_due(now=timezone.now())

        [message] = mail.outbox
        assert message.to == ["sam@example.org"]
        assert f"/list-a-centre/{token}/" in message.body


def stamped_link(values):
    from tests.finder.taking_part.filling import stamped

    return stamped("listing-link", **values)


@pytest.fixture
def client_of_another():
    from django.test import Client

    return Client()


class TestSteps:
    def test_lead_through_in_order_and_back(self, client):
        token = begin(client)
        after = {}
        for step, values in ANSWERS.items():
            after[step] = answer(client, token, step, **values)["Location"].split("/")[-2]

        assert list(after.values()) == [*list(ANSWERS)[1:], "check"]

    def test_posted_twice_are_saved_once(self, client):
        token = begin(client)
        for _ in range(2):
            answer(client, token, "centre", **ANSWERS["centre"])

        assert Submission.objects.count() == 1

    def test_beginning_twice_with_one_page_is_one_listing(self, client):
        from tests.finder.taking_part.filling import stamped

        values = stamped("list-a-centre")
        first = client.post(reverse("list-a-centre"), values)
        again = client.post(reverse("list-a-centre"), values)

        assert first["Location"] == again["Location"]
        assert Submission.objects.count() == 1

    def test_changed_after_all_lead_back_to_the_check(self, client):
        token = fill_in(client, begin(client))

        response = answer(client, token, "centre", **{**ANSWERS["centre"], "name": "Birch Lodge"})

        assert response["Location"] == address(token, "check")
        assert "Birch Lodge" in text_of(client, address(token, "check"))

    def test_another_postcode_asks_for_the_place_anew(self, client):
        token = fill_in(client, begin(client))

        response = answer(client, token, "centre", **{**ANSWERS["centre"], "postcode": "LS2 7EW"})

        assert response["Location"] == address(token, "place")

    def test_an_unfinished_one_is_not_sent(self, client):
        token = fill_in(client, begin(client), registration=None)

        response = send(client, token)

        assert response["Location"] == address(token, "registration")
        assert not Centre.objects.exists()

    def test_each_programme_is_a_row_and_eight_are_the_most(self, client):
        first = {**ANSWERS["programme-1"], "more": "yes"}
        others = {
            f"programme_{n}": {"level": "aftercare", "name": f"Number {n}", "more": "yes"}
            for n in range(2, 9)
        }
        row = sent(client, programme_1=first, **others)

        added = [c["to"]["name"] for c in row.proposal.changes if c["object"] == "programme"]
        assert added == ["Primary", *(f"Number {n}" for n in range(2, 9))]

    def test_a_private_address_keeps_neither_street_nor_postcode(self, client):
        private = {"withheld": "on", "street": "1 Secret Road", "town": "Leeds"}
        row = sent(client, address=private, place=None)

        assert "Secret" not in str(row.proposal.changes)
        assert "LS1" not in str(row.proposal.changes)
        assert {"precision": "withheld"}.items() <= {
            change["field"]: change["to"] for change in row.proposal.changes
        }.items()

    def test_somewhere_else_is_shown_before_it_is_believed(self, client):
        token = fill_in(client, begin(client), place=None)
        elsewhere = {"right": "no", "elsewhere": "53.81, -1.56"}

        response = answer(client, token, "place", **elsewhere)

        assert response["Location"] == address(token, "place")
        assert "53.8100, -1.5600" in text_of(client, address(token, "place"))
        answer(client, token, "place", right="yes", elsewhere="London")
        send(client, token)
        said = {c["field"]: c["to"] for c in Proposal.objects.get().changes}
        assert (said["latitude"], said["precision"]) == (53.81, "exact")

    def test_unsure_leaves_it_off_the_map(self, client):
        row = sent(client, place={"right": "unsure"})
        assert "latitude" not in {change["field"] for change in row.proposal.changes}


def test_one_in_the_states_has_a_licence_and_dollars(client):
    towns.boston()
    row = sent(
        client,
        centre={"country": "US", "name": "Alder Center", "postcode": ""},
        address={"street": "1 Sample St", "town": "Boston", "region": "MA"},
        phone={"number": "(617) 555-0123", "answered_by": "provider"},
        registration={
            "registration": "registered", "regulator": "us-state", "registration_number": "77",
        },
    )  # fmt: skip

    approve(row.proposal, by=factories.member("alan", "Approver"), now=timezone.now())

    centre = Centre.objects.get()
    assert (centre.country, centre.regulator, centre.region) == ("US", "us-state", "MA")
    assert centre.phones.get().number == "+16175550123"
    assert centre.programmes.get().currency == "USD"


class TestStatus:
    def test_says_why_it_is_not_listed_in_the_teams_words(self, client):
        row = sent(client)
        alan = factories.member("alan", "Approver")

        submissions.turn_down(row, by=alan, answer="It finds places <for> people.", now=row.sent_at)

        page = text_of(client, row.link)
        assert "It is not listed" in page
        assert "It finds places &lt;for&gt; people." in page

    @pytest.mark.parametrize(
        ("status", "words"),
        [("listed", "It is listed"), ("closed", "It is listed"),
         ("withdrawn", "This centre asked not to be listed.")],
    )  # fmt: skip
    def test_follows_the_centre(self, client, status, words):
        row = sent(client)
        factories.set_status(row.centre, status)

        assert words in text_of(client, row.link)


class TestSent:
    def test_twice_is_once(self, client):
        token = fill_in(client, begin(client))
        from tests.finder.taking_part.filling import stamped

        values = stamped("list-a-centre")
        first = client.post(address(token, "check"), values)
        again = client.post(address(token, "check"), values)

        assert first["Location"] == again["Location"]
        assert Centre.objects.count() == Proposal.objects.count() == 1

    def test_nothing_more_is_saved(self, client):
        row = sent(client)
        token = row.link.split("/")[2]

        response = answer(client, token, "centre", **{**ANSWERS["centre"], "name": "Other"})

        assert response["Location"] == row.link
        assert Centre.objects.get().name == NAME

    def test_mail_holds_the_link_and_nothing_that_was_typed(self, client):
        row = sent(client, you={**ANSWERS["you"], "email": "sam@example.org"})
        [message] = OutgoingMail.objects.all()

        assert row.link in message.body
        assert NAME not in message.subject + message.body

    def test_a_number_of_another_draft_is_told_to_the_team_alone(self, client):
        factories.centre(
            status="draft", name="Hidden House", registration="registered", regulator="cqc",
            registration_number="1-100200300",
        )  # fmt: skip

        row = sent(client)

        assert "1-100200300" in row.proposal.evidence
        assert "Hidden House (number" in Verification.objects.get(centre=row.centre).note
        assert "Hidden" not in text_of(client, row.link)

    def test_of_one_centre_by_two_people_both_wait_side_by_side(self, client):
        first, second = sent(client), sent(client)

        notes = Verification.objects.get(centre=second.centre).note
        assert f"Resembles {NAME} (number {first.centre.pk}, draft)" in notes
        assert "It is being looked at" in text_of(client, second.link)

    def test_by_somebody_else_it_says_how_they_know(self, client):
        row = sent(client, you={**ANSWERS["you"], "role": "another", "how": "website"})
        assert (row.proposal.method, row.proposal.evidence) == ("website", "By somebody else.")


def test_unsent_ones_are_deleted_after_thirty_days_and_what_one_became_stays(client):
    fill_in(client, begin(client))
    row, now = sent(client), timezone.now()
    assert submissions.delete_due(now=now + datetime.timedelta(days=29)) == 0

    assert submissions.delete_due(now=now + datetime.timedelta(days=31)) == 1
    assert submissions.delete_due(now=now + datetime.timedelta(days=366)) == 1

    assert Centre.objects.get() == row.centre


def test_a_case_opened_for_it_is_in_the_queue_like_any_new_listing(client):
    row = sent(client)
    ruth = factories.member("ruth", "Researcher")

    assert cases.take_next(by=ruth, now=timezone.now()).centre == row.centre
