"""What is asked of a centre before it is listed, claimed, verified or an advertiser."""

from django import forms
from django.contrib import admin

from centres.models import Centre, Criterion, Programme

from .audit import NotesChanges, ShowsHistory
from .rules import PlainRules
from .vocabulary import TermBoxes

NEVER_REWRITES = (
    "A change holds for checks made from now on. It never rewrites past decisions: a check keeps "
    "the title and the expiry it was made with, and an approved case keeps its dates."
)


def facts_to_vouch_for():
    """[(name, label)] of every fact a pass may vouch for: "price" of a programme is one of them."""
    return [
        *((fact, _label("Centre", fact)) for fact in Centre.FACTS),
        *((f"programme.{fact}", _label("Programme", fact)) for fact in Programme.FACTS),
    ]


def _label(whose, fact):
    return f"{whose}: {fact.replace('_', ' ')}"


class CriterionForm(PlainRules, forms.ModelForm):
    facts = forms.MultipleChoiceField(
        choices=facts_to_vouch_for,
        required=False,
        widget=TermBoxes(label="Facts a pass vouches for"),
        help_text="A pass says anew where these come from; when one of them changes, the check is "
        "done again.",
        error_messages={
            "invalid_choice": "“%(value)s” is not a fact of a centre or of its programmes. Choose "
            "from the list."
        },
    )

    class Meta:
        labels = {
            "has_own_date": "To a date of its own",
            "is_required": "Required",
            "may_not_apply": "May not apply",
            "is_retired": "Retired",
        }


@admin.register(Criterion)
class CriterionAdmin(NotesChanges, ShowsHistory, admin.ModelAdmin):
    """Country, purpose and slug are a criterion's identity, which checks rest on: they stay."""

    form = CriterionForm
    list_display = [
        "title", "country", "purpose", "position", "lasts", "is_required", "may_not_apply",
        "is_retired",
    ]  # fmt: skip
    list_filter = ["country", "purpose", "is_retired"]
    search_fields = ["title", "slug", "guidance", "accepted_evidence"]
    search_help_text = "Title, slug, guidance or evidence"
    show_full_result_count = False
    fieldsets = [
        (
            None,
            {
                "description": NEVER_REWRITES,
                "fields": ["country", "purpose", "slug", "position", "title"],
            },
        ),
        ("What to do", {"fields": ["guidance", "accepted_evidence", "facts"]}),
        ("How long a pass lasts", {"fields": ["months", "has_own_date"]}),
        ("What it takes", {"fields": ["is_required", "may_not_apply"]}),
        ("Retiring", {"fields": ["is_retired", "made"]}),
    ]

    class Media:
        css = {"all": ["centres/admin.css"]}

    def get_readonly_fields(self, request, obj=None):
        return ["made"] if obj is None else ["country", "purpose", "slug", "made"]

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or not obj.checks.exists())

    @admin.display(description="a pass lasts", ordering="months")
    def lasts(self, criterion):
        if criterion.has_own_date:
            return "to its own date"
        if criterion.months is None:
            return "does not lapse"
        return f"{criterion.months} month{'s' if criterion.months > 1 else ''}"

    @admin.display(description="Checks made by it")
    def made(self, criterion):
        number = criterion.checks.count() if criterion.pk else 0
        if number:
            return f"{number}. It cannot be deleted: retire it, and it is asked no more."
        return (
            "None. It can be deleted, but one that ships with the project is added again when the "
            "project next loads its data: retire it instead."
        )
