"""What a centre is asked that disputes a fact: which, and what it says of it."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from centres import replies

from . import fact_names, wording
from .public_form import PublicForm


class ReplyForm(PublicForm):
    """`centre` has its programmes loaded."""

    action = "reply"

    fact = forms.ChoiceField(
        label=_("Which fact?"), error_messages={"required": _("Choose the fact.")}
    )
    programme = forms.ChoiceField(label=_("Of which programme?"), required=False)
    text = forms.CharField(
        label=_("What you say"),
        max_length=replies.MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Plain words, at most 600 characters. No links and no telephone numbers: those on the "
            "page are checked and say who answers, and a reply should not lead callers past that."
        ),
        error_messages={"required": _("Write what you say about it.")},
    )

    def __init__(self, *args, centre, **kwargs):
        super().__init__(*args, **kwargs)
        self._centre = centre
        programmes = list(centre.programmes.all())
        self.programmes = {str(programme.pk): programme for programme in programmes}
        facts = [("", _("Choose one")), (_("The centre"), list(fact_names.OF_CENTRES.items()))]
        if programmes:
            facts.append((_("A programme"), list(fact_names.OF_PROGRAMMES.items())))
        self.fields["fact"].choices = facts
        named = zip(self.programmes, wording.names(programmes), strict=True)
        self.fields["programme"].choices = [("", _("Choose one")), *named]
        if len(programmes) < 2:
            del self.fields["programme"]

    def clean_text(self):
        text = self.cleaned_data["text"]
        replies.refuse_text(text, country=self._centre.country)
        return text

    def clean(self):
        said = super().clean()
        if self._is_of_programme and self.whose is None:
            self.add_error("programme", ValidationError(_("Choose the programme.")))
        return said

    @property
    def _is_of_programme(self):
        return self.cleaned_data.get("fact", "").startswith(fact_names.OF_PROGRAMME)

    @property
    def whose(self):
        """Whose fact it is, or None."""
        if not self._is_of_programme:
            return None
        if len(self.programmes) == 1:
            return next(iter(self.programmes.values()))
        return self.programmes.get(self.cleaned_data.get("programme", ""))
