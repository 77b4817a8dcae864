"""Agreements in the admin: what an advertising manager can do, and nobody else."""

import datetime
import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from centres.models import Advertisement, AuditEntry, Centre, OpenedFor, Purpose, Verification
from centres.roles import install_roles
from tests import factories

from .conftest import errors

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = datetime.timedelta(days=1)
LIST = reverse("admin:centres_advertisement_changelist")
ADD = reverse("admin:centres_advertisement_add")
CHOOSE = reverse("admin:centres_advertisement_choose")
APPLY = reverse("admin:centres_advertisement_apply")


@pytest.fixture
def mona(client):
    """An advertising manager, logged in."""
    person = factories.member("mona", "Advertising manager")
    client.force_login(person)
    return person


def verified(**facts):
    return factories.centre(
        **{"verified_from": TODAY - 9 * DAY, "verified_until": TODAY + 90 * DAY, **facts}
    )


@pytest.fixture
def alder():
    """Verified and approved to advertise for 90 days."""
    centre = verified(name="Alder House", town="Leeds")
    factories.approved(centre, TODAY - 9 * DAY, TODAY + 90 * DAY, purpose=Purpose.ADVERTISER)
    return centre


def said(centre, seller, first=0, last=30, /, **typed):
    return {
        "centre": centre.pk,
        "fee_band": "under-250",
        "runs_from": TODAY + first * DAY,
        "runs_until": TODAY + last * DAY,
        "reference": "AG-1",
        "seller": seller.pk,
        **typed,
    }


def change_url(agreement):
    return reverse("admin:centres_advertisement_change", args=[agreement.pk])


def end_url(agreement):
    return reverse("admin:centres_advertisement_end", args=[agreement.pk])


def text(response):
    return " ".join(response.content.decode().split())


def messages(response):
    return [str(message) for message in response.context["messages"]]


class TestSigning:
    def test_it_works(self, client, mona, alder):
        response = client.post(ADD, said(alder, mona))

        assert errors(response) == {}
        agreement = Advertisement.objects.get()
        assert (agreement.centre, agreement.seller) == (alder, mona)
        assert agreement.recorded_by == mona
        alder.refresh_from_db()
        assert alder.advertiser_until == TODAY + 30 * DAY
        entry = AuditEntry.objects.get(kind="advertisement", act="added")
        assert entry.person == "mona"

    def test_the_form_says_what_may_be_signed_and_who_sells(self, client, mona, alder):
        response = client.get(ADD, {"centre": alder.pk})

        until = f"{TODAY + 90 * DAY:%-d %B %Y}"
        assert f"Verified until {until}; may advertise until {until}." in text(response)
        assert response.context["adminform"].form["seller"].value() == mona.pk

    def test_without_a_centre_it_asks_for_which(self, client, mona):
        assert client.get(ADD)["Location"] == CHOOSE

    def test_only_those_who_may_sell_are_sellers(self, client, mona, alder):
        aldo = factories.member("aldo", "Approver")

        response = client.post(ADD, said(alder, aldo))

        assert errors(response) == {"seller": ["This person may not sell adverts."]}

    @pytest.mark.parametrize(
        ("typed", "field", "words"),
        [
            ({"runs_until": TODAY + 91 * DAY}, "runs_until", "approved to advertise until"),
            ({"runs_from": TODAY - DAY}, "runs_from", "today or later"),
            ({"runs_until": TODAY - DAY}, "runs_until", "before the first"),
            ({"runs_until": "9999-12-31"}, "runs_until", "cannot outlast"),
            ({"runs_from": "0001-01-01"}, "runs_from", "today or later"),
            ({"runs_until": "10000-01-01"}, "runs_until", "Enter a valid date"),
            ({"runs_from": "soon"}, "runs_from", "Enter a valid date"),
            ({"centre": "999999"}, "centre", "no such centre"),
            ({"centre": "9" * 40}, "centre", "no such centre"),
            ({"centre": "1 OR 1=1"}, "centre", "no such centre"),
            ({"centre": ""}, "centre", "required"),
            ({"seller": "999999"}, "seller", "may not sell"),
            ({"fee_band": "per-lead"}, "fee_band", "not one of the available choices"),
            ({"reference": " "}, "reference", "required"),
            ({"reference": "\x00"}, "reference", "Null characters"),
        ],
    )
    def test_what_is_wrong_is_said_beside_it(self, client, mona, alder, typed, field, words):
        response = client.post(ADD, said(alder, mona, **typed))

        assert response.status_code == 200
        assert words in " ".join(errors(response)[field])
        assert not Advertisement.objects.exists()

    def test_a_reference_is_used_once(self, client, mona, alder):
        client.post(ADD, said(alder, mona, 0, 5))

        response = client.post(ADD, said(alder, mona, 6, 9))

        assert errors(response) == {"reference": ["Another agreement has this reference."]}

    def test_one_that_overlaps_names_the_other(self, client, mona, alder):
        client.post(ADD, said(alder, mona))

        response = client.post(ADD, said(alder, mona, 30, 40, reference="AG-2"))

        assert "AG-1" in errors(response)["runs_from"][0]

    def test_a_stale_form_of_a_centre_that_has_lapsed_is_refused(self, client, mona, alder):
        typed = said(alder, mona)
        assert "may advertise until" in text(client.get(ADD, {"centre": alder.pk}))
        Centre.objects.update(verified_from=None, verified_until=None)

        response = client.post(ADD, typed)

        assert "not verified" in errors(response)["centre"][0]
        assert not Advertisement.objects.exists()

    @pytest.mark.parametrize(
        "extra",
        [
            {"fee_per_lead": "500", "per_call": "30", "price": "1000000"},
            {"ended_on": "2020-01-01", "end_reason": "x", "recorded_by": "1", "id": "1"},
            {"advertiser_until": "2999-01-01", "verified_until": "2999-01-01"},
        ],
    )
    def test_there_is_nothing_else_to_agree_on(self, client, mona, alder, extra):
        client.post(ADD, said(alder, mona, **extra))

        agreement = Advertisement.objects.values().get()
        assert (agreement["ended_on"], agreement["recorded_by_id"]) == (None, mona.pk)
        assert not {"500", "30", "1000000"} & {str(value) for value in agreement.values()}
        alder.refresh_from_db()
        assert alder.verified_until == TODAY + 90 * DAY
        assert alder.advertiser_until == TODAY + 30 * DAY


class TestTwoManagersAtOnce:
    pytestmark = pytest.mark.django_db(transaction=True)

    @pytest.mark.parametrize("attempt", range(3))
    def test_one_signs_and_the_other_reads_why_not(self, attempt, alder):
        install_roles(using="default")
        ready, responses = threading.Barrier(2), {}

        def post(name, first, last):
            person, client = factories.member(name, "Advertising manager"), Client()
            client.force_login(person)
            typed = said(alder, person, first, last, reference=name)
            ready.wait(20)
            responses[name] = client.post(ADD, typed)
            connection.close()

        threads = [
            threading.Thread(target=post, args=args) for args in (("mona", 0, 20), ("max", 10, 30))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        signed = Advertisement.objects.get()
        told = responses["max" if signed.reference == "mona" else "mona"]
        assert responses[signed.reference].status_code == 302
        assert signed.reference in errors(told)["runs_from"][0]


class TestEnding:
    def test_it_works(self, client, mona, alder):
        client.post(ADD, said(alder, mona))
        agreement = Advertisement.objects.get()

        response = client.post(end_url(agreement), {"reason": "They asked."}, follow=True)

        assert "Ended." in messages(response)[-1]
        assert f"on {TODAY:%-d %B %Y}, by mona. They asked." in text(response)
        assert "End it before its time" not in text(response)
        assert not Centre.objects.advertisers(now=timezone.now()).exists()

    def test_a_reason_is_owed(self, client, mona, alder):
        client.post(ADD, said(alder, mona))
        agreement = Advertisement.objects.get()

        response = client.post(end_url(agreement), {"reason": " "}, follow=True)

        assert messages(response)[-1] == "Give the reason. It is kept with the agreement."
        assert Advertisement.objects.not_ended().exists()

    def test_a_stale_page_is_told_who_ended_it(self, client, mona, alder):
        client.post(ADD, said(alder, mona))
        agreement = Advertisement.objects.get()
        client.post(end_url(agreement), {"reason": "They asked."})

        response = client.post(end_url(agreement), {"reason": "Again."}, follow=True)

        assert "It was ended already" in messages(response)[-1]
        assert Advertisement.objects.get().end_reason == "They asked."

    def test_following_the_address_ends_nothing(self, client, mona, alder):
        client.post(ADD, said(alder, mona))
        agreement = Advertisement.objects.get()

        assert client.get(end_url(agreement)).status_code == 405
        assert client.post(end_url(agreement) + "?x", {}).status_code == 302
        assert Advertisement.objects.not_ended().exists()

    def test_one_that_is_not_there_is_not_found(self, client, mona):
        url = reverse("admin:centres_advertisement_end", args=[999999])

        assert client.post(url, {"reason": "x"}).status_code == 404

    def test_it_is_not_edited_nor_deleted(self, client, superuser, alder):
        client.force_login(superuser)
        client.post(ADD, said(alder, superuser))
        agreement = Advertisement.objects.get()
        before = Advertisement.objects.values().get()

        typed = said(alder, superuser, 0, 60, fee_band="1000-or-more")
        assert client.post(change_url(agreement), typed).status_code == 403
        delete = reverse("admin:centres_advertisement_delete", args=[agreement.pk])
        assert client.post(delete, {"post": "yes"}).status_code == 403
        action = {"action": "delete_selected", "_selected_action": [agreement.pk], "post": "yes"}
        client.post(LIST, action)
        assert Advertisement.objects.values().get() == before


class TestApplying:
    def test_it_opens_a_case_that_others_work(self, client, mona):
        centre = verified()

        response = client.post(APPLY, {"centre": centre.pk}, follow=True)

        case = Verification.objects.open().get()
        assert (case.centre, case.purpose) == (centre, Purpose.ADVERTISER)
        assert (case.opened_for, case.opener) == (OpenedFor.ADVERTISER, mona)
        assert "has applied to advertise" in messages(response)[-1]
        assert f"case {case.pk}" in text(response)

    def test_a_second_application_leads_to_the_first(self, client, mona):
        centre = verified()
        client.post(APPLY, {"centre": centre.pk})
        case = Verification.objects.open().get()

        response = client.post(APPLY, {"centre": centre.pk})

        assert response["Location"] == case.get_absolute_url()
        assert Verification.objects.open().get() == case

    def test_a_centre_that_is_not_verified_is_refused(self, client, mona):
        centre = factories.centre()

        response = client.post(APPLY, {"centre": centre.pk}, follow=True)

        assert "Only a verified centre may apply to advertise." in messages(response)[-1]
        assert not Verification.objects.exists()

    @pytest.mark.parametrize("typed", ["", "999999", "9" * 40, "1;DROP", "-1", "²"])
    def test_a_forged_centre_is_not_found(self, client, mona, typed):
        assert client.post(APPLY, {"centre": typed}).status_code == 404

    def test_the_search_says_what_each_centre_may(self, client, mona, alder):
        verified(name="Alder Lodge")
        factories.centre(name="Alder Cottage")

        page = text(client.get(CHOOSE, {"q": "alder"}))

        assert "Sign an agreement with Alder House" in page
        assert "Apply to advertise: Alder Lodge" in page
        assert "Alder Cottage</strong>: This centre is not verified" in page
        assert "Apply to advertise: Alder Cottage" not in page

    def test_the_search_costs_the_same_however_many(
        self, client, mona, django_assert_max_num_queries
    ):
        for _ in range(30):
            verified(name="Alder House")
        with django_assert_max_num_queries(12):
            page = text(client.get(CHOOSE, {"q": "alder"}))
        assert "These are the first 25." in page


class TestWhoMay:
    """Selling and approving are two people's work."""

    @pytest.mark.parametrize("role", ["Researcher", "Approver", "Auditor", None])
    def test_others_sign_and_end_nothing(self, client, alder, role):
        seller = factories.member("mona", "Advertising manager")
        client.force_login(seller)
        client.post(ADD, said(alder, seller, 0, 5))
        agreement = Advertisement.objects.get()
        client.force_login(factories.member("otto", role))

        assert client.get(ADD, {"centre": alder.pk}).status_code == 403
        assert client.get(CHOOSE).status_code == 403
        assert client.post(ADD, said(alder, seller, 6, 9, reference="x")).status_code == 403
        assert client.post(APPLY, {"centre": alder.pk}).status_code == 403
        assert client.post(end_url(agreement), {"reason": "x"}).status_code == 403
        assert Advertisement.objects.not_ended().count() == 1
        assert client.get(LIST).status_code == (200 if role else 403)
        page = client.get(change_url(agreement))
        assert page.status_code == (200 if role else 403)
        assert "End it before its time" not in text(page)

    def test_a_stranger_is_asked_to_log_in(self, client, db):
        for url in (LIST, ADD, CHOOSE):
            assert "/login/" in client.get(url)["Location"]
        for url in (APPLY, reverse("admin:centres_advertisement_end", args=[1])):
            assert "/login/" in client.post(url)["Location"]

    def test_without_the_forms_token_nothing_is_posted(self, mona, alder):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(mona)

        assert strict.post(ADD, said(alder, mona)).status_code == 403
        assert strict.post(APPLY, {"centre": alder.pk}).status_code == 403


class TestList:
    def test_what_is_over_is_out_of_the_way(self, client, mona, alder):
        client.post(ADD, said(alder, mona))
        oak = verified(name="Oak House", advertiser_from=TODAY - 5 * DAY, advertiser_until=TODAY)
        ash = verified(
            name="Ash House", advertiser_from=TODAY - 5 * DAY, advertiser_until=TODAY - DAY
        )

        page = text(client.get(LIST))
        assert alder.name in page
        assert oak.name in page
        assert ash.name not in page
        assert "Agreements that are over or were ended are not shown." in page
        assert ash.name in text(client.get(LIST, {"q": "Ash"}))
        assert ash.name in text(client.get(LIST, {"standing": "over"}))
        assert "0 advertisements" in text(client.get(LIST, {"standing": "nonsense"}))

    def test_what_stopped_with_the_verification_is_said(self, client, mona, alder):
        client.post(ADD, said(alder, mona))
        Centre.objects.update(status="suspended")

        assert "Stopped with the verification" in text(client.get(LIST))
        page = text(client.get(change_url(Advertisement.objects.get())))
        assert "This centre is suspended" in page

    def test_costs_the_same_however_many(self, client, mona, django_assert_max_num_queries):
        for _ in range(12):
            verified(advertiser_from=TODAY, advertiser_until=TODAY + 5 * DAY)
        with django_assert_max_num_queries(9):
            client.get(LIST)
