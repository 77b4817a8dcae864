"""Right of reply, through a claimant's own link."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from centres import claims, replies
from centres.models import Reply, ReplyState
from centres.workflow import Refused
from finder import fact_names
from finder.guard import guarded
from finder.reply_form import ReplyForm
from finder.views.claimant import see_other, unknown_link


@guarded("reply")
def reply(request, token):
    """What the centre has replied, and a form to reply to a fact.

    POST `withdraw`: the key of a reply to take back.
    """
    claim, now = claims.by_token(token), timezone.now()
    if claim is None:
        return unknown_link(request)
    if not claim.is_in_force(now=now):
        return see_other(reverse("claim", args=[token]))
    if "withdraw" in request.POST:
        return _take_back(request, claim, token, now=now)
    form = ReplyForm(
        request.POST if request.method == "POST" else None, centre=claim.centre, now=now
    )
    if form.is_valid():
        said = form.cleaned_data
        try:
            replies.ask(
                claim.centre,
                said["fact"],
                said["text"],
                claim=claim,
                programme=form.whose,
                now=now,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return see_other(f"{reverse('claim-reply', args=[token])}?done")
    return _page(request, claim, token, form)


def _page(request, claim, token, form, *, problem="", status=200):
    rows = Reply.objects.filter(centre=claim.centre).exclude(state=ReplyState.WITHDRAWN)
    context = {
        "centre": claim.centre,
        "country": claim.centre.country,
        "token": token,
        "form": form,
        "problem": problem,
        "is_done": "done" in request.GET,
        "replies": [(fact_names.name_of(row.fact), row) for row in rows],
    }
    return render(request, "finder/reply.html", context, status=status)


def _take_back(request, claim, token, *, now):
    key = request.POST["withdraw"]
    own = Reply.objects.filter(centre=claim.centre)
    row = get_object_or_404(own, pk=key if key.isascii() and key.isdigit() and len(key) < 19 else 0)
    try:
        replies.withdraw(row, claim=claim, now=now)
    except Refused as refusal:
        form = ReplyForm(centre=claim.centre, now=now)
        return _page(request, claim, token, form, problem=str(refusal), status=409)
    return see_other(reverse("claim-reply", args=[token]))
