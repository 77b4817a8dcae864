"""The admin's front page: what waits for whom."""

import datetime
import threading
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from centres import cases
from centres.admin.queue import SECTIONS, days_in_words, days_work
from centres.models import Act, AuditEntry, Centre, Proposal, State, Verification, VerificationEvent
from centres.roles import ROLES
from centres.workflow import perform
from tests import factories
from tests.centres import texts

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2025, 6, 1)


#: What strangers and centres send, of which there is none here.
FROM_OUTSIDE = dict.fromkeys(["claims", "reports", "overdue-reports", "replies"], 0)
TO_DECIDE = dict.fromkeys(["submissions", "withdrawals"], 0)


def days(number):
    return timezone.localdate() + datetime.timedelta(days=number)


def a_case(*, due=14, **facts):
    return cases.open_case(factories.centre(**facts), by=None, now=timezone.now(), due_on=days(due))


def taken(case, by):
    return perform(case, "take", by=by, now=timezone.now())


def sent(case, by):
    return perform(taken(case, by), "submit", by=by, now=timezone.now())


def proposal(centre, **facts):
    beds = {"object": "centre", "id": centre.pk, "field": "beds", "from": None, "to": 12}
    facts = {"changes": [beds], "method": "phone", "as_of": days(0), **facts}
    return Proposal.objects.create(centre=centre, **facts)


@pytest.fixture
def cast(db):
    """Everybody who works here, and somebody in no role."""
    people = {role: factories.member(role.split()[0].lower(), role) for role in ROLES}
    people["nobody"] = factories.person("nobody")
    people["superuser"] = factories.person("ada", is_superuser=True)
    return people


@pytest.fixture
def full(cast):
    """Some of everything, none of it on a day where an hour makes a difference."""
    ruth, alan = cast["Researcher"], cast["Approver"]
    for due in (5, -2, 9):
        a_case(due=due)
    taken(a_case(due=-1), ruth)
    taken(a_case(due=4), alan)
    sent(a_case(), ruth)
    sent(a_case(), alan)
    soon = factories.centre(verified_from=days(-30), verified_until=days(3))
    factories.centre(verified_from=days(-30), verified_until=days(60))
    factories.centre(verified_from=days(-30), verified_until=days(-1))
    factories.centre(verified_from=days(-30), verified_until=days(3), status="suspended")
    cases.open_case(soon, purpose="advertiser", by=None, now=timezone.now())
    for proposer in (None, ruth, alan):
        proposal(soon, proposer=proposer)
    proposal(soon, state="withdrawn", decided_at=timezone.now(), decided_by=ruth)
    texts.draft("ketamine", author=ruth), texts.draft("alcohol", author=alan)
    texts.live("cannabis")


def waiting(person):
    return days_work(person, now=timezone.now()).waiting


def counts(person):
    return {part.section.name: part.count for part in waiting(person)}


class TestWhoSeesWhat:
    def test_each_role_has_its_lists_with_exact_counts(self, cast, full):
        assert counts(cast["Researcher"]) == {
            "mine": 1, "overdue": 2, "unassigned": 4, "lapsing": 1, **FROM_OUTSIDE,
        }  # fmt: skip
        assert counts(cast["Approver"]) == {
            "mine": 1, "overdue": 2, "approval": 1, "proposals": 2, "texts": 1, "unassigned": 4,
            "lapsing": 1, **FROM_OUTSIDE, **TO_DECIDE,
        }  # fmt: skip
        assert counts(cast["Auditor"]) == {
            "overdue": 2, "approval": 2, "proposals": 3, "unassigned": 4, "lapsing": 1,
            **FROM_OUTSIDE, **TO_DECIDE,
        }  # fmt: skip
        assert counts(cast["Advertising manager"]) == {"applications": 1, "lapsing": 0}
        assert counts(cast["nobody"]) == {}
        assert set(counts(cast["superuser"])) == {section.name for section in SECTIONS}

    @pytest.mark.parametrize("role", [*ROLES, "superuser"])
    def test_the_page_of_each_role_opens_on_to_lists_as_long_as_it_says(
        self, client, cast, full, role
    ):
        client.force_login(cast[role])

        page = client.get(reverse("admin:index"))

        for part in waiting(cast[role]):
            assert f"{part.section.title} <" in page.content.decode()
            full_list = client.get(part.url)
            assert full_list.status_code == 200, part.url
            assert full_list.context["cl"].result_count == part.count, part.url

    def test_only_who_may_review_is_offered_the_next_one(self, client, cast, full):
        offered = set()
        for role, person in cast.items():
            client.force_login(person)
            if "Take the next one" in client.get(reverse("admin:index")).content.decode():
                offered.add(role)

        assert offered == {"Researcher", "Approver", "superuser"}

    def test_somebody_without_a_role_is_told_so(self, client, cast):
        client.force_login(cast["nobody"])

        page = client.get(reverse("admin:index")).content.decode()

        assert "in none of the team’s roles" in page
        assert all(role in page for role in ROLES)


class TestLists:
    def test_a_row_says_all_that_is_needed_to_choose(self, client, cast):
        ruth = cast["Researcher"]
        centre = factories.centre(name="Oak House", town="Otley", postcode="LS21 3AB")
        case = cases.open_case(
            centre, opened_for="report", by=None, now=timezone.now(), due_on=days(3)
        )
        taken(case, ruth)

        row = rows(ruth, "mine")[0]

        assert (row.centre, row.url) == ("Oak House", case.get_absolute_url())
        assert row.cells == (
            "Otley LS21 3AB",
            "Verified",
            "A report",
            "due in 3 days",
            "researcher",
        )

    def test_the_first_due_stand_first_and_the_rest_are_behind_a_link(self, cast):
        for due in (9, 3, -2, 0, 1, 7, 8):
            a_case(due=due)

        assert [row.cells[3] for row in rows(cast["Researcher"], "unassigned")] == [
            "2 days overdue", "due today", "due tomorrow", "due in 3 days", "due in 7 days",
        ]  # fmt: skip
        assert counts(cast["Researcher"])["unassigned"] == 7

    def test_a_lapsing_centre_leads_to_its_open_case_or_to_itself(self, cast):
        first = factories.centre(verified_from=days(-30), verified_until=days(0))
        second = factories.centre(verified_from=days(-30), verified_until=days(9))
        case = cases.open_case(
            second, opened_for="lapsing", by=None, now=timezone.now(), due_on=days(9)
        )

        without, with_case = rows(cast["Researcher"], "lapsing")

        assert without.url == reverse("admin:centres_centre_change", args=[first.pk])
        assert without.cells[1:] == ("no open case", "", "lapses today", "nobody")
        assert with_case.url == case.get_absolute_url()
        assert with_case.cells[3] == "lapses in 9 days"

    def test_whoever_sells_sees_the_advertisers_among_them(self, client, cast):
        dates = {"verified_from": days(-30), "verified_until": days(9)}
        factories.centre(**dates)
        seller = factories.centre(**dates, advertiser_from=days(-9), advertiser_until=days(9))

        (part,) = (part for part in waiting(cast["Advertising manager"]) if part.count)

        assert [row.centre for row in part.rows] == [seller.name]
        client.force_login(cast["Advertising manager"])
        assert list(client.get(part.url).context["cl"].result_list) == [seller]

    def test_a_case_sent_by_oneself_waits_for_another(self, cast):
        sent(a_case(), cast["Approver"])

        assert counts(cast["Approver"])["approval"] == 0
        assert counts(factories.member("amir", "Approver"))["approval"] == 1

    @pytest.mark.parametrize(
        ("number", "words"),
        [
            (-30, "30 days overdue"), (-1, "1 day overdue"), (0, "today"), (1, "tomorrow"),
            (2, "in 2 days"),
        ],
    )  # fmt: skip
    def test_days_in_words(self, number, words):
        day = TODAY + datetime.timedelta(days=number)

        assert days_in_words(day, today=TODAY) == words


def rows(person, name):
    return next(part.rows for part in waiting(person) if part.section.name == name)


class TestTakingTheNext:
    def test_it_takes_the_case_due_first_and_leads_to_it(self, client, cast):
        a_case(due=5)
        first = a_case(due=-2)
        client.force_login(cast["Researcher"])

        response = take(client, follow=True)

        assert response.redirect_chain[0][0] == first.get_absolute_url()
        assert "You have taken this case. It is 2 days overdue." in response.content.decode()
        first.refresh_from_db()
        assert (first.state, first.reviewer) == (State.IN_REVIEW, cast["Researcher"])

    def test_an_empty_queue_is_said_on_the_page_and_after_the_button(self, client, cast):
        client.force_login(cast["Researcher"])

        response = take(client, follow=True)

        assert response.redirect_chain == [(reverse("admin:index"), 302)]
        page = response.content.decode()
        assert page.count("The queue is empty: no case is waiting to be taken.") == 2
        assert "Take the next one" not in page

    @pytest.mark.parametrize("role", ["Auditor", "Advertising manager", "nobody"])
    def test_a_forged_post_by_who_may_not_is_refused_and_takes_nothing(self, client, cast, role):
        case = a_case()
        client.force_login(cast[role])

        assert take(client).status_code == 403

        case.refresh_from_db()
        assert case.state == State.QUEUED
        refused = AuditEntry.objects.get(act=Act.REFUSED)
        assert (refused.person, refused.note) == (
            cast[role].username,
            "take: You may not take cases.",
        )

    def test_it_takes_a_post_with_a_token(self, cast):
        case = a_case()
        client = Client(enforce_csrf_checks=True)
        client.force_login(cast["Researcher"])

        assert take(client).status_code == 403
        assert client.get(reverse("admin:centres_verification_take_next")).status_code == 405

        case.refresh_from_db()
        assert case.state == State.QUEUED

    def test_a_visitor_is_asked_to_log_in(self, client):
        case = a_case()

        assert reverse("admin:login") in take(client).url

        case.refresh_from_db()
        assert case.state == State.QUEUED


def take(client, **options):
    return client.post(reverse("admin:centres_verification_take_next"), **options)


def press_at_once(people):
    """What each person's press answered, all pressed at the same moment."""
    start, answers = threading.Barrier(len(people)), {}

    def press(person, client):
        start.wait(20)
        try:
            answers[person] = take(client)
        finally:
            connection.close()

    clients = {person: Client() for person in people}
    for person, client in clients.items():
        client.force_login(person)
    threads = [threading.Thread(target=partial(press, *each)) for each in clients.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return {person: answer.url for person, answer in answers.items()}


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def people(self, number):
        return [factories.person(f"p{n}", is_superuser=True) for n in range(number)]

    def test_two_people_get_two_different_cases(self):
        for _ in range(3):
            a_case()

        urls = press_at_once(self.people(2))

        first, second = Verification.objects.filter(state=State.IN_REVIEW)
        assert set(urls.values()) == {first.get_absolute_url(), second.get_absolute_url()}
        assert len({first.reviewer, second.reviewer}) == 2

    def test_ten_people_and_five_cases(self):
        for due in range(5):
            a_case(due=due)
        people = self.people(10)

        urls = press_at_once(people)

        held = {case.reviewer: case.get_absolute_url() for case in Verification.objects.all()}
        assert len(held) == 5
        assert {person: urls[person] for person in held} == held
        assert [urls[person] for person in people if person not in held] == [
            reverse("admin:index")
        ] * 5
        assert VerificationEvent.objects.filter(action="take").count() == 5

    def test_a_long_queue_is_taken_from_by_several_again_and_again(self):
        queue_of(3000)
        people = self.people(4)

        urls = [url for _ in range(4) for url in press_at_once(people).values()]

        assert len(set(urls)) == 16


def queue_of(number, **facts):
    """`number` centres, each with a case that waits."""
    before = Centre.objects.count()
    centres = Centre.objects.bulk_create(
        Centre(name=f"Bulk {n}", slug=f"bulk-{n}", country="GB", status="listed", town="Leeds")
        for n in range(before, before + number)
    )
    return Verification.objects.bulk_create(
        Verification(centre=centre, due_on=days(n % 60 - 20), **facts)
        for n, centre in enumerate(centres)
    )


def test_the_page_costs_as_many_queries_for_ten_thousand_cases_as_for_ten(cast):
    clients = {role: Client() for role in cast}
    for role, client in clients.items():
        client.force_login(cast[role])
        front_page_queries(client)  # so that nothing is asked for the first time
    queue_of(10)
    for_ten = {role: front_page_queries(client) for role, client in clients.items()}

    queue_of(9_990)

    assert Verification.objects.unassigned().count() == 10_000
    assert {role: front_page_queries(client) for role, client in clients.items()} == for_ten
    assert max(for_ten.values()) <= 40


def front_page_queries(client):
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("admin:index"))
    return len(asked)
