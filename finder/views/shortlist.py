import re
from urllib.parse import urlencode

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.csrf import csrf_failure
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from centres.models import Centre, Status
from finder import comparison
from finder import shortlist as shortlists
from finder.languages import speaking_of
from finder.views.centre import in_full

SLUG = re.compile(r"[-a-zA-Z0-9_]+")
LONGEST_SLUG = 140


@csrf_exempt  # a token would need a cookie before anybody keeps anything: see is_from_our_page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def shortlist(request):
    """The centres the visitor keeps, and the one form that keeps, removes and clears.

    POST `keep` (a slug), `remove` (a UUID) or `clear`, with `next`: the page to go back to. GET
    `asked`: the slug of a centre that was not kept, and the page says why.
    """
    if request.method == "POST":
        if not shortlists.is_from_our_page(request):
            return csrf_failure(request, reason="not from a page of this site")
        return _change(request)
    uuids = shortlists.kept(request)
    found = {row.uuid: row for row in in_full().filter(uuid__in=uuids)}
    country = next((row.country for row in found.values()), "GB")
    with speaking_of(country):
        return render(request, "finder/shortlist.html", _page(request, uuids, found, country))


def _page(request, uuids, found, country):
    now = timezone.now()
    columns = {uuid: comparison.column(row, now=now) for uuid, row in found.items()}
    asked = request.GET.get("asked", "")
    wanted = _visible(asked) if asked else None
    return {
        "kept": [(uuid, columns.get(uuid)) for uuid in uuids],
        "comparable": any(row.status == Status.LISTED for row in found.values()),
        "most": shortlists.MOST,
        "is_full": len(uuids) >= shortlists.MOST,
        "wanted": wanted if wanted and wanted.uuid not in uuids else None,
        "is_gone": bool(asked) and wanted is None,
        "country": country,
        "now": now,
    }


def _change(request):
    """Remove, then keep: so that one centre can take the place of another."""
    if "clear" in request.POST:
        return _sent_on(reverse("shortlist"), [])
    gone, slug = request.POST.get("remove", ""), request.POST.get("keep", "")
    uuids = [uuid for uuid in shortlists.kept(request) if str(uuid) != gone]
    if slug:
        row = _visible(slug)
        if row is None or (row.uuid not in uuids and len(uuids) >= shortlists.MOST):
            return _sent_on(
                f"{reverse('shortlist')}?{urlencode({'asked': slug[:LONGEST_SLUG]})}", uuids
            )
        if row.uuid not in uuids:
            uuids = [*uuids, row.uuid]
    back = shortlists.way_back(request.POST.get("next", ""))
    return _sent_on(back or reverse("shortlist"), uuids)


def _visible(slug):
    """The centre of that slug, if there is one to keep."""
    if len(slug) > LONGEST_SLUG or not SLUG.fullmatch(slug):
        return None
    return Centre.objects.visible().filter(slug=slug).first()


def _sent_on(address, uuids):
    response = HttpResponseRedirect(address)
    response.status_code = 303  # whatever the form's method was, the next page is read
    shortlists.remember(response, uuids)
    return response
