"""One case on one screen: its criteria, facts, evidence, steps and history.

Nothing of a case is typed. It moves by the steps of `centres/workflow.py`, each a button that posts
the version of the case the person saw; checks go through `cases.record_check`.
"""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone

from centres import cases, evidence, workflow
from centres.models import (
    Act,
    AuditEntry,
    Centre,
    Check,
    Criterion,
    EvidenceFile,
    OpenedFor,
    Purpose,
    Status,
    Verification,
)

from .audit import noting_sight
from .case_page import CasePage, anchor_of, next_unanswered
from .check_form import CheckForm, OpenForm, StepForm
from .uploads import TOO_LARGE, limited, was_stopped
from .verification_list import CaseList

#: What a refusal answers with; any other kind is a conflict with how the case is now.
STATUS = {workflow.NotAllowed: 403, workflow.ReasonOwed: 200}
CONFLICT = 409
#: What is said once a step was taken.
DONE = {
    "take": "You have taken this case.",
    "put-back": "The case is in the queue again.",
    "hand-back": "The case is in the queue again.",
    "ask": "Returned to the provider. The case waits for its answer.",
    "answered": "The case is in review again.",
    "submit": "Sent for approval. Somebody else decides it.",
    "return": "Returned to the reviewer, with your reason.",
    "approve": "Approved.",
    "reject": "Rejected.",
    "cancel": "Cancelled.",
    "reopen": "Reopened. The case is in the queue.",
    "revoke": "Revoked.",
}
#: A document is given away as a file and does nothing in the browser, whatever is in it.
DOCUMENT_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


@admin.register(Verification)
class VerificationAdmin(CaseList, admin.ModelAdmin):
    """Cases: the list, the page of one, and the addresses its buttons post to."""

    class Media:
        css = {"all": ["centres/admin.css", "centres/case.css"]}

    def get_urls(self):
        def address(route, view, name):
            return path(route, self.admin_site.admin_view(view), name=name)

        return [
            address(
                "<int:case_id>/check/<int:criterion_id>/",
                self.check_view,
                "centres_verification_check",
            ),
            address("<int:case_id>/step/<slug:name>/", self.step_view, "centres_verification_step"),
            address(
                "centre/<int:centre_id>/open-case/", self.open_view, "centres_verification_open"
            ),
            address("evidence/<int:file_id>/", self.document_view, "centres_evidencefile_document"),
            *super().get_urls(),
        ]

    def has_change_permission(self, request, obj=None):
        return False

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The page of a case. It is only read: what changes a case has addresses of its own."""
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        found = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, found):
            raise PermissionDenied
        if found is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return self._page(request, _case(found.pk), at=request.GET.get("at", ""))

    def history_view(self, request, object_id, extra_context=None):
        url = reverse("admin:centres_verification_change", args=[object_id])
        return redirect(f"{url}#history")

    @limited
    def check_view(self, request, case_id, criterion_id):
        """Record the check of a criterion, and go on to the next that has none."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        now, case = timezone.now(), _case(case_id)
        asked = Criterion.objects.filter(country=case.centre.country, purpose=case.purpose)
        criterion = get_object_or_404(asked, pk=criterion_id)
        try:
            cases.refuse_check(case, by=request.user, now=now, upload=request.FILES.get("file"))
        except workflow.Refused as refusal:
            return self._refused(request, case, refusal)
        form = CheckForm(
            request.POST,
            request.FILES,
            criterion=criterion,
            case=case,
            today=timezone.localdate(now),
            check=Check.objects.filter(verification=case, criterion=criterion).first(),
        )
        if was_stopped(request):
            form.add_error("file", evidence.TOO_LARGE)
            return self._page(request, case, status=TOO_LARGE, check_form=form)
        try:
            if form.is_valid():
                cases.record_check(case, criterion, by=request.user, now=now, **form.said())
                return self._to_next(request, case, criterion)
        except ValidationError as error:
            form.refuse(error)
        except workflow.Refused as refusal:
            return self._refused(request, case, refusal, check_form=form)
        return self._page(request, case, check_form=form)

    def _to_next(self, request, case, criterion):
        messages.success(request, f"Recorded: {criterion.title}.")
        onward = next_unanswered(case, after=criterion)
        if onward is None:
            return redirect(f"{case.get_absolute_url()}#steps")
        return redirect(f"{case.get_absolute_url()}?at={onward.slug}#{anchor_of(onward)}")

    @limited
    def step_view(self, request, case_id, name):
        """Take a step of the case, as the person saw it."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if name not in workflow.BY_NAME:
            raise Http404
        case, form = _case(case_id), StepForm(request.POST, auto_id="id_step_%s")
        if not form.is_valid() and workflow.may_perform(case, name, by=request.user):
            return self._page(request, case, step_form=form)
        case.version = form.cleaned_data.get("version", 0)
        reason = form.cleaned_data.get("reason", "")
        try:
            workflow.perform(case, name, by=request.user, now=timezone.now(), reason=reason)
        except workflow.Refused as refusal:
            if isinstance(refusal, workflow.ReasonOwed):
                label = workflow.BY_NAME[name].label.lower()
                form.add_error("reason", f"To {label}, give the reason here.")
            return self._refused(request, case, refusal, step_form=form)
        messages.success(request, DONE[name])
        return redirect(case)

    @limited
    def open_view(self, request, centre_id):
        """Open a case of a centre by hand."""
        centre = get_object_or_404(Centre, pk=centre_id)
        if request.method != "POST" and not request.user.has_perm(workflow.OPEN):
            raise PermissionDenied
        form = OpenForm(request.POST if request.method == "POST" else None)
        refused, already, status = (
            "",
            Verification.objects.open().filter(centre=centre).first(),
            200,
        )
        if request.method == "POST" and (
            form.is_valid() or not request.user.has_perm(workflow.OPEN)
        ):
            try:
                case = _open(centre, form, by=request.user)
            except workflow.NotAllowed as refusal:
                raise PermissionDenied(str(refusal)) from refusal
            except workflow.Refused as refusal:
                refused, status = str(refusal), CONFLICT
            else:
                messages.success(request, "The case is open.")
                return redirect(case)
        context = {
            **self.admin_site.each_context(request),
            "title": "Open a case",
            "subtitle": centre.name,
            "opts": self.opts,
            "centre": centre,
            "form": form,
            "refused": refused,
            "already": already,
            "media": self.media,
        }
        return render(request, "admin/centres/verification/open_case.html", context, status=status)

    def document_view(self, request, file_id):
        """Give a document to somebody of the team, and note that they had it."""
        if not request.user.has_perm("centres.view_evidencefile"):
            raise PermissionDenied
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        document = get_object_or_404(EvidenceFile, pk=file_id)
        try:
            content = document.file.open("rb")
        except FileNotFoundError:
            raise Http404("This document is not in the folder of documents.") from None
        check = document.checks.select_related("verification__centre").first()
        AuditEntry.objects.note(
            Act.SAW,
            person=request.user,
            row=document,
            centre=check.verification.centre if check else None,
            now=timezone.now(),
        )
        return FileResponse(
            content,
            as_attachment=True,
            filename=evidence.name_to_save(document),
            content_type=document.content_type,
            headers=DOCUMENT_HEADERS,
        )

    def _refused(self, request, seen, refusal, *, check_form=None, step_form=None):
        """The page as it is now, with the sentence and whatever was typed."""
        if not self.has_view_permission(request):
            raise PermissionDenied(str(refusal))
        case = _case(seen.pk)
        for form in filter(None, (check_form, step_form)):  # to be sent again, having seen this
            form.data = form.data.copy()
            form.data["version"] = case.version
        status = next(
            (code for kind, code in STATUS.items() if isinstance(refusal, kind)), CONFLICT
        )
        return self._page(
            request,
            case,
            status=status,
            refused=str(refusal),
            check_form=check_form,
            step_form=step_form,
        )

    def _page(self, request, case, *, status=200, **shown):
        page = CasePage(case=case, user=request.user, now=timezone.now(), **shown)
        context = {
            **self.admin_site.each_context(request),
            "title": case.centre.name,
            "subtitle": f"Case {case.pk}: {case.get_purpose_display()}",
            "opts": self.opts,
            "page": page,
            "case": case,
            "centre": case.centre,
            "media": self.media,
        }
        response = render(request, "admin/centres/verification/case.html", context, status=status)
        return noting_sight(request, response, case)


def _case(case_id):
    related = ("centre__provider", "opener", "reviewer", "decided_by", "revoked_by")
    return get_object_or_404(Verification.objects.select_related(*related), pk=case_id)


def _open(centre, form, *, by):
    purpose = form.cleaned_data.get("purpose", Purpose.VERIFIED)
    return cases.open_case(
        centre,
        purpose=purpose,
        opened_for=form.cleaned_data.get("led_by") or _opened_for(centre, purpose),
        by=by,
        now=timezone.now(),
        note=form.cleaned_data.get("note", ""),
    )


def _opened_for(centre, purpose):
    """What a case opened here is for, by what is known of its centre."""
    if purpose == Purpose.ADVERTISER:
        return OpenedFor.ADVERTISER
    if centre.status == Status.DRAFT and purpose in {Purpose.LISTED, Purpose.VERIFIED}:
        return OpenedFor.NEW_LISTING
    return OpenedFor.HAND
