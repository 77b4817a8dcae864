"""What is known of a programme, in plain words; "" where it is not known."""

from collections import Counter
from functools import lru_cache

from django.utils.formats import date_format

from centres.models import Country, Currency, FeeBand, LevelOfCare

ALCOHOL = "alcohol"
DAYS_A_WEEK = 7
#: What an advert costs, in the money of the centre's country.
FEES = {
    FeeBand.SMALL: "under {sign}250 a month",
    FeeBand.MEDIUM: "{sign}250 to {sign}999 a month",
    FeeBand.LARGE: "{sign}1,000 or more a month",
}
#: Up to here people say days; beyond it, weeks as well.
DAYS_SAID_ALONE = 14
#: A stay this long is nearly always detox alone.
DETOX_DAYS = 7


@lru_cache(maxsize=4096)
def day(date):
    """ "3 May 2026"."""
    return date_format(date, "j F Y")


def names(programmes):
    """What each programme is called, told apart by numbers where several are called the same."""
    called = [str(programme) for programme in programmes]
    often, seen, told = Counter(called), Counter(), []
    for name in called:
        seen[name] += 1
        told.append(f"{name} ({seen[name]})" if often[name] > 1 else name)
    return told


def level(programme):
    """What kind of programme it is."""
    return LevelOfCare(programme.level).label if programme.level else ""


def length(programme):
    """How long it lasts: "28 days (4 weeks)", "6 to 12 weeks", "As long as you need"."""
    low, high = programme.length_min_days, programme.length_max_days
    if programme.open_ended:
        return "As long as you need"
    if low and high and low != high:
        return f"{low} to {_days(high)}{_weeks(low, high)}"
    if low and high:
        return f"{_days(low)}{_weeks(low, low)}"
    if low:
        return f"{_days(low)} or longer"
    if high:
        return f"Up to {_days(high)}"
    return ""


def _days(days):
    return "1 day" if days == 1 else f"{days} days"


def _weeks(low, high):
    if high <= DAYS_SAID_ALONE or low % DAYS_A_WEEK or high % DAYS_A_WEEK:
        return ""
    if low == high:
        return f" ({low // DAYS_A_WEEK} weeks)"
    return f" ({low // DAYS_A_WEEK} to {high // DAYS_A_WEEK} weeks)"


def price(programme):
    """The whole price: "£12,400", or "Free" where nothing is charged."""
    if programme.price is None:
        return ""
    if programme.price == 0:
        return "Free"
    return f"{Currency(programme.currency).sign}{programme.price:,}"


def fee(band, country):
    """What an advert of the fee band costs a centre there: "£250 to £999 a month"."""
    return FEES[FeeBand(band)].format(sign=Currency(Country(country).currency).sign)


def ages(programme):
    """Whom it takes by age: "18 to 65", "18 and over", "Up to 17"."""
    low, high = programme.age_min, programme.age_max
    if low is not None and high is not None:
        return f"{low} to {high}"
    if low is not None:
        return f"{low} and over"
    if high is not None:
        return f"Up to {high}"
    return ""


def is_detox(programme):
    """Whether withdrawal is managed in it, or it is so short that little else can be."""
    if programme.level and LevelOfCare(programme.level).includes_detox:
        return True
    high = programme.length_max_days
    return high is not None and high <= DETOX_DAYS


def may_detox_alcohol(programme):
    """Whether the sentence about stopping drinking has to stand beside it.

    It does too where a detox does not say which substances it is for. `detoxes` is read.
    """
    named = [term.slug for term in programme.detoxes.all()]
    return ALCOHOL in named or (is_detox(programme) and not named)


def labels(terms):
    """Their labels in the order of their vocabulary."""
    return [term.label for term in sorted(terms, key=lambda t: (t.position, t.label))]
