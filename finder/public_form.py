"""A form that anybody may send: what holds a script back, and loses nothing a person typed."""

import datetime
import unicodedata

from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.core.signing import BadSignature, Signer
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from centres import tokens

#: Names of what `finder/_form_guard.html` puts into the form.
STAMP, TRAP = "stamp", "topic"
#: A form on a page that was opened longer ago is shown once more before it counts.
LASTS = datetime.timedelta(hours=24)
#: What stands for what could not be read.
LOST = "\N{REPLACEMENT CHARACTER}"
#: Joiners: scripts and emoji need them.
JOINERS = "\u200c\u200d"
LINES = "\t\n\r"

TOO_FAST = _("That was quicker than people type. If it is as you want it, please send it again.")
TOO_OLD = _("This page was open for a long time. Please look it over and send it again.")
TRAPPED = _(
    "Something filled in a field that people do not see, perhaps a browser’s own help. "
    "If the rest is as you want it, please send it again."
)
GARBLED = _("Part of this did not reach us as it was typed. Please type it again.")


class PublicForm(forms.Form):
    """A form with a stamp: when it was shown, and a nonce that tells two sendings from two forms.

    action: names the form; its stamps are good for no other. Every text field has a `max_length`.
    `now`: a moment. Render `finder/_form_guard.html` inside the form. Nothing in it needs a cookie.
    """

    action = ""
    #: Nobody fills it in sooner.
    fastest = datetime.timedelta(seconds=2)

    def __init__(self, data=None, files=None, *, now, **kwargs):
        super().__init__(None if data is None else _plain_values(data), files, **kwargs)
        self.now = now
        self._shown = self._read_stamp() if self.is_bound else None
        for name, field in self.fields.items():
            if isinstance(field, forms.CharField) and field.max_length is None:
                raise ImproperlyConfigured(f"{type(self).__name__}.{name} needs a max_length.")

    @property
    def stamp(self):
        """What the form's hidden field holds: as it came, or a new one where it will not do."""
        return self.data[STAMP] if self._shown else make_stamp(self.action, now=self.now)

    @property
    def nonce(self):
        """Of a valid form: the same each time it is sent."""
        return self._shown[0]

    @property
    def token(self):
        """Of a valid form: the token for its row's link (`centres.tokens`), the same each time."""
        return tokens.from_nonce(self.nonce, salt=self.action)

    def full_clean(self):
        """Also refuses, once everything else has been looked at, what no person sent."""
        super().full_clean()
        if not self.is_bound:
            return
        for name in self.fields:
            if LOST in "".join(self.data.getlist(self.add_prefix(name))):
                self._errors.pop(name, None)
                self.add_error(name, GARBLED)
        if problem := self._problem():
            self.add_error(None, problem)

    def _problem(self):
        if self._shown is None:
            return TOO_OLD
        if self.data.get(TRAP):
            return TRAPPED
        if self.now - self._shown[1] < self.fastest:
            return TOO_FAST
        return None

    def _read_stamp(self):
        """(nonce, moment) of a stamp of ours for this form that has not grown old, or None."""
        try:
            nonce, seconds = _signer(self.action).unsign_object(self.data.get(STAMP, ""))
        except (BadSignature, ValueError):
            return None
        shown = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
        return (nonce, shown) if self.now - shown <= LASTS else None


def make_stamp(action, *, now):
    """A stamp for a form that is shown at `now`."""
    return _signer(action).sign_object([tokens.new(), now.timestamp()])


def _signer(action):
    return Signer(salt=f"finder.public_form.{action}")


def _plain_values(data):
    """A copy of what was sent in which each text is plain: see `plain`."""
    return MultiValueDict({key: [plain(text) for text in data.getlist(key)] for key in data})


def plain(text):
    """Text without what nobody can see: what telephones and word processors paste along.

    Those are marks that turn the direction of writing, and control characters. NUL and halves of
    characters, which nobody types, become `LOST`; so does what was not UTF-8 when it came.
    """
    return "".join(_plain_character(each) for each in text)


def _plain_character(character):
    if character.isalnum() or character in LINES or character in JOINERS:
        return character
    category = unicodedata.category(character)
    if character == "\0" or category == "Cs":
        return LOST
    return "" if category in {"Cc", "Cf"} else character
