"""Facts typed by hand: recorded with how they were learnt, shown with where they came from."""

import json

from django import forms
from django.forms.models import BaseInlineFormSet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.timesince import timesince

from centres.models import Centre, Method, Proposal
from centres.models.provenance import FIELDS_OF_FACT, facts_stated_by

from .opened import changed_since, locked_marks, marks
from .rules import PlainRules

#: Ways somebody can have learnt what they type.
METHODS = [(method.value, method.label) for method in Method if method != Method.MADE_UP]


MOVED = (
    "Nothing was saved. Since you opened this page, this was changed: {}. Open the page in another "
    "tab to see it as it is now, and make your change there. What you typed is still here."
)


def age_in_words(day, *, now):
    """How long before `now` (an aware datetime) `day` was: "today", "7 months ago"."""
    today = timezone.localdate(now)
    if day >= today:
        return "today" if day == today else "a day to come"
    return f"{timesince(day, today, depth=1)} ago"


class FactsForm(PlainRules, forms.ModelForm):
    """A centre's or programme's facts, each with a line that says where it comes from."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self._say_where_facts_come_from()

    @property
    def changed_facts(self):
        return facts_stated_by(type(self.instance), self.changed_data)

    def _say_where_facts_come_from(self):
        now = timezone.now()
        for entry in _provenance_of(self.instance):
            field = self.fields.get(FIELDS_OF_FACT.get(entry.fact, (entry.fact,))[0])
            if field is None:
                continue
            note = format_html(
                '<span class="provenance-note">{}: {}, {}. As of {} ({}).</span>',
                entry.fact.replace("_", " ").capitalize(),
                entry.source.name,
                entry.get_method_display().lower(),
                f"{entry.as_of:%-d %B %Y}",
                age_in_words(entry.as_of, now=now),
            )
            field.help_text = (
                format_html("{} {}", field.help_text, note) if field.help_text else note
            )


def _provenance_of(row):
    """The entries of a programme, or of a centre itself without those of its programmes."""
    if isinstance(row, Centre):
        return row.provenance.filter(programme=None).select_related("source")
    return row.provenance.all()


class EvidenceForm(FactsForm):
    """Facts, with the two questions whoever changes one has to answer."""

    how_known = forms.ChoiceField(
        label="How do you know?",
        choices=[("", "Choose one"), *METHODS],
        required=False,
        help_text="It is shown beside every fact you changed.",
    )
    as_of = forms.DateField(
        label="As of",
        required=False,
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="The day it was true: today if you asked today, or the date on the document.",
    )
    seen = forms.CharField(
        label="What did you see or hear?",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For whoever approves it: who said so, or what is written where.",
    )
    seen_at = forms.URLField(
        label="Link",
        required=False,
        assume_scheme="https",
        max_length=Proposal._meta.get_field("link").max_length,
        help_text="Where whoever approves it can see it too.",
    )
    opened = forms.CharField(required=False, widget=forms.HiddenInput)
    #: Whether saving proposes the changes, and leaves the row as it is.
    proposes = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.proposes:
            del self.fields["seen"], self.fields["seen_at"]
        if self.instance.pk is None:
            del self.fields["opened"]
        elif not self.is_bound:
            self.fields["opened"].initial = json.dumps(marks(self.instance))

    @property
    def evidence(self):
        """The questions about what was changed, as the template shows them."""
        asked = ("how_known", "as_of", "seen", "seen_at")
        return [self[name] for name in asked if name in self.fields]

    @property
    def owes_evidence(self):
        """Names of what was changed and needs an answer: facts; of a proposal, whatever it is."""
        if not self.proposes:
            return self.changed_facts
        return [name for name in self.changed_data if name in self._meta.fields]

    def clean_as_of(self):
        as_of = self.cleaned_data["as_of"]
        if as_of and as_of > timezone.localdate():
            raise forms.ValidationError("This day is still to come.")
        return as_of

    def clean_opened(self):
        """Refuse a page that shows what is no longer so; see `opened`."""
        try:
            then = dict(json.loads(self.cleaned_data["opened"]))
        except (TypeError, ValueError):
            raise forms.ValidationError("Open this page again: part of it was lost.") from None
        if changed := changed_since(then, locked_marks(self.instance)):
            self.add_error(None, MOVED.format(", ".join(changed)))
        return self.cleaned_data["opened"]

    def clean(self):
        cleaned = super().clean()
        if not self.owes_evidence:
            return cleaned
        if not cleaned.get("how_known") and "how_known" not in self.errors:
            changed = ", ".join(name.replace("_", " ") for name in self.owes_evidence)
            self.add_error("how_known", f"You changed: {changed}. Say how you know.")
        if not cleaned.get("as_of") and "as_of" not in self.errors:
            self.add_error("as_of", "Say when what you changed was true.")
        return cleaned


class EvidenceFormSet(BaseInlineFormSet):
    """Rows that state facts: what is changed in them needs the form's two answers as well."""

    def clean(self):
        super().clean()
        if not self.has_changed():
            return
        if not self.data.get("how_known") or not self.data.get("as_of"):
            name = self.model._meta.verbose_name_plural
            raise forms.ValidationError(
                f"You changed the {name}. Answer “How do you know?” and “As of”, above the buttons."
            )


class TableFormSet(EvidenceFormSet):
    """Rows of a table, which all state the one `fact`: each cell bears its column's name."""

    fact = ""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        for name, field in form.fields.items():
            field.widget.attrs.setdefault("aria-label", field.label or name)


def provenance_table(entries):
    """A table of `Provenance` entries, oldest first, each with its age in words."""
    now = timezone.now()
    rows = [
        (entry, entry.fact.replace("_", " ").capitalize(), age_in_words(entry.as_of, now=now))
        for entry in entries.select_related("source", "programme", "recorded_by").order_by(
            "as_of", "programme", "fact"
        )
    ]
    return render_to_string("admin/centres/_provenance.html", {"rows": rows})
