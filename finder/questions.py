"""What to ask a centre: of each fact that is not known, and of everyone before saying yes.

They are neutral: each can be answered either way, and none says what the answer should be. Where a
rule or a published source stands behind one, it is named with it (see the sources on `/data/`).
"""

from dataclasses import dataclass, field

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

#: {name of a fact: what to ask where it is not known}.
ASKED = {
    "level": _("Would I live there, or go home at night?"),
    "substances": _("Do you treat what I use?"),
    "dual_diagnosis": _("Do you treat mental health as well, and who does that?"),
    "conditions": _("Which mental health conditions do you treat alongside?"),
    "excluded_conditions": _("Which conditions can you not take?"),
    "exclusions": _("Is there anything about me that would stop you taking me?"),
    "people": _("Who else would be there?"),
    "ages": _("Which ages do you take?"),
    "price": _("What is the whole price, with everything that cannot be avoided?"),
    "funding": _("In which ways can it be paid for?"),
    "insurance": _("Which insurers and plans do you accept, and will you put that in writing?"),
    "earliest_admission": _("What is the first day I could start?"),
    "address": _("Where are you?"),
    "distance": _("How would I get to you from where I am?"),
    "length": _("How long is it, and who decides when it ends?"),
    "detoxes": _("From which substances do you manage withdrawal?"),
    "medication": _("May I keep taking the medication I am prescribed?"),
    "approach": _("What is your approach: do you ask people to stop altogether?"),
    "therapies": _("What would a week hold: which therapies, how often, given by whom?"),
    "registration": _("Who regulates you, and under which number?"),
    "rating": _("Who inspected you last, when, and what did they find?"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ToAsk:
    """A question of the call sheet. rules: {country: why it may be asked, with the source}."""

    text: str
    rules: dict[str, str] = field(default_factory=dict)


_PRICE_GB = _(
    "A price that is shown has to be the total, with every charge that cannot be avoided: Digital "
    "Markets, Competition and Consumers Act 2024 and the CMA’s guidance CMA209."
)
_NIGHT_GB = _(
    "In England, accommodation for people who require treatment for substance misuse is a "
    "regulated activity: the Care Quality Commission registers it."
)
_STOPPING = _(
    "Stopping alcohol or benzodiazepines suddenly can cause harm (NHS). Detox alone is not "
    "treatment (SAMHSA, TIP 45)."
)
_MENTAL_GB = _(
    "NICE’s guideline NG58 is about severe mental illness; “dual diagnosis” in advertisements is "
    "often wider."
)

#: The ten of the call sheet, in the order in which a call goes.
TEN = (
    ToAsk(
        text=_(
            "What is the whole price, with everything that cannot be avoided? What may come on top?"
        ),
        rules={"GB": _PRICE_GB},
    ),
    ToAsk(text=_("Is there a deposit? What is paid back, and when, if I do not come?")),
    ToAsk(
        text=_(
            "In which ways can it be paid for: public money, insurance, instalments? Will you "
            "put that in writing?"
        ),
    ),
    ToAsk(text=_("What is the first day I could start, and what has to happen before it?")),
    ToAsk(
        text=_(
            "From which substances do you manage withdrawal, and who is medically responsible, "
            "at night too?"
        ),
        rules={"GB": format_lazy("{} {}", _STOPPING, _NIGHT_GB), "US": _STOPPING},
    ),
    ToAsk(text=_("May I keep taking the medication I am prescribed? Which do you prescribe?")),
    ToAsk(
        text=_(
            "Do you treat mental health as well? Who does that, and which conditions can you not "
            "take?"
        ),
        rules={"GB": _MENTAL_GB},
    ),
    ToAsk(
        text=_(
            "What happens if I leave early, or am asked to: where do I go, and what is paid back?"
        )
    ),
    ToAsk(
        text=_("When may my family call and visit, and what are they told? May I have my phone?")
    ),
    ToAsk(
        text=_("If something goes wrong, to whom do I complain, and to whom outside the centre?")
    ),
)


def call_sheet(country):
    """[(question, the rule behind it in `country` or "")] of the ten."""
    return [(one.text, one.rules.get(country, "")) for one in TEN]
