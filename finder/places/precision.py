"""How fine a place is known, and so how fine a distance from it may be said. Pure.

A distance is never shown finer than the coarser of its two ends:

    exact, street, postcode   to 0.1 mile under 10 miles, whole miles beyond
    sector                    to half a mile under 10 miles, whole miles beyond
    outcode, town             "about", whole miles; under 1 mile, "less than a mile"
    borough, area, county     "about", to 5 miles
    region, nation            "about", to 25 miles
    withheld                  nothing at all
"""

EXACT, STREET, POSTCODE, SECTOR = "exact", "street", "postcode", "sector"
OUTCODE, TOWN, BOROUGH, AREA = "outcode", "town", "borough", "area"
COUNTY, REGION, NATION, WITHHELD = "county", "region", "nation", "withheld"

STEP_MILES = {
    EXACT: 0.1,
    STREET: 0.1,
    POSTCODE: 0.1,
    SECTOR: 0.5,
    OUTCODE: 1,
    TOWN: 1,
    BOROUGH: 5,
    AREA: 5,
    COUNTY: 5,
    REGION: 25,
    NATION: 25,
}
PRECISIONS = (*STEP_MILES, WITHHELD)  # finest first
FINE_WITHIN_MILES = 10  # further away, a fraction of a mile is of no use to anybody


def coarsest(*precisions):
    """The coarsest of the precisions given; an unknown one counts as withheld."""
    return max((p if p in PRECISIONS else WITHHELD for p in precisions), key=PRECISIONS.index)


def _english(one, many, number):
    return one if number == 1 else many


def distance_text(miles, *precisions, gettext=str, ngettext=_english):
    """A distance in words, no finer than the precisions of its ends: "3.4 miles", "about 12 miles".

    `miles` is None for a place that is not published; that, and a withheld end, give "". gettext
    and ngettext say it in another language, as gettext's functions of those names do.
    """
    precision = coarsest(*precisions) if precisions else EXACT
    if miles is None or precision == WITHHELD:
        return ""
    step = STEP_MILES[precision]
    shown = round(miles / step) * step
    if miles < step if step < 1 else shown < step:
        if step == 1:
            return gettext("less than a mile")
        return gettext("less than %(number)s miles") % {"number": step}
    if step >= 1:
        said = ngettext("about %(number)s mile", "about %(number)s miles", shown)
        return said % {"number": f"{shown:,}"}
    if shown < FINE_WITHIN_MILES and shown != 1:
        return gettext("%(number)s miles") % {"number": f"{shown:.1f}"}
    whole = round(miles) if shown != 1 else 1
    return ngettext("%(number)s mile", "%(number)s miles", whole) % {"number": f"{whole:,}"}
