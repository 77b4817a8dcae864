"""What was sent in through “List a centre”: where it stands, and saying why it is not listed."""

from functools import partial

from django import forms
from django.contrib import admin
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from centres import submissions
from centres.models import Status, Submission

from .audit import NotesWhoSaw
from .filters import DefaultFilter
from .provenance import ReadOnlyAdmin
from .steps import step_paths, told

#: Mail that tells the sender; their link has the answer itself.
ANSWERED = submissions.Message(
    "",
    "The centre you sent us",
    "A person of our team has looked at the centre that you sent us. It is not listed. The private "
    "link you have been given says why.",
)
DONE = {
    "turn-down": "Turned down. The sender reads your words on their page.",
    "throw-away": "Thrown away: the draft and all it held are deleted.",
}


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="Why it is not listed",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The sender reads this: what was asked, and what is missing. No names.",
    )


class AnsweredFilter(DefaultFilter):
    """What waits, until somebody asks for the rest."""

    title = "where it stands"
    parameter_name = "state"
    default = "waiting"
    says = ""

    def lookups(self, request, model_admin):
        return [("waiting", "Neither listed nor answered"), ("all", "All")]

    def queryset(self, request, queryset):
        if self.value() == "waiting":
            return queryset.unanswered()
        return queryset if self.value() == "all" else queryset.none()


@admin.register(Submission)
class SubmissionAdmin(NotesWhoSaw, ReadOnlyAdmin):
    """Those that were sent. What their senders said is a proposal; who they are nobody reads."""

    change_form_template = "admin/centres/submission/change_form.html"
    list_display = ["what", "country", "sent_at", "standing"]
    list_select_related = ["centre"]
    list_filter = [AnsweredFilter]
    search_fields = ["centre__name", "centre__town"]
    search_help_text = "Name or town of the centre"
    show_full_result_count = False
    ordering = ["-sent_at", "-pk"]
    fields = ["became", "proposed", "sent_at", "answer", ("answered_at", "answered_by")]
    readonly_fields = ["became", "proposed"]

    class Media:
        css = {"all": ["centres/admin.css", "centres/proposal.css"]}

    def get_queryset(self, request):
        return super().get_queryset(request).sent().defer("answers", "email")

    def get_urls(self):
        steps = {step: partial(self.decide, step=step) for step in DONE}
        return step_paths(self, steps) + super().get_urls()

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        user = request.user
        may = user.has_perm(submissions.TURN_DOWN) and obj.centre is not None
        is_draft = may and obj.centre.status == Status.DRAFT
        context |= {
            "answer_form": AnswerForm() if is_draft and obj.answered_at is None else None,
            "may_throw_away": is_draft and user.has_perm(submissions.THROW_AWAY),
            "title": "Sent in",
            "subtitle": obj.centre.name if obj.centre else "",
        }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def decide(self, request, pk, step):
        """Turn a submission down, or throw it away, as posted by its page."""
        row = get_object_or_404(Submission.objects.sent(), pk=pk)
        told(self, request, row, lambda: _take(request, row, step), done=DONE[step])
        return HttpResponseRedirect(reverse("admin:centres_submission_change", args=[pk]))

    @admin.display(description="centre", ordering="centre__name")
    def what(self, row):
        return row.centre or "deleted"

    @admin.display(description="country", ordering="centre__country")
    def country(self, row):
        return row.centre.country if row.centre else ""

    @admin.display(description="stands")
    def standing(self, row):
        if row.answered_at:
            return "turned down"
        if row.centre is None:
            return "deleted"
        return row.centre.get_status_display().lower()

    @admin.display(description="became")
    def became(self, row):
        if row.centre is None:
            return "Its draft is deleted."
        url = reverse("admin:centres_centre_change", args=[row.centre_id])
        return format_html('<a href="{}">{}</a>', url, row.centre)

    @admin.display(description="what its sender said")
    def proposed(self, row):
        if row.proposal_id is None:
            return "Deleted with the draft."
        url = reverse("admin:centres_proposal_change", args=[row.proposal_id])
        return format_html('<a href="{}">{}</a>', url, row.proposal)


def _take(request, row, step):
    now = timezone.now()
    if step == "turn-down":
        answer = request.POST.get("answer", "")[:2000]
        submissions.turn_down(row, by=request.user, answer=answer, message=ANSWERED, now=now)
        return
    submissions.throw_away(row, by=request.user, now=now)
