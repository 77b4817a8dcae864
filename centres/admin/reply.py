"""Replies of centres: read beside the fact they dispute, then shown there or not."""

from functools import partial

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from centres import replies
from centres.models import Reply, ReplyState
from centres.workflow import NotAllowed, Refused

from .audit import NotesWhoSaw
from .case_facts import FactsOfCentre, label_of
from .filters import DefaultFilter
from .provenance import ReadOnlyAdmin
from .steps import step_paths

DONE = {
    "show": "Shown: it stands beside the fact now, and the centre is told.",
    "reject": "Not shown: the centre is told why.",
}


class ReplyFilter(DefaultFilter):
    """What waits, until somebody asks for the rest."""

    title = "state"
    parameter_name = "state"
    default = ReplyState.PENDING

    def lookups(self, request, model_admin):
        return [*ReplyState.choices, ("all", "All")]

    def queryset(self, request, queryset):
        return queryset if self.value() == "all" else queryset.filter(state=self.value())


@admin.register(Reply)
class ReplyAdmin(NotesWhoSaw, ReadOnlyAdmin):
    """Nothing of a reply is typed here; its two decisions are forms of their own."""

    change_form_template = "admin/centres/reply/change_form.html"
    list_display = ["__str__", "replied_at", "state"]
    list_select_related = ["centre"]
    list_filter = [ReplyFilter]
    search_fields = ["centre__name", "centre__town"]
    search_help_text = "Name or town of the centre"
    show_full_result_count = False
    actions = None
    ordering = ["replied_at", "pk"]
    fields = ["centre"]

    class Media:
        css = {"all": ["centres/admin.css", "centres/case.css"]}

    def get_urls(self):
        steps = {step: partial(self.decide, step=step) for step in DONE}
        return step_paths(self, steps) + super().get_urls()

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        facts = FactsOfCentre(obj.centre, now=timezone.now()).named([obj.fact])
        if obj.programme:
            facts = [group for group in facts if group.of == str(obj.programme)] or facts
        context |= {
            "reply": obj,
            "fact": label_of(obj.fact),
            "groups": facts,
            "steps": replies.steps_for(obj, by=request.user),
            "most_characters": replies.MOST_CHARACTERS,
            "title": "Reply of a centre",
            "subtitle": obj.centre.name,
        }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def decide(self, request, pk, step):
        """Show a reply or not, as posted by its page."""
        reply, now = get_object_or_404(Reply, pk=pk), timezone.now()
        try:
            if step == "show":
                replies.show(reply, by=request.user, now=now)
            else:
                reason = request.POST.get("reason", "")
                replies.reject(reply, reason=reason, by=request.user, now=now)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, DONE[step])
        return HttpResponseRedirect(reverse("admin:centres_reply_change", args=[pk]))
