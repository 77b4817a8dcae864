"""The gazetteer as it is stored: reference data that commands load and nothing else writes."""

from django.db import models
from django.db.models import Q

from . import names, precision

COUNTRIES = [(names.GB, "United Kingdom"), (names.US, "United States")]


def in_range(table):
    """The constraint every table of coordinates bears: degrees that exist."""
    return models.CheckConstraint(
        name=f"{table}_coordinates_in_range",
        condition=Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
    )


class Place(models.Model):
    """A named place: a town, a borough, a county or state, a region, a nation."""

    class Kind(models.TextChoices):
        TOWN = precision.TOWN
        BOROUGH = precision.BOROUGH
        COUNTY = precision.COUNTY
        REGION = precision.REGION
        NATION = precision.NATION

    code = models.CharField(max_length=80, primary_key=True)  # stays the same between loads
    kind = models.CharField(max_length=10, choices=Kind)
    country = models.CharField(max_length=2, choices=COUNTRIES)
    name = models.CharField(max_length=120)
    folded = models.CharField(max_length=120)  # names.fold of the name
    alternates = models.TextField(blank=True)  # folded other names, each on its own line
    region = models.CharField(max_length=3, blank=True)  # nation ("SCT") or state ("MA")
    county = models.CharField(max_length=80, blank=True)  # as it is said: "Isle of Wight"
    near = models.CharField(max_length=120, blank=True)  # tells namesakes of one county apart
    population = models.PositiveIntegerField(default=0)  # 0 where unknown
    latitude = models.FloatField()
    longitude = models.FloatField()

    class Meta:
        ordering = ["country", "name", "code"]
        constraints = [
            in_range("places_place"),
            models.CheckConstraint(
                name="places_place_kind_is_known",
                condition=Q(kind__in=["town", "borough", "county", "region", "nation"]),
            ),
            models.CheckConstraint(
                name="places_place_country_is_known", condition=Q(country__in=["GB", "US"])
            ),
            models.CheckConstraint(name="places_place_has_a_name", condition=~Q(folded="")),
        ]

    def __str__(self):
        return f"{self.name} ({self.kind}, {self.region or self.country})"


class Outcode(models.Model):
    """A postcode district ("LS1"), or the umbrella ("W1") or area ("LS") that several make up."""

    outcode = models.CharField(max_length=4, primary_key=True)
    label = models.CharField(max_length=160)
    latitude = models.FloatField()
    longitude = models.FloatField()

    class Meta:
        ordering = ["outcode"]
        constraints = [in_range("places_outcode")]

    def __str__(self):
        return self.outcode


class Sector(models.Model):
    """A postcode sector ("LS1 4"): the mean of its postcodes."""

    sector = models.CharField(max_length=6, primary_key=True)
    area = models.CharField(max_length=2, db_index=True)
    latitude = models.FloatField()
    longitude = models.FloatField()

    class Meta:
        ordering = ["sector"]
        constraints = [in_range("places_sector")]

    def __str__(self):
        return self.sector


class FullPostcode(models.Model):
    """A full postcode of Great Britain, from Code-Point Open."""

    postcode = models.CharField(max_length=8, primary_key=True)  # with its space: "LS1 4DY"
    area = models.CharField(max_length=2, db_index=True)  # loaded and replaced together
    latitude = models.FloatField()
    longitude = models.FloatField()

    class Meta:
        ordering = ["postcode"]
        constraints = [in_range("places_fullpostcode")]

    def __str__(self):
        return self.postcode


class ZipCode(models.Model):
    """A US ZIP code of five digits."""

    code = models.CharField(max_length=5, primary_key=True)
    city = models.CharField(max_length=80)
    state = models.CharField(max_length=2)
    latitude = models.FloatField()
    longitude = models.FloatField()

    class Meta:
        ordering = ["code"]
        constraints = [in_range("places_zipcode")]

    def __str__(self):
        return self.code


class Loaded(models.Model):
    """What was loaded, from what: so that loading twice is quick and an index knows its age."""

    name = models.CharField(max_length=80, primary_key=True)
    digest = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    skipped = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "loaded"

    def __str__(self):
        return f"{self.name}: {self.rows} rows"


class RemoteLookup(models.Model):
    """What a geocoder elsewhere answered to a staff command, so that it is asked only once."""

    geocoder = models.CharField(max_length=40)
    query = models.CharField(max_length=300)
    answer = models.JSONField(null=True)  # the geocoder's raw answer; null where it found nothing

    class Meta:
        ordering = ["geocoder", "query"]
        constraints = [
            models.UniqueConstraint(
                name="places_remotelookup_query_is_asked_once", fields=["geocoder", "query"]
            ),
        ]

    def __str__(self):
        return f"{self.geocoder}: {self.query}"
