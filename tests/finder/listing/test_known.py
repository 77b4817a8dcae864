"""Before more is asked: centres that resemble it, what asked not to be listed, and no drafts."""

import pytest
from django.urls import reverse

from centres import submissions
from centres.models import Centre, Submission
from tests import factories
from tests.finder import towns

from .sending import ANSWERS, NAME, address, answer, begin, fill_in, send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _directory():
    towns.leeds()
    factories.term("substance", "alcohol")
    factories.term("funding", "self-pay")


@pytest.fixture
def token(client):
    return begin(client)


def first_step(client, token):
    return answer(client, token, "centre", **ANSWERS["centre"])["Location"]


def known_page(client, token):
    return client.get(address(token, "known")).content.decode()


def test_a_listed_one_is_shown_with_the_ways_to_claim_and_report_it(client, token):
    there = factories.centre(name="Alder Lodge", slug="alder-lodge", town="Leeds")

    assert first_step(client, token) == address(token, "known")

    page = known_page(client, token)
    assert there.get_absolute_url() in page
    assert reverse("centre-claim", args=["alder-lodge"]) in page
    assert reverse("centre-report", args=["alder-lodge"]) in page


def test_none_of_these_goes_on_and_is_not_asked_again(client, token):
    factories.centre(name=NAME)
    first_step(client, token)

    assert answer(client, token, "known", another="on")["Location"] == address(token, "address")

    assert first_step(client, token) == address(token, "address")


def test_one_that_comes_to_light_later_is_shown_then(client, token):
    there = factories.centre(name="Alder Grange")
    factories.phone(there, number="+441632960123")
    fill_in(client, token, phone=None, registration=None, you=None)

    assert answer(client, token, "phone", **ANSWERS["phone"])["Location"] == address(token, "known")
    assert "Alder Grange" in known_page(client, token)


def test_a_draft_is_not_revealed(client, token):
    factories.centre(name=NAME, status="draft", postcode="LS1 4DY")

    assert first_step(client, token) == address(token, "address")
    assert "Nothing we know resembles it" in known_page(client, token)


def withdrawn(**facts):
    facts = {"name": NAME, "postcode": "LS1 4DY", **facts}
    centre = factories.centre(**facts)
    factories.withdraw(centre, reason="A private quarrel.", asked_for_by="Ms Private")
    return centre


class TestWithdrawn:
    def test_is_said_without_the_reason_and_with_a_way_to_us(self, client, token):
        withdrawn()

        assert first_step(client, token) == address(token, "known")

        page = known_page(client, token)
        assert "A centre like the one you describe asked not to be listed." in page
        assert NAME not in page
        assert reverse("callback") in page
        assert "rivate quarrel" not in page
        assert "Ms Private" not in page
        assert 'name="another"' not in page

    @pytest.mark.parametrize("name", ["Lodge", f"{NAME} Women’s Service"])
    def test_is_not_revealed_by_a_piece_of_its_name_and_stops_no_other(self, client, token, name):
        withdrawn()

        onward = answer(client, token, "centre", **ANSWERS["centre"] | {"name": name})["Location"]

        assert onward == address(token, "address")
        assert "Nothing we know resembles it" in known_page(client, token)

    def test_is_not_named_to_who_types_its_number(self, client, token):
        withdrawn(registration="registered", regulator="cqc", registration_number="1-100200300")
        fill_in(
            client, token, centre=ANSWERS["centre"] | {"name": "Elm"}, registration=None, you=None
        )

        answer(client, token, "registration", **ANSWERS["registration"])

        page = known_page(client, token)
        assert "A centre like the one you describe asked not to be listed." in page
        assert NAME not in page
        assert 'name="another"' not in page

    def test_is_not_brought_back_whatever_is_posted(self, client, token):
        withdrawn()
        fill_in(client, token)

        for _ in range(2):
            response = client.post(address(token, "known"), {"another": "on"})
            assert response.status_code == 200
            assert send(client, token)["Location"] == address(token, "known")

        assert Centre.objects.count() == 1
        assert Submission.objects.get().state == "begun"

    def test_nor_where_it_asked_while_somebody_filled_this_in(self, client, token):
        fill_in(client, token)
        row, listing = submissions.found(token), _listing(client, token)
        withdrawn()

        with pytest.raises(submissions.AskedNotToBeListed):
            submissions.send(row, listing, submissions.Message("", "", ""), now=row.saved_at)

    def test_one_that_only_resembles_it_goes_on_and_the_team_is_told(self, client, token):
        withdrawn(postcode="EH1 1BB")
        first_step(client, token)
        page = known_page(client, token)
        assert "A centre like the one you describe asked not to be listed." in page
        assert NAME not in page

        answer(client, token, "known", another="on")
        fill_in(client, token, centre=None)
        send(client, token)

        note = submissions.found(token).centre.verifications.get().note
        assert "withdrawn (do not list)" in note


def _listing(client, token):
    from django.utils import timezone

    from finder.listing import draft

    return draft.listing(submissions.answers_of(submissions.found(token)), now=timezone.now())
