"""The criteria that ship with the project, held against the design's own table."""

import datetime
import json
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

from centres.models import (
    Centre,
    Check,
    Country,
    Criterion,
    Method,
    Outcome,
    Programme,
    Purpose,
    State,
    Verification,
)
from tests import factories

CRITERIA = settings.BASE_DIR / "fixtures" / "criteria.json"
DAY = datetime.date(2025, 6, 1)
OWN_DATE = "its own date"
FOR_EVER = None

#: "Verification" in the design: how many months a pass lasts.
VERIFIED = {
    "legal-entity": 12,
    "registration": 6,
    "rating": FOR_EVER,
    "address": 24,
    "phone": 3,
    "ownership": 12,
    "referral-fees": 12,
    "clinical-lead": 6,
    "therapists": 12,
    "detox": 6,
    "dual-diagnosis": 6,
    "medication": 6,
    "programme": 3,
    "funding": 3,
    "safeguarding": 12,
    "accreditation": OWN_DATE,
    "access": 24,
}
LASTS = {
    Purpose.VERIFIED: VERIFIED,
    Purpose.ADVERTISER: {"declared-domains": 12},
    Purpose.LISTED: dict.fromkeys(["address", "programme", "registration"], FOR_EVER),
    Purpose.CLAIMED: dict.fromkeys(["address", "phone", "programme"], 12),
}
#: What a centre may honestly have none of.
MAY_BE_NONE = {
    "registration", "rating", "clinical-lead", "therapists", "detox", "dual-diagnosis",
    "accreditation",
}  # fmt: skip

every_country = pytest.mark.parametrize("country", list(Country))


def load():
    out = StringIO()
    call_command("load_vocabulary", stdout=out)
    return out.getvalue()


@pytest.fixture
def criteria(db):
    load()
    return Criterion.objects.all()


def lasts(criterion):
    return OWN_DATE if criterion.has_own_date else criterion.months


@every_country
def test_it_works(criteria, country):
    asked = Criterion.objects.asked_of(country=country, purpose=Purpose.VERIFIED)

    assert [criterion.slug for criterion in asked] == list(VERIFIED)


@every_country
@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_pass_lasts_as_the_design_says(criteria, country, purpose):
    asked = Criterion.objects.asked_of(country=country, purpose=purpose)

    assert {criterion.slug: lasts(criterion) for criterion in asked} == LASTS[purpose]


@every_country
def test_a_country_has_the_eighteen_of_the_design(criteria, country):
    assert len(set(criteria.filter(country=country).values_list("slug", flat=True))) == 18


@pytest.mark.parametrize("purpose", list(Purpose))
def test_both_countries_ask_for_the_same(criteria, purpose):
    columns = ["slug", "title", "months", "has_own_date", "is_required", "may_not_apply", "facts"]
    british, american = (
        list(Criterion.objects.asked_of(country=country, purpose=purpose).values(*columns))
        for country in (Country.GB, Country.US)
    )

    assert british == american


def test_everything_is_required_but_a_badge(criteria):
    assert set(criteria.filter(is_required=False).values_list("slug", flat=True)) == {
        "accreditation"
    }


def test_what_a_centre_may_honestly_lack_may_not_apply(criteria):
    found = criteria.filter(may_not_apply=True)

    assert set(found.values_list("slug", flat=True)) == MAY_BE_NONE
    assert set(found.values_list("purpose", flat=True)) == {Purpose.VERIFIED}


def test_every_fact_vouched_for_exists(criteria):
    known = {*Centre.FACTS, *(f"programme.{fact}" for fact in Programme.FACTS)}
    named = {fact for criterion in criteria for fact in criterion.facts}

    assert named <= known
    assert {"name", "address", "phones", "registration", "rating", "programme.price"} <= named


def test_what_turns_unknown_within_days_is_vouched_for_by_none(criteria):
    assert not [c for c in criteria if "programme.earliest_admission" in c.facts]


def test_every_one_says_what_to_do_and_what_counts(criteria):
    for criterion in criteria:
        assert criterion.guidance.endswith("."), criterion
        assert len(criterion.guidance) >= 150, criterion
        lines = criterion.accepted_evidence.splitlines()
        assert len(lines) >= 2, criterion
        assert all(line and line == line.strip() for line in lines), criterion


def test_every_one_passes_the_models_own_checks(criteria):
    for criterion in criteria:
        criterion.full_clean()


def test_titles_are_short_and_differ_within_a_case(criteria):
    named = [(criterion.country, criterion.purpose, criterion.title) for criterion in criteria]

    assert len(named) == len(set(named))
    assert max(len(criterion.title) for criterion in criteria) <= 55


@pytest.mark.parametrize("purpose", [Purpose.LISTED, Purpose.VERIFIED])
def test_each_nation_has_its_register_named(criteria, purpose):
    guidance = criteria.get(country="GB", purpose=purpose, slug="registration").guidance

    for words in (
        "England", "CQC", "Scotland", "Care Inspectorate", "Healthcare Improvement Scotland",
        "Wales", "Healthcare Inspectorate Wales", "Care Inspectorate Wales", "Northern Ireland",
        "RQIA",
    ):  # fmt: skip
        assert words in guidance


def test_rows_have_no_number_of_their_own():
    rows = json.loads(CRITERIA.read_text(encoding="utf-8"))

    assert not [row for row in rows if "pk" in row]


def test_loading_twice_adds_nothing(criteria):
    before = list(Criterion.objects.values())

    assert load() == ""
    assert list(Criterion.objects.values()) == before


def test_what_the_team_edited_or_retired_stays_so(criteria):
    phone = criteria.filter(country="GB", purpose="verified", slug="phone")
    phone.update(title="The number", months=1, is_retired=True)
    criteria.filter(country="US", purpose="verified", slug="phone").delete()

    assert load() == "Criteria: 1 added.\n"
    assert phone.values_list("title", "months", "is_retired").get() == ("The number", 1, True)


def test_what_is_retired_is_asked_no_more(criteria):
    criteria.filter(slug="accreditation").update(is_retired=True)

    asked = Criterion.objects.asked_of(country="GB", purpose="verified")
    assert asked.count() == len(VERIFIED) - 1


def test_a_change_leaves_a_check_as_it_was_made(db):
    phone = factories.criterion(slug="phone", title="Telephone", months=3)
    ruth = factories.person("ruth")
    case = Verification.objects.create(centre=factories.centre(), due_on=DAY)
    Verification.objects.update(state=State.IN_REVIEW, reviewer=ruth, version=2)
    check = Check.objects.create(
        verification=case,
        criterion=phone,
        title=phone.title,
        outcome=Outcome.PASSED,
        method=Method.PHONE,
        note="Rang twice.",
        captured_on=DAY,
        expires_on=phone.expiry(captured_on=DAY),
        checked_on=DAY,
        checked_by=ruth,
    )
    before = Check.objects.values().get()

    phone.title, phone.months, phone.is_retired = "The number", 1, True
    phone.save()

    assert Check.objects.values().get() == before
    check.refresh_from_db()
    assert (check.title, check.expires_on) == ("Telephone", datetime.date(2025, 9, 1))
