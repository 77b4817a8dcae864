"""Callback requests: to the team, read by one person at a time; to centres, only that they wait."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from centres import callback_queue
from centres.models import CallbackRequest, Closed
from centres.workflow import Refused

from .audit import NotesWhoSaw
from .filters import DefaultFilter
from .provenance import ReadOnlyAdmin
from .steps import step_paths

#: What a step says once it is done.
DONE = {
    "open": "You have this request open for half an hour. Nobody else can open it meanwhile.",
    "put_back": "Put back: somebody else can open it.",
    "mark": "Written down, and put back.",
    "notice": "A new link is on its way to the centre. Links sent before no longer serve.",
    "remove": "Deleted.",
}


class ToWhom(DefaultFilter):
    """The team's own requests, until somebody asks for those to centres."""

    title = "to whom"
    parameter_name = "to"
    default = "team"

    def lookups(self, request, model_admin):
        return [("team", "Our team"), ("unread", "Centres whose link ran out unread"),
                ("centres", "Centres"), ("all", "All")]  # fmt: skip

    def queryset(self, request, queryset):
        if self.value() == "unread":
            return queryset.unread(now=timezone.now())
        if self.value() == "centres":
            return queryset.for_centres()
        return queryset if self.value() == "all" else queryset.for_team()


@admin.register(CallbackRequest)
class CallbackRequestAdmin(NotesWhoSaw, ReadOnlyAdmin):
    """What was written is fetched for whoever has the request open, and for nobody else."""

    change_form_template = "admin/centres/callbackrequest/change_form.html"
    list_display = ["__str__", "to_whom", "asked_at", "state", "state_at", "read_at", "who_has_it",
                    "delete_at"]  # fmt: skip
    list_filter = [ToWhom, "state"]
    list_per_page = 50
    ordering = ["asked_at", "pk"]
    actions = None
    show_full_result_count = False
    fields = ["to_whom", "asked_at", "state", "state_at", "read_at", "who_has_it", "delete_at",
              "consent_to_call", "consent_to_keep"]  # fmt: skip

    def get_queryset(self, request):
        rows = super().get_queryset(request).sealed().kept(now=timezone.now())
        return rows.select_related("centre", "opened_by")

    def get_urls(self):
        steps = {"open": self.open_up, "put_back": self.put_back, "mark": self.mark,
                 "notice": self.notice, "remove": self.remove}  # fmt: skip
        return step_paths(self, steps) + super().get_urls()

    def change_view(self, request, object_id, form_url="", extra_context=None):
        row = self.get_object(request, object_id)
        about = {} if row is None else self._about(request, row)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **about})

    def _about(self, request, row):
        """What there is to do with a request, and its words for whoever has it open."""
        now = timezone.now()
        about = {
            "may_answer": request.user.has_perm(callback_queue.ANSWER),
            "is_taken": row.is_open(now=now) and row.opened_by_id != request.user.pk,
            "marks": callback_queue.MARKS,
        }
        try:
            about["words"] = callback_queue.words_of(row, by=request.user, now=now)
        except Closed as closed:
            about["closed"] = str(closed)
        return about

    def open_up(self, request, pk):
        return self._take(request, pk, "open", callback_queue.open_up)

    def put_back(self, request, pk):
        return self._take(request, pk, "put_back", callback_queue.put_back)

    def mark(self, request, pk):
        state = request.POST.get("state", "")
        return self._take(request, pk, "mark", callback_queue.say, state)

    def notice(self, request, pk):
        return self._take(request, pk, "notice", callback_queue.send_new_notice)

    def remove(self, request, pk):
        return self._take(request, pk, "remove", callback_queue.delete_now)

    def _take(self, request, pk, name, step, *said):
        """Take a step; what is refused is told to whoever may see the request."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_queryset(request).filter(pk=pk).first()
        if row is None:
            messages.error(request, "That request is no longer there: withdrawn or deleted.")
            return self._back()
        try:
            step(row, *said, by=request.user, now=timezone.now())
        except (Refused, Closed) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, DONE[name])
        return self._back(None if name == "remove" else pk)

    def _back(self, pk=None):
        if pk is None:
            return HttpResponseRedirect(reverse("admin:centres_callbackrequest_changelist"))
        return HttpResponseRedirect(reverse("admin:centres_callbackrequest_change", args=[pk]))

    @admin.display(description="to", ordering="centre__name")
    def to_whom(self, row):
        return row.centre or "Our team"

    @admin.display(description="open with")
    def who_has_it(self, row):
        return row.opened_by if row.is_open(now=timezone.now()) else None
