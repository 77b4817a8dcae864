from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.vary import vary_on_cookie

from centres import callbacks
from centres.models import Centre, Programme, Provenance
from finder import centre_page, facts, record, remarks
from finder.cards import place_of
from finder.directions import directions
from finder.languages import speaking_of
from finder.nearest import nearest
from finder.sourcing import sources

PROGRAMME_LINKS = (
    "substances", "detoxes", "therapies", "conditions", "excluded_conditions", "funding",
    "people", "exclusions", "medicines", "insurance",
)  # fmt: skip
#: Part of the page: the facts it shows other than as a `Fact`.
REMARKED = {
    "head": ("name",),
    "call": ("phones", "website"),
    "about": ("about",),
    "gone": ("closed_on",),
    "where": ("address", "coordinates"),
}


@vary_on_cookie  # it says whether the visitor keeps it
def centre(request, slug):
    """A centre's own page: listed, or closed or suspended and saying so.

    It costs the same number of queries however many programmes and checks the centre has.
    """
    row = in_full().filter(slug=slug).first()
    if row is None:
        raise Http404("no centre has this address")
    with speaking_of(row.country):
        return render(request, "finder/centre.html", _page(row, now=timezone.now()))


def _page(row, *, now):
    evidence, beside = facts.Evidence(row.provenance.all()), remarks.Remarks(row)
    successor = successor_of(row)
    standing = beside.beside(
        [
            facts.rating(row, evidence),
            facts.registration(row, evidence),
            facts.provider(row, evidence),
        ]
    )
    others = nearest(row, now=now)
    programmes = row.programmes.all()
    context = {
        "centre": row,
        "country": row.country,
        "now": now,
        "place": place_of(row),
        "takes_callbacks": callbacks.takes(row, now=now),
        "successor": successor,
        "successor_place": place_of(successor) if successor else "",
        "asked": centre_page.sections(row, evidence, beside, now=now),
        "programmes": programmes,
        "detox_shown": centre_page.detox_shown(programmes),
        "alcohol_shown": centre_page.alcohol_shown(programmes),
        "directions": directions(row),
        "record": record.of(row, now=now),
        "agreement": record.agreement(row, now=now),
        "standing": standing,
        "sources": _sources(row, evidence, standing),
        "remarks": {part: beside.named(*names) for part, names in REMARKED.items()},
        "nearest": others,
    }
    if others is not None:
        context["has_demo"] = others.has_demo
    return context


def successor_of(centre):
    """The centre that carries on its work, where that has a page."""
    if centre.successor_id is None:
        return None
    return Centre.objects.with_page().filter(pk=centre.successor_id).first()


def in_full():
    """Centres that have a page, with all that is shown of one, in a fixed number of queries."""
    programmes = Programme.objects.prefetch_related(*PROGRAMME_LINKS)
    provenance = Provenance.objects.select_related("source")
    return (
        Centre.objects.with_page()
        .select_related("provider", "source")
        .prefetch_related(
            "phones",
            "languages",
            "access",
            "amenities",
            Prefetch("programmes", queryset=programmes),
            Prefetch("provenance", queryset=provenance),
            *remarks.loads(),
        )
    )


def _sources(centre, evidence, standing):
    """{part of the page: `Sources`, or None} of what no programme tells."""

    def part(what, /, **known):
        told = [(name, "", evidence.of(fact)) for fact, name in known.items() if name]
        return sources(what, told, known)

    return {
        "call": part(
            _("who answers the phone"),
            phones=centre.shown_phones() and _("Telephone numbers"),
            website=centre.website and _("Website"),
        ),
        "about": part(_("the description"), about=centre.about and _("Description")),
        "gone": part(_("the closing date"), closed_on=centre.closed_on and _("Closing date")),
        "where": part(
            _("where it is"),
            address=centre.address_lines() and _("Address"),
            coordinates=centre.precision and _("Place on the map"),
        ),
        "checked": sources(
            _("who checked"),
            [(fact.label, "", fact.evidence) for fact in standing if fact.values],
            [fact.name for fact in standing],
        ),
    }
