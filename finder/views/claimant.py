"""A claimant's own page: when somebody could start, what is shown, changes to propose, callbacks.

Whoever has the link is the claimant, so no answer is kept by a cache, and none leads elsewhere.
"""

import datetime

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from centres import claim_decisions, claimants, claims
from centres.changes import Words, label
from centres.models import Origin, Proposal, State, Status
from centres.models.programme import ADMISSION_FRESH_FOR
from centres.workflow import NotPossible, Refused
from finder import claim_facts, record, wording
from finder.claim_forms import LeaveForm
from finder.guard import guarded

#: Days that "within a week" promises.
WEEK = datetime.timedelta(days=7)
#: What is said once something was done, by what stands in the address then.
DONE = {
    "admission": _("Thank you. The date is on your page now, and goes by itself after 72 hours."),
    "none": _("Thank you. No date is on your page now; visitors are told to ask."),
    "basics": _("Thank you. We have noted that the basics are right today."),
    "facts": _("Thank you. A person of our team looks at it before it is shown."),
    "callbacks-on": _("From now on you get a notice when somebody asks to be called."),
    "callbacks-off": _("You get no more notices, and nobody can ask you to call."),
    "renewed": _("We have sent a new link to your address. This one no longer works."),
    "leave": _("Thank you. A person of our team decides about it."),
}


def see_other(address):
    """The next page is read, whatever was sent."""
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def unknown_link(request):
    """No claim has this link, or no longer: a newer one has taken its place."""
    return render(request, "finder/claim_unknown.html", status=404)


def claimant(request, found, token, *, now, problem="", status=200):
    """The page of a proven claim. problem: a sentence about what was refused."""
    centre = found.centre
    context = {
        "claim": found,
        "centre": centre,
        "country": centre.country,
        "token": token,
        "now": now,
        "problem": problem,
        "done": DONE.get(request.GET.get("done", "")),
    }
    if not found.is_in_force(now=now):
        context["may_renew"] = found.may_renew(now=now)
        return render(request, "finder/claim_ran_out.html", context)
    if centre.status != Status.LISTED:
        return render(request, "finder/claim_unlisted.html", context)
    context |= {
        "standing": _standing(found, now=now),
        "may_take_callbacks": found.may_take_callbacks(today=timezone.localdate(now)),
        "programmes": _programmes(centre, now=now),
        "today": timezone.localdate(now),
        "last_day": timezone.localdate(now) + claimants.FURTHEST,
        "phones": centre.phones.all(),
        "groups": claim_facts.groups(centre),
        "waiting": _waiting(centre),
    }
    return render(request, "finder/claimant.html", context, status=status)


def _standing(found, *, now):
    """How the mark "claimed" stands: a word for the template, with the day that belongs to it."""
    claimed_on = record.of(found.centre, now=now).claimed_on
    if claimed_on:
        return {"is": "claimed", "on": claimed_on}
    if claims.case_waits(found):
        return {"is": "waits"}
    case = found.case
    if case is None or case.state in {State.REJECTED, State.CANCELLED, State.APPROVED}:
        return {"is": "not"}
    return {"is": "looking", "on": case.due_on}


def _programmes(centre, *, now):
    """Each programme with its name, the day that visitors read, and until when they do."""
    rows = list(centre.programmes.all())
    found = []
    for row, name in zip(rows, wording.names(rows), strict=True):
        day = row.fresh_admission(now=now)
        until = day and row.earliest_admission_stated_at + ADMISSION_FRESH_FOR
        found.append({"row": row, "name": name, "day": day, "until": until})
    return found


def _waiting(centre):
    """[(when it was proposed, what it changes in words)] of what waits for the team."""
    rows = Proposal.objects.pending().filter(centre=centre, origin=Origin.CENTRE)
    words = Words()
    return [(row.proposed_at, _in_words(row.changes, words)) for row in rows]


def _in_words(changes, words):
    told = []
    for change in changes:
        kind, name = change["object"], change["field"]
        if name:
            told.append(label(kind, name))
            continue
        told.append(words.of_row(kind, change["to"] or change["from"]))
    return ", ".join(dict.fromkeys(told))


def _found(token):
    return claims.by_token(token)


def _step(request, token, act):
    """Do what a button of the claimant's page asks: `act`, function of (claim, now) to a `DONE`."""
    found, now = _found(token), timezone.now()
    if found is None:
        return unknown_link(request)
    address = reverse("claim", args=[token])
    if request.method != "POST" or found.proven_at is None:
        return see_other(address)
    try:
        done = act(found, now)
    except Refused as refusal:
        return claimant(request, found, token, now=now, problem=str(refusal), status=409)
    return see_other(f"{address}?done={done}#said" if done else address)


@guarded("claim-admission")
def claim_admission(request, token):
    """State in one tap the earliest admission of a programme."""

    def act(found, now):
        chosen = request.POST.get("when", "")
        today = timezone.localdate(now)
        days = {"today": today, "week": today + WEEK, "none": None}
        day = days[chosen] if chosen in days else _day(request.POST.get("day", ""))
        key = request.POST.get("programme", "")
        key = int(key) if key.isascii() and key.isdecimal() and len(key) < 18 else 0
        claimants.state_admission(found, key, day=day, now=now)
        return "admission" if day else "none"

    return _step(request, token, act)


def _day(text):
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise NotPossible(_("Give the day as year, month and day: 2026-03-31."))
    return day


@guarded("claim-step")
def claim_basics(request, token):
    """Say that the basics are right today."""

    def act(found, now):
        claimants.confirm_basics(found, now=now)
        return "basics"

    return _step(request, token, act)


@guarded("claim-step")
def claim_callbacks(request, token):
    """Switch the notices of callback requests on or off."""

    def act(found, now):
        on = request.POST.get("take") == "yes"
        claimants.switch_callbacks(found, on=on, now=now)
        return "callbacks-on" if on else "callbacks-off"

    return _step(request, token, act)


@guarded("claim-again")
def claim_renew(request, token):
    """Send a new link to the claim's address; the page then is that of a link that has gone."""
    found, now = _found(token), timezone.now()
    if found is None:
        return unknown_link(request)
    if request.method != "POST":
        return see_other(reverse("claim", args=[token]))
    try:
        claim_decisions.renew(found, now=now)
    except Refused as refusal:
        return claimant(request, found, token, now=now, problem=str(refusal), status=409)
    context = {"centre": found.centre, "country": found.centre.country}
    return render(request, "finder/claim_renewed.html", context)


@guarded("claim-step")
def claim_end(request, token):
    """End one's own claim: a page that asks once more, and its button."""

    def act(found, now):
        claim_decisions.end(found, by=None, reason="The claimant ended it.", now=now)
        return ""

    found = _found(token)
    if request.method == "POST" or found is None or not found.is_in_force(now=timezone.now()):
        return _step(request, token, act)
    context = {"centre": found.centre, "country": found.centre.country, "token": token}
    return render(request, "finder/claim_end.html", context)


@guarded("claim-facts")
def claim_facts_page(request, token, group):
    """A group of facts to correct; what is typed becomes a proposal."""
    found, now = _found(token), timezone.now()
    if found is None:
        return unknown_link(request)
    groups = {each.slug: each for each in claim_facts.groups(found.centre)}
    address = reverse("claim", args=[token])
    if group not in groups or not found.is_in_force(now=now):
        return see_other(address)
    form = groups[group].form(request.POST if request.method == "POST" else None, now)
    if form.is_valid():
        try:
            words = form.cleaned_data["words"]
            claimants.propose(found, form.changes(), words=words, now=now)
            return see_other(f"{address}?done=facts#said")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {
        "claim": found,
        "centre": found.centre,
        "country": found.centre.country,
        "token": token,
        "group": groups[group],
        "form": form,
    }
    return render(request, "finder/claim_facts.html", context)


@guarded("claim-leave")
def claim_leave(request, token):
    """Ask that the centre be taken out of the directory."""
    found, now = _found(token), timezone.now()
    if found is None:
        return unknown_link(request)
    address = reverse("claim", args=[token])
    if not found.is_in_force(now=now):
        return see_other(address)
    form = LeaveForm(request.POST if request.method == "POST" else None, now=now)
    if form.is_valid():
        try:
            claimants.ask_to_withdraw(found, reason=form.cleaned_data["reason"], now=now)
            return see_other(f"{address}?done=leave#said")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {
        "centre": found.centre,
        "country": found.centre.country,
        "token": token,
        "form": form,
    }
    return render(request, "finder/claim_leave.html", context)
