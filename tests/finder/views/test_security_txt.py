"""Whom to tell of a weakness, where the operator says so (RFC 9116)."""

import datetime
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.utils import timezone

pytestmark = pytest.mark.django_db

PATH = "/.well-known/security.txt"


@pytest.fixture
def lines(client, settings):
    settings.SECURITY_CONTACT = "mailto:security@example.org"
    response = client.get(PATH)
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    return dict(line.split(": ", 1) for line in response.content.decode().splitlines())


def test_names_the_contact_and_its_own_address(lines):
    assert lines["Contact"] == "mailto:security@example.org"
    assert lines["Canonical"] == f"{settings.SITE_URL}{PATH}"


def test_expires_within_a_year(lines):
    expires = datetime.datetime.fromisoformat(lines["Expires"])
    left = expires - timezone.now()
    assert datetime.timedelta(days=90) < left < datetime.timedelta(days=365)


def test_is_not_there_without_a_contact(client, settings):
    settings.SECURITY_CONTACT = ""
    assert client.get(PATH).status_code == 404


@pytest.mark.parametrize(
    ("given", "contact"),
    [
        ("security@example.org", "mailto:security@example.org"),
        ("mailto:security@example.org", "mailto:security@example.org"),
        ("https://example.org/weakness", "https://example.org/weakness"),
        ("http://example.org/weakness", None),
        ("tel:+441632960000", None),
    ],
)
def test_the_setting_takes_an_email_or_https_address_and_nothing_else(given, contact, tmp_path):
    code = "from finder import settings; print(settings.SECURITY_CONTACT)"
    env = os.environ | {"SECURITY_CONTACT": given, "VAR_DIR": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=settings.BASE_DIR, capture_output=True, text=True
    )
    if contact is None:
        assert "SECURITY_CONTACT needs" in run.stderr
        return
    assert run.stdout.strip() == contact
