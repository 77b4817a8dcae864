"""The answers as what is sent: facts of a centre, its telephone, its programmes."""

from django.utils import timezone

from centres.models import Country, Method, Registration
from centres.submissions import Listing

from .place import coordinates
from .programme_form import MOST

#: Fields of a programme that are kept as they were answered.
_PLAIN = (
    "name", "level", "open_ended", "length_min_days", "length_max_days", "dual_diagnosis",
    "substances", "funding",
)  # fmt: skip


def listing(answers, *, now):
    """The `Listing` of answers to every step."""
    centre = answers["centre"]
    sender = answers["you"]
    works_there = sender["role"] == "centre"
    return Listing(
        name=centre["name"],
        country=centre["country"],
        facts=_facts(answers),
        phones=_phones(answers["phone"]),
        programmes=[_programme(each, centre["country"], now=now) for each in programmes(answers)],
        method=Method.CENTRE.value if works_there else sender["how"],
        evidence="By somebody who works at the centre." if works_there else "By somebody else.",
    )


def programmes(answers):
    """What was answered of each programme, the first first."""
    found = []
    for number in range(1, MOST + 1):
        found.append(answers[f"programme-{number}"])
        if found[-1].get("more") != "yes":
            break
    return found


def _facts(answers):
    address, phone = answers["address"], answers["phone"]
    facts = {name: address[name] for name in ("street", "locality", "town", "region")}
    if not address["withheld"]:
        facts["postcode"] = answers["centre"]["postcode"]
    facts |= coordinates(answers) | {"website": phone["website"]}
    return facts | _registration(answers["registration"])


def _registration(said):
    stands = said["registration"]
    facts = {"registration": stands}
    if stands == Registration.REGISTERED:
        facts |= {name: said[name] for name in ("regulator", "registration_number")}
    if stands == Registration.NOT_REQUIRED:
        facts["registration_reason"] = said["registration_reason"]
    return facts


def _phones(said):
    if not said["number"]:
        return []
    return [{"number": said["number"], "answered_by": said["answered_by"] or "unknown"}]


def _programme(said, country, *, now):
    row = {name: said[name] for name in _PLAIN}
    row["dual_diagnosis"] = row["dual_diagnosis"] or "unknown"
    if said["price"] is not None:
        row |= {
            "price": said["price"],
            "currency": Country(country).currency,
            "price_on": timezone.localdate(now).isoformat(),
            "price_includes": said["price_includes"],
        }
    return row
