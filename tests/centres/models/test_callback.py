"""What the database refuses of callback requests and their links."""

import datetime

import pytest
from django.db import connection

from centres.models import CallbackLink, CallbackRequest, LinkPurpose
from centres.models.callback import PRIVATE
from tests import factories
from tests.centres.callbacks import WORDS, asked, taking

from .rules import cases, checks_of, refused, uniques_of, update

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
DAY, SECOND = datetime.timedelta(days=1), datetime.timedelta(seconds=1)
REQUESTS = {
    "centres_callbackrequest_state_is_known": [{"state": "lost"}, {"state": ""}],
    "centres_callbackrequest_has_a_token": [{"token": ""}],
    "centres_callbackrequest_has_a_name": [{"name": ""}],
    "centres_callbackrequest_has_a_number": [{"number": ""}],
    "centres_callbackrequest_says_when": [{"when": ""}],
    "centres_callbackrequest_says_about_voicemail": [{"voicemail": ""}],
    "centres_callbackrequest_consent_to_call": [{"consent_to_call": ""}],
    "centres_callbackrequest_consent_to_keep": [{"consent_to_keep": ""}],
    "centres_callbackrequest_opened_at_and_by": [{"opened_at": NOW}],
    "centres_callbackrequest_is_deleted_in_time": [
        {"delete_at": NOW},
        {"delete_at": NOW + 30 * DAY + SECOND},
    ],
    "centres_callbackrequest_closed_is_deleted_sooner": [
        {"state": "closed", "state_at": NOW, "delete_at": NOW + 3 * DAY + SECOND},
    ],
}
LINKS = {
    "centres_callbacklink_purpose_is_known": [{"purpose": "keep"}, {"purpose": ""}],
    "centres_callbacklink_has_a_token": [{"token": ""}],
    "centres_callbacklink_expires_in_time": [
        {"expires_at": NOW},
        {"expires_at": NOW + 3 * DAY + SECOND},
    ],
    "centres_callbacklink_is_used_before_it_expires": [
        {"used_at": NOW - SECOND},
        {"used_at": NOW + 3 * DAY},
    ],
}


def test_every_rule_is_proved_here():
    assert checks_of(CallbackRequest) == set(REQUESTS)
    assert checks_of(CallbackLink) == set(LINKS)
    assert uniques_of(CallbackRequest) == {"centres_callbackrequest_one_open_a_person"}
    assert uniques_of(CallbackLink) == set()


@pytest.mark.parametrize(("name", "facts"), cases(REQUESTS))
def test_a_request_is_whole_and_goes_in_time(name, facts):
    row = asked(now=NOW)

    with refused(name):
        update(row, facts)


@pytest.mark.parametrize(("name", "facts"), cases(LINKS))
def test_a_link_serves_no_longer_than_it_may(name, facts):
    asked(taking(), now=NOW)

    with refused(name):
        update(CallbackLink.objects.get(), facts)


def test_half_an_opening_is_none():
    row = asked(now=NOW)

    with refused("centres_callbackrequest_opened_at_and_by"):
        update(row, {"opened_by": factories.person("carol")})


def test_one_request_is_open_a_person():
    rows, carol = [asked(), asked(form="another")], factories.person("carol")
    update(rows[0], {"opened_at": NOW, "opened_by": carol})

    with refused("centres_callbackrequest_one_open_a_person"):
        update(rows[1], {"opened_at": NOW, "opened_by": carol})


def test_what_somebody_wrote_is_encrypted_each_field_of_its_own():
    row = asked(now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM centres_callbackrequest")
        columns = [column.name if hasattr(column, "name") else column[0]
                   for column in cursor.description]  # fmt: skip
        kept = dict(zip(columns, cursor.fetchone(), strict=True))

    assert not [word for word in WORDS if word in str(kept)]
    assert "yes" not in kept.values()
    assert len({kept[name] for name in PRIVATE}) == len(PRIVATE)
    assert all(kept[name].startswith("gAAAA") for name in PRIVATE), "a Fernet token"
    assert row.get_deferred_fields() == set(PRIVATE)


@pytest.mark.parametrize("name", PRIVATE)
def test_nothing_that_somebody_wrote_can_be_searched_for(name):
    asked()
    for lookup in ("", "__contains", "__icontains", "__startswith", "__in"):
        value = ["Quillon"] if lookup == "__in" else "Quillon"
        with pytest.raises(Exception, match="encrypted"):
            CallbackRequest.objects.filter(**{f"{name}{lookup}": value}).exists()


def test_links_go_with_their_request_and_a_claims_with_the_claim():
    row = asked(taking(), now=NOW)
    link = CallbackLink.objects.get()
    assert link.purpose == LinkPurpose.READ
    link.claim.delete()

    assert not CallbackLink.objects.exists()
    assert CallbackRequest.objects.sealed().get() == row
