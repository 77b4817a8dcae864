"""The organisations that run centres."""

from django import forms
from django.contrib import admin
from django.db.models import Count
from django.urls import reverse
from django.utils.html import format_html

from centres.models import Provider

from .audit import NotesChanges, ShowsHistory
from .rules import PlainRules


class ProviderForm(PlainRules, forms.ModelForm):
    pass


@admin.register(Provider)
class ProviderAdmin(NotesChanges, ShowsHistory, admin.ModelAdmin):
    form = ProviderForm
    list_display = ["legal_name", "country", "ownership", "company_number", "its_centres"]
    list_filter = ["country", "ownership"]
    search_fields = ["legal_name", "company_number", "charity_number"]
    search_help_text = "Legal name, company or charity number"
    show_full_result_count = False
    fieldsets = [
        (None, {"fields": ["legal_name", "country", "ownership", "website"]}),
        ("Numbers", {"fields": [("company_number", "charity_number")]}),
        ("Its centres", {"fields": ["its_centres"]}),
    ]
    readonly_fields = ["its_centres"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(centre_count=Count("centres"))

    @admin.display(description="centres", ordering="centre_count")
    def its_centres(self, provider):
        if not getattr(provider, "centre_count", 0):
            return "None yet"
        return format_html(
            '<a href="{}?provider__id__exact={}&status=all">{}</a>',
            reverse("admin:centres_centre_changelist"),
            provider.pk,
            f"{provider.centre_count} centre{'s' if provider.centre_count > 1 else ''}",
        )
