"""What a search asks beside its filters: where, how far, in which order."""

import math
import re

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from centres.models import Country

from .filters import LONGEST_TEXT

#: Half the way round the earth, and a little more.
FURTHEST_MILES = 12_500
PAGE_SIZE, LARGEST_PAGE = 20, 100
LAST_PAGE = 1_000_000
#: The code of the error of what only a place is missing for.
NO_PLACE = "no_place"

SORTS = (
    ("distance", _("Nearest first")),
    ("name", _("Name, A to Z")),
    ("price", _("Lowest whole price first")),
    ("available", _("Earliest admission first")),
    ("checked", _("Most recently checked first")),
)


#: A number as people and programs write it; Python would also read "1_0" and other scripts' digits.
_NUMBER = re.compile(r"\d+(\.\d*)?(e[-+]?\d+)?|\.\d+(e[-+]?\d+)?", re.ASCII | re.IGNORECASE)


class WholeNumberField(forms.IntegerField):
    def to_python(self, value):
        if value in self.empty_values:
            return None
        if not (value.isascii() and value.isdigit()):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class SearchForm(forms.Form):
    """Where, how far, in which order, which page."""

    near = forms.CharField(
        label=_("Town, county or postcode"), required=False, max_length=2 * LONGEST_TEXT
    )
    radius = forms.CharField(label=_("Miles"), required=False, max_length=30)
    country = forms.ChoiceField(
        label=_("Country"),
        required=False,
        choices=Country.choices,
        error_messages={"invalid_choice": _("“%(value)s” is not one of GB and US.")},
    )
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=SORTS,
        error_messages={
            "invalid_choice": format_lazy(
                _("“%(value)s” is not one of {}."), ", ".join(value for value, _words in SORTS)
            )
        },
    )
    page = WholeNumberField(label=_("Page"), required=False, min_value=1, max_value=LAST_PAGE)
    page_size = WholeNumberField(
        label=_("Results a page"), required=False, min_value=1, max_value=LARGEST_PAGE
    )

    def clean_radius(self):
        """Miles, or None for any distance."""
        text = self.cleaned_data["radius"]
        if text in {"", "any"}:
            return None
        miles = float(text) if _NUMBER.fullmatch(text) else math.nan
        if not 0 < miles <= FURTHEST_MILES:
            raise forms.ValidationError(
                _("Give a number of miles up to %(most)s, or “any”."),
                params={"most": f"{FURTHEST_MILES:,}"},
            )
        return miles

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("near", "") or "near" in self.errors:
            return cleaned
        if cleaned.get("radius") is not None:
            self._ask_for_a_place(
                "radius", _("A distance needs a place to measure from: type one.")
            )
        if cleaned.get("sort") == "distance":
            self._ask_for_a_place(
                "sort", _("Nearest first needs a place to measure from: type one.")
            )
        return cleaned

    def _ask_for_a_place(self, name, message):
        self.add_error(name, forms.ValidationError(message, code=NO_PLACE))

    @property
    def lack_a_place(self):
        """Parameters that would be well if there were a place."""
        return {name for name in self.errors if self.has_error(name, NO_PLACE)}
