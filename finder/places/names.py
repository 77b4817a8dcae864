"""Names of places as text: how two spellings are held to be the same, and what words mean where.

Pure: no database. `fold` decides what counts as equal; everything else is vocabulary.
"""

import re
import unicodedata

GB, US = "GB", "US"
NATIONS = {
    "ENG": "England",
    "SCT": "Scotland",
    "WLS": "Wales",
    "NIR": "Northern Ireland",
    "IM": "Isle of Man",
    "JE": "Jersey",
    "GG": "Guernsey",
}
STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California",
    "CO": "Colorado", "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia",
    "FL": "Florida", "GA": "Georgia", "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois",
    "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana",
    "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota",
    "MS": "Mississippi", "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada",
    "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York",
    "NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon",
    "PA": "Pennsylvania", "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota",
    "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VA": "Virginia",
    "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
    "PR": "Puerto Rico", "VI": "US Virgin Islands", "GU": "Guam", "AS": "American Samoa",
    "MP": "Northern Mariana Islands",
}  # fmt: skip

COUNTRY_WORDS = {
    "uk": GB,
    "u k": GB,
    "gb": GB,
    "united kingdom": GB,
    "great britain": GB,
    "britain": GB,
    "usa": US,
    "us": US,
    "u s": US,
    "u s a": US,
    "united states": US,
    "united states of america": US,
    "america": US,
}

_JOINING = re.compile(r"^(\w[\w ]*?) (?:on|under|in|le|by|next|cum|super) (?:the )?\w.*$")
_WORDS = {"saint": "st", "upon": "on", "and": "and", "&": "and"}
_FIRST_WORDS = {"mt": "mount", "ft": "fort", "gt": "great", "lt": "little"}


def fold(text):
    """One spelling of a name: lower case, no accents or marks, "Saint" as "st", "D.C." as "dc".

    "St. Albans" and "SAINT ALBANS" fold to "st albans". Idempotent; never raises.
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"\b(?:\w\.){2,}", lambda match: match[0].replace(".", "") + " ", plain)
    plain = re.sub(r"['’‘`´ʻ]", "", plain).replace("&", " and ")
    words = re.sub(r"[\W_]+", " ", plain).split()
    words = [_WORDS.get(word, word) for word in words]
    if len(words) > 1 and words[0] in _FIRST_WORDS:
        words[0] = _FIRST_WORDS[words[0]]
    return " ".join(words)


def short_form(folded):
    """What people call it for short: "newcastle" of "newcastle on tyne", else an empty text."""
    match = _JOINING.match(folded)
    return match[1] if match else ""


def split_country(folded):
    """`(text without its country, country)`: ("boston", "US") of "boston usa".

    The text is returned whole, with None, when it names no country or is nothing but one.
    """
    if folded in COUNTRY_WORDS:
        return folded, None
    for words, country in COUNTRY_WORDS.items():
        if folded.endswith(f" {words}"):
            return folded[: -len(words) - 1], country
    return folded, None
