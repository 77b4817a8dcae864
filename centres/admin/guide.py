"""Guides: their texts, drafted by one person and published by another, and what they rest on."""

from functools import partial

from django import forms
from django.contrib import admin
from django.forms import Textarea
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from centres import guides
from centres.models import (
    Act,
    AuditEntry,
    Guide,
    GuideRevision,
    GuideSection,
    Reference,
    RevisionState,
)

from .audit import NotesChanges, NotesWhoSaw, ShowsHistory, typed_values
from .provenance import ReadOnlyAdmin
from .rules import PlainRules
from .steps import step_paths, told

DONE = {
    "publish": "Published: this is what the public reads now.",
    "withdraw": "Withdrawn.",
}


@admin.register(Reference)
class ReferenceAdmin(NotesChanges, ShowsHistory, admin.ModelAdmin):
    """Added, and never changed: a correction is another reference."""

    list_display = ["slug", "label", "dated", "read_on"]
    search_fields = ["slug", "label", "citation"]
    search_help_text = "Slug, or words of the citation"
    show_full_result_count = False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Guide)
class GuideAdmin(NotesChanges, ShowsHistory, admin.ModelAdmin):
    """A substance's guide, with its texts. Its words are in them."""

    change_form_template = "admin/centres/guide/change_form.html"
    list_display = ["substance", "live_text", "draft_text"]
    list_select_related = ["substance"]
    search_fields = ["substance__label", "substance__slug"]
    search_help_text = "A substance or behaviour"
    show_full_result_count = False
    fields = ["substance"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("revisions__author")

    def get_urls(self):
        return step_paths(self, {"draft": self.draft}) + super().get_urls()

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def response_add(self, request, obj, post_url_continue=None):
        return HttpResponseRedirect(reverse("admin:centres_guide_change", args=[obj.pk]))

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            drafted = any(r.state == RevisionState.DRAFT for r in obj.revisions.all())
            context |= {
                "revisions": obj.revisions.all(),
                "may_draft": not drafted and request.user.has_perm(guides.DRAFT),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def draft(self, request, pk):
        """Begin a draft, with the live text's words, and go to it."""
        guide = get_object_or_404(Guide.objects.select_related("substance"), pk=pk)
        begun = []
        if told(
            self,
            request,
            guide,
            lambda: begun.append(guides.begin(guide, by=request.user, now=timezone.now())),
        ):
            address = reverse("admin:centres_guiderevision_change", args=[begun[0].pk])
            return HttpResponseRedirect(address)
        return HttpResponseRedirect(reverse("admin:centres_guide_change", args=[pk]))

    @admin.display(description="live since")
    def live_text(self, guide):
        live = _of_state(guide, RevisionState.PUBLISHED)
        return live and timezone.localdate(live.published_at)

    @admin.display(description="draft by")
    def draft_text(self, guide):
        draft = _of_state(guide, RevisionState.DRAFT)
        return draft and (draft.author or draft.author_role)


def _of_state(guide, state):
    return next((each for each in guide.revisions.all() if each.state == state), None)


class StateFilter(admin.SimpleListFilter):
    """Any state, and what waits for the person to publish it."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("to-publish", "Waiting for my publication"), *RevisionState.choices]

    def queryset(self, request, queryset):
        if self.value() == "to-publish":
            return queryset.awaiting_publication_by(request.user)
        return queryset.filter(state=self.value()) if self.value() else queryset


class RevisionForm(PlainRules, forms.ModelForm):
    class Meta:
        labels = {"next_review_on": "Next review on"}
        widgets = {"summary": Textarea(attrs={"rows": 3, "cols": 80})}


class SectionForm(forms.ModelForm):
    class Meta:
        widgets = {"text": Textarea(attrs={"rows": 10, "cols": 90})}

    def clean_text(self):
        text = self.cleaned_data["text"].replace("\r\n", "\n").strip()
        if problems := guides.problems_of_text(text):
            raise forms.ValidationError(problems)
        return text


class SectionInline(admin.StackedInline):
    """The sections of a text, open to its author while it is a draft."""

    model = GuideSection
    form = SectionForm
    extra = 0
    fields = [("heading", "country"), "text"]

    def has_add_permission(self, request, obj):
        return is_open_to(request.user, obj)

    def has_change_permission(self, request, obj=None):
        return is_open_to(request.user, obj)

    def has_delete_permission(self, request, obj=None):
        return is_open_to(request.user, obj)


def is_open_to(user, revision):
    """Whether somebody may change a text: who drafted it, while it is a draft."""
    if revision is None:
        return user.has_perm(guides.DRAFT)
    own = revision.author_id == user.pk and revision.state == RevisionState.DRAFT
    return own and user.has_perm(guides.DRAFT)


@admin.register(GuideRevision)
class GuideRevisionAdmin(NotesWhoSaw, ReadOnlyAdmin):
    """One text: a form for its author while it is a draft, to be read by everybody else."""

    form = RevisionForm
    inlines = [SectionInline]
    change_form_template = "admin/centres/guiderevision/change_form.html"
    list_display = ["guide", "number", "state", "who", "reviewed_on", "next_review_on"]
    list_select_related = ["guide__substance", "author"]
    list_filter = [StateFilter, "reviewed_by_clinician"]
    search_fields = ["title", "guide__substance__label", "author__username"]
    search_help_text = "Title, substance, or who wrote it"
    show_full_result_count = False
    ordering = ["guide", "-number"]
    fieldsets = [
        (None, {"fields": ["title", "summary", "author_role"]}),
        (
            "Looked over",
            {
                "fields": [
                    "reviewer_role",
                    "reviewed_on",
                    "next_review_on",
                    "reviewed_by_clinician",
                ]
            },
        ),
    ]

    def get_urls(self):
        steps = {step: partial(self.take, step=step) for step in DONE}
        return step_paths(self, steps) + super().get_urls()

    def has_change_permission(self, request, obj=None):
        return is_open_to(request.user, obj)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context |= {
            "revision": obj,
            "steps": guides.steps_for(obj, by=request.user),
            "own": obj.author_id == request.user.pk,
            "seen": obj.saved_at.isoformat(),
            "problems": guides.problems_of(obj, today=timezone.localdate()),
            "differences": differences(obj),
            "title": f"{obj.guide}: text {obj.number}",
            "subtitle": obj.get_state_display(),
        }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request, obj, form, change):
        obj.saved_at = timezone.now()
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        changes = typed_values(form, is_new=False)
        for formset in formsets:
            changes |= _typed_sections(formset)
        super().save_related(request, form, formsets, change)
        if changes:
            AuditEntry.objects.note(
                Act.CHANGED,
                person=request.user,
                row=form.instance,
                now=timezone.now(),
                changes=changes,
            )

    def take(self, request, pk, step):
        """Publish a text or withdraw it, as posted by its page."""
        revision = get_object_or_404(GuideRevision.objects.select_related("guide"), pk=pk)
        told(self, request, revision, lambda: self._take(request, revision, step), done=DONE[step])
        return HttpResponseRedirect(reverse("admin:centres_guiderevision_change", args=[pk]))

    def _take(self, request, revision, step):
        now = timezone.now()
        if step == "publish":
            seen = parse_datetime(request.POST.get("seen", ""))
            guides.publish(revision, by=request.user, seen=seen, now=now)
            return
        reason = request.POST.get("reason", "")
        guides.withdraw(revision, by=request.user, reason=reason, now=now)

    @admin.display(description="written by", ordering="author")
    def who(self, revision):
        return revision.author or revision.author_role


def _typed_sections(formset):
    """{section: [old text, new text]} of what an inline of sections changes."""
    gone = {id(form) for form in formset.deleted_forms}
    changes = {}
    for form in formset.forms:
        if not form.has_changed() and id(form) not in gone:
            continue
        section = form.instance
        name = " ".join(filter(None, [str(section), section.country]))
        new = None if id(form) in gone else form.cleaned_data.get("text")
        changes[name] = [form.initial.get("text"), new]
    return changes


def differences(revision):
    """[(section, live text, this text)] of the sections in which a text is not as the live one."""
    live = revision.guide.revisions.live().first()
    mine, theirs = _by_place(revision), _by_place(live) if live else {}
    names = {**theirs, **mine}
    return [
        (name, theirs.get(name, ""), mine.get(name, ""))
        for name in names
        if theirs.get(name) != mine.get(name)
    ]


def _by_place(revision):
    return {
        " ".join(filter(None, [str(section), section.country])): section.text
        for section in revision.sections.all()
    }
