"""Claims: codes read out on a centre's telephone, documents decided about, links ended."""

import base64

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone

from centres import claim_decisions, claims, own_domain
from centres.models import Act, Claim, ClaimDocument, ClaimState, Closed, Proof
from centres.workflow import Refused

from .audit import NotesWhoSaw
from .filters import DefaultFilter
from .provenance import ReadOnlyAdmin
from .steps import step_paths

#: What a step says once it is done.
DONE = {
    "ring": "You have this code open. Ring the number below, and read it to whoever answers.",
    "put_back": "Put back: somebody else can open it.",
    "accept": "Proven. Their link is on its way to them, and a case waits for the team.",
    "reject": "Not proven. They are told why.",
    "end": "Ended. The link no longer works, and they are told why.",
}
#: A document is given away as a file and does nothing in the browser, whatever is in it.
DOCUMENT_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "no-store",
}
ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


class WaitsFilter(DefaultFilter):
    """What waits for the team, until somebody asks for the rest."""

    title = "which"
    parameter_name = "which"
    default = "waiting"

    def lookups(self, request, model_admin):
        return [("waiting", "Waiting for us"), *ClaimState.choices, ("all", "All")]

    def queryset(self, request, queryset):
        if self.value() == "waiting":
            return queryset.awaiting_team(now=timezone.now())
        return queryset if self.value() == "all" else queryset.filter(state=self.value())


@admin.register(Claim)
class ClaimAdmin(NotesWhoSaw, ReadOnlyAdmin):
    """Who claims is fetched for those who decide about claims, and for nobody else."""

    change_form_template = "admin/centres/claim/change_form.html"
    list_display = ["__str__", "what_waits", "proof", "state", "asked_at", "rung_by"]
    list_filter = [WaitsFilter, "proof"]
    search_fields = ["centre__name", "centre__town"]
    search_help_text = "Name or town of the centre"
    list_per_page = 50
    ordering = ["asked_at", "pk"]
    actions = None
    show_full_result_count = False
    fields = [
        "centre", "state", "proof", "asked_at", "email_confirmed_at", "proven_at",
        "link_expires_at", "basics_confirmed_at", "takes_callbacks", "case", "decided_at",
        "decided_by", "ended_at", "reason",
    ]  # fmt: skip

    class Media:
        css = {"all": ["centres/admin.css", "centres/proposal.css"]}

    def get_queryset(self, request):
        rows = super().get_queryset(request).sealed()
        return rows.select_related("centre", "phone", "case", "rung_by", "decided_by")

    def get_urls(self):
        steps = {"ring": self.ring, "put_back": self.put_back, "accept": self.accept,
                 "reject": self.reject, "end": self.end}  # fmt: skip
        return [
            *step_paths(self, steps),
            path(
                "<int:pk>/document/",
                self.admin_site.admin_view(self.document),
                name="centres_claim_document",
            ),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        row = self.get_object(request, object_id)
        about = {} if row is None else _about(row, request.user, now=timezone.now())
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **about})

    def ring(self, request, pk):
        return self._take(request, pk, "ring", claim_decisions.ring)

    def put_back(self, request, pk):
        return self._take(request, pk, "put_back", claim_decisions.put_back)

    def accept(self, request, pk):
        return self._take(request, pk, "accept", claim_decisions.accept, reason=_reason(request))

    def reject(self, request, pk):
        return self._take(request, pk, "reject", claim_decisions.reject, reason=_reason(request))

    def end(self, request, pk):
        return self._take(request, pk, "end", claim_decisions.end, reason=_reason(request))

    def _take(self, request, pk, name, step, **said):
        """Take a step; what is refused is told to whoever may see the claim."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = get_object_or_404(self.get_queryset(request), pk=pk)
        try:
            step(row, by=request.user, now=timezone.now(), **said)
        except (Refused, Closed) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, DONE[name])
        return HttpResponseRedirect(reverse("admin:centres_claim_change", args=[pk]))

    def document(self, request, pk):
        """Give a claim's document to somebody who decides about it, and note that they had it."""
        if not request.user.has_perm(claim_decisions.DECIDE):
            raise PermissionDenied
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        rows = ClaimDocument.objects.select_related("claim__centre")
        found = get_object_or_404(rows, claim=pk)
        if found.content_type not in ENDINGS:
            raise Http404
        claims.note(
            Act.SAW, found.claim, by=request.user, now=timezone.now(), words="The document."
        )
        name = f"claim-{pk}.{ENDINGS[found.content_type]}"
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            **DOCUMENT_HEADERS,
        }
        content = base64.b64decode(found.content)
        return HttpResponse(content, content_type=found.content_type, headers=headers)

    @admin.display(description="waits for")
    def what_waits(self, row):
        if row.state != ClaimState.ASKED:
            return "–"
        if row.proof == Proof.PHONE and claims.awaits_code(row, now=timezone.now()):
            return "a call"
        return "a decision" if row.proof == Proof.DOCUMENT else "the claimant"


def _reason(request):
    return request.POST.get("reason", "")


def _about(row, user, *, now):
    """What there is to do with a claim, and who it is for those who decide about it."""
    may = user.has_perm(claim_decisions.DECIDE)
    waits = row.proof == Proof.PHONE and claims.awaits_code(row, now=now)
    has_code = waits and claims.number_serves(row)
    about = {
        "may_decide": may,
        "may_ring": may and has_code and row.rung_by is None,
        "is_ringing": may and has_code and row.rung_by_id == user.pk,
        "number_is_gone": waits and not has_code,
        "document": ClaimDocument.objects.filter(claim=row).defer("content").first(),
        "may_accept": may and row.state == ClaimState.ASKED and row.proof == Proof.DOCUMENT,
        "may_reject": may and row.state == ClaimState.ASKED,
        "may_end": may and row.state == ClaimState.PROVEN,
    }
    if not may:
        return about
    try:
        whole = Claim.objects.get(pk=row.pk)
    except Closed as closed:
        return {**about, "closed": str(closed)}
    about |= {
        "who": {"Name": whole.name, "Role": whole.role, "E-mail": whole.email},
        "is_own_domain": own_domain.is_own(whole.email, row.centre.website),
        "code": whole.code if about["is_ringing"] else "",
    }
    return about
