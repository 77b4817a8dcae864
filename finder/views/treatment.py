from django.shortcuts import render
from django.utils import timezone

from centres.models import Country, Guide, RevisionState, Term, TermKind
from finder import guide_page, help_lines, prepared
from finder.languages import speaking_of


def treatment_index(request):
    """Every substance and behaviour of the vocabulary: those with a guide, then the others."""
    country = country_of(request)
    if country is None:
        return render(request, "400.html", status=400)
    with speaking_of(country):
        return render(request, "finder/treatment_index.html", _index(country))


def _index(country):
    written = set(
        Guide.objects.filter(revisions__state=RevisionState.PUBLISHED).values_list(
            "substance", flat=True
        )
    )
    asked = prepared.prepare({"country": country.value}, {}, now=timezone.now())
    counts = {option.value: option.count for option in asked.found.facets["substance"]}
    rows = [(term, counts.get(term.slug, 0)) for term in _substances()]
    return {
        "country": country.value,
        "country_name": country.label,
        "other": _other(country),
        "written": [row for row in rows if row[0].pk in written],
        "unwritten": [row for row in rows if row[0].pk not in written],
        "has_demo": asked.found.has_demo,
    }


def treatment(request, substance):
    """What we have written about a substance, and a prepared search for those who treat it.

    A substance that we have not written about has a short page that says so.
    """
    country = country_of(request)
    if country is None:
        return render(request, "400.html", status=400)
    term = _substances().filter(slug=substance).first()
    if term is None:
        return render(request, "finder/no_substance.html", status=404)
    with speaking_of(country):
        return render(request, "finder/treatment.html", _page(term, country))


def _page(term, country):
    revision = guide_page.live(term)
    now = timezone.now()
    groups = {
        "where": prepared.WHERE,
        "mind": prepared.MIND,
        "lengths": prepared.LENGTHS,
        "free": prepared.FREE[country],
    }
    base = {"substance": term.slug, "country": country.value}
    asked = prepared.prepare(base, groups, now=now)
    return {
        "term": term,
        "page": guide_page.page_of(revision, country) if revision else None,
        "country": country.value,
        "country_name": country.label,
        "other": _other(country),
        "asked": asked,
        "has_demo": asked.found.has_demo,
        "emergency": help_lines.of(country.value, kinds={"emergency", "health", "crisis"}),
        "is_due": bool(revision) and revision.is_due(today=timezone.localdate(now)),
    }


def country_of(request):
    """The country a page is asked for, Britain unless said; None where it is none of ours."""
    given = request.GET.get("country", "") or Country.GB.value
    return Country(given) if given in Country else None


def _substances():
    return Term.objects.filter(kind=TermKind.SUBSTANCE).order_by("position", "label")


def _other(country):
    return Country.US if country == Country.GB else Country.GB
