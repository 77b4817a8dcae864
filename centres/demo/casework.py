"""The cases a demo centre has had, as its row in the file says: made up, by rule, and in order.

Nothing here is written: `record` puts the cases in, step by step. A verification that is longer
than its shortest criterion lasts was renewed: it is a chain of approvals, each with the checks of
the one before that still hold.
"""

import datetime
from dataclasses import dataclass, field

from ..models import Check, OpenedFor, Outcome, Purpose, State, Verification
from . import checks
from .chance import once_in
from .checks import NOTE

#: Days from the first evidence of a case to its approval, and from its opening to that evidence.
REVIEW_DAYS, QUEUE_DAYS = 4, 2
#: A renewal is approved so many days before the approval before it lapses, or more.
OVERLAP_DAYS = 6
#: Steps of one day are this far apart.
BETWEEN_STEPS = datetime.timedelta(minutes=1)


@dataclass
class Step:
    """A step of a case. `columns` are written to the case, beside its state and version."""

    action: str
    state: State
    day: datetime.date
    at: datetime.datetime
    person: object
    reason: str = ""
    columns: dict = field(default_factory=dict)
    check: Check | None = None


@dataclass
class Case:
    """A case of the centre with this slug: its first row, what it carries over, its steps."""

    slug: str
    row: Verification
    carried: list[Check] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    @property
    def checks(self):
        return [*self.carried, *(step.check for step in self.steps if step.check)]

    @property
    def approval(self):
        """The step of its approval, or None."""
        return next((step for step in self.steps if step.action == "approve"), None)


class Casework:
    """What has been done for the demo's centres until `now`.

    criteria: those in force, by (country, purpose); researcher, approver: users.
    """

    def __init__(self, *, now, today, criteria, researcher, approver):
        self.now = now
        self.today = today
        self.criteria = criteria
        self.researcher = researcher
        self.approver = approver

    def of(self, row):
        """The cases of a row of the file, oldest first; the open one, if any, is the last."""
        cases = self._verified(row) + self._advertiser(row)
        for told in row.get("cases", []):
            cases.append(self._told(row, told, last=_last(cases, Purpose.VERIFIED)))
        return cases

    def day(self, offset):
        return self.today + datetime.timedelta(days=offset)

    def moment(self, day, order):
        """A time on `day` that is not still to come; `order` counts the steps of a case."""
        back = datetime.timedelta(days=(self.today - day).days, hours=1)
        return self.now - back + order * BETWEEN_STEPS

    # Approvals

    def _verified(self, row):
        if "verified_from" not in row:
            return []
        chain = self._chain(
            row, begins=self.day(row["verified_from"]), ends=self.day(row["verified_until"])
        )
        cases = []
        for begins, ends in chain:
            why = OpenedFor.LAPSING if cases else OpenedFor.NEW_LISTING
            last = cases[-1] if cases else None
            cases.append(
                self._approved(
                    row, Purpose.VERIFIED, begins=begins, ends=ends, opened_for=why, last=last
                )
            )
        return cases

    def _chain(self, row, *, begins, ends):
        """(first day, last day) of each approval in turn, from `begins` to `ends`."""
        criteria = self.criteria[row["country"], Purpose.VERIFIED]
        spans = []
        while True:
            seen = checks.earliest(criteria, ends)
            decided = min(seen + datetime.timedelta(days=REVIEW_DAYS), self.today)
            if seen <= begins or decided <= begins:
                return [(begins, ends), *spans]
            spans.insert(0, (decided, ends))
            full = checks.lapse(criteria, begins - datetime.timedelta(days=REVIEW_DAYS))
            ends = max(decided + datetime.timedelta(days=OVERLAP_DAYS), min(full, ends))
            ends = min(ends, decided + datetime.timedelta(days=60))

    def _advertiser(self, row):
        if "advertiser_from" not in row:
            return []
        criteria = self.criteria[row["country"], Purpose.ADVERTISER]
        first = min(row["advertiser_from"], *row.get("ended_advert", [])[:1], 0)
        begins = self.day(max(first - REVIEW_DAYS, row["verified_from"] + QUEUE_DAYS))
        ends = max(checks.lapse(criteria, begins), self.day(row["advertiser_until"]))
        why = OpenedFor.ADVERTISER
        return [self._approved(row, Purpose.ADVERTISER, begins=begins, ends=ends, opened_for=why)]

    def _approved(self, row, purpose, *, begins, ends, opened_for, last=None):
        criteria = self.criteria[row["country"], purpose]
        decided = min(begins, self.today)
        first = min(checks.earliest(criteria, ends), decided)
        case = self._open(row, purpose, opened_for=opened_for, on=first, last=last, until=ends)
        self._take(case, first)
        self._check_all(case, row, criteria, first=first, until=ends, by=decided)
        self._step(case, "submit", State.AWAITING_APPROVAL, decided)
        self._step(
            case, "approve", State.APPROVED, decided, person=self.approver,
            valid_from=begins, valid_until=ends,
        )  # fmt: skip
        return case

    # Cases of another end, and open ones

    def _told(self, row, told, *, last):
        """A case that the file tells of: {"ends", "opened", "for", "due"}; "due" may be past."""
        opened, purpose = self.day(told["opened"]), Purpose(told.get("purpose", "verified"))
        criteria = self.criteria[row["country"], purpose]
        if told["ends"] in {"approve", "revoke"}:
            return self._decided(row, told, purpose, criteria, opened=opened)
        first = opened + datetime.timedelta(days=min(QUEUE_DAYS, -told["opened"]))
        case = self._open(
            row, purpose, opened_for=OpenedFor(told["for"]), on=first, opened=opened,
            last=last if purpose == Purpose.VERIFIED else None, until=self.day(60),
            note=told.get("note", ""), due=self.day(told["due"]) if "due" in told else None,
        )  # fmt: skip
        if told["ends"] == "queued":
            return case
        if told["ends"] == "cancel":
            self._close(case, "cancel", State.CANCELLED, first, "Opened twice. " + NOTE)
            return case
        self._take(case, first)
        self._work(case, row, criteria, told, first=first)
        return case

    def _work(self, case, row, criteria, told, *, first):
        """What the reviewer has done so far, by how the case ends or where it stands."""
        ends, today = told["ends"], self.today
        if ends == "awaiting-approval":
            self._check_all(case, row, criteria, first=first, until=None, by=today)
            self._step(case, "submit", State.AWAITING_APPROVAL, today)
            return
        some = [c for c in criteria if c.is_required and once_in(2, row["slug"], c.slug)]
        self._check_all(case, row, some, first=first, until=None, by=today)
        if ends == "ask":
            words = "Asked the centre for its whole price. " + NOTE
            self._step(case, "ask", State.AWAITING_PROVIDER, today, reason=words)
        if ends == "reject":
            self._fail_one(case, criteria, on=today)
            words = "Its telephone is answered elsewhere. " + NOTE
            self._close(case, "reject", State.REJECTED, today, words)

    def _decided(self, row, told, purpose, criteria, *, opened):
        """An approval that the centre's own dates do not speak of: revoked, or of a claim."""
        begins = opened + datetime.timedelta(days=QUEUE_DAYS + REVIEW_DAYS)
        ends = checks.lapse(criteria, begins - datetime.timedelta(days=REVIEW_DAYS))
        why = OpenedFor(told["for"])
        case = self._approved(row, purpose, begins=begins, ends=ends, opened_for=why)
        if told["ends"] == "revoke":
            words = "It took a fee for a referral. " + NOTE
            self._step(
                case, "revoke", State.APPROVED, self.day(told["on"]), person=self.approver,
                reason=words, revoked_by=self.approver, revoked_reason=words,
            )  # fmt: skip
        return case

    # Steps

    def _open(self, row, purpose, *, opened_for, on, last, until, opened=None, note="", due=None):
        """A case of which the first evidence is of the day `on`."""
        opened = opened or on - datetime.timedelta(days=QUEUE_DAYS)
        case = Case(
            row["slug"],
            Verification(
                purpose=purpose,
                opened_for=opened_for,
                opened_at=self.moment(opened, 0),
                note=note or NOTE,
                due_on=due or opened + datetime.timedelta(days=14),
                opener=self.approver if opened_for == OpenedFor.HAND else None,
            ),
        )
        self._step(case, "open", State.QUEUED, opened, person=case.row.opener)
        if last is not None:
            case.carried = [
                checks.carry(check, case.row)
                for check in last.checks
                if checks.holds(check, until=until)
            ]
        return case

    def _take(self, case, day):
        self._step(case, "take", State.IN_REVIEW, day, reviewer=self.researcher)

    def _close(self, case, action, state, day, reason):
        self._step(case, action, state, day, person=self.approver, reason=reason)

    def _step(self, case, action, state, day, *, person=None, reason="", check=None, **columns):
        """Add a step; what decides a case says when and by whom, and why where it is a refusal."""
        if person is None and action != "open":
            person = self.researcher
        at = self.moment(day, len(case.steps))
        if action in {"approve", "reject", "cancel"}:
            columns |= {"decided_at": at, "decided_by": person, "reason": reason}
        if action == "revoke":
            columns["revoked_at"] = at
        case.steps.append(Step(action, state, day, at, person, reason, columns, check))

    # Checks

    def _check_all(self, case, row, criteria, *, first, until, by):
        """Check what was not carried over, on the days from `first` to `by`.

        until: the last day of the approval, which the first check that lapses decides.
        """
        carried = {check.criterion_id for check in case.carried}
        left = [criterion for criterion in criteria if criterion.pk not in carried]
        for check in checks.made_up(left, row, first=first, until=until, by=by):
            self._add(case, check)

    def _fail_one(self, case, criteria, *, on):
        """Add a failed check of the first required criterion that was not looked into."""
        known = {check.criterion_id for check in case.checks}
        left = [c for c in criteria if c.is_required and c.pk not in known]
        if left:
            self._add(case, checks.new(left[0], Outcome.FAILED, seen=on))

    def _add(self, case, check):
        check.verification, check.checked_by = case.row, self.researcher
        check.recorded_at = self.moment(check.captured_on, len(case.steps))
        self._step(case, "check", State.IN_REVIEW, check.captured_on, check=check)


def _last(cases, purpose):
    return next((case for case in reversed(cases) if case.row.purpose == purpose), None)
