"""Requests that may carry a document, held to its size before they are read."""

from functools import wraps

from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from centres import evidence

TOO_LARGE = 413


def limited(view):
    """A view of an admin whose request may be as large as a document with its form, no larger.

    One that says it is larger is refused unread; one that lies is stopped as it grows, which
    `was_stopped` tells. The forgery check reads the body, so it comes after.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(self, request, *args, **kwargs):
        if _length_of(request) > evidence.MOST_BYTES_OF_A_REQUEST:
            context = {**self.admin_site.each_context(request), "limit": evidence.TOO_LARGE}
            return render(
                request, "admin/centres/verification/too_large.html", context, status=TOO_LARGE
            )
        request.upload_handlers.insert(0, evidence.CountingUploadHandler(request))

        @csrf_protect
        def protected(request):
            return view(self, request, *args, **kwargs)

        return protected(request)

    return guarded


def was_stopped(request):
    """Whether a document of the request was larger than it may be, so that it was not read on."""
    return any(getattr(handler, "stopped", False) for handler in request.upload_handlers)


def _length_of(request):
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
