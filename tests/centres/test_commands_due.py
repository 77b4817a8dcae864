"""The two commands of every day: cases are opened before a verification lapses, adverts start."""

import datetime
import io
import threading

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from centres import cases
from centres.models import Advertisement, Centre, FeeBand, Purpose, Verification
from centres.workflow import perform
from tests import factories


def days(number):
    return timezone.localdate() + datetime.timedelta(days=number)


def run(command):
    """The lines a command says."""
    out = io.StringIO()
    call_command(command, stdout=out)
    return out.getvalue().splitlines()


def run_twice_at_once(command):
    """The lines of two runs, sorted; an error of either is raised."""
    start, said, errors = threading.Barrier(2), [], []

    def one():
        start.wait(20)
        try:
            said.extend(run(command))
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    return sorted(said)


def verified(name, until):
    return factories.centre(name=name, verified_from=days(-30), verified_until=until)


def vouched_and_changed(name):
    """A centre verified for long, of which a fact that a check vouches for has changed since."""
    criterion = factories.criterion(facts=["phones"])
    centre = factories.centre(name=name)
    now = timezone.now() - datetime.timedelta(days=1)
    rita = factories.person("rita", is_superuser=True)
    amir = factories.person("amir", is_superuser=True)
    perform(cases.open_case(centre, by=None, now=now), "take", by=rita, now=now)
    case = centre.verifications.get()
    cases.record_check(
        case, criterion, by=rita, now=now, outcome="passed", method="phone", note="They answered.",
        captured_on=timezone.localdate(now), facts=["phones"],
    )  # fmt: skip
    for step, by in (("submit", rita), ("approve", amir)):
        case.refresh_from_db()
        perform(case, step, by=by, now=now)
    factories.provenance(centre, fact="phones", recorded_at=timezone.now())
    return centre


class TestOpenDueCases:
    def test_it_opens_a_case_for_each_verification_that_lapses_soon_and_says_so(self, db):
        soon = verified("Oak House", days(7))
        verified("Elm Lodge", days(61))
        verified("Ash Hall", days(-1))

        said = run("open_due_cases")

        case = Verification.objects.open().get()
        assert (case.centre, case.due_on, case.opener) == (soon, days(7), None)
        assert said == [
            f"Opened case {case.pk} of Oak House. The verification lapses on {days(7):%-d %B %Y}."
        ]

    def test_run_again_it_opens_nothing_more(self, db):
        verified("Oak House", days(7))

        run("open_due_cases")

        assert run("open_due_cases") == ["No case was due."]
        assert Verification.objects.open().count() == 1

    def test_a_fact_that_changed_unnoticed_is_checked_again(self, db):
        centre = vouched_and_changed("Oak House")

        said = run("open_due_cases")

        case = Verification.objects.open().get()
        assert (case.centre, case.opened_for, case.checks.count()) == (centre, "changed-fact", 0)
        assert said == [f"Opened case {case.pk} of Oak House. {case.note}"]
        assert run("open_due_cases") == ["No case was due."]

    def test_a_check_of_a_changed_fact_is_taken_out_of_the_open_case(self, db):
        centre = vouched_and_changed("Oak House")
        before = timezone.now() - datetime.timedelta(hours=1)
        centre.provenance.update(recorded_at=before - datetime.timedelta(days=2))
        case = cases.open_case(centre, by=None, now=before)
        assert case.checks.count() == 1
        centre.provenance.update(recorded_at=timezone.now())

        assert run("open_due_cases") == [
            f"Took out of case {case.pk} of Oak House the checks of facts that have changed."
        ]
        assert case.checks.count() == 0
        assert run("open_due_cases") == ["No case was due."]

    @pytest.mark.django_db(transaction=True)
    def test_run_twice_at_once_it_opens_one_case_a_centre(self):
        for number in range(10):
            verified(f"Centre {number}", days(number))
        vouched_and_changed("Oak House")

        said = run_twice_at_once("open_due_cases")

        assert len([line for line in said if line.startswith("Opened case")]) == 11
        assert Verification.objects.open().count() == 11


def following_advert(name, reference):
    """A centre whose advert ended yesterday and whose next begins today, agreed ten days ago."""
    centre = factories.centre(name=name, verified_from=days(-60), verified_until=days(60))
    factories.approved(centre, days(-60), days(60), purpose=Purpose.ADVERTISER)
    seller, then = factories.person("sam"), timezone.now() - datetime.timedelta(days=10)
    for number, (begins, ends) in enumerate([(days(-20), days(-1)), (days(0), days(30))]):
        Advertisement.objects.agree(
            centre=centre,
            fee_band=FeeBand.SMALL,
            runs_from=begins,
            runs_until=ends,
            reference=f"{reference}-{number}",
            seller=seller,
            by=seller,
            now=then,
        )
    centre.refresh_from_db()
    assert centre.advertiser_until == days(-1)
    return centre


class TestStartDueAdverts:
    def test_it_starts_the_agreement_that_follows_and_says_so(self, db):
        centre = following_advert("Oak House", "AG")

        said = run("start_due_adverts")

        centre.refresh_from_db()
        assert (centre.advertiser_from, centre.advertiser_until) == (days(0), days(30))
        until = f"{days(30):%-d %B %Y}"
        assert said == [f"Agreement AG-1: Oak House is an advertiser until {until}."]

    def test_run_again_it_starts_nothing_more(self, db):
        following_advert("Oak House", "AG")

        run("start_due_adverts")

        assert run("start_due_adverts") == ["No agreement was due to start."]

    def test_an_agreement_that_was_ended_does_not_start(self, db):
        centre = following_advert("Oak House", "AG")
        Advertisement.objects.get(reference="AG-1").end(
            by=factories.person("sam"), reason="Not paid.", now=timezone.now()
        )

        assert run("start_due_adverts") == ["No agreement was due to start."]
        assert centre not in Centre.objects.advertisers(now=timezone.now())

    @pytest.mark.django_db(transaction=True)
    def test_run_twice_at_once_it_starts_each_once(self):
        for number in range(4):
            following_advert(f"Centre {number}", f"AG{number}")

        said = run_twice_at_once("start_due_adverts")

        started = [line for line in said if line.startswith("Agreement")]
        assert len(started) == len(set(started)) == 4
        assert Centre.objects.advertisers(now=timezone.now()).count() == 4
