"""What happened to a case, and to its centre: read, never written here."""

from dataclasses import dataclass

from centres.models import Act, AuditEntry, Method, Outcome, Verification
from centres.workflow import BY_NAME

from .case_facts import label_of

#: Events that no transition names.
OTHER_EVENTS = {
    "open": "Opened",
    "check": "Check recorded",
    "fact-changed": "A checked fact changed",
}
#: What an event keeps of a check, in the order it is read.
PARTS = {
    "outcome": "Outcome",
    "method": "How",
    "captured_on": "True on",
    "expires_on": "Holds until",
    "link": "Link",
    "register_reference": "Register reference",
    "file": "Document (its hash)",
    "note": "Note for the team",
    "public_note": "Note for the public",
    "is_public": "Shown to the public",
    "facts": "Vouches for",
    "checked_by": "Checked by",
}
WORDS = {"outcome": Outcome, "method": Method}
MOST_CHANGES = 20


@dataclass(frozen=True)
class Line:
    """One event: who, when, what, why, and what changed as rows (part, before, after)."""

    event: object
    action: str
    title: str
    changes: list[tuple[str, str, str]]

    @property
    def who(self):
        return self.event.person or "A command"

    @property
    def moved(self):
        """Where the case went, or "" where it stayed."""
        if self.event.from_state == self.event.to_state:
            return ""
        return self.event.get_to_state_display()


def history(case):
    """A `Line` for every event of the case, the first first; one query."""
    return [_line(event) for event in case.events.select_related("person").order_by("pk")]


def _line(event):
    name = event.action
    title = BY_NAME[name].label if name in BY_NAME else OTHER_EVENTS.get(name, name)
    check = event.detail.get("check")
    if check:
        title = f"{title}: {check['title']}"
    return Line(event, name, title, _changes(event.detail.get("before"), check) if check else [])


def _changes(before, after):
    """The parts of a check that an event set or changed."""
    before = before or {}
    rows = [
        (words, in_words(part, before.get(part)), in_words(part, after.get(part)))
        for part, words in PARTS.items()
    ]
    return [row for row in rows if row[1] != row[2]]


def in_words(part, value):
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if part in WORDS:
        return WORDS[part](value).label if value in WORDS[part].values else value
    if isinstance(value, list):
        return ", ".join(label_of(each) for each in value)
    return str(value)


def facts_changed(centre):
    """The latest changes of the centre's facts that the audit has, the latest first."""
    return list(
        AuditEntry.objects.filter(centre_id=centre.pk, act=Act.CHANGED)
        .exclude(changes={})
        .order_by("-at", "-pk")[:MOST_CHANGES]
    )


def earlier_cases(case):
    """The other cases of the centre, the latest first."""
    others = Verification.objects.filter(centre=case.centre_id).exclude(pk=case.pk)
    return list(others.select_related("reviewer", "decided_by").order_by("-opened_at", "-pk"))
