"""Postcodes and ZIP codes to places, as fine as what is loaded allows. One query each."""

from django.db.models import CharField, F, Value
from django.utils.translation import gettext as _

from . import names, precision
from .answers import Choice, Spot, Understood
from .models import FullPostcode, Outcode, Sector, ZipCode
from .postcodes import Postcode, Zip
from .sources import ORDNANCE_SURVEY, OUR_OWN, ZIPCODES

ZIP_OFFICE_DIGITS = 3  # what ZIPs sorted at one office share
MOST_OFFERED = 3
FINEST_FIRST = (precision.POSTCODE, precision.SECTOR, precision.OUTCODE)


def look_up(code):
    """The `Understood` for a `Postcode` or `Zip`, or None where it has no place we know."""
    if isinstance(code, Zip):
        return _zip(code.code)
    if code.is_placeless:
        return None
    if code.kind in ("area", "umbrella"):
        return _whole(code)
    return _postcode(code)


def alternatives(code):
    """`Choice`s to offer for a code nobody has: ZIPs of the same post office, a postcode's area."""
    if isinstance(code, Zip):
        start = code.code[:ZIP_OFFICE_DIGITS]
        near = ZipCode.objects.filter(code__startswith=start).values_list("code", flat=True)
        closest = sorted(near, key=lambda other: abs(int(other) - int(code.code)))[:MOST_OFFERED]
        return tuple(_choice(look_up(Zip(other))) for other in sorted(closest))
    area = None if code.is_placeless else look_up(Postcode("area", code.area))
    return (_choice(area),) if area else ()


def _choice(answer):
    label = answer.place.label
    return Choice(query=label, place=answer.place)


def _zip(code):
    found = ZipCode.objects.filter(pk=code).first()
    if found is None:
        return None
    label = f"{found.city}, {found.state} {found.code}"
    return Understood(
        Spot(
            label,
            found.latitude,
            found.longitude,
            precision.OUTCODE,  # a ZIP's middle: as rough as a postcode district's
            names.US,
            ZIPCODES.name,
        )
    )


def _whole(code):
    """An umbrella ("W1") or an area ("LS")."""
    found = Outcode.objects.filter(pk=code.text).first()
    if found is None:
        return None
    fineness = precision.AREA if code.kind == "area" else precision.OUTCODE
    return Understood(_spot(found.label, found.latitude, found.longitude, fineness))


def _postcode(code):
    found = {row[0]: row[1:] for row in _stored(code)}
    fineness = next((p for p in FINEST_FIRST if p in found), None)
    if fineness is None:
        return None
    label, latitude, longitude = found[fineness]
    if label.startswith(code.text):
        return Understood(_spot(label, latitude, longitude, fineness))
    said = {"postcode": code.text, "place": label}
    label = _("%(postcode)s, in %(place)s") % said
    return Understood(_spot(label, latitude, longitude, fineness), _rounded(code, fineness))


def _rounded(code, fineness):
    """That a postcode is known by what it is part of."""
    if fineness == precision.SECTOR:
        note = _("We placed %(postcode)s by its sector, %(part)s, so distances are rounded.")
        return note % {"postcode": code.text, "part": code.sector}
    note = _("We placed %(postcode)s by its district, %(part)s, so distances are rounded.")
    return note % {"postcode": code.text, "part": code.outcode}


def _stored(code):
    """`(precision, label, latitude, longitude)` of the postcode, its sector and its outcode."""
    outcode = Outcode.objects.filter(pk=code.outcode)
    rows = _described(outcode, precision.OUTCODE, F("label"))
    if code.sector:
        sector = Sector.objects.filter(pk=code.sector)
        rows = rows.union(_described(sector, precision.SECTOR, F("sector")), all=True)
    if code.full:
        full = FullPostcode.objects.filter(pk=code.full)
        rows = rows.union(_described(full, precision.POSTCODE, F("postcode")), all=True)
    return rows


def _described(rows, fineness, label):
    text = CharField()
    return (
        rows.order_by()
        .annotate(fineness=Value(fineness, output_field=text), said=label)
        .values_list("fineness", "said", "latitude", "longitude")
    )


def _spot(label, latitude, longitude, fineness):
    exact = fineness in (precision.POSTCODE, precision.SECTOR)
    source = ORDNANCE_SURVEY if exact else OUR_OWN
    return Spot(label, latitude, longitude, fineness, names.GB, source.name)
