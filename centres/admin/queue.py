"""The day's work: what waits for whom, on the admin's front page, and “take the next one”."""

import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from centres import cases
from centres.models import Centre, State
from centres.models.centre import EXPIRING_DAYS
from centres.workflow import NotAllowed


def lapsing(*, now):
    """Verified centres whose verification ends within `EXPIRING_DAYS`: the public sees “due to be
    checked again soon” beside them."""
    last = timezone.localdate(now) + datetime.timedelta(days=EXPIRING_DAYS)
    return Centre.objects.verified(now=now).filter(verified_until__lte=last)


def days_in_words(day, *, today):
    """How far off a day is: "in 3 days", "2 days overdue" for one that has gone."""
    days = (day - today).days
    if days in NEAR:
        return NEAR[days]
    return f"in {days} days" if days > 0 else f"{-days} days overdue"


NEAR = {-1: "1 day overdue", 0: "today", 1: "tomorrow"}


def due_in_words(case, *, today):
    """When an open case is due; when a closed one was decided."""
    if case.is_open:
        words = days_in_words(case.due_on, today=today)
        return words if case.is_overdue(today=today) else f"due {words}"
    return f"decided {timezone.localdate(case.decided_at):%-d %B %Y}"


def who_has_it(case):
    """In whose hands an open case is; of a closed one, who reviewed it."""
    if case.reviewer is None:
        return "nobody"
    name = case.reviewer.get_full_name() or case.reviewer.get_username()
    if case.state == State.AWAITING_APPROVAL:
        return f"an approver, from {name}"
    return name


@require_POST
def take_the_next(request):
    """Take the case that is due first and go to its page, or say that there is none."""
    try:
        case = cases.take_next(by=request.user, now=timezone.now())
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    if case is None:
        messages.info(request, "The queue is empty: no case is waiting to be taken.")
        return redirect("admin:index")
    messages.success(request, f"You have taken this case. It is {due_now(case)}.")
    return redirect(case)


def due_now(case):
    return due_in_words(case, today=timezone.localdate())
