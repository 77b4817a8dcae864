"""Telephone numbers as people read them and as a telephone dials them. Pure."""

from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType, shortnumberinfo

#: Numbers that cost more to call, of which some are let to make money by being called.
DEAR = {
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.PERSONAL_NUMBER,
}
#: Shorter ones are dialled within a town or a network, if at all.
SHORTEST = 7


@lru_cache(maxsize=4096)
def shown(number, country):
    """How somebody in `country` ("GB" or "US") writes `number`: "01632 960123", "(212) 555-0123".

    A number of another country is written with its +prefix. Short numbers, and what is no number
    at all, come back as they were given.
    """
    parsed = _parsed(number, country)
    if parsed is None:
        return number
    home = phonenumbers.country_code_for_region(country)
    if parsed.country_code == home:
        return phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)


@lru_cache(maxsize=4096)
def link(number, country):
    """What to put in a link that dials `number`: "tel:116123", "tel:+441632960123".

    Short numbers are dialled as they stand; "" where there is nothing that could be dialled.
    """
    parsed = _parsed(number, country)
    if parsed is not None:
        return f"tel:{phonenumbers.format_number(parsed, PhoneNumberFormat.E164)}"
    digits = "".join(c for c in number if c.isdigit())
    return f"tel:{digits}" if digits else ""


def to_call_back(text, country):
    """A number that somebody in `country` typed, as anybody may dial it: "+44 1632 960123 ext. 5".

    It has its area code, begun with 0 in the United Kingdom, or a +prefix. "" for what is no such
    number, and for one that is dear to call.
    """
    digits = text.strip().lstrip("(")
    if country == "GB" and not digits.startswith(("0", "+")):
        return ""  # 212 555 0123 is a number in New York too
    try:
        parsed = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return ""
    is_short = len(str(parsed.national_number)) < SHORTEST
    if is_short or not phonenumbers.is_possible_number(parsed):
        return ""
    if phonenumbers.number_type(parsed) in DEAR:
        return ""
    extension, parsed.extension = parsed.extension, None
    number = phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)
    return f"{number} ext. {extension}" if extension else number


@lru_cache(maxsize=4096)
def _parsed(number, country):
    """The number as phonenumbers knows it, or None for a short number or none at all."""
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return None
    if not number.lstrip().startswith("+"):
        short = shortnumberinfo.is_possible_short_number_for_region(parsed, country)
        if short and not phonenumbers.is_valid_number(parsed):
            return None
    return parsed if phonenumbers.is_possible_number(parsed) else None
