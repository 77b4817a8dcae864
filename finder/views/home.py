from django.shortcuts import render

from centres.models import Country, RevisionState, Term, TermKind
from finder.places import towns

from .rehab import with_centres

#: The ways in that the first page names, those asked for most; its links lead to the others.
SUBSTANCES = ("alcohol", "heroin", "cocaine", "cannabis", "ketamine", "benzodiazepines", "gambling")
TOWNS = [
    (Country.GB, "ENG", 4),
    (Country.GB, "SCT", 1),
    (Country.GB, "WLS", 1),
    (Country.GB, "NIR", 1),
    (Country.US, "NY", 1),
    (Country.US, "CA", 1),
]


def home(request):
    """One box for a place, one choice of programme in plain words, and the other ways in."""
    some = [town for each in towns.largest(TOWNS) for town in each]
    context = {"substances": _written(), "towns": with_centres(some)}
    return render(request, "finder/home.html", context)


def _written():
    """Those of `SUBSTANCES` that we have written about."""
    return (
        Term.objects.filter(
            kind=TermKind.SUBSTANCE,
            slug__in=SUBSTANCES,
            guide__revisions__state=RevisionState.PUBLISHED,
        )
        .distinct()
        .order_by("position", "label")
    )
