"""What the database refuses beyond constraints: rules that speak of more than one row.

Triggers keep them whatever writes: a form, `update()`, or SQL at a prompt. They are laid after
every `migrate` and, on SQLite, lifted before it, as those of `change` are. They fire after the
constraints have held, and each refusal begins with the guard's name.

- A case moves only as `STEPS` says, by one version a step; what is decided stands.
- Approved means: every required criterion is met by evidence that still holds, the dates are those
  of the checks, and whoever approves made none of them (P5).
- A centre's verified dates are those of an approved case that is not revoked (P5).
- A centre's advertiser dates are those of an agreement that has not ended; agreements of a centre
  do not overlap, and each lies within the verification and the approval to advertise (P2).
- A centre is withdrawn while a withdrawal of it stands, and nobody sees it meanwhile.
- Events, evidence and the audit are never changed or deleted.

A made-up centre of the demo may be deleted with its cases, and so may a draft that somebody sent in
and the team turned down, while nothing was checked in them; they keep every other rule.
"""

from dataclasses import dataclass

from .guide_guards import GUIDES
from .withdrawal_guards import WITHDRAWALS

#: Every step from one state of a case to another. `centres/workflow.py` names them; a test holds
#: the two together.
STEPS = (
    ("queued", "in_review"),
    ("queued", "cancelled"),
    ("in_review", "queued"),
    ("in_review", "awaiting_provider"),
    ("in_review", "awaiting_approval"),
    ("in_review", "rejected"),
    ("in_review", "cancelled"),
    ("awaiting_provider", "queued"),
    ("awaiting_provider", "in_review"),
    ("awaiting_provider", "rejected"),
    ("awaiting_provider", "cancelled"),
    ("awaiting_approval", "in_review"),
    ("awaiting_approval", "approved"),
    ("awaiting_approval", "rejected"),
    ("awaiting_approval", "cancelled"),
    ("rejected", "queued"),
    ("cancelled", "queued"),
)


@dataclass(frozen=True)
class Guard:
    """A row of `table` may not be written by `event` where `refused_if` is true of it.

    refused_if: SQL that reads alike on both databases, in which NEW and OLD are the row.
    locks: SQL that PostgreSQL runs first, where `refused_if` reads rows that another transaction
    may be changing; SQLite has one writer at a time.
    """

    name: str
    table: str
    event: str
    words: str
    refused_if: str
    locks: str = ""


def _changed(*columns):
    return " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)


def _is_demo(centre):
    return (
        "EXISTS (SELECT 1 FROM centres_centre d JOIN centres_source s ON s.id = d.source_id "
        f"WHERE d.id = {centre} AND s.is_demo)"
    )


def _is_thrown_away(centre):
    return (
        "(EXISTS (SELECT 1 FROM centres_centre d JOIN centres_submission s ON s.centre_id = d.id "
        f"WHERE d.id = {centre} AND d.status = 'draft' AND s.answered_at IS NOT NULL) "
        "AND NOT EXISTS (SELECT 1 FROM centres_check k JOIN centres_verification kv "
        f"ON kv.id = k.verification_id WHERE kv.centre_id = {centre}))"
    )


def _may_go(centre):
    return f"({_is_demo(centre)} OR {_is_thrown_away(centre)})"


def _case(verification, condition):
    return (
        f"EXISTS (SELECT 1 FROM centres_verification v WHERE v.id = {verification} "
        f"AND ({condition}))"
    )


def _standing(purpose, centre, condition):
    return (
        f"EXISTS (SELECT 1 FROM centres_verification v WHERE v.centre_id = {centre} "
        f"AND v.purpose = '{purpose}' AND v.state = 'approved' AND v.revoked_at IS NULL "
        f"AND {condition} AND NOT EXISTS (SELECT 1 FROM centres_verification r WHERE "
        "r.centre_id = v.centre_id AND r.purpose = v.purpose AND r.revoked_at IS NOT NULL "
        "AND r.decided_at >= v.decided_at))"  # what a later one replaced falls with that one
    )


_STEP = " OR ".join(f"(OLD.state = '{a}' AND NEW.state = '{b}')" for a, b in STEPS)
_APPROVING = "NEW.state = 'approved' AND OLD.state <> 'approved'"
_REVOKING = "NEW.revoked_at IS NOT NULL AND OLD.revoked_at IS NULL"
_REQUIRED = (
    "centres_criterion c JOIN centres_centre p ON p.country = c.country WHERE p.id = NEW.centre_id "
    "AND c.purpose = NEW.purpose AND c.is_required AND NOT c.is_retired"
)
_MEETS = (
    "SELECT 1 FROM centres_check k WHERE k.verification_id = NEW.id AND k.criterion_id = c.id "
    "AND (k.outcome = 'passed' OR (k.outcome = 'not_applicable' AND c.may_not_apply)) "
    "AND (k.expires_on IS NULL OR k.expires_on >= NEW.valid_until)"
)
_LOCK_CASE = "SELECT 1 FROM centres_verification WHERE id = {row}.verification_id FOR SHARE"
_LOCK_CASES = "SELECT 1 FROM centres_verification WHERE centre_id = {centre} FOR SHARE"
_LOCK_CENTRE = "SELECT 1 FROM centres_centre WHERE id = NEW.centre_id FOR NO KEY UPDATE"
_IN_REVIEW = "v.state IN ('in_review', 'awaiting_provider')"
_AT_WORK = "v.state IN ('queued', 'in_review', 'awaiting_provider')"

CASES = (
    Guard(
        "centres_verification_begins_in_the_queue",
        "centres_verification",
        "INSERT",
        "a case begins in the queue",
        "NEW.state <> 'queued' OR NEW.version <> 1",
    ),
    Guard(
        "centres_verification_moves_by_its_steps",
        "centres_verification",
        "UPDATE",
        "a case does not move so",
        f"NEW.state <> OLD.state AND NOT ({_STEP})",
    ),
    Guard(
        "centres_verification_counts_its_steps",
        "centres_verification",
        "UPDATE",
        "every step raises the version of a case by one",
        "NEW.version <> OLD.version + 1",
    ),
    Guard(
        "centres_verification_stays_about_one_thing",
        "centres_verification",
        "UPDATE",
        "a case stays with its centre and purpose",
        _changed("id", "centre_id", "purpose", "opened_for", "opened_at", "opener_id"),
    ),
    Guard(
        "centres_verification_approved_stands",
        "centres_verification",
        "UPDATE",
        "an approved case is revoked once, or stays as it is",
        "OLD.state = 'approved' AND (OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL OR "
        + _changed("reviewer_id", "decided_at", "decided_by_id", "valid_from", "valid_until")
        + ")",
    ),
    Guard(
        "centres_verification_refused_stands",
        "centres_verification",
        "UPDATE",
        "a case that was refused is reopened, or stays as it is",
        "OLD.state IN ('rejected', 'cancelled') AND NEW.state = OLD.state",
    ),
    Guard(
        "centres_verification_is_not_deleted",
        "centres_verification",
        "DELETE",
        "a case is never deleted",
        f"NOT {_may_go('OLD.centre_id')}",
    ),
    Guard(
        "centres_verification_approved_meets_every_criterion",
        "centres_verification",
        "UPDATE",
        "a required criterion is not met until the day it is to hold",
        f"{_APPROVING} AND EXISTS (SELECT 1 FROM {_REQUIRED} AND NOT EXISTS ({_MEETS}))",
    ),
    Guard(
        "centres_verification_approved_on_evidence",
        "centres_verification",
        "UPDATE",
        "nothing was checked",
        f"{_APPROVING} AND NOT EXISTS (SELECT 1 FROM centres_check k "
        "WHERE k.verification_id = NEW.id AND k.outcome = 'passed')",
    ),
    Guard(
        "centres_verification_approved_on_what_stands",
        "centres_verification",
        "UPDATE",
        "a check is carried from an approval that was revoked",
        f"{_APPROVING} AND EXISTS (SELECT 1 FROM centres_check k JOIN centres_check o "
        "ON o.id = k.carried_from_id JOIN centres_verification ov ON ov.id = o.verification_id "
        "WHERE k.verification_id = NEW.id AND ov.revoked_at IS NOT NULL)",
    ),
    Guard(
        "centres_verification_approved_by_another",
        "centres_verification",
        "UPDATE",
        "whoever approves made none of the checks",
        f"{_APPROVING} AND EXISTS (SELECT 1 FROM centres_check k WHERE k.verification_id = NEW.id "
        "AND k.carried_from_id IS NULL AND k.checked_by_id = NEW.decided_by_id)",
    ),
    Guard(
        "centres_verification_revoked_ends_the_mark",
        "centres_verification",
        "UPDATE",
        "the centre still bears the mark of this case",
        f"{_REVOKING} AND NEW.purpose = 'verified' AND EXISTS (SELECT 1 FROM centres_centre p "
        "WHERE p.id = NEW.centre_id AND p.verified_until IS NOT NULL AND NOT "
        + _standing("verified", "p.id", "v.id <> NEW.id AND v.valid_until = p.verified_until")
        + ")",
    ),
    Guard(
        "centres_verification_revoked_ends_the_advert",
        "centres_verification",
        "UPDATE",
        "the centre still advertises on this case",
        f"{_REVOKING} AND NEW.purpose = 'advertiser' AND EXISTS (SELECT 1 FROM centres_centre p "
        "WHERE p.id = NEW.centre_id AND p.advertiser_until IS NOT NULL AND NOT "
        + _standing("advertiser", "p.id", "v.id <> NEW.id AND v.valid_until >= p.advertiser_until")
        + ")",
    ),
)


def _genuine(row):
    """SQL: whether a carried check says what the approved check it is carried from says."""
    return (
        "EXISTS (SELECT 1 FROM centres_check o "
        "JOIN centres_verification ov ON ov.id = o.verification_id "
        f"JOIN centres_verification v ON v.id = {row}.verification_id "
        f"WHERE o.id = {row}.carried_from_id AND o.criterion_id = {row}.criterion_id "
        f"AND o.outcome = {row}.outcome AND o.checked_by_id = {row}.checked_by_id "
        f"AND o.captured_on = {row}.captured_on AND o.checked_on = {row}.checked_on "
        f"AND o.expires_on IS NOT DISTINCT FROM {row}.expires_on "
        f"AND o.title = {row}.title AND o.method = {row}.method AND o.note = {row}.note "
        f"AND o.link = {row}.link AND o.register_reference = {row}.register_reference "
        f"AND o.file_id IS NOT DISTINCT FROM {row}.file_id "
        "AND ov.centre_id = v.centre_id AND ov.purpose = v.purpose "
        "AND ov.state = 'approved' AND ov.revoked_at IS NULL)"
    )


CHECKS = (
    Guard(
        "centres_check_is_made_in_review",
        "centres_check",
        "INSERT",
        "checks are made while a case is in review",
        f"NOT ({_case('NEW.verification_id', _IN_REVIEW)} OR (NEW.carried_from_id IS NOT NULL AND "
        f"{_case('NEW.verification_id', 'v.state = ' + repr('queued'))}))",
        locks=_LOCK_CASE.format(row="NEW"),
    ),
    Guard(
        "centres_check_is_changed_in_review",
        "centres_check",
        "UPDATE",
        "checks are changed while a case is in review",
        f"NOT {_case('OLD.verification_id', _IN_REVIEW)} OR "
        + _changed("id", "verification_id", "criterion_id"),
        locks=_LOCK_CASE.format(row="OLD"),
    ),
    Guard(
        "centres_check_is_taken_back_before_approval",
        "centres_check",
        "DELETE",
        "checks are taken back before a case is sent for approval",
        f"NOT {_case('OLD.verification_id', _AT_WORK + ' OR ' + _is_demo('v.centre_id'))}",
        locks=_LOCK_CASE.format(row="OLD"),
    ),
    *(
        Guard(
            f"centres_check_carried_is_genuine_{event.lower()}",
            "centres_check",
            event,
            "a carried check says what it said when it was approved",
            f"NEW.carried_from_id IS NOT NULL AND NOT {_genuine('NEW')}",
        )
        for event in ("INSERT", "UPDATE")
    ),
    Guard(
        "centres_check_answers_a_criterion_of_its_case",
        "centres_check",
        "INSERT",
        "this criterion is not asked in this case",
        "NOT EXISTS (SELECT 1 FROM centres_criterion c JOIN centres_verification v "
        "ON v.id = NEW.verification_id JOIN centres_centre p ON p.id = v.centre_id "
        "WHERE c.id = NEW.criterion_id AND c.purpose = v.purpose AND c.country = p.country)",
    ),
    *(
        Guard(
            f"centres_check_that_lapses_says_when_{event.lower()}",
            "centres_check",
            event,
            "a pass of this criterion lapses: say when",
            "NEW.outcome = 'passed' AND NEW.expires_on IS NULL AND EXISTS (SELECT 1 FROM "
            "centres_criterion c WHERE c.id = NEW.criterion_id "
            "AND (c.months IS NOT NULL OR c.has_own_date))",
        )
        for event in ("INSERT", "UPDATE")
    ),
)

MARKS = (
    Guard(
        "centres_centre_is_not_born_verified",
        "centres_centre",
        "INSERT",
        "a new centre is not verified",
        "NEW.verified_until IS NOT NULL OR NEW.advertiser_until IS NOT NULL",
    ),
    Guard(
        "centres_centre_verified_by_an_approved_case",
        "centres_centre",
        "UPDATE",
        "no approved case says that this centre is verified then",
        f"NEW.verified_until IS NOT NULL AND ({_changed('verified_from', 'verified_until')}) "
        "AND NOT ("
        + _standing("verified", "NEW.id", "v.valid_until = NEW.verified_until")
        + " AND "
        + _standing("verified", "NEW.id", "v.valid_from = NEW.verified_from")
        + ")",
        locks=_LOCK_CASES.format(centre="NEW.id"),
    ),
    Guard(
        "centres_centre_advertises_by_an_agreement",
        "centres_centre",
        "UPDATE",
        "no agreement says that this centre advertises then",
        "NEW.advertiser_until IS NOT NULL AND "
        f"({_changed('advertiser_from', 'advertiser_until')}) AND NOT EXISTS (SELECT 1 FROM "
        "centres_advertisement a WHERE a.centre_id = NEW.id AND a.ended_on IS NULL "
        "AND a.runs_from = NEW.advertiser_from AND a.runs_until = NEW.advertiser_until)",
        locks=_LOCK_CASES.format(centre="NEW.id"),
    ),
    Guard(
        "centres_centre_advertises_by_an_approved_case",
        "centres_centre",
        "UPDATE",
        "no approved case says that this centre may advertise then",
        f"NEW.advertiser_until IS NOT NULL AND ({_changed('advertiser_from', 'advertiser_until')}) "
        "AND NOT "
        + _standing(
            "advertiser",
            "NEW.id",
            "v.valid_from <= NEW.advertiser_from AND v.valid_until >= NEW.advertiser_until",
        ),
        locks=_LOCK_CASES.format(centre="NEW.id"),
    ),
)

ADVERTS = (
    Guard(
        "centres_advertisement_overlaps_no_other",
        "centres_advertisement",
        "INSERT",
        "this centre has an agreement for some of these days",
        "EXISTS (SELECT 1 FROM centres_advertisement o WHERE o.centre_id = NEW.centre_id "
        "AND o.id IS DISTINCT FROM NEW.id AND o.runs_from <= NEW.runs_until "
        "AND NEW.runs_from <= o.runs_until AND (o.ended_on IS NULL "
        "OR (o.runs_from < o.ended_on AND NEW.runs_from < o.ended_on)))",
        locks=_LOCK_CENTRE,
    ),
    Guard(
        "centres_advertisement_within_the_verification",
        "centres_advertisement",
        "INSERT",
        "the centre is not verified on every day of it",
        "NOT EXISTS (SELECT 1 FROM centres_centre p WHERE p.id = NEW.centre_id "
        "AND p.verified_from <= NEW.runs_from AND p.verified_until >= NEW.runs_until)",
        locks=_LOCK_CENTRE,
    ),
    Guard(
        "centres_advertisement_by_an_approved_advertiser",
        "centres_advertisement",
        "INSERT",
        "no approved case says that this centre may advertise then",
        "NOT "
        + _standing(
            "advertiser",
            "NEW.centre_id",
            "v.valid_from <= NEW.runs_from AND v.valid_until >= NEW.runs_until",
        ),
        locks=_LOCK_CASES.format(centre="NEW.centre_id"),
    ),
    Guard(
        "centres_advertisement_is_not_rewritten",
        "centres_advertisement",
        "UPDATE",
        "an agreement is ended once, or stays as it is",
        "OLD.ended_on IS NOT NULL OR "
        + _changed(
            "id", "centre_id", "fee_band", "runs_from", "runs_until", "reference", "seller_id"
        ),
    ),
    Guard(
        "centres_advertisement_ended_ends_the_mark",
        "centres_advertisement",
        "UPDATE",
        "the centre still bears the mark of this agreement",
        "NEW.ended_on IS NOT NULL AND EXISTS (SELECT 1 FROM centres_centre p WHERE "
        "p.id = NEW.centre_id AND p.advertiser_from = NEW.runs_from "
        "AND p.advertiser_until = NEW.runs_until)",
        locks=_LOCK_CENTRE,
    ),
    Guard(
        "centres_advertisement_is_not_deleted",
        "centres_advertisement",
        "DELETE",
        "an agreement is never deleted",
        f"NOT {_is_demo('OLD.centre_id')}",
    ),
)

RECORDS = (
    Guard(
        "centres_verificationevent_says_what_happened",
        "centres_verificationevent",
        "INSERT",
        "the case is not where this event says",
        f"NOT {_case('NEW.verification_id', 'v.version = NEW.version AND v.state = NEW.to_state')}",
    ),
    Guard(
        "centres_verificationevent_is_not_changed",
        "centres_verificationevent",
        "UPDATE",
        "an event is never changed",
        "NEW.id = NEW.id",
    ),
    Guard(
        "centres_verificationevent_is_not_deleted",
        "centres_verificationevent",
        "DELETE",
        "an event is never deleted",
        f"NOT {_case('OLD.verification_id', _may_go('v.centre_id'))}",
    ),
    *(
        Guard(
            f"{table}_is_not_{word}",
            table,
            event,
            f"{noun} is never {word}",
            "OLD.id = OLD.id",
        )
        for table, noun in (
            ("centres_auditentry", "an entry of the audit"),
            ("centres_evidencefile", "a document"),
        )
        for event, word in (("UPDATE", "changed"), ("DELETE", "deleted"))
    ),
    Guard(
        "centres_proposal_decided_stands",
        "centres_proposal",
        "UPDATE",
        "a proposal is decided once, as it was made",
        "OLD.state <> 'pending' OR "
        + _changed("id", "centre_id", "proposer_id", "proposed_at", "origin", "changes"),
    ),
)

GUARDS = (
    *CASES, *CHECKS, *MARKS, *ADVERTS, *RECORDS,
    *(Guard(*rule) for rule in (*GUIDES, *WITHDRAWALS)),
)  # fmt: skip
