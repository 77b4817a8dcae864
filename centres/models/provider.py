from django.db import models
from django.utils.translation import gettext_lazy as _

from ..web_address import check_web_address
from .constraints import not_blank, one_of
from .vocabulary import Country


class Ownership(models.TextChoices):
    COMPANY = "company", _("Company")
    CHARITY = "charity", _("Charity or non-profit")
    PUBLIC = "public", _("NHS, council or other public body")
    COMMUNITY_INTEREST = "community-interest", _("Community interest company")
    PARTNERSHIP = "partnership", _("Partnership or individual")
    UNKNOWN = "unknown", _("Not known")


class Provider(models.Model):
    """The organisation that runs centres."""

    legal_name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, choices=Country)
    ownership = models.CharField(max_length=20, choices=Ownership, default=Ownership.UNKNOWN)
    company_number = models.CharField(max_length=20, blank=True)
    charity_number = models.CharField(max_length=20, blank=True)
    website = models.URLField(blank=True, validators=[check_web_address])

    class Meta:
        ordering = ["legal_name", "pk"]
        constraints = [
            not_blank("centres_provider_has_a_name", "legal_name"),
            one_of("centres_provider_country_is_known", "country", Country),
            one_of("centres_provider_ownership_is_known", "ownership", Ownership),
            models.UniqueConstraint(
                fields=["country", "company_number"],
                condition=~models.Q(company_number=""),
                name="centres_provider_company_number_is_unique",
            ),
        ]

    def __str__(self):
        return self.legal_name
