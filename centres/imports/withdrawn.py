"""What a file may not list anew, for it is, or may be, a centre that asked not to be listed.

A wrong omission is a line of the report; a wrong listing is a refuge's address for all to see.
"""

from ..models import Centre, Status
from ..resemblance import Described, Prepared

WITHDRAWN = "withdrawn here (do not list)."
LOOK = (
    "it resembles {name}, withdrawn here (do not list), by its {by}. A person should look: if it is"
    " another, enter it by hand."
)
_WORDS = {"place": "postcode", "phone": "telephone", "website": "website", "name": "name"}


class Withdrawn:
    """The withdrawn centres, prepared once for a file."""

    def __init__(self):
        centres = Centre.objects.filter(status=Status.WITHDRAWN).exclude(source__is_demo=True)
        self._prepared = Prepared(centres)

    def reason_to_leave_out(self, listing):
        """A sentence for the report, or None where the listing resembles no withdrawn centre."""
        likeness = self._prepared.likest(_described(listing))
        if likeness is None:
            return None
        name = likeness.centre.name
        if likeness.is_sure:
            return f"{name}: {WITHDRAWN}"
        by = " and ".join(word for reason, word in _WORDS.items() if reason in likeness.by)
        return f"{listing.facts['name']}: {LOOK.format(name=name, by=by)}"


def _described(listing):
    facts = listing.facts
    registration = facts.get("registration") or {}
    return Described(
        name=facts["name"],
        country=listing.country,
        postcode=(facts.get("address") or {}).get("postcode") or "",
        phones=tuple(phone["number"] for phone in facts.get("phones") or ()),
        website=facts.get("website") or "",
        regulator=registration.get("regulator") or "",
        registration_number=registration.get("number") or "",
    )
