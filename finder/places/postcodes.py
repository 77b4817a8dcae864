"""The rules of UK postcodes and US ZIP codes, as text: no database, and no text that raises.

A UK postcode is an outcode ("LS1") and an incode ("4DY"). Its sector is the outcode and the
incode's digit ("LS1 4"), its area the leading letters ("LS"). The letters each position may hold
are those of Royal Mail's Programmers' Guide to the Postcode Address File.
"""

import re
from dataclasses import dataclass

LONGEST = 200  # characters of a text that are looked at: a whole address is shorter

_AREAS = """
    AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY
    E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE
    LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL
    SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE
"""
_UMBRELLAS = "EC1 EC2 EC3 EC4 SW1 W1 WC1 WC2"
_PLACELESS_AREAS = "BF BX GIR GX QC XX XM XY ZZ"
AREAS = frozenset(_AREAS.split())
# Central London districts that are only ever split further (W1A, W1B...): the number alone names
# the whole neighbourhood.
UMBRELLAS = frozenset(_UMBRELLAS.split())
# Areas that hold no streets: the Girobank, the armed forces, large users, overseas territories.
PLACELESS_AREAS = frozenset(_PLACELESS_AREAS.split())

_OUTCODE = (
    r"(?:GIR|[A-PR-UWYZ][A-HK-Y]?[0-9][0-9]?|[A-PR-UWYZ][A-HK-Y]?[0-9][A-HJKMNPR-Y]|GX11|QC99)"
)
_PLACELESS = r"(?:(?:BF|BX|GX|QC|XX|XM|XY|ZZ)[0-9]{1,2})"
_ANY_OUTCODE = rf"(?P<outcode>{_PLACELESS}|{_OUTCODE})"
_LETTERS = r"[ABD-HJLNP-UW-Z]{2}"
_FULL = re.compile(rf"{_ANY_OUTCODE}\s*(?P<digit>[0-9])\s*(?P<letters>{_LETTERS})")
# In the one place where only a digit can stand, I and O are slips for 1 and 0.
_SLIP = re.compile(rf"{_ANY_OUTCODE}\s*(?P<digit>[ILO])(?P<letters>{_LETTERS})")
_SECTOR = re.compile(rf"{_ANY_OUTCODE}\s+(?P<digit>[0-9])")
_OUT = re.compile(_ANY_OUTCODE)
_FULL_WITHIN = re.compile(
    rf"(?<![A-Z0-9]){_ANY_OUTCODE}\s*(?P<digit>[0-9])(?P<letters>{_LETTERS})(?![A-Z0-9])"
)
_LAST_OUT = re.compile(rf"(?P<before>.*[\s,])(?:{_ANY_OUTCODE})(?:\s+(?P<digit>[0-9]))?")
_ZIP = re.compile(r"(?P<zip>[0-9]{5})(?:\s*[-–]\s*[0-9]{4})?")
_ZIP_LAST = re.compile(r".*[\s,](?P<zip>[0-9]{5})(?:-[0-9]{4})?")
_AREA_WORDS = re.compile(r"\s+(?:POST ?CODE )?AREA$|\s+POST ?CODES?$")
_SLIPS = str.maketrans("ILO", "110")


@dataclass(frozen=True, slots=True)
class Postcode:
    """A UK postcode or the part of one that was given; `kind` says which part."""

    kind: str  # "full", "sector", "outcode", "umbrella" or "area"
    area: str
    outcode: str = ""  # of an umbrella, its number: "W1"
    sector: str = ""
    full: str = ""

    @property
    def text(self):
        """As it is written: "LS1 4DY", "LS1 4", "LS1", "LS"."""
        return self.full or self.sector or self.outcode or self.area

    @property
    def is_placeless(self):
        """Whether it belongs to no place: a large user, the armed forces, a test."""
        return self.area in PLACELESS_AREAS


@dataclass(frozen=True, slots=True)
class Zip:
    """A US ZIP code of five digits; the four that may follow are finer than our data."""

    code: str

    @property
    def text(self):
        return self.code


def parse(text):
    """The `Postcode` or `Zip` that the whole text is, else None. Never raises, on any text."""
    text = _tidied(text)
    if match := _ZIP.fullmatch(text):
        return Zip(match["zip"])
    text = " ".join(text.replace(",", " ").replace("-", " ").split())
    if match := _FULL.fullmatch(text) or _SLIP.fullmatch(text):
        return _full(match)
    if match := _SECTOR.fullmatch(text):
        return _known(_area_of(match["outcode"]), match["outcode"], match["digit"])
    if match := _OUT.fullmatch(text):
        return _known(_area_of(match["outcode"]), match["outcode"])
    return _area(text)


def find(text):
    """The postcode or ZIP inside a longer text: an address, "London SE1", "Boston, MA 02101".

    A full postcode counts wherever it stands; a part of one, or a ZIP, only at the end, where
    house numbers do not stand. None when there is none. Never raises.
    """
    text = _tidied(text)
    for match in _FULL_WITHIN.finditer(text):
        if found := _full(match):
            return found
    if match := _LAST_OUT.fullmatch(text):
        return _known(_area_of(match["outcode"]), match["outcode"], match["digit"] or "")
    if match := _ZIP_LAST.fullmatch(text):
        return Zip(match["zip"])
    return None


def wider(postcode):
    """The same postcode less its finest part: full, then sector, then outcode, then area, None."""
    if postcode.kind == "full":
        return Postcode("sector", postcode.area, postcode.outcode, postcode.sector)
    if postcode.kind == "sector":
        return Postcode("outcode", postcode.area, postcode.outcode)
    if postcode.kind in ("outcode", "umbrella"):
        return Postcode("area", postcode.area)
    return None


def _tidied(text):
    """Upper case, single spaces, no full stops: the form the patterns are written in."""
    if not isinstance(text, str):
        return ""
    upper = text[:LONGEST].upper().replace(".", " ").replace("\x00", " ")
    return " ".join(upper.split()).strip(" ,;")


def _full(match):
    outcode, digit = match["outcode"], match["digit"].translate(_SLIPS)
    return _known(_area_of(outcode), outcode, digit, match["letters"])


def _area_of(outcode):
    return (
        "GIR" if outcode == "GIR" else outcode.rstrip("ABCDEFGHJKMNPQRSTUVWXY").rstrip("0123456789")
    )


def _known(area, outcode, digit="", letters=""):
    """The postcode, if its area exists (or is one of those without a place), else None."""
    if not outcode.isascii() or (area not in AREAS and area not in PLACELESS_AREAS):
        return None
    sector = f"{outcode} {digit}" if digit else ""
    full = f"{sector}{letters}" if letters else ""
    if full:
        return Postcode("full", area, outcode, sector, full)
    if sector:
        return Postcode("sector", area, outcode, sector)
    return Postcode("umbrella" if outcode in UMBRELLAS else "outcode", area, outcode)


def _area(text):
    text = _AREA_WORDS.sub("", text)
    return Postcode("area", text) if text in AREAS else None
