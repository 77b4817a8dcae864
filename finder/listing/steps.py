"""The steps in their order, which of them are still to be answered, and what stops a listing."""

import re
from dataclasses import dataclass

from centres import resemblance

from . import forms
from .programme_form import MOST, ProgrammeStep

FORMS = {
    "centre": forms.CentreStep,
    "known": forms.KnownStep,
    "address": forms.AddressStep,
    "place": forms.PlaceStep,
    "phone": forms.PhoneStep,
    "registration": forms.RegistrationStep,
    "you": forms.SenderStep,
}
#: The page that shows all answers, and sends them.
CHECK = "check"
_PROGRAMME = re.compile(rf"programme-[1-{MOST}]")


def form_class(step):
    """The form of a step, or None where there is no such step."""
    return ProgrammeStep if _PROGRAMME.fullmatch(step) else FORMS.get(step)


@dataclass(frozen=True)
class Way:
    """answers: {step: {field: value}} so far; likenesses: what a visitor may be told of."""

    answers: dict
    likenesses: list

    @property
    def stopped_by(self):
        """The likeness to a centre that asked not to be listed, or None."""
        return next((one for one in self.likenesses if one.is_withdrawn and one.is_sure), None)

    @property
    def steps(self):
        """Every step that these answers lead through, in order."""
        found = ["centre"]
        if self.likenesses:
            found.append("known")
        found.append("address")
        if not self.answers.get("address", {}).get("withheld"):
            found.append("place")
        return [*found, "phone", *self._programmes, "registration", "you"]

    @property
    def _programmes(self):
        number = 1
        while number < MOST and self.answers.get(f"programme-{number}", {}).get("more") == "yes":
            number += 1
        return [f"programme-{each}" for each in range(1, number + 1)]

    def is_answered(self, step):
        if step == "known":
            seen = set(self.answers.get("known", {}).get("seen", []))
            return self.stopped_by is None and {one.centre.pk for one in self.likenesses} <= seen
        if step == "place" and self.answers.get("place", {}).get("right") == forms.NO:
            return False  # what was typed instead is shown, to be agreed to
        return step in self.answers

    @property
    def onward(self):
        """The first step not answered yet; `CHECK` where all are."""
        return next((step for step in self.steps if not self.is_answered(step)), CHECK)


def way(answers):
    """The `Way` of these answers; one pass over the centres of the country."""
    if "centre" not in answers:
        return Way(answers, [])
    return Way(answers, resemblance.of_the_public(described(answers)))


def described(answers):
    """What is known of the centre so far, for `resemblance`."""
    centre, phone = answers["centre"], answers.get("phone", {})
    registration = answers.get("registration", {})
    return resemblance.Described(
        name=centre["name"],
        country=centre["country"],
        postcode=centre["postcode"],
        phones=(phone["number"],) if phone.get("number") else (),
        website=phone.get("website", ""),
        regulator=registration.get("regulator", ""),
        registration_number=registration.get("registration_number", ""),
    )
