import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from centres.models import Centre, Country, Precision, Status, VerificationState
from tests import factories

DAY = datetime.date(2025, 6, 1)
LAST = datetime.date(2025, 8, 31)
LONDON = ZoneInfo("Europe/London")


def days(number):
    return datetime.timedelta(days=number)


def at(day, time="12:00", zone=LONDON):
    return datetime.datetime.combine(day, datetime.time.fromisoformat(time), zone)


class TestVerificationState:
    centre = Centre(status=Status.LISTED, verified_from=DAY, verified_until=LAST)

    @pytest.mark.parametrize(
        ("now", "state"),
        [
            (at(DAY - days(1), "23:59:59"), VerificationState.UNVERIFIED),
            (at(DAY, "00:00"), VerificationState.VERIFIED),
            (at(LAST - days(31), "23:59:59"), VerificationState.VERIFIED),
            (at(LAST - days(30), "00:00"), VerificationState.EXPIRING),
            (at(LAST, "23:59:59"), VerificationState.EXPIRING),
            (at(LAST + days(1), "00:00"), VerificationState.LAPSED),
        ],
    )
    def test_follows_from_the_dates_and_the_clock(self, now, state):
        assert self.centre.verification_state(now=now) == state

    def test_days_are_london_s(self):
        """In summer, half past eleven in the evening UTC is the next day there."""
        evening = at(LAST, "22:59", datetime.UTC)
        past_midnight = at(LAST, "23:30", datetime.UTC)

        assert self.centre.is_verified(now=evening)
        assert not self.centre.is_verified(now=past_midnight)
        assert self.centre.verification_state(now=past_midnight) == VerificationState.LAPSED

    def test_in_winter_utc_and_london_agree(self):
        centre = Centre(
            status=Status.LISTED, verified_from=DAY, verified_until=datetime.date(2025, 12, 31)
        )

        assert centre.is_verified(now=at(centre.verified_until, "23:59", datetime.UTC))
        assert not centre.is_verified(now=at(centre.verified_until + days(1), "00:00"))

    def test_a_centre_never_verified_is_unverified(self):
        assert Centre().verification_state(now=at(DAY)) == VerificationState.UNVERIFIED

    @pytest.mark.parametrize("status", Status)
    def test_the_mark_stands_only_beside_a_listed_centre(self, status):
        centre = Centre(status=status.value, verified_from=DAY, verified_until=LAST)

        assert centre.is_verified(now=at(DAY)) == (status == Status.LISTED)


class TestAdvertiser:
    centre = Centre(
        status=Status.LISTED,
        verified_from=DAY,
        verified_until=LAST,
        advertiser_from=DAY + days(10),
        advertiser_until=LAST,
    )

    @pytest.mark.parametrize(
        ("now", "advertises"),
        [
            (at(DAY + days(9), "23:59:59"), False),
            (at(DAY + days(10), "00:00"), True),
            (at(LAST, "23:59:59"), True),
            (at(LAST + days(1), "00:00"), False),
            (at(LAST, "23:30", datetime.UTC), False),
        ],
    )
    def test_follows_from_the_dates_and_the_clock(self, now, advertises):
        assert self.centre.is_advertiser(now=now) == advertises

    def test_needs_being_verified(self):
        """P2. The database would refuse this row; the mark does not rest on that alone."""
        centre = Centre(
            status=Status.LISTED,
            verified_from=DAY,
            verified_until=LAST,
            advertiser_from=DAY,
            advertiser_until=LAST + days(30),
        )

        assert not centre.is_advertiser(now=at(LAST + days(1)))

    def test_needs_being_listed(self):
        centre = Centre(
            status=Status.SUSPENDED,
            verified_from=DAY,
            verified_until=LAST,
            advertiser_from=DAY,
            advertiser_until=LAST,
        )

        assert not centre.is_advertiser(now=at(DAY))


@pytest.mark.django_db
class TestWhatIsShown:
    @pytest.fixture(autouse=True)
    def one_centre_a_status(self):
        for status in Status:
            closed_on = DAY if status == Status.CLOSED else None
            factories.centre(name=status.value, status=status, closed_on=closed_on)

    def test_only_the_listed_are_visible(self):
        assert [centre.status for centre in Centre.objects.visible()] == ["listed"]

    def test_closed_and_suspended_keep_their_page(self):
        found = {centre.status for centre in Centre.objects.with_page()}

        assert found == {"listed", "closed", "suspended"}

    def test_the_rules_hold_within_a_narrower_search(self):
        assert not Centre.objects.filter(name="draft").with_page().exists()
        assert not Centre.objects.filter(name="closed").visible().exists()

    def test_demo_centres_are_those_of_a_demo_source(self):
        factories.centre(source=factories.source())
        made_up = factories.centre(source=factories.source(is_demo=True))

        assert list(Centre.objects.demo()) == [made_up]


@st.composite
def standings(draw):
    """Facts of a centre that the database accepts, around a few weeks of dates."""
    facts = {"status": draw(st.sampled_from(Status))}
    if facts["status"] == Status.CLOSED:
        facts["closed_on"] = DAY
    if not draw(st.booleans()):
        return facts
    start, length = draw(st.integers(0, 20)), draw(st.integers(0, 40))
    facts |= {"verified_from": DAY + days(start), "verified_until": DAY + days(start + length)}
    if draw(st.booleans()):
        first = draw(st.integers(0, length))
        last = draw(st.integers(first, length))
        facts |= {
            "advertiser_from": DAY + days(start + first),
            "advertiser_until": DAY + days(start + last),
        }
    return facts


clocks = st.datetimes(
    min_value=datetime.datetime(2025, 5, 31),  # noqa: DTZ001 - the zone is drawn beside it
    max_value=datetime.datetime(2025, 8, 2),  # noqa: DTZ001
    timezones=st.sampled_from([datetime.UTC, LONDON, ZoneInfo("America/New_York")]),
)


@pytest.mark.django_db
@given(centres=st.lists(standings(), min_size=1, max_size=12), now=clocks)
def test_querysets_and_methods_agree(centres, now):
    """P7: what the database finds is what each centre says of itself, at any clock."""
    with transaction.atomic():
        for facts in centres:
            factories.centre(**facts)
        rows = list(Centre.objects.all())
        verified, advertisers = (
            set(Centre.objects.verified(now=now)),
            set(Centre.objects.advertisers(now=now)),
        )
        transaction.set_rollback(True)

    assert verified == {row for row in rows if row.is_verified(now=now)}
    assert advertisers == {row for row in rows if row.is_advertiser(now=now)}
    assert advertisers <= verified <= {row for row in rows if row.status == Status.LISTED}
    for row in rows:
        assert row.is_verified(now=now) == (
            row.status == Status.LISTED
            and row.verified_from is not None
            and row.verified_from <= timezone.localdate(now, LONDON) <= row.verified_until
        )


@pytest.mark.django_db
class TestFreeSlug:
    def taken(self, *slugs):
        for slug in slugs:
            factories.centre(slug=slug)

    def test_is_the_name(self):
        assert Centre.objects.free_slug("St Mary’s Rehab", "Leeds") == "st-marys-rehab"

    def test_adds_the_town_where_the_name_is_taken(self):
        self.taken("oak-house")

        assert Centre.objects.free_slug("Oak House", "Leeds") == "oak-house-leeds"

    def test_adds_a_number_where_both_are_taken(self):
        self.taken("oak-house", "oak-house-leeds", "oak-house-2")

        assert Centre.objects.free_slug("Oak House", "Leeds") == "oak-house-3"

    def test_adds_a_number_where_there_is_no_town(self):
        self.taken("oak-house")

        assert Centre.objects.free_slug("Oak House") == "oak-house-2"

    def test_is_not_confused_by_a_longer_name(self):
        self.taken("oak-house-barn")

        assert Centre.objects.free_slug("Oak House") == "oak-house"

    @pytest.mark.parametrize("status", Status)
    def test_never_gives_a_centre_s_slug_away(self, status):
        factories.centre(
            slug="oak", status=status, closed_on=DAY if status == Status.CLOSED else None
        )

        assert Centre.objects.free_slug("Oak") == "oak-2"

    def test_looks_at_all_centres_whatever_it_is_asked_of(self):
        self.taken("oak")

        assert Centre.objects.none().free_slug("Oak") == "oak-2"

    @pytest.mark.parametrize("name", ["", "   ", "—", "戒毒中心", "🌱", "___"])
    def test_a_name_without_letters_it_can_use(self, name):
        assert Centre.objects.free_slug(name) == "centre"
        self.taken("centre")
        assert Centre.objects.free_slug(name) == "centre-2"
        assert Centre.objects.free_slug(name, "Leeds") == "centre-leeds"

    def test_accents_are_plain_letters(self):
        assert Centre.objects.free_slug("Clinique Élan") == "clinique-elan"

    def test_a_very_long_name_fits_its_column(self):
        name, town = "Long name " * 40, "Llanfairpwllgwyngyll " * 10
        most = Centre._meta.get_field("slug").max_length

        for _ in range(12):
            centre = factories.centre(slug=Centre.objects.free_slug(name, town))
            centre.full_clean(exclude=["provider", "source"])
            assert len(centre.slug) <= most

    @given(name=st.text(max_size=120), town=st.text(max_size=60))
    def test_is_always_free_and_always_an_address(self, name, town):
        with transaction.atomic():
            for _ in range(3):
                slug = Centre.objects.free_slug(name, town)
                assert not Centre.objects.filter(slug=slug).exists()
                assert factories.centre(slug=slug).get_absolute_url() == f"/centres/{slug}/"
                Centre._meta.get_field("slug").run_validators(slug)
            transaction.set_rollback(True)


class TestAddressLines:
    leeds = {
        "country": Country.GB,
        "street": "1 Park Row",
        "locality": "City Centre",
        "town": "Leeds",
        "region": "West Yorkshire",
        "postcode": "LS1 4DY",
    }
    boston = {
        "country": Country.US,
        "street": "1 Beacon St",
        "town": "Boston",
        "region": "MA",
        "postcode": "02108",
    }

    def test_in_britain_each_has_its_line(self):
        assert Centre(**self.leeds).address_lines() == [
            "1 Park Row", "City Centre", "Leeds", "West Yorkshire", "LS1 4DY",
        ]  # fmt: skip

    def test_in_america_town_state_and_zip_share_one(self):
        assert Centre(**self.boston).address_lines() == ["1 Beacon St", "Boston, MA 02108"]

    @pytest.mark.parametrize(
        ("missing", "line"),
        [
            ({"town": ""}, "MA 02108"),
            ({"region": ""}, "Boston, 02108"),
            ({"postcode": ""}, "Boston, MA"),
            ({"region": "", "postcode": ""}, "Boston"),
        ],
    )
    def test_what_is_unknown_leaves_no_gap(self, missing, line):
        assert Centre(**{**self.boston, **missing}).address_lines() == ["1 Beacon St", line]

    def test_nothing_known_is_no_lines(self):
        assert Centre(country=Country.GB).address_lines() == []
        assert Centre(country=Country.US).address_lines() == []

    @pytest.mark.parametrize("place", ["leeds", "boston"])
    def test_withheld_shows_no_more_than_the_region(self, place):
        centre = Centre(**getattr(self, place), precision=Precision.WITHHELD)

        assert centre.is_withheld
        assert centre.address_lines() == [centre.region]

    def test_withheld_without_a_region_shows_nothing(self):
        facts = {**self.leeds, "region": ""}

        assert Centre(**facts, precision=Precision.WITHHELD).address_lines() == []
