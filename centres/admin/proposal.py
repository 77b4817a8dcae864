"""Proposals: what would change, field by field, and the decision of a second person."""

from dataclasses import dataclass
from functools import partial

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from centres import proposals
from centres.changes import KINDS, OF_KIND, Words, held, label, rows_of
from centres.models import Proposal, ProposalState

from .audit import NotesWhoSaw
from .facts import age_in_words
from .provenance import ReadOnlyAdmin
from .steps import step_paths, told


class StateFilter(admin.SimpleListFilter):
    """What waits, unless somebody asks for what was decided."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        by_others = ("to-decide", "Waiting for my decision")
        return [by_others, ("all", "All"), *ProposalState.choices[1:]]

    def choices(self, changelist):
        for chosen in super().choices(changelist):
            yield chosen | (
                {"display": ProposalState.PENDING.label} if chosen["display"] == "All" else {}
            )

    def queryset(self, request, queryset):
        if self.value() == "all":
            return queryset
        if self.value() == "to-decide":
            return queryset.awaiting_decision_by(request.user)
        return queryset.filter(state=self.value() or ProposalState.PENDING)


@dataclass(frozen=True)
class Line:
    """One field of a proposal: what it was, would be, and is now where that is something else."""

    label: str
    was: str
    would_be: str
    now: str = ""


@dataclass(frozen=True)
class Part:
    """What a proposal changes of one row. verb: "Change", "Add" or "Remove"."""

    title: str
    verb: str
    lines: list
    gone: bool = False


def diff(proposal):
    """The `Part`s of a proposal in words, each row's changes together."""
    rows, words, parts = rows_of(proposal.centre), Words(), {}
    waiting = proposal.state == ProposalState.PENDING
    for number, change in enumerate(proposal.changes):
        kind, key = change["object"], change["id"]
        row = rows.get((kind, key))
        if change["field"]:
            part = parts.setdefault((kind, key), Part(_title(kind, row), "Change", [], row is None))
            part.lines.append(_line(words, kind, change, row if waiting else None))
            continue
        parts[number] = _whole(words, kind, change, row if waiting else None, waiting=waiting)
    return list(parts.values())


def _title(kind, row):
    if kind == "centre":
        return "The centre"
    return f"{OF_KIND[kind].capitalize()} {row or '(gone)'}"


def _line(words, kind, change, row):
    name = change["field"]
    now = held(row, name) if row else change["from"]
    return Line(
        label(kind, name).capitalize(),
        words.of(kind, name, change["from"]),
        words.of(kind, name, change["to"]),
        words.of(kind, name, now) if now != change["from"] else "",
    )


def _whole(words, kind, change, row, *, waiting):
    """A row that would be added or removed."""
    adds = change["to"] is not None
    values = change["to"] if adds else change["from"]
    lines = []
    for name in KINDS[kind][1]:
        if values.get(name) in (None, "", []):
            continue
        said = words.of(kind, name, values[name])
        now = "" if row is None or held(row, name) == values[name] else held(row, name)
        lines.append(
            Line(
                label(kind, name).capitalize(),
                "" if adds else said,
                said if adds else "",
                words.of(kind, name, now) if now != "" else "",
            )
        )
    title = f"{OF_KIND[kind].capitalize()} {words.of_row(kind, values)}"
    gone = waiting and not adds and row is None
    return Part(title, "Add" if adds else "Remove", lines, gone)


@admin.register(Proposal)
class ProposalAdmin(NotesWhoSaw, ReadOnlyAdmin):
    """Nothing of a proposal is typed here; its three decisions are forms of their own."""

    change_form_template = "admin/centres/proposal/change_form.html"
    list_display = ["__str__", "town", "who", "origin", "what", "state", "age"]
    list_select_related = ["centre", "proposer"]
    list_filter = [StateFilter, "origin", "method", "centre__country"]
    search_fields = ["centre__name", "centre__town", "proposer__username", "evidence"]
    search_help_text = "Name or town of the centre, who proposed it, or words of the evidence"
    show_full_result_count = False
    ordering = ["-proposed_at", "-pk"]
    fields = ["centre"]

    class Media:
        css = {"all": ["centres/admin.css", "centres/proposal.css"]}

    def get_urls(self):
        steps = {step: partial(self.decide, step=step) for step in DONE}
        return step_paths(self, steps) + super().get_urls()

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) or request.user.has_perm(proposals.APPROVE)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context |= {
            "proposal": obj,
            "parts": diff(obj),
            "steps": proposals.steps_for(obj, by=request.user),
            "age": age_in_words(obj.as_of, now=timezone.now()),
            "own": obj.proposer_id == request.user.pk,
            "title": "Proposed change",
            "subtitle": obj.centre.name,
        }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def decide(self, request, pk, step):
        """Take a step on a proposal, as posted by its page."""
        proposal = get_object_or_404(Proposal.objects.select_related("centre"), pk=pk)
        told(self, request, proposal, lambda: _take(request, proposal, step), done=DONE[step])
        return HttpResponseRedirect(reverse("admin:centres_proposal_change", args=[pk]))

    @admin.display(description="town", ordering="centre__town")
    def town(self, proposal):
        return proposal.centre.town

    @admin.display(description="proposed by", ordering="proposer")
    def who(self, proposal):
        return proposal.proposer or proposal.get_origin_display()

    @admin.display(description="what")
    def what(self, proposal):
        return _in_short(proposal.changes)

    @admin.display(description="proposed", ordering="proposed_at")
    def age(self, proposal):
        return age_in_words(timezone.localdate(proposal.proposed_at), now=timezone.now())


def _take(request, proposal, step):
    now, reason = timezone.now(), request.POST.get("reason", "")
    if step == "approve":
        proposals.approve(proposal, by=request.user, now=now)
    elif step == "reject":
        proposals.reject(proposal, by=request.user, reason=reason, now=now)
    else:
        proposals.withdraw(proposal, by=request.user, reason=reason, now=now)


DONE = {
    "approve": "Approved: the changes are made, and say where they come from.",
    "reject": "Rejected: nothing was changed.",
    "withdraw": "Withdrawn: nothing was changed.",
}


def _in_short(changes):
    """The names of what changes: "town, price, programme added"."""
    said = []
    for change in changes:
        kind = change["object"]
        if change["field"]:
            said.append(label(kind, change["field"]))
            continue
        said.append(f"{OF_KIND[kind]} {'added' if change['to'] is not None else 'removed'}")
    return ", ".join(dict.fromkeys(said))
