"""What the page of one case shows: its criteria with facts and evidence beside them, its steps."""

from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.functional import cached_property

from centres.cases import may_record
from centres.consequences import changes_since
from centres.models import Check, Country, Criterion, Outcome, Regulator, State, Status
from centres.workflow import REVIEW, answers, steps_for

from .case_facts import FactsOfCentre, Group, is_web_address, label_of
from .case_history import earlier_cases, facts_changed, history
from .check_form import CheckForm, StepForm
from .queue import due_in_words

#: Where each regulator lets anybody look for a service.
REGISTERS = {
    Regulator.CQC: "https://www.cqc.org.uk/",
    Regulator.CARE_INSPECTORATE: "https://www.careinspectorate.com/",
    Regulator.HIS: "https://www.healthcareimprovementscotland.scot/",
    Regulator.HIW: "https://www.hiw.org.uk/",
    Regulator.CIW: "https://www.careinspectorate.wales/",
    Regulator.RQIA: "https://www.rqia.org.uk/",
}
#: Each state licenses in a list of its own; the federal locator names the state's licences.
OF_STATES = ("FindTreatment.gov, and the list of the state", "https://findtreatment.gov/")
#: Step: the key that, with the browser's own, takes it from the keyboard.
KEYS = {
    "take": "t", "put-back": "b", "hand-back": "h", "ask": "p", "answered": "w", "submit": "s",
    "return": "r", "approve": "a", "reject": "j", "cancel": "c", "reopen": "o", "revoke": "v",
}  # fmt: skip
#: The keys of what is no step.
KEY_OF_NEXT, KEY_OF_SAVING, KEY_OF_TAKING = "n", "m", "x"
#: States in which whoever has the case works on it.
AT_WORK = {State.IN_REVIEW, State.AWAITING_PROVIDER}
#: Steps whose reason speaks to whoever works on the case next.
SPOKEN = {"ask", "return", "hand-back", "reopen", "fact-changed"}


@dataclass
class Block:
    """One criterion: what is known of it, what was found, and the form to say so."""

    criterion: Criterion
    check: Check | None
    last: Check | None
    groups: list[Group]
    form: CheckForm | None
    today: object
    changed_at: object = None
    is_open: bool = False
    is_next: bool = False

    @property
    def anchor(self):
        return anchor_of(self.criterion)

    @property
    def title(self):
        return self.check.title if self.check else self.criterion.title

    @property
    def is_answered(self):
        return self.check is not None

    @property
    def has_lapsed(self):
        expires_on = self.check.expires_on if self.check else None
        return expires_on is not None and expires_on < self.today

    @property
    def is_to_do(self):
        """Whether it is checked for the first time or anew before the case goes on."""
        return self.check is None or self.has_lapsed or self.changed_at is not None

    @property
    def mark(self):
        """A word and a class: not-checked, changed, lapsed, passed, failed, not_applicable."""
        if self.check is None:
            return "not-checked"
        if self.changed_at:
            return "changed"
        return "lapsed" if self.has_lapsed else self.check.outcome

    @property
    def words(self):
        """What was found, in words."""
        if self.check is None:
            return "Not checked" if self.criterion.is_required else "Not checked (not required)"
        if self.changed_at:
            return f"A fact changed on {timezone.localdate(self.changed_at):%-d %B %Y}, check anew"
        if self.has_lapsed:
            return f"Lapsed on {self.check.expires_on:%-d %B %Y}"
        outcome = self.check.get_outcome_display()
        if self.check.outcome == Outcome.FAILED or self.check.expires_on is None:
            return outcome
        return f"{outcome}, until {self.check.expires_on:%-d %B %Y}"

    @property
    def lasts(self):
        if self.criterion.has_own_date:
            return "A pass holds to the date on the evidence."
        if self.criterion.months is None:
            return "A pass does not lapse by itself."
        months = self.criterion.months
        return f"A pass holds for {months} month{'' if months == 1 else 's'}."

    @property
    def vouched_for(self):
        """The facts that the check shown vouches for, in words."""
        shown = self.check or self.last
        return ", ".join(label_of(name).lower() for name in shown.facts)


@dataclass(frozen=True)
class Step:
    """A transition as a button: `hindrance` says why it would be refused now, or ""."""

    name: str
    label: str
    key: str
    reason_owed: bool
    hindrance: str


@dataclass
class CasePage:
    """Everything the template shows. `at`: slug of the criterion to open, "" for the next one.

    refused: the sentence for a step or check that was not taken. check_form: the form of a check
    that was not recorded, with what was typed; step_form: that of a step.
    """

    case: object
    user: object
    now: object
    at: str = ""
    refused: str = ""
    check_form: CheckForm | None = None
    step_form: StepForm | None = None
    today: object = field(init=False)

    def __post_init__(self):
        self.today = timezone.localdate(self.now)
        if self.step_form is None:
            self.step_form = StepForm(initial={"version": self.case.version}, auto_id="id_step_%s")

    @property
    def centre(self):
        return self.case.centre

    @cached_property
    def facts(self):
        return FactsOfCentre(self.centre, now=self.now)

    @cached_property
    def head_facts(self):
        """The facts that tell which centre this is."""
        return self.facts.named(["address", "phones", "website", "provider", "registration"])

    @cached_property
    def blocks(self):
        """A `Block` for each criterion asked, and for each check of one no longer asked."""
        pairs = self._answers()
        last = self._last_checks([criterion for criterion, check in pairs if check is None])
        changed = self._changed()
        blocks = [
            Block(
                criterion=criterion,
                check=check,
                last=last.get(criterion.pk),
                groups=self.facts.named(criterion.facts),
                form=self._form(criterion, check, last.get(criterion.pk)),
                today=self.today,
                changed_at=changed.get(check.pk) if check else None,
            )
            for criterion, check in pairs
        ]
        to_do = next((block.criterion.slug for block in blocks if block.is_to_do), "")
        for block in blocks:
            block.is_open = block.criterion.slug == (self._slug_asked_for or to_do)
            block.is_next = block.criterion.slug == to_do
        return blocks

    def _changed(self):
        """{check id: when a fact it vouches for changed since}; a decided case stands as it was."""
        if not self.case.is_open:
            return {}
        return {check.pk: at for check, at in changes_since(self.case).items()}

    def _answers(self):
        checks = list(
            self.case.checks.select_related(
                "criterion", "file", "checked_by", "carried_from__verification"
            )
        )
        by_criterion = {check.criterion_id: check for check in checks}
        asked = [each.criterion for each in answers(self.case, required_only=False)]
        if not self.case.is_open:  # what is asked since was not asked of it
            asked = [criterion for criterion in asked if criterion.pk in by_criterion]
        known = {criterion.pk for criterion in asked}
        retired = [check.criterion for check in checks if check.criterion_id not in known]
        return [(criterion, by_criterion.get(criterion.pk)) for criterion in [*asked, *retired]]

    def _last_checks(self, criteria):
        """{criterion id: the latest check of it in another case of the centre}."""
        checks = (
            Check.objects.filter(
                verification__centre=self.centre, criterion__in=criteria, carried_from=None
            )
            .exclude(verification=self.case)
            .select_related("file", "checked_by")
            .order_by("recorded_at", "pk")
        )
        return {check.criterion_id: check for check in checks}

    def _form(self, criterion, check, last):
        if self.check_form and self.check_form.criterion == criterion:
            return self.check_form
        if not may_record(self.case, by=self.user) or criterion.is_retired:
            return None
        return CheckForm(
            criterion=criterion, case=self.case, today=self.today, check=check, last=last
        )

    @property
    def _slug_asked_for(self):
        """The criterion of a form that was refused, or the one the address names."""
        return self.check_form.criterion.slug if self.check_form else self.at

    @cached_property
    def answered(self):
        return sum(block.is_answered for block in self.blocks)

    @cached_property
    def steps(self):
        """What this person may do with the case, each a `Step`; those that owe no reason first."""
        steps = [
            Step(
                name=each.name,
                label=each.label,
                key=KEYS[each.name],
                reason_owed=each.reason_owed,
                hindrance=next(
                    filter(None, (guard(self.case, self.user, self.now) for guard in each.guards)),
                    "",
                ),
            )
            for each in steps_for(self.case, by=self.user)
        ]
        return sorted(steps, key=lambda step: step.reason_owed)

    @property
    def owes_reason(self):
        return [step.label for step in self.steps if step.reason_owed]

    @cached_property
    def last_word(self):
        """The event whose reason whoever works on the case has to know, or None."""
        spoken = [line for line in self.history if line.action in {*SPOKEN, "submit"}]
        is_heard = not spoken or spoken[-1].action == "submit" or not self.case.is_open
        return None if is_heard else spoken[-1]

    @cached_property
    def history(self):
        return history(self.case)

    @cached_property
    def facts_changed(self):
        return facts_changed(self.centre)

    @cached_property
    def earlier(self):
        return earlier_cases(self.case)

    @property
    def mark(self):
        return self.centre.verification_state(now=self.now).label

    @property
    def may_see_documents(self):
        return self.user.has_perm("centres.view_evidencefile")

    @property
    def may_see_history(self):
        return self.user.has_perm("centres.view_verificationevent")

    @property
    def may_correct(self):
        return self.user.has_perm("centres.change_centre") or self.user.has_perm(
            "centres.propose_change"
        )

    @property
    def register_entry(self):
        """The centre's own entry in its regulator's register, or ""."""
        url = self.centre.registration_url
        return url if is_web_address(url) else ""

    @property
    def registers(self):
        """[(regulator, its site)] in which to look for the centre."""
        if self.centre.country == Country.US:
            return [OF_STATES]
        named = [self.centre.regulator] if self.centre.regulator in REGISTERS else REGISTERS
        return [(Regulator(each).label, REGISTERS[each]) for each in named]

    @property
    def due(self):
        return due_in_words(self.case, today=self.today)

    @property
    def has_public_page(self):
        return self.centre.status in {Status.LISTED, Status.SUSPENDED, Status.CLOSED}

    @property
    def may_take_next(self):
        """Whether to offer another case: to a reviewer who has nothing to do in this one."""
        at_work = self.case.reviewer == self.user and self.case.state in AT_WORK
        return self.user.has_perm(REVIEW) and not at_work

    key_of_next, key_of_saving, key_of_taking = KEY_OF_NEXT, KEY_OF_SAVING, KEY_OF_TAKING


def anchor_of(criterion):
    return f"criterion-{criterion.slug}"


def next_unanswered(case, *, after):
    """The criterion without a check that comes after another, from the first again, or None."""
    asked = answers(case, required_only=False)
    behind = [n for n, answer in enumerate(asked, 1) if answer.criterion == after]
    turn = behind[0] if behind else 0
    order = [*asked[turn:], *asked[:turn]]
    return next((answer.criterion for answer in order if answer.check is None), None)
