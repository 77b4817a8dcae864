"""Names that read well and belong to nobody: invented words, and "(demo)" at the end of each."""

MARK = "(demo)"

_FIRST = (
    "Wendle", "Thacker", "Brindle", "Orrin", "Quillen", "Mossel", "Larken", "Tamble", "Pellow",
    "Dunnick", "Ferrin", "Gorsel", "Hazzle", "Ivern", "Jasmer", "Kestle", "Lindle", "Marrel",
    "Nettle", "Ostrel", "Pimmer", "Rushel", "Sorrin", "Tansel", "Umbrel", "Vennel", "Wimbrel",
    "Yarrel",
)  # fmt: skip
_LAST = (
    "fold", "mere", "shaw", "beck", "wick", "combe", "holt", "garth", "lea", "dene", "stead",
    "brook", "croft", "thwaite",
)  # fmt: skip
_WELSH = (
    "Llwynarwen", "Glanysgafn", "Brynhelygog", "Maesgwennol", "Nantyrwyll", "Penllethrog",
    "Dolfrithell", "Erwheulog", "Cwmcelynnog", "Rhydysgawen", "Hafodlwyd", "Tregwynfan",
    "Blaenwennol",
)  # fmt: skip


def invented_word(number):
    """The invented place name of centre `number`, no two alike below 392."""
    turn = number // len(_FIRST)
    return _FIRST[number % len(_FIRST)] + _LAST[(turn + number) % len(_LAST)]


def centre_name(number, *, nation, ending):
    """A centre's name: the invented word and the ending of its kind, in Wales often in Welsh."""
    if nation == "WLS" and number % 3:
        welsh = _WELSH[number % len(_WELSH)]
        form = "Tŷ {}" if number % 2 else "Canolfan Adfer {}"
        return f"{form.format(welsh)} {MARK}"
    return f"{invented_word(number)} {ending} {MARK}"


def provider_name(number, *, ending):
    """A provider's legal name; its numbers run on from where the centres' end."""
    return f"{invented_word(391 - number)} {ending} {MARK}"
