"""What machines read: health, and crawlers' rules. The sitemap: `test_sitemap.py`."""

import pytest
from django.utils import timezone

from centres.jobs import JOBS
from centres.models import JobRun

pytestmark = pytest.mark.django_db


def all_jobs_ran():
    now = timezone.now()
    JobRun.objects.bulk_create(JobRun(job=job.name, succeeded_at=now) for job in JOBS)


def test_healthz_answers_while_the_database_does(client):
    all_jobs_ran()

    response = client.get("/healthz")

    assert response.content == b"ok\n"
    assert "no-store" in response["Cache-Control"]


def test_healthz_stays_ok_and_names_what_is_late_or_closed(client, settings):
    all_jobs_ran()
    JobRun.objects.filter(job="send-mail").update(succeeded_at=None)
    settings.ENCRYPTION_KEYS = []

    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.content == b"ok\nlate: send-mail\nclosed: encryption\n"


def test_robots_are_kept_from_searches(client):
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /search/?" in text
