import datetime
import uuid

from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from ..web_address import check_web_address
from .constraints import all_or_none, not_blank, one_of
from .vocabulary import Country

#: A verification that ends within this many days is said to be expiring.
EXPIRING_DAYS = 30


class Status(models.TextChoices):
    DRAFT = "draft", "Draft"
    LISTED = "listed", "Listed"
    SUSPENDED = "suspended", "Suspended"
    CLOSED = "closed", "Closed"
    WITHDRAWN = "withdrawn", "Withdrawn (do not list)"


class Precision(models.TextChoices):
    """How closely coordinates say where a centre is."""

    EXACT = "exact", _("the building")
    STREET = "street", _("the street")
    POSTCODE = "postcode", _("the postcode")
    SECTOR = "sector", _("the postcode sector")
    OUTCODE = "outcode", _("the postcode district")
    TOWN = "town", _("the town")
    WITHHELD = "withheld", _("not published")


class Registration(models.TextChoices):
    """A centre's standing with the regulator of its nation or state."""

    REGISTERED = "registered", _("Registered")
    NOT_FOUND = "not-found", _("Registration required, but not found")
    NOT_REQUIRED = "not-required", _("Registration not required")
    OUTSIDE = "outside", _("Outside this regulator's nation")
    UNKNOWN = "unknown", _("Not known")


class Regulator(models.TextChoices):
    CQC = "cqc", _("Care Quality Commission")
    CARE_INSPECTORATE = "care-inspectorate", _("Care Inspectorate")
    HIS = "his", _("Healthcare Improvement Scotland")
    HIW = "hiw", _("Healthcare Inspectorate Wales")
    CIW = "ciw", _("Care Inspectorate Wales")
    RQIA = "rqia", _("Regulation and Quality Improvement Authority")
    US_STATE = "us-state", _("State licensing authority")


class VerificationState(models.TextChoices):
    """Derived from dates and a clock, never stored."""

    UNVERIFIED = "unverified", "Not yet verified"
    VERIFIED = "verified", "Verified"
    EXPIRING = "expiring", "Verified, due to be checked again soon"
    LAPSED = "lapsed", "Verification has lapsed"


class CentreQuerySet(models.QuerySet):
    def visible(self):
        """The one rule for what the public sees: in lists, maps, API, exports and the sitemap."""
        return self.filter(status=Status.LISTED)

    def with_page(self):
        """What keeps its page: the visible, and the closed and suspended, whose pages say so."""
        return self.visible() | self.filter(status__in=[Status.CLOSED, Status.SUSPENDED])

    def verified(self, *, now):
        """Verified at `now` (an aware datetime): the same rule as `Centre.is_verified`."""
        today = timezone.localdate(now)
        return self.visible().filter(verified_from__lte=today, verified_until__gte=today)

    def expiring(self, *, now):
        """Verified at `now`, for so few days that it is said to be due again."""
        last = timezone.localdate(now) + datetime.timedelta(days=EXPIRING_DAYS)
        return self.verified(now=now).filter(verified_until__lte=last)

    def lapsed(self, *, now):
        """Once verified, until a day that has passed."""
        return self.visible().filter(verified_until__lt=timezone.localdate(now))

    def advertisers(self, *, now):
        """Advertising at `now`, which needs being verified at `now`."""
        today = timezone.localdate(now)
        return self.verified(now=now).filter(
            advertiser_from__lte=today, advertiser_until__gte=today
        )

    def demo(self):
        return self.filter(source__is_demo=True)

    def free_slug(self, name, town=""):
        """A slug no centre has or had: the name, with the town and then a number where taken."""
        stem = slugify(name)[:80].strip("-_") or "centre"
        candidates = [stem, f"{stem}-{slugify(town)[:40]}".strip("-")]
        taken = set(Centre.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
        number = 2
        while candidates[0] in taken:
            candidates.pop(0)
            if not candidates:
                candidates.append(f"{stem}-{number}")
                number += 1
        return candidates[0]


class Centre(models.Model):
    """A place people go for treatment. The row holds approved values only."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(
        max_length=140, unique=True, help_text="Its address on the site, which never changes."
    )
    name = models.CharField(max_length=200)
    provider = models.ForeignKey(
        "Provider", null=True, blank=True, on_delete=models.PROTECT, related_name="centres"
    )
    country = models.CharField(max_length=2, choices=Country)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    source = models.ForeignKey(
        "Source",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="centres",
        help_text="Where the listing first came from. Empty: entered by hand.",
    )
    about = models.TextField(blank=True, help_text="Plain facts, in our own words.")
    website = models.URLField(max_length=300, blank=True, validators=[check_web_address])

    street = models.CharField(max_length=200, blank=True)
    locality = models.CharField(max_length=100, blank=True)
    town = models.CharField(max_length=100, blank=True)
    region = models.CharField(
        max_length=100, blank=True, help_text="County or council area; in the US, the state's code."
    )
    postcode = models.CharField(max_length=10, blank=True)
    latitude = models.FloatField(null=True, blank=True, help_text="Degrees north, WGS84.")
    longitude = models.FloatField(null=True, blank=True, help_text="Degrees east, WGS84.")
    precision = models.CharField(
        max_length=8,
        choices=Precision,
        blank=True,
        help_text="Withheld: the address is never shown, and no coordinates are kept.",
    )
    coordinates_source = models.CharField(
        max_length=80, blank=True, help_text="Where the coordinates come from."
    )

    registration = models.CharField(
        max_length=12, choices=Registration, default=Registration.UNKNOWN
    )
    registration_reason = models.CharField(
        max_length=200, blank=True, help_text="Why registration is not required."
    )
    regulator = models.CharField(max_length=20, choices=Regulator, blank=True)
    registration_number = models.CharField(max_length=40, blank=True)
    registration_url = models.URLField(blank=True, help_text="Its entry in the public register.")
    registered_on = models.DateField(null=True, blank=True)
    rating = models.CharField(max_length=60, blank=True, help_text="In the regulator's words.")
    rating_on = models.DateField(null=True, blank=True)

    beds = models.PositiveSmallIntegerField(null=True, blank=True)
    languages = models.ManyToManyField(
        "Term", blank=True, related_name="+", limit_choices_to={"kind": "language"}
    )
    access = models.ManyToManyField(
        "Term", blank=True, related_name="+", limit_choices_to={"kind": "access"}
    )
    amenities = models.ManyToManyField(
        "Term", blank=True, related_name="+", limit_choices_to={"kind": "amenity"}
    )

    checked_on = models.DateField(
        null=True, blank=True, help_text="The last day the research team checked any fact."
    )
    verified_from = models.DateField(null=True, blank=True)
    verified_until = models.DateField(null=True, blank=True, help_text="The last day it holds.")
    advertiser_from = models.DateField(null=True, blank=True)
    advertiser_until = models.DateField(null=True, blank=True, help_text="The last day it runs.")

    closed_on = models.DateField(null=True, blank=True)
    successor = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="predecessors"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    #: Fields that provenance speaks of.
    FACTS = (
        "name", "provider", "about", "website", "address", "coordinates", "phones",
        "registration", "rating", "beds", "languages", "access", "amenities", "closed_on",
    )  # fmt: skip

    objects = CentreQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["country", "status", "name"], name="centres_centre_by_name"),
            models.Index(fields=["verified_until"], name="centres_centre_by_lapse"),
        ]
        constraints = [
            one_of("centres_centre_country_is_known", "country", Country),
            one_of("centres_centre_status_is_known", "status", Status),
            one_of("centres_centre_registration_is_known", "registration", Registration),
            one_of("centres_centre_regulator_is_known", "regulator", Regulator, blank=True),
            one_of("centres_centre_precision_is_known", "precision", Precision, blank=True),
            not_blank("centres_centre_has_a_name", "name"),
            not_blank("centres_centre_has_a_slug", "slug"),
            all_or_none(
                "centres_centre_coordinates_both_or_neither", latitude=None, longitude=None
            ),
            CheckConstraint(
                name="centres_centre_coordinates_are_in_range",
                condition=Q(latitude__isnull=True)
                | Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
            ),
            CheckConstraint(
                name="centres_centre_coordinates_say_how_precise",
                condition=Q(latitude__isnull=True, precision__in=["", Precision.WITHHELD])
                | Q(
                    latitude__isnull=False,
                    precision__in=[p for p in Precision.values if p != Precision.WITHHELD],
                ),
            ),
            CheckConstraint(
                name="centres_centre_coordinates_have_a_source",
                condition=Q(latitude__isnull=True) | ~Q(coordinates_source=""),
            ),
            models.UniqueConstraint(
                fields=["regulator", "registration_number"],
                condition=~Q(registration_number="") & ~Q(regulator=Regulator.US_STATE),
                name="centres_centre_registration_number_is_unique",
            ),
            models.UniqueConstraint(  # two states may give the same number
                fields=["region", "registration_number"],
                condition=~Q(registration_number="") & Q(regulator=Regulator.US_STATE),
                name="centres_centre_state_licence_is_unique",
            ),
            CheckConstraint(
                name="centres_centre_registration_number_names_its_regulator",
                condition=Q(registration_number="") | ~Q(regulator=""),
            ),
            CheckConstraint(
                name="centres_centre_registered_has_a_number",
                condition=~Q(registration=Registration.REGISTERED)
                | (~Q(regulator="") & ~Q(registration_number="")),
            ),
            CheckConstraint(
                name="centres_centre_not_required_has_a_reason",
                condition=~Q(registration=Registration.NOT_REQUIRED) | ~Q(registration_reason=""),
            ),
            CheckConstraint(
                name="centres_centre_rating_is_not_undated",
                condition=Q(rating="", rating_on__isnull=True)
                | (~Q(rating="") & Q(rating_on__isnull=False)),
            ),
            all_or_none(
                "centres_centre_verified_from_and_until", verified_from=None, verified_until=None
            ),
            CheckConstraint(
                name="centres_centre_verified_until_is_after_from",
                condition=Q(verified_from__isnull=True) | Q(verified_until__gte=F("verified_from")),
            ),
            all_or_none(
                "centres_centre_advertiser_from_and_until",
                advertiser_from=None,
                advertiser_until=None,
            ),
            CheckConstraint(
                name="centres_centre_advertiser_is_verified_throughout",
                condition=Q(advertiser_from__isnull=True)
                | Q(
                    verified_from__isnull=False,
                    advertiser_from__gte=F("verified_from"),
                    advertiser_until__gte=F("advertiser_from"),
                    advertiser_until__lte=F("verified_until"),
                ),
                violation_error_message="An advert cannot outlast the verification.",
            ),
            CheckConstraint(
                name="centres_centre_closed_says_when",
                condition=Q(status=Status.CLOSED, closed_on__isnull=False)
                | (~Q(status=Status.CLOSED) & Q(closed_on__isnull=True)),
            ),
            CheckConstraint(
                name="centres_centre_only_a_closed_one_has_a_successor",
                condition=Q(successor__isnull=True)
                | (Q(status=Status.CLOSED) & ~Q(successor=F("id"))),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("centre", args=[self.slug])

    def verification_state(self, *, now):
        """Which `VerificationState` holds at `now`, an aware datetime."""
        today = timezone.localdate(now)
        if self.verified_until is None or today < self.verified_from:
            return VerificationState.UNVERIFIED
        if today > self.verified_until:
            return VerificationState.LAPSED
        if self.verified_until - today <= datetime.timedelta(days=EXPIRING_DAYS):
            return VerificationState.EXPIRING
        return VerificationState.VERIFIED

    def is_verified(self, *, now):
        """Whether the mark may stand beside the centre at `now`."""
        return self.status == Status.LISTED and self.verification_state(now=now) in {
            VerificationState.VERIFIED,
            VerificationState.EXPIRING,
        }

    def is_advertiser(self, *, now):
        """Whether the centre is an advertiser at `now`: only ever while it is verified."""
        if self.advertiser_from is None or not self.is_verified(now=now):
            return False
        return self.advertiser_from <= timezone.localdate(now) <= self.advertiser_until

    @property
    def is_withheld(self):
        """Whether its address must not be shown, for the safety of the people who live there."""
        return self.precision == Precision.WITHHELD

    def shown_phones(self):
        """Its numbers that the public may see, on whatever surface; from `phones` where loaded."""
        return [phone for phone in self.phones.all() if not phone.is_doubted]

    @property
    def hides_a_number(self):
        """Whether one of its numbers is hidden until somebody has checked it."""
        return any(phone.is_doubted for phone in self.phones.all())

    def address_lines(self):
        """The address to print, line by line; only the region where the address is withheld."""
        if self.is_withheld:
            return [self.region] if self.region else []
        if self.country == Country.US:
            state = f"{self.region} {self.postcode}".strip()
            place = ", ".join(part for part in (self.town, state) if part)
            return [line for line in (self.street, self.locality, place) if line]
        return [
            line
            for line in (self.street, self.locality, self.town, self.region, self.postcode)
            if line
        ]
