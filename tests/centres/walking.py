"""Random people doing random things to a handful of centres, and what must hold after each.

The oracle keeps its own account (which approvals were sound when they were given, what was changed
when) and reads rows; it asks neither the workflow nor the guards whether something is allowed.
"""

import datetime
import itertools
from collections import Counter, namedtuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from centres import cases, workflow
from centres.models import (
    Advertisement,
    Centre,
    Check,
    Criterion,
    Provenance,
    Status,
    Verification,
    VerificationEvent,
)
from centres.models.verification import OPEN_STATES
from tests import factories

from .cast import NOW, cast

PURPOSES = ("verified", "advertiser", "listed")
#: What the checks of each purpose vouch for; a fact stands with one purpose.
FACTS = {
    "verified": ("phones", "website", "programme.price"),
    "advertiser": ("about",),
    "listed": (),
}
PEOPLE = ("ruth", "rob", "alan", "amy", "root", "mona", "audrey", "nobody")
STEPS = tuple(workflow.BY_NAME)
OUTCOMES = ("passed", "failed", "not_applicable")
CENTRES = 4


def days(number):
    return datetime.timedelta(days=number)


Marks = namedtuple("Marks", "status verified_from verified_until advertiser_from advertiser_until")
Case = namedtuple("Case", "id purpose state version revoked_at decided_at valid_from valid_until")
Advert = namedtuple("Advert", "runs_from runs_until ended_on")


def _rows(sql, key, kind):
    """Rows as `kind`, dates and times as texts, which both databases order alike."""
    with connection.cursor() as cursor:
        cursor.execute(sql, [key])
        rows = [[v if isinstance(v, int | None) else str(v) for v in row] for row in cursor]
    return [kind(row) if kind is tuple else kind(*row) for row in rows]


class World:
    """A few centres, the team, a clock. Every method is one thing that somebody tries."""

    def __init__(self):
        self.people = cast()
        self.now = NOW
        self.criteria = [
            factories.criterion(slug=slug, purpose=purpose, is_required=True, **facts)
            for purpose, slug, facts in (
                ("verified", "entity", {"months": 12}),
                ("verified", "phone", {"months": 3}),
                ("verified", "detox", {"months": 6, "may_not_apply": True}),
                ("verified", "accreditation", {"has_own_date": True, "may_not_apply": True}),
                ("advertiser", "domains", {"months": 6}),
                ("listed", "address", {}),
            )
        ]
        self.register = factories.source()
        self.centres = [self._new_centre() for _ in range(CENTRES)]
        self.agreements = 0
        self.did, self.refused, self.sentences = Counter(), Counter(), set()
        self.sound, self.changed = set(), {}
        self.kept = {VerificationEvent: {}, Verification: {}, Check: {}}

    def _new_centre(self):
        centre = factories.centre(status="draft", website="https://example.org/", about="A house.")
        factories.programme(centre, price=100, currency="GBP", price_on=NOW.date())
        return centre

    def replace_centre(self, place):
        """A new centre in place of one, which stays in the database, to be looked at again."""
        self.centres[place] = self._new_centre()

    @property
    def today(self):
        return timezone.localdate(self.now)

    def case_of(self, place):
        """The case that is open of a centre, or else the last."""
        rows = list(Verification.objects.filter(centre=self.centres[place]).order_by("pk"))
        opened = [case for case in rows if case.is_open]
        return (opened or rows or [None])[-1]

    def _tries(self, what, place, attempt):
        """Try something; it is done, or refused as a person would be told. Then all must hold."""
        self.now += datetime.timedelta(minutes=1)
        try:
            with transaction.atomic():
                result = attempt()
            self.did[what] += 1
        except (workflow.Refused, ValidationError, IntegrityError) as refusal:
            self.refused[what] += 1
            self.sentences.add(str(refusal))
            result = None
        self.look_at(self.centres[place])
        return result

    # What people do

    def open(self, place, purpose, who):
        reasons = {"advertiser": "advertiser", "listed": "new-listing"}
        self._tries(
            "open",
            place,
            lambda: cases.open_case(
                self.centres[place],
                purpose=purpose,
                opened_for=reasons.get(purpose, "by-hand"),
                by=getattr(self.people, who),
                now=self.now,
            ),
        )

    def step(self, place, name, who, behind=0):
        """Take a step of a centre's case, as seen `behind` versions ago."""
        case = self.case_of(place)
        if case is None:
            return
        case.version -= behind

        def attempt():
            by = getattr(self.people, who)
            moved = workflow.perform(case, name, by=by, now=self.now, reason="As I said.")
            assert not behind
            if name == "approve":
                self.examine(moved)
            return moved

        self._tries(name, place, attempt)

    def check(self, place, number, who, outcome, age, lasts):
        """Record a check with evidence `age` days old; its own date is `lasts` days from today."""
        case = self.case_of(place)
        if case is None:
            return
        criterion = self.criteria[number]
        criterion.refresh_from_db()
        known = FACTS[criterion.purpose]
        self._tries(
            "check",
            place,
            lambda: cases.record_check(
                case,
                criterion,
                by=getattr(self.people, who),
                now=self.now,
                outcome=outcome,
                method="phone",
                note="" if (age + lasts) % 11 == 3 else "Rang and asked.",
                captured_on=self.today - days(age),
                expires_on=self.today + days(lasts),
                facts=[known[number % len(known)]] if known else [],
            ),
        )

    def change_fact(self, place, number):
        """An import says something else of a fact that checks vouch for."""
        centre = self.centres[place]
        facts = [fact for purpose in PURPOSES for fact in FACTS[purpose]]
        fact = facts[number % len(facts)]

        def attempt():
            self.changed[centre.pk, fact] = self.now
            Provenance.objects.record(
                centre=centre,
                programme=centre.programmes.get() if fact.startswith("programme.") else None,
                facts=[fact.removeprefix("programme.")],
                source=self.register,
                method="register",
                as_of=self.today,
                by=None,
                now=self.now,
            )
            cases.reopen_changed([centre.pk], now=self.now)

        self._tries("change a fact", place, attempt)

    def agree(self, place, begins, lasts, who="mona"):
        self.agreements += 1
        first = self.today + days(begins)
        person = getattr(self.people, who)
        self._tries(
            "agree",
            place,
            lambda: Advertisement.objects.agree(
                centre=self.centres[place],
                fee_band="under-250",
                runs_from=first,
                runs_until=first + days(lasts),
                reference=f"AG-{self.agreements}",
                seller=person,
                by=person,
                now=self.now,
            ),
        )

    def end(self, place):
        row = Advertisement.objects.filter(centre=self.centres[place]).order_by("-pk").first()
        if row is not None:
            by = self.people.mona
            self._tries("end", place, lambda: row.end(by=by, reason="Enough.", now=self.now))

    def change_criterion(self, number, how):
        """Somebody edits a criterion; what was decided before stays."""
        pk = self.criteria[number].pk
        row = Criterion.objects.get(pk=pk)
        changes = {
            "required": {"is_required": not row.is_required},
            "retired": {"is_retired": not row.is_retired},
            "inapplicable": {"may_not_apply": not row.may_not_apply},
            "months": {"months": None if row.months else 3} if not row.has_own_date else {},
            "own date": {"has_own_date": not row.has_own_date, "months": None},
        }
        Criterion.objects.filter(pk=pk).update(**{"is_retired": row.is_retired, **changes[how]})
        self.look_at(self.centres[0])

    def change_status(self, place, status):
        Centre.objects.filter(pk=self.centres[place].pk).update(status=status)
        self.look_at(self.centres[place])

    def pass_time(self, number):
        """So many days later; the daily commands run."""
        self.now += days(number)
        cases.open_due_cases(now=self.now)
        Advertisement.objects.start_due(now=self.now)
        self.did["a day"] += 1
        for centre in self.centres:
            self.look_at(centre)

    # What must hold

    def examine(self, case):
        """An approval, as it is given: on evidence that holds, of all that is asked, by another."""
        case.refresh_from_db()
        checks = {check.criterion_id: check for check in case.checks.all()}
        asked = Criterion.objects.filter(
            country=case.centre.country, purpose=case.purpose, is_required=True, is_retired=False
        )
        for criterion in asked:
            check = checks[criterion.pk]
            allowed = {"passed", "not_applicable"} if criterion.may_not_apply else {"passed"}
            assert check.outcome in allowed
            assert check.expires_on is None or check.expires_on >= case.valid_until
        passed = [check for check in checks.values() if check.outcome == "passed"]
        assert passed
        assert all(check.note or check.link or check.register_reference for check in passed)
        assert case.decided_by_id != case.reviewer_id
        for check in checks.values():
            if check.carried_from_id is None:
                assert check.checked_by_id != case.decided_by_id
            for fact in check.facts:
                changed = self.changed.get((case.centre_id, fact))
                assert changed is None or changed <= check.recorded_at
        assert case.valid_from == self.today <= case.valid_until
        self.sound.add(case.pk)

    def look_at(self, centre):
        """What holds of a centre at any time. In SQL: it is asked after every step."""
        [marks] = _rows(
            "SELECT status, verified_from, verified_until, advertiser_from, advertiser_until "
            "FROM centres_centre WHERE id = %s",
            centre.pk,
            Marks,
        )
        rows = _rows(
            "SELECT id, purpose, state, version, revoked_at, decided_at, valid_from, valid_until "
            "FROM centres_verification WHERE centre_id = %s ORDER BY id",
            centre.pk,
            Case,
        )
        adverts = _rows(
            "SELECT runs_from, runs_until, ended_on FROM centres_advertisement "
            "WHERE centre_id = %s ORDER BY runs_from",
            centre.pk,
            Advert,
        )
        opened = [case for case in rows if case.state in OPEN_STATES]
        standing = [case for case in rows if case.state == "approved" and not case.revoked_at]
        assert len(opened) <= 1
        assert {case.id for case in standing} <= self.sound
        self._adverts_never_overlap(adverts)
        verified = self._is_verified(marks, standing)
        self._is_advertiser(marks, verified, standing, adverts)
        for case in opened or rows[-1:]:
            self._events_agree(case)

    def _is_verified(self, marks, standing):
        today = str(self.today)
        if marks.verified_until is None or marks.status != Status.LISTED:
            return False
        if not marks.verified_from <= today <= marks.verified_until:
            return False
        ours = [case for case in standing if case.purpose == "verified"]
        latest = max(ours, key=lambda case: case.decided_at)
        assert latest.valid_from <= today
        assert latest.valid_until == marks.verified_until
        return True

    def _is_advertiser(self, marks, verified, standing, adverts):
        today, until = str(self.today), marks.advertiser_until
        if until is None or not marks.advertiser_from <= today <= until:
            return
        assert verified or marks.status != Status.LISTED
        assert until <= marks.verified_until
        assert Advert(marks.advertiser_from, until, None) in adverts
        assert any(
            case.purpose == "advertiser" and case.valid_from <= today and until <= case.valid_until
            for case in standing
        )

    def _adverts_never_overlap(self, adverts):
        """Of each, the days on which its mark might have stood: until the day it was ended."""
        spans = [
            (advert.runs_from, min(advert.runs_until + "z", advert.ended_on or "z"))
            for advert in adverts
            if advert.ended_on is None or advert.runs_from < advert.ended_on
        ]
        assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))

    def _events_agree(self, case):
        events = _rows(
            "SELECT version, to_state FROM centres_verificationevent WHERE verification_id = %s "
            "ORDER BY version",
            case.id,
            tuple,
        )
        assert [version for version, _ in events] == list(range(1, case.version + 1))
        assert events[-1][1] == case.state

    def look_back(self):
        """Nothing that was said is ever unsaid: events, decided cases and their checks."""
        decided = Verification.objects.filter(state="approved")
        self._kept_as_they_were(VerificationEvent.objects.all())
        self._kept_as_they_were(
            decided, but=("version", "revoked_at", "revoked_by", "revoked_reason")
        )
        self._kept_as_they_were(Check.objects.filter(verification__in=decided))

    def _kept_as_they_were(self, queryset, but=()):
        columns = [f.name for f in queryset.model._meta.fields if f.name not in but]
        rows = {row[0]: row for row in queryset.order_by().values_list(*columns)}
        before = self.kept[queryset.model]
        assert before.items() <= {pk: repr(row) for pk, row in rows.items()}.items()
        before.update({pk: repr(row) for pk, row in rows.items()})

    def look_everywhere(self):
        self.look_back()
        for centre in Centre.objects.all():
            self.look_at(centre)
        for case in Verification.objects.all():
            self._events_agree(case)
