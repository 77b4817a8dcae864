"""Listing a centre: what it asks for, its steps by a private link, and what became of it."""

from django.conf import settings
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from centres import submissions
from centres.models import Country, Criterion, Purpose, SubmissionState
from centres.workflow import Overtaken, Refused
from finder.guard import guarded
from finder.listing import draft, mail, place, summary
from finder.listing.forms import ACTION, BeginForm, LinkForm, SendForm
from finder.listing.steps import CHECK, form_class, way

#: Changed, these ask anew where the centre stands on the map.
MOVES = {"centre": ("country", "postcode"), "address": ("withheld", "town", "region")}


@csrf_exempt  # see finder.guard
def list_a_centre(request):
    """What the directory asks of a centre and what happens next; the button that begins."""
    response = _begin(request)
    if request.method in {"GET", "HEAD"} and response.status_code == 200:
        del response["X-Robots-Tag"]  # what it says is for everybody
    return response


@guarded(ACTION)
def _begin(request):
    now = timezone.now()
    form = BeginForm(request.POST if request.method == "POST" else None, now=now)
    if form.is_valid():
        submissions.begin(form.token, now=now)
        return _to("list-a-centre-step", form.token, "centre")
    asked = Criterion.objects.in_force().filter(purpose=Purpose.LISTED)
    criteria = [
        (country.label, [row for row in asked if row.country == country]) for country in Country
    ]
    context = {"form": form, "criteria": criteria, "days": submissions.UNSENT_FOR.days}
    return render(request, "finder/list_a_centre.html", context)


@sensitive_post_parameters()
@guarded(LinkForm.action)
@sensitive_variables()
def listing(request, token):
    """What became of a listing that was sent; of one that was not, how far it is."""
    now, row = timezone.now(), submissions.found(token)
    if row is None:
        return render(request, "finder/listing_gone.html", status=404)
    link = _link(token)
    form = LinkForm(request.POST if request.method == "POST" else None, now=now)
    if row.state == SubmissionState.BEGUN and form.is_valid():
        message = mail.of_link(form.cleaned_data["email"], link)
        submissions.send_link(row, message, now=now)
        return _to("list-a-centre-status", token, query="?posted")
    context = {"row": row, "link": link, "form": form, "was_posted": "posted" in request.GET}
    if row.state == SubmissionState.SENT:
        return render(request, "finder/listing_status.html", context)
    onward = way(submissions.answers_of(row)).onward
    context["onward"] = _address("list-a-centre-step", token, onward)
    return render(request, "finder/listing_begun.html", context)


@sensitive_post_parameters()
@guarded(ACTION)
@sensitive_variables()
def listing_step(request, token, step):
    """One step: shown as it was answered, saved when it is sent, and then the next."""
    row = submissions.found(token)
    if row is None or (step != CHECK and form_class(step) is None):
        return render(request, "finder/listing_gone.html", status=404)
    if row.state == SubmissionState.SENT:
        return _to("list-a-centre-status", token)
    answers = submissions.answers_of(row)
    page = _Page(request, row, token, step, way(answers), now=timezone.now())
    if step == CHECK:
        return page.check()
    if step != "centre" and "centre" not in answers:
        return page.go("centre")
    return page.step_page()


class _Page:
    """One step of one submission, for one request."""

    def __init__(self, request, row, token, step, found, *, now):
        self.request, self.row, self.token, self.step = request, row, token, step
        self.way, self.answers, self.now = found, found.answers, now
        self.data = request.POST if request.method == "POST" else None

    def go(self, step):
        return _to("list-a-centre-step", self.token, step)

    def step_page(self):
        form = form_class(self.step)(
            self.data, step=self.step, answers=self.answers, now=self.now, **self._beside()
        )
        if not form.is_valid() or (self.step == "known" and self.way.stopped_by):
            return self._show(form)
        try:
            answers = self._save(form.said)
        except Overtaken:
            return _to("list-a-centre-status", self.token)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self._show(form)
        return self.go(way(answers).onward)

    def _beside(self):
        if self.step == "known":
            seen = [one.centre.pk for one in self.way.likenesses]
            return {"seen": seen, "is_stopped": self.way.stopped_by is not None}
        if self.step == "place":
            return {"spot": place.spot_of(self.answers)}
        return {}

    def _save(self, said):
        before = self.answers.get(self.step, {})
        row = submissions.keep(self.row, self.step, said, now=self.now)
        if any(before.get(name) != said[name] for name in MOVES.get(self.step, ())):
            row = submissions.keep(row, "place", None, now=self.now)
        return submissions.answers_of(row)

    def _show(self, form):
        steps = self.way.steps
        context = {
            "form": form,
            "link": _link(self.token),
            "token": self.token,
            "number": steps.index(self.step) + 1 if self.step in steps else None,
            "of": len(steps),
            "way": self.way,
            "back": self._back(steps),
            "map": place.draw(form.spot) if self.step == "place" and form.spot else None,
            "country": self.answers.get("centre", {}).get("country", Country.GB.value),
        }
        return render(self.request, "finder/listing_step.html", context)

    def _back(self, steps):
        if self.step not in steps or self.step == "centre":
            return ""
        return _address("list-a-centre-step", self.token, steps[steps.index(self.step) - 1])

    def check(self):
        """All answers, each with a way to change it; sent, it is done in one transaction."""
        if self.way.onward != CHECK:
            return self.go(self.way.onward)
        form = SendForm(self.data, now=self.now)
        if form.is_valid():
            try:
                self._send()
            except submissions.AskedNotToBeListed:
                return self.go("known")
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                return _to("list-a-centre-status", self.token)
        context = {
            "form": form,
            "link": _link(self.token),
            "token": self.token,
            "parts": summary.parts(self.way),
            "country": self.answers["centre"]["country"],
        }
        return render(self.request, "finder/listing_check.html", context)

    def _send(self):
        listed = draft.listing(self.answers, now=self.now)
        message = mail.of_sending(self.answers["you"]["email"], _link(self.token))
        submissions.send(self.row, listed, message, now=self.now)


def _link(token):
    return f"{settings.SITE_URL}{_address('list-a-centre-status', token)}"


def _address(name, *args):
    return reverse(name, args=args)


def _to(name, *args, query=""):
    response = HttpResponseRedirect(_address(name, *args) + query)
    response.status_code = 303
    return response
