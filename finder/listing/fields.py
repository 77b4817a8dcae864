"""Fields that the steps share, each with a limit and a sentence for what will not do."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from centres.models import Term
from finder import wording
from finder.forms import WholeNumberField


def text(model, name, *, label, required=False, **kwargs):
    """A line of text as long as the column `name` of `model` takes."""
    most = model._meta.get_field(name).max_length
    return forms.CharField(label=label, required=required, max_length=most, **kwargs)


def one(choices, *, label, required=True, **kwargs):
    """A choice of one, all of it in view."""
    return forms.ChoiceField(
        label=label, choices=choices, required=required, widget=forms.RadioSelect, **kwargs
    )


def several(kind, *, country, label, **kwargs):
    """Terms of the vocabulary, by their slugs, as they are used in a country."""
    terms = Term.objects.filter(Q(country="") | Q(country=country), kind=kind)
    return forms.MultipleChoiceField(
        label=label,
        required=False,
        choices=[(term.slug, wording.term(term.label)) for term in terms],
        widget=forms.CheckboxSelectMultiple,
        **kwargs,
    )


def number(*, label, most, **kwargs):
    """A whole number of at least 1, typed as text: nothing turns it when somebody scrolls."""
    least = kwargs.pop("least", 1)
    return WholeNumberField(
        label=label,
        required=False,
        min_value=least,
        max_value=most,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": _("Give a whole number, in figures.")},
        **kwargs,
    )
