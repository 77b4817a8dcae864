"""Centres: the list somebody works through, and the form that shows one whole."""

import re

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, DateTimeField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from centres.cases import open_case
from centres.consequences import GONE
from centres.models import Centre, OpenedFor, Phone, Programme, Status
from centres.rules import refuse_typed_status, stored_number
from centres.workflow import OPEN

from .audit import NotesWhoSaw, ShowsHistory, note_deleted_centre
from .facts import EvidenceForm, TableFormSet, provenance_table
from .filters import MissingFilter, SourceFilter, StatusFilter, VerifiedFilter
from .map import map_of
from .programme import ProgrammeInline
from .rules import PlainRules
from .saving import ProposedBeside, SavesOrProposes
from .searching import as_stored
from .vocabulary import TermCheckboxes
from .withdrawal import Withdrawing

#: Written only by decisions that keep their evidence, or once, when the centre is made.
NEVER_TYPED = [
    "source", "created_at", "checked_on", "verified_from", "verified_until",
    "advertiser_from", "advertiser_until",
]  # fmt: skip

_TELEPHONE = re.compile(r"\+?[\d\s().-]{5,}")


class CentreForm(EvidenceForm):
    """A centre typed by hand. Its slug may be left to its name; once made, it never changes."""

    #: Whether a new centre is a draft, whatever is typed: who adds it may not publish it.
    only_drafts = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "registration_url" in self.fields:
            self.fields["registration_url"].label = "Register entry"
        if "status" in self.fields:
            self.fields["status"].choices = [
                (value, label) for value, label in Status.choices if self._may_be(value)
            ]
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = "Leave it empty to have it made from the name."

    def _may_be(self, status):
        """Whether this status may be typed; what it is now always may."""
        is_withdrawn = self.instance.pk and self.initial.get("status") == Status.WITHDRAWN
        if is_withdrawn or status == Status.WITHDRAWN:
            return is_withdrawn and status == Status.WITHDRAWN
        return status == Status.DRAFT or not self.only_drafts

    def clean_status(self):
        status = self.cleaned_data["status"]
        if self.instance.pk:
            refuse_typed_status(self.initial.get("status"), status)
        return status

    def clean(self):
        cleaned = self.cleaned_data
        if "slug" in self.fields and cleaned.get("slug") == "" and cleaned.get("name"):
            cleaned["slug"] = Centre.objects.free_slug(cleaned["name"], cleaned.get("town", ""))
        return super().clean()


class PhoneForm(PlainRules, forms.ModelForm):
    def clean_number(self):
        return stored_number(self.cleaned_data["number"], self.centre.country or None)


class PhoneFormSet(TableFormSet):
    fact = "phones"

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.centre = self.instance  # the form's own row does not know a centre not saved yet


class PhoneInline(ProposedBeside, admin.TabularInline):
    model = Phone
    form = PhoneForm
    formset = PhoneFormSet
    # That a number is doubted or confirmed is decided about reports, and never typed.
    fields = ["number", "label", "answered_by", "position"]
    extra = 0
    verbose_name_plural = "telephone numbers"


@admin.register(Centre)
class CentreAdmin(
    NotesWhoSaw, ShowsHistory, TermCheckboxes, Withdrawing, SavesOrProposes, admin.ModelAdmin
):
    form = CentreForm
    list_display = [
        "name", "place", "nation", "status", "verification", "programme_count", "first_source",
        "checked",
    ]  # fmt: skip
    list_filter = [
        "country",
        StatusFilter,
        VerifiedFilter,
        MissingFilter,
        ("source", SourceFilter),
    ]
    list_select_related = ["source"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["name", "town", "postcode", "registration_number", "slug", "uuid"]
    search_help_text = (
        "Name, town, postcode, registration number, telephone number, slug or id. "
        "A search looks through closed and withdrawn centres too."
    )
    ordering = ["name", "pk"]
    save_on_top = False
    # Not autocomplete: its widget has no name for a screen reader and nothing without JavaScript.
    raw_id_fields = ["provider", "successor"]
    inlines = [PhoneInline, ProgrammeInline]
    readonly_fields = [
        *NEVER_TYPED, "identifier", "verification", "where", "where_facts_come_from",
        "sent_in",
    ]  # fmt: skip
    fieldsets = [
        (None, {"fields": ["name", "provider", "country", "status", "website", "about"]}),
        (
            "Address",
            {
                "description": "Precision “not published” hides the whole address but the region.",
                "fields": ["street", "locality", ("town", "region", "postcode")],
            },
        ),
        (
            "Coordinates",
            {
                "fields": [
                    ("latitude", "longitude"),
                    ("precision", "coordinates_source"),
                    "where",
                ],
            },
        ),
        (
            "Regulator and rating",
            {
                "fields": [
                    ("registration", "registration_reason"),
                    ("regulator", "registration_number", "registered_on"),
                    "registration_url",
                    ("rating", "rating_on"),
                ],
            },
        ),
        (
            "Beds, languages, access and amenities",
            {"classes": ["collapse"], "fields": ["beds", "languages", "access", "amenities"]},
        ),
        (
            "If it has closed",
            {
                "classes": ["collapse"],
                "description": "Set the status to Closed as well. Its page stays and says so.",
                "fields": [("closed_on", "successor")],
            },
        ),
        (
            "Verification and advert",
            {
                "description": "Nobody types these: they follow from decisions kept with their "
                "evidence.",
                "fields": [
                    ("verification", "verified_from", "verified_until"),
                    ("advertiser_from", "advertiser_until", "checked_on"),
                ],
            },
        ),
        (
            "Where each fact comes from",
            {"classes": ["collapse"], "fields": ["where_facts_come_from"]},
        ),
        (
            "Identity",
            {
                "description": "A draft typed in by hand can be deleted while it has no case. Any "
                "other centre stays: close it, or choose “Do not list”, so that no import brings "
                "it back.",
                "fields": ["slug", ("identifier", "source", "created_at"), "sent_in"],
            },
        ),
    ]

    class Media:
        css = {"all": ["js_lib_leaflet/leaflet.css", "centres/admin.css"]}
        js = ["js_lib_leaflet/leaflet.js", "centres/admin-map.js"]

    def get_queryset(self, request):
        programmes = (
            Programme.objects.filter(centre=OuterRef("pk"))
            .order_by()
            .values("centre")
            .values(number=Count("pk"))
        )
        return (
            super()
            .get_queryset(request)
            .annotate(
                programme_number=Coalesce(Subquery(programmes), 0),
                shown_at=Value(timezone.now(), output_field=DateTimeField()),
            )
        )

    def get_readonly_fields(self, request, obj=None):
        return self.readonly_fields if obj is None else [*self.readonly_fields, "slug"]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.only_drafts = obj is None and not request.user.has_perm("centres.change_centre")
        return form

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if not change:
            self._open_case(request, form.instance)

    def _open_case(self, request, centre):
        """A new listing is checked by two people before anybody sees it marked."""
        if centre.status in GONE:
            return
        by = request.user if request.user.has_perm(OPEN) else None
        case = open_case(centre, opened_for=OpenedFor.NEW_LISTING, by=by, now=timezone.now())
        address = reverse("admin:centres_verification_change", args=[case.pk])
        words = '<a href="{}">Case {}</a> is open for it, due on {}.'
        due = f"{case.due_on:%-d %B %Y}"
        messages.info(request, format_html(words, address, case.pk, due))

    def delete_model(self, request, obj):
        note_deleted_centre(obj, by=request.user, now=timezone.now())
        super().delete_model(request, obj)

    def get_search_results(self, request, queryset, search_term):
        term = as_stored(search_term)
        found, may_have_duplicates = super().get_search_results(request, queryset, term)
        if _TELEPHONE.fullmatch(term):
            # Kept as +44…: the nought in front of a number dialled at home is not part of it.
            digits = re.sub(r"\D", "", term).lstrip("0")
            holders = Phone.objects.filter(number__contains=digits).values("centre")
            found |= queryset.filter(pk__in=holders)
        return found, may_have_duplicates

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or self._is_unused_draft(obj))

    def get_deleted_objects(self, objs, request):
        gone, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        # A draft's provenance goes with it, though nobody may delete provenance by itself.
        perms_needed -= {"provenance", "programme", "proposal"}
        return gone, counts, perms_needed, protected

    def view_on_site(self, centre):
        has_page = Centre.objects.with_page().filter(pk=centre.pk).exists()
        return centre.get_absolute_url() if has_page else None

    def _is_unused_draft(self, centre):
        is_known = any(
            rows.exists()
            for rows in (centre.source_records, centre.verifications, centre.withdrawals)
        )
        return centre.status == Status.DRAFT and not is_known

    @admin.display(description="verification", ordering="verified_until")
    def verification(self, centre):
        now = getattr(centre, "shown_at", None) or timezone.now()
        state = centre.verification_state(now=now).label
        return f"{state} · advertiser" if centre.is_advertiser(now=now) else state

    @admin.display(description="place", ordering="town")
    def place(self, centre):
        return f"{centre.town} {centre.postcode}".strip()

    @admin.display(description="country", ordering="country")
    def nation(self, centre):
        return centre.country

    @admin.display(description="checked", ordering="checked_on", empty_value="never")
    def checked(self, centre):
        return centre.checked_on

    @admin.display(description="UUID")
    def identifier(self, centre):
        return centre.uuid

    @admin.display(description="programmes", ordering="programme_number")
    def programme_count(self, centre):
        return centre.programme_number

    @admin.display(description="source", ordering="source__name", empty_value="by hand")
    def first_source(self, centre):
        return centre.source

    @admin.display(description="on the map")
    def where(self, centre):
        # The row as saved: one that is being refused bears what was typed.
        saved = Centre.objects.filter(pk=centre.pk).first()
        place = map_of(saved) if saved else None
        return render_to_string("admin/centres/centre/_map.html", {"centre": saved, "place": place})

    @admin.display(description="sent in from outside", empty_value="no")
    def sent_in(self, centre):
        row = centre.submissions.first() if centre.pk else None
        if row is None:
            return None
        url = reverse("admin:centres_submission_change", args=[row.pk])
        day = timezone.localtime(row.sent_at)
        return format_html('<a href="{}">{}</a>', url, f"{day:%-d %B %Y}")

    @admin.display(description="sources")
    def where_facts_come_from(self, centre):
        if centre.pk is None:
            return "Nothing is saved yet."
        return provenance_table(centre.provenance.all())
