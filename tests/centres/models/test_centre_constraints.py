import datetime
import uuid

import pytest
from django.db import IntegrityError, transaction

from centres.models import Centre, Phone
from tests import factories

from .rules import WRITES, cases, checks_of, lift_guards, raw_update, refused, uniques_of, update

pytestmark = pytest.mark.django_db

DAY = datetime.date(2025, 6, 1)
A_DAY = datetime.timedelta(days=1)
PLACED = {
    "latitude": 53.8,
    "longitude": -1.5,
    "precision": "exact",
    "coordinates_source": "Made up",
}
VERIFIED = {"verified_from": DAY, "verified_until": DAY + 30 * A_DAY}
ADVERTISER = {**VERIFIED, "advertiser_from": DAY, "advertiser_until": DAY + 30 * A_DAY}
REGISTERED = {"registration": "registered", "regulator": "cqc", "registration_number": "1-100"}

BROKEN = {
    "centres_centre_country_is_known": [{"country": "FR"}, {"country": ""}],
    "centres_centre_status_is_known": [{"status": "open"}, {"status": ""}],
    "centres_centre_registration_is_known": [{"registration": "maybe"}, {"registration": ""}],
    "centres_centre_regulator_is_known": [{"regulator": "ofsted"}],
    "centres_centre_precision_is_known": [{"precision": "roughly"}],
    "centres_centre_has_a_name": [{"name": ""}],
    "centres_centre_has_a_slug": [{"slug": ""}],
    "centres_centre_coordinates_both_or_neither": [
        {**PLACED, "longitude": None},
        {"longitude": 0.0},
    ],
    "centres_centre_coordinates_are_in_range": [
        {**PLACED, "latitude": 90.0001},
        {**PLACED, "latitude": -90.0001},
        {**PLACED, "longitude": 180.0001},
        {**PLACED, "longitude": -180.0001},
        {**PLACED, "latitude": float("inf")},
    ],
    "centres_centre_coordinates_say_how_precise": [
        {**PLACED, "precision": ""},
        {**PLACED, "precision": "withheld"},
        {"precision": "exact"},
    ],
    "centres_centre_coordinates_have_a_source": [{**PLACED, "coordinates_source": ""}],
    "centres_centre_registered_has_a_number": [
        {**REGISTERED, "registration_number": ""},
        {"registration": "registered"},
    ],
    "centres_centre_registration_number_names_its_regulator": [{"registration_number": "1-100"}],
    "centres_centre_not_required_has_a_reason": [{"registration": "not-required"}],
    "centres_centre_rating_is_not_undated": [{"rating": "Good"}, {"rating_on": DAY}],
    "centres_centre_verified_from_and_until": [{"verified_from": DAY}, {"verified_until": DAY}],
    "centres_centre_verified_until_is_after_from": [
        {"verified_from": DAY, "verified_until": DAY - A_DAY}
    ],
    "centres_centre_advertiser_from_and_until": [
        {**VERIFIED, "advertiser_from": DAY},
        {**VERIFIED, "advertiser_until": DAY},
    ],
    "centres_centre_advertiser_is_verified_throughout": [
        {"advertiser_from": DAY, "advertiser_until": DAY},
        {**ADVERTISER, "advertiser_from": DAY - A_DAY},
        {**ADVERTISER, "advertiser_until": DAY + 31 * A_DAY},
        {**ADVERTISER, "advertiser_from": DAY + A_DAY, "advertiser_until": DAY},
    ],
    "centres_centre_closed_says_when": [{"status": "closed"}, {"closed_on": DAY}],
}
#: Rules that say part of the same, and may be the one to refuse.
OVERLAPPING = {
    "centres_centre_precision_is_known": "centres_centre_coordinates_say_how_precise",
}

LEGAL = {
    "centres_centre_country_is_known": [{"country": "US"}],
    "centres_centre_status_is_known": [{"status": "suspended"}, {"status": "withdrawn"}],
    "centres_centre_registration_is_known": [{"registration": "outside"}],
    "centres_centre_regulator_is_known": [{"regulator": "us-state"}, {"regulator": ""}],
    "centres_centre_coordinates_are_in_range": [
        {**PLACED, "latitude": 90.0, "longitude": 180.0},
        {**PLACED, "latitude": -90.0, "longitude": -180.0},
        {**PLACED, "latitude": 0.0, "longitude": 0.0},
    ],
    "centres_centre_coordinates_say_how_precise": [
        {"precision": "withheld"},
        {**PLACED, "precision": "town"},
    ],
    "centres_centre_registered_has_a_number": [REGISTERED],
    "centres_centre_registration_number_names_its_regulator": [
        {"regulator": "cqc", "registration_number": "1-100"}
    ],
    "centres_centre_not_required_has_a_reason": [
        {"registration": "not-required", "registration_reason": "A self-help group"}
    ],
    "centres_centre_rating_is_not_undated": [{"rating": "Good", "rating_on": DAY}],
    "centres_centre_verified_until_is_after_from": [{"verified_from": DAY, "verified_until": DAY}],
    "centres_centre_advertiser_is_verified_throughout": [
        ADVERTISER,
        {**ADVERTISER, "advertiser_until": DAY},
        {**ADVERTISER, "advertiser_from": DAY + 30 * A_DAY},
    ],
    "centres_centre_closed_says_when": [{"status": "closed", "closed_on": DAY}],
}


def test_every_rule_is_proved_here():
    successor = {"centres_centre_only_a_closed_one_has_a_successor"}

    assert set(BROKEN) | successor == checks_of(Centre)


@pytest.mark.parametrize(("constraint", "facts"), cases(BROKEN))
def test_a_row_that_breaks_a_rule_cannot_be_created(constraint, facts):
    with refused(constraint, OVERLAPPING.get(constraint, constraint)):
        Centre.objects.create(**{"name": "Oak", "slug": "oak", "country": "GB", **facts})


@WRITES
@pytest.mark.parametrize(("constraint", "facts"), cases(BROKEN))
def test_a_row_cannot_be_made_to_break_a_rule(write, constraint, facts):
    centre = factories.centre()

    with refused(constraint, OVERLAPPING.get(constraint, constraint)):
        write(centre, facts)


@WRITES
@pytest.mark.parametrize(("constraint", "facts"), cases(LEGAL))
def test_its_neighbour_is_accepted(write, constraint, facts):
    centre = factories.centre()
    lift_guards("centres_centre")

    write(centre, facts)

    centre.refresh_from_db()
    assert {name: getattr(centre, name) for name in facts} == facts


@pytest.mark.parametrize("write", [update, raw_update])
class TestSuccessor:
    RULE = "centres_centre_only_a_closed_one_has_a_successor"

    def test_of_an_open_centre_is_refused(self, write):
        with refused(self.RULE):
            write(factories.centre(), {"successor": factories.centre()})

    def test_of_itself_is_refused(self, write):
        centre = factories.centre(status="closed", closed_on=DAY)

        with refused(self.RULE):
            write(centre, {"successor": centre})

    def test_of_a_closed_centre_is_kept(self, write):
        centre, successor = factories.centre(status="closed", closed_on=DAY), factories.centre()

        write(centre, {"successor": successor})

        assert successor.predecessors.get() == centre

    def test_stays_closed(self, write):
        centre = factories.centre(status="closed", closed_on=DAY, successor=factories.centre())

        with refused(self.RULE):
            write(centre, {"status": "listed", "closed_on": None})


class TestUnique:
    def test_the_named_rules_are_these(self):
        assert uniques_of(Centre) == {
            "centres_centre_registration_number_is_unique",
            "centres_centre_state_licence_is_unique",
        }

    @WRITES
    @pytest.mark.parametrize(
        "facts", [{"slug": "oak"}, {"uuid": uuid.UUID(int=7)}], ids=["slug", "uuid"]
    )
    def test_a_centre_s_address_and_identity_are_its_own(self, write, facts):
        factories.centre(**facts)
        other = factories.centre()
        if write is raw_update and "uuid" in facts:
            facts = {"uuid": Centre._meta.get_field("uuid").get_db_prep_value(facts["uuid"], _db())}

        with refused("centres_centre_slug", "centres_centre_uuid"):
            write(other, facts)

    @WRITES
    def test_a_regulator_registers_a_number_once(self, write):
        factories.centre(**REGISTERED)

        with refused("centres_centre_registration_number_is_unique"):
            write(factories.centre(), REGISTERED)

    def test_another_regulator_may_use_the_same_number(self):
        factories.centre(**REGISTERED)
        factories.centre(**{**REGISTERED, "regulator": "hiw"})

    def test_any_number_of_centres_have_no_number(self):
        factories.centre(regulator="cqc", registration="not-found")
        factories.centre(regulator="cqc", registration="not-found")

    @WRITES
    def test_a_state_gives_a_licence_once(self, write):
        licence = {"regulator": "us-state", "registration_number": "7", "region": "MA"}
        factories.centre(country="US", **licence)

        with refused("centres_centre_state_licence_is_unique"):
            write(factories.centre(country="US"), licence)

    def test_two_states_may_give_the_same_number(self):
        for state in ("MA", "OH"):
            factories.centre(
                country="US", regulator="us-state", registration_number="7", region=state
            )


def _db():
    from django.db import connection

    return connection


def test_beds_are_not_negative():
    with pytest.raises(IntegrityError), transaction.atomic():
        Centre.objects.filter(pk=factories.centre().pk).update(beds=-1)


class TestPhone:
    BROKEN = {
        "centres_phone_answered_by_is_known": [{"answered_by": "robot"}, {"answered_by": ""}],
        "centres_phone_has_a_number": [{"number": ""}],
        "centres_phone_doubted_on_and_number": [
            {"doubted_on": datetime.date(2026, 3, 2)},
            {"doubted_number": "+441632960001"},
        ],
        "centres_phone_confirmed_on_and_number": [
            {"confirmed_on": datetime.date(2026, 3, 2)},
            {"confirmed_number": "+441632960001"},
        ],
    }

    def test_every_rule_is_proved_here(self):
        assert set(self.BROKEN) == checks_of(Phone)
        assert uniques_of(Phone) == {"centres_phone_number_once_a_centre"}

    @WRITES
    @pytest.mark.parametrize(("constraint", "facts"), cases(BROKEN))
    def test_a_row_cannot_be_made_to_break_a_rule(self, write, constraint, facts):
        phone = factories.phone(factories.centre())

        with refused(constraint):
            write(phone, facts)
        with refused(constraint):
            factories.phone(factories.centre(), **facts)

    def test_a_number_stands_once_with_a_centre(self):
        centre = factories.centre()
        factories.phone(centre, number="+441632960001")

        with refused("centres_phone_number_once_a_centre"):
            factories.phone(centre, number="+441632960001")

    def test_two_centres_may_share_a_number(self):
        for _ in range(2):
            factories.phone(factories.centre(), number="116123", answered_by="third-party")
