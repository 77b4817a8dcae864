from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.vary import vary_on_cookie

from centres.models import Centre, Programme, Provenance
from finder import facts, record

PROGRAMME_LINKS = (
    "substances", "detoxes", "therapies", "conditions", "excluded_conditions", "funding",
    "people", "exclusions", "medicines", "insurance",
)  # fmt: skip


@vary_on_cookie  # it says whether the visitor keeps it
def centre(request, slug):
    """A centre's own page: listed, or closed or suspended and saying so.

    It costs the same number of queries however many programmes and checks the centre has.
    """
    row = in_full().filter(slug=slug).first()
    if row is None:
        raise Http404("no centre has this address")
    now = timezone.now()
    evidence = facts.Evidence(row.provenance.all())
    context = {
        "centre": row,
        "country": row.country,
        "now": now,
        "successor": successor_of(row),
        "told": {fact: evidence.of(fact) for fact in Centre.FACTS},
        "programmes": [_sheet(programme, evidence, now) for programme in row.programmes.all()],
        "centre_facts": facts.centre_facts(row, evidence),
        "record": record.of(row, now=now),
        "agreement": record.agreement(row, now=now),
        "standing": [facts.registration(row, evidence), facts.rating(row, evidence)],
    }
    return render(request, "finder/centre.html", context)


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
        )
    )


def _sheet(programme, evidence, now):
    """A programme with its facts in the order people ask."""
    return {
        "programme": programme,
        "main": facts.main_facts(programme, evidence, now=now),
        "further": facts.further_facts(programme, evidence),
    }
