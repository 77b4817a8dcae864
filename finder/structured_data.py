"""What a centre's page says to programs that read schema.org: current facts only, and no judgement.

Never a rating, a review, a price, an advert or our own verification: others would show them without
the date, the source and the words that stand beside them on the page.
"""

import json

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from centres.models import (
    AnsweredBy,
    Criterion,
    Precision,
    Provenance,
    Purpose,
    Registration,
    Status,
)

from . import telephone

CONTEXT = "https://schema.org"
#: A point would claim more than is known of a place that is known less closely.
CLOSE = {Precision.EXACT, Precision.STREET, Precision.POSTCODE}
#: What could end the element it is written in, or begin another.
_ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def script(data):
    """`data` as JSON that is safe inside a <script> element, whatever its texts hold."""
    return json.dumps(data, ensure_ascii=False).translate(_ESCAPES)


def clinic(centre, *, now, is_doubtful=False):
    """A listed centre as a schema.org MedicalClinic, or None of one that is not listed.

    A fact is in it while it has a source and is no older than our criteria let a check of it grow
    (`Criterion.months`). is_doubtful: its verification was withdrawn, and only the name stands.
    A withheld place has no address, no point and no register entry that would lead to it.
    """
    if centre.status != Status.LISTED:
        return None
    page = _absolute(centre.get_absolute_url())
    told = {
        "@context": CONTEXT,
        "@type": "MedicalClinic",
        "@id": f"{page}#centre",
        "name": centre.name,
        "mainEntityOfPage": page,
    }
    if centre.source and centre.source.is_demo:
        told["disambiguatingDescription"] = _("Made up for the demo: this centre does not exist.")
    if is_doubtful:
        return told
    current = _current_facts(centre, now=now)
    facts = {
        "url": centre.website if "website" in current else "",
        "telephone": _numbers(centre) if "phones" in current else [],
        "address": _address(centre) if "address" in current else None,
        "geo": _point(centre) if "coordinates" in current else None,
        "identifier": _register_entry(centre) if "registration" in current else None,
        "parentOrganization": _provider(centre) if "provider" in current else None,
    }
    return told | {name: value for name, value in facts.items() if value}


def crumbs(steps):
    """A schema.org BreadcrumbList of [(name, path)], from the first page to this one."""
    return {
        "@context": CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": _absolute(path)}
            for place, (name, path) in enumerate(steps, 1)
        ],
    }


def steps_to(name, path, *, index, index_name):
    """The steps from the first page over the page called `index` to the one at `path`."""
    return [(_("Home"), reverse("home")), (index_name, reverse(index)), (name, path)]


def _absolute(path):
    return f"{settings.SITE_URL}{path}"


def _current_facts(centre, *, now):
    """Names of the centre's own facts that have a source and are not too old at `now`."""
    today = timezone.localdate(now)
    asked = Criterion.objects.asked_of(country=centre.country, purpose=Purpose.VERIFIED)
    rules = [(criterion, set(criterion.facts)) for criterion in asked]
    rows: list[Provenance] = [row for row in centre.provenance.all() if row.programme_id is None]
    return {row.fact for row in rows if _is_current(row, rules, today=today)}


def _is_current(row, rules, *, today):
    """Whether every criterion that vouches for this fact would still let a check of its age hold;
    a place on the map lasts as long as the address it stands for."""
    fact = "address" if row.fact == "coordinates" else row.fact
    lapses = (rule.expiry(captured_on=row.as_of) for rule, facts in rules if fact in facts)
    return all(lapse is None or today <= lapse for lapse in lapses)


def _numbers(centre):
    """Its numbers in international form, but for those that another company answers."""
    own = [p for p in centre.shown_phones() if p.answered_by != AnsweredBy.THIRD_PARTY]
    links = [telephone.link(phone.number, centre.country) for phone in own]
    return [link.removeprefix("tel:") for link in links if link]


def _address(centre):
    if centre.is_withheld:
        return None
    lines = {
        "streetAddress": ", ".join(filter(None, (centre.street, centre.locality))),
        "addressLocality": centre.town,
        "addressRegion": centre.region,
        "postalCode": centre.postcode,
    }
    known = {name: value for name, value in lines.items() if value}
    if not known:
        return None
    return {"@type": "PostalAddress", **known, "addressCountry": centre.country}


def _point(centre):
    if centre.latitude is None or centre.precision not in CLOSE:
        return None
    return {
        "@type": "GeoCoordinates",
        "latitude": centre.latitude,
        "longitude": centre.longitude,
    }


def _register_entry(centre):
    if centre.is_withheld or centre.registration != Registration.REGISTERED:
        return None
    return {
        "@type": "PropertyValue",
        "propertyID": centre.get_regulator_display(),
        "value": centre.registration_number,
    }


def _provider(centre):
    if centre.provider is None:
        return None
    return {"@type": "Organization", "legalName": centre.provider.legal_name}
