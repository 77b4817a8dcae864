"""Cells to values. Each function returns None for what it cannot read; nothing is guessed."""

import datetime
import re

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone

from ..web_address import check_web_address

#: The forms of a postcode in BS 7666: area and district, sector and unit.
_POSTCODE = re.compile(r"(GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]?) ?(\d[ABD-HJLNP-UW-Z]{2})")
#: A range kept for fiction where no real number can be: well formed, and used in made-up files.
_FICTION = re.compile(r"\+441632960\d{3}")
_EXTENSION = re.compile(r"\s*(?:x|ext\.?|extension)\s*(\d{1,6})\s*$", re.IGNORECASE)
_EARLIEST = datetime.date(1900, 1, 1)
_check_url = URLValidator()


def british_phone(text):
    """A British number as E.164, or None where it is not one.

    Registers keep numbers as numbers, so the leading 0 is lost: it is put back first.
    """
    digits = re.sub(r"[^\d+]", "", text)
    if not digits.startswith(("+", "0")):
        digits = f"0{digits}"
    return _e164(digits, "GB")


def american_phone(text):
    """A US number as (E.164, extension or ""), or None where it is not one."""
    extension = _EXTENSION.search(text)
    number = _e164(_EXTENSION.sub("", text), "US")
    if number is None:
        return None
    return number, extension.group(1) if extension else ""


def _e164(text, region):
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    formatted = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if phonenumbers.is_valid_number(number) or _FICTION.fullmatch(formatted):
        return formatted
    return None


def british_postcode(text):
    """A postcode in its usual form, such as “LS1 4DY”, or None where it cannot be one."""
    match = _POSTCODE.fullmatch(" ".join(text.upper().split()))
    return f"{match[1]} {match[2]}" if match else None


def zip_code(text, plus_four=""):
    """A ZIP code with the 0 that spreadsheets drop, and its +4 where given; None if it is none."""
    if re.fullmatch(r"\d{5}-\d{4}", text):
        return text
    if not re.fullmatch(r"\d{3,5}", text):
        return None
    return f"{text:0>5}-{plus_four:0>4}" if re.fullmatch(r"\d{1,4}", plus_four) else f"{text:0>5}"


def website(text):
    """A web address with its scheme, or None where it is none. A bare host is taken as https."""
    url = text if re.match(r"https?://", text, re.IGNORECASE) else f"https://{text}"
    try:
        _check_url(url)
        check_web_address(url)
    except ValidationError:
        return None
    return url


def day(text):
    """A date written 2026-04-01 or, as British registers do, 01/04/2026; else None.

    None also where no register can have meant it: it is still to come, or before 1900.
    """
    for layout in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            found = datetime.datetime.strptime(text[:10], layout).date()  # noqa: DTZ007
        except ValueError:
            continue
        return found if _EARLIEST <= found <= timezone.localdate() else None
    return None


def whole_number(text):
    """A whole number above zero, also as spreadsheets write it (16.0), or None."""
    match = re.fullmatch(r"([1-9]\d{0,4})(\.0)?", text, re.ASCII)
    return int(match[1]) if match else None


def degrees(latitude, longitude, *, box):
    """(latitude, longitude) to six places where both are numbers inside `box`, else None.

    `box` is (south, west, north, east) in degrees.
    """
    try:
        north, east = float(latitude), float(longitude)
    except ValueError:
        return None
    if not (box[0] <= north <= box[2] and box[1] <= east <= box[3]):  # also turns NaN away
        return None
    return round(north, 6), round(east, 6)


def company_number(text):
    """A number of the UK's companies register, or None where it is none.

    Eight characters, of which the first may be letters; spreadsheets drop the 0 in front of digits.
    """
    if re.fullmatch(r"\d{1,8}", text, re.ASCII):
        return f"{text:0>8}"
    return text if re.fullmatch(r"(?=.{8}$)[A-Z]{1,2}\d+[A-Z]?", text, re.ASCII) else None


def charity_number(text):
    """A number of one of the UK's registers of charities, or None where it is none."""
    return text if re.fullmatch(r"(SC|NIC)?\d{5,7}(-\d{1,4})?", text, re.ASCII) else None


def tokens(text):
    """Entries of a list separated by `|` or, in older exports, by commas; each once."""
    return list(dict.fromkeys(part.strip() for part in re.split(r"[|,]", text) if part.strip()))
