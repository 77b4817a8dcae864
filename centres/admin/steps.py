"""Taking a step of the workflow from an admin page, and saying how that went."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.urls import path
from django.views.decorators.http import require_POST

from centres.workflow import Refused


def step_paths(admin_of, steps):
    """The addresses to which a row's page posts a step, for {its name: view(request, pk)}."""
    return [
        path(
            f"<int:pk>/{name.replace('_', '-')}/",
            admin_of.admin_site.admin_view(require_POST(view)),
            name=f"centres_{admin_of.opts.model_name}_{name.replace('-', '_')}",
        )
        for name, view in steps.items()
    ]


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
