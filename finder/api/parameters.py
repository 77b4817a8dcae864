"""The parameters of a search as OpenAPI, derived from the filters and the form that read them."""

from django import forms
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from finder.filters import (
    LONGEST_TEXT,
    CentreFilterSet,
    ChoicesField,
    NumbersField,
    TextsField,
    YesField,
)
from finder.forms import PAGE_SIZE, SearchForm

_SAID_OF = {
    "near": "A UK postcode or part of one, a US ZIP code, a town, county or state, or "
    "“latitude,longitude”.",
    "radius": "A number of miles from `near`, or `any`.",
    "country": "Unless given, that of `near`, else GB.",
    "sort": "Unless given, distance where there is a place, else name.",
    "page_size": f"Unless given, {PAGE_SIZE}.",
}


class Schema(AutoSchema):
    """An operation's description; a search's parameters are those that the search reads."""

    def get_override_parameters(self):
        given = super().get_override_parameters()
        return [*given, *parameters()] if getattr(self.view, "searches", False) else given


def parameters():
    """An `OpenApiParameter` for everything a search takes."""
    filters = CentreFilterSet(now=None)
    return [
        *(_asked_once(name, field) for name, field in SearchForm.base_fields.items()),
        *(
            _repeated(name, filters.filters[name], field)
            for name, field in filters.form.fields.items()
        ),
    ]


def _asked_once(name, field):
    said = f"{field.label}. {_SAID_OF.get(name, '')}".strip()
    return OpenApiParameter(name, type=_shape_of_one(field), description=said)


def _shape_of_one(field):
    if isinstance(field, forms.ChoiceField):
        return {"type": "string", "enum": [value for value, _ in field.choices if value]}
    if isinstance(field, forms.IntegerField):
        return {"type": "integer", "minimum": field.min_value, "maximum": field.max_value}
    return {"type": "string", "maxLength": field.max_length}


def _repeated(name, filter_, field):
    meaning = vars(type(filter_)).get("__doc__") or ""
    said = " ".join(f"{filter_.label}. {meaning} Repeat it for “or”.".split())
    shape = {"type": "array", "items": _shape_of_many(field)}
    return OpenApiParameter(name, type=shape, description=said, style="form", explode=True)


def _shape_of_many(field):
    if isinstance(field, NumbersField):
        return {"type": "integer", "minimum": field.least, "maximum": field.most}
    if isinstance(field, TextsField):
        return {"type": "string", "maxLength": LONGEST_TEXT}
    values = ["yes"] if isinstance(field, YesField) else []
    if isinstance(field, ChoicesField):
        values = [value for value, _ in field.choices]
    return {"type": "string", **({"enum": values} if values else {})}
