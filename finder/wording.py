"""What is known of a programme, in plain words; "" where it is not known."""

from collections import Counter
from functools import lru_cache

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext, pgettext

from centres.models import Country, Currency, FeeBand, LevelOfCare

from .places import precision

ALCOHOL = "alcohol"
DAYS_A_WEEK = 7
#: What an advert costs, in the money of the centre's country.
FEES = {
    FeeBand.SMALL: gettext_lazy("under {sign}250 a month"),
    FeeBand.MEDIUM: gettext_lazy("{sign}250 to {sign}999 a month"),
    FeeBand.LARGE: gettext_lazy("{sign}1,000 or more a month"),
}
#: Up to here people say days; beyond it, weeks as well.
DAYS_SAID_ALONE = 14
#: A stay this long is nearly always detox alone.
DETOX_DAYS = 7


def day(date):
    """ "3 May 2026", as the page's language writes it."""
    return _day(date, get_language())


@lru_cache(maxsize=4096)
def _day(date, language):
    return date_format(date)


def weekday(date):
    """ "Sunday 3 May 2026"."""
    return f"{date_format(date, 'l')} {day(date)}"


def number(value):
    """ "1,204", as the page's language groups it."""
    return _number(value, get_language())


def numbers(values):
    """Each as `number` has it: the language is looked up once, for a page has two hundred."""
    language = get_language()
    return [_number(value, language) for value in values]


@lru_cache(maxsize=4096)
def _number(value, language):
    return number_format(value, force_grouping=True)


def centres(count):
    """ "1 centre", "1,204 centres"."""
    return _centres(count, get_language())


@lru_cache(maxsize=4096)
def _centres(count, language):
    return ngettext("%(number)s centre", "%(number)s centres", count) % {"number": number(count)}


def miles(count):
    """ "1 mile", "2.5 miles"; of any number of them."""
    if count != int(count):
        return gettext("%(number)s miles") % {"number": f"{count:g}"}
    said = {"number": number(int(count))}
    return ngettext("%(number)s mile", "%(number)s miles", int(count)) % said


def distance(miles, *precisions):
    """`precision.distance_text` in the page's language."""
    return precision.distance_text(miles, *precisions, gettext=gettext, ngettext=ngettext)


def term(label):
    """An entry of a vocabulary in the page's language; as it stands, where that has none for it."""
    return _term(label, get_language())


@lru_cache(maxsize=4096)
def _term(label, language):
    return pgettext("term", label)


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
    return _level(programme.level, get_language()) if programme.level else ""


@lru_cache(maxsize=256)
def _level(value, language):
    return str(LevelOfCare(value).label)


def length(programme):
    """How long it lasts: "28 days (4 weeks)", "6 to 12 weeks", "As long as you need"."""
    if programme.open_ended:
        return gettext("As long as you need")
    return _length(programme.length_min_days, programme.length_max_days, get_language())


@lru_cache(maxsize=4096)
def _length(low, high, language):
    if low and high and low != high:
        return _between(low, high)
    if low and high:
        return _exactly(low)
    if low:
        return ngettext("%(number)d day or longer", "%(number)d days or longer", low) % {
            "number": low
        }
    if high:
        return ngettext("Up to %(number)d day", "Up to %(number)d days", high) % {"number": high}
    return ""


def days(count):
    """ "1 day", "28 days"."""
    return ngettext("%(number)d day", "%(number)d days", count) % {"number": count}


def _between(low, high):
    said = {"low": low, "high": high}
    if not _in_weeks(low, high):
        return gettext("%(low)d to %(high)d days") % said
    said |= {"low_weeks": low // DAYS_A_WEEK, "high_weeks": high // DAYS_A_WEEK}
    return gettext("%(low)d to %(high)d days (%(low_weeks)d to %(high_weeks)d weeks)") % said


def _exactly(count):
    if not _in_weeks(count, count):
        return days(count)
    return gettext("%(days)d days (%(weeks)d weeks)") % {
        "days": count,
        "weeks": count // DAYS_A_WEEK,
    }


def _in_weeks(low, high):
    """Whether people say it in weeks as well."""
    return high > DAYS_SAID_ALONE and not low % DAYS_A_WEEK and not high % DAYS_A_WEEK


def price(programme):
    """The whole price: "£12,400", or "Free" where nothing is charged."""
    if programme.price is None:
        return ""
    if programme.price == 0:
        return gettext("Free")
    return money(programme.price, programme.currency)


def money(amount, currency):
    """ "£12,400" of whole pounds or dollars."""
    return f"{Currency(currency).sign}{number(amount)}"


def fee(band, country):
    """What an advert of the fee band costs a centre there: "£250 to £999 a month"."""
    return FEES[FeeBand(band)].format(sign=Currency(Country(country).currency).sign)


def ages(programme):
    """Whom it takes by age: "18 to 65", "18 and over", "Up to 17"."""
    low, high = programme.age_min, programme.age_max
    if low is not None and high is not None:
        return gettext("%(low)d to %(high)d") % {"low": low, "high": high}
    if low is not None:
        return gettext("%(age)d and over") % {"age": low}
    if high is not None:
        return gettext("Up to %(age)d") % {"age": high}
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
    return [term(each.label) for each in sorted(terms, key=lambda t: (t.position, t.label))]
