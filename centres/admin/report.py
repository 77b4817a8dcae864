"""Reports: what is due first, one on a screen beside the fact as it is now, and the answer."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from centres import reports
from centres.models import Problem, Report, ReportState, Status
from centres.workflow import OPEN, NotAllowed, Refused

from .audit import noting_sight
from .case_facts import FactsOfCentre, label_of
from .check_form import day_input
from .filters import DefaultFilter
from .provenance import ReadOnlyAdmin
from .queue import report_due_in_words
from .steps import step_paths

UNFIT, CONFLICT = 400, 409
#: What to look at beside a report that names no fact.
FACTS_OF = {
    Problem.NOT_THEIR_NUMBER: ["phones"],
    Problem.WRONG_NUMBER: ["phones"],
    Problem.CLOSED: ["address", "closed_on"],
}


class AnswerForm(forms.Form):
    """The answer: whether they are right, and what they read."""

    upheld = forms.ChoiceField(
        label="What did you find?",
        choices=[("yes", "They are right"), ("no", "It stays as it is")],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label="Your answer",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Whoever reported it reads this: what you looked at, and what you found.",
    )
    corrected_on = forms.DateField(
        label="Corrected on",
        required=False,
        widget=day_input(),
        help_text="Shown beside the fact on the centre’s page. Correct it first, the usual way.",
    )
    others_too = forms.BooleanField(required=False)

    def __init__(self, *args, report, others=0, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        if not _stands_on_the_page(report):
            del self.fields["corrected_on"]
        if not others:
            del self.fields["others_too"]
            return
        several = f"the {others} other reports" if others > 1 else "the other report"
        self.fields["others_too"].label = f"Answer {several} about this number alike"

    def said(self):
        """What `reports.answer` is given of it."""
        said = self.cleaned_data
        return {
            "upheld": said["upheld"] == "yes",
            "words": said["words"],
            "corrected_on": said.get("corrected_on"),
            "others_too": said.get("others_too", False),
        }


def _stands_on_the_page(report):
    """Whether it names a fact that the centre's page shows, for a day to stand beside."""
    if report.fact == "closed_on":
        return report.centre.closed_on is not None
    if report.fact in {"phones", "website"}:
        return report.centre.status == Status.LISTED
    return report.fact not in {"", "programme.name"}


class ReportFilter(DefaultFilter):
    """What is open, until somebody asks for what was answered."""

    title = "state"
    parameter_name = "state"
    default = ReportState.OPEN

    def lookups(self, request, model_admin):
        return [
            (ReportState.OPEN, "Open"),
            ("overdue", "Overdue"),
            ("numbers", "Hiding a number"),
            (ReportState.UPHELD, "They were right"),
            (ReportState.NOT_UPHELD, "Left as it is"),
            ("all", "All"),
        ]

    def queryset(self, request, queryset):
        if self.value() == "overdue":
            return queryset.overdue(today=timezone.localdate())
        if self.value() == "numbers":
            return queryset.of_hidden_numbers()
        return queryset if self.value() == "all" else queryset.filter(state=self.value())


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    """What strangers wrote is read on the page of one report, never in a list."""

    list_display = ["__str__", "town", "fact_in_words", "due", "hides", "state"]
    list_select_related = ["centre", "phone"]
    list_filter = [ReportFilter, "problem", "centre__country"]
    search_fields = ["centre__name", "centre__town", "number"]
    search_help_text = "Name or town of the centre, or the telephone number reported"
    show_full_result_count = False
    actions = None
    ordering = ["due_on", "pk"]

    class Media:
        css = {"all": ["centres/admin.css", "centres/case.css"]}

    def get_queryset(self, request):
        return Report.objects.defer("text", "email").in_order()

    def get_ordering(self, request):
        return ["hides", "due_on", "pk"]

    def get_urls(self):
        steps = {"answer": self.answer, "open_case": self.open_case}
        return step_paths(self, steps) + super().get_urls()

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The page of a report. It is only read: the answer has an address of its own."""
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        found = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, found):
            raise PermissionDenied
        if found is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return self._page(request, found.pk)

    def _page(self, request, pk, *, form=None, status=200):
        now = timezone.now()
        report = Report.objects.select_related(
            "centre", "programme", "phone", "case", "decided_by"
        ).get(pk=pk)
        named = [report.fact] if report.fact else FACTS_OF.get(report.problem, [])
        facts = FactsOfCentre(report.centre, now=now).named(named)
        if report.programme:
            facts = [group for group in facts if group.of == str(report.programme)] or facts
        alike = reports.alike(report).count()
        open_ones = Report.objects.open().filter(centre=report.centre).exclude(pk=pk)
        user = request.user
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media,
            "title": "Report",
            "subtitle": report.centre.name,
            "report": report,
            "groups": facts,
            "fact": label_of(report.fact) if report.fact else "",
            "due": report_due_in_words(report, today=timezone.localdate(now)),
            "others": open_ones.defer("text", "email").order_by("due_on", "pk"),
            "may_answer": report.is_open and user.has_perm(reports.ANSWER),
            "may_open_case": user.has_perm(OPEN),
            "has_page": report.centre.status in {Status.LISTED, Status.CLOSED, Status.SUSPENDED},
            "form": form or AnswerForm(report=report, others=alike),
        }
        response = TemplateResponse(
            request, "admin/centres/report/change_form.html", context, status=status
        )
        return noting_sight(request, response, report)

    def answer(self, request, pk):
        """Answer a report; refused, its page comes again with what was typed."""
        report = get_object_or_404(Report.objects.defer("text", "email"), pk=pk)
        form = AnswerForm(request.POST, report=report, others=reports.alike(report).count())
        is_said, now = form.is_valid(), timezone.now()
        if not is_said and request.user.has_perm(reports.ANSWER):
            return self._page(request, pk, form=form, status=UNFIT)
        try:
            said = form.said() if is_said else {"upheld": False, "words": ""}
            done = reports.answer(report, by=request.user, now=now, **said)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except Refused as refusal:
            messages.error(request, str(refusal))
            return self._page(request, pk, form=form, status=CONFLICT)
        messages.success(request, _answered(done))
        return self._back(pk)

    def open_case(self, request, pk):
        """Have it checked in a case, and go there."""
        report = get_object_or_404(Report, pk=pk)
        try:
            case = reports.open_case(report, by=request.user, now=timezone.now())
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except Refused as refusal:
            messages.error(request, str(refusal))
            return self._back(pk)
        messages.success(request, "It is checked in this case.")
        return HttpResponseRedirect(case.get_absolute_url())

    def _back(self, pk):
        return HttpResponseRedirect(reverse("admin:centres_report_change", args=[pk]))

    @admin.display(description="town", ordering="centre__town")
    def town(self, report):
        return report.centre.town

    @admin.display(description="fact")
    def fact_in_words(self, report):
        return report.number or (label_of(report.fact) if report.fact else "")

    @admin.display(description="due", ordering="due_on")
    def due(self, report):
        return report_due_in_words(report, today=timezone.localdate())

    @admin.display(description="number", empty_value="")
    def hides(self, report):
        return "hidden until answered" if report.hides_a_number else ""


def _answered(done):
    if len(done) == 1:
        return "Answered. Whoever reported it reads it by their link."
    return f"Answered, and {len(done) - 1} more alike."
