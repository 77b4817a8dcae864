"""What somebody types into a search, as the rows have it."""

import re

_UK_POSTCODE = re.compile(r"([a-z]{1,2}\d[a-z\d]?)\s*(\d[a-z]{2})", re.IGNORECASE)


def as_stored(term):
    """A UK postcode with its space, quoted so that it is looked for whole; else `term`, trimmed."""
    term = term.strip()
    postcode = _UK_POSTCODE.fullmatch(term)
    return f'"{postcode[1]} {postcode[2]}"' if postcode else term
