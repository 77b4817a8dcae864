"""Where the outlines come from. Pure."""

from finder.places.sources import Source

NATURAL_EARTH = Source(
    name="Natural Earth, 1:10 million",
    what="Outlines of the United Kingdom, the Crown dependencies and Ireland on maps",
    licence="Public domain",
    licence_url="https://www.naturalearthdata.com/about/terms-of-use/",
    url="https://www.naturalearthdata.com/",
    attribution=(
        "Made with Natural Earth: countries as the world-atlas package has them, and the boundary"
        " lines of map units; simplified for this directory."
    ),
)
CENSUS = Source(
    name="Cartographic boundary files",
    what="Outlines of the American states on maps",
    licence="Public domain (work of the US government)",
    licence_url="https://www.usa.gov/government-copyright",
    url="https://www.census.gov/geographies/mapping-files/time-series/geo/cartographic-boundary.html",
    attribution=(
        "Source: US Census Bureau, as the us-atlas package has it; simplified for this directory."
    ),
)
OUTLINES = (NATURAL_EARTH, CENSUS)
