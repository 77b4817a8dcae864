"""The step that asks about one programme: what kind it is, how long, for whom, and the price."""

from django import forms
from django.utils.translation import gettext_lazy as _

from centres.models import Country, DualDiagnosis, LevelOfCare, Programme
from centres.models.programme import HIGHEST_PRICE, LONGEST_DAYS

from .fields import number, one, several, text
from .forms import NO, YES, StepForm

#: The most that one form tells of; a centre with more tells the team.
MOST = 8


class ProgrammeStep(StepForm):
    """One way of being treated there. What is left empty is “not known”."""

    title = _("What does it offer?")
    noun = _("Programme")
    lead = _("One programme at a time, the main one first. Leave empty what you do not know.")

    level = forms.ChoiceField(
        label=_("Which kind of programme is it?"),
        choices=[("", _("Choose one")), *LevelOfCare.choices],
        error_messages={"required": _("Choose the kind that comes nearest.")},
    )
    name = text(Programme, "name", label=_("What does the centre call it?"))
    open_ended = forms.BooleanField(label=_("As long as somebody needs"), required=False)
    length_min_days = number(label=_("Shortest stay, in days"), most=LONGEST_DAYS)
    length_max_days = number(label=_("Longest stay, in days"), most=LONGEST_DAYS)
    dual_diagnosis = one(
        DualDiagnosis.choices, label=_("A mental health condition alongside?"), required=False
    )
    price = number(label=_("The whole price"), most=HIGHEST_PRICE, least=0)
    price_includes = text(Programme, "price_includes", label=_("What the price includes"))
    more = one(
        [(NO, _("No, that is all")), (YES, _("Yes, tell of another"))],
        label=_("Is there another programme?"), initial=NO,
        error_messages={"required": _("Choose one of these.")},
    )  # fmt: skip

    field_order = [
        "level", "name", "open_ended", "length_min_days", "length_max_days", "dual_diagnosis",
        "substances", "funding", "price", "price_includes", "more",
    ]  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        country = self.nation
        self.fields["substances"] = several(
            "substance", country=country, label=_("What does it treat?")
        )
        self.fields["funding"] = several("funding", country=country, label=_("How can it be paid?"))
        whole = _("In whole dollars") if country == Country.US else _("In whole pounds")
        self.fields["price"].help_text = _(
            "%(money)s, with everything that has to be paid. 0 if it is free to the person treated."
        ) % {"money": whole}
        if int(self.step.removeprefix("programme-")) >= MOST:
            del self.fields["more"]
        self.order_fields(self.field_order)

    def clean(self):
        said = super().clean()
        least, most = said.get("length_min_days"), said.get("length_max_days")
        if said.get("open_ended") and (least or most):
            self.add_error("open_ended", _("Give the days, or tick this: not both."))
        if least and most and most < least:
            self.add_error(
                "length_max_days", _("The longest stay cannot be shorter than the shortest.")
            )
        if said.get("price_includes") and said.get("price") is None and "price" not in self.errors:
            self.add_error("price", _("Give the price as well, or leave both empty."))
        return said
