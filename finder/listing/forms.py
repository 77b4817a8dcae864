"""A form a step of listing a centre: one thing a page, and the least that will do."""

import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from centres.models import (
    AnsweredBy,
    Centre,
    Country,
    Method,
    Phone,
    Precision,
    Registration,
    Regulator,
)
from centres.rules import stored_number
from centres.web_address import check_web_address
from finder.places.resolve import OtherCountry, Understood, resolve
from finder.public_form import PublicForm

from .fields import one, text

ACTION = "list-a-centre"
YES, NO, UNSURE = "yes", "no", "unsure"
_AT_ONCE = datetime.timedelta(0)
#: How closely a place has to be known to be shown to somebody as the centre's.
_FINE = {each for each in Precision.values if each != Precision.WITHHELD}
_NOBODY_SAID = {"required": _("Choose one of these.")}


def place_of(text, country):
    """The `Spot` that a text surely names, no coarser than a town; else None."""
    answer = resolve(text, country=country) if text else None
    is_fine = isinstance(answer, Understood) and answer.place.precision in _FINE
    return answer.place if is_fine else None


class BeginForm(PublicForm):
    """The button that begins: its stamp makes the link."""

    action = ACTION
    fastest = _AT_ONCE


class SendForm(PublicForm):
    """The button that sends."""

    action = ACTION


class LinkForm(PublicForm):
    """Where to send the link to come back by."""

    action = "listing-link"
    prefix = "link"
    fastest = _AT_ONCE

    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={
            "required": _("Give an e-mail address to send the link to."),
            "invalid": _("This is not an e-mail address. One looks like name@example.org."),
        },
    )


class StepForm(PublicForm):
    """A step. `answers`: {step: {field: value}} so far; `said`: what this one adds to them.

    title: the question it asks; noun: what it is called among the others.
    """

    action = ACTION
    fastest = _AT_ONCE
    title = noun = lead = ""

    def __init__(self, data=None, *, step, answers, now, **kwargs):
        super().__init__(data, now=now, initial=answers.get(step, {}), **kwargs)
        self.step, self.answers = step, answers

    @property
    def nation(self):
        """The country that the first step named."""
        return self.answers.get("centre", {}).get("country", Country.GB.value)

    @property
    def said(self):
        return dict(self.cleaned_data)


class CentreStep(StepForm):
    title = _("Which centre is it?")
    noun = _("The centre")

    country = one(Country.choices, label=_("Which country is it in?"), error_messages=_NOBODY_SAID)
    name = text(
        Centre, "name", label=_("What is it called?"), required=True, min_length=2,
        help_text=_("The name people know it by."),
        error_messages={
            "required": _("Give its name."), "min_length": _("Give its whole name."),
        },
    )  # fmt: skip
    postcode = text(
        Centre, "postcode", label=_("Its postcode or ZIP code"),
        help_text=_("Leave it empty if its address must stay private."),
    )  # fmt: skip

    def clean_postcode(self):
        return " ".join(self.cleaned_data["postcode"].upper().split())

    def clean(self):
        said = super().clean()
        postcode, country = said.get("postcode"), said.get("country")
        if postcode and country:
            answer = resolve(postcode, country=country)
            if isinstance(answer, OtherCountry):
                self.add_error("postcode", _("This is in the other country. Look at both again."))
        return said


class KnownStep(StepForm):
    """Shown where the centre resembles others. `seen`: their ids."""

    title = _("Is it one of these?")
    noun = _("What it resembles")

    another = forms.BooleanField(
        label=_("It is none of these"),
        error_messages={"required": _("Tick this if it is none of these.")},
    )

    def __init__(self, *args, seen=(), is_stopped=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.seen = sorted(seen)
        if is_stopped:
            self.title = _("It asked not to be listed")

    @property
    def said(self):
        return {"another": True, "seen": self.seen}


class AddressStep(StepForm):
    title = _("Where is it?")
    noun = _("Address")

    withheld = forms.BooleanField(
        label=_("The address must stay private, such as a refuge’s"),
        required=False,
        help_text=_("Then we ask for the town alone, and keep no street and no postcode."),
    )
    street = text(Centre, "street", label=_("Building and street"))
    locality = text(Centre, "locality", label=_("District or village"))
    town = text(
        Centre, "town", label=_("Town or city"), required=True,
        error_messages={"required": _("Give the town or city.")},
    )  # fmt: skip
    region = text(Centre, "region", label=_("County, council area or state"))

    def clean(self):
        said = super().clean()
        if said.get("withheld"):
            said["street"] = said["locality"] = ""
        return said


class PlaceStep(StepForm):
    """Shows where the centre would stand on a map, and asks whether that is right."""

    title = _("Is this about right?")
    noun = _("On the map")

    right = one(
        [(YES, _("Yes, that is about right")), (NO, _("No, it is somewhere else")),
         (UNSURE, _("I do not know: leave it off the map"))],
        label=_("Is the point on the map about where it is?"), error_messages=_NOBODY_SAID,
    )  # fmt: skip
    elsewhere = forms.CharField(
        label=_("Where is it, if not there?"),
        required=False,
        max_length=100,
        help_text=_("A postcode, a town, or coordinates such as 53.7997, -1.5492."),
    )

    def __init__(self, *args, spot=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.spot = spot
        if spot is None:
            self.fields["right"].choices = self.fields["right"].choices[1:]
            self.fields["right"].label = _("Where is it?")
            self.title = _("Where is it on the map?")

        self.initial["right"] = (
            None if self.initial.get("right") == NO else self.initial.get("right")
        )

    @property
    def place_words(self):
        """Where the point is, and how surely, for all who read it and those who cannot see it."""
        said = {"place": self.spot.label, "precision": Precision(self.spot.precision).label}
        words = _("We think it is about here: %(place)s. We know %(precision)s, no closer.")
        return words % said

    def clean(self):
        said = super().clean()
        if said.get("right") != NO or "elsewhere" in self.errors:
            return said
        if not said["elsewhere"]:
            self.add_error("elsewhere", _("Say where it is instead."))
        elif place_of(said["elsewhere"], self.nation) is None:
            self.add_error("elsewhere", _("We do not know this place. Try its postcode or town."))
        return said

    @property
    def said(self):
        """Agreed to is the point that was shown, whatever stands in the other field."""
        said = dict(self.cleaned_data)
        if said["right"] == YES:
            said["elsewhere"] = self.answers.get("place", {}).get("elsewhere", "")
        return said


ANSWERED_BY = [
    (AnsweredBy.CENTRE.value, _("People at the centre")),
    (AnsweredBy.PROVIDER.value, _("The organisation that runs it")),
    (AnsweredBy.THIRD_PARTY.value, _("Another company")),
    (AnsweredBy.UNKNOWN.value, _("I do not know")),
]


class PhoneStep(StepForm):
    title = _("How do people reach it?")
    noun = _("Telephone and website")

    number = text(
        Phone, "number", label=_("Telephone"),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        help_text=_("The number that people ring who look for help."),
    )  # fmt: skip
    answered_by = one(
        ANSWERED_BY, label=_("Who answers it?"), required=False,
        help_text=_("Callers have a right to know. It is shown beside the number."),
    )  # fmt: skip
    website = forms.URLField(
        label=_("Its own website"),
        required=False,
        max_length=Centre._meta.get_field("website").max_length,
        validators=[check_web_address],
        error_messages={"invalid": _("This is not a web address. One looks like example.org.")},
        widget=forms.TextInput(attrs={"inputmode": "url", "spellcheck": "false"}),
    )

    def clean_number(self):
        typed = self.cleaned_data["number"]
        return stored_number(typed, self.nation) if typed else ""

    def clean(self):
        said = super().clean()
        if not self.errors and not (said.get("number") or said.get("website")):
            raise ValidationError(_("Give a telephone number or a website: one is enough."))
        return said


class RegistrationStep(StepForm):
    title = _("Is it registered?")
    noun = _("Registration")

    registration = one(
        [(Registration.REGISTERED.value, _("Yes, with a regulator")),
         (Registration.NOT_REQUIRED.value, _("No, it need not be")),
         (Registration.UNKNOWN.value, _("I do not know"))],
        label=_("Is it registered with a regulator, or licensed?"), error_messages=_NOBODY_SAID,
    )  # fmt: skip
    regulator = one((), label=_("With which?"), required=False)
    registration_number = text(
        Centre, "registration_number", label=_("Its registration or licence number")
    )
    registration_reason = text(
        Centre, "registration_reason", label=_("Why it need not be registered"),
        help_text=_("Such as: support meetings only, no treatment."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        of_us = [each for each in Regulator if each == Regulator.US_STATE]
        of_gb = [each for each in Regulator if each != Regulator.US_STATE]
        chosen = of_us if self.nation == Country.US else of_gb
        self.fields["regulator"].choices = [(each.value, each.label) for each in chosen]

    def clean(self):
        said = super().clean()
        stands = said.get("registration")
        if stands == Registration.REGISTERED:
            if not said.get("regulator") and "regulator" not in self.errors:
                self.add_error("regulator", _("Choose the regulator."))
            if not said.get("registration_number") and "registration_number" not in self.errors:
                self.add_error("registration_number", _("Give the number, so that we find it."))
        if stands == Registration.NOT_REQUIRED and not said.get("registration_reason"):
            self.add_error("registration_reason", _("Say why it need not be."))
        return said


#: How somebody knows who does not work there.
HOW = [
    (Method.WEBSITE.value, _("From its own website")),
    (Method.PHONE.value, _("I asked it by telephone")),
    (Method.VISIT.value, _("I have been there")),
    (Method.DOCUMENT.value, _("From a document")),
]


class SenderStep(StepForm):
    title = _("About you")
    noun = _("About you")
    lead = _("We need no name.")

    role = one(
        [("centre", _("I work there, or I run it")), ("another", _("Neither"))],
        label=_("Do you work at the centre?"), error_messages=_NOBODY_SAID,
    )  # fmt: skip
    how = one(HOW, label=_("If not: how do you know what you told us?"), required=False)
    email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        help_text=_(
            "Only if you want the link to our answer by e-mail. We write about this listing and "
            "nothing else, and delete the address with our answer."
        ),
        error_messages={
            "invalid": _("This is not an e-mail address. One looks like name@example.org.")
        },
    )
    is_true = forms.BooleanField(
        label=_("What I wrote is true, as far as I know."),
        error_messages={"required": _("We can only take what you believe to be true.")},
    )
    no_paid_referrals = forms.BooleanField(
        label=_("As far as I know, the centre neither pays nor takes money for sending people."),
        error_messages={
            "required": _("We list no centre that pays or takes money for sending people.")
        },
    )

    def clean(self):
        said = super().clean()
        if said.get("role") == "another" and not said.get("how") and "how" not in self.errors:
            self.add_error("how", _("Say how you know."))
        return said
