"""How often a form may be sent from one address, of which nothing is kept."""

import datetime

import pytest

from centres import limits
from centres.models import Attempt
from tests.centres.cast import at

pytestmark = pytest.mark.django_db

NOW = at(datetime.date(2026, 3, 2))
SECOND = datetime.timedelta(seconds=1)
HERE, THERE = "203.0.113.7", "203.0.113.8"


def send(number, *, address=HERE, now=NOW, action="callback"):
    """How many of so many sendings, all at one moment, are allowed."""
    return sum(limits.allow(action, address, now=now) for _ in range(number))


def test_a_whole_clinic_behind_one_address_is_let_through_and_a_script_is_not():
    most = limits.USUAL.an_hour

    assert send(most + 10) == most
    assert send(1, address=THERE) == 1, "nobody else pays for it"
    assert send(1, action="report") == 1, "nor another form"
    assert most >= 60


def test_where_nobody_is_told_apart_nobody_is_locked_out_for_the_others(monkeypatch):
    monkeypatch.setattr(limits, "USUAL", limits.Limit(an_hour=2, a_day=9))
    monkeypatch.setattr(limits, "UNKNOWN", 5)

    assert send(3) == 2
    assert send(12, address="") == 10


def test_it_is_allowed_again_when_the_page_says():
    send(limits.USUAL.an_hour)
    refused = NOW + 10 * SECOND
    assert limits.free_at("callback", HERE, now=refused) == NOW + limits.HOUR

    assert send(1, now=NOW + limits.HOUR - SECOND) == 0
    assert send(1, now=NOW + limits.HOUR) == 1


def test_trying_while_refused_keeps_nobody_out_for_longer():
    send(limits.USUAL.an_hour)
    kept = Attempt.objects.count()

    send(50, now=NOW + 30 * datetime.timedelta(minutes=1))

    assert Attempt.objects.count() == kept
    assert send(1, now=NOW + limits.HOUR) == 1


def test_midnight_forgives_nothing():
    """The key changes with the day (UTC); who sent before is counted still."""
    midnight = datetime.datetime(2026, 3, 3, tzinfo=datetime.UTC)
    send(limits.USUAL.an_hour, now=midnight - SECOND)

    assert send(1, now=midnight + SECOND) == 0
    assert send(1, now=midnight + limits.HOUR) == 1


def test_a_day_has_its_own_limit():
    for hour in range(5):
        assert send(60, now=NOW + hour * limits.HOUR) == 60

    assert send(1, now=NOW + 6 * limits.HOUR) == 0
    assert limits.free_at("callback", HERE, now=NOW + 6 * limits.HOUR) == NOW + limits.DAY
    assert send(1, now=NOW + limits.DAY) == 1


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),  # one connection's network
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
        ("", "<script>", True),  # none: one sender for all of them
        ("fe80::1%eth0", "203.0.113.7", False),
    ],
)
def test_who_counts_as_one_sender(one, other, are_one):
    first, second = (limits.sender(each, purpose="callback", now=NOW) for each in (one, other))

    assert (first == second) == are_one


@pytest.mark.parametrize(
    ("other", "are_one"), [("2001:db8:1:ffff::1", True), ("2001:db8:2::1", False)]
)
def test_a_wider_network_may_count_as_one_sender(other, are_one):
    first, second = (
        limits.sender(each, purpose="report.1", now=NOW, bits=48)
        for each in ("2001:db8:1:2::1", other)
    )

    assert (first == second) == are_one


def test_what_is_kept_tells_nothing_of_the_address(settings):
    send(1)

    kept = Attempt.objects.get().sender
    assert HERE not in kept
    assert len(kept) == 64
    tomorrow, elsewhere = NOW + limits.DAY, limits.sender(HERE, purpose="report", now=NOW)
    assert limits.sender(HERE, purpose="callback", now=tomorrow) != kept != elsewhere
    settings.SECRET_KEY = "another"
    assert limits.sender(HERE, purpose="callback", now=NOW) != kept


def test_a_longer_period_tells_two_senders_apart_for_longer():
    month = 28 * limits.DAY
    first = limits.sender(HERE, purpose="report.1", now=NOW, lasts=month)

    for days in (1, 10, 27):
        later = limits.senders(HERE, purpose="report.1", now=NOW + days * limits.DAY, lasts=month)
        assert first in later


def test_attempts_are_deleted_once_they_are_not_counted():
    send(2)
    send(3, now=NOW + limits.DAY)

    assert limits.clear_attempts(now=NOW + limits.KEPT_FOR - SECOND) == 0
    assert limits.clear_attempts(now=NOW + limits.KEPT_FOR) == 2
    assert Attempt.objects.count() == 3
