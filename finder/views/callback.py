"""Asking to be called, taking that back, and what a centre's link opens."""

from django.conf import settings
from django.http import Http404, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from centres import callback_links, callback_notices, callbacks
from centres.models import CallbackState, Centre, Country, LinkPurpose
from centres.workflow import NotPossible, Overtaken
from finder.callback_form import CallbackForm, who_calls
from finder.guard import guarded


@sensitive_post_parameters()
@guarded("callback")
def centre_callback(request, slug):
    """The form that asks one centre, or why that cannot be and whom to ring instead."""
    rows = Centre.objects.with_page().select_related("provider", "source")
    centre = rows.prefetch_related("phones").filter(slug=slug).first()
    if centre is None:
        raise Http404("no centre has this address")
    now = timezone.now()
    if not callbacks.takes(centre, now=now):
        return _not_taken(request, centre)
    return _form_page(request, centre, country=centre.country, now=now)


@sensitive_post_parameters()
@guarded("callback")
def team_callback(request):
    """The form that asks the directory's own team; `country`: whose numbers are typed."""
    return _form_page(request, None, country=_country(request), now=timezone.now())


def _country(request):
    """Whose numbers and help lines an address asks for: "GB" or "US"."""
    country = request.GET.get("country")
    return country if country in Country.values else Country.GB.value


@sensitive_variables()
def _form_page(request, centre, *, country, now):
    data = request.POST if request.method == "POST" else None
    form = CallbackForm(data, centre=centre, country=country, now=now)
    if form.is_valid():
        return _sent(request, form, now=now)
    context = {"form": form, "centre": centre, "country": country, "who": who_calls(centre)}
    return render(request, "finder/callback.html", context)


@sensitive_variables()
def _sent(request, form, *, now):
    address = reverse("callback-status", args=[form.token])
    query, email = QueryDict(mutable=True), form.cleaned_data["email"]
    if form.country != Country.GB:
        query["country"] = form.country
    try:
        row = callbacks.ask(
            form.centre,
            form.said(),
            token=form.token,
            consents=form.consents,
            language=get_language(),
            shown=form.shown_at,
            email=email,
            link=f"{settings.SITE_URL}{_with(address, query)}",
            now=now,
        )
        if email and not callback_notices.is_link_mailed(row):
            query["unsent"] = "1"
    except callbacks.NotTaken as why:
        return _not_taken(request, form.centre, why)
    except Overtaken:
        query["late"] = "1"
    response = HttpResponseRedirect(_with(address, query))
    response.status_code = 303
    return response


def _with(address, query):
    return f"{address}?{query.urlencode()}" if query else address


def _not_taken(request, centre, why=None):
    is_full = isinstance(why, callbacks.TooManyToday)
    context = {"centre": centre, "country": centre.country, "is_full": is_full}
    return render(request, "finder/callback_not_taken.html", context)


@guarded("callback-status", needs_keys=False)
def callback_status(request, token):
    """How a request stands, and the button that deletes it there and then."""
    now = timezone.now()
    if request.method == "POST":
        return _withdrawn(request, callbacks.withdraw(token, now=now))
    row = callbacks.found(token, now=now)
    if row is None:
        return _gone(request)
    country = row.centre.country if row.centre else _country(request)
    query = QueryDict(mutable=True)
    if country != Country.GB:
        query["country"] = country
    context = {
        "row": row,
        "who": who_calls(row.centre),
        "country": country,
        "can_reach": callback_links.can_reach(row, now=now),
        "may_ring": Centre.objects.visible().filter(pk=row.centre_id).exists(),
        "is_late": "late" in request.GET,
        "is_unsent": "unsent" in request.GET,
        "address": _with(request.path, query),
        "link": f"{settings.SITE_URL}{_with(request.path, query)}",
    }
    return render(request, "finder/callback_status.html", context)


def _withdrawn(request, withdrawn):
    if withdrawn is None:
        return _gone(request)
    row = withdrawn.request
    context = {
        "row": row,
        "who": who_calls(row.centre),
        "country": row.centre.country if row.centre else _country(request),
        "is_centre_told": withdrawn.is_centre_told,
    }
    return render(request, "finder/callback_withdrawn.html", context)


def _gone(request):
    context = {"country": _country(request)}
    return render(request, "finder/callback_gone.html", context, status=404)


@guarded("callback-read")
def callback_read(request, token):
    """What the link of a notice opens: a button, and once pressed the request, once."""
    now = timezone.now()
    try:
        if request.method != "POST":
            link = callback_links.standing(token, LinkPurpose.READ, now=now)
            return _read_page(request, link.request.centre, {"link": link})
        reading = callback_links.read(token, now=now)
    except callback_links.Spent as why:
        return _spent(request, why)
    context = {
        "asked": reading.request,
        "answer": reading.answer,
        "answers": callback_links.ANSWERS,
    }
    return _read_page(request, reading.request.centre, context)


@guarded("callback-answer", needs_keys=False)
def callback_answer(request, token):
    """Where a centre says what became of a request it has read."""
    now = timezone.now()
    try:
        if request.method != "POST":
            link = callback_links.standing(token, LinkPurpose.ANSWER, now=now)
            context = {"row": link.request, "answer": token, "answers": callback_links.ANSWERS}
            return render(request, "finder/callback_answer.html", context)
        state = request.POST.get("state", "")
        following = callback_links.answer(token, state, now=now)
    except NotPossible as why:
        return _spent(request, why)
    if state == CallbackState.CLOSED:
        return render(request, "finder/callback_answer.html", {"is_closed": True})
    response = HttpResponseRedirect(reverse("callback-answer", args=[following]))
    response.status_code = 303
    return response


def _read_page(request, centre, context):
    context |= {"centre": centre, "country": centre.country}
    return render(request, "finder/callback_read.html", context)


def _spent(request, why):
    return render(request, "finder/callback_spent.html", {"why": str(why)}, status=410)
