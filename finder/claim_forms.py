"""What somebody is asked who speaks for a centre: who they are, a code, and how they prove it."""

import datetime
import re

from django import forms
from django.utils.translation import gettext_lazy as _

from centres import claims

from . import telephone
from .public_form import PublicForm

_AT_ONCE = datetime.timedelta(0)


class EmailField(forms.EmailField):
    """An address, at most as long as mail allows (RFC 5321, 4.5.3.1)."""

    def __init__(self, **kwargs):
        widget = forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"})
        super().__init__(max_length=254, widget=widget, **kwargs)


class ClaimForm(PublicForm):
    """Who somebody is: as little as the team needs to know with whom it speaks."""

    action = "claim"

    name = forms.CharField(
        label=_("Your name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Give your name.")},
    )
    role = forms.CharField(
        label=_("What you do at the centre"),
        max_length=100,
        help_text=_("Such as manager, admissions or front desk."),
        error_messages={"required": _("Say what you do at the centre.")},
    )
    email = EmailField(
        label=_("Your e-mail address at work"),
        help_text=_(
            "We send a code to it. An address at the centre’s own domain proves at once that you "
            "work there; with any other we ask for one thing more."
        ),
        error_messages={
            "required": _("Give an e-mail address: the code is sent to it."),
            "invalid": _("This is not an e-mail address. One looks like name@example.org."),
        },
    )


class LinkForm(PublicForm):
    """Where to send a link again."""

    action = "claim-again"

    email = EmailField(
        label=_("The e-mail address that you gave"),
        error_messages={
            "required": _("Give the e-mail address that you gave us."),
            "invalid": _("This is not an e-mail address. One looks like name@example.org."),
        },
    )


class CodeForm(PublicForm):
    """The six digits that were read out, however they are spaced."""

    action = "claim-code"
    fastest = _AT_ONCE  # a code may be pasted

    code = forms.CharField(
        label=_("The six digits"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "code"}
        ),
        error_messages={"required": _("Type the six digits.")},
    )

    def clean_code(self):
        digits = re.sub(r"[\s-]", "", self.cleaned_data["code"])
        if not re.fullmatch(rf"[0-9]{{{claims.DIGITS}}}", digits):
            raise forms.ValidationError(_("The code is six digits."))
        return digits


class MailedCodeForm(PublicForm):
    """The code of a mail, however it is spaced, in capitals or small letters."""

    action = "claim-code"
    fastest = _AT_ONCE  # a code may be pasted

    code = forms.CharField(
        label=_("The code in the mail"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "code",
            }
        ),
        error_messages={"required": _("Type the code in the mail.")},
    )

    def clean_code(self):
        typed = re.sub(r"[\s-]", "", self.cleaned_data["code"]).upper()
        if not re.fullmatch(rf"[A-Z0-9]{{{claims.MAIL_CODE_LENGTH}}}", typed):
            raise forms.ValidationError(_("The code is eight letters and digits."))
        return typed


def code_form(claim):
    """Which of the two forms asks for the code that a claim waits for."""
    return MailedCodeForm if claim.email_confirmed_at is None else CodeForm


class PhoneForm(PublicForm):
    """On which of the centre's published numbers a code is to be read out."""

    action = "claim-phone"
    fastest = _AT_ONCE

    phone = forms.ChoiceField(
        label=_("Which number shall we ring?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the number that we shall ring.")},
    )

    def __init__(self, *args, centre, phones, **kwargs):
        super().__init__(*args, **kwargs)
        self.phones = {str(phone.pk): phone for phone in phones}
        choices = [
            (
                key,
                " ".join(filter(None, [telephone.shown(each.number, centre.country), each.label])),
            )
            for key, each in self.phones.items()
        ]
        self.fields["phone"].choices = choices
        if len(choices) == 1:
            self.fields["phone"].initial = choices[0][0]

    @property
    def chosen(self):
        """Of a valid form: the `Phone`."""
        return self.phones[self.cleaned_data["phone"]]


class DocumentForm(PublicForm):
    """A document for the team to look at."""

    action = "claim-document"
    fastest = _AT_ONCE

    document = forms.FileField(
        label=_("The document"),
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
        help_text=_(
            "A PDF, PNG or JPEG of at most 4 MB that names you and the centre: a letter on its "
            "paper, say, or a page of its registration. Please cover what we need not know, and "
            "send nothing about anybody who is treated there."
        ),
        error_messages={
            "required": _("Choose the document."),
            "empty": _("This document is empty."),
            "invalid": _("Choose the document."),
        },
    )


class LeaveForm(PublicForm):
    """Why a centre would be taken out of the directory."""

    action = "claim-leave"

    reason = forms.CharField(
        label=_("Why?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("If you like. It helps us when somebody else asks us to list the centre."),
    )
