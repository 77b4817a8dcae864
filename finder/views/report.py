from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from centres import reports, tokens
from centres.models import Centre, Problem, Report
from finder import fact_names, telephone
from finder.guard import guarded
from finder.report_form import OF_NUMBER, ReportForm, only_phone
from finder.visitors import address_of


@guarded("report")
def report(request, slug):
    """Somebody says that something about a centre is wrong: one that is open, closed or suspended.

    GET `about`: the fact to begin with; `programme`: the key of whose it is.
    """
    centre = Centre.objects.with_page().prefetch_related("phones", "programmes").filter(slug=slug)
    centre = centre.first()
    if centre is None:
        raise Http404("no centre has this address")
    now = timezone.now()
    form = ReportForm(
        request.POST if request.method == "POST" else None,
        centre=centre,
        now=now,
        initial=_begun(request, centre),
    )
    if form.is_valid():
        token = form.token
        reports.receive(
            centre, token=tokens.digest(token), address=address_of(request), now=now, **form.told
        )
        return HttpResponseRedirect(reverse("report", args=[token]), status=303)
    context = {
        "centre": centre,
        "country": centre.country,
        "form": form,
        "record": reports.record(now=now),
    }
    return render(request, "finder/report.html", context)


def _begun(request, centre):
    """What a link that led here says already."""
    about = request.GET.get("about", "")
    phone = only_phone(centre)
    if about == "phones" and phone is not None:
        about = f"{OF_NUMBER}{phone.pk}"
    problem = Problem.WRONG_FACT if about in fact_names.NAMES else ""
    return {"fact": about, "problem": problem, "programme": request.GET.get("programme", "")}


@never_cache
@require_safe
def progress(request, token):
    """What became of a report, for whoever has its link."""
    found = Report.objects.select_related("centre", "programme").defer("text", "email")
    row = found.filter(token=tokens.digest(token)).first()
    if row is None:
        raise Http404("no report has this address")
    now = timezone.now()
    context = {
        "report": row,
        "country": row.centre.country,
        "fact": fact_names.name_of(row.fact),
        "number": row.number and telephone.shown(row.number, row.centre.country),
        "has_page": Centre.objects.with_page().filter(pk=row.centre_id).exists(),
        "is_late": row.is_overdue(today=timezone.localdate(now)),
    }
    response = render(request, "finder/report_progress.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response
