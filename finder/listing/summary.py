"""Every answer in words, step by step, to be looked over before it is sent."""

from dataclasses import dataclass

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from . import place
from .steps import form_class

#: Not said again: questions of the way and not of the centre.
LEFT_OUT = {"more", "another", "is_true", "no_paid_referrals"}


@dataclass(frozen=True)
class Part:
    """A step: its title, and pairs (question, answer)."""

    step: str
    title: str
    answers: list


def parts(way):
    """A `Part` for each step that was answered."""
    return [_part(step, way.answers) for step in way.steps if step != "known"]


def _part(step, answers):
    beside = {"spot": place.spot_of(answers)} if step == "place" else {}
    form = form_class(step)(step=step, answers=answers, now=timezone.now(), **beside)
    said, title = answers[step], str(form.noun)
    if step.startswith("programme-") and step != "programme-1":
        title = f"{title} {step.removeprefix('programme-')}"
    lines = [
        (field.label, _in_words(field, said[name]))
        for name, field in form.fields.items()
        if name in said and name not in LEFT_OUT
    ]
    return Part(step, title, [line for line in lines if line[1]])


def _in_words(field, value):
    """An answer in words, "" where nothing was said."""
    if value in (None, "", [], False):
        return ""
    if value is True:
        return _("Yes")
    if isinstance(field, forms.ChoiceField):
        labels = dict(field.choices)
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(str(labels.get(each, each)) for each in chosen)
    return str(value)
