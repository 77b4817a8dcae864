"""Staff see that the clock runs, and what became of mail: never to whom, and never a word of it."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from centres import jobs
from centres.admin.clockwork import clockwork
from centres.models import JobRun, OutgoingMail
from tests import factories

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def all_ran():
    now = timezone.now()
    JobRun.objects.bulk_create(
        JobRun(job=job.name, begun_at=now, ended_at=now, succeeded_at=now, outcome="Done.")
        for job in jobs.JOBS
    )
    return now


def front_page(person):
    client = Client()
    client.force_login(person)
    return " ".join(client.get(reverse("admin:index")).content.decode().split())


def test_all_is_well_in_a_line(all_ran, ruth):
    page = front_page(ruth)

    assert f"All {len(jobs.JOBS)} jobs ran when they were due." in page
    assert "Mail: 0 waiting, 0 given up." in page
    assert page.count("just now") == len(jobs.JOBS)


def test_what_is_late_is_named_with_what_to_do(all_ran, ruth):
    JobRun.objects.filter(job="send-mail").update(
        succeeded_at=all_ran - 2 * HOUR, begun_at=all_ran - 2 * HOUR,
        ended_at=all_ran, outcome="Failed: ConnectionRefusedError",
    )  # fmt: skip

    page = front_page(ruth)

    assert f"1 of {len(jobs.JOBS)} jobs is late." in page
    assert "run_due" in page
    assert "Send mail (late)" in page
    assert "2 hours ago" in page
    assert "Failed: ConnectionRefusedError" in page


def test_a_directory_whose_clock_never_ran_says_so(ruth):
    now = timezone.now()

    assert len(clockwork(ruth, now=now).amiss) == len(jobs.JOBS)
    assert {line.since for line in clockwork(ruth, now=now).lines} == {"never"}


def test_who_sells_adverts_sees_none_of_it(all_ran):
    """How many ask to be called is no business of theirs."""
    mona = factories.member("mona", "Advertising manager")

    assert "What runs by the clock" not in front_page(mona)


def test_mail_is_listed_and_opened_without_what_it_says_or_a_key(ruth, settings):
    now = timezone.now()
    row = factories.mail(now=now, subject="A private subject", body="A private body")
    OutgoingMail.objects.sealed().update(tries=2, last_error="SMTPDataError 554")
    settings.ENCRYPTION_KEYS = []
    client = Client()
    client.force_login(ruth)

    for path in (
        reverse("admin:centres_outgoingmail_changelist"),
        f"{reverse('admin:centres_outgoingmail_changelist')}?standing=waiting",
        reverse("admin:centres_outgoingmail_change", args=[row.pk]),
    ):
        page = client.get(path).content.decode()
        assert "SMTPDataError 554" in page, path
        assert "private" not in page
        assert "sam@example.org" not in page
