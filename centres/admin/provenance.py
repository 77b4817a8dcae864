"""Where facts come from: to be read, never to be written by hand."""

from django.contrib import admin
from django.utils import timezone

from centres.models import Provenance

from .audit import ShowsHistory
from .facts import age_in_words


class ReadOnlyAdmin(ShowsHistory, admin.ModelAdmin):
    """Shows rows that only the directory itself writes. Not even a superuser changes one here."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Provenance)
class ProvenanceAdmin(ReadOnlyAdmin):
    list_display = ["centre", "programme", "fact", "source", "method", "as_of", "age"]
    list_select_related = ["centre", "programme", "source"]
    list_filter = ["method", "source", "fact"]
    search_fields = ["centre__name", "fact"]
    search_help_text = "Name of the centre, or a fact"
    date_hierarchy = "as_of"
    show_full_result_count = False
    ordering = ["as_of", "pk"]

    @admin.display(description="age", ordering="as_of")
    def age(self, entry):
        return age_in_words(entry.as_of, now=timezone.now())
