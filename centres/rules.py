"""What a row keeps beyond its columns' types, in plain words: for forms and proposals alike."""

import phonenumbers
from django.core.exceptions import ValidationError
from phonenumbers import PhoneNumberFormat, shortnumberinfo

from .models import Status

#: Constraint: (the field to stand beside, what to do about it).
WORDS = {
    "centres_centre_coordinates_both_or_neither": (
        "longitude",
        "Give both latitude and longitude, or neither.",
    ),
    "centres_centre_coordinates_are_in_range": (
        "latitude",
        "Latitude is from -90 to 90 and longitude from -180 to 180.",
    ),
    "centres_centre_coordinates_say_how_precise": (
        "precision",
        "With coordinates, say how precise they are. Without them, leave this empty or choose “not "
        "published”; an address that is not published has no coordinates.",
    ),
    "centres_centre_coordinates_have_a_source": (
        "coordinates_source",
        "Say where the coordinates come from.",
    ),
    "centres_centre_registration_number_is_unique": (
        "registration_number",
        "Another centre has this regulator and number. Search the list for the number to find it.",
    ),
    "centres_centre_registered_has_a_number": (
        "registration_number",
        "A registered centre needs its regulator and its registration number.",
    ),
    "centres_centre_not_required_has_a_reason": (
        "registration_reason",
        "Say why registration is not required.",
    ),
    "centres_centre_rating_is_not_undated": (
        "rating_on",
        "Give the rating and its date together, or neither.",
    ),
    "centres_centre_closed_says_when": (
        "closed_on",
        "A closed centre needs the day it closed; any other has none.",
    ),
    "centres_centre_only_a_closed_one_has_a_successor": (
        "successor",
        "Only a closed centre has a successor, and never itself.",
    ),
    "centres_phone_number_once_a_centre": ("number", "This centre has this number already."),
    "centres_programme_asam_level_with_edition": (
        "asam_edition",
        "Give the ASAM level and its edition together, or neither.",
    ),
    "centres_programme_length_is_in_range": (
        "length_max_days",
        "A length is from 1 to 1,095 days.",
    ),
    "centres_programme_length_min_is_not_above_max": (
        "length_max_days",
        "The longest stay cannot be shorter than the shortest.",
    ),
    "centres_programme_open_ended_has_no_length": (
        "open_ended",
        "An open-ended programme has no length in days.",
    ),
    "centres_programme_ages_are_in_order": (
        "age_max",
        "Ages are up to 120, the youngest first.",
    ),
    "centres_programme_price_has_currency_and_date": (
        "price",
        "Give the price, its currency and the day it was true together, or none of them.",
    ),
    "centres_programme_price_is_in_range": ("price", "A price is from 0 to 1,000,000."),
    "centres_programme_admission_says_when_stated": (
        "earliest_admission_stated_at",
        "Give the earliest admission and when it was stated together, or neither.",
    ),
    "centres_insurance_one_standing_a_plan": (
        "plan",
        "This insurer's plan is on the list already.",
    ),
    "centres_provider_company_number_is_unique": (
        "company_number",
        "Another provider has this company number.",
    ),
    "centres_criterion_once_a_country_and_purpose": (
        "slug",
        "This country and purpose have a criterion of this slug already, perhaps a retired one.",
    ),
    "centres_guiderevision_review_is_whole": (
        "reviewer_role",
        "Give the role, the day it was looked over and the next day together, or none of them.",
    ),
    "centres_guiderevision_next_review_is_later": (
        "next_review_on",
        "The next review comes after this one.",
    ),
    "centres_guiderevision_clinician_has_a_role": (
        "reviewer_role",
        "Say the clinician’s profession, and when they looked it over.",
    ),
    "centres_criterion_months_are_in_range": ("months", "A pass lasts from 1 to 60 months."),
    "centres_criterion_lasts_for_months_or_to_a_date": (
        "months",
        "Give the months, or say that it has its own date: not both.",
    ),
}


def broken_rules(row, *, exclude=()):
    """Pairs (field to stand beside or None, sentence) of the constraints that `row` would break.

    Every constraint is asked, of the row as it stands in memory, but those that speak only of the
    fields in `exclude`.
    """
    for constraint in row._meta.constraints:
        try:
            constraint.validate(type(row), row, exclude=set(exclude))
        except ValidationError as problem:
            yield WORDS.get(constraint.name, (None, " ".join(problem.messages)))


def stored_number(typed, country):
    """A telephone number as it is kept: the international form, or a short number's digits.

    country: "GB", "US", or None where it is not known. Raises ValidationError.
    """
    try:
        number = phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException:
        raise ValidationError("This is not a telephone number.") from None
    if country and shortnumberinfo.is_valid_short_number_for_region(number, country):
        return phonenumbers.national_significant_number(number)
    if not phonenumbers.is_possible_number(number):
        raise ValidationError("This number has too few or too many digits.")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def refuse_typed_status(before, after):
    """Raise ValidationError where nobody types that a status goes from `before` to `after`.

    Draft is where a centre begins; withdrawn is a decision with a reason (`centres.withdrawals`).
    """
    if before == after:
        return
    if after == Status.DRAFT:
        raise ValidationError(
            "A centre that was listed does not become a draft again: suspend it instead."
        )
    if Status.WITHDRAWN in {before, after}:
        raise ValidationError(
            "Withdrawing a centre, or lifting that, is a decision with a reason: choose “Do not "
            "list” on its page."
        )
