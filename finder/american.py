"""Our own copy as an American writes it: spellings, and the few words that are other words. Pure.

No name of an organisation in the copy has one of these words in it.
"""

import re

#: British to American, in lower case; a word keeps its capital. Whole words only.
WORDS = {
    "behaviour": "behavior",
    "behaviours": "behaviors",
    "behavioural": "behavioral",
    "cancelled": "canceled",
    "centre": "center",
    "centred": "centered",
    "centres": "centers",
    "colour": "color",
    "colours": "colors",
    "counselling": "counseling",
    "counsellor": "counselor",
    "en suite bathrooms": "private bathrooms",
    "enquiries": "inquiries",
    "enquiry": "inquiry",
    "instalments": "installments",
    "labelled": "labeled",
    "licence": "license",
    "organisation": "organization",
    "organisations": "organizations",
    "programme": "program",
    "programmes": "programs",
    "recognised": "recognized",
    "regulator's nation": "regulator's state",
    "telephone": "phone",
    "telephones": "phones",
    "travelling": "traveling",
}
_LONGEST_FIRST = sorted(WORDS, key=len, reverse=True)
#: A place for a value (%(name)s, {name}) is read past, whatever its name is.
_FOUND = re.compile(rf"%\(\w+\)\w|\{{\w*\}}|\b(?:{'|'.join(_LONGEST_FIRST)})\b", re.IGNORECASE)


def said(text):
    """The text as an American says it; the same text where that is no different."""
    return _FOUND.sub(_other, text)


def _other(match):
    british = match[0]
    american = WORDS.get(british.lower(), british)
    return american.capitalize() if british[0].isupper() else american
