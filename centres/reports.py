"""Somebody says that something about a centre is wrong: taken in, answered, and what follows.

A report is answered within `WORKING_DAYS`, in words its reporter reads. Three people who say that a
number is not the centre's own hide it until somebody of the team has looked. Nothing of what they
wrote is ever shown in public.
"""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from . import cases, limits, outbox, working_days
from .models import (
    Act,
    AuditEntry,
    Centre,
    OpenedFor,
    Phone,
    Problem,
    Report,
    ReportState,
)
from .workflow import NotAllowed, NotPossible, Overtaken, ReasonOwed, noting_refusal

ANSWER = "centres.answer_report"
#: A report is answered within so many working days.
WORKING_DAYS = 5
#: So many people, each from an address of their own, hide a number.
HIDE_A_NUMBER = 3
#: Within this time two reports can be told to come from one address; older ones hide no number.
SENDERS_LAST = datetime.timedelta(days=30)
#: Of an IPv6 address, whom reports count as one: a home or a rented server may be given a /56 or a
#: /48, hundreds or thousands of networks of 64 bits, and with three could hide a number alone. Real
#: people who share a /48 are counted as one; each of their reports is read and answered still.
SENDER_BITS = 48
#: Reports hide no number that the team has found to be right within these days before.
CONFIRMED_HOLDS = datetime.timedelta(days=30)
#: What somebody wrote is deleted so long after it was answered; the answer stays.
TEXT_KEPT_FOR = datetime.timedelta(days=365)
#: The time over which the page says how reports were answered.
COUNTED_OVER = datetime.timedelta(days=90)


def receive(centre, *, token, problem, fact="", programme=None, phone=None, text="", email="",
            address, now):  # fmt: skip
    """Take in a report; the `Report`. Sent twice with the same token, it is one.

    token: the hash of what its link holds. address: the IP address it comes from, of which a hash
    is kept until it is answered. A programme or phone deleted since its page was read is left out;
    the number stays as it was told. A number that enough people doubt is hidden in the same
    transaction.
    """
    purpose = f"report.{centre.pk}"  # so that nobody can tell who reported several centres
    senders = limits.senders(
        address, purpose=purpose, now=now, lasts=SENDERS_LAST, bits=SENDER_BITS
    )
    number = phone.number if phone else ""
    with transaction.atomic():
        centre = Centre.objects.select_for_update().get(pk=centre.pk)
        already = Report.objects.filter(token=token).first()
        if already is not None:
            return already
        programme, phone = _still(centre.programmes, programme), _still(centre.phones, phone)
        report = Report.objects.create(
            centre=centre,
            token=token,
            problem=problem,
            fact=fact,
            programme=programme,
            phone=phone,
            number=number,
            text=text,
            email=email,
            sender=_known(senders, centre),
            reported_at=now,
            due_on=working_days.after(timezone.localdate(now), WORKING_DAYS),
        )
        if problem == Problem.NOT_THEIR_NUMBER and phone is not None:
            _hide_if_doubted(phone, now=now)
    return report


def _still(rows, row):
    """One of a locked centre's rows as it is now, locked; None where it is gone, or none."""
    return row and rows.select_for_update().filter(pk=row.pk).first()


def _known(senders, centre):
    """The hash under which this sender has an open report about the centre, else this period's."""
    known = Report.objects.open().filter(centre=centre, sender__in=senders)
    return known.values_list("sender", flat=True).first() or senders[0]


def _hide_if_doubted(phone, *, now):
    if phone.is_doubted or _was_confirmed(phone, now=now):
        return
    doubts = Report.objects.doubting(phone.centre_id, phone.number)
    of_late = doubts.filter(reported_at__gt=now - SENDERS_LAST)
    if of_late.values("sender").distinct().order_by().count() < HIDE_A_NUMBER:
        return
    phone.doubted_on, phone.doubted_number = timezone.localdate(now), phone.number
    phone.save(update_fields=["doubted_on", "doubted_number"])
    words = f"{HIDE_A_NUMBER} people report that {phone.number} is not the centre's own."
    AuditEntry.objects.note(
        Act.CHANGED, person=None, row=phone, centre=phone.centre, now=now, note=f"Hidden: {words}"
    )
    doubts.update(phone=phone, case=_case_for(phone.centre, by=None, note=words, now=now))


def keep_hidden(centres, *, now):
    """Hide the numbers of some centres, by id, that were written anew while people doubt them.

    Called in the transaction that wrote them. A number that is hidden, deleted and typed again
    would else be shown before anybody had looked.
    """
    doubts = Report.objects.doubting(OuterRef("centre"), OuterRef("number"))
    shown = Phone.objects.shown().filter(Exists(doubts), centre__in=centres)
    held = Centre.objects.select_for_update().filter(pk__in=shown.values("centre")).order_by("pk")
    for centre in held:
        for phone in shown.filter(centre=centre).select_for_update():
            _hide_if_doubted(phone, now=now)


def _was_confirmed(phone, *, now):
    if phone.confirmed_number != phone.number:
        return False
    return timezone.localdate(now) - phone.confirmed_on < CONFIRMED_HOLDS


def _case_for(centre, *, by, note, now):
    """The open case of a centre, opened where there is none; None of one that is not checked."""
    try:
        with transaction.atomic():
            return cases.open_case(centre, opened_for=OpenedFor.REPORT, by=by, now=now, note=note)
    except cases.AlreadyOpen as refusal:
        return refusal.case
    except NotPossible:
        return None


def open_case(report, *, by, now):
    """Have it checked in a case: the centre's open one, or a new one. Raises `Refused`."""
    with noting_refusal(report, "open a case", by=by, now=now), transaction.atomic():
        _refuse_answering(by)
        report = _open(report)
        try:
            report.case = cases.open_case(
                report.centre,
                opened_for=OpenedFor.REPORT,
                by=by,
                now=now,
                note=f"Report {report.pk}: {report.get_problem_display()}.",
            )
        except cases.AlreadyOpen as refusal:
            report.case = refusal.case
        report.save(update_fields=["case"])
    return report.case


def answer(report, *, upheld, words, corrected_on=None, others_too=False, by, now):
    """Answer a report in words that whoever reported it reads; the reports answered.

    corrected_on: of an upheld one, the day what is on the page was put right. others_too: answer
    every other open report that says the same of the same number so too. Raises `NotAllowed`,
    `NotPossible`, `Overtaken` or `ReasonOwed`, and nothing changes.
    """
    with noting_refusal(report, "answer", by=by, now=now), transaction.atomic():
        _refuse_answering(by)
        report = _open(report)
        _refuse_answer(report, upheld, words, corrected_on, now=now)
        answered = [report, *(alike(report) if others_too else ())]
        for each in answered:
            _write_answer(each, upheld, words.strip(), corrected_on, by=by, now=now)
        if report.problem == Problem.NOT_THEIR_NUMBER:
            _settle_number(report, upheld, by=by, now=now)
    return answered


def _open(report):
    """The report as it is now, its centre locked. Raises `Overtaken` where it is answered."""
    Centre.objects.select_for_update().get(pk=report.centre_id)
    report = Report.objects.select_related("centre", "phone").get(pk=report.pk)
    if not report.is_open:
        day = timezone.localtime(report.decided_at)
        raise Overtaken(f"Answered by {report.decided_by}, {day:%-d %B %Y at %H:%M}.")
    return report


def _refuse_answering(by):
    if not by.has_perm(ANSWER):
        raise NotAllowed("You may not answer reports.")


def _refuse_answer(report, upheld, words, corrected_on, *, now):
    if not words.strip():
        raise ReasonOwed("Write the answer: whoever reported it reads it.")
    if corrected_on and not upheld:
        raise NotPossible("What is left as it is was not corrected: leave the day out.")
    if corrected_on and corrected_on > timezone.localdate(now):
        raise NotPossible("The day it was corrected is still to come.")
    if upheld and report.problem == Problem.NOT_THEIR_NUMBER and _still_stands(report):
        raise NotPossible(
            f"{report.number} still stands there. Have it removed or replaced first; until then "
            "the report stays open."
        )


def _still_stands(report):
    return report.centre.phones.filter(number=report.number).exists()


def alike(report):
    """The other open reports that say the same of the same number."""
    if report.problem != Problem.NOT_THEIR_NUMBER or not report.number:
        return Report.objects.none()
    same = Report.objects.doubting(report.centre, report.number)
    return same.exclude(pk=report.pk).select_related("centre")


def _write_answer(report, upheld, words, corrected_on, *, by, now):
    if report.email:
        _post_answer(report, words, now=now)
    report.state = ReportState.UPHELD if upheld else ReportState.NOT_UPHELD
    report.answer, report.corrected_on = words, corrected_on
    report.decided_at, report.decided_by = now, by
    report.sender = report.email = ""
    report.save()
    AuditEntry.objects.note(
        Act.DECIDED,
        person=by,
        row=report,
        centre=report.centre,
        now=now,
        note=f"{ReportState(report.state).name.replace('_', ' ').capitalize()}.",
    )


def _post_answer(report, words, *, now):
    body = (
        f"You told us that something was wrong about {report.centre}, on "
        f"{timezone.localdate(report.reported_at):%-d %B %Y}. We have looked into it.\n\n"
        f"{words}\n\n"
        "The page whose address you were given when you told us says the same. We have now deleted "
        "your e-mail address.\n"
    )
    outbox.post(
        "report-answered",
        to=report.email,
        subject="Our answer to what you told us",
        body=body,
        now=now,
        once=f"report-{report.pk}",
    )


def _settle_number(report, upheld, *, by, now):
    """Doubt a number no more once every report against it is answered, whichever way.

    One that was found to be right is shown again. One that was not has left the page; put back
    later, it is shown, for no open report stands against it.
    """
    if not report.number or alike(report).exists():
        return
    concerned = Q(number=report.number) | Q(doubted_number=report.number)
    for phone in report.centre.phones.select_for_update().filter(concerned):
        was_hidden = phone.is_doubted
        if phone.doubted_number == report.number:
            phone.doubted_on, phone.doubted_number = None, ""
        if phone.number == report.number and not upheld:
            phone.confirmed_on, phone.confirmed_number = timezone.localdate(now), phone.number
        phone.save(
            update_fields=["doubted_on", "doubted_number", "confirmed_on", "confirmed_number"]
        )
        if was_hidden and not phone.is_doubted:
            words = "Shown again: found to be the centre's own."
            AuditEntry.objects.note(
                Act.CHANGED, person=by, row=phone, centre=report.centre, now=now, note=words
            )


def wipe_due(*, now):
    """Delete what was written in reports answered long enough ago; how many those were."""
    kept_since = now - TEXT_KEPT_FOR
    return Report.objects.filter(decided_at__lt=kept_since).exclude(text="").update(text="")


@dataclass(frozen=True, slots=True)
class Record:
    """How the reports of the last `COUNTED_OVER` were answered. waiting: there is time left."""

    reported: int
    in_time: int
    late: int
    waiting: int


def record(*, now):
    """The `Record` at `now`: every report is counted once, the unanswered too."""
    today = timezone.localdate(now)
    counts = Report.objects.filter(reported_at__gt=now - COUNTED_OVER).aggregate(
        reported=Count("pk"),
        in_time=Count("pk", filter=Q(decided_at__date__lte=F("due_on"))),
        waiting=Count("pk", filter=Q(decided_at=None, due_on__gte=today)),
    )
    return Record(late=counts["reported"] - counts["in_time"] - counts["waiting"], **counts)
