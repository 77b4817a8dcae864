"""A centre that somebody asks to have listed: kept step by step, then a draft, a proposal, a case.

Whoever holds the link may go on for thirty days. Sent, all of it happens in one transaction and the
answers are wiped: the draft holds the name alone, and what was said of it is a proposal like any
other. No draft is visible anywhere until its case is approved.
"""

import datetime
import json
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from . import outbox
from .cases import open_case
from .changes import empty
from .models import (
    Act,
    AuditEntry,
    Centre,
    OpenedFor,
    Origin,
    ProposalState,
    Purpose,
    Status,
    Submission,
    SubmissionState,
    Verification,
)
from .proposals import propose, reject
from .resemblance import Described, resembling
from .tokens import digest
from .workflow import NotAllowed, NotPossible, Overtaken, ReasonOwed, note_refusal, perform

TURN_DOWN = "centres.turn_down_submission"
THROW_AWAY = "centres.delete_centre"
#: Unsent, it is deleted so long after it was last saved; sent, so long after it was sent.
UNSENT_FOR = datetime.timedelta(days=30)
SENT_FOR = datetime.timedelta(days=365)
#: What the steps say is cut off nowhere; this much is no listing.
MOST_TEXT = 60_000


LISTED = "The centre you sent us is listed"
_LISTED = """Thank you. The centre that you sent us is listed now, free of charge:

%s

If something there is wrong, its page says how to tell us.
"""


class AskedNotToBeListed(NotPossible):
    """The centre has asked not to be listed."""


@dataclass(frozen=True)
class Listing:
    """What is sent. facts: {field of Centre: value as a change holds it}; phones, programmes: a
    dict each; method: how the sender knows; evidence: a sentence of that for the team."""

    name: str
    country: str
    facts: dict
    phones: list
    programmes: list
    method: str
    evidence: str

    @property
    def described(self):
        return Described(
            name=self.name,
            country=self.country,
            postcode=self.facts.get("postcode", ""),
            phones=tuple(phone["number"] for phone in self.phones),
            website=self.facts.get("website", ""),
            regulator=self.facts.get("regulator", ""),
            registration_number=self.facts.get("registration_number", ""),
        )


@dataclass(frozen=True)
class Message:
    """Mail to the sender. to: "" for nobody."""

    to: str
    subject: str
    body: str


def begin(token, *, now):
    """The submission that belongs to a link: a new one, or the one that was begun with it."""
    return Submission.objects.get_or_create(
        token=digest(token),
        defaults={
            "begun_at": now, "saved_at": now, "delete_at": now + UNSENT_FOR, "answers": "{}",
        },
    )[0]  # fmt: skip


def found(token):
    """The submission that a link opens, or None."""
    return Submission.objects.select_related("centre").filter(token=digest(token)).first()


def answers_of(row):
    """{step: {field: value}} of what was said so far."""
    return json.loads(row.answers or "{}")


def keep(row, step, said, *, now):
    """Keep what one step says (a dict; None takes it out). Raises `Overtaken` once it is sent."""
    with transaction.atomic():
        row = Submission.objects.select_for_update().get(pk=row.pk)
        if row.state != SubmissionState.BEGUN:
            raise Overtaken("This was sent already.")
        answers = answers_of(row)
        answers.pop(step, None)
        if said is not None:
            answers[step] = said
        kept = json.dumps(answers, ensure_ascii=False)
        if len(kept) > MOST_TEXT:
            raise NotPossible("This is more than we can keep. Please say it in fewer words.")
        row.answers, row.saved_at, row.delete_at = kept, now, now + UNSENT_FOR
        row.save(update_fields=["answers", "saved_at", "delete_at"])
    return row


def send_link(row, message, *, now):
    """Post the link to whoever is filling it in: once for each submission."""
    with transaction.atomic():
        Submission.objects.filter(pk=row.pk, state=SubmissionState.BEGUN).update(email=message.to)
        _post("listing-link", row, message, now=now)


def send(row, listing, message, *, now):
    """Turn a submission into a draft, a proposal and a case, with mail to its sender; the row.

    Sent twice it is sent once. Raises `AskedNotToBeListed`, or `Refused` with a sentence, and then
    everything said is still there.
    """
    likenesses = resembling(listing.described)
    if any(one.is_withdrawn and one.is_sure for one in likenesses):
        raise AskedNotToBeListed("This centre asked not to be listed.")
    for _ in range(3):  # another draft may take the slug in between
        try:
            with transaction.atomic():
                return _send(row, listing, message, likenesses, now=now)
        except IntegrityError:
            continue
        except ValidationError as problem:
            raise NotPossible(" ".join(problem.messages)) from problem
    raise NotPossible("This could not be saved just now. Please send it again.")


def _send(row, listing, message, likenesses, *, now):
    row = Submission.objects.select_for_update().get(pk=row.pk)
    if row.state == SubmissionState.SENT:
        return row
    centre = Centre.objects.create(
        name=listing.name,
        country=listing.country,
        slug=Centre.objects.free_slug(listing.name, listing.facts.get("town", "")),
        status=Status.DRAFT,
    )
    AuditEntry.objects.note(Act.ADDED, person=None, row=centre, now=now, note="Sent in")
    proposal = _propose(centre, listing, now=now)
    open_case(
        centre,
        purpose=Purpose.LISTED,
        opened_for=OpenedFor.NEW_LISTING,
        by=None,
        now=now,
        note=_note(likenesses),
    )
    row.state, row.sent_at, row.saved_at, row.delete_at = (
        SubmissionState.SENT, now, now, now + SENT_FOR,
    )  # fmt: skip
    row.answers, row.email, row.centre, row.proposal = "", message.to, centre, proposal
    row.save()
    _post("listing-sent", row, message, now=now)
    return row


def _propose(centre, listing, *, now):
    facts, evidence = dict(listing.facts), listing.evidence
    if _number_is_taken(facts):  # of a draft, perhaps, of which nobody outside may know
        evidence += f" Registration number as told: {facts.pop('registration_number')}."
        facts.pop("regulator", None)
        facts.pop("registration", None)
    changes = [
        {
            "object": "centre",
            "id": centre.pk,
            "field": name,
            "from": empty("centre", name),
            "to": value,
        }
        for name, value in facts.items()
    ]
    changes += [
        {"object": kind, "id": None, "field": "", "from": None, "to": row}
        for kind, rows in (("phone", listing.phones), ("programme", listing.programmes))
        for row in rows
    ]
    return propose(
        centre,
        changes,
        by=None,
        origin=Origin.PUBLIC,
        method=listing.method,
        as_of=timezone.localdate(now),
        evidence=evidence,
        now=now,
    )


def _number_is_taken(facts):
    number = facts.get("registration_number")
    same = Centre.objects.filter(
        regulator=facts.get("regulator", ""), registration_number=number or ""
    )
    return bool(number) and same.exists()


def _note(likenesses):
    lines = ["Sent in through “List a centre”. What the sender said is a proposal."]
    lines += [
        f"Resembles {one.centre.name} (number {one.centre.pk}, "
        f"{one.centre.get_status_display().lower()}) by {', '.join(sorted(one.by))}."
        for one in likenesses
    ]
    return "\n".join(lines)


def _post(kind, row, message, *, now):
    outbox.post(
        kind,
        to=message.to,
        subject=message.subject,
        body=message.body,
        now=now,
        once=f"{kind}-{row.pk}",
    )


def turn_down(row, *, by, answer, message=None, now):
    """Say that a centre sent in is not listed, in words its sender reads. Raises `Refused`.

    Its case is cancelled and its proposal rejected; the draft stays, visible nowhere.
    """
    _refuse_who_may_not(row, "turn down", TURN_DOWN, by=by, now=now)
    if not answer.strip():
        raise ReasonOwed("Say why it is not listed: the sender reads it.")
    with transaction.atomic():
        row = _unanswered(row)
        _end_what_it_became(row, by=by, now=now)
        to = row.email
        row.answer, row.answered_at, row.answered_by = answer.strip(), now, by
        row.email = ""
        row.save(update_fields=["answer", "answered_at", "answered_by", "email"])
        AuditEntry.objects.note(
            Act.DECIDED, person=by, row=row, centre=row.centre, now=now, note="Turned down."
        )
        if message is not None:
            _post("listing-answer", row, Message(to, message.subject, message.body), now=now)
    return row


def tell_listed(*, now):
    """Write to those whose centre is listed by now, and forget their address. Answers how many."""
    listed = Submission.objects.sent().filter(centre__status=Status.LISTED).exclude(email="")
    told = list(listed.values_list("pk", flat=True))
    for pk in told:
        with transaction.atomic():
            row = Submission.objects.select_for_update().get(pk=pk)
            address = f"{settings.SITE_URL}{row.centre.get_absolute_url()}"
            _post("listing-answer", row, Message(row.email, LISTED, _LISTED % address), now=now)
            Submission.objects.filter(pk=pk).update(email="")
    return len(told)


def throw_away(row, *, by, now):
    """Turn down what is abuse, and delete the draft with all it held. Raises `Refused`."""
    _refuse_who_may_not(row, "throw away", THROW_AWAY, by=by, now=now)
    with transaction.atomic():
        if row.answered_at is None:
            row = turn_down(row, by=by, answer="We do not list what was sent.", now=now)
        centre = Centre.objects.select_for_update().filter(pk=row.centre_id).first()
        if centre is None:
            raise Overtaken("The draft is deleted already.")
        if centre.status != Status.DRAFT:
            raise NotPossible("The centre is no draft any more.")
        AuditEntry.objects.note(
            Act.DELETED, person=by, row=centre, centre=centre, now=now, note="Thrown away."
        )
        _delete_draft(centre)


def _delete_draft(centre):
    """With its cases, which the database lets go of while nothing was checked in them."""
    try:
        with transaction.atomic():
            for case in Verification.objects.filter(centre=centre):
                case.events.all().delete()
                case.delete()
            centre.delete()
    except IntegrityError as error:
        raise NotPossible("Somebody has checked this centre: it is kept.") from error


def _refuse_who_may_not(row, step, permission, *, by, now):
    if by.has_perm(permission) and by.has_perm(TURN_DOWN):
        return
    refusal = NotAllowed("You may not decide about what was sent in.")
    note_refusal(row.centre or row, step, by=by, now=now, refusal=refusal)
    raise refusal


def _unanswered(row):
    if row.centre_id:
        Centre.objects.select_for_update().get(pk=row.centre_id)
    row = Submission.objects.select_for_update().select_related(None).get(pk=row.pk)
    if row.state != SubmissionState.SENT:
        raise NotPossible("It is not sent yet.")
    if row.answered_at is not None:
        raise Overtaken("Somebody has answered it already.")
    if row.centre and row.centre.status != Status.DRAFT:
        raise NotPossible("The centre is no draft any more.")
    return row


def _end_what_it_became(row, *, by, now):
    reason = "The submission was turned down."
    case = Verification.objects.open().filter(centre=row.centre_id).first()
    if case is not None:
        perform(case, "cancel", by=by, now=now, reason=reason)
    if row.proposal and row.proposal.state == ProposalState.PENDING:
        reject(row.proposal, by=by, reason=reason, now=now)


def delete_due(*, now):
    """Delete submissions whose time is over; what they became stays. Answers how many."""
    rows = Submission.objects.filter(delete_at__lte=now)
    return rows.delete()[1].get(Submission._meta.label, 0)
