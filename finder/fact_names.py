"""What a fact is called where somebody speaks about it: as the pages call it.

Keys are as `Criterion.facts` has them: "beds", or "programme.price" for one of a programme.
"""

from django.utils.translation import gettext_lazy as _

OF_PROGRAMME = "programme."

OF_CENTRES = {
    "phones": _("Telephone numbers"),
    "website": _("Website"),
    "address": _("Address"),
    "coordinates": _("Place on the map"),
    "name": _("Name"),
    "about": _("Description"),
    "provider": _("Run by"),
    "registration": _("Registration"),
    "rating": _("Regulator's rating"),
    "beds": _("Beds"),
    "languages": _("Languages spoken"),
    "access": _("Getting in and around"),
    "amenities": _("Rooms and daily life"),
    "closed_on": _("Closing date"),
}
OF_PROGRAMMES = {
    "programme.price": _("Whole price"),
    "programme.earliest_admission": _("Earliest start"),
    "programme.level": _("Kind of programme"),
    "programme.length": _("How long"),
    "programme.funding": _("Ways to pay"),
    "programme.insurance": _("Insurance"),
    "programme.substances": _("Treats"),
    "programme.dual_diagnosis": _("Mental health"),
    "programme.conditions": _("Treated alongside"),
    "programme.excluded_conditions": _("Conditions they cannot take"),
    "programme.exclusions": _("People they cannot take"),
    "programme.people": _("Who it is for"),
    "programme.ages": _("Ages"),
    "programme.detoxes": _("Detox from"),
    "programme.medication": _("Medication for addiction"),
    "programme.medicines": _("Medicines used"),
    "programme.approach": _("Approach"),
    "programme.therapies": _("Therapies"),
    "programme.name": _("Name of the programme"),
}
NAMES = OF_CENTRES | OF_PROGRAMMES


def name_of(fact):
    """What a fact is called; "" for none."""
    return NAMES.get(fact, "")
