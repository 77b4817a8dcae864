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


def distance_text(miles, *precisions):
    """A distance in words, no finer than the precisions of its ends: "3.4 miles", "about 12 miles".

    `miles` is None for a place that is not published; that, and a withheld end, give "".
    """
    precision = coarsest(*precisions) if precisions else EXACT
    if miles is None or precision == WITHHELD:
        return ""
    step = STEP_MILES[precision]
    if step < 1:
        return _measured(miles, step)
    shown = round(miles / step) * step
    if shown < step:
        return "less than a mile" if step == 1 else f"less than {step} miles"
    return f"about {shown:,} mile{'' if shown == 1 else 's'}"


def _measured(miles, step):
    if miles < step:
        return f"less than {step} miles"
    shown = round(miles / step) * step
    if shown >= FINE_WITHIN_MILES:
        return f"{round(miles):,} miles"
    return "1 mile" if shown == 1 else f"{shown:.1f} miles"
