"""Where listings come from, and what each import did."""

from django.contrib import admin
from django.db.models import Count
from django.template.loader import render_to_string

from centres.models import ImportRun, Source, SourceRecord

from .audit import NotesChanges, ShowsHistory
from .provenance import ReadOnlyAdmin


@admin.register(Source)
class SourceAdmin(NotesChanges, ShowsHistory, admin.ModelAdmin):
    """The slug is a source's identity; whether it is made up is for the demo's loader to say."""

    list_display = ["name", "publisher", "licence", "is_demo", "centres"]
    search_fields = ["name", "publisher", "slug"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "publisher", "url", "is_demo"]}),
        ("Licence", {"fields": ["licence", "licence_url", "attribution"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(centre_count=Count("centres"))

    def get_readonly_fields(self, request, obj=None):
        return ["is_demo"] if obj is None else ["is_demo", "slug"]

    @admin.display(description="centres", ordering="centre_count")
    def centres(self, source):
        return source.centre_count


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = [
        "applied_at", "source", "file_name", "as_of", "created", "changed", "unchanged", "closed",
        "left_out",
    ]  # fmt: skip
    list_select_related = ["source"]
    list_filter = ["source"]
    search_fields = ["file_name", "file_digest"]
    show_full_result_count = False
    fieldsets = [
        (None, {"fields": ["source", "file_name", "file_digest", "as_of"]}),
        ("Applied", {"fields": ["applied_at", "applied_by"]}),
        ("What it did", {"fields": ["created", "changed", "unchanged", "closed", "left_out"]}),
        ("Rows left out", {"fields": ["rows_left_out"]}),
    ]
    readonly_fields = ["rows_left_out"]

    @admin.display(description="rows left out")
    def rows_left_out(self, run):
        return render_to_string("admin/centres/_rows_left_out.html", {"run": run})


@admin.register(SourceRecord)
class SourceRecordAdmin(ReadOnlyAdmin):
    list_display = ["key", "source", "centre", "last_run"]
    list_select_related = ["source", "centre", "last_run__source"]
    list_filter = ["source"]
    search_fields = ["key", "centre__name"]
    show_full_result_count = False
    fields = ["source", "key", "centre", "last_run", "what_it_says"]
    readonly_fields = ["what_it_says"]

    @admin.display(description="what the source last said")
    def what_it_says(self, record):
        return render_to_string("admin/centres/_values.html", {"values": record.values})
