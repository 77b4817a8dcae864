"""Claiming a centre: who somebody is, a code, and another proof where the code is not enough."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from centres import claim_decisions, claims, own_domain
from centres.models import Centre, ClaimState, Proof
from centres.workflow import Refused
from finder.claim_forms import ClaimForm, DocumentForm, LinkForm, PhoneForm, code_form
from finder.guard import guarded
from finder.views.claimant import claimant, see_other, unknown_link

#: Of a request with a document: the form around it is small.
MOST_BYTES = claims.MOST_BYTES + 100_000


@sensitive_post_parameters()
@sensitive_variables()
@guarded("claim")
def claim_start(request, slug):
    """Who somebody is; the same answer whether or not the centre was claimed before."""
    centre, now = _listed(slug), timezone.now()
    form = ClaimForm(request.POST if request.method == "POST" else None, now=now)
    if form.is_valid():
        token = form.token
        try:
            claims.ask(centre, token=token, now=now, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return see_other(reverse("claim", args=[token]))
    context = {
        "centre": centre,
        "country": centre.country,
        "form": form,
        "domain": own_domain.host_of(centre.website) if centre.website else "",
    }
    return render(request, "finder/claim_start.html", context)


@sensitive_post_parameters()
@sensitive_variables()
@guarded("claim-again")
def claim_link(request, slug):
    """Have one's link sent again; the same answer whether or not there is one."""
    centre, now = _listed(slug), timezone.now()
    form = LinkForm(request.POST if request.method == "POST" else None, now=now)
    is_sent = form.is_valid()
    if is_sent:
        claim_decisions.send_link_again(centre, email=form.cleaned_data["email"], now=now)
    context = {"centre": centre, "country": centre.country, "form": form, "is_sent": is_sent}
    return render(request, "finder/claim_link.html", context)


def _listed(slug):
    centre = Centre.objects.visible().filter(slug=slug).first()
    if centre is None:
        raise Http404("no listed centre has this address")
    return centre


@guarded("claim-page")
def claim(request, token):
    """The page of a link as its claim stands: a code to enter, a proof to choose, what it opens.

    It changes nothing: whatever does is a form on it with an address of its own.
    """
    found = claims.by_token(token)
    if found is None:
        return unknown_link(request)
    return page(request, found, token, now=timezone.now())


def page(request, found, token, *, now, problem="", **forms):
    """The page of a claim. problem: a sentence; forms: those shown again as they were sent.

    found: None where the claim went while the request was answered.
    """
    if found is None:
        return unknown_link(request)
    if found.state == ClaimState.PROVEN:
        return claimant(request, found, token, now=now)
    context = {
        "claim": found,
        "centre": found.centre,
        "country": found.centre.country,
        "token": token,
        "now": now,
        "problem": problem,
        "form": next(iter(forms.values()), None),
        "code": forms.get("code") or code_form(found)(now=now),
        "has_code": claims.awaits_code(found, now=now),
    }
    if found.state != ClaimState.ASKED:
        return render(request, "finder/claim_over.html", context)
    if found.email_confirmed_at is None:
        context["was_sent_again"] = "sent" in request.GET
        return render(request, "finder/claim_code.html", context)
    return _proof_page(request, found, context, forms, now=now)


def _proof_page(request, found, context, forms, *, now):
    phones = claims.phones_to_ring(found.centre)
    phone = PhoneForm(now=now, centre=found.centre, phones=phones) if phones else None
    is_ringing = found.proof == Proof.PHONE and context["has_code"]
    if is_ringing and not claims.number_serves(found):
        is_ringing = False
        if context["form"] is None:
            context["problem"] = context["problem"] or claims.NO_NUMBER
    context |= {
        "is_ringing": is_ringing,
        "has_document": found.proof == Proof.DOCUMENT and hasattr(found, "document"),
        "phone": forms.get("phone") or phone,
        "document": forms.get("document") or DocumentForm(now=now),
    }
    return render(request, "finder/claim_proof.html", context)


@sensitive_post_parameters()
@sensitive_variables()
@guarded("claim-code")
def claim_code(request, token):
    """Enter the code, of the mail or of the call."""
    found, now = claims.by_token(token), timezone.now()
    if found is None:
        return unknown_link(request)
    if request.method != "POST" or found.state != ClaimState.ASKED:
        return see_other(reverse("claim", args=[token]))
    form = code_form(found)(request.POST, now=now)
    if form.is_valid():
        try:
            if claims.enter_code(found, form.cleaned_data["code"], token=token, now=now):
                return see_other(reverse("claim", args=[token]))
            form.add_error("code", _wrong(claims.by_token(token), now=now))
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return page(request, claims.by_token(token), token, now=now, code=form)


def _wrong(found, *, now):
    if found is None or not claims.awaits_code(found, now=now):
        return _("That was not the code, and it no longer serves. Please ask for another.")
    left = claims.MOST_TRIES - found.tries
    return _("That is not the code. You can try %(left)d more times.") % {"left": left}


@guarded("claim-again")
def claim_another_code(request, token):
    """Have another code sent to the address."""
    found, now = claims.by_token(token), timezone.now()
    if found is None:
        return unknown_link(request)
    address = reverse("claim", args=[token])
    if request.method == "POST":
        try:
            claims.send_another_code(found, now=now)
        except Refused as refusal:
            return page(request, found, token, now=now, problem=str(refusal))
        address += "?sent"
    return see_other(address)


@guarded("claim-phone")
def claim_phone(request, token):
    """Choose the published number on which the code is read out."""
    found, now = claims.by_token(token), timezone.now()
    if found is None:
        return unknown_link(request)
    if request.method != "POST":
        return see_other(reverse("claim", args=[token]))
    phones = claims.phones_to_ring(found.centre)
    form = PhoneForm(request.POST, now=now, centre=found.centre, phones=phones)
    if form.is_valid():
        try:
            claims.choose_phone(found, form.chosen, now=now)
            return see_other(reverse("claim", args=[token]))
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return page(request, claims.by_token(token), token, now=now, phone=form)


@guarded("claim-document", most_bytes=MOST_BYTES)
def claim_document(request, token):
    """Send a document for the team to look at."""
    found, now = claims.by_token(token), timezone.now()
    if found is None:
        return unknown_link(request)
    if request.method != "POST":
        return see_other(reverse("claim", args=[token]))
    form = DocumentForm(request.POST, request.FILES, now=now)
    if form.is_valid():
        try:
            claims.send_document(found, form.cleaned_data["document"], now=now)
            return see_other(reverse("claim", args=[token]))
        except ValidationError as error:
            form.add_error("document", error)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return page(request, claims.by_token(token), token, now=now, document=form)
