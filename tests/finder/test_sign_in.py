"""Nobody guesses a password of the team's, and nobody of the team is locked out by a stranger."""

import datetime

import pytest
from django.db.models import F
from django.urls import reverse

from centres.limits import LIMITS
from centres.models import Attempt
from tests import factories

HOUR = datetime.timedelta(hours=1)
MOST = LIMITS["sign-in"].an_hour
THERE, ELSEWHERE = "192.0.2.7", "198.51.100.7"


@pytest.fixture(autouse=True)
def ada(db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    ada = factories.person("ada")
    ada.set_password("right")
    ada.save()
    return ada


@pytest.fixture
def sign_in(client):
    """Whether a password lets somebody in; where not, what is said."""

    def send(password, *, username="ada", address=THERE):
        client.logout()
        typed = {"username": username, "password": password, "next": reverse("admin:index")}
        response = client.post(reverse("admin:login"), typed, REMOTE_ADDR=address)
        if response.status_code == 302:
            return True
        return " ".join(response.context["form"].non_field_errors())

    return send


def test_after_many_wrong_ones_the_right_one_waits_an_hour(sign_in):
    for number in range(MOST):
        assert "correct username and password" in sign_in(f"wrong-{number}", username=f"a{number}")

    assert "too many wrong passwords" in sign_in("right")
    assert sign_in("right", address=ELSEWHERE) is True

    Attempt.objects.update(at=F("at") - HOUR)
    assert sign_in("right") is True


def test_signing_in_is_not_counted(sign_in):
    assert {sign_in("right") for _ in range(MOST + 1)} == {True}
    assert not Attempt.objects.exists()


def test_neither_the_address_nor_the_name_is_kept(sign_in):
    sign_in("wrong")

    (attempt,) = Attempt.objects.values()
    assert not {THERE, "ada"} & {str(value) for value in attempt.values()}
