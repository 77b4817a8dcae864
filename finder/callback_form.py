"""The form by which somebody asks to be called, and what they agree to."""

import hashlib

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from centres import tokens
from centres.callbacks import Consents
from centres.models.callback import KEPT_FOR, PRIVATE, VOICEMAIL_NO, VOICEMAIL_YES

from . import telephone
from .public_form import PublicForm

#: Name of the hidden field that says which consents were shown.
AGREED = "agreed"
#: How a number is typed where the form is for people of a country.
NUMBER_HINTS = {
    "GB": _("With its area code, such as 01632 960123. From elsewhere: + and the country code."),
    "US": _("With its area code, such as (212) 555-0123. From elsewhere: + and the country code."),
}


REWORDED = _(
    "What you agree to is worded differently since you opened this page. What you typed is still "
    "here: please read the two sentences below and tick them again."
)


def _words(label, *, most, rows=0, **facts):
    """A field of at most `most` characters; `rows` lines of it are to be seen, 0 for one."""
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, max_length=most, widget=widget, **facts)


class CallbackForm(PublicForm):
    """centre: who is to call, None for the team. country: "GB" or "US", whose numbers are typed.

    The hidden `agreed` holds which consents the page showed: a tick counts for those alone.
    """

    action = "callback"

    name = _words(
        _("A name to use"),
        most=60,
        help_text=_("It need not be your own. Whoever calls asks for this person."),
        error_messages={"required": _("Give a name to ask for; any name.")},
    )
    number = forms.CharField(
        label=_("Telephone number"),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        error_messages={"required": _("Give the number to call.")},
    )
    when = _words(
        _("When is it safe to call?"),
        most=200,
        help_text=_("For instance: weekdays from 10 to 3. Or: any time."),
        error_messages={"required": _("Say when it is safe to call.")},
    )
    voicemail = forms.ChoiceField(
        label=_("If nobody answers, may they leave a message?"),
        choices=[
            (VOICEMAIL_YES, _("Yes, leave a message")),
            (VOICEMAIL_NO, _("No, leave no message")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether a message may be left.")},
    )
    if_another_answers = _words(
        _("If somebody else answers, what should they say?"),
        most=200,
        required=False,
        help_text=_(
            "For instance: “It is about the appointment.” If you leave this empty, they ask for "
            "you by the name above and do not say why."
        ),
    )
    note = _words(
        _("Anything they should know before they call"),
        most=500,
        rows=3,
        required=False,
        help_text=_(
            "Please no details: nothing about health, and no other person’s name. Keep those for "
            "the call."
        ),
    )
    wants_email = forms.BooleanField(
        label=_("Send me the link to take this back by e-mail"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "asks-more"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_(
            "Only for that link, which you see after sending too. The e-mail does not say what it "
            "is for, and we forget the address once it is sent."
        ),
    )
    to_call = forms.BooleanField(
        error_messages={"required": _("Nobody calls you unless you agree to it.")}
    )
    to_keep = forms.BooleanField(
        error_messages={"required": _("We can pass nothing on unless you agree that it is kept.")}
    )

    def __init__(self, data=None, *, centre, country, now):
        super().__init__(data, now=now)
        self.centre, self.country = centre, country
        self.fields["number"].help_text = NUMBER_HINTS[country]
        self.consents = consents_to(centre, now=self.shown_at)
        self.fields["to_call"].label = self.consents.to_call
        self.fields["to_keep"].label = self.consents.to_keep
        self._is_reworded = self.is_bound and self.data.get(AGREED) != self.agreed
        if self._is_reworded:
            self.data.pop("to_call", None)
            self.data.pop("to_keep", None)

    @property
    def shown_at(self):
        """When the form was shown, from which its last day is counted."""
        return self._shown[1] if self._shown else self.now

    @property
    def agreed(self):
        """What the hidden field holds: which consents the form shows."""
        return digest_of(self.centre)

    @property
    def token(self):
        """As of any form, and of this recipient: sent to another it is another request."""
        of = self.centre.pk if self.centre else "team"
        return tokens.from_nonce(self.nonce, salt=f"{self.action}.{of}")

    def clean_number(self):
        number = telephone.to_call_back(self.cleaned_data["number"], self.country)
        if not number:
            raise forms.ValidationError(
                _("We cannot read this number, or it is one that costs extra. Give it with its "
                  "area code, or with + and the country code.")
            )  # fmt: skip
        return number

    def clean(self):
        cleaned = super().clean()
        if self._is_reworded:
            self.add_error(None, REWORDED)
        if not cleaned.get("wants_email"):
            self._errors.pop("email", None)
            cleaned["email"] = ""
        elif not cleaned.get("email") and "email" not in self._errors:
            self.add_error("email", _("Give the address for the link, or untick the box above."))
        return cleaned

    def said(self):
        """{name of each private field: text} of a valid form."""
        return {name: self.cleaned_data[name] for name in PRIVATE}


def who_calls(centre):
    """Who calls and reads, by name: "Oak House (run by Oak Ltd)", "the team of this directory"."""
    if centre is None:
        return gettext("the team of this directory")
    if centre.provider is None:
        return centre.name
    names = {"centre": centre.name, "provider": centre.provider.legal_name}
    return gettext("%(centre)s (run by %(provider)s)") % names


def consents_to(centre, *, now):
    """The two `Consents` of a request, in words that name who will call and read."""
    return _consents(centre, date=date_format(timezone.localdate(now + KEPT_FOR)))


def digest_of(centre):
    """64 hexadecimal digits for the words of both consents; the stamp holds their day."""
    consents = _consents(centre, date="")
    told = f"{consents.to_call}\n{consents.to_keep}"
    return hashlib.sha256(told.encode()).hexdigest()


def _consents(centre, *, date):
    said = {"who": who_calls(centre), "date": date}
    return Consents(
        to_call=gettext("I agree that %(who)s calls me on this number.") % said,
        to_keep=gettext(
            "I agree that what I wrote here is kept encrypted, and read by %(who)s and nobody "
            "else, until it is deleted: on %(date)s at the latest."
        )
        % said,
    )
