"""Taking a step of the workflow from an admin page, and saying how that went."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied

from centres.workflow import Refused


def told(admin_of, request, row, step, *, done=""):
    """Take `step`, a function without arguments, and tell the person `done`, or why it is refused.

    A refusal is told to whoever may see the row; to anybody else it is `PermissionDenied`. Answers
    whether the step was taken.
    """
    try:
        step()
    except Refused as refusal:
        if not admin_of.has_view_permission(request, row):
            raise PermissionDenied(str(refusal)) from refusal
        messages.error(request, str(refusal))
        return False
    if done:
        messages.success(request, done)
    return True
