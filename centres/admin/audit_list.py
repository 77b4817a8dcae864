"""The audit, for whoever reads it: found, narrowed, taken away as a file; never written here."""

import datetime

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponseNotAllowed, StreamingHttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path
from django.utils import timezone
from django.utils.functional import cached_property

from centres import audit
from centres.changes import Words
from centres.models import Act, AuditEntry, Centre

from .filters import DefaultFilter
from .history import changes_in_words
from .provenance import ReadOnlyAdmin

#: How far back the list goes, and how much of a narrowed list it shows: it never counts them all.
MOST_LISTED = 1000
#: The largest id a database keeps.
LARGEST_ID = 2**63 - 1
#: Parameter value: (words, days back from today, today among them).
PERIODS = {
    "day": ("Today", 1), "week": ("7 days", 7), "month": ("30 days", 30), "year": ("A year", 365),
}  # fmt: skip


class NewestPaginator(Paginator):
    """Pages of the newest `MOST_LISTED`; counting stops there, however many there are."""

    @cached_property
    def count(self):
        return len(self.object_list.values_list("pk", flat=True)[:MOST_LISTED])


def id_in(typed):
    """The number of a row that was typed, or None where it is none."""
    is_number = typed.isascii() and typed.isdecimal() and len(typed) < len(str(LARGEST_ID))
    return int(typed) if is_number else None


class PeriodFilter(DefaultFilter):
    """The last 30 days, until asked for more."""

    title = parameter_name = "period"
    default = "month"

    def lookups(self, request, model_admin):
        known = [(value, words) for value, (words, _) in PERIODS.items()]
        return [*known, ("all", "All")]

    @property
    def says(self):
        return "" if self.is_chosen else "The last 30 days are shown."

    def queryset(self, request, queryset):
        if self.value() == "all":
            return queryset
        if self.value() not in PERIODS:
            return queryset.none()
        today, (_, days) = timezone.localdate(), PERIODS[self.value()]
        begin, _ = audit.period(today - datetime.timedelta(days=days - 1), today)
        return queryset.filter(at__gte=begin)


class PersonFilter(admin.SimpleListFilter):
    """People of the team as they are now; whoever has gone is found by a search."""

    title = "person"
    parameter_name = "who"

    def lookups(self, request, model_admin):
        people = get_user_model().objects.filter(is_staff=True).order_by("username")
        named = [(str(pk), name) for pk, name in people.values_list("pk", "username")]
        return [("command", "A command"), *named]

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        if self.value() == "command":
            return queryset.filter(person="")
        number = id_in(self.value())
        return queryset.none() if number is None else queryset.filter(person_id=number)


class ActFilter(admin.SimpleListFilter):
    title = "what was done"
    parameter_name = "act"

    def lookups(self, request, model_admin):
        return Act.choices

    def queryset(self, request, queryset):
        return queryset if self.value() is None else queryset.filter(act=self.value())


class CentreFilter(admin.SimpleListFilter):
    """One centre, to which a link from its own page leads; offered where it is in use."""

    title = "centre"
    parameter_name = "centre"

    def lookups(self, request, model_admin):
        chosen = request.GET.get(self.parameter_name)
        if not chosen:
            return []
        number = id_in(chosen)
        centre = Centre.objects.filter(pk=number).first() if number is not None else None
        return [(chosen, str(centre) if centre else f"Number {chosen[:20]}")]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        number = id_in(self.value())
        return queryset.none() if number is None else queryset.filter(centre_id=number)


class ExportForm(forms.Form):
    """What to take away: a centre, a period of whole days, or a centre within a period."""

    centre = forms.CharField(
        required=False, max_length=19, help_text="Its number in the directory.", label="Centre"
    )
    first = forms.DateField(required=False, label="First day")
    last = forms.DateField(required=False, label="Last day")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("first", "last"):
            self.fields[name].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        self.fields["centre"].widget.attrs["inputmode"] = "numeric"

    def clean_centre(self):
        typed = self.cleaned_data["centre"].strip()
        if not typed:
            return None
        number = id_in(typed)
        # The entries of a centre outlive it.
        known = number is not None and (
            Centre.objects.filter(pk=number).first() or self._gone(number)
        )
        if not known:
            raise forms.ValidationError("There is no such centre.")
        return known

    def _gone(self, number):
        entry = AuditEntry.objects.filter(centre_id=number).first()
        return entry and Centre(pk=number, name=entry.centre)

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        first, last = cleaned["first"], cleaned["last"]
        if not (cleaned["centre"] or first or last):
            raise forms.ValidationError("Give a centre, or the first and the last day.")
        if (first is None) != (last is None):
            self.add_error("last" if first else "first", "Give both days.")
        elif first and last < first:
            self.add_error("last", "The last day is before the first.")
        elif last and last > timezone.localdate():
            self.add_error("last", "This day is still to come.")
        return cleaned


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Read by auditors. The database itself lets nobody change or delete an entry."""

    change_list_template = "admin/centres/auditentry/change_list.html"
    list_display = ["when", "who", "act", "kind", "label", "centre", "fields_changed", "note"]
    list_filter = [PeriodFilter, ActFilter, PersonFilter, CentreFilter]
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # they would count all there is
    paginator = NewestPaginator
    most_listed = MOST_LISTED
    ordering = ["-at", "-pk"]
    sortable_by = []
    search_fields = ["person", "centre", "label"]
    search_help_text = "Name of a person, a centre or what was touched, within the period"
    actions = None
    fields = ["when", "who", "act", "kind", "label", "row_id", "centre", "note", "what_changed"]
    readonly_fields = ["when", "who", "what_changed"]

    class Media:
        css = {"all": ["centres/admin.css", "centres/audit.css"]}

    def get_urls(self):
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/", view, name="centres_auditentry_export"), *super().get_urls()]

    def history_view(self, request, object_id, extra_context=None):
        raise PermissionDenied  # an entry has no history: nothing ever changes it

    def changelist_view(self, request, extra_context=None):
        may_export = request.user.has_perm(audit.EXPORT)
        about = {"title": "Who saw and who changed what", "may_export": may_export}
        return super().changelist_view(request, {**(extra_context or {}), **about})

    def export_view(self, request):
        """The form that asks what to export, and the file."""
        if not (request.user.has_perm(audit.EXPORT) and self.has_view_permission(request)):
            raise PermissionDenied
        if request.method not in {"GET", "HEAD", "POST"}:
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        asked = {"centre": request.GET.get("centre", "")}
        form = ExportForm(request.POST) if request.method == "POST" else ExportForm(initial=asked)
        if form.is_valid():
            return self._file(request, **form.cleaned_data)
        context = {
            **self.admin_site.each_context(request),
            "title": "Export the audit",
            "opts": self.opts,
            "form": form,
            "media": self.media,
        }
        return render(request, "admin/centres/auditentry/export.html", context)

    def _file(self, request, *, centre, first, last):
        lines = audit.export(
            centre=centre, first=first, last=last, by=request.user, now=timezone.now()
        )
        parts = [
            "audit",
            f"centre-{centre.pk}" if centre else "",
            f"{first}-{last}" if first else "",
        ]
        name = "-".join(filter(None, parts))
        return StreamingHttpResponse(
            lines,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
        )

    @admin.display(description="when")
    def when(self, entry):
        return f"{timezone.localtime(entry.at):%-d %B %Y, %H:%M:%S}"

    @admin.display(description="person")
    def who(self, entry):
        return entry.person or "A command"

    @admin.display(description="fields")
    def fields_changed(self, entry):
        return ", ".join(name.replace("_", " ") for name in entry.changes)

    @admin.display(description="what changed")
    def what_changed(self, entry):
        rows = changes_in_words(entry, Words())
        return render_to_string("admin/centres/_changes.html", {"rows": rows})
