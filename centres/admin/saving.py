"""Saving a centre or programme: at once for who may change it, as a proposal for who may not."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from centres.changes import settle
from centres.proposals import PROPOSE, propose
from centres.workflow import Refused

from .audit import centre_of
from .facts import EvidenceForm
from .typed import as_changes, typed

PROPOSED = "Proposed; the page stays as it is until somebody else approves."


def proposes(user, model):
    """Whether what `user` changes of rows of `model` is proposed, and not written."""
    return not user.has_perm(f"centres.change_{model._meta.model_name}") and user.has_perm(PROPOSE)


class ProposedBeside:
    """Mixed into an inline of `parent_model`: open to whoever proposes changes of its parent."""

    def has_add_permission(self, request, obj):
        # A new centre's rows are written at once, so they need the right to add them.
        return self._is_proposed(request, obj) or super().has_add_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        return self._is_proposed(request, obj) or super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return self._is_proposed(request, obj) or super().has_delete_permission(request, obj)

    def _is_proposed(self, request, obj):
        return obj is not None and proposes(request.user, self.parent_model)


class SavesOrProposes:
    """Mixed into the admin of a centre or a programme.

    What is saved at once says where it comes from, is audited field by field, and has checked again
    what checks had vouched for. What is proposed is none of that until somebody approves it.
    """

    form = EvidenceForm

    def has_change_permission(self, request, obj=None):
        return proposes(request.user, self.model) or super().has_change_permission(request, obj)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.proposes = change and proposes(request.user, self.model)
        return form

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(request.get_full_path())

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            waiting = centre_of(obj).proposals.pending().select_related("proposer")
            context["waiting"] = waiting
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request, obj, form, change):
        if not form.proposes:
            super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        rows = typed(form, formsets)
        if form.proposes:
            self._propose(request, form, rows)
            return
        super().save_related(request, form, formsets, change)
        self._keep_record(request, form, rows, now=timezone.now())

    def _propose(self, request, form, rows):
        request.proposal = rows and propose(
            centre_of(form.instance),
            as_changes(rows),
            by=request.user,
            method=form.cleaned_data["how_known"],
            as_of=form.cleaned_data["as_of"],
            evidence=form.cleaned_data["seen"],
            link=form.cleaned_data["seen_at"],
            now=timezone.now(),
        )

    def _keep_record(self, request, form, rows, *, now):
        centre = centre_of(form.instance)
        for row in rows:
            row.row_id = row.row_id or row.row.pk
        settle(
            centre,
            rows,
            by=request.user,
            method=form.cleaned_data["how_known"],
            as_of=form.cleaned_data["as_of"],
            now=now,
        )

    def construct_change_message(self, request, form, formsets, add=False):
        if form.proposes:
            return ""
        return super().construct_change_message(request, form, formsets, add)

    def log_change(self, request, obj, message):
        if not hasattr(request, "proposal"):
            return super().log_change(request, obj, message)
        return None

    def response_change(self, request, obj):
        if not hasattr(request, "proposal"):
            return super().response_change(request, obj)
        if request.proposal:
            address = reverse("admin:centres_proposal_change", args=[request.proposal.pk])
            link = format_html('{} <a href="{}">See what you proposed</a>', PROPOSED, address)
            messages.success(request, link)
        else:
            messages.info(request, "You changed nothing, so nothing is proposed.")
        return HttpResponseRedirect(request.get_full_path())
