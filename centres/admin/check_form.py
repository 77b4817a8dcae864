"""The form that records, or replaces, the check of one criterion in one case."""

import datetime

from django import forms

from centres import evidence
from centres.models import Method, OpenedFor, Outcome, Purpose
from centres.models.criterion import LONGEST_MONTHS, months_after

from .case_facts import is_web_address
from .criterion import facts_to_vouch_for
from .facts import METHODS

LONGEST_NOTE = 5_000
#: No evidence is older; an earlier day is a typing mistake.
EARLIEST = datetime.date(2000, 1, 1)
HIGHEST_VERSION = 2**31 - 1
NO_EVIDENCE = "A pass needs evidence: a link, a reference, a document, or a note of what was said."
ACCEPTED = ".pdf,.png,.jpg,.jpeg,application/pdf,image/png,image/jpeg"


def day_input():
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def note_input(rows):
    return forms.Textarea(attrs={"rows": rows, "maxlength": LONGEST_NOTE})


class VersionForm(forms.Form):
    """Says which version of the case the person saw."""

    version = forms.IntegerField(
        min_value=1,
        max_value=HIGHEST_VERSION,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            "This form does not say what you saw. Look at the case again.",
        ),
    )

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class CheckForm(VersionForm):
    """Fields as `record_check` takes them; the document stands last, so that it is read last."""

    outcome = forms.ChoiceField(widget=forms.RadioSelect)
    method = forms.ChoiceField(label="How", choices=[("", "Choose one"), *METHODS])
    captured_on = forms.DateField(
        label="True on",
        widget=day_input(),
        help_text="The day you looked or asked, or the date on the document.",
    )
    expires_on = forms.DateField(
        label="Holds until", required=False, widget=day_input(), help_text="The last day it says."
    )
    link = forms.URLField(
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
        error_messages={"invalid": "A link is a web address: it begins with https:// or http://."},
    )
    register_reference = forms.CharField(label="Register reference", required=False, max_length=120)
    note = forms.CharField(
        label="Note for the team",
        required=False,
        max_length=LONGEST_NOTE,
        widget=note_input(3),
        help_text="What was seen or said, by whom. The public never sees it.",
    )
    public_note = forms.CharField(
        label="Note for the public",
        required=False,
        max_length=300,
        help_text="Stands beside the outcome on the centre's page.",
    )
    is_public = forms.BooleanField(
        label="Show the source and this note to the public", required=False
    )
    facts = forms.MultipleChoiceField(
        label="It vouches for", required=False, widget=forms.CheckboxSelectMultiple
    )
    without_document = forms.BooleanField(label="Leave out the document it has", required=False)
    file = forms.FileField(
        label="Document",
        required=False,
        widget=forms.FileInput(
            attrs={"accept": ACCEPTED, "data-most-bytes": evidence.MOST_BYTES},
        ),
        help_text=f"PDF, PNG or JPEG, {evidence.MOST_BYTES // evidence.MEGABYTE} MB at most.",
    )

    def __init__(self, *args, criterion, case, today, check=None, last=None, **kwargs):
        """check: what the case has; last: the latest of an earlier case, where it has none."""
        self.criterion, self.today = criterion, today
        self.check = check if check and not check.carried_from_id else None
        kwargs.setdefault("auto_id", f"id_{criterion.slug}_%s")
        kwargs["initial"] = {
            "version": case.version,
            "is_public": True,
            "facts": criterion.facts,
            "captured_on": today,
            **self._from_before(check or last, case.centre),
        }
        super().__init__(*args, **kwargs)
        self._fit_to_criterion()

    def _from_before(self, known, centre):
        """Where to look comes along from an earlier check; what was found is found anew."""
        if self.check:
            names = [name for name in self.base_fields if hasattr(self.check, name)]
            return {name: getattr(self.check, name) for name in names if name != "file"}
        if known:
            names = ("method", "link", "register_reference", "public_note", "is_public")
            return {name: getattr(known, name) for name in names}
        if {"registration", "rating"} & set(self.criterion.facts) and centre.registration_number:
            return {
                "method": Method.REGISTER,
                "link": centre.registration_url,
                "register_reference": centre.registration_number,
            }
        return {}

    def _fit_to_criterion(self):
        outcomes = [Outcome.PASSED, Outcome.FAILED]
        if self.criterion.may_not_apply:
            outcomes.append(Outcome.NOT_APPLICABLE)
        self.fields["outcome"].choices = [(each.value, each.label) for each in outcomes]
        self.fields["captured_on"].widget.attrs["max"] = self.today.isoformat()
        vouched = [pair for pair in facts_to_vouch_for() if pair[0] in self.criterion.facts]
        self.fields["facts"].choices = vouched
        if not vouched:
            del self.fields["facts"]
        if not self.criterion.has_own_date:
            del self.fields["expires_on"]
        if not (self.check and self.check.file_id):
            del self.fields["without_document"]

    def clean_captured_on(self):
        day = self.cleaned_data["captured_on"]
        if day > self.today:
            raise forms.ValidationError("This day is still to come.")
        if day < EARLIEST:
            raise forms.ValidationError("Evidence this old says nothing about today.")
        return day

    def clean_expires_on(self):
        day = self.cleaned_data["expires_on"]
        if day and day < self.today:
            raise forms.ValidationError("This day has gone: the evidence holds no longer.")
        if day and day > months_after(self.today, LONGEST_MONTHS):
            raise forms.ValidationError(
                f"This is more than {LONGEST_MONTHS // 12} years ahead: look at the year again."
            )
        return day

    def clean_link(self):
        link = self.cleaned_data["link"]
        if link and not is_web_address(link):
            raise forms.ValidationError(self.fields["link"].error_messages["invalid"])
        return link

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if not upload:
            return None
        if upload.size > evidence.MOST_BYTES:
            raise forms.ValidationError(evidence.TOO_LARGE)
        upload.seek(0)
        evidence.kind_of(upload.read(evidence.LONGEST_SIGNATURE))
        return upload

    def clean(self):
        cleaned = super().clean()
        outcome = cleaned.get("outcome")
        if outcome == Outcome.PASSED:
            self._ask_for_evidence(cleaned)
        if (
            outcome
            and outcome != Outcome.PASSED
            and not {"note"} & (set(self.errors) | _said(cleaned))
        ):
            self.add_error("note", "Say why it failed or does not apply.")
        return cleaned

    def _ask_for_evidence(self, cleaned):
        evident = {"link", "register_reference", "note", "file"}
        if not evident & (_said(cleaned) | set(self.errors)) and not self._kept_document():
            self.add_error(None, NO_EVIDENCE)
        if "expires_on" in self.fields and not {"expires_on"} & (_said(cleaned) | set(self.errors)):
            self.add_error("expires_on", "Give the date until which the evidence holds.")

    def _kept_document(self):
        if self.check is None or self.cleaned_data.get("without_document"):
            return None
        return self.check.file

    def said(self):
        """What `record_check` takes, once the form is valid."""
        cleaned = dict(self.cleaned_data)
        cleaned.pop("without_document", None)
        return {**cleaned, "upload": cleaned.pop("file"), "file": self._kept_document()}

    def refuse(self, error):
        """Show a `ValidationError` of `record_check`, a sentence beside its field."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, problems in error.error_dict.items():
            self.add_error(name if name in self.fields else None, problems)


def _said(cleaned):
    return {name for name, value in cleaned.items() if value}


class StepForm(VersionForm):
    """A step of a case, with the reason where one is owed."""

    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=LONGEST_NOTE,
        widget=note_input(3),
    )


class OpenForm(forms.Form):
    """What a case opened by hand is about."""

    purpose = forms.ChoiceField(choices=Purpose, initial=Purpose.VERIFIED)
    led_by = forms.ChoiceField(
        label="What led to it",
        required=False,
        choices=[
            ("", "Our own work"),
            (OpenedFor.REPORT, "Somebody reported a problem"),
            (OpenedFor.CLAIM, "The centre claims its listing"),
        ],
    )
    note = forms.CharField(
        required=False,
        max_length=LONGEST_NOTE,
        widget=note_input(4),
        help_text="What was said, and what to look at.",
    )
