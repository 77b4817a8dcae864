"""What somebody is asked who says that something about a centre is wrong: as little as will do."""

from django import forms
from django.utils.translation import gettext_lazy as _

from centres.models import Problem

from . import fact_names, telephone, wording
from .public_form import PublicForm

#: What stands before the key of a number among the facts to choose from.
OF_NUMBER = "phones."
ABOUT_A_NUMBER = {Problem.NOT_THEIR_NUMBER, Problem.WRONG_NUMBER}
#: What nobody can look into without a word about it.
NEEDS_WORDS = {Problem.OTHER, Problem.HARM, Problem.PAID_REFERRAL}


def only_phone(centre):
    """The number that is meant where none is named, or None: another, now hidden, may be meant."""
    phones = centre.shown_phones()
    return phones[0] if len(phones) == 1 and not centre.hides_a_number else None


class ReportForm(PublicForm):
    """`centre` has its numbers and programmes loaded. No name is asked for."""

    action = "report"

    problem = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=Problem.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong.")},
    )
    fact = forms.ChoiceField(label=_("Which fact or number?"), required=False)
    programme = forms.ChoiceField(label=_("Of which programme?"), required=False)
    text = forms.CharField(
        label=_("In your words"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "What is so, and how do you know? Please leave out names and anything about your "
            "health: we do not need it. Only our team reads this."
        ),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_(
            "Only if you want our answer by e-mail. We delete the address once we have answered."
        ),
    )

    def __init__(self, *args, centre, **kwargs):
        super().__init__(*args, **kwargs)
        self.centre = centre
        self.phones = {f"{OF_NUMBER}{phone.pk}": phone for phone in centre.shown_phones()}
        programmes = list(centre.programmes.all())
        self.programmes = {str(programme.pk): programme for programme in programmes}
        self.fields["fact"].choices = self._facts(centre)
        named = zip(self.programmes, wording.names(programmes), strict=True)
        self.fields["programme"].choices = [("", _("Not sure, or all of them")), *named]
        if len(programmes) < 2:
            del self.fields["programme"]

    def _facts(self, centre):
        numbers = [
            (key, telephone.shown(phone.number, centre.country))
            for key, phone in self.phones.items()
        ]
        groups = [
            (_("Telephone numbers"), numbers),
            (_("The centre"), list(fact_names.OF_CENTRES.items())),
            (_("A programme"), list(fact_names.OF_PROGRAMMES.items()) if self.programmes else []),
        ]
        return [("", _("Not sure, or none of these")), *(group for group in groups if group[1])]

    def clean(self):
        said = super().clean()
        problem, fact = said.get("problem"), said.get("fact", "")
        if problem in ABOUT_A_NUMBER and self.phone is None and len(self.phones) > 1:
            self.add_error("fact", _("Choose which number."))
        if problem == Problem.WRONG_FACT and not fact and not said.get("text"):
            self.add_error("fact", _("Choose which fact is wrong, or write it in your words."))
        if problem in NEEDS_WORDS and not said.get("text") and "text" not in self.errors:
            self.add_error("text", _("Tell us a little: without a word we cannot look into it."))
        return said

    @property
    def phone(self):
        """The number it is about, or None."""
        chosen = self.phones.get(self.cleaned_data.get("fact", ""))
        if chosen is not None or self.cleaned_data.get("problem") not in ABOUT_A_NUMBER:
            return chosen
        return only_phone(self.centre)

    @property
    def told(self):
        """Of a valid form: what `reports.receive` is given of it."""
        said = self.cleaned_data
        fact = "phones" if self.phone is not None else said["fact"] or self._meant()
        return {
            "problem": said["problem"],
            "fact": fact,
            "phone": self.phone,
            "programme": self._programme(fact),
            "text": said["text"],
            "email": said["email"],
        }

    def _meant(self):
        """The fact that a problem is about where none was chosen; "" for none."""
        problem = self.cleaned_data["problem"]
        if problem in ABOUT_A_NUMBER:
            return "phones"
        if problem != Problem.CLOSED:
            return ""
        return "address" if self.centre.closed_on is None else "closed_on"

    def _programme(self, fact):
        if not fact.startswith(fact_names.OF_PROGRAMME):
            return None
        if len(self.programmes) == 1:
            return next(iter(self.programmes.values()))
        return self.programmes.get(self.cleaned_data.get("programme", ""))
