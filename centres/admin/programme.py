"""What centres offer: beside the centre, and each on a page of its own with its insurance."""

from django import forms
from django.contrib import admin
from django.db import models
from django.urls import reverse
from django.utils.html import format_html

from centres.models import Insurance, Programme
from centres.models.programme import MOST_PROGRAMMES

from .audit import NotesWhoSaw, ShowsHistory
from .facts import EvidenceFormSet, FactsForm, TableFormSet, provenance_table
from .rules import PlainRules
from .saving import ProposedBeside, SavesOrProposes
from .vocabulary import TermCheckboxes

FIELDSETS = [
    (
        None,
        {
            "fields": [
                ("name", "level"),
                ("length_min_days", "length_max_days", "open_ended"),
                ("dual_diagnosis", "approach", "medication"),
                ("asam_level", "asam_edition"),
            ]
        },
    ),
    ("Substances and detox", {"classes": ["collapse"], "fields": ["substances", "detoxes"]}),
    (
        "Therapies, conditions and medicines",
        {
            "classes": ["collapse"],
            "fields": ["therapies", "conditions", "excluded_conditions", "medicines"],
        },
    ),
    (
        "Who it is for, and who it cannot take",
        {"classes": ["collapse"], "fields": [("age_min", "age_max"), "people", "exclusions"]},
    ),
    (
        "Price and ways of paying",
        {
            "classes": ["collapse"],
            "fields": [
                ("price", "currency", "price_on"),
                "price_includes",
                "price_extras",
                "funding",
            ],
        },
    ),
    (
        "Earliest admission",
        {
            "classes": ["collapse"],
            "description": "Believed for 72 hours after it was stated; then it counts as unknown.",
            "fields": ["earliest_admission", "earliest_admission_stated_at"],
        },
    ),
]

#: One box with one label, where Django's admin has two boxes and one label.
DAY_AND_TIME = {
    models.DateTimeField: {
        "form_class": forms.DateTimeField,
        "widget": forms.DateTimeInput(
            attrs={"type": "datetime-local", "step": 1}, format="%Y-%m-%dT%H:%M:%S"
        ),
    }
}


class ProgrammeInline(ProposedBeside, TermCheckboxes, admin.StackedInline):
    model = Programme
    form = FactsForm
    formset = EvidenceFormSet
    template = "admin/centres/programme/_inline.html"
    fieldsets = FIELDSETS
    formfield_overrides = DAY_AND_TIME
    extra = 0
    max_num = MOST_PROGRAMMES
    show_change_link = True

    def get_formset(self, request, obj=None, **kwargs):
        # The database refuses one more; without this it would do so with a server error.
        return super().get_formset(request, obj, validate_max=True, **kwargs)

    def get_queryset(self, request):
        terms = [field.name for field in Programme._meta.many_to_many]
        return super().get_queryset(request).prefetch_related("provenance__source", *terms)


class InsuranceForm(PlainRules, forms.ModelForm):
    pass


class InsuranceFormSet(TableFormSet):
    fact = "insurance"


class InsuranceInline(ProposedBeside, admin.TabularInline):
    model = Insurance
    form = InsuranceForm
    formset = InsuranceFormSet
    extra = 0


@admin.register(Programme)
class ProgrammeAdmin(NotesWhoSaw, ShowsHistory, TermCheckboxes, SavesOrProposes, admin.ModelAdmin):
    """Programmes are added and deleted on their centre's page, beside the others."""

    list_display = ["__str__", "its_centre", "level", "dual_diagnosis", "price", "currency"]
    list_select_related = ["centre"]
    list_filter = ["level", "dual_diagnosis", "medication", "centre__country"]
    search_fields = ["name", "centre__name", "centre__town"]
    search_help_text = "Name of the programme, name or town of the centre"
    show_full_result_count = False
    inlines = [InsuranceInline]
    formfield_overrides = DAY_AND_TIME
    readonly_fields = ["its_centre", "where_facts_come_from"]
    fieldsets = [
        (None, {"fields": ["its_centre"]}),
        *FIELDSETS,
        (
            "Where each fact comes from",
            {"classes": ["collapse"], "fields": ["where_facts_come_from"]},
        ),
    ]

    class Media:
        css = {"all": ["centres/admin.css"]}

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description="centre", ordering="centre__name")
    def its_centre(self, programme):
        return format_html(
            '<a href="{}">{}</a>',
            reverse("admin:centres_centre_change", args=[programme.centre_id]),
            programme.centre,
        )

    @admin.display(description="sources")
    def where_facts_come_from(self, programme):
        return provenance_table(programme.provenance.all())
