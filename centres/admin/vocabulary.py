"""Terms of the vocabulary, and how forms offer them."""

from django import forms
from django.contrib import admin
from django.utils.html import format_html

from centres.models import Centre, Programme, Term

from .audit import NotesChanges, ShowsHistory


class TermBoxes(forms.CheckboxSelectMultiple):
    """Check boxes that are one group with a name, which Django's admin leaves to the eye."""

    def __init__(self, *, label):
        super().__init__(attrs={"class": "terms"})
        self.label = label

    def render(self, name, value, attrs=None, renderer=None):
        boxes = super().render(name, value, attrs, renderer)
        return format_html(
            '<div class="term-group" role="group" aria-label="{}">{}</div>', self.label, boxes
        )


class TermCheckboxes:
    """Mixed into an admin or inline: terms as check boxes, read once a request.

    A programme has nine lists of terms. Check boxes show at a glance what is chosen, need neither
    mouse nor JavaScript, and each has a label of its own.
    """

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.remote_field.model is not Term:
            return super().formfield_for_manytomany(db_field, request, **kwargs)
        kwargs["widget"] = TermBoxes(label=db_field.verbose_name.capitalize())
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        kind = db_field.remote_field.limit_choices_to["kind"]
        field.choices = terms_by_kind(request).get(kind, [])
        return field

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.many_to_many and db_field.remote_field.model is Term:
            field.widget.can_add_related = False
        return field


def terms_by_kind(request):
    """{kind: [(id, label)]} of the whole vocabulary; one query however many fields ask."""
    if not hasattr(request, "_terms_by_kind"):
        request._terms_by_kind = {}
        for term in Term.objects.all():
            place = f" ({term.country})" if term.country else ""
            request._terms_by_kind.setdefault(term.kind, []).append(
                (term.pk, f"{term.label}{place}")
            )
    return request._terms_by_kind


def uses(term):
    """How many centres and programmes hold `term`: {"centres": n, "programmes": n}."""
    return {
        model._meta.verbose_name_plural: sum(
            model.objects.filter(**{field.name: term}).count()
            for field in model._meta.many_to_many
            if field.remote_field.limit_choices_to.get("kind") == term.kind
        )
        for model in (Centre, Programme)
    }


@admin.register(Term)
class TermAdmin(NotesChanges, ShowsHistory, admin.ModelAdmin):
    """A term's kind and slug are its identity in addresses and in the API: they never change."""

    list_display = ["label", "kind", "slug", "country", "samhsa_codes", "position"]
    list_filter = ["kind", "country"]
    search_fields = ["label", "slug", "samhsa_codes"]
    search_help_text = "Label, slug or SAMHSA code"
    ordering = ["kind", "position", "label"]
    fieldsets = [
        (None, {"fields": ["kind", "slug", "label", "help_text", "country", "position"]}),
        ("SAMHSA", {"fields": ["samhsa_codes"]}),
        ("Where it is used", {"fields": ["used"]}),
    ]

    def get_readonly_fields(self, request, obj=None):
        return ["used"] if obj is None else ["kind", "slug", "used"]

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or not any(uses(obj).values()))

    @admin.display(description="In use")
    def used(self, term):
        if term.pk is None:
            return "Not yet."
        counts = uses(term)
        if not any(counts.values()):
            return "Nowhere: it can be deleted."
        held = " and ".join(f"{number} {name}" for name, number in counts.items())
        return f"By {held}. It cannot be deleted while anything uses it."
