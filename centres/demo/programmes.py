"""A programme of a demo centre, drawn from what its kind of centre offers."""

from ..models import LevelOfCare, Setting
from .chance import draw, once_in, pick, some
from .offers import OPEN, UNKNOWN

INSURERS = ("Placeholder Mutual (demo)", "Sample Health (demo)", "Example Assurance (demo)")
PLANS = ("", "Silver plan", "Workplace plan")
STANDINGS = {
    "GB": ("recognised", "reimbursement", "not-accepted", "unknown"),
    "US": ("in-network", "out-of-network", "not-accepted", "unknown"),
}

#: ASAM levels of edition 3, by level of care. UK programmes do not carry one.
ASAM = {
    "outpatient": "1", "medication-outpatient": "1", "intensive-outpatient": "2.1",
    "partial-hospitalisation": "2.5", "residential-detox": "3.7-WM", "hospital-inpatient": "4",
    "residential": "3.5", "recovery-housing": "3.1",
}  # fmt: skip

#: When admission was stated (hours ago) and for when (days ahead); None: not stated.
ADMISSIONS = (None, (1, 2), None, (20, 6), None, (100, 3), None, (60, 12), None, (1, 0), (700, 9))


def programmes(kind, *, number, country, vocabulary):
    """The programmes of centre `number` of a kind: its main offer, and most of the others."""
    main, *others = kind.offers
    offers = [main, *(offer for offer in others if not once_in(3, number, offer.name))]
    return [
        _programme(offer, number=number, turn=number + 3 * place, country=country, terms=vocabulary)
        for place, offer in enumerate(offers)
    ]


def _programme(offer, *, number, turn, country, terms):
    """`turn` goes round the lists that every value of must be used somewhere."""
    key = (number, offer.name)
    length = pick(offer.lengths, *key, "length")
    row = {"name": offer.name, "level": offer.level, **_length(length)}
    row |= _stances(offer, key=key)
    row |= _terms(offer, row, key=key, turn=turn, terms=terms)
    row |= _ages(offer, key=key)
    row |= _price(offer, length=length, key=key, country=country)
    row |= _admission(turn)
    if country == "US" and offer.level in ASAM:
        row |= {"asam_level": ASAM[offer.level], "asam_edition": 3}
    if "private-insurance" in row["funding"]:
        row["insurance"] = _insurance(turn, standings=STANDINGS[country])
    row["facts_on"] = {"": -(draw(*key, "age") % 300) - 4, "price": -(draw(*key, "price age") % 60)}
    return {field: value for field, value in row.items() if value not in ([], "", "unknown")}


def _length(length):
    if length == OPEN:
        return {"open_ended": True}
    shortest, longest = length
    sides = {"length_min_days": shortest, "length_max_days": longest}
    return {field: days for field, days in sides.items() if days is not None}


def _stances(offer, *, key):
    return {
        "dual_diagnosis": pick(offer.dual, *key, "dual"),
        "approach": pick(offer.approach, *key, "approach"),
        "medication": pick(offer.medication, *key, "medication"),
    }


def _terms(offer, row, *, key, turn, terms):
    chosen = {
        "substances": some(offer.substances, 3 + draw(*key, "substances") % 4, *key),
        "detoxes": some(offer.detoxes, 2 + draw(*key, "detoxes") % 2, *key),
        "therapies": some(offer.therapies, 2 + draw(*key, "therapies") % 4, *key),
        "funding": some(offer.funding, 1 + draw(*key, "funding") % 4, *key),
        "people": some(offer.people, 1 + draw(*key, "people") % 2, *key),
    }
    chosen["substances"] = _with(
        chosen["substances"], [*chosen["detoxes"], terms.at("substance", turn)]
    )
    chosen["therapies"] = _with(chosen["therapies"], [terms.at("therapy", turn)])
    if "adults" in offer.people:
        chosen["people"] = _with(chosen["people"], [terms.at("people", turn)])
    if row["medication"] == "prescribes":
        chosen["medicines"] = some(offer.medicines, 2, *key)
    if row["dual_diagnosis"] in ("capable", "enhanced"):
        treated = [terms.at("condition", turn + step) for step in (0, 1, 4)]
        chosen["conditions"] = treated
        chosen["excluded_conditions"] = [terms.at("condition", turn + 6)]
    if once_in(2, *key, "exclusions"):
        chosen["exclusions"] = [terms.at("exclusion", turn)]
    return chosen


def _with(chosen, more):
    return list(dict.fromkeys([*chosen, *more]))


def _ages(offer, *, key):
    youngest, oldest = pick(offer.ages, *key, "ages")
    return {"age_min": youngest} | ({"age_max": oldest} if oldest else {})


def _price(offer, *, length, key, country):
    """The whole price of the longest stay; unknown where the length has no end."""
    weekly = pick(offer.weekly, *key, "weekly")
    if weekly is None or (weekly and (length in (OPEN, UNKNOWN) or length[1] is None)):
        return {}
    row = {"price": 0, "currency": {"GB": "GBP", "US": "USD"}[country]}
    if not weekly:
        return row
    row["price"] = weekly * -(-length[1] // 7)
    if LevelOfCare(offer.level).setting != Setting.RESIDENTIAL:
        return row | {"price_includes": f"{length[1]} days: every session and its papers."}
    row["price_includes"] = f"{length[1]} days: room, meals, therapy and laundry."
    row["price_extras"] = pick(
        ("", "Detox medicines, charged at what they cost.", "Travel and pocket money."), *key
    )
    return row


def _admission(turn):
    stated = ADMISSIONS[turn % len(ADMISSIONS)]
    if stated is None:
        return {}
    hours, days = stated
    return {"earliest_admission": days, "earliest_admission_stated_hours_ago": hours}


def _insurance(turn, *, standings):
    return [
        {
            "insurer": INSURERS[(turn + place) % len(INSURERS)],
            "plan": PLANS[turn % len(PLANS)],
            "standing": standings[(turn + place) % len(standings)],
            "as_of": -30 - turn % 90,
        }
        for place in range(1 + turn % 2)
    ]
