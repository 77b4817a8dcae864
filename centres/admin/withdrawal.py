"""“Do not list”: what was asked for and decided, and the page of a centre where that is done."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from centres import withdrawals
from centres.models import Centre, Withdrawal
from centres.workflow import NotAllowed, Refused

from .audit import NotesWhoSaw
from .provenance import ReadOnlyAdmin

CONFLICT = 409
DONE = {
    "withdraw": "Withdrawn: it is not listed, and no import or submission brings it back.",
    "decline": "Declined: the centre stays as it is.",
    "lift": "Lifted: the centre is a draft, and a case is open for it.",
}


class WithdrawForm(forms.Form):
    """Taking a centre out of the directory."""

    asked_for_by = forms.CharField(
        label="Who asked",
        max_length=200,
        help_text="Their role, such as “The manager, by telephone”. No name.",
    )
    reason = forms.CharField(
        label="Why",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For the team. Nobody outside reads it.",
    )


class EndForm(forms.Form):
    """Lifting a withdrawal, or declining what was asked for."""

    prefix = "end"
    reason = forms.CharField(label="Why", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class StandingFilter(admin.SimpleListFilter):
    title = "where it stands"
    parameter_name = "standing"
    WHERE = {
        "waiting": ("Waiting for a decision", Q(withdrawn_at=None, ended_at=None)),
        "standing": ("Withdrawn", Q(withdrawn_at__isnull=False, ended_at=None)),
        "ended": ("Lifted or declined", Q(ended_at__isnull=False)),
    }

    def lookups(self, request, model_admin):
        return [(value, label) for value, (label, _) in self.WHERE.items()]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        return queryset.filter(self.WHERE[self.value()][1]) if self.is_known else queryset.none()

    @property
    def is_known(self):
        return self.value() in self.WHERE


@admin.register(Withdrawal)
class WithdrawalAdmin(NotesWhoSaw, ReadOnlyAdmin):
    """Kept for ever; decided on the centre's own page."""

    list_display = ["centre", "standing_in_words", "asked_for_by", "asked_at"]
    list_select_related = ["centre"]
    list_filter = [StandingFilter, "centre__country"]
    search_fields = ["centre__name", "centre__town", "asked_for_by"]
    search_help_text = "Name or town of the centre, or who asked"
    show_full_result_count = False
    ordering = ["-asked_at", "-pk"]
    fields = [
        "page", "asked_for_by", "reason", "asked_at", ("withdrawn_at", "withdrawn_by"),
        ("ended_at", "ended_by"), "ended_because",
    ]  # fmt: skip
    readonly_fields = ["page"]

    @admin.display(description="centre")
    def page(self, row):
        url = reverse("admin:centres_centre_change", args=[row.centre_id])
        decide = reverse("admin:centres_centre_withdraw", args=[row.centre_id])
        words = '<a href="{}">{}</a> · <a href="{}">Decide</a>'
        return format_html(words, url, row.centre, decide)


class Withdrawing:
    """Mixed into the admin of centres: the page on which one is withdrawn, or that is lifted."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.withdraw_view)
        own = path("<int:centre_id>/withdraw/", view, name="centres_centre_withdraw")
        return [own, *super().get_urls()]

    def withdraw_view(self, request, centre_id):
        """Withdraw a centre, decline to, or lift it: `step` says which."""
        centre = get_object_or_404(Centre, pk=centre_id)
        if request.method not in {"GET", "HEAD", "POST"}:
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        if request.method != "POST":
            if not request.user.has_perm(withdrawals.WITHDRAW):
                raise PermissionDenied
            return self._withdraw_page(request, centre)
        try:
            refused = self._take_step(request, centre)
        except NotAllowed as refusal:
            if not request.user.has_perm(withdrawals.WITHDRAW):
                raise PermissionDenied(str(refusal)) from refusal
            refused = str(refusal)
        except Refused as refusal:
            refused = str(refusal)
        if refused:
            centre.refresh_from_db()
            return self._withdraw_page(request, centre, refused=refused, status=CONFLICT)
        return redirect("admin:centres_centre_change", centre.pk)

    def _take_step(self, request, centre):
        """Do what was posted; a sentence where that cannot be done."""
        step, now, row = (
            request.POST.get("step", "withdraw"),
            timezone.now(),
            withdrawals.of(centre),
        )
        said = {name: request.POST.get(name, "") for name in ("asked_for_by", "reason")}
        why = request.POST.get("end-reason", said["reason"])
        if step not in DONE:
            return "There is no such step."
        if step == "withdraw":
            form = WithdrawForm(request.POST)
            if request.user.has_perm(withdrawals.WITHDRAW) and not form.is_valid():
                return "Say in which role somebody asked, and why."
            withdrawals.withdraw(centre, by=request.user, now=now, **said)
        elif row is None:
            return "Nobody has asked that this centre not be listed, or it is done already."
        else:
            decide = withdrawals.lift if step == "lift" else withdrawals.decline
            decide(row, by=request.user, reason=why, now=now)
        messages.success(request, DONE[step])
        return ""

    def _withdraw_page(self, request, centre, *, refused="", status=200):
        row = withdrawals.of(centre)
        is_bound = request.method == "POST"
        asked = {"asked_for_by": row.asked_for_by, "reason": row.reason} if row else {}
        context = {
            **self.admin_site.each_context(request),
            "title": "Do not list",
            "subtitle": centre.name,
            "opts": self.opts,
            "centre": centre,
            "row": row,
            "own": bool(row) and row.withdrawn_by_id == request.user.pk,
            "form": WithdrawForm(request.POST if is_bound else None, initial=asked),
            "end_form": EndForm(request.POST if "end-reason" in request.POST else None),
            "earlier": centre.withdrawals.exclude(ended_at=None),
            "refused": refused,
        }
        return render(request, "admin/centres/centre/withdraw.html", context, status=status)
